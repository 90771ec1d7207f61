//! Whose turn it is: heads, circles, groups, dependents in one document.

use super::{delete, memory, model_of, record, save, schema, versioned};
use crate::outbox::next_of;
use crate::{ClaimLimits, Group, Save, Snapshots, Store};
use std::sync::Arc;
use syncline_core::predicate::Filter;
use syncline_core::record::{Entry, EntryState, FieldChange, MutationOp, Outcome, Patch, ReadAs};
use syncline_core::{Key, ModelId, Value};

#[test]
fn the_head_of_a_record() {
    use MutationOp::{Create, Delete, Update};
    let parked = || EntryState::Parked("no".to_owned());
    let entry = |op, state, fields: &[usize]| Entry {
        seq: 1,
        id: String::new(),
        model: ModelId(0),
        key: Key::id("r"),
        op,
        patch: Patch(
            fields
                .iter()
                .map(|&field| FieldChange { field, base: Value::Null, value: Value::Int(1) })
                .collect(),
        ),
        base_version: None,
        condition: None,
        group: None,
        state,
    };
    let unsent = EntryState::Unsent;
    let cases = [
        ("nothing", vec![], None),
        ("one", vec![entry(Update, unsent.clone(), &[1])], Some(0)),
        ("two", vec![entry(Create, unsent.clone(), &[1]), entry(Update, unsent.clone(), &[1])], Some(0)),
        ("sent", vec![entry(Update, EntryState::Sent, &[1]), entry(Update, unsent.clone(), &[2])], None),
        ("parked alone", vec![entry(Update, parked(), &[1])], None),
        ("parked create", vec![entry(Create, parked(), &[1]), entry(Update, unsent.clone(), &[2])], None),
        ("parked delete", vec![entry(Delete, parked(), &[]), entry(Create, unsent.clone(), &[2])], None),
        ("same field", vec![entry(Update, parked(), &[1]), entry(Update, unsent.clone(), &[1, 2])], None),
        ("other field", vec![entry(Update, parked(), &[1]), entry(Update, unsent.clone(), &[2])], Some(1)),
        (
            "past what is held back",
            vec![
                entry(Update, parked(), &[1]),
                entry(Update, unsent.clone(), &[1]),
                entry(Update, unsent.clone(), &[2]),
            ],
            Some(2),
        ),
        ("parked behind", vec![entry(Update, unsent, &[1]), entry(Update, parked(), &[2])], Some(0)),
    ];
    for (name, entries, expected) in cases {
        assert_eq!(next_of(&entries), expected, "{name}");
    }
}

/// One thing after the other.
const SINGLE: ClaimLimits<'_> = ClaimLimits::of(&[1, 2, 3, 4, 5]);
/// With what depends on it.
const TOGETHER: ClaimLimits<'_> = ClaimLimits { same_document_dependencies: true, ..SINGLE };
/// Groups as one.
const WHOLE: ClaimLimits<'_> = ClaimLimits { atomic_groups: true, ..SINGLE };

/// Claims everything there is, and settles it, until nothing is left; what went in which round, with what went as a whole
/// in brackets.
fn drain(store: &mut Store, limits: ClaimLimits<'_>) -> Vec<String> {
    let schema = Arc::clone(store.schema());
    let mut rounds = Vec::new();
    loop {
        let mut sent = Vec::new();
        let mut shown = Vec::new();
        while let Some(batch) = store.write(|tx| tx.claim(limits)).unwrap().0 {
            let ids: Vec<&str> = batch.entries.iter().map(|entry| entry.id.as_str()).collect();
            shown.push(if batch.atomic { format!("[{}]", ids.join(" ")) } else { ids.join(" ") });
            sent.extend(batch.entries);
        }
        if sent.is_empty() {
            assert_eq!(store.reads().outbox_len().unwrap(), 0, "{rounds:?}, and then nothing could be sent");
            return rounds;
        }
        rounds.push(shown.join(" "));
        for entry in sent {
            let known = store.reads().server_record(entry.model, &entry.key).unwrap();
            let mut current =
                versioned(&schema, &entry.key.to_string(), entry.base_version.unwrap_or(0) + 1, &[]);
            if let Some(known) = known {
                current.record = known.record;
            }
            entry.patch.write_to(&mut current.record);
            current.meta.deleted = entry.op == MutationOp::Delete;
            store.write(|tx| tx.settle(&entry.id, Outcome::Applied(current))).unwrap();
        }
    }
}

