//! Lists.

use syncline_core::model::KeyCondition;
use syncline_core::page::Direction;
use syncline_core::predicate::{Filter, Op};
use syncline_core::{Predicate, Value};

use super::Harness;
use super::world::{World, everything, ids};
use crate::{Access, Allowance, BackendError, List, ListCursor, Row, Scope};

const BOTH: [Direction; 2] = [Direction::Ascending, Direction::Descending];

fn list<H: Harness>(world: &World<H>, model: &str, access: Access) -> List {
    let model = world.model(model).id;
    List { model, access, direction: Direction::Ascending, after: None, limit: 100 }
}

/// All pages of a list.
fn pages<H: Harness>(world: &World<H>, list: &List) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut list = list.clone();
    loop {
        let mut page = world.list(&everything(), &list);
        assert!(page.rows.len() <= list.limit.max(1));
        rows.append(&mut page.rows);
        match page.next {
            Some(next) => list.after = Some(next),
            None => return rows,
        }
    }
}

/// The text of a field of each row.
fn texts<H: Harness>(world: &World<H>, model: &str, field: &str, rows: &[Row]) -> Vec<String> {
    let text = |row| match world.value(model, row, field) {
        Value::Text(text) => text.clone(),
        other => panic!("{field} holds {other:?}"),
    };
    rows.iter().map(text).collect()
}

fn scores<H: Harness>(world: &World<H>, scores: &[(&str, i64, &str)]) {
    for (place, (game, points, player)) in scores.iter().enumerate() {
        let note = place.to_string();
        let values = [
            ("game", (*game).into()),
            ("points", (*points).into()),
            ("player", (*player).into()),
            ("note", note.into()),
        ];
        world.put(world.write("Score", world.record("Score", &values)));
    }
}

/// Text by bytes, numbers as numbers, column after column (SYNC 2.10).
pub fn keys_order_by_their_columns<H: Harness>() {
    let world = World::<H>::new();
    let mut ordered = [
        ("", 0, ""),
        ("Go", -3, "z"),
        ("Go", 9, "Z"),
        ("Go", 9, "a"),
        ("Go", 9, "é"),
        ("Go", 10, "a"),
        ("Go", i64::from(i32::MAX), ""),
        ("go", 1, "a"),
        ("\u{ffff}", 1, "a"),
        ("😀", 1, "a"),
    ];
    ordered.reverse();
    scores(&world, &ordered);
    for (direction, step) in [(Direction::Ascending, -1), (Direction::Descending, 1)] {
        for limit in [1, 3, 100] {
            let rows = pages(&world, &List { direction, limit, ..list(&world, "Score", Access::All) });
            let mut expected: Vec<String> = (0..ordered.len()).map(|place| place.to_string()).collect();
            if step < 0 {
                expected.reverse();
            }
            assert_eq!(texts(&world, "Score", "note", &rows), expected, "{direction:?} by {limit}");
        }
    }
}

/// In both directions, by every access, for every size of page; a cursor is a place, not a record.
pub fn pages_join_without_gap_or_overlap<H: Harness>() {
    let world = World::<H>::new();
    for place in 0..25_i64 {
        let id = format!("p{:02}", (place * 7) % 25);
        let title = format!("t{}", place % 3);
        let values = [("id", id.into()), ("title", title.into()), ("rating", (place % 2).into())];
        world.put(world.write("Post", world.record("Post", &values)));
    }
    let title = world.model("Post").field("title").unwrap_or_default();
    for access in [
        Access::All,
        Access::Key { equal: vec!["p03".into()], sort: None },
        Access::Index { index: 0, equal: vec![1.into()], sort: None },
        Access::Index { index: 0, equal: vec![0.into()], sort: Some(KeyCondition::Ge(vec!["t1".into()])) },
        Access::Fields { fields: vec![title], values: vec!["t2".into()] },
    ] {
        for direction in BOTH {
            let whole = List { direction, ..list(&world, "Post", access.clone()) };
            let all = pages(&world, &whole);
            assert!(!all.is_empty());
            for limit in 1..=all.len() + 1 {
                assert_eq!(pages(&world, &List { limit, ..whole.clone() }), all, "{whole:?} by {limit}");
            }
            let exact = world.list(&everything(), &List { limit: all.len(), ..whole.clone() });
            assert_eq!(exact.next, None, "there is no empty page at the end");
            let none = world.list(&everything(), &List { limit: 0, ..whole.clone() });
            assert_eq!(none.rows, all[..1], "the least is one record");
        }
    }
    let first = world.list(&everything(), &List { limit: 3, ..list(&world, "Post", Access::All) });
    world.put(world.deletion("p02"));
    let after = first.next;
    assert_eq!(after, Some(ListCursor(vec!["p02".into()])));
    let second = world.list(&everything(), &List { after, limit: 1, ..list(&world, "Post", Access::All) });
    assert_eq!(second.rows[0].record[0], "p03".into());
}

