//! The decisions about one record, case by case (SYNC §1). Each story is the one that breaks the data otherwise.

use syncline_core::model::{Field, FieldKind, FieldSource, ListKind, Names};
use syncline_core::record::{
    Coalesced, Conflict, ConflictKind, Entry, EntryState, FieldChange, Left, Local, MutationOp, Outcome,
    OwnRange, Patch, PlannedSave, Presence, ReadAs, Reconciled, admits, coalesce, fold, plan_save, rebase,
    rebase_merging, reconcile, settle, supersede,
};
use syncline_core::{Key, Meta, Model, ModelId, Record, Scalar, Value, Versioned};

use MutationOp::{Create, Delete, Update};

const TITLE: usize = 1;
const BODY: usize = 2;
const TAGS: usize = 3;

pub(crate) fn post() -> Model {
    let field = |name: &str, list: bool| Field {
        name: name.to_owned(),
        kind: FieldKind::Scalar(Scalar::String),
        required: false,
        list: list.then_some(ListKind { item_required: false }),
        source: FieldSource::Declared,
        read_only: false,
        default: None,
        merge: None,
    };
    let fields = vec![field("id", false), field("title", false), field("body", false), field("tags", true)];
    Model::new(ModelId(0), "Post", Names::new("Post", "Posts"), fields, vec![0])
}

/// `title/body/tags`, where `-` is null and each letter of tags is an item.
pub(crate) fn record(text: &str) -> Record {
    let parts: Vec<&str> = text.split('/').collect();
    let value = |part: &str| if part == "-" { Value::Null } else { Value::from(part) };
    let list = |part: &str| match part {
        "-" => Value::Null,
        items => Value::List(items.chars().map(|item| Value::from(item.to_string())).collect()),
    };
    Record(vec![Value::from("p"), value(parts[0]), value(parts[1]), list(parts[2])])
}

pub(crate) fn meta(version: i64, deleted: bool) -> Meta {
    Meta { version, last_changed_at: version * 10, deleted }
}

pub(crate) fn row(version: i64, text: &str) -> Versioned {
    Versioned { record: record(text), meta: meta(version, false) }
}

fn tombstone(version: i64) -> Versioned {
    Versioned { record: record("-/-/-"), meta: meta(version, true) }
}

pub(crate) fn patch(base: &str, value: &str) -> Patch {
    Patch::diff(&post(), &record(base), &record(value))
}

pub(crate) fn entry(seq: i64, op: MutationOp, patch: Patch) -> Entry {
    Entry {
        seq,
        id: format!("m{seq}"),
        model: ModelId(0),
        key: Key::id("p"),
        op,
        patch,
        base_version: None,
        condition: None,
        group: None,
        state: EntryState::Unsent,
    }
}

pub(crate) fn at(version: i64, entry: Entry) -> Entry {
    Entry { base_version: Some(version), ..entry }
}

fn sent(entry: Entry) -> Entry {
    Entry { state: EntryState::Sent, ..entry }
}

pub(crate) fn local(server: Presence, entries: Vec<Entry>) -> Local {
    Local::new(server, entries)
}

fn text(record: Option<&Record>) -> String {
    let shown = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::List(items) => items.iter().filter_map(Value::as_text).collect(),
        _ => "-".to_owned(),
    };
    record
        .map_or_else(|| "gone".to_owned(), |record| [TITLE, BODY, TAGS].map(|f| shown(&record[f])).join("/"))
}

#[test]
fn a_save_that_overwrites_all_of_a_parked_update_takes_its_place() {
    let parked = Entry {
        state: EntryState::Parked("no".to_owned()),
        ..at(3, entry(1, Update, patch("A/B/-", "X/B/-")))
    };
    let before = local(Presence::Live(row(3, "A/B/-")), vec![parked]);
    let all = supersede(&post(), &before, entry(2, Update, patch("X/B/-", "Y/B/-")), &[]);
    let incoming = all.incoming.unwrap();
    assert_eq!((all.ended, all.local.entries), (before.entries.clone(), vec![]));
    assert_eq!(incoming.patch, patch("A/B/-", "Y/B/-"), "on what the parked one was made on");
    let other = supersede(&post(), &before, entry(2, Update, patch("X/B/-", "X/Z/-")), &[]);
    assert_eq!((other.ended, other.local), (vec![], before.clone()));
    // The schema has no place any more for something that it wanted.
    let more = ["m1".to_owned()];
    let more = supersede(&post(), &before, entry(2, Update, patch("X/B/-", "Y/B/-")), &more);
    assert_eq!((more.ended, more.local), (vec![], before));
}

