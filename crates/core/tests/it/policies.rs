//! Fields with `@merge` policies: a device that moves its change onto a newer record and sends what is left ends where
//! one ends that sends it stale and lets the server merge (SYNC 1.6), for every policy and kind of field.

use crate::models::{field, model};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use syncline_core::model::{Field, FieldKind, MergePolicy};
use syncline_core::record::{
    Coalesced, Entry, EntryState, FieldChange, Local, MutationOp, Outcome, Patch, PlannedSave, Presence,
    ReadAs, coalesce, fold, merge_value, plan_save, rebase, settle,
};
use syncline_core::{Key, Meta, Model, ModelId, Record, Scalar, Value, Versioned};

use MergePolicy::{Append, Client, Counter, Max, Min, Server, Union};

/// Every policy on every kind of field that it fits.
pub(crate) fn fields() -> Vec<Field> {
    let kinds = [Scalar::Int, Scalar::AwsTimestamp, Scalar::Float, Scalar::String, Scalar::AwsDate];
    let scalar = |policy: MergePolicy, scalar: Scalar, list: bool| Field {
        merge: Some(policy),
        ..field(&format!("{policy:?}{scalar:?}{list}"), FieldKind::Scalar(scalar), list)
    };
    let mut fields = Vec::new();
    for policy in [Server, Client, Max, Min] {
        fields.extend(kinds.iter().map(|kind| scalar(policy, *kind, false)));
    }
    fields.extend(kinds[..3].iter().map(|kind| scalar(Counter, *kind, false)));
    for policy in [Server, Client, Union, Append] {
        fields.extend(kinds.iter().map(|kind| scalar(policy, *kind, true)));
    }
    fields
}

/// Few values, so that equal ones, changes and changes back occur; and those at the ends of what a field holds.
fn value(field: &Field) -> BoxedStrategy<Value> {
    let one = match field.kind {
        FieldKind::Scalar(Scalar::Int) => {
            prop_oneof![4 => 0..4_i64, 1 => Just(i64::from(i32::MAX)), 1 => Just(i64::from(i32::MIN))]
                .prop_map(Value::Int)
                .boxed()
        }
        FieldKind::Scalar(Scalar::AwsTimestamp) => {
            prop_oneof![4 => 0..4_i64, 1 => Just(i64::MAX), 1 => Just(i64::MIN)].prop_map(Value::Int).boxed()
        }
        FieldKind::Scalar(Scalar::Float) => {
            prop_oneof![4 => (0..4_i32).prop_map(f64::from), 1 => Just(0.1), 1 => Just(f64::MAX)]
                .prop_map(Value::Float)
                .boxed()
        }
        FieldKind::Scalar(Scalar::AwsDate) => {
            prop::sample::select(vec!["2024-01-01", "2024-01-02", "2024-02-01"]).prop_map(Value::from).boxed()
        }
        _ => prop::sample::select(vec!["a", "b", "c"]).prop_map(Value::from).boxed(),
    };
    let some =
        if field.is_list() { prop::collection::vec(one, 0..4).prop_map(Value::List).boxed() } else { one };
    prop_oneof![1 => Just(Value::Null), 6 => some].boxed()
}

fn check(cases: u32, count: usize, test: impl Fn(&Model, &[Value])) {
    for declared in fields() {
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let values = prop::collection::vec(value(&declared), count);
        let name = declared.name.clone();
        let model = model(vec![field("id", FieldKind::Scalar(Scalar::Id), false), declared]);
        let run = runner.run(&values, |values| {
            test(&model, &values);
            Ok(())
        });
        if let Err(error) = run {
            panic!("{name}: {error}");
        }
    }
}

fn record(value: &Value) -> Record {
    Record(vec![Value::from("r"), value.clone()])
}

fn server(version: i64, value: &Value) -> Presence {
    let meta = Meta { version, last_changed_at: version, deleted: false };
    Presence::Live(Versioned { record: record(value), meta })
}

