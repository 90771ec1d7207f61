//! What travels together: how large it is, groups as one, what depends on each other, and whose turn it is.

use crate::support::*;
use std::sync::Arc;
use syncline_core::record::{EntryState, Outcome};
use syncline_core::{Predicate, Schema, Value};
use syncline_store::{Batch, ClaimLimits, Group, Save, Snapshots, Store, StoreError};

const SINGLE: ClaimLimits<'_> = ClaimLimits::of(&[1, 2, 5, 10]);
const WHOLE: ClaimLimits<'_> = ClaimLimits { atomic_groups: true, ..SINGLE };
const TOGETHER: ClaimLimits<'_> = ClaimLimits { same_document_dependencies: true, ..WHOLE };

fn saved(store: &mut Store, id: &str, fields: &[&str], condition: Option<&Predicate>, mutation: &str) {
    let schema = Arc::clone(store.schema());
    let model = model_of(&schema, id).id;
    let mut value = match store.reads().get(model, &key(id)).unwrap() {
        Some(known) => known.record,
        None => record(&schema, id, &[]),
    };
    set(schema.model(model), &mut value, fields);
    let mutation = mutation.to_owned();
    let save = Save { model, value: &value, read_as: None, condition, mutation };
    store.write(|tx| tx.save(save)).unwrap();
}

/// One group of saves, `id` and fields, with the mutations `g1`, `g2` and so on.
fn group(store: &mut Store, saves: &[(&str, &[&str])]) {
    let schema = Arc::clone(store.schema());
    let snapshot = Snapshots::of(store).take().unwrap();
    let mut group = Group::default();
    for (place, (id, fields)) in saves.iter().enumerate() {
        let model = model_of(&schema, id).id;
        let known = group.get(&snapshot, model, &key(id)).unwrap();
        let mut value = known.map_or_else(|| record(&schema, id, &[]), |known| known.record);
        set(schema.model(model), &mut value, fields);
        let mutation = format!("g{}", place + 1);
        let save = Save { model, value: &value, read_as: None, condition: None, mutation };
        group.save(&snapshot, save).unwrap();
    }
    store.write(|tx| tx.apply_group(&group)).unwrap();
}

fn shown(batch: Option<Batch>) -> String {
    let Some(batch) = batch else { return "nothing".to_owned() };
    let ids = batch.entries.iter().map(|entry| {
        assert_eq!(entry.state, EntryState::Sent);
        let version = entry.base_version.map_or(String::new(), |version| format!("@{version}"));
        format!("{}{version}", entry.id)
    });
    let ids = ids.collect::<Vec<_>>().join(" ");
    if batch.atomic { format!("[{ids}]") } else { ids }
}

fn claim(store: &mut Store, limits: ClaimLimits<'_>) -> String {
    shown(store.write(|tx| tx.claim(limits)).unwrap().0)
}

fn in_doubt(store: &mut Store, limits: ClaimLimits<'_>, aside: &[&str]) -> String {
    let aside: Vec<String> = aside.iter().map(|id| (*id).to_owned()).collect();
    shown(store.write(|tx| tx.in_doubt(limits, &aside)).unwrap().0)
}

fn settle(store: &mut Store, mutation: &str, outcome: Outcome) {
    assert!(store.write(|tx| tx.settle(mutation, outcome)).unwrap().0.is_some(), "{mutation}");
}

fn not_applied(mutation: &str) -> Outcome {
    Outcome::NotApplied { fresh_id: format!("{mutation}'") }
}

/// The outbox: ids, and which of them are parked and why.
fn outbox(store: &Store) -> Vec<String> {
    let of = |entry: syncline_core::record::Entry| match entry.state {
        EntryState::Unsent => entry.id,
        EntryState::Sent => format!("{} sent", entry.id),
        EntryState::Parked(reason) => format!("{} parked: {reason}", entry.id),
    };
    store.reads().outbox().unwrap().into_iter().map(of).collect()
}