/// A page of large records ends before its limit, whatever that is.
pub fn large_records_come_in_several_pages<H: Harness>() {
    let world = World::<H>::new();
    for id in ["a", "b", "c", "d", "e"] {
        world.put_post(id, &"x".repeat(7 << 20));
    }
    let mut all = list(&world, "Post", Access::All);
    let mut found = Vec::new();
    loop {
        let page = world.list(&everything(), &all);
        found.push(ids(&page.rows).join(" "));
        let Some(next) = page.next else { break };
        all.after = Some(next);
    }
    assert_eq!(found, ["a b", "c d", "e"]);
}

/// By the order of that field.
pub fn conditions_on_one_sort_field<H: Harness>() {
    let world = World::<H>::new();
    for at in [-10, -9, 0, 9, 10, 100] {
        let values = [("place", "here".into()), ("at", at.into()), ("text", at.to_string().into())];
        world.put(world.write("Event", world.record("Event", &values)));
    }
    for title in ["", "a", "ab", "abc", "b", "B", "a\u{10ffff}", "aé"] {
        let values = [("id", format!("p{title}").into()), ("title", title.into()), ("rating", 1.into())];
        world.put(world.write("Post", world.record("Post", &values)));
    }
    let one = |value: i64| vec![Value::from(value)];
    for (condition, expected) in [
        (KeyCondition::Eq(one(9)), &["9"][..]),
        (KeyCondition::Lt(one(0)), &["-10", "-9"]),
        (KeyCondition::Le(one(0)), &["-10", "-9", "0"]),
        (KeyCondition::Gt(one(9)), &["10", "100"]),
        (KeyCondition::Ge(one(10)), &["10", "100"]),
        (KeyCondition::Between(one(-9), one(9)), &["-9", "0", "9"]),
        (KeyCondition::Between(one(9), one(-9)), &[]),
    ] {
        let access = Access::Key { equal: vec!["here".into()], sort: Some(condition.clone()) };
        let rows = pages(&world, &List { limit: 2, ..list(&world, "Event", access) });
        assert_eq!(texts(&world, "Event", "text", &rows), expected, "{condition:?}");
    }
    let text = |text: &str| vec![Value::from(text)];
    for (condition, expected) in [
        (KeyCondition::BeginsWith(text("a")), &["a", "ab", "abc", "aé", "a\u{10ffff}"][..]),
        (KeyCondition::BeginsWith(text("ab")), &["ab", "abc"]),
        (KeyCondition::BeginsWith(text("")), &["", "B", "a", "ab", "abc", "aé", "a\u{10ffff}", "b"]),
        (KeyCondition::BeginsWith(text("_")), &[]),
        (KeyCondition::Lt(text("a")), &["", "B"]),
        (KeyCondition::Between(text("B"), text("ab")), &["B", "a", "ab"]),
    ] {
        let access = Access::Index { index: 0, equal: vec![1.into()], sort: Some(condition.clone()) };
        let rows = pages(&world, &list(&world, "Post", access));
        assert_eq!(texts(&world, "Post", "title", &rows), expected, "{condition:?}");
    }
}

/// As DynamoDB has them: `9#…` comes after `10#…`; the order of the list is still that of the columns.
pub fn conditions_on_several_sort_fields_compare_joined_text<H: Harness>() {
    let world = World::<H>::new();
    scores(
        &world,
        &[("Go", 9, "ann"), ("Go", 10, "ann"), ("Go", 10, "bob"), ("Go", 101, "ann"), ("Chess", 10, "ann")],
    );
    let values = |points: i64, player: &[&str]| {
        std::iter::once(points.into())
            .chain(player.iter().map(|player| (*player).into()))
            .collect::<Vec<Value>>()
    };
    for (condition, expected) in [
        (KeyCondition::Eq(values(10, &["bob"])), &["2"][..]),
        (KeyCondition::Eq(values(10, &[])), &[]),
        (KeyCondition::BeginsWith(values(10, &[])), &["1", "2", "3"]),
        (KeyCondition::BeginsWith(values(10, &["a"])), &["1"]),
        (KeyCondition::Lt(values(9, &[])), &["1", "2", "3"]),
        (KeyCondition::Ge(values(9, &["ann"])), &["0"]),
        (KeyCondition::Gt(values(10, &["ann"])), &["0", "2", "3"]),
        (KeyCondition::Le(values(10, &["b"])), &["1"]),
        (KeyCondition::Between(values(10, &["ann"]), values(101, &[])), &["1", "2"]),
    ] {
        let access = Access::Key { equal: vec!["Go".into()], sort: Some(condition.clone()) };
        for limit in [1, 100] {
            let rows = pages(&world, &List { limit, ..list(&world, "Score", access.clone()) });
            assert_eq!(texts(&world, "Score", "note", &rows), expected, "{condition:?} by {limit}");
        }
    }
}

