//! What a write does.

use std::sync::{Arc, Mutex, PoisonError};

use syncline_core::record::MutationOp;
use syncline_core::{Key, Value};

use super::Harness;
use super::world::{World, always, at, home, object};
use crate::{Applied, CommitObserver, Committed, Decision, Rejection, Row, Write};

/// A create is version 1, and each change adds one.
pub fn versions_grow_by_one<H: Harness>() {
    let world = World::<H>::new();
    for version in 1..=3 {
        let title = format!("title {version}");
        let row = world.put_post("p", &title);
        assert_eq!((row.meta.version, row.meta.deleted, row.seq), (version, false, version));
        assert_eq!(world.value("Post", &row, "title"), &Value::from(title.as_str()));
        assert_eq!(world.get("p"), Some(row), "what was answered is what is read");
    }
}

/// A delete is a change like any other, and a write over a tombstone goes on from its version.
pub fn a_tombstone_keeps_its_values_and_can_be_revived<H: Harness>() {
    let world = World::<H>::new();
    let alive = world.put_post("p", "kept");
    let gone = world.put(world.deletion("p"));
    assert_eq!((gone.meta.version, gone.meta.deleted), (2, true));
    assert_eq!(gone.record, alive.record);
    assert_eq!(world.get("p"), Some(gone));
    let again = world.put_post("p", "revived");
    assert_eq!((again.meta.version, again.meta.deleted), (3, false));
    assert_eq!(world.get("p"), Some(again));
}

/// They answer with the row as it is.
pub fn kept_and_rejected_change_nothing<H: Harness>() {
    let world = World::<H>::new();
    let row = world.put_post("p", "first");
    let write = |decision| Write { mutation: world.mutation("Post", Key::id("p")), decide: always(decision) };
    let rejection = Rejection::Unauthorized("not yours".to_owned());
    let answers = world.apply(vec![write(Decision::Keep), write(Decision::Reject(rejection.clone()))], false);
    let current = Some(row.clone());
    assert_eq!(answers, [Applied::Kept(row.clone()), Applied::Rejected { rejection, current }]);
    assert_eq!(world.get("p"), Some(row));
    assert_eq!(world.put_post("q", "next").seq, 2, "neither took a sequence number");
}

/// Where there is no row, there is nothing to keep or to delete.
pub fn nothing_can_be_neither_kept_nor_deleted<H: Harness>() {
    let world = World::<H>::new();
    for decision in [Decision::Keep, Decision::Delete, Decision::Reject(Rejection::Condition)] {
        let decide: crate::Decide = Box::new(move |current| {
            assert!(current.row.is_none() && current.since_base.is_none());
            decision.clone()
        });
        let answers =
            world.apply(vec![Write { mutation: world.mutation("Post", Key::id("p")), decide }], false);
        assert_eq!(answers, [Applied::Rejected { rejection: Rejection::Condition, current: None }]);
    }
    assert_eq!(world.get("p"), None);
}

/// The mutations of one call see each other.
pub fn a_decision_sees_what_came_before_in_its_batch<H: Harness>() {
    let world = World::<H>::new();
    let next = world.post("p", "second");
    let decide: crate::Decide = Box::new(move |current| match current.row {
        Some(row) if row.meta.version == 1 => Decision::Write(next.clone()),
        _ => Decision::Reject(Rejection::Conflict),
    });
    let second = Write { mutation: world.mutation("Post", Key::id("p")), decide };
    let answers = world.apply(vec![world.write("Post", world.post("p", "first")), second], false);
    assert!(matches!(&answers[..], [Applied::Written(a), Applied::Written(b)]
        if a.meta.version == 1 && b.meta.version == 2 && b.seq == a.seq + 1));
    // Also what became of it.
    let decide: crate::Decide = Box::new(|current| match current.earlier {
        [Applied::Rejected { rejection: Rejection::Conflict, .. }, Applied::Written(_)] => {
            Decision::Reject(Rejection::Held)
        }
        other => Decision::Reject(Rejection::Invalid(format!("{other:?}"))),
    });
    let conflict = Write {
        mutation: world.mutation("Post", Key::id("p")),
        decide: always(Decision::Reject(Rejection::Conflict)),
    };
    let held = Write { mutation: world.mutation("Post", Key::id("q")), decide };
    let answers = world.apply(vec![conflict, world.write("Post", world.post("r", "r")), held], false);
    assert_eq!(answers[2], Applied::Rejected { rejection: Rejection::Held, current: None });
}

