//! Frames about records whose mutation is on its way.
//!
//! Most of them are the echoes of those mutations and come before their answer, which says the same. Such a frame waits
//! for the answer: then it is an old one and costs nothing, where it would have been written first and overwritten at
//! once. It is no more than a frame that the network delivers late.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use syncline_core::record::Entry;
use syncline_core::{Key, Model, ModelId, Versioned};

/// The records of the batches under way, and what frames said of them meanwhile.
#[derive(Debug, Default)]
pub struct Echoes(HashMap<(ModelId, Key), Expected>);

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
    /// The records of these entries are about to be sent. Returns them, for [`release`](Echoes::release).
    pub fn expect(&mut self, entries: &[Entry]) -> Vec<(ModelId, Key)> {
        let records: Vec<_> = entries.iter().map(|entry| (entry.model, entry.key.clone())).collect();
        for record in &records {
            self.0.entry(record.clone()).or_default().flights += 1;
        }
        records
    }

    /// Keeps a frame's record if a mutation of it is on its way; gives it back if not.
    pub fn hold(&mut self, model: &Model, row: Versioned) -> Option<Versioned> {
        if self.0.is_empty() {
            return Some(row);
        }
        let Some(expected) = self.0.get_mut(&(model.id, Key::of(model, &row.record))) else {
            return Some(row);
        };
        if expected.newest.as_ref().is_none_or(|newest| newest.meta.version < row.meta.version) {
            expected.newest = Some(row);
        }
        None
    }

    /// The answer to the mutation of this record is stored; it named `version`.
    pub fn settled(&mut self, model: ModelId, key: &Key, version: i64) {
        if let Some(expected) = self.0.get_mut(&(model, key.clone())) {
            expected.settled = expected.settled.max(Some(version));
        }
    }

    /// A batch is no longer under way. Returns those of its records of which a frame said more than its answer, to be
    /// stored now.
    pub fn release(&mut self, records: Vec<(ModelId, Key)>) -> Vec<(ModelId, Versioned)> {
        let mut newer = Vec::new();
        for record in records {
            let model = record.0;
            let Place::Occupied(mut place) = self.0.entry(record) else { continue };
            place.get_mut().flights = place.get().flights.saturating_sub(1);
            if place.get().flights == 0 {
                let Expected { settled, newest, .. } = place.remove();
                let newest = newest.filter(|row| settled.is_none_or(|known| known < row.meta.version));
                newer.extend(newest.map(|row| (model, row)));
            }
        }
        newer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_core::model::{FieldKind, FieldSource, Names};
    use syncline_core::record::{EntryState, MutationOp, Patch};
    use syncline_core::{Field, Meta, Record, Scalar, Value};

    #[test]
    fn a_frame_waits_for_the_answer_and_counts_if_it_is_newer() {
        let id = Field::new("id", FieldKind::Scalar(Scalar::Id), FieldSource::Declared);
        let model = Model::new(ModelId(0), "Post", Names::new("Post", "Posts"), vec![id], vec![0]);
        let frame = |id: &str, version| Versioned {
            record: Record(vec![Value::from(id)]),
            meta: Meta { version, last_changed_at: 0, deleted: false },
        };
        let sent = Entry {
            seq: 1,
            id: "m".to_owned(),
            model: model.id,
            key: Key::id("a"),
            op: MutationOp::Update,
            patch: Patch::default(),
            base_version: Some(1),
            condition: None,
            group: None,
            state: EntryState::Sent,
        };
        for (frames, answer, left) in [
            (&[2][..], Some(2), None),
            (&[2, 3], Some(2), Some(3)),
            (&[3, 2], Some(2), Some(3)),
            (&[2], None, Some(2)),
            (&[], Some(2), None),
            (&[2], Some(4), None),
        ] {
            let mut echoes = Echoes::default();
            assert_eq!(echoes.expect(&[]), []);
            let flight = echoes.expect(std::slice::from_ref(&sent));
            for version in frames {
                assert_eq!(echoes.hold(&model, frame("a", *version)), None);
                assert_eq!(echoes.hold(&model, frame("b", *version)), Some(frame("b", *version)));
            }
            if let Some(version) = answer {
                echoes.settled(model.id, &Key::id("a"), version);
            }
            let released = echoes.release(flight);
            let version = released.first().map(|(_, row)| row.meta.version);
            assert_eq!(version, left, "{frames:?} {answer:?}");
            assert_eq!(
                echoes.hold(&model, frame("a", 9)),
                Some(frame("a", 9)),
                "nothing is expected any more"
            );
        }
    }

    #[test]
    fn a_record_of_two_batches_waits_for_both() {
        let mut echoes = Echoes::default();
        let (model, key) = (ModelId(0), Key::id("a"));
        let twice = vec![(model, key.clone())];
        for _ in 0..2 {
            echoes.0.entry((model, key.clone())).or_default().flights += 1;
        }
        let row = Versioned {
            record: Record(vec![Value::from("a")]),
            meta: Meta { version: 7, last_changed_at: 0, deleted: false },
        };
        if let Some(expected) = echoes.0.get_mut(&(model, key)) {
            expected.newest = Some(row.clone());
        }
        assert_eq!(echoes.release(twice.clone()), []);
        assert_eq!(echoes.release(twice), [(model, row)]);
    }
}