/// A record without one of the index's fields is not in it; a null finds nothing.
pub fn an_index_holds_only_complete_records<H: Harness>() {
    let world = World::<H>::new();
    for (id, title, rating) in
        [("a", Value::Null, 1.into()), ("b", "t".into(), 1.into()), ("c", "s".into(), Value::Null)]
    {
        let values = [("id", id.into()), ("title", title), ("rating", rating)];
        world.put(world.write("Post", world.record("Post", &values)));
    }
    for (hash, expected) in [(1.into(), &["b"][..]), (Value::Null, &[]), (2.into(), &[])] {
        let access = Access::Index { index: 0, equal: vec![hash], sort: None };
        let rows = pages(&world, &list(&world, "Post", access));
        assert_eq!(texts(&world, "Post", "id", &rows), expected);
    }
}

/// More than the hash field may be given; what is left still compares as the whole would.
pub fn the_first_fields_of_a_key_may_be_given<H: Harness>() {
    let world = World::<H>::new();
    scores(&world, &[("Go", 9, "b"), ("Go", 10, "ann"), ("Go", 10, "bob"), ("Chess", 10, "ann")]);
    for (id, title) in [("1", "a"), ("2", "b"), ("3", "a")] {
        let values = [("id", id.into()), ("title", title.into()), ("rating", 1.into())];
        world.put(world.write("Post", world.record("Post", &values)));
    }
    let key = |equal: &[Value], sort| Access::Key { equal: equal.to_vec(), sort };
    let player = |text: &str| vec![Value::from(text)];
    for (access, expected) in [
        (key(&["Go".into(), 10.into()], None), &["1", "2"][..]),
        (key(&["Go".into(), 10.into()], Some(KeyCondition::Gt(player("ann")))), &["2"]),
        (key(&["Go".into(), 10.into()], Some(KeyCondition::BeginsWith(player("an")))), &["1"]),
        (key(&["Go".into(), 9.into(), "b".into()], None), &["0"]),
        (key(&["Go".into(), 9.into(), "c".into()], None), &[]),
        (key(&["Go".into(), Value::Null], None), &[]),
    ] {
        for limit in [1, 10] {
            let rows = pages(&world, &List { limit, ..list(&world, "Score", access.clone()) });
            assert_eq!(texts(&world, "Score", "note", &rows), expected, "{access:?}");
        }
    }
    let access = Access::Index { index: 0, equal: vec![1.into(), "a".into()], sort: None };
    for limit in [1, 10] {
        let rows = pages(&world, &List { limit, ..list(&world, "Post", access.clone()) });
        assert_eq!(texts(&world, "Post", "id", &rows), ["1", "3"]);
    }
}

/// Each with its own page and cursor, of one snapshot, in their order; and no more than is allowed.
pub fn many_lists_are_read_at_once<H: Harness>() {
    let world = World::<H>::new();
    let title = world.model("Post").field("title").unwrap_or_default();
    for place in 0..12 {
        let title = format!("t{}", place % 3);
        let values = [("id", format!("p{place:02}").into()), ("title", title.into())];
        world.put(world.write("Post", world.record("Post", &values)));
    }
    let by_title = |text: &str, limit| {
        let access = Access::Fields { fields: vec![title], values: vec![text.into()] };
        List { limit, ..list(&world, "Post", access) }
    };
    let most = Allowance { records: 100, bytes: 100_000 };
    let mut lists = vec![
        by_title("t1", 3),
        by_title("none", 3),
        List { direction: Direction::Descending, ..by_title("t0", 9) },
        by_title("t1", 1),
    ];
    let each = world.list_each(&everything(), &lists, most);
    let alone: Vec<_> = lists.iter().map(|list| world.list(&everything(), list)).collect();
    assert_eq!(each, alone);
    assert_eq!(each[0].rows.len(), 3);
    lists[0].after = each[0].next.clone();
    assert_eq!(texts(&world, "Post", "id", &world.list_each(&everything(), &lists, most)[0].rows), ["p10"]);
    assert_eq!(world.list_each(&everything(), &[], most), []);
    let scope =
        Scope::new(world.filter("Post", &Predicate::compare("id", Op::Eq("p04".into()))), Filter::all());
    let found: Vec<usize> =
        world.list_each(&scope, &lists[1..], most).iter().map(|page| page.rows.len()).collect();
    assert_eq!(found, [0, 0, 1]);

    let many: Vec<_> = (0..10).map(|_| by_title("t1", 4)).collect();
    let few = world.list_each(&everything(), &many, Allowance { records: 8, ..most });
    assert_eq!(few.len(), 3, "it ends with the page that is too much");
    assert_eq!(world.list_each(&everything(), &many[..2], Allowance { records: 8, ..most }).len(), 2);
    let few = world.list_each(&everything(), &many, Allowance { bytes: 0, ..most });
    assert_eq!(few.len(), 1);
    let wrong = [
        by_title("t1", 1),
        list(&world, "Post", Access::Index { index: 9, equal: vec![1.into()], sort: None }),
    ];
    let answer = world.try_list_each(&everything(), &wrong, most);
    assert!(matches!(answer, Err(BackendError::Misfit(_))), "{answer:?}");
}

