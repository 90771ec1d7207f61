//! Every operation of a transaction, on a file that holds records of every kind.

use super::{delete, model_of, record, save, versioned};
use crate::{ClaimLimits, Group, RemotePage, Save, Store, StoreError, Tx};
use std::sync::Arc;
use syncline_core::predicate::{Filter, Op as Operator, Predicate};
use syncline_core::record::Outcome;
use syncline_core::{Key, Meta, Schema, Value, Versioned};

/// An operation of a transaction.
pub(super) type Op = fn(&mut Tx<'_>) -> Result<(), StoreError>;

/// Puts records of every kind into the file: plain, pending, in flight, parked, deleted, and children of others.
pub(super) fn furnish(store: &mut Store) {
    let schema = Arc::clone(store.schema());
    for id in ["t1", "t2", "t3", "t4", "t5", "a1"] {
        let row = versioned(&schema, id, 2, &[]);
        store.write(|tx| tx.apply_frame(model_of(&schema, id).id, row, &Filter::All)).unwrap();
    }
    for (id, parent) in [("t20", "t4"), ("t21", "t20"), ("t22", "t21")] {
        let row = versioned(&schema, id, 2, &[("authorId", "a1"), ("parentId", parent)]);
        store.write(|tx| tx.apply_frame(model_of(&schema, id).id, row, &Filter::All)).unwrap();
    }
    save(store, "t2", &[("title", "pending")], "pending");
    save(store, "t3", &[("title", "sent")], "sent");
    save(store, "t4", &[("title", "parked")], "parked");
    save(store, "t6", &[("authorId", "a1")], "new");
    let limits = ClaimLimits::of(&[1, 2, 3]);
    let batch = store.write(|tx| tx.claim(limits)).unwrap().0.unwrap();
    assert_eq!(batch.entries.len(), 3);
    store.write(|tx| tx.settle("parked", Outcome::Refused("no".into()))).unwrap();
    store.write(|tx| tx.settle("pending", Outcome::Refused("no".into()))).unwrap();
    store.write(|tx| tx.retry("pending", "pending2")).unwrap();
    save(store, "t3", &[("body", "more")], "more");
    delete(store, "t5", "delete");
    store.write(|tx| tx.set_epoch("e1")).unwrap();
}

fn schema_of(tx: &Tx<'_>) -> Arc<Schema> {
    Arc::clone(&tx.reads().tables.schema)
}

/// Saves a value that was not read: every field that is set counts.
pub(super) fn put(
    tx: &mut Tx<'_>,
    id: &str,
    fields: &[(&str, &str)],
    condition: Option<&Predicate>,
    mutation: &str,
) -> Result<(), StoreError> {
    let schema = schema_of(tx);
    let model = model_of(&schema, id).id;
    let value = record(&schema, id, fields);
    tx.save(Save { model, value: &value, read_as: None, condition, mutation: mutation.to_owned() })
        .map(|_| ())
}

fn remove(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
    let model = model_of(&schema_of(tx), id).id;
    tx.delete(model, &Key::id(id), None, "x".to_owned()).map(|done| assert!(done.is_some()))
}

/// A predicate over threads.
pub(super) fn title_is(title: &str) -> Predicate {
    Predicate::compare("title", Operator::Eq(Value::from(title)))
}

/// A transaction of the application: it reads, saves the same record twice, and deletes one with its children.
fn group(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let schema = schema_of(tx);
    let (threads, mut group) = (model_of(&schema, "t").id, Group::default());
    assert!(group.get(tx.reads(), threads, &Key::id("t1"))?.is_some());
    for (id, title, mutation) in [("t1", "X", "g1"), ("t8", "Y", "g2"), ("t8", "Z", "g3")] {
        let value = record(&schema, id, &[("title", title)]);
        let mutation = mutation.to_owned();
        let save = Save { model: threads, value: &value, read_as: None, condition: None, mutation };
        group.save(tx.reads(), save)?;
    }
    assert!(group.delete(tx.reads(), threads, &Key::id("t20"), None, "g4".to_owned())?.is_some());
    tx.apply_group(&group).map(|_| ())
}

fn page(tx: &mut Tx<'_>, base: bool, next: Option<&str>) -> Result<(), StoreError> {
    let schema = schema_of(tx);
    let model = model_of(&schema, "t").id;
    let mut rows: Vec<_> = ["t9", "t7", "t2", "t3", "t4"]
        .iter()
        .map(|id| versioned(&schema, id, 7, &[("body", "far")]))
        .collect();
    rows.push(versioned(&schema, "t5", 9, &[]));
    rows[0].meta.deleted = true;
    let page = RemotePage {
        leaves: Vec::new(),
        epoch: None,
        rows,
        expression: &Filter::All,
        expression_text: "{}",
        base,
        started_at: 900_000,
        token: None,
        next: next.map(str::to_owned),
        fingerprint: Some("f".to_owned()),
        accept_equal: false,
        bad: Vec::new(),
        cut: None,
    };
    tx.apply_page(model, page).map(|_| ())
}

fn frame(tx: &mut Tx<'_>, row: Versioned, expression: &Filter) -> Result<(), StoreError> {
    let model = model_of(&schema_of(tx), "t").id;
    tx.apply_frame(model, row, expression).map(|_| ())
}

fn settle(tx: &mut Tx<'_>, outcome: Outcome) -> Result<(), StoreError> {
    tx.settle("sent", outcome).map(|done| assert!(done.is_some()))
}

fn claim(tx: &mut Tx<'_>, resend: bool) -> Result<(), StoreError> {
    let limits = ClaimLimits { resend, same_document_dependencies: true, ..ClaimLimits::of(&[1, 5]) };
    tx.claim(limits).map(|batch| assert!(batch.is_some()))
}

/// Each of them changes the file that [`furnish`] made.
pub(super) const OPS: &[(&str, Op)] = &[
    ("save: create", |tx| put(tx, "t8", &[("authorId", "a1"), ("parentId", "t6")], None, "x")),
    ("save: update", |tx| put(tx, "t1", &[("title", "X"), ("authorId", "a1")], None, "x")),
    ("save: conditional", |tx| put(tx, "t1", &[("title", "X")], Some(&title_is("T")), "x")),
    ("save: coalesces", |tx| put(tx, "t2", &[("title", "X"), ("body", "b")], None, "x")),
    ("save: replaces a parked one", |tx| put(tx, "t4", &[("title", "X")], None, "x")),
    ("delete", |tx| remove(tx, "t2")),
    ("delete: cancels a create", |tx| remove(tx, "t6")),
    ("delete: cascades", |tx| remove(tx, "a1")),
    ("delete: many, cascading", |tx| {
        let schema = schema_of(tx);
        let model = model_of(&schema, "t");
        let filter = title_is("T").bind(model).unwrap();
        tx.delete_where(model.id, &filter, "x".to_owned()).map(|done| assert!(done.items.len() > 3))
    }),
    ("transaction", group),
    ("delta page", |tx| page(tx, false, None)),
    ("base page, pruning", |tx| page(tx, true, None)),
    ("base page, first of many", |tx| page(tx, true, Some("next"))),
    ("frame: newer", |tx| {
        let row = versioned(&schema_of(tx), "t2", 4, &[("body", "far")]);
        frame(tx, row, &Filter::All)
    }),
    ("frame: says what is pending", |tx| {
        let row = versioned(&schema_of(tx), "t2", 4, &[("title", "pending")]);
        frame(tx, row, &Filter::All)
    }),
    ("frame: tombstone", |tx| {
        let mut row = versioned(&schema_of(tx), "t1", 4, &[]);
        row.meta = Meta { deleted: true, ..row.meta };
        frame(tx, row, &Filter::All)
    }),
    ("frame: leaves the expression", |tx| {
        let schema = schema_of(tx);
        let expression = title_is("other").bind(model_of(&schema, "t")).unwrap();
        frame(tx, versioned(&schema, "t1", 4, &[]), &expression)
    }),
    ("settle: applied", |tx| {
        let current = versioned(&schema_of(tx), "t3", 3, &[("title", "sent")]);
        settle(tx, Outcome::Applied(current))
    }),
    ("settle: conflict, superseded", |tx| {
        let current = versioned(&schema_of(tx), "t3", 5, &[("title", "R")]);
        settle(tx, Outcome::Conflict { current, fresh_id: "fresh".to_owned() })
    }),
    ("settle: condition failed", |tx| {
        let current = versioned(&schema_of(tx), "t3", 5, &[("title", "R")]);
        settle(tx, Outcome::ConditionFailed(Some(current)))
    }),
    ("settle: refused, parked", |tx| settle(tx, Outcome::Refused("no".into()))),
    ("claim", |tx| claim(tx, false)),
    ("discard", |tx| tx.discard("parked").map(|_| ())),
    ("retry", |tx| tx.retry("parked", "again").map(|_| ())),
    ("epoch", |tx| tx.meet_epoch("e2").map(|_| ())),
    ("clear", |tx| tx.clear().map(|_| ())),
];
