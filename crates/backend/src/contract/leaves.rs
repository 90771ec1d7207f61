//! What left a scope, in a delta (SYNC 2.8).

use syncline_core::Predicate;
use syncline_core::predicate::{Filter, Op};

use super::Harness;
use super::world::{START, World, everything, ids};
use crate::{Retention, Row, Scope, Sync, SyncKind};

/// Writes a post with this rating.
fn rate<H: Harness>(world: &World<H>, id: &str, rating: i64) -> Row {
    let values = [("id", id.into()), ("title", "t".into()), ("rating", rating.into())];
    world.put(world.write("Post", world.record("Post", &values)))
}

/// Posts with a rating of at least 5; half of it as the caller's rights.
fn high<H: Harness>(world: &World<H>) -> Scope {
    Scope::new(
        world.filter("Post", &Predicate::compare("title", Op::Eq("t".into()))),
        world.filter("Post", &Predicate::compare("rating", Op::Ge(5.into()))),
    )
}

/// The ids of the rows of all pages, and the leaves of all pages with their versions.
fn delta<H: Harness>(
    world: &World<H>,
    scope: &Scope,
    since: i64,
    limit: usize,
) -> (Vec<String>, Vec<String>) {
    let mut sync = Sync { leaves: true, ..world.first("Post", Some(since), limit) };
    let (mut rows, mut leaves) = (Vec::new(), Vec::new());
    loop {
        let page = world.sync(scope, &sync);
        assert_eq!(page.kind, SyncKind::Delta);
        let left = page.leaves.unwrap_or_else(|| panic!("the log reaches back"));
        assert!(page.rows.len() + left.len() <= limit, "both count");
        rows.extend(ids(&page.rows).into_iter().map(str::to_owned));
        leaves.extend(left.iter().map(|leave| format!("{} {}", leave.key, leave.version)));
        match page.next {
            Some(next) => sync.resume = Some(next),
            None => return (rows, leaves),
        }
    }
}

/// Records that were in scope at `lastSync`, or came into it since, and are not in it now.
pub fn what_left_the_scope_is_told<H: Harness>() {
    let mut world = World::<H>::new();
    for (id, rating) in
        [("stays", 5), ("leaves", 5), ("dies", 5), ("dies outside", 5), ("dives", 5), ("comes", 1)]
    {
        rate(&world, id, rating);
    }
    rate(&world, "visits", 1);
    rate(&world, "never", 1);
    world.clock.set(START + 10);
    rate(&world, "stays", 6);
    rate(&world, "leaves", 4);
    world.put(world.deletion("dies"));
    rate(&world, "dies outside", 3);
    world.put(world.deletion("dies outside"));
    rate(&world, "dives", 1);
    rate(&world, "dives", 7);
    rate(&world, "comes", 5);
    // A client may have heard of it live.
    rate(&world, "visits", 8);
    rate(&world, "visits", 2);
    rate(&world, "never", 2);
    world.put(world.deletion("never"));
    world.reopen();
    let scope = high(&world);
    for limit in [1, 2, 3, 100] {
        let (rows, leaves) = delta(&world, &scope, START + 5, limit);
        assert_eq!(rows, ["stays", "dies", "dives", "comes"], "by {limit}");
        assert_eq!(leaves, ["leaves 2", "dies outside 3", "visits 3"], "by {limit}");
    }
    assert_eq!(delta(&world, &everything(), START + 5, 100).1, [""; 0], "nothing leaves everything");
    let alive = world.filter("Post", &Predicate::compare("_deleted", Op::Ne(true.into())));
    let (rows, leaves) = delta(&world, &Scope::new(Filter::all(), alive), START + 5, 100);
    assert_eq!(rows, ["stays", "leaves", "dives", "comes", "visits"]);
    assert_eq!(
        leaves,
        ["dies 2", "dies outside 3", "never 3"],
        "a tombstone that the filter does not select"
    );
    let base = world.sync(&scope, &Sync { leaves: true, ..world.first("Post", None, 9) });
    assert_eq!(base.leaves, None, "what a base sync does not bring is gone");
    let plain = world.sync(&scope, &world.first("Post", Some(START + 5), 9));
    assert_eq!(plain.leaves, None, "it was not asked");
}

/// Neither by the caller's rights nor before it existed: its key says nothing to anybody.
pub fn what_was_never_seen_is_not_told<H: Harness>() {
    let world = World::<H>::new();
    rate(&world, "old", 5);
    rate(&world, "dead", 5);
    world.put(world.deletion("dead"));
    world.clock.set(START + 10);
    rate(&world, "new", 1);
    rate(&world, "old", 6);
    // Another life, and only the tombstone was in scope at lastSync.
    rate(&world, "dead", 1);
    rate(&world, "dead", 2);
    let secret = Scope::new(Filter::Nothing, Filter::all());
    assert_eq!(delta(&world, &secret, START + 5, 9), (vec![], vec![]));
    let (rows, leaves) = delta(&world, &high(&world), START + 5, 9);
    assert_eq!((rows, leaves), (vec!["old".to_owned()], vec![]));
}

