//! What the store holds.

use std::collections::{BTreeMap, HashMap};

use syncline_core::{Key, ModelId};

use crate::driver::Timeline;
use crate::{LoggedChange, Row};

/// Everything in the store.
#[derive(Debug)]
pub(super) struct State {
    /// The records of each model, tombstones included.
    pub(super) models: Vec<BTreeMap<Key, Stored>>,
    /// The stamp of each commit, by its sequence number minus one.
    pub(super) stamps: Vec<i64>,
    /// The mutations applied, by their id.
    pub(super) ids: HashMap<String, Remembered>,
    /// The store's time.
    pub(super) time: Timeline,
}

/// A record and what made it.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// The record.
    pub(super) row: Row,
    /// Its changes, oldest first.
    pub(super) log: Vec<LoggedChange>,
}

/// A mutation that was applied.
#[derive(Clone, Debug)]
pub(super) struct Remembered {
    pub(super) principal: String,
    pub(super) model: ModelId,
    pub(super) key: Key,
}

impl State {
    pub(super) fn new(models: usize) -> State {
        State {
            models: vec![BTreeMap::new(); models],
            stamps: Vec::new(),
            ids: HashMap::new(),
            time: Timeline::restore(0, 0),
        }
    }

    /// The record with this key.
    pub(super) fn row(&self, model: ModelId, key: &Key) -> Option<&Row> {
        self.models[model.0].get(key).map(|stored| &stored.row)
    }

    /// The sequence number of the last commit; 0 if there was none.
    pub(super) fn last_seq(&self) -> i64 {
        self.stamps.len() as i64
    }

    /// The greatest sequence number such that every commit stamped `last_sync` or later comes after it.
    pub(super) fn seq_before(&self, last_sync: i64) -> i64 {
        self.stamps.partition_point(|stamp| *stamp < last_sync) as i64
    }
}