#[test]
fn what_may_replace_what() {
    let live = |version| Presence::Live(row(version, "A/B/-"));
    let left = |version, changed_at| Presence::Evicted(Left { version, changed_at });
    let incoming = |version, at, deleted| Meta { version, last_changed_at: at, deleted };
    for (name, known, incoming, equal, expected) in [
        ("nothing known", Presence::Unknown, incoming(1, 1, false), false, true),
        ("nothing known, tombstone", Presence::Unknown, incoming(5, 1, true), false, true),
        ("newer", live(3), incoming(4, 1, false), false, true),
        ("the same", live(3), incoming(3, 30, false), false, false),
        ("the same, scope changed", live(3), incoming(3, 30, false), true, true),
        ("older", live(3), incoming(2, 99, false), true, false),
        ("older, of a later life", live(3), incoming(1, 60_031, false), false, true),
        ("older, as late as clocks may differ", live(3), incoming(1, 60_030, false), false, false),
        ("the same, of a later life", live(3), incoming(3, 60_031, false), false, true),
        ("older tombstone, of a later life", live(3), incoming(2, 60_031, true), false, true),
        ("newer tombstone", live(3), incoming(4, 1, true), false, true),
        ("older tombstone", live(3), incoming(2, 99, true), false, false),
        ("evicted, as it left", left(5, Some(50)), incoming(5, 1, false), false, true),
        ("evicted, a late frame", left(5, Some(50)), incoming(4, 99, false), false, false),
        ("evicted, a later life", left(5, Some(50)), incoming(1, 60_051, false), false, true),
        ("evicted, a later life's tombstone", left(5, Some(50)), incoming(2, 60_051, true), false, true),
        (
            "evicted, as late as clocks may differ",
            left(5, Some(50)),
            incoming(1, 60_050, false),
            false,
            false,
        ),
        ("evicted, nobody said when", left(5, None), incoming(1, 90_000_000, false), false, false),
        ("deleted, an older upsert", Presence::Deleted(meta(5, true)), incoming(4, 40, false), false, false),
        ("deleted, a later life", Presence::Deleted(meta(5, true)), incoming(1, 51, false), false, true),
        ("deleted, continued", Presence::Deleted(meta(5, true)), incoming(6, 50, false), false, true),
        (
            "deleted, an older tombstone",
            Presence::Deleted(meta(5, true)),
            incoming(4, 49, true),
            false,
            false,
        ),
        (
            "deleted, and again in a later life",
            Presence::Deleted(meta(5, true)),
            incoming(2, 99, true),
            false,
            true,
        ),
    ] {
        assert_eq!(admits(&known, incoming, equal), expected, "{name}");
    }
}