/// Records and their fields.
type Steps = &'static [(&'static str, &'static [(&'static str, &'static str)])];

#[test]
fn parents_go_first_and_circles_open() {
    let cases: [(&str, Steps, &[&str]); 8] = [
        (
            "a chain",
            &[("a", &[]), ("t", &[("authorId", "a")]), ("u", &[("parentId", "t")])],
            &["m1", "m2", "m3"],
        ),
        (
            "a chain, backwards",
            &[("u", &[("parentId", "t")]), ("t", &[("authorId", "a")]), ("a", &[])],
            &["m3", "m2", "m1"],
        ),
        (
            "two parents",
            &[("u", &[("parentId", "t"), ("authorId", "a")]), ("t", &[]), ("a", &[])],
            &["m2 m3", "m1"],
        ),
        ("itself", &[("t", &[("parentId", "t")])], &["m1"]),
        ("a circle of two", &[("t", &[("parentId", "u")]), ("u", &[("parentId", "t")])], &["m1", "m2"]),
        (
            "a circle closed by an edit",
            &[("t", &[("parentId", "u")]), ("u", &[]), ("u", &[("parentId", "t")])],
            &["m1", "m2"],
        ),
        (
            "a circle of three, closed at its first",
            &[
                ("w", &[]),
                ("t", &[("parentId", "u")]),
                ("u", &[("parentId", "w")]),
                ("w", &[("parentId", "t")]),
            ],
            &["m1 m2", "m3"],
        ),
        (
            "a circle of three, closed at its last",
            &[
                ("t", &[("parentId", "u")]),
                ("u", &[("parentId", "w")]),
                ("w", &[]),
                ("w", &[("parentId", "t")]),
            ],
            &["m1 m2", "m3"],
        ),
    ];
    for (name, steps, expected) in cases {
        let mut store = memory(schema());
        for (place, (id, fields)) in steps.iter().enumerate() {
            save(&mut store, id, fields, &format!("m{}", place + 1));
        }
        let rounds = drain(&mut store, SINGLE);
        assert_eq!(rounds, expected, "{name}");
    }
}

#[test]
fn children_are_deleted_first() {
    let cases: [(&str, Steps, &[&str], &[&str]); 4] = [
        ("a chain", &[("a", &[]), ("t", &[("authorId", "a")])], &["a"], &["m1.1", "m1"]),
        ("in order", &[("a", &[]), ("t", &[("authorId", "a")])], &["t", "a"], &["m1", "m2"]),
        ("a circle", &[("t", &[("parentId", "u")]), ("u", &[("parentId", "t")])], &["t"], &["m1.1", "m1"]),
        ("strangers", &[("t", &[]), ("u", &[])], &["t", "u"], &["m1 m2"]),
    ];
    for (name, records, deletes, expected) in cases {
        let schema = schema();
        let mut store = memory(Arc::clone(&schema));
        for (id, fields) in records {
            let row = versioned(&schema, id, 1, fields);
            store.write(|tx| tx.apply_frame(model_of(&schema, id).id, row, &Filter::All)).unwrap();
        }
        for (place, id) in deletes.iter().enumerate() {
            delete(&mut store, id, &format!("m{}", place + 1));
        }
        assert_eq!(drain(&mut store, SINGLE), expected, "{name}");
    }
}

#[test]
fn one_document_may_hold_parents_and_children() {
    let mut store = memory(schema());
    save(&mut store, "t", &[], "m1");
    save(&mut store, "u", &[("parentId", "t")], "m2");
    save(&mut store, "v", &[("parentId", "u")], "m3");
    save(&mut store, "a", &[], "m4");
    save(&mut store, "w", &[("parentId", "t"), ("authorId", "a")], "m5");
    // The last one waits for another model's record, which travels in another document.
    assert_eq!(drain(&mut store, TOGETHER), ["m1 m2 m3 m4", "m5"]);
}

