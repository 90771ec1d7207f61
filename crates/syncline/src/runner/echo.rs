//! Frames about records whose mutation is on its way.
//!
//! Most of them are the echoes of those mutations and come before their answer, which says the same. Such a frame waits
//! for the answer: then it is an old one and costs nothing, where it would have been written first and overwritten at
//! once. It is no more than a frame that the network delivers late.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};
use syncline_core::{Key, Model, ModelId, Versioned};
use syncline_store::Batch;

/// The records of the batches under way.
#[derive(Debug, Default)]
pub(super) struct Echoes(Mutex<HashMap<(ModelId, Key), Expected>>);

/// What is known of a record whose mutation is on its way.
#[derive(Debug, Default)]
struct Expected {
    /// Batches under way that hold a mutation of it: one, and the one after it while the first is being taken down.
    flights: usize,
    /// The version that the answer named.
    settled: Option<i64>,
    /// The newest record that a frame held: an older one says nothing beside it.
    newest: Option<Versioned>,
}

impl Echoes {
    fn records(&self) -> MutexGuard<'_, HashMap<(ModelId, Key), Expected>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its records are about to be sent.
    pub(super) fn expect(&self, batch: &Batch) -> Vec<Key> {
        let keys: Vec<Key> = batch.entries.iter().map(|entry| entry.key.clone()).collect();
        let mut records = self.records();
        for key in &keys {
            records.entry((batch.model, key.clone())).or_default().flights += 1;
        }
        keys
    }

    /// Keeps a frame's record if a mutation of it is on its way; gives it back if not.
    pub(super) fn hold(&self, model: &Model, row: Versioned) -> Option<Versioned> {
        let mut records = self.records();
        if records.is_empty() {
            return Some(row);
        }
        let Some(expected) = records.get_mut(&(model.id, Key::of(model, &row.record))) else {
            return Some(row);
        };
        if expected.newest.as_ref().is_none_or(|newest| newest.meta.version < row.meta.version) {
            expected.newest = Some(row);
        }
        None
    }

    /// The answer to the mutation of this record is stored.
    pub(super) fn settled(&self, model: ModelId, key: &Key, version: i64) {
        if let Some(expected) = self.records().get_mut(&(model, key.clone())) {
            expected.settled = expected.settled.max(Some(version));
        }
    }

    /// The batch is no longer under way. Returns the records that say more than its answer.
    pub(super) fn release(&self, model: ModelId, keys: Vec<Key>) -> Vec<Versioned> {
        let mut records = self.records();
        let mut newer = Vec::new();
        for key in keys {
            let Entry::Occupied(mut record) = records.entry((model, key)) else { continue };
            record.get_mut().flights = record.get().flights.saturating_sub(1);
            if record.get().flights == 0 {
                let Expected { settled, newest, .. } = record.remove();
                newer.extend(newest.filter(|newest| settled.is_none_or(|known| known < newest.meta.version)));
            }
        }
        newer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_core::model::{FieldKind, FieldSource, Names};
    use syncline_core::record::MutationOp;
    use syncline_core::{Field, Meta, Record, Scalar, Value};

    #[test]
    fn a_frame_waits_for_the_answer_and_counts_if_it_is_newer() {
        let id = Field::new("id", FieldKind::Scalar(Scalar::Id), FieldSource::Declared);
        let model = Model::new(ModelId(0), "Post", Names::new("Post", "Posts"), vec![id], vec![0]);
        let frame = |id: &str, version| Versioned {
            record: Record(vec![Value::from(id)]),
            meta: Meta { version, last_changed_at: 0, deleted: false },
        };
        for (frames, answer, left) in [
            (&[2][..], Some(2), None),
            (&[2, 3], Some(2), Some(3)),
            (&[3, 2], Some(2), Some(3)),
            (&[2], None, Some(2)),
            (&[], Some(2), None),
            (&[2], Some(4), None),
        ] {
            let echoes = Echoes::default();
            let batch = Batch {
                model: model.id,
                op: MutationOp::Update,
                entries: Vec::new(),
                conditional: false,
                more: false,
            };
            assert_eq!(echoes.expect(&batch), []);
            let expected = Expected { flights: 1, ..Expected::default() };
            echoes.records().insert((model.id, Key::id("a")), expected);
            for version in frames {
                assert_eq!(echoes.hold(&model, frame("a", *version)), None);
                assert_eq!(echoes.hold(&model, frame("b", *version)), Some(frame("b", *version)));
            }
            if let Some(version) = answer {
                echoes.settled(model.id, &Key::id("a"), version);
            }
            let released = echoes.release(model.id, vec![Key::id("a"), Key::id("b")]);
            assert_eq!(released.first().map(|row| row.meta.version), left, "{frames:?} {answer:?}");
            assert_eq!(
                echoes.hold(&model, frame("a", 9)),
                Some(frame("a", 9)),
                "nothing is expected any more"
            );
        }
    }
}