/// A record in flight or waiting, a record that arrives, and what is left: `visible; ops of the entries; conflicts`.
#[test]
fn a_record_that_arrives_meets_what_is_pending() {
    let update = |base: &str, value: &str| entry(1, Update, patch(base, value));
    let cases: Vec<(&str, Local, Versioned, &str)> = vec![
        ("nothing pending", local(Presence::Live(row(3, "A/B/-")), vec![]), row(4, "A/C/-"), "A/C/-; ; 0"),
        (
            "another field",
            local(Presence::Live(row(3, "A/B/-")), vec![at(3, update("A/B/-", "X/B/-"))]),
            row(4, "A/C/-"),
            "X/C/-; Update v4; 0",
        ),
        (
            "the same field",
            local(Presence::Live(row(3, "A/B/-")), vec![at(3, update("A/B/-", "X/Y/-"))]),
            row(4, "Z/B/-"),
            "Z/Y/-; Update v4; 1",
        ),
        (
            "the same field only: superseded",
            local(Presence::Live(row(3, "A/B/-")), vec![at(3, update("A/B/-", "X/B/-"))]),
            row(4, "Z/B/-"),
            "Z/B/-; ; 1",
        ),
        (
            "the same value: superseded, no conflict",
            local(Presence::Live(row(3, "A/B/-")), vec![at(3, update("A/B/-", "X/B/-"))]),
            row(4, "X/B/-"),
            "X/B/-; ; 0",
        ),
        (
            "lists merge from three",
            local(Presence::Live(row(3, "A/B/ab")), vec![at(3, update("A/B/ab", "A/B/b"))]),
            row(4, "A/B/abc"),
            "A/B/bc; Update v4; 0",
        ),
        (
            "an update meets a delete",
            local(Presence::Live(row(3, "A/B/-")), vec![at(3, update("A/B/-", "X/B/-"))]),
            tombstone(4),
            "gone; ; 1",
        ),
        (
            "a delete meets an update",
            local(Presence::Live(row(3, "A/B/-")), vec![at(3, entry(1, Delete, Patch::default()))]),
            row(4, "A/C/-"),
            "A/C/-; ; 1",
        ),
        (
            "a delete meets a delete",
            local(Presence::Live(row(3, "A/B/-")), vec![at(3, entry(1, Delete, Patch::default()))]),
            tombstone(4),
            "gone; ; 0",
        ),
        (
            "a create meets a record",
            local(Presence::Unknown, vec![entry(1, Create, Patch::overlay(&post(), None, &record("X/Y/-")))]),
            row(4, "A/-/-"),
            "A/Y/-; Update v4; 2",
        ),
        (
            "a create meets a tombstone",
            local(Presence::Unknown, vec![entry(1, Create, Patch::overlay(&post(), None, &record("X/Y/-")))]),
            tombstone(4),
            "X/Y/-; Create v4; 0",
        ),
        (
            "in flight: frozen, and the rest waits for its outcome",
            local(
                Presence::Live(row(3, "A/B/-")),
                vec![sent(at(3, update("A/B/-", "X/B/-"))), entry(2, Update, patch("X/B/-", "Y/B/-"))],
            ),
            row(4, "A/C/-"),
            "Y/C/-; Update v3, Update v-; 0",
        ),
        (
            "the echo of what is in flight never undoes a newer edit",
            local(
                Presence::Live(row(3, "A/B/-")),
                vec![sent(at(3, update("A/B/-", "X/B/-"))), entry(2, Update, patch("X/B/-", "Y/B/-"))],
            ),
            row(4, "X/B/-"),
            "Y/B/-; Update v3, Update v-; 0",
        ),
        (
            "what is parked stays, and remote changes flow around it",
            local(
                Presence::Live(row(3, "A/B/-")),
                vec![Entry { state: EntryState::Parked("no".into()), ..at(3, update("A/B/-", "X/B/-")) }],
            ),
            row(4, "A/C/-"),
            "X/C/-; Update v3; 0",
        ),
    ];
    for (name, before, incoming, expected) in cases {
        let reconciled = reconcile(&post(), before, incoming, false);
        let Reconciled::Apply { local, visible, conflicts, .. } = reconciled else {
            panic!("{name}: skipped")
        };
        assert_eq!(shown(&local.entries, visible.as_ref(), conflicts.len()), expected, "{name}");
        assert_eq!(
            fold(&post(), &local.server, &local.entries),
            visible,
            "{name}: what is shown is the fold"
        );
    }
}

fn shown(entries: &[Entry], visible: Option<&Record>, conflicts: usize) -> String {
    let entry = |entry: &Entry| {
        let version = entry.base_version.map_or_else(|| "-".to_owned(), |version| version.to_string());
        format!("{:?} v{version}", entry.op)
    };
    let entries: Vec<String> = entries.iter().map(entry).collect();
    format!("{}; {}; {conflicts}", text(visible), entries.join(", "))
}

