//! What a store forgets, and what it says then (SYNC 3.11).

use std::collections::BTreeMap;

use syncline_core::Key;

use super::Harness;
use super::world::{START, World, everything, id, ids};
use crate::{Applied, BackendError, Decision, Purged, Retention, Sync, SyncKind, Write};

/// Tombstones, changes and ids, all kept as long.
fn kept(ms: i64) -> Retention {
    Retention { tombstones_ms: ms, changes_ms: ms, ids_ms: ms }
}

const FOREVER: i64 = 1_000_000;

/// A store with `gone` tombstones, each with two lines in the log, and as many records alive; all at the beginning.
fn store<H: Harness>(gone: usize) -> World<H> {
    let world = World::<H>::new();
    for place in 0..gone {
        world.put_post(&format!("gone{place}"), "t");
        world.put_post(&format!("here{place}"), "t");
    }
    for place in 0..gone {
        world.put(world.deletion(&format!("gone{place}")));
    }
    world
}

/// Lets the store's own time come to `at` after the beginning.
fn wait<H: Harness>(world: &World<H>, at: i64) {
    world.clock.set(START + at);
    world.sync(&everything(), &world.first("Comment", None, 1));
}

/// By steps, the oldest first, until there is no more.
pub fn only_what_is_old_goes<H: Harness>() {
    let world = store::<H>(5);
    wait(&world, 100);
    let young = world.put_post("young", "t");
    world.put(world.deletion("young"));
    assert_eq!(world.purge(kept(101), 9), Purged::default(), "nothing is old enough");
    let step = Purged { tombstones: 2, changes: 2, ids: 0, more: true };
    assert_eq!(world.purge(kept(50), 2), step);
    let all = |world: &World<H>| ids(&world.sync_all("Post", None, 100).0).join(" ");
    assert_eq!(all(&world), "gone2 gone3 gone4 here0 here1 here2 here3 here4 young");
    let mut steps = 0;
    while world.purge(kept(50), 2).more {
        steps += 1;
        assert!(steps < 10, "it comes to an end");
    }
    assert_eq!(all(&world), "here0 here1 here2 here3 here4 young");
    assert_eq!(world.purge(kept(50), 2), Purged::default());
    assert_eq!(world.get("young").map(|row| row.meta.version), Some(young.meta.version + 1));
}

/// Only if a tombstone that it needs is gone: without any, a `lastSync` of any age has its delta.
pub fn a_sync_from_before_the_horizon_is_a_base_sync<H: Harness>() {
    let mut world = store::<H>(0);
    world.put_post("a", "t");
    wait(&world, 100);
    let kind = |world: &World<H>, since: i64| {
        world.sync(&everything(), &world.first("Post", Some(START + since), 9)).kind
    };
    world.purge(kept(10), 9);
    assert_eq!(kind(&world, 1), SyncKind::Delta, "nothing was deleted");
    world.put(world.deletion("a"));
    wait(&world, 200);
    world.purge(kept(10), 9);
    world.reopen();
    for (since, expected) in [(1, SyncKind::Base), (189, SyncKind::Base), (190, SyncKind::Delta)] {
        assert_eq!(kind(&world, since), expected, "since {since}");
    }
}

/// Pages that were asked for before would miss the tombstones that are gone.
pub fn a_sync_that_is_overtaken_begins_anew<H: Harness>() {
    for last_sync in [None, Some(START)] {
        let world = store::<H>(3);
        let sync = world.first("Post", last_sync, 2);
        let page = world.sync(&everything(), &sync);
        let next = |cursor| world.try_sync(&everything(), &Sync { resume: cursor, ..sync.clone() });
        assert!(next(page.next.clone()).is_ok());
        wait(&world, 100);
        world.purge(kept(200), 9);
        assert!(next(page.next.clone()).is_ok(), "nothing is gone");
        world.purge(kept(50), 1);
        let answer = next(page.next);
        assert!(matches!(answer, Err(BackendError::Cursor(_))), "{answer:?}");
    }
}

