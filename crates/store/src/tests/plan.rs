//! What the frequent statements cost: none of them may walk a table.

use super::{memory, record, save, schema, versioned};
use crate::{ClaimLimits, Save};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use syncline_core::record::Outcome;
use syncline_core::{Key, ModelId};

#[test]
fn the_statements_of_the_outbox_use_indexes() {
    let store = memory(schema());
    let statements = [
        "SELECT model, shape, seq FROM _outbox WHERE ready = 1 AND model = ?1 AND shape > ?2 \
         ORDER BY model, shape, seq LIMIT 1",
        "SELECT model, shape, seq FROM _outbox WHERE ready = 1 AND model > ?1 ORDER BY model, shape, seq LIMIT 1",
        "SELECT seq, id FROM _outbox WHERE ready = 1 AND model = ?1 AND shape = ?2 ORDER BY seq LIMIT ?3",
        "SELECT seq, id FROM _outbox WHERE state = 1 ORDER BY seq",
        "SELECT seq, id FROM _outbox WHERE model = ?1 AND key = ?2 ORDER BY seq",
        "SELECT 1 FROM _outbox WHERE model = ?1",
        "SELECT min(seq) FROM _outbox WHERE grp = ?1",
        "SELECT child.seq FROM _parent JOIN _outbox AS child ON child.seq = _parent.seq \
         WHERE _parent.model = ?2 AND _parent.key = ?3 AND child.op = 2 AND child.state <> 2 AND child.seq <> ?1",
        "SELECT parent.seq FROM _parent JOIN _outbox AS parent \
         ON parent.model = _parent.model AND parent.key = _parent.key WHERE _parent.seq = ?1 AND parent.op = 0",
    ];
    for sql in statements {
        let mut statement = store.reads().conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let count = statement.parameter_count();
        let params = rusqlite::params_from_iter(vec![rusqlite::types::Null; count]);
        let plan: Vec<String> =
            statement.query_map(params, |row| row.get("detail")).unwrap().map(Result::unwrap).collect();
        let walks = plan.iter().any(|step| {
            step.contains("TEMP B-TREE") || (step.starts_with("SCAN") && !step.contains("_outbox_sent"))
        });
        assert!(!walks, "{sql}\n{plan:#?}");
    }
}

/// The work of SQLite's machine for `op`, in thousands of its instructions.
fn cost(store: &mut crate::Store, op: impl FnOnce(&mut crate::Store)) -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    COUNT.store(0, Ordering::Relaxed);
    let count = || {
        COUNT.fetch_add(1, Ordering::Relaxed);
        false
    };
    store.reads.conn.progress_handler(1_000, Some(count)).unwrap();
    op(store);
    store.reads.conn.progress_handler(0, None::<fn() -> bool>).unwrap();
    COUNT.load(Ordering::Relaxed)
}

#[test]
fn a_claim_costs_what_it_takes_and_not_what_waits() {
    let schema = schema();
    let threads = schema.by_name("Thread").unwrap().id;
    let drain = |waiting: usize| {
        let mut store = memory(Arc::clone(&schema));
        // Everything waits for one author, who is in flight.
        save(&mut store, "a", &[], "m-a");
        let all = ClaimLimits { sizes: &[1, 10], resend: false, same_document_dependencies: false };
        store.write(|tx| tx.claim(all)).unwrap().0.unwrap();
        store.begin().unwrap();
        for number in 0..waiting {
            add(&mut store, threads, &format!("t{number:05}"), &[("authorId", "a")]);
        }
        for number in 0..20 {
            add(&mut store, threads, &format!("free{number}"), &[]);
        }
        store.commit().unwrap();
        let claim = cost(&mut store, |store| {
            for _ in 0..2 {
                assert_eq!(store.write(|tx| tx.claim(all)).unwrap().0.unwrap().entries.len(), 10);
            }
            assert!(store.write(|tx| tx.claim(all)).unwrap().0.is_none());
        });
        let author = versioned(&schema, "a", 1, &[]);
        store.write(|tx| tx.settle("m-a", Outcome::Applied(author))).unwrap();
        let after = cost(&mut store, |store| {
            assert_eq!(store.write(|tx| tx.claim(all)).unwrap().0.unwrap().entries.len(), 10);
        });
        (claim, after)
    };
    let (few, many) = (drain(50), drain(5_000));
    assert!(many.0 <= few.0 + 2 && many.1 <= few.1 + 2, "50 waiting: {few:?}, 5,000 waiting: {many:?}");
}

fn add(store: &mut crate::Store, model: ModelId, id: &str, fields: &[(&str, &str)]) {
    let value = record(store.schema(), id, fields);
    let mutation = format!("m-{id}");
    store
        .attempt(|tx| {
            assert!(tx.reads().get(model, &Key::id(id))?.is_none());
            tx.save(Save { model, value: &value, read_as: None, condition: None, mutation })
        })
        .unwrap();
}