#[test]
fn a_batch_ends_before_it_has_too_many_bytes() {
    let mut store = memory(blog());
    for (number, size) in [10_000, 10_000, 100, 100, 50_000, 100].into_iter().enumerate() {
        let content = format!("content={}", "x".repeat(size));
        saved(&mut store, &format!("p{number}"), &[&content], None, &format!("m{number}"));
    }
    let limits = ClaimLimits { max_bytes: 22_000, ..SINGLE };
    let first = store.write(|tx| tx.claim(limits)).unwrap().0.unwrap();
    assert!(first.more, "others had no room");
    assert_eq!(shown(Some(first)), "m0 m1");
    // In fixed sizes, as ever.
    assert_eq!(claim(&mut store, limits), "m2 m3");
    assert_eq!(claim(&mut store, limits), "m4", "one that is larger goes alone");
    assert_eq!(claim(&mut store, limits), "m5");
    // What is sent again is bounded by what is the bound then.
    assert_eq!(in_doubt(&mut store, limits, &[]), "m0 m1");
    assert_eq!(in_doubt(&mut store, ClaimLimits { max_bytes: 11_000, ..SINGLE }, &[]), "m0");
}

#[test]
fn a_group_is_claimed_as_one_and_stays_one() {
    let mut store = memory(blog());
    saved(&mut store, "p1", &["title=before"], None, "m1");
    group(&mut store, &[("p2", &["title=a"]), ("p1", &["title=b"]), ("c1", &["postCommentsId=p2"])]);
    saved(&mut store, "p2", &["title=later"], None, "m2");
    saved(&mut store, "p3", &[], None, "m3");
    // All of it waits for the record that one of it shares; others do not wait for it.
    assert_eq!(claim(&mut store, WHOLE), "m1 m3");
    assert_eq!(claim(&mut store, WHOLE), "nothing");
    let schema = Arc::clone(store.schema());
    settle(&mut store, "m1", Outcome::Applied(versioned(&schema, "p1", 1, 1, &["title=before"])));
    settle(&mut store, "m3", Outcome::Applied(versioned(&schema, "p3", 1, 1, &[])));
    assert_eq!(claim(&mut store, WHOLE), "[g1 g2@1 g3]");
    assert_eq!(claim(&mut store, WHOLE), "nothing", "what is behind it waits for it");
    // Its outcome is unknown: it is one whatever the sizes are, and put aside as one.
    assert_eq!(in_doubt(&mut store, ClaimLimits { sizes: &[1], ..WHOLE }, &[]), "[g1 g2@1 g3]");
    assert_eq!(in_doubt(&mut store, WHOLE, &["g1", "g2", "g3"]), "nothing");
    // The server cannot do it any more: one after the other, in their order.
    assert_eq!(in_doubt(&mut store, SINGLE, &[]), "g1");
    settle(&mut store, "g1", Outcome::Applied(versioned(&schema, "p2", 1, 1, &["title=a"])));
    assert_eq!(in_doubt(&mut store, SINGLE, &[]), "g2@1");
    assert_eq!(in_doubt(&mut store, WHOLE, &[]), "[g2@1 g3]", "what is left of it is still one");
}

