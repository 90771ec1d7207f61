//! What a commit changed, for observers.

use syncline_core::{Key, ModelId, Record, Versioned};

/// Where a change came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The application on this device.
    Local,
    /// The server: a sync page, a live frame or the answer to a mutation.
    Remote,
}

/// A record before and after a commit; either is `None` where there is no such record.
///
/// `before` and `after` are equal where only the version moved, for example when the server's echo says nothing new.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The model.
    pub model: ModelId,
    /// The record.
    pub key: Key,
    /// What was visible.
    pub before: Option<Record>,
    /// What is visible now.
    pub after: Option<Record>,
    /// The server's version that is known now.
    pub version: Option<i64>,
    /// Where it came from.
    pub source: Source,
}

/// The changes of the open transaction, and whose are wanted.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// By model: whether somebody observes it.
    observed: Vec<bool>,
    pub(crate) list: Vec<Change>,
    /// Whether the transaction marks mutations as sent: they must not leave before the disk knows (SYNC 1.2).
    pub(crate) sends: bool,
    /// Whether the transaction begins or ends to hold a record for its conflict handler.
    pub(crate) held: bool,
    /// The server's records that the operation has stored, if it keeps them.
    pub(crate) received: Option<Vec<Versioned>>,
}

impl Changes {
    /// From now on only changes of `models` are kept.
    pub(crate) fn observe(&mut self, models: impl IntoIterator<Item = ModelId>) {
        self.observed.clear();
        for model in models {
            if self.observed.len() <= model.0 {
                self.observed.resize(model.0 + 1, false);
            }
            self.observed[model.0] = true;
        }
    }

    /// A record of the server is stored.
    pub(crate) fn receive(&mut self, row: &Versioned) {
        if let Some(received) = &mut self.received {
            received.push(row.clone());
        }
    }

    /// Whether changes of `model` are kept.
    pub(crate) fn wants(&self, model: ModelId) -> bool {
        self.observed.get(model.0).copied().unwrap_or(false)
    }
}
