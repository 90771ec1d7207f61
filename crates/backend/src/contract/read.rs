//! Reads by key, and what every read has in common.

use syncline_core::page::Direction;
use syncline_core::predicate::{Filter, Op};
use syncline_core::{Key, Predicate, Value};

use super::Harness;
use super::world::{World, everything, ids};
use crate::{Access, List, Scope};

/// One answer per key, also for one that is asked for twice, or is no key of the model.
pub fn get_answers_in_the_order_of_its_keys<H: Harness>() {
    let world = World::<H>::new();
    let (a, b) = (world.put_post("a", "1"), world.put_post("b", "2"));
    let keys = ["b", "nothing", "a", "b"].map(Key::id);
    let expected = [Some(b.clone()), None, Some(a), Some(b)];
    assert_eq!(world.get_in(&everything(), "Post", &keys), expected);
    assert_eq!(world.get_in(&everything(), "Post", &[]), []);
    let misfits =
        [Key(vec![]), Key(vec![Value::Null]), Key(vec![1.into()]), Key(vec!["a".into(), "b".into()])];
    assert_eq!(world.get_in(&everything(), "Post", &misfits), [None, None, None, None]);
    assert_eq!(world.get_in(&everything(), "Comment", &[Key::id("a")]), [None], "of another model");
    let many: Vec<Key> = (0..500).map(|place| Key::id(format!("x{place}"))).chain([Key::id("a")]).collect();
    assert_eq!(world.get_in(&everything(), "Post", &many).iter().flatten().count(), 1);
}

/// Get, list by every access, and sync of both kinds; each half of the scope counts.
pub fn every_read_takes_its_scope<H: Harness>() {
    let world = World::<H>::new();
    for (id, rating, status) in [("a", 5, "OPEN"), ("b", 5, "CLOSED"), ("c", 6, "OPEN"), ("d", 6, "CLOSED")] {
        let values =
            [("id", id.into()), ("title", "t".into()), ("rating", rating.into()), ("status", status.into())];
        world.put(world.write("Post", world.record("Post", &values)));
    }
    let filter = |field: &str, op| world.filter("Post", &Predicate::compare(field, op));
    let open = || filter("status", Op::Eq("OPEN".into()));
    let five = || filter("rating", Op::Lt(6.into()));
    let post = world.model("Post").id;
    for (auth, request, expected) in [
        (Filter::all(), Filter::all(), &["a", "b", "c", "d"][..]),
        (open(), Filter::all(), &["a", "c"]),
        (Filter::all(), five(), &["a", "b"]),
        (open(), five(), &["a"]),
        (open(), filter("status", Op::Eq("CLOSED".into())), &[]),
        (Filter::Nothing, Filter::all(), &[]),
    ] {
        let scope = Scope::new(auth, request);
        let keys = ["a", "b", "c", "d"].map(Key::id);
        let found: Vec<_> = world.get_in(&scope, "Post", &keys).into_iter().flatten().collect();
        assert_eq!(ids(&found), expected, "get in {scope:?}");
        let list = |access| {
            let list = List { model: post, access, direction: Direction::Ascending, after: None, limit: 10 };
            world.list(&scope, &list).rows
        };
        assert_eq!(ids(&list(Access::All)), expected, "list in {scope:?}");
        let by_key: Vec<_> = ["a", "b", "c", "d"]
            .iter()
            .flat_map(|id| list(Access::Key { equal: vec![(*id).into()], sort: None }))
            .collect();
        assert_eq!(ids(&by_key), expected, "by key in {scope:?}");
        let by_index: Vec<_> = [5, 6]
            .iter()
            .flat_map(|rating| list(Access::Index { index: 0, equal: vec![(*rating).into()], sort: None }))
            .collect();
        assert_eq!(ids(&by_index), expected, "by index in {scope:?}");
        let field = world.model("Post").field("title").unwrap_or_default();
        let by_field = list(Access::Fields { fields: vec![field], values: vec!["t".into()] });
        assert_eq!(ids(&by_field), expected, "by field in {scope:?}");
        for last_sync in [None, Some(1)] {
            let page = world.sync(&scope, &world.first("Post", last_sync, 10));
            assert_eq!(ids(&page.rows), expected, "sync since {last_sync:?} in {scope:?}");
        }
    }
}

/// With their values, so that a scope still applies; `_deleted` is null on a live record.
pub fn reads_see_tombstones<H: Harness>() {
    let world = World::<H>::new();
    world.put_post("a", "gone");
    let gone = world.put(world.deletion("a"));
    let alive = world.put_post("b", "alive");
    let all = List {
        model: world.model("Post").id,
        access: Access::All,
        direction: Direction::Ascending,
        after: None,
        limit: 10,
    };
    assert_eq!(world.list(&everything(), &all).rows, [gone.clone(), alive.clone()]);
    let (synced, _) = world.sync_all("Post", None, 10);
    assert_eq!(synced, [gone.clone(), alive]);
    for (op, expected) in [
        (Op::Eq(true.into()), &["a"][..]),
        (Op::Ne(true.into()), &["b"]),
        (Op::Exists(true), &["a"]),
        (Op::Exists(false), &["b"]),
    ] {
        let request = world.filter("Post", &Predicate::compare("_deleted", op.clone()));
        let scope = Scope::new(Filter::all(), request);
        assert_eq!(ids(&world.list(&scope, &all).rows), expected, "{op:?}");
        let found: Vec<_> =
            world.get_in(&scope, "Post", &["a", "b"].map(Key::id)).into_iter().flatten().collect();
        assert_eq!(ids(&found), expected, "{op:?}");
    }
    let title = world.filter("Post", &Predicate::compare("title", Op::Eq("gone".into())));
    assert_eq!(world.list(&Scope::new(title, Filter::all()), &all).rows, [gone]);
}
