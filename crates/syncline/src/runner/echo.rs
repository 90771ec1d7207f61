//! Frames about records whose mutation is on its way, shared by the tasks of a run: see
//! [`Echoes`](syncline_protocol::exchange::Echoes).

use std::sync::{Mutex, MutexGuard, PoisonError};
use syncline_core::{Key, Model, ModelId, Versioned};
use syncline_protocol::exchange;
use syncline_store::Batch;

/// The records of the batches under way.
#[derive(Debug, Default)]
pub(super) struct Echoes(Mutex<exchange::Echoes>);

impl Echoes {
    fn records(&self) -> MutexGuard<'_, exchange::Echoes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its records are about to be sent.
    pub(super) fn expect(&self, batch: &Batch) -> Vec<(ModelId, Key)> {
        self.records().expect(&batch.entries)
    }

    /// Keeps a frame's record if a mutation of it is on its way; gives it back if not.
    pub(super) fn hold(&self, model: &Model, row: Versioned) -> Option<Versioned> {
        self.records().hold(model, row)
    }

    /// The answer to the mutation of this record is stored.
    pub(super) fn settled(&self, model: ModelId, key: &Key, version: i64) {
        self.records().settled(model, key, version);
    }

    /// The batch is no longer under way. Returns the records that say more than its answer.
    pub(super) fn release(&self, records: Vec<(ModelId, Key)>) -> Vec<(ModelId, Versioned)> {
        self.records().release(records)
    }
}