/// What became of a group that was undone: it is parked or sent again, and never by half.
#[test]
fn a_group_that_was_undone_is_parked_or_goes_again_as_one() {
    type Answer = fn(&Schema) -> (&'static str, Outcome);
    let cases: [(&str, Answer, &[&str], &str); 5] = [
        (
            "refused",
            |_| ("g2", Outcome::Refused("no".into())),
            &[
                "g1' parked: another mutation of its transaction, of Post p2, is parked: no",
                "g2 parked: no",
                "g3' parked: another mutation of its transaction, of Post p2, is parked: no",
            ],
            "nothing",
        ),
        (
            "both changed",
            |schema| {
                let current = versioned(schema, "p2", 2, 2, &["title=theirs"]);
                ("g2", Outcome::Conflict { current, fresh_id: "g2'".to_owned() })
            },
            &["g1' parked: another", "g2' parked: somebody else", "g3' parked: another"],
            "nothing",
        ),
        (
            "somebody else changed another field",
            |schema| {
                let current = versioned(schema, "p2", 2, 2, &["rating=7"]);
                ("g2", Outcome::Conflict { current, fresh_id: "g2'".to_owned() })
            },
            &["g1'", "g2'", "g3'"],
            "[g1'@1 g2'@2 g3']",
        ),
        (
            "a condition that did not hold",
            |schema| ("g2", Outcome::ConditionFailed(Some(versioned(schema, "p2", 2, 2, &[])))),
            &[
                "g1' parked: another mutation of its transaction, of Post p2, was refused",
                "g3' parked: another",
            ],
            "nothing",
        ),
        ("held back", |_| ("g2", not_applied("g2")), &["g1'", "g2'", "g3'"], "[g1'@1 g2'@1 g3']"),
    ];
    for (name, answer, expected, next) in cases {
        let schema = blog();
        let mut store = memory(Arc::clone(&schema));
        for id in ["p1", "p2"] {
            let (model, row) = (model_of(&schema, id).id, versioned(&schema, id, 1, 1, &[]));
            store.write(|tx| tx.apply_frame(model, row, &syncline_core::predicate::Filter::All)).unwrap();
        }
        group(&mut store, &[("p1", &["title=a"]), ("p2", &["title=b"]), ("c1", &["postCommentsId=p1"])]);
        assert_eq!(claim(&mut store, WHOLE), "[g1@1 g2@1 g3]", "{name}");
        for other in ["g1", "g3"] {
            settle(&mut store, other, not_applied(other));
        }
        let (mutation, outcome) = answer(&schema);
        settle(&mut store, mutation, outcome);
        let outbox = outbox(&store);
        assert_eq!(outbox.len(), expected.len(), "{name}: {outbox:?}");
        for (entry, expected) in outbox.iter().zip(expected) {
            assert!(entry.starts_with(expected), "{name}: {entry:?} is not {expected:?}");
        }
        assert_eq!(claim(&mut store, WHOLE), next, "{name}");
    }
}

/// Mutations of one record, one behind the other: each names the version that the one before it makes.
#[test]
fn what_follows_on_the_same_record_travels_with_it() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    let open = Predicate::compare("title", syncline_core::predicate::Op::Eq(Value::from("a")));
    saved(&mut store, "p1", &["title=a"], None, "m1");
    saved(&mut store, "p1", &["title=b"], Some(&open), "m2");
    saved(&mut store, "p1", &["rating=1"], None, "m3");
    saved(&mut store, "c1", &["postCommentsId=p1"], None, "m4");
    saved(&mut store, "c2", &["postCommentsId=p2"], None, "m5");
    assert_eq!(claim(&mut store, TOGETHER), "m1 m2@1 m4 m3@2");
    // Verbatim, also of a record of which several are in flight; a smaller one takes less of it.
    assert_eq!(in_doubt(&mut store, TOGETHER, &[]), "m1 m2@1 m4 m3@2");
    assert_eq!(in_doubt(&mut store, ClaimLimits { sizes: &[1], ..TOGETHER }, &[]), "m1");
    assert_eq!(claim(&mut store, TOGETHER), "m5", "that record is not pending");
    settle(&mut store, "m1", Outcome::Refused("no".into()));
    for mutation in ["m2", "m3", "m4"] {
        settle(&mut store, mutation, not_applied(mutation));
    }
    assert_eq!(outbox(&store), ["m1 parked: no", "m2'", "m3'", "m4'", "m5 sent"]);
    assert_eq!(claim(&mut store, TOGETHER), "nothing", "they wait for a person's word on the first");
    store.write(|tx| tx.retry("m1", "m1'")).unwrap();
    // Without the server's word nothing depends on anything in its document.
    assert_eq!(claim(&mut store, SINGLE), "m1'");
    assert_eq!(claim(&mut store, SINGLE), "nothing");
    settle(&mut store, "m1'", Outcome::Applied(versioned(&schema, "p1", 1, 1, &["title=a"])));
    assert_eq!(claim(&mut store, TOGETHER), "m2'@1 m3'@2");
    assert_eq!(claim(&mut store, TOGETHER), "m4'");
    let third = versioned(&schema, "p1", 3, 3, &["title=b", "rating=1"]);
    settle(&mut store, "m2'", Outcome::Applied(versioned(&schema, "p1", 2, 2, &["title=b"])));
    settle(&mut store, "m3'", Outcome::Applied(third));
    assert_eq!(outbox(&store), ["m4' sent", "m5 sent"]);
}

/// The oldest goes first, whatever there is more of; what is refused holds up what depends on it, and nobody else (I7).
#[test]
fn the_queue_never_starves() {
    let mut store = memory(blog());
    saved(&mut store, "p0", &[], None, "poison");
    saved(&mut store, "c0", &["postCommentsId=p0"], None, "child");
    saved(&mut store, "c1", &[], None, "old");
    for number in 1..30 {
        saved(&mut store, &format!("p{number}"), &[], None, &format!("m{number}"));
    }
    let one = ClaimLimits { sizes: &[1], ..WHOLE };
    assert_eq!(claim(&mut store, one), "poison");
    settle(&mut store, "poison", Outcome::Refused("no".into()));
    assert_eq!(claim(&mut store, one), "old", "of another model, and older than all the others");
    group(&mut store, &[("p0", &["title=x"]), ("p50", &[])]);
    for number in 1..30 {
        assert_eq!(claim(&mut store, one), format!("m{number}"));
    }
    // The group shares a record with what is parked.
    assert_eq!(claim(&mut store, one), "nothing");
    assert_eq!(in_doubt(&mut store, one, &["old"]), "m1", "one that gets no answer is put aside");
}

