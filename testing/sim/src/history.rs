//! What happened, for people and for the checks.

use crate::check::Known;
use crate::schemas::{known_as, known_value};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use syncline_backend::{CommitObserver, Committed};
use syncline_core::record::MutationOp;
use syncline_core::{Key, ModelId, Schema, Value};

/// A record: its model's name, which every version of the schema knows, and its key.
pub type Id = (String, Key);

/// A change of one field at the server.
#[derive(Clone, Debug)]
pub struct Written {
    /// The record.
    pub id: Id,
    /// The field's name.
    pub field: String,
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
    changes: Mutex<Changes>,
}

#[derive(Debug, Default)]
struct Changes {
    /// What is there.
    now: Vec<Committed>,
    /// How many changes each commit made.
    commits: Vec<usize>,
    /// What was there and is lost, because the server was restored from a copy.
    lost: Vec<Committed>,
}

impl CommitObserver for ServerLog {
    fn committed(&self, changes: &Arc<[Committed]>) {
        let mut all = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        all.now.extend_from_slice(changes);
        all.commits.push(changes.len());
    }
}

impl ServerLog {
    /// How many changes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).now.len()
    }

    /// How many commits there were, those too that were lost later.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).commits.len()
    }

    /// How many changes each commit made, but for the first `but` commits.
    #[must_use]
    pub fn sizes(&self, but: usize) -> Vec<usize> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).commits[but..].to_vec()
    }

    /// The changes behind the first `kept` are lost.
    pub fn truncate(&self, kept: usize) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let lost = changes.now.drain(kept..).collect::<Vec<_>>();
        changes.lost.extend(lost);
    }

    /// Every change of a field that has not been lost, oldest first.
    #[must_use]
    pub fn written(&self, schema: &Schema) -> Vec<Written> {
        let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.now.iter().flat_map(|change| fields(schema, change)).collect()
    }

    /// Every change of a field, those too that were lost later.
    #[must_use]
    pub fn ever_written(&self, schema: &Schema) -> Vec<Written> {
        let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.lost.iter().chain(&changes.now).flat_map(|change| fields(schema, change)).collect()
    }
}

fn fields(schema: &Schema, change: &Committed) -> Vec<Written> {
    let alive = change.before.as_ref().filter(|row| !row.meta.deleted);
    if change.op == MutationOp::Delete {
        return Vec::new();
    }
    let model = schema.model(change.model);
    let (id, version) = ((model.name.clone(), change.key.clone()), change.after.meta.version);
    let changes = model.fields.iter().zip(&change.after.record.0).enumerate();
    let changed = changes.filter_map(|(place, (field, after))| {
        let (before, after) = (alive.map(|row| known_value(&row.record[place])), known_value(after));
        let (id, field) = (id.clone(), field.name.clone());
        (before.as_ref() != Some(&after)).then_some(Written { id, field, before, after, version })
    });
    changed.collect()
}

/// One value that somebody saved: unique in the whole history.
#[derive(Clone, Debug)]
pub struct SavedValue {
    /// Who.
    pub device: usize,
    /// The record.
    pub id: Id,
    /// The field's name.
    pub field: String,
    /// The value; for a list the item that was added.
    pub value: Value,
    /// What the device showed, and what it knew of the server, when it was saved.
    pub seen: Vec<Value>,
    /// Its place in the order of everything people did.
    pub order: usize,
    /// Whether the device's rows may lack the values of fields that are new in the schema.
    pub blind: bool,
}

/// A counter that somebody raised.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Who.
    pub device: usize,
    /// The record.
    pub id: Id,
    /// By how much.
    pub by: i64,
    /// Its place in the order of everything people did.
    pub order: usize,
}

/// What was saved in one transaction.
#[derive(Clone, Debug)]
pub struct Together {
    /// Who.
    pub device: usize,
    /// Its place in the order of everything people did.
    pub at: usize,
    /// The records, in the order in which they were first saved.
    pub order: Vec<Id>,
    /// Those of which the place is not known: a save on a condition does not become one with another, and one that changes
    /// no more than whom the record belongs to may change nothing.
    pub apart: Vec<Id>,
    /// The last value of each field.
    pub values: Vec<(Id, String, Value)>,
}

/// What people did and what became of it.
#[derive(Debug, Default)]
pub struct History {
    /// Every value saved.
    pub saved: Vec<SavedValue>,
    /// Every increment of a counter.
    pub counted: Vec<Counted>,
    /// Every transaction.
    pub together: Vec<Together>,
    /// Every delete: who, what, when.
    pub deletes: Vec<(usize, Id, usize)>,
    /// Records that belonged to another at any time: who said so, the other, and which.
    pub belonged: HashSet<(usize, Id, Id)>,
    /// Records of which a conditional mutation failed, or a parked one was discarded, by device.
    pub dropped: HashSet<(usize, Id)>,
    /// Records of which a person sent something parked once more, by device.
    pub repaired: HashSet<(usize, Id)>,
    /// Records of which a device ever had something parked, or has something that waits for what is.
    pub parked: HashSet<(usize, Id)>,
    /// Records that a stranger wrote over.
    pub visited: HashSet<Id>,
    /// Records of which a device's conflict handler was asked.
    pub handled: HashSet<(usize, Id)>,
    /// When a device was last cleared: what it had not sent by then is gone on purpose.
    pub cleared: HashMap<usize, usize>,
    /// Records that a device saved from a copy that was read before it was cleared, with all that the copy says.
    pub revived: HashSet<(usize, Id)>,
    /// Whether the server was restored from a copy.
    pub restored: bool,
    /// Whether it has forgotten tombstones.
    pub forgot: bool,
    /// How many values of the enum were given.
    pub kinds: usize,
    /// The last versions that devices knew.
    pub known: Known,
    /// How often it happened that something was done.
    pub told: BTreeMap<&'static str, u64>,
    /// The story, for people.
    lines: Vec<String>,
    /// Things done so far.
    pub order: usize,
    verbose: bool,
}

impl History {
    /// An empty history; a verbose one keeps each line of the story.
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

    /// Counts that something happened.
    pub fn count(&mut self, what: &'static str) {
        *self.told.entry(what).or_default() += 1;
    }

    /// The device's handler was shown that the server has `remote`: whatever the device has saved of the field stands on
    /// what it said.
    pub fn saw(&mut self, (device, id): (usize, &Id), field: &str, remote: &Value) {
        let mine = |save: &&mut SavedValue| save.device == device && save.id == *id && save.field == field;
        self.saved.iter_mut().filter(mine).for_each(|save| save.seen.push(known_value(remote)));
    }

    /// Whether anybody ever deleted the record.
    #[must_use]
    pub fn was_deleted(&self, id: &Id) -> bool {
        self.deletes.iter().any(|(_, deleted, _)| deleted == id)
    }
}

/// The log, shared with a backend.
pub type SharedLog = Arc<ServerLog>;

/// The record, as every version of the schema knows it.
#[must_use]
pub fn id_of(schema: &Schema, model: ModelId, key: &Key) -> Id {
    (known_as(&schema.model(model).name).to_owned(), key.clone())
}