/// A crash between the two leaves a store that says more is gone than is.
pub fn the_horizon_is_durable_before_anything_goes<H: Harness>() {
    let mut world = store::<H>(3);
    wait(&world, 100);
    let nothing = Purged { more: true, ..Purged::default() };
    assert_eq!(world.purge(kept(50), 0), nothing);
    world.reopen();
    let sync = world.first("Post", Some(START + 1), 100);
    let page = world.sync(&everything(), &sync);
    assert_eq!((page.kind, page.rows.len()), (SyncKind::Base, 6), "nothing is gone yet");
    world.clock.set(START + 100);
    assert_eq!(world.purge(kept(50), 2).tombstones, 2);
    world.reopen();
    assert_eq!(world.purge(kept(50), 2).tombstones, 1);
    let page = world.sync(&everything(), &sync);
    assert_eq!((page.kind, page.rows.len()), (SyncKind::Base, 3));
}

/// What is old is told by the store's own time, which goes on with writes and syncs.
pub fn a_clock_that_jumps_makes_nothing_old<H: Harness>() {
    let world = store::<H>(2);
    world.clock.set(START + 1_000_000_000);
    assert_eq!(world.purge(kept(1_000), 9), Purged::default());
    world.clock.set(START + 10);
    let page = world.sync(&everything(), &world.first("Post", Some(START), 9));
    assert_eq!((page.kind, page.rows.len()), (SyncKind::Delta, 4));
    assert_eq!(page.started_at, START + 10);
}

/// The rows themselves tell what changed since.
pub fn a_delta_of_any_age_without_the_log<H: Harness>() {
    let mut world = World::<H>::new();
    for place in 0..40 {
        world.clock.set(START + place * 10);
        world.put_post(&format!("p{:02}", (place * 7) % 20), "t");
    }
    let retention = Retention { tombstones_ms: FOREVER, changes_ms: 50, ids_ms: FOREVER };
    let before: Vec<_> =
        (0..=40).map(|since| world.sync_all("Post", Some(START + since * 10 - 3), 3).0).collect();
    let mut removed = 0;
    loop {
        let purged = world.purge(retention, 9);
        removed += purged.changes;
        for (since, rows) in before.iter().enumerate() {
            let last_sync = START + since as i64 * 10 - 3;
            assert_eq!(&world.sync_all("Post", Some(last_sync), 3).0, rows, "since {since} of {removed}");
        }
        if !purged.more {
            break;
        }
    }
    assert_eq!(removed, 34);
    world.reopen();
    assert_eq!(&world.sync_all("Post", Some(START + 97), 3).0, &before[10]);
}

/// A decision learns of all changes since its base, or of none.
pub fn merging_is_conservative_beyond_the_log<H: Harness>() {
    let world = World::<H>::new();
    for version in 1..=6 {
        world.clock.set(START + version * 10);
        world.put_post("p", &version.to_string());
    }
    let retention = Retention { tombstones_ms: FOREVER, changes_ms: 20, ids_ms: FOREVER };
    assert_eq!(world.purge(retention, 9).changes, 3);
    for (base, known) in [(1, false), (2, false), (3, true), (5, true), (6, true)] {
        let mut mutation = world.mutation("Post", Key::id("p"));
        mutation.base_version = Some(base);
        let decide: crate::Decide = Box::new(move |current| {
            assert_eq!(current.since_base.is_some(), known, "since version {base}");
            Decision::Keep
        });
        world.apply(vec![Write { mutation, decide }], false);
    }
}