#[test]
fn every_outcome_of_a_sent_entry() {
    let first = || sent(at(3, entry(1, Update, patch("A/B/-", "X/B/-"))));
    let second = || entry(2, Update, patch("X/B/-", "Y/B/-"));
    let server = || Presence::Live(row(3, "A/B/-"));
    let conflict = |current| Outcome::Conflict { current, fresh_id: "fresh".to_owned() };
    let cases: Vec<(&str, Local, Outcome, &str)> = vec![
        ("applied", local(server(), vec![first()]), Outcome::Applied(row(4, "X/B/-")), "X/B/-; ; 0"),
        (
            "a create of what left at v6 meets another life of it",
            local(
                Presence::Evicted(Left { version: 6, changed_at: None }),
                vec![sent(entry(1, Create, patch("-/-/-", "X/-/-")))],
            ),
            conflict(row(2, "A/B/-")),
            "A/B/-; ; 2",
        ),
        (
            "applied, with a later edit behind it",
            local(server(), vec![first(), second()]),
            Outcome::Applied(row(4, "X/B/-")),
            "Y/B/-; Update v4; 0",
        ),
        (
            "applied and merged with another field",
            local(server(), vec![first(), second()]),
            Outcome::Applied(row(5, "X/C/-")),
            "Y/C/-; Update v5; 0",
        ),
        (
            "applied, with what went in one document behind it",
            local(server(), vec![first(), sent(at(4, second()))]),
            Outcome::Applied(row(4, "X/B/-")),
            "Y/B/-; Update v4; 0",
        ),
        (
            "merged: what went in one document behind it does not stand on somebody else's version",
            local(server(), vec![first(), sent(at(4, second()))]),
            Outcome::Applied(row(5, "X/C/-")),
            "Y/C/-; Update v3; 0",
        ),
        (
            "applied to a later life of the key: what went in one document behind it was made on nothing of that",
            local(server(), vec![first(), sent(at(4, second()))]),
            Outcome::Applied(Versioned {
                record: record("X/C/-"),
                meta: Meta { version: 2, last_changed_at: 99_999, deleted: false },
            }),
            "Y/C/-; Update v4; 0",
        ),
        (
            "the server kept somebody else's value: listed, and what was built on it too",
            local(server(), vec![first(), second()]),
            Outcome::Applied(row(5, "Z/B/-")),
            "Z/B/-; ; 2",
        ),
        (
            "applied, and the record was deleted since: what it wanted may never have been seen",
            local(server(), vec![first()]),
            Outcome::Applied(tombstone(5)),
            "gone; ; 1",
        ),
        (
            "applied, and a newer record had come before the answer",
            local(Presence::Live(row(6, "W/B/-")), vec![first(), second()]),
            Outcome::Applied(row(4, "X/B/-")),
            "W/B/-; ; 1",
        ),
        (
            "a conflict: what is left goes on",
            local(server(), vec![first()]),
            conflict(row(5, "A/C/-")),
            "X/C/-; Update v5; 0",
        ),
        ("a conflict with a delete", local(server(), vec![first()]), conflict(tombstone(5)), "gone; ; 1"),
        (
            "a conflict: what went in one document behind it was not tried",
            local(server(), vec![first(), sent(at(4, second()))]),
            conflict(row(4, "A/C/-")),
            "Y/C/-; Update v4, Update v-; 0",
        ),
        (
            "a conflict: what had gone past it while it was parked is still in flight",
            local(server(), vec![first(), sent(at(3, second()))]),
            conflict(row(4, "A/C/-")),
            "Y/C/-; Update v3, Update v3; 0",
        ),
        (
            "not tried, nor what went in one document behind it",
            local(server(), vec![first(), sent(at(4, second()))]),
            Outcome::NotApplied { fresh_id: "fresh".to_owned() },
            "Y/B/-; Update v3, Update v-; 0",
        ),
        (
            "the condition failed: the server's record shows",
            local(server(), vec![first()]),
            Outcome::ConditionFailed(Some(row(5, "Q/B/-"))),
            "Q/B/-; ; 0",
        ),
        (
            "refused predecessor: the successor takes over its base",
            local(server(), vec![first(), second()]),
            Outcome::ConditionFailed(None),
            "Y/B/-; Update v3; 0",
        ),
        (
            "refused for good: parked and visible",
            local(server(), vec![first()]),
            Outcome::Refused("no".into()),
            "X/B/-; Update v3; 0",
        ),
    ];
    for (name, before, outcome, expected) in cases {
        let Some(settled) = settle(&post(), before, "m1", outcome) else { panic!("{name}: not in flight") };
        let local = &settled.local;
        assert_eq!(
            shown(&local.entries, settled.visible.as_ref(), settled.conflicts.len()),
            expected,
            "{name}"
        );
    }
}

/// A copy of the request that the network delivers late must not take the place of what the second becomes: it gets a
/// fresh id whether or not the one before it has said already that it was not tried.
#[test]
fn what_went_in_one_document_is_not_tried_and_gets_its_fresh_id() {
    let first = sent(at(3, entry(1, Update, patch("A/B/-", "X/B/-"))));
    let second = sent(at(4, entry(2, Update, patch("X/B/-", "Y/B/-"))));
    let before = local(Presence::Live(row(3, "A/B/-")), vec![first, second]);
    let conflict = Outcome::Conflict { current: row(5, "A/C/-"), fresh_id: "one".to_owned() };
    let settled = settle(&post(), before, "m1", conflict).expect("it is in flight");
    let not_tried = Outcome::NotApplied { fresh_id: "two".to_owned() };
    let settled = settle(&post(), settled.local, "m2", not_tried.clone()).expect("it has not said so itself");
    let ids: Vec<&str> = settled.local.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["one", "two"]);
    assert_eq!(shown(&settled.local.entries, settled.visible.as_ref(), 0), "Y/C/-; Update v5, Update v-; 0");
    assert_eq!(settle(&post(), settled.local, "m2", not_tried), None, "its answer arrives twice");
}

