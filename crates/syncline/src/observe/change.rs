//! What an observer is told.

use crate::shape::Shape;
use syncline_core::{Key, Record};

/// Where a change came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeSource {
    /// A save or delete on this device.
    Local,
    /// The cloud.
    Remote,
}

/// A committed change of one record, or word that changes are not told one by one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change<M> {
    /// The record is new here.
    Created {
        /// The record.
        item: M,
        /// Where it came from.
        source: ChangeSource,
    },
    /// The record changed.
    Updated {
        /// The record as it was.
        before: M,
        /// The record as it is.
        item: M,
        /// Where the change came from.
        source: ChangeSource,
    },
    /// The record is gone.
    Deleted {
        /// The record as it was.
        item: M,
        /// Where the change came from.
        source: ChangeSource,
    },
    /// The stream was not read for so long that this many changes were dropped. Query again; what comes after this is
    /// told as before.
    Missed {
        /// How many.
        count: u64,
    },
    /// [`DataStore::clear`](crate::DataStore::clear) has removed every record.
    Cleared,
}

impl<M> Change<M> {
    /// The record the change is about, as it is, or was before it was deleted. `None` if it is not about one.
    pub fn item(&self) -> Option<&M> {
        match self {
            Change::Created { item, .. } | Change::Updated { item, .. } | Change::Deleted { item, .. } => {
                Some(item)
            }
            Change::Missed { .. } | Change::Cleared => None,
        }
    }

    /// Where it came from. `None` if it is not about a record.
    pub fn source(&self) -> Option<ChangeSource> {
        match self {
            Change::Created { source, .. }
            | Change::Updated { source, .. }
            | Change::Deleted { source, .. } => Some(*source),
            Change::Missed { .. } | Change::Cleared => None,
        }
    }
}

/// A change as the writer tells it: records, not yet models.
#[derive(Clone, Debug)]
pub(crate) struct RecordChange {
    pub(crate) key: Key,
    pub(crate) before: Option<Record>,
    pub(crate) after: Option<Record>,
    pub(crate) version: Option<i64>,
    pub(crate) source: ChangeSource,
}

impl RecordChange {
    /// The change in the words of the application; `None` if a record does not fit the model.
    pub(super) fn shaped<M>(&self, shape: &Shape<M>) -> Option<Change<M>> {
        let item = |record: &Record, version| shape.item(record, version).ok();
        let source = self.source;
        match (&self.before, &self.after) {
            (None, Some(after)) => Some(Change::Created { item: item(after, self.version)?, source }),
            (Some(before), Some(after)) => Some(Change::Updated {
                before: item(before, None)?,
                item: item(after, self.version)?,
                source,
            }),
            (Some(before), None) => Some(Change::Deleted { item: item(before, None)?, source }),
            (None, None) => None,
        }
    }
}