/// Until then it is known.
pub fn an_id_that_is_gone_is_new<H: Harness>() {
    let world = World::<H>::new();
    let write = |name: &str| {
        let mut write = world.write("Post", world.post("p", name));
        write.mutation.id = Some(id("me", name));
        world.apply(vec![write], false).remove(0)
    };
    write("old");
    world.clock.set(START + 100);
    write("young");
    let retention = Retention { tombstones_ms: FOREVER, changes_ms: FOREVER, ids_ms: 50 };
    assert_eq!(world.purge(retention, 0), Purged { more: true, ..Purged::default() });
    assert!(matches!(write("old"), Applied::Repeated(Some(_))));
    assert_eq!(world.purge(retention, 9), Purged { ids: 1, ..Purged::default() });
    assert!(matches!(write("young"), Applied::Repeated(Some(_))));
    assert!(matches!(write("old"), Applied::Written(row) if row.meta.version == 3));
    let mut other = world.write("Post", world.post("p", "x"));
    other.mutation.id = Some(id("you", "old"));
    assert_eq!(world.apply(vec![other], false), [Applied::ForeignId], "it is known again");
    // A repeat of what made a record that is gone has no record to answer with.
    let mut gone = world.deletion("p");
    gone.mutation.id = Some(id("me", "gone"));
    world.apply(vec![gone], false);
    world.clock.set(START + 300);
    world.put_post("q", "t");
    let retention = Retention { tombstones_ms: 50, changes_ms: FOREVER, ids_ms: FOREVER };
    assert_eq!(world.purge(retention, 9).tombstones, 1);
    let mut gone = world.deletion("p");
    gone.mutation = crate::Mutation { id: Some(id("me", "gone")), ..gone.mutation };
    assert_eq!(world.apply(vec![gone], false), [Applied::Repeated(None)]);
}

/// It asks with the `lastSync` it has, is answered with everything, and drops what that does not bring.
pub fn a_client_that_was_away_comes_to_what_is_there<H: Harness>() {
    let world = store::<H>(0);
    for id in ["stays", "changes", "dies", "dies and lives"] {
        world.put_post(id, "t");
    }
    let fold = |held: &mut BTreeMap<String, i64>, last_sync: Option<i64>| {
        let sync = world.first("Post", last_sync, 2);
        let page = world.sync(&everything(), &sync);
        let (kind, started_at) = (page.kind, page.started_at);
        let rows = world.rest(&everything(), &sync, page);
        if kind == SyncKind::Base {
            let brought = ids(&rows);
            held.retain(|id, _| brought.contains(&id.as_str()));
        }
        for row in &rows {
            let id = row.record[0].as_text().unwrap_or_default().to_owned();
            if row.meta.deleted {
                held.remove(&id);
            } else {
                held.insert(id, row.meta.version);
            }
        }
        started_at
    };
    let mut held = BTreeMap::new();
    let last_sync = fold(&mut held, None);
    world.clock.set(START + 100);
    world.put_post("changes", "u");
    for id in ["dies", "dies and lives"] {
        world.put(world.deletion(id));
    }
    wait(&world, 1_000);
    while world.purge(kept(500), 1).more {}
    world.put_post("dies and lives", "again");
    world.put(world.deletion("stays"));
    world.put_post("new", "t");
    fold(&mut held, Some(last_sync));
    let expected = [("changes", 2), ("dies and lives", 1), ("new", 1)];
    assert_eq!(held, expected.map(|(id, version)| (id.to_owned(), version)).into());
}

/// Versions begin at 1 again, and no line of the life before is taken for one of this.
pub fn the_next_life_begins_with_an_empty_log<H: Harness>() {
    let world = World::<H>::new();
    for title in ["1", "2", "3"] {
        world.put_post("p", title);
    }
    world.put(world.deletion("p"));
    wait(&world, 100);
    let retention = Retention { tombstones_ms: 50, changes_ms: FOREVER, ids_ms: FOREVER };
    assert_eq!(world.purge(retention, 9), Purged { tombstones: 1, ..Purged::default() });
    assert_eq!(world.get("p"), None);
    world.put_post("p", "a");
    world.put_post("p", "b");
    let title = world.model("Post").field("title").unwrap_or_default();
    let mut mutation = world.mutation("Post", Key::id("p"));
    mutation.base_version = Some(1);
    let decide: crate::Decide = Box::new(move |current| {
        assert_eq!(current.base_value(title), Some(&"a".into()));
        Decision::Keep
    });
    let answers = world.apply(vec![Write { mutation, decide }], false);
    assert!(matches!(&answers[..], [Applied::Kept(row)] if row.meta.version == 2));
}
