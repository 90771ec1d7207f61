//! What a service is told at its start.

use crate::conflict::Conflicts;
use crate::subscribe::FilterLimits;
use std::sync::Arc;

/// Where a service gets its randomness from. Handed in, so that a simulation repeats itself.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// 128 random bits.
    fn next(&self) -> u128;
}

/// How one API is served.
#[derive(Clone, Debug)]
pub struct Config {
    /// The keys that let a caller in as `apiKey`.
    pub api_keys: Vec<String>,
    /// Signs page tokens; a token signed with another key is refused.
    pub token_key: [u8; 32],
    /// Makes the ids of records that are created without one.
    pub entropy: Arc<dyn Entropy>,
    /// What one request may cost.
    pub limits: Limits,
    /// Whether the negotiated extension (`x-syncline: 1`) is offered; without it, clients see pure AppSync.
    pub extension: bool,
    /// How mutations of an outdated version are settled.
    pub conflict: Conflicts,
}

/// What one request may cost. Each refusal names its limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of a request body, in bytes.
    pub max_body_bytes: usize,
    /// The size of a document, in bytes.
    pub max_document_bytes: usize,
    /// The tokens of a document.
    pub max_tokens: usize,
    /// How deep a document's syntax nests.
    pub max_nesting: usize,
    /// How deep fields nest.
    pub max_depth: usize,
    /// The fields a document selects, fragments spread.
    pub max_fields: usize,
    /// How often one selection may hold the same field, under aliases. What is stored once is sent no more often.
    pub max_repeats: usize,
    /// The size of an answer's JSON, in bytes.
    pub max_answer_bytes: usize,
    /// The root fields of a document; also the largest batch of mutations that is advertised.
    pub max_root_fields: usize,
    /// The mutations of an atomic document (SYNC 2.5); advertised to clients that negotiate.
    pub max_atomic: usize,
    /// The size of a filter, in bytes of JSON.
    pub max_filter_bytes: usize,
    /// Records per page when the client does not say.
    pub default_page: usize,
    /// Records per page for clients of plain AppSync.
    pub max_page: usize,
    /// Records per page for clients that negotiated.
    pub max_negotiated_page: usize,
    /// The size of a page of a sync, in bytes of JSON; a record that is larger comes alone (SYNC 2.10). Advertised to
    /// clients that negotiate.
    pub max_page_bytes: usize,
    /// Records that one request reads, relations included.
    pub max_records: usize,
    /// Documents whose plans are kept.
    pub max_plans: usize,
    /// The size of these documents and their plans, in bytes.
    pub max_plan_bytes: usize,
    /// The subscriptions of one connection.
    pub max_subscriptions: usize,
    /// The size of their ids, documents, plans and variables, in bytes: they are kept as long as the subscriptions run.
    pub max_subscription_bytes: usize,
    /// Changes that may wait for their subscribers; beyond it, all subscribers are cut off and sync anew.
    pub max_pending_changes: usize,
    /// The size of the text in these changes, in bytes.
    pub max_pending_bytes: usize,
    /// The filters of subscriptions of clients of plain AppSync: what AppSync allows.
    pub subscription_filter: FilterLimits,
    /// The filters of subscriptions of clients that negotiated.
    pub negotiated_subscription_filter: FilterLimits,
    /// How long mutation ids are remembered, in ms (SYNC 2.1, 3.11).
    pub id_retention_ms: i64,
    /// How long tombstones live, in ms (SYNC 3.11).
    pub tombstone_horizon_ms: i64,
    /// How long the change log is kept, in ms (SYNC 3.2): as long, a stale update merges field by field, and a delta says
    /// what left its scope.
    pub change_retention_ms: i64,
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_body_bytes: 1 << 20,
            max_document_bytes: 512 << 10,
            max_tokens: 60_000,
            max_nesting: 100,
            max_depth: 12,
            max_fields: 20_000,
            max_repeats: 16,
            max_answer_bytes: 128 << 20,
            max_root_fields: 200,
            max_atomic: 100,
            max_filter_bytes: 16 << 10,
            default_page: 100,
            max_page: 1_000,
            max_negotiated_page: 10_000,
            max_page_bytes: 1 << 20,
            max_records: 50_000,
            max_plans: 1_000,
            max_plan_bytes: 32 << 20,
            max_subscriptions: 1_000,
            max_subscription_bytes: 32 << 20,
            max_pending_changes: 20_000,
            max_pending_bytes: 64 << 20,
            subscription_filter: FilterLimits::appsync(),
            negotiated_subscription_filter: FilterLimits::own(),
            id_retention_ms: 30 * DAY_MS,
            tombstone_horizon_ms: 30 * DAY_MS,
            change_retention_ms: 30 * DAY_MS,
        }
    }
}
