//! How a sync goes from page to page: the same in every store.

use syncline_core::{Key, Model};

use crate::driver::{DeltaPage, Seen, key_fits};
use crate::{BackendError, ReadBy, Row, Scope, Sync, SyncCursor, SyncKind, SyncPage, SyncPlace};

impl Sync {
    /// The `lastSync` to answer from, in ms; `None` asks for a base sync, as do zero on the wire and what is older than
    /// the `horizon` of the tombstones.
    #[must_use]
    pub fn since(&self, horizon: i64) -> Option<i64> {
        self.last_sync.filter(|since| *since > 0 && *since >= horizon)
    }
}

/// What one page of a sync reads.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncPlan {
    started_at: i64,
    place: Option<SyncPlace>,
}

/// What a page says of records that left its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Nothing: it was not asked, or the log does not reach back to `lastSync`.
    Unsaid,
    /// That there are none: nothing leaves a scope without bounds.
    None,
    /// Those that a [`DeltaPage`] finds.
    Walk,
}

impl SyncPlan {
    /// The first page of a sync. `since` is the `lastSync` to answer from with the sequence number that it maps to, or
    /// `None` for a base sync; `last` is the snapshot's last sequence number.
    #[must_use]
    pub fn first(started_at: i64, since: Option<(i64, i64)>, last: i64) -> SyncPlan {
        let place = since.map(|(since, after)| SyncPlace::Delta { since, after, until: last });
        SyncPlan { started_at, place }
    }

    /// A later page, in a store whose tombstones reach back to `horizon`.
    ///
    /// # Errors
    /// [`BackendError::Cursor`] if no sync of this store can have ended a page there, or tombstones that the rest of it
    /// needs may be gone.
    pub fn resume(
        model: &Model,
        cursor: &SyncCursor,
        last: i64,
        horizon: i64,
    ) -> Result<SyncPlan, BackendError> {
        let (fits, needs) = match &cursor.place {
            SyncPlace::Base { after, until } => {
                (key_fits(model, after) && until.iter().all(|key| key_fits(model, key)), cursor.started_at)
            }
            SyncPlace::Delta { since, after, until } => {
                ((0..=*until).contains(after) && *until <= last, *since)
            }
        };
        if !fits {
            return Err(BackendError::Cursor("no sync of this store ended a page there".to_owned()));
        }
        if needs < horizon {
            let why = "it is older than the tombstones that are kept; start the sync again";
            return Err(BackendError::Cursor(why.to_owned()));
        }
        Ok(SyncPlan { started_at: cursor.started_at, place: Some(cursor.place.clone()) })
    }

    /// Where the page begins; `None` is the beginning of a base sync.
    #[must_use]
    pub fn place(&self) -> Option<&SyncPlace> {
        self.place.as_ref()
    }

    /// What the page says of records that left `scope`, in a store whose change log is complete from `log_from` on, in
    /// ms.
    #[must_use]
    pub fn leaving(&self, scope: &Scope, sync: &Sync, log_from: i64) -> Leaving {
        match &self.place {
            Some(SyncPlace::Delta { .. }) if !sync.leaves => Leaving::Unsaid,
            Some(SyncPlace::Delta { .. }) if scope.auth.is_all() && scope.request.is_all() => Leaving::None,
            Some(SyncPlace::Delta { since, .. }) if *since >= log_from => Leaving::Walk,
            _ => Leaving::Unsaid,
        }
    }

    /// The page of these `rows`, with `more` to come.
    #[must_use]
    pub fn page(
        &self,
        model: &Model,
        rows: Vec<Row>,
        more: bool,
        leaving: Leaving,
        read: ReadBy,
    ) -> SyncPage {
        let place = match &self.place {
            Some(SyncPlace::Delta { since, until, .. }) => {
                let at = |last: &Row| SyncPlace::Delta { since: *since, after: last.seq, until: *until };
                rows.last().map(at)
            }
            Some(SyncPlace::Base { .. }) | None => {
                let until = match &self.place {
                    Some(SyncPlace::Base { until, .. }) => until.clone(),
                    _ => None,
                };
                rows.last().map(|last| SyncPlace::Base { after: Key::of(model, &last.record), until })
            }
        };
        let leaves = (leaving == Leaving::None).then(Vec::new);
        let next = place.filter(|_| more).map(|place| SyncCursor { started_at: self.started_at, place });
        SyncPage { rows, leaves, next, started_at: self.started_at, kind: self.kind(), read }
    }

    /// What a changed record is to this page. A page that says what left the scope looks at all changes there are, also
    /// those made since the sync began: a record that had left before it began, and changed again while its pages were
    /// read, has its place there now, and the next delta undoes the log to this sync's `startedAt` only. Records in the
    /// scope are that delta's.
    #[must_use]
    pub fn seen(&self, row: &Row, seen: Seen) -> Seen {
        match &self.place {
            Some(SyncPlace::Delta { until, .. }) if seen == Seen::Selected && row.seq > *until => Seen::Never,
            _ => seen,
        }
    }

    /// The page that was collected, with `more` to come.
    #[must_use]
    pub fn delta_page(&self, page: DeltaPage, more: bool) -> SyncPage {
        let place = match (&self.place, page.end) {
            (Some(SyncPlace::Delta { since, until, .. }), Some(after)) if more => {
                Some(SyncPlace::Delta { since: *since, after, until: after.max(*until) })
            }
            _ => None,
        };
        let next = place.map(|place| SyncCursor { started_at: self.started_at, place });
        let (rows, leaves) = (page.rows, Some(page.leaves));
        SyncPage { rows, leaves, next, started_at: self.started_at, kind: self.kind(), read: ReadBy::Changes }
    }

    fn kind(&self) -> SyncKind {
        match &self.place {
            Some(SyncPlace::Delta { .. }) => SyncKind::Delta,
            Some(SyncPlace::Base { .. }) | None => SyncKind::Base,
        }
    }
}