fn update(seq: i64, base: &Value, value: &Value) -> Entry {
    let change = FieldChange { field: 1, base: base.clone(), value: value.clone() };
    Entry {
        seq,
        id: format!("m{seq}"),
        model: ModelId(0),
        key: Key::id("r"),
        op: MutationOp::Update,
        patch: Patch(vec![change]),
        base_version: Some(1),
        condition: None,
        group: None,
        state: EntryState::Unsent,
    }
}

/// What the server makes of a change that was made on `base` (its AUTOMERGE).
fn merged(model: &Model, base: &Value, value: &Value, now: &Value) -> Value {
    merge_value(&model.fields[1], Some(base), value, now).value
}

#[test]
fn rebasing_first_and_sending_stale_end_the_same() {
    check(400, 3, |model, values| {
        let [base, local, remote] = values else { unreachable!() };
        let sent_stale = merged(model, base, local, remote);
        let rebased = rebase(model, &server(2, remote), vec![update(1, base, local)]);
        let shown = rebased.visible.map(|record| record[1].clone());
        assert_eq!(shown.as_ref(), Some(&sent_stale), "what is shown is what the server will make of it");
        let sent = rebased.entries.first().map_or_else(
            || remote.clone(),
            |left| merged(model, &left.patch.0[0].base, &left.patch.0[0].value, remote),
        );
        assert_eq!(sent, sent_stale);
    });
}

#[test]
fn two_changes_in_a_row_are_counted_once_each() {
    check(200, 4, |model, values| {
        let [base, first, second, remote] = values else { unreachable!() };
        if base == first || first == second {
            return;
        }
        let entries = || vec![update(1, base, first), update(2, first, second)];
        let shown = fold(model, &server(2, remote), &entries());
        let rebased = rebase(model, &server(2, remote), entries());
        assert_eq!(shown, rebased.visible);
        // The server gets the first stale; the second is made on its result.
        let after_first = merged(model, base, first, remote);
        assert_eq!(shown, Some(record(&merged(model, first, second, &after_first))));
    });
}

#[test]
fn the_story_of_the_counter() {
    let declared = Field { merge: Some(Counter), ..field("n", FieldKind::Scalar(Scalar::Int), false) };
    let model = model(vec![field("id", FieldKind::Scalar(Scalar::Id), false), declared]);
    let int = Value::Int;
    let rebased = rebase(&model, &server(2, &int(6)), vec![update(1, &int(5), &int(6))]);
    assert_eq!(rebased.visible, Some(record(&int(7))));
    assert!(rebased.conflicts.is_empty());
    assert_eq!(rebased.entries[0].patch.0, [FieldChange { field: 1, base: int(6), value: int(7) }]);
    // While it is in flight, a record that already says it is its echo.
    let sent = Entry { state: EntryState::Sent, ..update(1, &int(5), &int(6)) };
    let local = Local::new(server(2, &int(6)), vec![sent]);
    assert_eq!(fold(&model, &local.server, &local.entries), Some(record(&int(6))));
}

/// A change that becomes part of a waiting one was made on what is visible, which somebody else's change has moved; the
/// waiting one still stands on what it was made on.
#[test]
fn a_difference_joins_a_difference() {
    let declared = Field { merge: Some(Counter), ..field("n", FieldKind::Scalar(Scalar::Int), false) };
    let model = model(vec![field("id", FieldKind::Scalar(Scalar::Id), false), declared]);
    let int = Value::Int;
    let sent = Entry { state: EntryState::Sent, ..update(1, &int(5), &int(6)) };
    let local = Local::new(server(2, &int(8)), vec![sent, update(2, &int(6), &int(7))]);
    let visible = fold(&model, &local.server, &local.entries);
    assert_eq!(visible, Some(record(&int(10))));
    let joined = match coalesce(&model, &local, update(3, &int(10), &int(11))) {
        Coalesced::Replace { seq: 2, entry } => entry,
        other => panic!("{other:?}"),
    };
    assert_eq!(joined.patch.0, [FieldChange { field: 1, base: int(6), value: int(8) }]);
    let entries = [local.entries[0].clone(), joined];
    assert_eq!(fold(&model, &local.server, &entries), Some(record(&int(11))));
}

