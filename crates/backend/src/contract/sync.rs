//! Base and delta syncs.

use std::collections::BTreeSet;

use syncline_core::predicate::{Filter, Op};
use syncline_core::{Key, Predicate, Value};

use super::Harness;
use super::block_on;
use super::device::Device;
use super::world::{START, World, done, everything, ids};
use crate::{BackendError, Row, Scope, Sync, SyncCursor, SyncKind, SyncPage, SyncPlace};

/// Tombstones included, in the order of the key's columns, whatever the size of a page.
pub fn a_base_sync_goes_by_key<H: Harness>() {
    let world = World::<H>::new();
    for id in ["m", "Z", "é", "a", "😀", "b"] {
        world.put_post(id, id);
    }
    world.put(world.deletion("b"));
    for limit in [1, 2, 5, 6, 7] {
        for last_sync in [None, Some(0), Some(-5)] {
            let sync = world.first("Post", last_sync, limit);
            let page = world.sync(&everything(), &sync);
            assert_eq!(page.kind, SyncKind::Base);
            assert_eq!(page.next.is_some(), limit < 6);
            let rows = world.rest(&everything(), &sync, page);
            assert_eq!(ids(&rows), ["Z", "a", "b", "m", "é", "😀"]);
            assert!(rows[2].meta.deleted);
        }
    }
    let points = [10, 9, -1].map(|points| {
        let values = [("game", "Go".into()), ("points", points.into()), ("player", "p".into())];
        world.put(world.write("Score", world.record("Score", &values)));
        Value::from(points)
    });
    let (rows, _) = world.sync_all("Score", None, 1);
    let synced: Vec<&Value> = rows.iter().map(|row| world.value("Score", row, "points")).collect();
    assert_eq!(synced, points.iter().rev().collect::<Vec<_>>(), "numbers as numbers");
}

/// As it is now, in the order of the last changes.
pub fn a_delta_sync_brings_each_change_once<H: Harness>() {
    let world = World::<H>::new();
    for (step, id) in ["a", "b", "c", "d"].iter().enumerate() {
        world.clock.set(START + step as i64 * 10);
        world.put_post(id, "first");
    }
    world.clock.set(START + 100);
    let (base, started_at) = world.sync_all("Post", None, 2);
    assert_eq!((base.len(), started_at), (4, START + 100));
    world.clock.set(START + 110);
    for (id, title) in [("b", "x"), ("a", "y"), ("b", "z"), ("e", "new")] {
        world.put_post(id, title);
    }
    world.put(world.deletion("c"));
    for limit in [1, 2, 10] {
        let sync = world.first("Post", Some(started_at), limit);
        let page = world.sync(&everything(), &sync);
        assert_eq!(page.kind, SyncKind::Delta);
        let rows = world.rest(&everything(), &sync, page);
        assert_eq!(ids(&rows), ["a", "b", "e", "c"], "by {limit}");
        assert_eq!(world.value("Post", &rows[1], "title"), &"z".into());
        assert!(rows[3].meta.deleted);
    }
    let (rows, _) = world.sync_all("Post", Some(START), 3);
    assert_eq!(rows.len(), 5, "a lastSync of any age");
    let (rows, later) = world.sync_all("Post", Some(START + 10_000), 3);
    assert_eq!((rows.len(), later), (0, START + 110));
    assert_eq!(world.sync_all("Comment", Some(started_at), 3).0, []);
}

/// What is stamped in the same millisecond as a `lastSync` is brought; what is older is not.
pub fn the_edge_of_last_sync_is_included<H: Harness>() {
    let world = World::<H>::new();
    for (id, at) in [("a", 10), ("b", 20), ("c", 20), ("d", 30)] {
        world.clock.set(START + at);
        assert_eq!(world.put_post(id, "t").meta.last_changed_at, START + at);
    }
    for (since, expected) in [
        (10, &["a", "b", "c", "d"][..]),
        (11, &["b", "c", "d"]),
        (20, &["b", "c", "d"]),
        (21, &["d"]),
        (31, &[]),
    ] {
        let (rows, _) = world.sync_all("Post", Some(START + since), 10);
        assert_eq!(ids(&rows), expected, "since {since}");
    }
}

