//! What is told.

use super::{HubElement, HubKind, SyncError};
use std::sync::Arc;
use syncline_core::record::Conflict;

/// An event, with the name that it has on the DataStore channel of Amplify's hub. The
/// [guide](crate::guide::syncing#what-happens) says in which order they come.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum HubEvent {
    /// Whether the server answers, as requests show it.
    NetworkStatus {
        /// Whether it does.
        active: bool,
    },
    /// Every model is subscribed to, or cannot be.
    SubscriptionsEstablished,
    /// The first syncs begin.
    SyncQueriesStarted {
        /// The models' names.
        models: Vec<String>,
    },
    /// A page of a sync is stored.
    SyncProgress(SyncProgress),
    /// A model is in sync.
    ModelSynced {
        /// The model's name.
        model: String,
        /// Everything was fetched (a base sync).
        is_full_sync: bool,
        /// What had changed was fetched (a delta sync).
        is_delta_sync: bool,
        /// There is more at the cloud than the [cap](crate::DataStoreBuilder::sync_max_records) lets in.
        partial: bool,
        /// Records that were not there.
        added: u64,
        /// Records that changed.
        updated: u64,
        /// Records that went.
        deleted: u64,
    },
    /// A model cannot be synced for now; the others go on.
    ModelDegraded {
        /// The model's name.
        model: String,
        /// Why, and what may help.
        reason: String,
    },
    /// Every model is synced or degraded.
    SyncQueriesReady,
    /// Every model is synced or degraded, and sending has started.
    Ready,
    /// Whether the outbox is empty.
    OutboxStatus {
        /// Whether it is.
        is_empty: bool,
    },
    /// A mutation is about to be sent. The element's record is what this device shows then; a delete has none.
    OutboxMutationEnqueued(HubElement),
    /// The cloud has applied a mutation. The element's record is the server's.
    OutboxMutationProcessed(HubElement),
    /// The cloud refused a mutation for good, or it cannot be applied; it is parked.
    OutboxMutationFailed {
        /// What was to be done, without a record.
        element: HubElement,
        /// Why.
        reason: String,
    },
    /// A condition did not hold at the cloud; the server's record, which is the element's if it is known, shows again.
    ConditionalSaveFailed(HubElement),
    /// A record that came from the server was stored, also where changes that wait here still hide it: by a sync, a
    /// subscription, or the answer to a mutation.
    SyncReceived(HubElement),
    /// Two sides changed the same thing; how it was settled.
    ConflictDetected(Arc<Conflict>),
    /// Something went wrong in the background, whatever it was: also what has an event of its own
    /// ([`ModelDegraded`](HubEvent::ModelDegraded), [`OutboxMutationFailed`](HubEvent::OutboxMutationFailed),
    /// [`ConditionalSaveFailed`](HubEvent::ConditionalSaveFailed)) and what is tried again by itself.
    SyncError(SyncError),
    /// This listener was too slow: so many events, which were to come before the next one, are lost to it.
    Missed {
        /// How many.
        count: u64,
    },
}

/// How far a model's sync has come.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncProgress {
    /// The model's name.
    pub model: String,
    /// Records that have been received so far in this sync.
    pub done: u64,
    /// Records that there will be, if the server says so.
    pub total: Option<u64>,
    /// Bytes that have been received so far in this sync.
    pub bytes: u64,
}

impl HubEvent {
    /// The event's name on the DataStore channel of Amplify's hub, such as `modelSynced`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> HubKind {
        match self {
            HubEvent::NetworkStatus { .. } => HubKind::NetworkStatus,
            HubEvent::SubscriptionsEstablished => HubKind::SubscriptionsEstablished,
            HubEvent::SyncQueriesStarted { .. } => HubKind::SyncQueriesStarted,
            HubEvent::SyncProgress(_) => HubKind::SyncProgress,
            HubEvent::ModelSynced { .. } => HubKind::ModelSynced,
            HubEvent::ModelDegraded { .. } => HubKind::ModelDegraded,
            HubEvent::SyncQueriesReady => HubKind::SyncQueriesReady,
            HubEvent::Ready => HubKind::Ready,
            HubEvent::OutboxStatus { .. } => HubKind::OutboxStatus,
            HubEvent::OutboxMutationEnqueued(_) => HubKind::OutboxMutationEnqueued,
            HubEvent::OutboxMutationProcessed(_) => HubKind::OutboxMutationProcessed,
            HubEvent::OutboxMutationFailed { .. } => HubKind::OutboxMutationFailed,
            HubEvent::ConditionalSaveFailed(_) => HubKind::ConditionalSaveFailed,
            HubEvent::SyncReceived(_) => HubKind::SyncReceived,
            HubEvent::ConflictDetected(_) => HubKind::ConflictDetected,
            HubEvent::SyncError(_) => HubKind::SyncError,
            HubEvent::Missed { .. } => HubKind::Missed,
        }
    }

    /// The mutation or record that it is about, if it is about one.
    #[must_use]
    pub fn element(&self) -> Option<&HubElement> {
        match self {
            HubEvent::OutboxMutationEnqueued(element)
            | HubEvent::OutboxMutationProcessed(element)
            | HubEvent::OutboxMutationFailed { element, .. }
            | HubEvent::ConditionalSaveFailed(element)
            | HubEvent::SyncReceived(element) => Some(element),
            _ => None,
        }
    }
}
