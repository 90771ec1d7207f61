//! Reads.

use syncline_core::model::KeyCondition;
use syncline_core::page::Direction;
use syncline_core::{Key, ModelId, Value};

use crate::Row;

/// Which records a list goes through, in which order.
#[derive(Clone, Debug, PartialEq)]
pub enum Access {
    /// All of them, by key.
    All,
    /// Those whose key begins with these values, with this condition on the rest of it, by key.
    Key {
        /// The values of the key's first fields: of its hash field at least.
        equal: Vec<Value>,
        /// A condition on the fields after them.
        sort: Option<KeyCondition>,
    },
    /// Those with these values in an index, with this condition on the rest of it, by the rest and then the key.
    Index {
        /// The index's place in the model.
        index: usize,
        /// The values of the index's first fields: of its hash field at least.
        equal: Vec<Value>,
        /// A condition on the fields after them.
        sort: Option<KeyCondition>,
    },
    /// Those whose `fields` have these `values`, by key: the many side of a relation.
    Fields {
        /// Places in the model.
        fields: Vec<usize>,
        /// Their values.
        values: Vec<Value>,
    },
}

/// A list query.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// The model.
    pub model: ModelId,
    /// Which records, in which order.
    pub access: Access,
    /// Which way.
    pub direction: Direction,
    /// Where the last page ended.
    pub after: Option<ListCursor>,
    /// The most records to return; at least 1.
    pub limit: usize,
}

/// Where a page of a list ended: the values of the ordering fields of its last record, key included.
#[derive(Clone, Debug, PartialEq)]
pub struct ListCursor(pub Vec<Value>);

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPage {
    /// The records.
    pub rows: Vec<Row>,
    /// Where to go on; `None` after the last page. A page of large records may be short and still have a next one.
    pub next: Option<ListCursor>,
}

/// What several lists may bring together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Records.
    pub records: usize,
    /// The bytes of their values as JSON, near enough.
    pub bytes: usize,
}

/// Whether a sync answers with everything or with what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncKind {
    /// Everything in scope, by key.
    Base,
    /// What changed since `lastSync`, by sequence; each record once, as it is now.
    Delta,
}

/// A sync query.
#[derive(Clone, Debug, PartialEq)]
pub struct Sync {
    /// The model.
    pub model: ModelId,
    /// `lastSync`, in ms; `None` (or zero on the wire) asks for a base sync. Ignored when `resume` is set.
    pub last_sync: Option<i64>,
    /// Where the last page ended.
    pub resume: Option<SyncCursor>,
    /// The most records to return; at least 1.
    pub limit: usize,
    /// The most bytes of JSON that these records have, counted by [`Budget`](crate::driver::Budget); the first is
    /// returned however large it is (SYNC 2.10).
    pub max_bytes: usize,
    /// Whether a delta sync also says which records left the scope (SYNC 2.8). They count against `limit`.
    pub leaves: bool,
}

/// Where a page of a sync ended, and what the whole sync is.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncCursor {
    /// The sync's `startedAt`, the same on every page.
    pub started_at: i64,
    /// Where it ended.
    pub place: SyncPlace,
}

/// Where a page of a sync ended.
#[derive(Clone, Debug, PartialEq)]
pub enum SyncPlace {
    /// A base sync, after this key.
    Base {
        /// The last key returned.
        after: Key,
        /// The last key that is returned, where this page and those after it are asked for at once (SYNC 2.10); `None`:
        /// it goes on to the end.
        until: Option<Key>,
    },
    /// A delta sync, after this sequence number, up to the one that was the last when it began.
    Delta {
        /// The `lastSync` it answers, in ms.
        since: i64,
        /// The last sequence number returned.
        after: i64,
        /// The last sequence number whose record is returned. Where leaves are told, later changes are looked at for
        /// what left the scope.
        until: i64,
    },
}

/// A record that left a scope: the scope selected it at `lastSync` or later, and does not now.
#[derive(Clone, Debug, PartialEq)]
pub struct Leave {
    /// Its key.
    pub key: Key,
    /// Its version now.
    pub version: i64,
    /// When that was made, in ms since the epoch.
    pub changed_at: i64,
}

/// Which range of the store a page was read from (SYNC 3.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadBy {
    /// The records by key.
    Key,
    /// What changed since `lastSync`.
    Changes,
    /// The records that have the scope's value in this index, which the store names.
    Index(String),
}

/// A page of a sync.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncPage {
    /// The records, tombstones included.
    pub rows: Vec<Row>,
    /// The records that left the scope, of the changes that this page is about. `None` if it was not asked, the sync is
    /// a base sync, or the change log does not reach back to `lastSync`: then only a look at each key can tell.
    pub leaves: Option<Vec<Leave>>,
    /// Where to go on; `None` after the last page. A page may be short or empty and still have a next one.
    pub next: Option<SyncCursor>,
    /// When the sync began, in ms: never later than a change that the sync may have missed (SYNC 3.1).
    pub started_at: i64,
    /// Whether it is a base or a delta sync. A `lastSync` beyond the tombstone horizon is answered as base.
    pub kind: SyncKind,
    /// What was read for it.
    pub read: ReadBy,
}