/// Sequence numbers, not times, are what pages go by (SYNC 3.1).
pub fn five_thousand_changes_in_one_millisecond<H: Harness>() {
    const COUNT: usize = 5_000;
    let world = World::<H>::new();
    let (_, started_at) = world.sync_all("Post", None, 10);
    for start in (0..COUNT).step_by(500) {
        let writes = (start..start + 500).map(|place| {
            let id = format!("p{:04}", (place * 37) % COUNT);
            world.write("Post", world.post(&id, "same time"))
        });
        world.apply(writes.collect(), false);
    }
    for (last_sync, limit) in [(Some(started_at), 700), (Some(started_at), 5_000), (None, 999)] {
        let (rows, at) = world.sync_all("Post", last_sync, limit);
        assert_eq!((rows.len(), at), (COUNT, START));
        assert!(rows.iter().all(|row| row.meta.last_changed_at == START));
        assert_eq!(ids(&rows).into_iter().collect::<BTreeSet<_>>().len(), COUNT, "each once");
    }
}

/// A change that comes while a sync pages is in it, or in the next delta from its `startedAt`.
pub fn writes_between_pages_are_not_missed<H: Harness>() {
    for last_sync in [None, Some(START)] {
        let world = World::<H>::new();
        for place in 0..10 {
            world.put_post(&format!("p{place}"), "first");
        }
        let mut device = Device::default();
        let sync = world.first("Post", last_sync, 2);
        let mut page = world.sync(&everything(), &sync);
        let mut round = 0;
        loop {
            device.fold(&page.rows);
            let Some(cursor) = page.next.take() else { break };
            // One that was read, one that was not, one that is new, one that goes.
            world.put_post("p0", &format!("again {round}"));
            world.put_post("p9", &format!("again {round}"));
            world.put_post(&format!("o{round}"), "new");
            world.put(world.deletion(&format!("p{}", 3 + round)));
            round += 1;
            page = world.sync(&everything(), &Sync { resume: Some(cursor), ..sync.clone() });
        }
        assert!(round >= 3);
        let (rows, _) = world.sync_all("Post", Some(page.started_at), 4);
        device.fold(&rows);
        let (all, _) = world.sync_all("Post", None, 100);
        assert_eq!(device.missing(&all), 0, "since {last_sync:?}");
    }
}

/// Selecting few of many: all of those, and no more pages than needed.
pub fn a_scope_may_leave_pages_short<H: Harness>() {
    let world = World::<H>::new();
    for place in 0..60_i64 {
        let id = format!("p{place:02}");
        let values = [("id", id.into()), ("title", "t".into()), ("rating", (place % 20).into())];
        world.put(world.write("Post", world.record("Post", &values)));
    }
    let scope = Scope::new(
        world.filter("Post", &Predicate::compare("title", Op::Eq("t".into()))),
        world.filter("Post", &Predicate::compare("rating", Op::Ge(18.into()))),
    );
    for last_sync in [None, Some(START)] {
        for limit in [1, 4, 6, 100] {
            let sync = world.first("Post", last_sync, limit);
            let page = world.sync(&scope, &sync);
            let rows = world.rest(&scope, &sync, page);
            assert_eq!(ids(&rows), ["p18", "p19", "p38", "p39", "p58", "p59"], "{last_sync:?} by {limit}");
        }
    }
    let nothing = Scope::new(Filter::Nothing, Filter::all());
    let page = world.sync(&nothing, &world.first("Post", None, 10));
    assert_eq!((page.rows.len(), page.next), (0, None));
}

/// A page ends before the record that is too much for it; one that is too large for any page comes alone.
pub fn a_page_ends_with_its_bytes<H: Harness>() {
    let world = World::<H>::new();
    for (place, size) in [10, 400, 10, 5_000, 10, 10, 10].into_iter().enumerate() {
        world.put_post(&format!("p{place}"), &"x".repeat(size));
    }
    for last_sync in [None, Some(START)] {
        for (max_bytes, pages) in [
            (0, &["p0", "p1", "p2", "p3", "p4", "p5", "p6"][..]),
            (1_200, &["p0 p1", "p2", "p3", "p4 p5 p6"]),
            (usize::MAX, &["p0 p1 p2 p3 p4 p5 p6"]),
        ] {
            let mut sync = Sync { max_bytes, ..world.first("Post", last_sync, 100) };
            let mut found = Vec::new();
            loop {
                let page = world.sync(&everything(), &sync);
                found.push(ids(&page.rows).join(" "));
                let Some(cursor) = page.next else { break };
                sync.resume = Some(cursor);
            }
            assert_eq!(found, pages, "{last_sync:?}, {max_bytes} bytes");
        }
    }
}

