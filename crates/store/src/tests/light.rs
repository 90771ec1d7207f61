//! Settling reads no more than it needs: the same histories with a reading of everything lead to the same file.

use super::file::{dump, same};
use super::{memory, model_of, record, save, schema, versioned};
use crate::change::Change;
use crate::tx::SettleDone;
use crate::{ClaimLimits, Store, local};
use std::sync::Arc;
use syncline_core::predicate::Filter;
use syncline_core::record::{Entry, Outcome};
use syncline_core::{Key, Meta, Schema, Versioned};

const IDS: [&str; 4] = ["t1", "t2", "t3", "a1"];
const LIMITS: ClaimLimits<'_> =
    ClaimLimits { same_document_dependencies: true, ..ClaimLimits::of(&[1, 2, 3]) };

/// Numbers from a seed (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % limit
    }

    fn id(&mut self) -> &'static str {
        IDS[self.below(IDS.len() as u64) as usize]
    }

    fn row(&mut self, schema: &Schema, id: &str) -> Versioned {
        let field = if id.starts_with('a') { "name" } else { "body" };
        let text = ["x", "y", "z"][self.below(3) as usize];
        let row = versioned(schema, id, 1 + self.below(6) as i64, &[(field, text)]);
        Versioned { meta: Meta { deleted: self.below(5) == 0, ..row.meta }, ..row }
    }

    fn outcome(&mut self, schema: &Schema, entry: &Entry) -> Outcome {
        let mut current = self.row(schema, &entry.key.to_string());
        let next = entry.base_version.unwrap_or(0) + 1;
        match self.below(10) {
            0 => Outcome::Refused("no".into()),
            1 => Outcome::Conflict { current, fresh_id: format!("{}'", entry.id) },
            2 => Outcome::ConditionFailed(Some(current)),
            3 => Outcome::Applied(current),
            _ => {
                current.meta.version = next;
                Outcome::Applied(current)
            }
        }
    }
}

/// Settles with everything that is known of the record.
fn settle_fully(store: &mut Store, mutation: &str, outcome: Outcome) -> (Option<SettleDone>, Vec<Change>) {
    let settled = store.write(|tx| {
        let reads = tx.reads;
        let Some(entry) = reads.entry(mutation)? else { return Ok(None) };
        let table = reads.tables.get(entry.model)?;
        let before = local::load(&reads.conn, table, &entry.key)?;
        tx.settle_loaded(table, before, (mutation, outcome), None)
    });
    settled.unwrap()
}

/// One step of a history, on both stores.
fn step(random: &mut Random, stores: &mut [Store; 2], flying: &mut Vec<Entry>, number: usize) {
    let schema: Arc<Schema> = Arc::clone(stores[0].schema());
    let (id, mutation) = (random.id(), format!("m{number}"));
    match random.below(8) {
        0..=2 => {
            let field = if id.starts_with('a') { "name" } else { "body" };
            let text = ["p", "q"][random.below(2) as usize];
            stores.iter_mut().for_each(|store| save(store, id, &[(field, text)], &mutation));
        }
        3 => {
            let model = model_of(&schema, id).id;
            stores.iter_mut().for_each(|store| {
                store.write(|tx| tx.delete(model, &Key::id(id), None, mutation.clone())).map(drop).unwrap();
            });
        }
        4 => {
            let row = random.row(&schema, id);
            let model = model_of(&schema, id).id;
            stores.iter_mut().for_each(|store| {
                store.write(|tx| tx.apply_frame(model, row.clone(), &Filter::All)).map(drop).unwrap();
            });
        }
        5 => {
            let claimed = stores.each_mut().map(|store| store.write(|tx| tx.claim(LIMITS)).unwrap().0);
            flying.extend(claimed.into_iter().next().flatten().into_iter().flat_map(|batch| batch.entries));
        }
        _ if flying.is_empty() => {}
        _ => {
            let entry = flying.remove(random.below(flying.len() as u64) as usize);
            let outcome = random.outcome(&schema, &entry);
            let [light, full] = stores;
            let lightly = light.write(|tx| tx.settle(&entry.id, outcome.clone())).unwrap();
            let fully = settle_fully(full, &entry.id, outcome);
            assert_eq!(lightly, fully, "{entry:?}");
            let [light, full] = stores.each_ref().map(|store| dump(&store.reads.conn));
            same(&light, &full, &entry.id);
        }
    }
}

#[test]
fn settling_reads_no_more_than_it_needs() {
    for seed in 0..120 {
        let schema = schema();
        let mut stores = [memory(Arc::clone(&schema)), memory(Arc::clone(&schema))];
        if seed % 3 == 0 {
            let models: Vec<_> = schema.models().iter().map(|model| model.id).collect();
            stores.iter_mut().for_each(|store| store.collect_changes(models.clone()));
        }
        // A record that nobody has touched yet is there from the start.
        let author = Versioned { record: record(&schema, "a1", &[]), ..versioned(&schema, "a1", 1, &[]) };
        let model = model_of(&schema, "a1").id;
        stores.iter_mut().for_each(|store| {
            store.write(|tx| tx.apply_frame(model, author.clone(), &Filter::All)).map(drop).unwrap();
        });
        let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ (seed + 1));
        let mut flying = Vec::new();
        for number in 0..60 {
            step(&mut random, &mut stores, &mut flying, number);
        }
    }
}