/// Keys and records of another shape are one mutation's trouble, never the store's.
pub fn what_does_not_fit_the_model_is_rejected<H: Harness>() {
    let world = World::<H>::new();
    let row = world.put_post("p", "as it was");
    let post = |values: &[(&str, Value)]| world.record("Post", values);
    let mut short = world.post("p", "short");
    short.0.pop();
    let wrong = [
        (Key::id("p"), post(&[("id", "other".into())])),
        (Key::id("p"), post(&[("id", "p".into()), ("rating", "five".into())])),
        (Key::id("p"), post(&[("id", "p".into()), ("rating", 5.0.into())])),
        (Key::id("p"), post(&[("id", "p".into()), ("views", 5.into())])),
        (Key::id("p"), post(&[("id", "p".into()), ("views", f64::NAN.into())])),
        (Key::id("p"), post(&[("id", "p".into()), ("tags", "not a list".into())])),
        (Key::id("p"), post(&[("id", "p".into()), ("title", vec!["a list"].into())])),
        (Key::id("p"), post(&[("id", "p".into()), ("scores", vec!["text"].into())])),
        (Key::id("p"), post(&[("id", "p".into()), ("home", "not an object".into())])),
        (Key::id("p"), post(&[("id", "p".into()), ("home", vec![home("a", Value::Null)].into())])),
        (Key::id("p"), post(&[("id", "p".into()), ("homes", home("a", Value::Null))])),
        (Key::id("p"), post(&[("id", "p".into()), ("home", object([("street", "a field alone".into())]))])),
        (Key::id("p"), post(&[("id", "p".into()), ("home", home("a", "not a place".into()))])),
        (Key::id("p"), post(&[("id", "p".into()), ("home", home("a", home("in a home", Value::Null)))])),
        (Key::id("p"), post(&[("id", "p".into()), ("title", home("for text", Value::Null))])),
        (Key::id("p"), short),
        (Key(vec![]), post(&[])),
        (Key(vec![Value::Null]), post(&[])),
        (Key(vec![7.into()]), post(&[])),
        (Key(vec!["p".into(), "q".into()]), post(&[])),
    ];
    for (key, record) in wrong {
        let what = format!("{key:?} {record:?}");
        let mutation = world.mutation("Post", key);
        let write = Write { mutation, decide: always(Decision::Write(record)) };
        let answers = world.apply(vec![write], false);
        assert!(
            matches!(&answers[..], [Applied::Rejected { rejection: Rejection::Invalid(_), .. }]),
            "{what} gave {answers:?}"
        );
    }
    assert_eq!(world.get("p"), Some(row));
}

/// What is stored is what was given, to the last bit.
pub fn every_kind_of_value_comes_back<H: Harness>() {
    let mut world = World::<H>::new();
    let values: &[(&str, &[Value])] = &[
        ("title", &["".into(), "a'b\"c\\d".into(), "e\u{301}é😀\u{10ffff}".into(), " \n\t".into()]),
        ("rating", &[Value::Null, 0.into(), i64::from(i32::MIN).into(), i64::from(i32::MAX).into()]),
        ("seenAt", &[i64::MIN.into(), i64::MAX.into(), (1_i64 << 53).into(), ((1_i64 << 53) + 1).into()]),
        (
            "views",
            &[0.1.into(), 5.0.into(), f64::MAX.into(), f64::MIN_POSITIVE.into(), 5e-324.into(), 1e300.into()],
        ),
        ("published", &[true.into(), false.into()]),
        ("status", &["OPEN".into()]),
        ("tags", &[Value::List(vec![]), Value::List(vec!["a,\"b".into(), Value::Null, "".into()])]),
        ("scores", &[Value::List(vec![i64::MAX.into(), Value::Null, (-1).into()])]),
        ("weights", &[Value::List(vec![0.1.into(), 2.0.into(), 1e-7.into(), 123_456_789.123_456_78.into()])]),
        ("flags", &[Value::List(vec![true.into(), false.into(), Value::Null])]),
        ("home", &[home("", Value::Null), home("a'b\"c\\d é😀", at(2.0)), home("x", at(0.1))]),
        (
            "homes",
            &[Value::List(vec![]), vec![home("a", at(1e300)), Value::Null, home("b", Value::Null)].into()],
        ),
    ];
    let mut written = Vec::new();
    for (field, values) in values {
        for value in *values {
            let id = format!("p{}", written.len());
            let record = world.record("Post", &[("id", id.as_str().into()), (field, value.clone())]);
            let row = world.put(world.write("Post", record.clone()));
            assert_eq!(row.record, record);
            written.push(row);
        }
    }
    world.reopen();
    for row in written {
        let id = row.record[0].as_text().unwrap_or_default();
        assert_eq!(world.get(id), Some(row.clone()));
    }
}

/// Keeps what it hears.
#[derive(Debug, Default)]
pub(super) struct Heard(Mutex<Vec<Committed>>);

impl Heard {
    pub(super) fn take(&self) -> Vec<Committed> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl CommitObserver for Heard {
    fn committed(&self, changes: &Arc<[Committed]>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(changes);
    }
}

/// Before and after come from the same commit; what was not written is not heard of; and they have heard of a change
/// when its answer arrives.
pub fn observers_hear_each_commit_in_order<H: Harness>() {
    let world = World::<H>::new();
    let heard = Arc::new(Heard::default());
    world.backend().observe(heard.clone());
    let first = world.put_post("p", "first");
    let keep = Write { mutation: world.mutation("Post", Key::id("p")), decide: always(Decision::Keep) };
    let mut second = world.write("Post", world.post("p", "second"));
    second.mutation.origin = Some("o".into());
    let writes = vec![second, keep, world.deletion("p")];
    let answers = world.apply(writes, false);
    let (Applied::Written(second), Applied::Written(gone)) = (&answers[0], &answers[2]) else {
        panic!("unexpected {answers:?}");
    };
    let (second, gone) = (second.clone(), gone.clone());
    let again = world.put_post("p", "again");
    let rows = [Arc::new(first), second, gone, Arc::new(again)];
    let ops = [MutationOp::Create, MutationOp::Update, MutationOp::Delete, MutationOp::Create];
    let origins = [None, Some("o".into()), None, None];
    let mut before = None;
    let expected: Vec<Committed> = rows
        .into_iter()
        .zip(ops)
        .zip(origins)
        .map(|((after, op), origin)| {
            let (model, key) = (world.model("Post").id, Key::id("p"));
            let before = before.replace(Row::clone(&after));
            Committed { model, key, op, before, after, origin }
        })
        .collect();
    assert_eq!(heard.take(), expected);
}