/// A lost line leaves two documents in doubt. Of the second one, an edit must not go with the first document, which is of
/// its kind, before the conditional one that it follows: the server would take that for somebody else's change.
#[test]
fn what_is_in_doubt_never_overtakes_what_it_follows() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    let open = Predicate::compare("title", syncline_core::predicate::Op::Eq(Value::from("a")));
    for (place, id) in ["p1", "p2"].into_iter().enumerate() {
        saved(&mut store, id, &["title=a"], None, id);
        assert_eq!(claim(&mut store, TOGETHER), id, "{place}");
        let current = versioned(&schema, id, 1, 1, &["title=a"]);
        settle(&mut store, id, Outcome::Applied(current));
    }
    saved(&mut store, "p2", &["rating=1"], None, "m1");
    assert_eq!(claim(&mut store, TOGETHER), "m1@1");
    saved(&mut store, "p1", &["rating=1"], Some(&open), "m2");
    saved(&mut store, "p1", &["rating=2"], None, "m3");
    assert_eq!(claim(&mut store, TOGETHER), "m2@1 m3@2");
    for limits in [TOGETHER, SINGLE] {
        assert_eq!(in_doubt(&mut store, limits, &[]), "m1@1");
        assert_eq!(in_doubt(&mut store, limits, &["m2"]), "m1@1");
        assert_eq!(in_doubt(&mut store, limits, &["m1", "m2"]), "nothing", "it waits for the word on m2");
    }
    assert_eq!(in_doubt(&mut store, TOGETHER, &["m1"]), "m2@1 m3@2");
    assert_eq!(in_doubt(&mut store, SINGLE, &["m1"]), "m2@1");
}

#[test]
fn what_is_in_doubt_never_overtakes_what_it_refers_to() {
    let mut store = memory(blog());
    saved(&mut store, "p1", &[], None, "m1");
    saved(&mut store, "c1", &["postCommentsId=p1"], None, "m2");
    saved(&mut store, "c2", &[], None, "m3");
    assert_eq!(claim(&mut store, TOGETHER), "m1 m2");
    assert_eq!(claim(&mut store, TOGETHER), "m3");
    for limits in [TOGETHER, SINGLE] {
        assert_eq!(in_doubt(&mut store, limits, &["m1"]), "m3", "the comment waits for the word on its post");
        assert_eq!(in_doubt(&mut store, limits, &["m1", "m3"]), "nothing");
    }
}

/// SYNC 1.2: what is on its way is not forgotten, whatever a person does with what it stands on.
#[test]
fn a_parked_mutation_is_not_dropped_from_under_one_that_is_in_flight() {
    let mut store = memory(blog());
    let open = Predicate::compare("title", syncline_core::predicate::Op::Eq(Value::from("a")));
    saved(&mut store, "p1", &["title=a"], None, "m1");
    saved(&mut store, "p1", &["rating=1"], Some(&open), "m2");
    assert_eq!(claim(&mut store, TOGETHER), "m1 m2@1");
    settle(&mut store, "m1", Outcome::Refused("no".into()));
    let before = outbox(&store);
    let error = store.write(|tx| tx.discard("m1")).unwrap_err();
    assert!(matches!(&error, StoreError::StillInFlight { behind, .. } if behind == "m2"), "{error}");
    assert!(error.is_retryable());
    assert_eq!(outbox(&store), before);
    settle(&mut store, "m2", not_applied("m2"));
    store.write(|tx| tx.discard("m1")).unwrap();
    assert_eq!(outbox(&store), Vec::<String>::new());
}

#[test]
fn it_is_known_when_a_mutation_was_first_sent() {
    let mut store = memory(blog());
    let ids = ["m1", "m2", "m3", "none"].map(str::to_owned);
    for (place, id) in ["p1", "p2", "p3"].into_iter().enumerate() {
        saved(&mut store, id, &[], None, &ids[place]);
    }
    for time in [0, 1_000, 2_000] {
        store.tell_time(time);
        claim(&mut store, ClaimLimits::of(&[1]));
    }
    store.tell_time(5_000);
    // Being sent again does not make it younger.
    assert_eq!(in_doubt(&mut store, SINGLE, &[]), "m1 m2");
    let outside = |times| store.reads().sent_outside(&ids, times).unwrap().join(" ");
    assert_eq!(outside(0..=5_000), "m1 none", "of the first it is not known");
    assert_eq!(outside(1_001..=5_000), "m1 m2 none");
    assert_eq!(outside(0..=1_999), "m1 m3 none", "a clock was set back");
}