/// Writes these records as one group.
fn group(store: &mut Store, steps: Steps, mutations: &mut impl Iterator<Item = u32>) {
    let schema = Arc::clone(store.schema());
    let snapshot = Snapshots::of(store).take().unwrap();
    let mut group = Group::default();
    for (id, fields) in steps {
        let model = model_of(&schema, id).id;
        let read = group.get(&snapshot, model, &Key::id(*id)).unwrap();
        let mut value = read.as_ref().map_or_else(|| record(&schema, id, &[]), |read| read.record.clone());
        for (name, text) in *fields {
            value[model_of(&schema, id).field(name).unwrap()] = Value::from(*text);
        }
        let read_as = read.as_ref().map(|read| ReadAs { record: &read.record, version: read.version });
        let mutation = format!("m{}", mutations.next().unwrap());
        let save = Save { model, value: &value, read_as, condition: None, mutation };
        group.save(&snapshot, save).unwrap();
    }
    store.write(|tx| tx.apply_group(&group)).unwrap();
}

/// Steps by themselves (`false`) or as a group (`true`).
type Parts = &'static [(bool, Steps)];

/// What goes in which round, where the members of a group go one after the other, and where they go as one.
#[test]
fn a_group_goes_in_order_or_as_one() {
    let cases: [(&str, Parts, &[&str], &[&str]); 9] = [
        (
            "beside others",
            &[(false, &[("v", &[])]), (true, &[("t", &[]), ("u", &[]), ("a", &[])]), (false, &[("w", &[])])],
            &["m1 m5 m2", "m3", "m4"],
            &["m1 m5 [m2 m3 m4]"],
        ),
        (
            "two of them",
            &[(true, &[("t", &[]), ("u", &[])]), (true, &[("v", &[]), ("w", &[])])],
            &["m1 m3", "m2 m4"],
            &["[m1 m2] [m3 m4]"],
        ),
        (
            "one alone is like any other",
            &[(false, &[("v", &[])]), (true, &[("t", &[])]), (true, &[("u", &[])])],
            &["m1 m2 m3"],
            &["m1 m2 m3"],
        ),
        (
            "what shares a record with it",
            &[
                (false, &[("t", &[("title", "0")])]),
                (true, &[("u", &[]), ("t", &[("title", "1")])]),
                (false, &[("t", &[("title", "2")]), ("u", &[("title", "2")])]),
            ],
            &["m1", "m2", "m3 m5", "m4"],
            &["m1", "[m2 m3]", "m4 m5"],
        ),
        (
            "two that share records, the other way round",
            &[
                (true, &[("t", &[("title", "1")]), ("u", &[("title", "1")])]),
                (true, &[("u", &[("title", "2")]), ("t", &[("title", "2")])]),
            ],
            &["m1", "m2", "m3", "m4"],
            &["[m1 m2]", "[m3 m4]"],
        ),
        (
            "a parent before its child",
            &[(true, &[("a", &[]), ("t", &[("authorId", "a")])])],
            &["m1", "m2"],
            &["[m1 m2]"],
        ),
        (
            "a child before its parent",
            &[(true, &[("t", &[("authorId", "a")]), ("a", &[])])],
            &["m1", "m2"],
            &["[m1 m2]"],
        ),
        (
            "a child outside waits for a parent inside, which waits for the child's later edit",
            &[(false, &[("t", &[("authorId", "a")])]), (true, &[("t", &[("title", "1")]), ("a", &[])])],
            &["m1", "m2", "m3"],
            &["m1", "[m2 m3]"],
        ),
        (
            "two, each with a child of what the other makes last",
            &[
                (true, &[("t", &[("parentId", "v")]), ("u", &[])]),
                (true, &[("w", &[("parentId", "u")]), ("v", &[])]),
            ],
            &["m1", "m2", "m3", "m4"],
            &["[m1 m2]", "[m3 m4]"],
        ),
    ];
    for (name, steps, singly, whole) in cases {
        for (limits, expected) in [(SINGLE, singly), (WHOLE, whole)] {
            let mut store = memory(schema());
            let mut mutations = 1..;
            for (grouped, records) in steps {
                if *grouped {
                    group(&mut store, records, &mut mutations);
                    continue;
                }
                for (id, fields) in *records {
                    save(&mut store, id, fields, &format!("m{}", mutations.next().unwrap()));
                }
            }
            assert_eq!(drain(&mut store, limits), expected, "{name}");
        }
    }
}
