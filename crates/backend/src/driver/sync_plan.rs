//! How a sync goes from page to page: the same in every store.

use syncline_core::{Key, Model};

use crate::driver::key_fits;
use crate::{BackendError, Row, Sync, SyncCursor, SyncKind, SyncPage, SyncPlace};

impl Sync {
    /// The `lastSync` to answer from, in ms; `None` asks for a base sync, as does zero on the wire.
    #[must_use]
    pub fn since(&self) -> Option<i64> {
        self.last_sync.filter(|since| *since > 0)
    }
}

/// What one page of a sync reads.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncPlan {
    started_at: i64,
    place: Option<SyncPlace>,
}

impl SyncPlan {
    /// The first page of a sync. `after` is the sequence number that its `lastSync` maps to, or `None` for a base sync;
    /// `last` is the snapshot's last sequence number.
    #[must_use]
    pub fn first(started_at: i64, after: Option<i64>, last: i64) -> SyncPlan {
        SyncPlan { started_at, place: after.map(|after| SyncPlace::Delta { after, until: last }) }
    }

    /// A later page.
    ///
    /// # Errors
    /// [`BackendError::Cursor`] if no sync of this store can have ended a page there.
    pub fn resume(model: &Model, cursor: &SyncCursor, last: i64) -> Result<SyncPlan, BackendError> {
        let fits = match &cursor.place {
            SyncPlace::Base { after } => key_fits(model, after),
            SyncPlace::Delta { after, until } => (0..=*until).contains(after) && *until <= last,
        };
        if fits {
            Ok(SyncPlan { started_at: cursor.started_at, place: Some(cursor.place.clone()) })
        } else {
            Err(BackendError::Cursor("no sync of this store ended a page there".to_owned()))
        }
    }

    /// Where the page begins; `None` is the beginning of a base sync.
    #[must_use]
    pub fn place(&self) -> Option<&SyncPlace> {
        self.place.as_ref()
    }

    /// The page of these `rows`, with `more` to come.
    #[must_use]
    pub fn page(&self, model: &Model, rows: Vec<Row>, more: bool) -> SyncPage {
        let (kind, place) = match &self.place {
            Some(SyncPlace::Delta { until, .. }) => {
                (SyncKind::Delta, rows.last().map(|last| SyncPlace::Delta { after: last.seq, until: *until }))
            }
            Some(SyncPlace::Base { .. }) | None => {
                let after = rows.last().map(|last| Key::of(model, &last.record));
                (SyncKind::Base, after.map(|after| SyncPlace::Base { after }))
            }
        };
        let next = place.filter(|_| more).map(|place| SyncCursor { started_at: self.started_at, place });
        SyncPage { rows, next, started_at: self.started_at, kind }
    }
}