/// A record that rests is left out, and only that: what is of its kind goes, and what is of another kind and younger.
#[test]
fn what_rests_is_not_taken_and_holds_nobody_up() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    let post = post(&schema);
    for (id, version) in [("p1", 1), ("p2", 1), ("p3", 1)] {
        let row = versioned(&schema, id, version, 1, &["title=a"]);
        store.write(|tx| tx.apply_frame(post, row, &syncline_core::predicate::Filter::All)).unwrap();
    }
    for (place, id) in ["p1", "p2", "p3", "c1"].into_iter().enumerate() {
        saved(&mut store, id, &["content=x"], None, &format!("m{}", place + 1));
    }
    let mut claimed = |sizes: &[usize], resting: &[&str]| {
        let resting: Vec<_> = resting.iter().map(|id| (post, key(id))).collect();
        claim(&mut store, ClaimLimits { sizes, resting: &resting, ..TOGETHER })
    };
    assert_eq!(claimed(&[1], &["p1", "p2"]), "m3@1");
    assert_eq!(claimed(&[1], &["p1", "p2", "p9"]), "m4", "of another model");
    assert_eq!(claimed(&[1], &["p1", "p2"]), "nothing");
    assert_eq!(claimed(&[2], &["p2"]), "m1@1");
    let limits = ClaimLimits { sizes: &[1], resting: &[(post, key("p1"))], ..TOGETHER };
    assert_eq!(in_doubt(&mut store, limits, &[]), "m1@1", "what has been sent does not rest");
    assert_eq!(claim(&mut store, TOGETHER), "m2@1");
}

/// What of a record waits when its mutation is answered, and grows with further edits.
#[test]
fn an_edit_made_meanwhile_is_told_where_it_is_a_mere_edit() {
    type Meanwhile = fn(&mut Store);
    let cases: [(&str, Meanwhile, bool); 5] = [
        ("nothing", |_| {}, false),
        ("an edit", |store| saved(store, "p1", &["rating=2"], None, "m2"), true),
        (
            "a conditional one",
            |store| {
                saved(
                    store,
                    "p1",
                    &["rating=2"],
                    Some(&Predicate::compare("rating", syncline_core::predicate::Op::Ne(Value::Int(9)))),
                    "m2",
                )
            },
            false,
        ),
        ("one of a group", |store| group(store, &[("p1", &["rating=2"]), ("p2", &[])]), false),
        (
            "a delete",
            |store| {
                let model = post(store.schema());
                store.write(|tx| tx.delete(model, &key("p1"), None, "m2".to_owned())).unwrap();
            },
            false,
        ),
    ];
    for (name, meanwhile, edited) in cases {
        let mut store = memory(blog());
        let schema = Arc::clone(store.schema());
        saved(&mut store, "p1", &["rating=1"], None, "m1");
        assert_eq!(claim(&mut store, SINGLE), "m1");
        meanwhile(&mut store);
        let answer = Outcome::Applied(versioned(&schema, "p1", 1, 1, &["rating=1"]));
        let done = store.write(|tx| tx.settle("m1", answer)).unwrap().0.unwrap();
        assert_eq!(done.edited, edited, "{name}");
    }
    // What is left of the mutation itself is no edit that was made meanwhile.
    let mut store = memory(blog());
    let schema = Arc::clone(store.schema());
    let row = |version, field: &str| versioned(&schema, "p1", version, version, &[field]);
    let first = row(1, "rating=1");
    store.write(|tx| tx.apply_frame(post(&schema), first, &syncline_core::predicate::Filter::All)).unwrap();
    saved(&mut store, "p1", &["title=mine"], None, "m1");
    assert_eq!(claim(&mut store, SINGLE), "m1@1");
    let met = Outcome::Conflict { current: row(2, "rating=2"), fresh_id: "m1'".to_owned() };
    let done = store.write(|tx| tx.settle("m1", met)).unwrap().0.unwrap();
    assert_eq!((done.edited, outbox(&store)), (false, vec!["m1'".to_owned()]));
}