/// In the order of the changes, and each change belongs to one page.
pub fn pages_hold_rows_and_leaves<H: Harness>() {
    let world = World::<H>::new();
    for place in 0..20 {
        rate(&world, &format!("p{place:02}"), 9);
    }
    world.clock.set(START + 10);
    for place in 0..20 {
        rate(&world, &format!("p{place:02}"), if place % 3 == 0 { 1 } else { 8 });
    }
    let scope = high(&world);
    for limit in 1..8 {
        let mut sync = Sync { leaves: true, ..world.first("Post", Some(START + 5), limit) };
        let mut last = 0;
        loop {
            let page = world.sync(&scope, &sync);
            let left = page.leaves.unwrap_or_default();
            let places = page.rows.iter().map(|row| row.record[0].as_text().unwrap_or_default().to_owned());
            let mut places: Vec<String> =
                places.chain(left.iter().map(|leave| leave.key.to_string())).collect();
            places.sort();
            let expected: Vec<String> =
                (last..last + places.len()).map(|place| format!("p{place:02}")).collect();
            assert_eq!(places, expected, "by {limit}");
            last += places.len();
            match page.next {
                Some(next) => sync.resume = Some(next),
                None => break,
            }
        }
        assert_eq!(last, 20);
    }
}

/// Also if it changes again while the pages are read: the next sync does not look back so far.
pub fn what_changes_between_pages_is_told<H: Harness>() {
    for limit in [1, 2, 3] {
        let world = World::<H>::new();
        for id in ["a", "b", "c", "d", "e"] {
            rate(&world, id, 5);
        }
        rate(&world, "never", 1);
        world.clock.set(START + 10);
        for (id, rating) in [("a", 6), ("b", 4), ("c", 4), ("d", 6), ("e", 4), ("never", 2)] {
            rate(&world, id, rating);
        }
        world.clock.set(START + 20);
        let scope = high(&world);
        let mut sync = Sync { leaves: true, ..world.first("Post", Some(START + 5), limit) };
        let (mut rows, mut leaves) = (Vec::new(), Vec::new());
        let mut changes = ["c", "e", "never", "c", "d"].into_iter();
        let started_at = loop {
            let page = world.sync(&scope, &sync);
            rows.extend(ids(&page.rows).into_iter().map(str::to_owned));
            leaves.extend(page.leaves.into_iter().flatten().map(|leave| leave.key.to_string()));
            match page.next {
                Some(next) => sync.resume = Some(next),
                None => break page.started_at,
            }
            world.clock.set(START + 30);
            if let Some(id) = changes.next() {
                rate(&world, id, if id == "d" { 7 } else { 3 });
            }
        };
        let (then, left) = delta(&world, &scope, started_at, 100);
        rows.extend(then);
        leaves.extend(left.iter().filter_map(|leave| leave.split(' ').next()).map(str::to_owned));
        for told in [&mut rows, &mut leaves] {
            told.sort();
            told.dedup();
        }
        assert_eq!(rows, ["a", "d"], "by {limit}");
        assert_eq!(leaves, ["b", "c", "e"], "by {limit}");
    }
}

/// Then a client has to ask about what it holds; a delta is one all the same.
pub fn beyond_the_log_nothing_is_told<H: Harness>() {
    let world = World::<H>::new();
    rate(&world, "a", 5);
    world.clock.set(START + 10);
    rate(&world, "a", 4);
    world.clock.set(START + 100);
    rate(&world, "b", 5);
    let retention = Retention { tombstones_ms: 1_000, changes_ms: 50, ids_ms: 1_000 };
    assert_eq!(world.purge(retention, 9).changes, 2);
    let ask =
        |since| world.sync(&high(&world), &Sync { leaves: true, ..world.first("Post", Some(since), 9) });
    let page = ask(START + 5);
    assert_eq!((page.kind, ids(&page.rows), page.leaves), (SyncKind::Delta, vec!["b"], None));
    assert_eq!(ask(START + 49).leaves, None);
    assert_eq!(ask(START + 50).leaves, Some(vec![]), "from here on the log is whole");
    let page = world.sync(&everything(), &Sync { leaves: true, ..world.first("Post", Some(START + 5), 9) });
    assert_eq!(page.leaves, Some(vec![]), "nothing leaves everything, whatever the log knows");
}