/// By key, and never by null.
pub fn a_relation_joins_by_its_fields<H: Harness>() {
    let world = World::<H>::new();
    let comment = world.model("Comment");
    let relation = comment.relations.first().map(|relation| relation.fields.clone()).unwrap_or_default();
    let foreign = comment.fields[relation[0]].name.clone();
    for (id, post) in
        [("3", "a".into()), ("1", "b".into()), ("2", "a".into()), ("0", Value::Null), ("4", "a".into())]
    {
        let values = [("id", id.into()), ("content", "c".into()), (foreign.as_str(), post)];
        world.put(world.write("Comment", world.record("Comment", &values)));
    }
    for (post, expected) in
        [("a".into(), &["2", "3", "4"][..]), ("b".into(), &["1"]), ("c".into(), &[]), (Value::Null, &[])]
    {
        let access = Access::Fields { fields: relation.clone(), values: vec![post] };
        for limit in [1, 2, 10] {
            let rows = pages(&world, &List { limit, ..list(&world, "Comment", access.clone()) });
            assert_eq!(texts(&world, "Comment", "id", &rows), expected);
        }
    }
}

/// With an error, not with an empty page.
pub fn requests_that_do_not_fit_are_refused<H: Harness>() {
    let world = World::<H>::new();
    let index = |index, hash, sort| Access::Index { index, equal: vec![hash], sort };
    for access in [
        index(9, 1.into(), None),
        index(0, "1".into(), None),
        index(0, 1.0.into(), None),
        index(0, 1.into(), Some(KeyCondition::Eq(vec![]))),
        index(0, 1.into(), Some(KeyCondition::Eq(vec![1.into()]))),
        index(0, 1.into(), Some(KeyCondition::Eq(vec![Value::Null]))),
        index(0, 1.into(), Some(KeyCondition::Eq(vec!["a".into(), "b".into()]))),
        index(0, 1.into(), Some(KeyCondition::Between(vec!["a".into()], vec![]))),
        Access::Key { equal: vec!["a".into()], sort: Some(KeyCondition::Eq(vec!["a".into()])) },
        Access::Index { index: 0, equal: vec![], sort: None },
        Access::Index { index: 0, equal: vec![1.into(), "a".into(), "b".into()], sort: None },
        Access::Key { equal: vec!["a".into(), "b".into()], sort: None },
        Access::Fields { fields: vec![0], values: vec![] },
        Access::Fields { fields: vec![99], values: vec![1.into()] },
    ] {
        let answer = world.try_list(&everything(), &list(&world, "Post", access.clone()));
        assert!(matches!(answer, Err(BackendError::Misfit(_))), "{access:?} gave {answer:?}");
    }
    let begins = Some(KeyCondition::BeginsWith(vec![1.into()]));
    let access = Access::Key { equal: vec!["here".into()], sort: begins };
    let answer = world.try_list(&everything(), &list(&world, "Event", access));
    assert!(matches!(answer, Err(BackendError::Misfit(_))), "a number has no beginning: {answer:?}");
    for cursor in [vec![], vec![1.into()], vec![Value::Null], vec!["a".into(), "b".into()]] {
        let after = Some(ListCursor(cursor));
        let answer = world.try_list(&everything(), &List { after, ..list(&world, "Post", Access::All) });
        assert!(matches!(answer, Err(BackendError::Cursor(_))), "{answer:?}");
    }
}
