//! What a store forgets after a while (SYNC 3.11).

/// How long things are kept, in ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Tombstones, from the stamp of the delete. A sync from before the ones that are gone is answered as base.
    pub tombstones_ms: i64,
    /// The lines of the change log, from their stamp. Beyond them a merge is conservative (SYNC 3.2), and a delta does
    /// not say what left its scope.
    pub changes_ms: i64,
    /// The ids of mutations, from when they were applied. An older one is a new mutation (SYNC 2.1).
    pub ids_ms: i64,
}

/// What one step of a purge removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Tombstones, each with what the change log held of its record.
    pub tombstones: usize,
    /// Other lines of the change log.
    pub changes: usize,
    /// Ids of mutations.
    pub ids: usize,
    /// Whether there may be more to remove: then the next step is due at once.
    pub more: bool,
}

/// What is stamped below these times may go, in ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cuts {
    /// Of tombstones.
    pub tombstones: i64,
    /// Of lines of the change log.
    pub changes: i64,
    /// Of mutation ids.
    pub ids: i64,
}

impl Retention {
    /// What may go at `now_ms`, in a store whose own time has come to `latest_ms`: a clock that jumps ahead while
    /// nothing is written or synced makes nothing old, and no horizon is later than a `startedAt` to come.
    #[must_use]
    pub fn cuts(&self, now_ms: i64, latest_ms: i64) -> Cuts {
        let now = now_ms.min(latest_ms);
        let cut = |kept: i64| now.saturating_sub(kept.max(0));
        Cuts { tombstones: cut(self.tombstones_ms), changes: cut(self.changes_ms), ids: cut(self.ids_ms) }
    }
}