/// A value that was read before an own edit that waits is saved: of a counter its difference counts too, as it would if
/// somebody else had raised it meanwhile. What was appended stays.
#[test]
fn a_difference_to_what_was_read_counts_over_an_own_edit() {
    let list = |items: &[&str]| Value::List(items.iter().map(|item| Value::from(*item)).collect());
    let int = Value::Int;
    for (policy, scalar, is_list, [read, pending, saved, shown]) in [
        (Counter, Scalar::Int, false, [int(5), int(6), int(8), int(9)]),
        (Counter, Scalar::Int, false, [Value::Null, int(1), int(5), int(6)]),
        (Append, Scalar::String, true, [&["a"][..], &["a", "b"], &["a", "c"], &["a", "b", "c"]].map(list)),
    ] {
        let declared = Field { merge: Some(policy), ..field("n", FieldKind::Scalar(scalar), is_list) };
        let model = model(vec![field("id", FieldKind::Scalar(Scalar::Id), false), declared]);
        let local = Local::new(server(1, &read), vec![update(1, &read, &pending)]);
        let (visible, origin) = (record(&pending), record(&read));
        let read_as = Some(ReadAs { record: &origin, version: Some(1) });
        let planned = plan_save(&model, &local, Some(&visible), read_as, &record(&saved));
        let PlannedSave::Write { record: now, patch, conflicts, .. } = planned else { panic!("{planned:?}") };
        assert_eq!((&now, conflicts.len()), (&record(&shown), 0), "{policy:?}");
        assert_eq!(patch.0, [FieldChange { field: 1, base: pending, value: shown }], "{policy:?}");
    }
}

/// What is refused is not made through the change behind it, which counts from there on what was before.
#[test]
fn a_refused_difference_is_not_made_by_the_next() {
    let list = |items: &[&str]| Value::List(items.iter().map(|item| Value::from(*item)).collect());
    let int = Value::Int;
    for (policy, scalar, is_list, [before, first, second, left]) in [
        (Counter, Scalar::Int, false, [int(5), int(6), int(8), int(7)]),
        (Append, Scalar::String, true, [&["a"][..], &["a", "b"], &["a", "b", "c"], &["a", "c"]].map(list)),
        (Union, Scalar::String, true, [&["a"][..], &["a", "b"], &["c"], &["c"]].map(list)),
    ] {
        let declared = Field { merge: Some(policy), ..field("n", FieldKind::Scalar(scalar), is_list) };
        let model = model(vec![field("id", FieldKind::Scalar(Scalar::Id), false), declared]);
        let sent = Entry { state: EntryState::Sent, ..update(1, &before, &first) };
        let entries = vec![sent.clone(), update(2, &first, &second)];
        let local = Local::new(server(1, &before), entries);
        let Some(settled) = settle(&model, local, &sent.id, Outcome::ConditionFailed(None)) else {
            panic!("{policy:?}: not in flight")
        };
        assert_eq!(settled.visible, Some(record(&left)), "{policy:?}");
        let [entry] = &settled.local.entries[..] else { panic!("{policy:?}: {:?}", settled.local.entries) };
        assert_eq!(entry.patch.0, [FieldChange { field: 1, base: before, value: left }], "{policy:?}");
    }
}

/// A server merges inside its transaction: what a client sends as a list must not keep it for minutes.
#[test]
fn long_lists_are_merged_as_fast_as_they_are_sorted() {
    let items = |from: i64, to: i64| Value::List((from..to).map(Value::Int).collect());
    let (base, local, remote) = (items(0, 200_000), items(100_000, 300_000), items(50_000, 250_000));
    for policy in [None, Some(Union), Some(Append)] {
        let field = Field { merge: policy, ..field("n", FieldKind::Scalar(Scalar::Int), true) };
        let merged = merge_value(&field, Some(&base), &local, &remote);
        let Value::List(merged) = &merged.value else { panic!("{merged:?}") };
        assert!(merged.len() >= 200_000 && merged.last() == Some(&Value::Int(299_999)), "{policy:?}");
        let unknown = merge_value(&field, None, &local, &remote);
        assert!(!unknown.conflict, "{policy:?}");
    }
}