/// The ids of both may have been forgotten, and somebody else has changed the record since: each is listed, and goes on under
/// an id that was never sent.
#[test]
fn nobody_can_tell_of_what_went_in_one_document() {
    let first = sent(at(3, entry(1, Update, patch("A/B/-", "X/B/-"))));
    let second = sent(at(4, entry(2, Update, patch("X/B/-", "Y/B/-"))));
    let before = local(Presence::Live(row(3, "A/B/-")), vec![first, second]);
    let nobody = |id: &str| Outcome::Ambiguous { current: row(6, "A/C/-"), fresh_id: id.to_owned() };
    let settled = settle(&post(), before, "m1", nobody("one")).expect("it is in flight");
    let settled = settle(&post(), settled.local, "m2", nobody("two")).expect("it has not said so itself");
    let ids: Vec<&str> = settled.local.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["one", "two"]);
    assert_eq!(shown(&settled.local.entries, settled.visible.as_ref(), 1), "Y/C/-; Update v6, Update v-; 1");
    let listed = settled.conflicts.iter().map(|conflict| (conflict.mutation.as_str(), &conflict.kind));
    assert_eq!(listed.collect::<Vec<_>>(), [("m2", &ConflictKind::Ambiguous)]);
}

/// An update of a field that is not shown is applied and its answer lost, and somebody else changes the record: nothing says
/// whether the field still has what the update put there. Sent once more, it might be applied twice, over a value that nobody
/// here has seen (SYNC 2.2).
#[test]
fn what_nobody_can_tell_of_is_not_written_again_where_nothing_is_shown() {
    let secret = Value::unreadable(&post().fields[BODY]);
    let mut server = row(3, "A/-/-");
    server.record[BODY] = secret.clone();
    let change = |field, base: &str, value: &str| {
        let base = if field == BODY { secret.clone() } else { Value::from(base) };
        FieldChange { field, base, value: Value::from(value) }
    };
    let (title, body) = (change(TITLE, "A", "X"), change(BODY, "", "S"));
    type Case = (&'static str, Vec<FieldChange>, Option<i64>, &'static str, &'static [usize]);
    let cases: [Case; 4] = [
        ("what is shown goes once more", vec![title.clone(), body.clone()], None, "Update v5 X", &[BODY]),
        ("nothing else is left", vec![body.clone()], None, "", &[BODY]),
        (
            "a transaction waits for a person",
            vec![title.clone(), body],
            Some(1),
            "parked Update v3 X S",
            &[BODY],
        ),
        ("all of it is shown", vec![title], None, "Update v5 X", &[]),
    ];
    for (name, changes, group, left, listed) in cases {
        let first = Entry { group, ..sent(at(3, entry(1, Update, Patch(changes)))) };
        let before = local(Presence::Live(server.clone()), vec![first]);
        let current = Versioned { meta: meta(5, false), ..server.clone() };
        let outcome = Outcome::Ambiguous { current, fresh_id: "again".to_owned() };
        let settled = settle(&post(), before, "m1", outcome).expect("it is in flight");
        let words = settled.local.entries.iter().map(|entry| {
            let parked = if entry.is_parked() { "parked " } else { "" };
            let values =
                entry.patch.0.iter().map(|change| format!(" {}", change.value.as_text().unwrap_or("-")));
            let version = entry.base_version.unwrap_or(0);
            format!("{parked}{:?} v{version}{}", entry.op, values.collect::<String>())
        });
        assert_eq!(words.collect::<Vec<_>>().join(", "), left, "{name}");
        let fields: Vec<usize> = settled
            .conflicts
            .iter()
            .filter_map(|conflict| match &conflict.kind {
                ConflictKind::Field { field, local, .. } if local.as_text() == Some("S") => Some(*field),
                _ => None,
            })
            .collect();
        assert_eq!(fields, listed, "{name}");
        assert!(settled.conflicts.iter().any(|conflict| conflict.kind == ConflictKind::Ambiguous), "{name}");
    }
}

#[test]
fn an_answer_that_arrives_twice_does_nothing() {
    let before =
        local(Presence::Live(row(3, "A/B/-")), vec![at(3, entry(1, Update, patch("A/B/-", "X/B/-")))]);
    assert_eq!(settle(&post(), before, "m1", Outcome::Applied(row(4, "X/B/-"))), None, "it is not in flight");
}

/// v3 title=T; E1 (title=X) in flight, E2 (title=Y, base X) unsent; another device's v4 changes only the body. Merging
/// E2 against v4 directly would see a conflict on the title and drop Y (SYNC 1.1).
#[test]
fn the_base_of_an_entry_is_its_predecessors_result() {
    let entries = vec![
        sent(at(3, entry(1, Update, patch("T/B/-", "X/B/-")))),
        entry(2, Update, patch("X/B/-", "Y/B/-")),
    ];
    let before = local(Presence::Live(row(3, "T/B/-")), entries);
    let Reconciled::Apply { local, visible, .. } = reconcile(&post(), before, row(4, "T/C/-"), false) else {
        panic!("v4 is newer")
    };
    assert_eq!(text(visible.as_ref()), "Y/C/-");
    let settled = settle(&post(), local, "m1", Outcome::Applied(row(5, "X/C/-"))).expect("it is in flight");
    assert_eq!(
        shown(&settled.local.entries, settled.visible.as_ref(), settled.conflicts.len()),
        "Y/C/-; Update v5; 0"
    );
}

/// What the server does not show is no remote change, so that an update writes over it. A create that meets the record was made
/// without knowing that it is there: it leaves the field alone, and what it wanted is listed (SYNC 1.8, 2.3).
#[test]
fn what_is_not_shown_is_written_over_by_an_update_and_not_by_a_create() {
    let mut server = row(4, "A/-/-");
    let secret = Value::unreadable(&post().fields[BODY]);
    server.record[BODY] = secret.clone();
    let create = entry(1, Create, Patch::overlay(&post(), None, &record("X/Y/a")));
    let update = at(3, entry(1, Update, patch("A/B/-", "A/Y/-")));
    for (name, entry, patched, listed) in [("an update", update, true, 0), ("a create", create, false, 1)] {
        let rebased = rebase(&post(), &Presence::Live(server.clone()), vec![entry]);
        let [left] = &rebased.entries[..] else { panic!("{name}: {rebased:?}") };
        assert_eq!(left.patch.get(BODY).is_some(), patched, "{name}: {left:?}");
        let shown = rebased.visible.map(|record| record[BODY].clone());
        assert_eq!(shown == Some(secret.clone()), !patched, "{name}");
        let about = |conflict: &&Conflict| {
            matches!(&conflict.kind, ConflictKind::Field { field: BODY, local, remote, .. }
                if local.as_text() == Some("Y") && *remote == secret)
        };
        assert_eq!(rebased.conflicts.iter().filter(about).count(), listed, "{name}: {:?}", rebased.conflicts);
    }
}

/// Two updates of one field are applied, and their answers lost. Sent again, both are answered with what the second has made:
/// that is no conflict of the first (I6). What somebody else has made is.
#[test]
fn what_went_out_behind_an_update_is_no_conflict_of_it() {
    for (name, second, answer, expected) in [
        ("the second's", "Y/B/-", row(3, "Y/B/-"), 0),
        ("the second's, and another field", "Y/B/-", row(4, "Y/C/-"), 0),
        ("the second takes the first back", "A/B/-", row(3, "A/B/-"), 0),
        ("the second goes on with a list", "X/B/bc", row(4, "X/B/abc"), 0),
        ("somebody else's", "Y/B/-", row(4, "Z/B/-"), 1),
        ("somebody else's, where the second takes the first back", "A/B/-", row(4, "Z/B/-"), 1),
    ] {
        let entries = vec![
            sent(at(1, entry(1, Update, patch("A/B/-", "X/B/b")))),
            sent(at(2, entry(2, Update, patch("X/B/b", second)))),
        ];
        let before = local(Presence::Live(row(1, "A/B/-")), entries);
        let settled = settle(&post(), before, "m1", Outcome::Applied(answer)).expect("it is in flight");
        let titles = settled
            .conflicts
            .iter()
            .filter(|conflict| matches!(conflict.kind, ConflictKind::Field { field, .. } if field == TITLE));
        assert_eq!(titles.count(), expected, "{name}: {:?}", settled.conflicts);
    }
}

/// While an update is in flight and others wait behind it, the record is deleted at the server, and shown to nobody any
/// more. What is made anew then is an entry of its own, is seen at once, and stays, whatever became of the updates.
#[test]
fn what_is_made_anew_over_pending_updates_is_an_entry_of_its_own() {
    for (name, answer, expected) in [
        ("the update found the tombstone", tombstone(5), "N/-/-; Create v5; 2"),
        ("somebody has made it anew", row(6, "Q/C/-"), "Q/Y/-; Update v6; 2"),
    ] {
        let entries = vec![
            sent(at(3, entry(1, Update, patch("A/B/-", "A/C/-")))),
            entry(2, Update, patch("A/C/-", "A/Y/-")),
        ];
        let mut before = local(Presence::Deleted(meta(5, true)), entries);
        assert_eq!(fold(&post(), &before.server, &before.entries), None, "{name}");
        let made = entry(3, Create, Patch::overlay(&post(), None, &record("N/-/-")));
        let Coalesced::Append(made) = coalesce(&post(), &before, made) else {
            panic!("{name}: joined with an update")
        };
        before.entries.push(made);
        let visible = fold(&post(), &before.server, &before.entries);
        assert_eq!(text(visible.as_ref()), "N/-/-", "{name}");
        let settled = settle(&post(), before, "m1", Outcome::Applied(answer)).expect("it is in flight");
        assert_eq!(
            shown(&settled.local.entries, settled.visible.as_ref(), settled.conflicts.len()),
            expected,
            "{name}"
        );
    }
}

/// What a save means is judged by what was read, never by what is stored now (DESIGN §4).
#[test]
fn a_save_is_compared_with_what_was_read() {
    let own = Some(OwnRange { from: 3, to: 5 });
    let live =
        |version, text: &str, own| Local { own, ..Local::new(Presence::Live(row(version, text)), vec![]) };
    let cases = [
        ("a fresh copy", live(3, "A/B/-", None), Some(("A/B/-", 3)), "X/B/-", "Update X/B/-; 0"),
        (
            "another field changed since",
            live(4, "A/C/-", None),
            Some(("A/B/-", 3)),
            "X/B/-",
            "Update X/C/-; 0",
        ),
        (
            "the same field changed since",
            live(4, "Z/B/-", None),
            Some(("A/B/-", 3)),
            "X/Y/-",
            "Update Z/Y/-; 1",
        ),
        (
            "the same field, by this device",
            live(5, "Z/B/-", own),
            Some(("A/B/-", 3)),
            "X/B/-",
            "Update X/B/-; 0",
        ),
        ("own, but read before that", live(5, "Z/B/-", own), Some(("A/B/-", 2)), "X/B/-", "Update Z/B/-; 1"),
        ("nothing changed", live(3, "A/B/-", None), Some(("A/B/-", 3)), "A/B/-", "nothing"),
        ("no origin: what it sets counts", live(3, "A/B/-", None), None, "X/-/-", "Update X/B/-; 0"),
    ];
    for (name, before, read, value, expected) in cases {
        let visible = fold(&post(), &before.server, &before.entries);
        let origin = read.map(|(text, version)| (record(text), version));
        let read_as = origin.as_ref().map(|(record, version)| ReadAs { record, version: Some(*version) });
        let planned = plan_save(&post(), &before, visible.as_ref(), read_as, &record(value));
        let shown = match planned {
            PlannedSave::Nothing => "nothing".to_owned(),
            PlannedSave::Deleted => "deleted".to_owned(),
            PlannedSave::Write { op, record, conflicts, .. } => {
                format!("{op:?} {}; {}", text(Some(&record)), conflicts.len())
            }
        };
        assert_eq!(shown, expected, "{name}");
    }
}

/// A pending edit of this device is no foreign change, whatever else somebody changed in the record (I6).
#[test]
fn an_own_pending_edit_is_no_conflict() {
    let pending = at(4, entry(1, Update, patch("A/C/-", "X/C/-")));
    let before = local(Presence::Live(row(4, "A/C/-")), vec![pending]);
    let visible = fold(&post(), &before.server, &before.entries);
    let old = record("A/B/-");
    let read_as = Some(ReadAs { record: &old, version: Some(3) });
    let planned = plan_save(&post(), &before, visible.as_ref(), read_as, &record("Y/B/-"));
    assert!(
        matches!(&planned, PlannedSave::Write { record, conflicts, .. }
            if text(Some(record)) == "Y/C/-" && conflicts.is_empty()),
        "{planned:?}"
    );
}

#[test]
fn a_save_of_what_the_server_deleted_says_so_and_a_new_value_makes_it_anew() {
    let before = local(Presence::Deleted(meta(4, true)), vec![]);
    let old = record("A/B/-");
    let read_as = Some(ReadAs { record: &old, version: Some(3) });
    assert_eq!(plan_save(&post(), &before, None, read_as, &record("X/B/-")), PlannedSave::Deleted);
    let planned = plan_save(&post(), &before, None, None, &record("X/B/-"));
    assert!(matches!(planned, PlannedSave::Write { op: Create, .. }), "{planned:?}");
}

/// A member of a group is sent as it is or not at all: what it meets parks it, until a person sends it once more.
#[test]
fn a_member_of_a_group_is_not_settled_by_halves() {
    let update = |value: &str| Entry { group: Some(1), ..at(3, entry(1, Update, patch("A/B/-", value))) };
    let create =
        Entry { group: Some(1), ..entry(1, Create, Patch::overlay(&post(), None, &record("X/Y/-"))) };
    let delete = Entry { group: Some(1), ..at(3, entry(1, Delete, Patch::default())) };
    let live = |value: &str| Presence::Live(row(4, value));
    let dead = || Presence::Deleted(meta(4, true));
    for (name, server, entry, parked, shown, retried) in [
        ("another field", live("A/C/-"), update("X/B/-"), false, "X/C/-", "X/C/-"),
        ("the same field", live("Z/B/-"), update("X/Y/-"), true, "Z/Y/-", "Z/Y/-"),
        ("the same value", live("X/B/-"), update("X/B/-"), false, "X/B/-", "X/B/-"),
        ("a list of both", live("A/B/b"), update("A/B/a"), false, "A/B/ba", "A/B/ba"),
        ("deleted", dead(), update("X/B/-"), true, "gone", "gone"),
        ("made by another", live("Z/-/-"), create, true, "Z/Y/-", "Z/Y/-"),
        ("a delete of what changed", live("Z/B/-"), delete, true, "gone", "Z/B/-"),
    ] {
        let rebased = rebase(&post(), &server, vec![entry.clone()]);
        let found = rebased.entries.iter().any(Entry::is_parked);
        assert_eq!((found, text(rebased.visible.as_ref()).as_str()), (parked, shown), "{name}");
        assert_eq!(rebased.conflicts.is_empty(), !parked, "{name}");
        if parked {
            let kept = Entry { state: rebased.entries[0].state.clone(), ..entry.clone() };
            assert_eq!(rebased.entries, [kept], "{name}: what it says is kept");
        }
        let merged = rebase_merging(&post(), &server, vec![entry]);
        assert_eq!(text(merged.visible.as_ref()), retried, "{name}");
        assert!(!merged.entries.iter().any(Entry::is_parked), "{name}");
    }
}

/// It went past an update of another field that is parked; when that is dropped, nothing of it may change (SYNC 1.2).
#[test]
fn what_is_in_flight_is_frozen_when_a_parked_update_before_it_is_dropped() {
    let dropped = sent(entry(1, Update, patch("A/B/-", "X/B/-")));
    let flying = sent(at(3, entry(2, Update, patch("A/B/-", "A/Y/-"))));
    let before = local(Presence::Live(row(3, "A/B/-")), vec![dropped, flying.clone()]);
    let settled = settle(&post(), before, "m1", Outcome::ConditionFailed(None)).unwrap();
    assert_eq!(settled.local.entries, [flying]);
    assert_eq!(text(settled.visible.as_ref()), "A/Y/-");
}

#[test]
fn a_conflict_names_base_local_and_remote() {
    let before = vec![at(
        3,
        entry(
            1,
            Update,
            Patch(vec![FieldChange { field: TITLE, base: Value::from("A"), value: Value::from("X") }]),
        ),
    )];
    let rebased = rebase(&post(), &Presence::Live(row(4, "Z/B/-")), before);
    let kind = ConflictKind::Field {
        field: TITLE,
        base: Value::from("A"),
        local: Value::from("X"),
        remote: Value::from("Z"),
    };
    assert_eq!(rebased.conflicts.iter().map(|conflict| &conflict.kind).collect::<Vec<_>>(), [&kind]);
    assert_eq!(rebased.superseded.len(), 1);
}
