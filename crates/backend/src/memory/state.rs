//! What the store holds.

use std::collections::{BTreeMap, HashMap};

use syncline_core::record::MutationOp;
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
    /// How many mutations were ever remembered.
    pub(super) places: u64,
    /// The store's time.
    pub(super) time: Timeline,
    /// Tombstones stamped before it may be gone, in ms.
    pub(super) horizon: i64,
    /// Log lines stamped before it may be gone, in ms.
    pub(super) log_from: i64,
}

/// A record and what made it.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// The record.
    pub(super) row: Row,
    /// Its changes, oldest first, as far as they are kept.
    pub(super) log: Vec<Line>,
}

/// A line of the change log.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) seq: i64,
    pub(super) op: MutationOp,
    pub(super) change: LoggedChange,
}

/// A mutation that was applied.
#[derive(Clone, Debug)]
pub(super) struct Remembered {
    pub(super) principal: String,
    pub(super) model: ModelId,
    pub(super) key: Key,
    /// It was the so-manieth to be remembered.
    pub(super) place: u64,
    /// When, in ms.
    pub(super) stamp: i64,
}

impl State {
    pub(super) fn new(models: usize) -> State {
        State {
            models: vec![BTreeMap::new(); models],
            stamps: Vec::new(),
            ids: HashMap::new(),
            places: 0,
            time: Timeline::restore(0, 0),
            horizon: 0,
            log_from: 0,
        }
    }

    /// The record with this key.
    pub(super) fn row(&self, model: ModelId, key: &Key) -> Option<&Row> {
        self.models[model.0].get(key).map(|stored| &stored.row)
    }

    /// The stamp of the commit with this sequence number, in ms.
    pub(super) fn stamp(&self, seq: i64) -> i64 {
        usize::try_from(seq - 1).ok().and_then(|place| self.stamps.get(place)).copied().unwrap_or(0)
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
