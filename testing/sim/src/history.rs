//! What happened, for people and for the checks.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use syncline_backend::{CommitObserver, Committed};
use syncline_core::record::MutationOp;
use syncline_core::{Key, Value};

/// A change of one field at the server.
#[derive(Clone, Debug)]
pub struct Written {
    /// The record.
    pub key: Key,
    /// The field.
    pub field: usize,
    /// What it was; `None` if the record was not there or a tombstone.
    pub before: Option<Value>,
    /// What it became.
    pub after: Value,
    /// The version that this made.
    pub version: i64,
}

/// Everything the server committed.
#[derive(Debug, Default)]
pub struct ServerLog {
    changes: Mutex<Vec<Committed>>,
}

impl CommitObserver for ServerLog {
    fn committed(&self, changes: &Arc<[Committed]>) {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(changes);
    }
}

impl ServerLog {
    /// Every change so far.
    #[must_use]
    pub fn changes(&self) -> Vec<Committed> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every change of a field so far, oldest first.
    #[must_use]
    pub fn written(&self) -> Vec<Written> {
        let mut written = Vec::new();
        for change in self.changes() {
            let alive = change.before.as_ref().filter(|row| !row.meta.deleted);
            if change.op == MutationOp::Delete {
                continue;
            }
            for (field, after) in change.after.record.0.iter().enumerate() {
                let before = alive.map(|row| row.record[field].clone());
                if before.as_ref() != Some(after) {
                    let (key, version) = (change.key.clone(), change.after.meta.version);
                    written.push(Written { key, field, before, after: after.clone(), version });
                }
            }
        }
        written
    }
}

/// One value that somebody saved: unique in the whole history.
#[derive(Clone, Debug)]
pub struct SavedValue {
    /// Who.
    pub device: usize,
    /// The record.
    pub key: Key,
    /// The field.
    pub field: usize,
    /// The value; for a list the item that was added.
    pub value: Value,
    /// What the device showed, and what it knew of the server, when it was saved.
    pub seen: Vec<Value>,
    /// Its place in the order of everything people did.
    pub order: usize,
}

/// What people did and what became of it.
#[derive(Debug, Default)]
pub struct History {
    /// Every value saved.
    pub saved: Vec<SavedValue>,
    /// Every delete: who, what, when.
    pub deletes: Vec<(usize, Key, usize)>,
    /// Records whose conditional mutation failed or was refused, by device.
    pub refused: HashSet<(usize, Key)>,
    /// When a device was last cleared: what it had not sent by then is gone on purpose.
    pub cleared: HashMap<usize, usize>,
    /// The last versions that devices knew.
    pub known: crate::check::Known,
    /// The story, for people.
    lines: Vec<String>,
    /// Things done so far.
    pub order: usize,
    verbose: bool,
}

impl History {
    /// An empty history; a verbose one prints each line as it happens.
    #[must_use]
    pub fn new(verbose: bool) -> History {
        History { verbose, ..History::default() }
    }

    /// Adds a line to the story.
    pub fn tell(&mut self, now_ms: u64, line: impl FnOnce() -> String) {
        if self.verbose {
            self.lines.push(format!("{now_ms:>9} ms  {}", line()));
        }
    }

    /// The story so far.
    #[must_use]
    pub fn story(&self) -> &[String] {
        &self.lines
    }
}

/// The log, shared with a backend.
pub type SharedLog = Arc<ServerLog>;
