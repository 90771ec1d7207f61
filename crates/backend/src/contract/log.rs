//! What a decision learns from the change log (SYNC 3.2, 3.4).

use std::sync::{Arc, Mutex, PoisonError};

use syncline_core::{Key, Value};

use super::Harness;
use super::world::{World, always, at, home};
use crate::{Decision, LoggedChange, Write};

/// The log lines that a decision gets.
fn since<H: Harness>(world: &World<H>, key: &str, base_version: Option<i64>) -> Option<Vec<LoggedChange>> {
    let seen = Arc::new(Mutex::new(None));
    let slot = seen.clone();
    let mut mutation = world.mutation("Post", Key::id(key));
    mutation.base_version = base_version;
    let decide: crate::Decide = Box::new(move |current| {
        let lines = current.since_base.map(<[LoggedChange]>::to_vec);
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = lines;
        Decision::Keep
    });
    world.apply(vec![Write { mutation, decide }], false);
    seen.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Only fields whose value changed, with the value before, oldest change first.
pub fn a_decision_sees_the_changes_since_its_base<H: Harness>() {
    let mut world = World::<H>::new();
    let place = |world: &World<H>, field| world.model("Post").field(field).unwrap_or_default();
    let record = |world: &World<H>, title: &str, rating: Value, tags: Value| {
        world.record(
            "Post",
            &[("id", "p".into()), ("title", title.into()), ("rating", rating), ("tags", tags)],
        )
    };
    let tags = |tags: &[&str]| Value::List(tags.iter().map(|tag| Value::from(*tag)).collect());
    world.put(world.write("Post", record(&world, "one", 1.into(), tags(&["a"]))));
    world.put(world.write("Post", record(&world, "two", 1.into(), tags(&["a"]))));
    world.put(world.write("Post", record(&world, "two", 1.into(), tags(&["a"]))));
    world.put(world.deletion("p"));
    world.put(world.write("Post", record(&world, "two", Value::Null, tags(&["a", "b"]))));
    world.reopen();
    let change = |version, before: Vec<(usize, Value)>| LoggedChange { version, before, session: None };
    let all = [
        change(2, vec![(place(&world, "title"), "one".into())]),
        change(3, vec![]),
        change(4, vec![]),
        change(5, vec![(place(&world, "rating"), 1.into()), (place(&world, "tags"), tags(&["a"]))]),
    ];
    for base in 1..=5 {
        let expected = all[base - 1..].to_vec();
        assert_eq!(since(&world, "p", Some(base as i64)), Some(expected), "since version {base}");
    }
}

/// Objects and lists of them are one value each, and come back as they were.
pub fn the_log_keeps_objects<H: Harness>() {
    let mut world = World::<H>::new();
    let values = [
        (Value::Null, Value::Null),
        (home("a", at(1.0)), Value::Null),
        (home("a", at(2.0)), vec![home("b", Value::Null), Value::Null].into()),
        (home("a", at(2.0)), Value::List(vec![])),
        (Value::Null, Value::List(vec![])),
    ];
    for (one, many) in &values {
        let fields = [("id", "p".into()), ("home", one.clone()), ("homes", many.clone())];
        world.put(world.write("Post", world.record("Post", &fields)));
    }
    world.reopen();
    let place = |field| world.model("Post").field(field).unwrap_or_default();
    let changes = values.windows(2).enumerate().map(|(number, pair)| {
        let mut before = Vec::new();
        if pair[0].0 != pair[1].0 {
            before.push((place("home"), pair[0].0.clone()));
        }
        if pair[0].1 != pair[1].1 {
            before.push((place("homes"), pair[0].1.clone()));
        }
        LoggedChange { version: number as i64 + 2, before, session: None }
    });
    assert_eq!(since(&world, "p", Some(1)), Some(changes.collect()));
}

/// A version that never was, no version, no row.
pub fn what_the_log_cannot_answer_is_none<H: Harness>() {
    let world = World::<H>::new();
    world.put_post("p", "one");
    world.put_post("p", "two");
    for base in [None, Some(0), Some(-1), Some(3), Some(i64::MAX), Some(i64::MIN)] {
        assert_eq!(since(&world, "p", base), None, "{base:?}");
    }
    assert_eq!(since(&world, "nothing", Some(1)), None);
}

/// With the author session of each change.
pub fn the_log_tells_whose_change_it_was<H: Harness>() {
    let world = World::<H>::new();
    let title = world.model("Post").field("title").unwrap_or_default();
    world.put_post("p", "one");
    for (text, session) in [("two", Some("mine")), ("three", Some("theirs")), ("four", None)] {
        let mut write = world.write("Post", world.post("p", text));
        write.mutation.session = session.map(str::to_owned);
        world.put(write);
    }
    let ask = |base: i64, expected: bool| {
        let mut mutation = world.mutation("Post", Key::id("p"));
        mutation.base_version = Some(base);
        let decide: crate::Decide = Box::new(move |current| {
            assert_eq!(current.changed_only_by(title, "mine"), expected, "since {base}");
            Decision::Keep
        });
        world.apply(vec![Write { mutation, decide }], false);
    };
    for (base, only_mine) in [(1, false), (2, false), (3, false), (4, true)] {
        ask(base, only_mine);
    }
    world.put_post("q", "one");
    let mut write = world.write("Post", world.post("q", "two"));
    write.mutation.session = Some("mine".to_owned());
    world.put(write);
    let mut mutation = world.mutation("Post", Key::id("q"));
    mutation.base_version = Some(1);
    let decide: crate::Decide = Box::new(move |current| {
        assert!(current.changed_only_by(title, "mine") && !current.changed_only_by(title, "theirs"));
        assert_eq!(current.base_value(title), Some(&"one".into()));
        Decision::Keep
    });
    world.apply(vec![Write { mutation, decide }, keep(&world)], false);
}

fn keep<H: Harness>(world: &World<H>) -> Write {
    Write { mutation: world.mutation("Post", Key::id("p")), decide: always(Decision::Keep) }
}