/// Pages between the keys that are named hold together what one sync after the other does, each record once.
pub fn pages_side_by_side_hold_everything<H: Harness>() {
    let world = World::<H>::new();
    for place in 0..23_i64 {
        let id = format!("p{place:02}");
        let values = [("id", id.into()), ("title", "t".into()), ("rating", (place % 2).into())];
        world.put(world.write("Post", world.record("Post", &values)));
    }
    world.put(world.deletion("p09"));
    let even = world.filter("Post", &Predicate::compare("rating", Op::Le(0.into())));
    let even = Scope::new(Filter::all(), even);
    for (scope, step, count, named) in [
        (everything(), 5, 9, &["p06", "p11", "p16", "p21"][..]),
        (everything(), 5, 2, &["p06", "p11"]),
        (everything(), 50, 2, &[]),
        (everything(), 21, 2, &["p22"]),
        (even, 3, 2, &["p06", "p12"]),
    ] {
        let sync = world.first("Post", None, 100);
        let page = world.sync(&scope, &sync);
        let all: Vec<&str> = ids(&page.rows).into_iter().filter(|id| *id > "p01").collect();
        let model = sync.model;
        let keys = done(block_on(world.backend().strides(&scope, model, &Key::id("p01"), step, count)));
        assert_eq!(keys, named.iter().map(|id| Key::id(*id)).collect::<Vec<_>>());
        let starts = std::iter::once(Key::id("p01")).chain(keys.clone());
        let ends = keys.into_iter().map(Some).chain([None]);
        let mut found: Vec<Row> = Vec::new();
        for (after, until) in starts.zip(ends) {
            let place = SyncPlace::Base { after, until };
            let resume = Some(SyncCursor { started_at: page.started_at, place });
            let sync = Sync { resume, limit: 2, ..sync.clone() };
            let first = world.sync(&scope, &sync);
            found.extend(world.rest(&scope, &sync, first));
        }
        assert_eq!(ids(&found), all, "steps of {step}");
    }
}

/// A token that leads nowhere is an error, not an empty page.
pub fn cursors_of_elsewhere_are_refused<H: Harness>() {
    let world = World::<H>::new();
    world.put_post("a", "t");
    for place in [
        SyncPlace::Base { after: Key(vec![]), until: None },
        SyncPlace::Base { after: Key(vec![1.into()]), until: None },
        SyncPlace::Base { after: Key(vec!["a".into(), "b".into()]), until: None },
        SyncPlace::Base { after: Key::id("a"), until: Some(Key(vec![1.into()])) },
        SyncPlace::Delta { since: 1, after: -1, until: 1 },
        SyncPlace::Delta { since: 1, after: 1, until: 0 },
        SyncPlace::Delta { since: 1, after: 0, until: 2 },
        SyncPlace::Delta { since: 1, after: i64::MIN, until: i64::MAX },
    ] {
        let resume = Some(SyncCursor { started_at: START, place });
        let answer = world.try_sync(&everything(), &Sync { resume, ..world.first("Post", None, 10) });
        assert!(matches!(answer, Err(BackendError::Cursor(_))), "{answer:?}");
    }
}

/// Before it is handed over, to a page as it would have been.
pub fn work_is_done_to_the_page_that_is_answered<H: Harness>() {
    let world = World::<H>::new();
    for id in ["a", "b", "c"] {
        world.put_post(id, "t");
    }
    let sync = world.first("Post", None, 2);
    let expected = world.sync(&everything(), &sync);
    let (sender, receiver) = std::sync::mpsc::channel();
    let work = Box::new(move |page: &mut SyncPage| {
        // Nobody listens if the test has failed.
        let _ = sender.send(page.rows.split_off(1));
    });
    let page = done(block_on(world.backend().sync_then(&everything(), &sync, work)));
    assert_eq!(receiver.try_recv(), Ok(expected.rows[1..].to_vec()));
    assert_eq!(page, SyncPage { rows: expected.rows[..1].to_vec(), ..expected });
}
