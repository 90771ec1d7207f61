//! Pages of a sync: cursors, progress, pruning, and the same result with and without observers.

use crate::support::*;
use std::sync::Arc;
use syncline_core::predicate::{Filter, Op};
use syncline_core::record::Left;
use syncline_core::{Key, Predicate, Record, Schema, Value, Versioned};
use syncline_store::{PageDone, RemotePage, Save, Store, StoreError, SyncState};

/// A page in few words.
struct Page<'a> {
    rows: Vec<Versioned>,
    base: bool,
    at: i64,
    token: Option<&'a str>,
    next: Option<&'a str>,
    /// The least rating, the sync expression.
    rating: Option<i64>,
    fingerprint: &'a str,
    accept_equal: bool,
    epoch: Option<&'a str>,
    leaves: &'a [(&'a str, i64)],
}

const FIRST: Page<'static> = Page {
    rows: Vec::new(),
    base: true,
    at: 1_000,
    token: None,
    next: None,
    rating: None,
    fingerprint: "f",
    accept_equal: false,
    epoch: None,
    leaves: &[],
};

/// It left at this version; nobody says when.
fn left(version: i64) -> Left {
    Left { version, changed_at: None }
}

fn apply(store: &mut Store, page: Page<'_>) -> Result<PageDone, StoreError> {
    let schema = Arc::clone(store.schema());
    let model = schema.by_name("Post").unwrap();
    let predicate =
        page.rating.map_or(Predicate::All, |least| Predicate::compare("rating", Op::Ge(Value::Int(least))));
    let expression = predicate.bind(model).unwrap();
    let page = RemotePage {
        leaves: page.leaves.iter().map(|(id, version)| (Key::id(*id), left(*version))).collect(),
        epoch: page.epoch.map(str::to_owned),
        expression: &expression,
        expression_text: &format!("{:?}", page.rating),
        base: page.base,
        started_at: page.at,
        token: page.token,
        next: page.next.map(str::to_owned),
        fingerprint: Some(page.fingerprint.to_owned()),
        accept_equal: page.accept_equal,
        ..base_page(page.rows)
    };
    store.write(|tx| tx.apply_page(model.id, page)).map(|(done, _)| done)
}

fn state(store: &Store) -> SyncState {
    store.reads().sync_state(post(store.schema())).unwrap()
}

/// The posts there are, as `id:title`.
fn posts(store: &Store) -> String {
    let stored = store.reads().query(&syncline_store::Query::all(post(store.schema()))).unwrap();
    let title = store.schema().by_name("Post").unwrap().field("title").unwrap();
    let shown = stored.iter().map(|stored| {
        let Record(values) = &stored.record;
        format!("{}:{}", word(&values[0]), word(&stored.record[title]))
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn counts(done: &PageDone) -> (u64, u64, u64, u64) {
    (done.added, done.updated, done.deleted, done.skipped)
}

fn rows(schema: &Schema, rows: &[(&str, i64, &str)]) -> Vec<Versioned> {
    rows.iter().map(|(id, version, title)| versioned(schema, id, *version, version * 10, &[title])).collect()
}

#[test]
fn the_cursor_moves_with_the_last_page_to_the_first_ones_time() {
    let (dir, schema) = (Dir::new(), blog());
    let mut store = dir.open(Arc::clone(&schema));
    let page =
        Page { rows: rows(&schema, &[("b", 1, "title=B"), ("a", 1, "title=A")]), next: Some("t2"), ..FIRST };
    let done = apply(&mut store, page).unwrap();
    assert_eq!((counts(&done), done.complete), ((2, 0, 0, 0), false));
    assert_eq!(state(&store).last_sync, None);

    // The progress outlives the process; a page that does not continue it is refused.
    drop(store);
    let mut store = dir.open(Arc::clone(&schema));
    let progress = state(&store).progress.unwrap();
    assert_eq!((progress.token.as_str(), progress.started_at, progress.base), ("t2", 1_000, true));
    for token in ["t1", "t3"] {
        let error = apply(&mut store, Page { token: Some(token), at: 2_000, ..FIRST }).unwrap_err();
        assert!(matches!(error, StoreError::StalePage { .. }), "{error}");
    }
    let page = Page { rows: rows(&schema, &[("c", 1, "title=C")]), token: Some("t2"), at: 2_000, ..FIRST };
    assert!(apply(&mut store, page).unwrap().complete);
    let now = state(&store);
    assert_eq!((now.last_sync, now.base_complete, now.progress), (Some(1_000), true, None));
    assert_eq!((now.expression.as_deref(), now.fingerprint.as_deref()), (Some("None"), Some("f")));
    assert_eq!(posts(&store), "a:A b:B c:C");

    // A delta.
    let mut page = rows(&schema, &[("b", 2, "title=B2"), ("a", 1, "title=never"), ("d", 1, "title=D")]);
    page.push(tombstone(&schema, "c", 2, 20));
    let done = apply(&mut store, Page { rows: page, base: false, at: 3_000, ..FIRST }).unwrap();
    assert_eq!(counts(&done), (1, 1, 1, 1));
    assert_eq!((posts(&store).as_str(), state(&store).last_sync), ("a:A b:B2 d:D", Some(3_000)));

    // Forgetting.
    apply(&mut store, Page { base: false, at: 4_000, next: Some("t"), ..FIRST }).unwrap();
    let model = post(&schema);
    store.write(|tx| tx.reset_progress(model)).unwrap();
    assert_eq!((state(&store).progress, state(&store).last_sync), (None, Some(3_000)));
    store.write(|tx| tx.reset_cursor(model)).unwrap();
    assert_eq!((state(&store).last_sync, state(&store).fingerprint.as_deref()), (None, Some("f")));
    assert!(apply(&mut store, Page { token: Some("t"), ..FIRST }).is_err());
}

#[test]
fn a_base_sync_removes_what_it_does_not_return() {
    let schema = blog();
    let furnish = || {
        let mut store = memory(Arc::clone(&schema));
        let first = [("a", 1, "rating=9"), ("b", 1, "rating=9"), ("c", 1, "rating=3"), ("d", 1, "rating=9")];
        apply(&mut store, Page { rows: rows(&schema, &first), rating: Some(1), ..FIRST }).unwrap();
        let value = record(&schema, "n", &["rating=9"]);
        let model = post(&schema);
        let save = Save { model, value: &value, read_as: None, condition: None, mutation: "m1".to_owned() };
        store.write(|tx| tx.save(save)).unwrap();
        let mut edited = record(&schema, "d", &["rating=9", "title=mine"]);
        edited.0.truncate(record(&schema, "d", &[]).0.len());
        let save = Save { model, value: &edited, read_as: None, condition: None, mutation: "m2".to_owned() };
        store.write(|tx| tx.save(save)).unwrap();
        store
    };
    // Returned in two pages: a; b is gone; d is gone as well, but has an unsent edit; n was never sent.
    let cases = [
        ("the same expression", Some(1), 5_000, "a:T d:mine n:T", "b unknown, c unknown"),
        ("a narrowed expression", Some(5), 5_000, "a:T d:mine n:T", "b unknown, c evicted"),
        ("changed since the sync began", Some(1), 10, "a:T b:T c:T d:mine n:T", "b live, c live"),
    ];
    for (name, rating, at, expected, known) in cases {
        let mut store = furnish();
        let page =
            Page { rows: rows(&schema, &[("a", 1, "rating=9")]), next: Some("t"), rating, at, ..FIRST };
        apply(&mut store, page).unwrap();
        assert_eq!(posts(&store), "a:T b:T c:T d:mine n:T", "{name}: nothing goes before the last page");
        let done = apply(&mut store, Page { token: Some("t"), rating, at: at + 1, ..FIRST }).unwrap();
        assert_eq!(posts(&store), expected, "{name}");
        assert_eq!(done.deleted, 5 - expected.split(' ').count() as u64, "{name}");
        let kind = |id: &str| {
            use syncline_core::record::Presence::{Deleted, Evicted, Live, Unknown};
            match store.reads().local(post(&schema), &key(id)).unwrap().server {
                Unknown => "unknown",
                Evicted(_) => "evicted",
                Deleted(_) => "deleted",
                Live(_) => "live",
            }
        };
        assert_eq!(format!("b {}, c {}", kind("b"), kind("c")), known, "{name}");
    }

    // A delta removes nothing.
    let mut store = furnish();
    apply(&mut store, Page { base: false, at: 9_000, rating: Some(1), ..FIRST }).unwrap();
    assert_eq!(posts(&store), "a:T b:T c:T d:mine n:T");
}

#[test]
fn old_absences_are_forgotten_when_a_base_sync_is_complete() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    let day = 24 * 60 * 60 * 1_000;
    let rows = vec![tombstone(&schema, "old", 4, 1_000), tombstone(&schema, "new", 4, 2 * day)];
    let known =
        |store: &Store, id: &str| store.reads().local(post(&schema), &key(id)).unwrap().server.version();
    apply(&mut store, Page { rows, base: false, at: 2 * day, ..FIRST }).unwrap();
    assert_eq!((known(&store, "old"), known(&store, "new")), (Some(4), Some(4)));
    apply(&mut store, Page { base: true, at: 2 * day + 1, ..FIRST }).unwrap();
    assert_eq!((known(&store, "old"), known(&store, "new")), (None, Some(4)));
}

#[test]
fn rows_that_cannot_be_stored_stop_nothing() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    let model = schema.by_name("Post").unwrap();
    let mut bad =
        rows(&schema, &[("a", 1, "title=A"), ("b", 1, "title=B"), ("c", 1, "title=C"), ("d", 1, "title=D")]);
    bad[0].record[model.key[0]] = Value::Null;
    bad[1].record[model.field("rating").unwrap()] = Value::from("many");
    bad[2].record.0.pop();
    // What a server keeps from a reader, or an enum value that this schema does not know yet, is no reason to refuse.
    bad[3].record[model.field("status").unwrap()] = Value::from("ARCHIVED");
    bad[3].record[model.field("title").unwrap()] = Value::Null;
    let done = apply(&mut store, Page { rows: bad, ..FIRST }).unwrap();
    let reasons: Vec<&str> = done.refused.iter().map(|refused| refused.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "Post.id: a key field must not be null",
            "Post.rating: the server sent a value that is not of type Int",
            &format!(
                "Post: the record has {} values and needs {}",
                model.fields.len() - 1,
                model.fields.len()
            ),
        ]
    );
    assert_eq!((posts(&store).as_str(), done.complete), ("d:null", true));
}

#[test]
fn equal_versions_are_taken_where_the_scope_changed() {
    let schema = blog();
    for observed in [false, true] {
        let mut store = memory(Arc::clone(&schema));
        if observed {
            store.collect_changes([post(&schema)]);
        }
        apply(&mut store, Page { rows: rows(&schema, &[("a", 2, "title=A")]), ..FIRST }).unwrap();
        let again = || rows(&schema, &[("a", 2, "title=B")]);
        apply(&mut store, Page { rows: again(), ..FIRST }).unwrap();
        assert_eq!(posts(&store), "a:A");
        apply(&mut store, Page { rows: again(), accept_equal: true, ..FIRST }).unwrap();
        assert_eq!(posts(&store), "a:B");
        let older = rows(&schema, &[("a", 1, "title=C")]);
        apply(&mut store, Page { rows: older, accept_equal: true, ..FIRST }).unwrap();
        assert_eq!(posts(&store), "a:B");
    }
}

/// The short way of a page and the way of an observed model come to the same.
#[test]
fn observers_change_nothing() {
    let schema = blog();
    let run = |observed: bool| {
        let mut store = memory(Arc::clone(&schema));
        if observed {
            store.collect_changes([post(&schema)]);
        }
        let mut seen = Vec::new();
        type Rows = &'static [(&'static str, i64, &'static str)];
        let steps: [(Rows, bool); 4] = [
            (&[("c", 2, "rating=9"), ("a", 1, "rating=2"), ("b", 3, "rating=7"), ("b", 2, "rating=9")], true),
            (&[("b", 4, "rating=9"), ("a", 2, "rating=9"), ("c", 1, "rating=9")], false),
            (&[("a", 3, "rating=1"), ("d", 1, "rating=9"), ("d", 2, "rating=8")], false),
            (&[("b", 4, "rating=9")], true),
        ];
        for (page, base) in steps {
            let page = Page { rows: rows(&schema, page), base, rating: Some(5), at: 10_000, ..FIRST };
            seen.push(counts(&apply(&mut store, page).unwrap()));
        }
        let all = store.reads().query(&syncline_store::Query::all(post(&schema))).unwrap();
        (seen, all, state(&store))
    };
    let (plain, observed) = (run(false), run(true));
    assert_eq!(plain, observed);
    assert_eq!(plain.0, [(2, 0, 0, 2), (1, 1, 0, 1), (1, 1, 1, 0), (0, 0, 2, 1)]);
}

#[test]
fn a_filter_that_selects_all_costs_no_match() {
    // The expression of a model without one is the filter that selects everything by its form.
    assert!(Predicate::All.bind(blog().by_name("Post").unwrap()).is_ok_and(|filter| filter == Filter::All));
}

/// A sync with another expression is given up in the middle: the rows it brought are not left behind, whatever the
/// expression becomes next (SYNC 1.11).
#[test]
fn what_a_sync_with_another_expression_brought_does_not_stay() {
    let schema = blog();
    let brought = || rows(&schema, &[("a", 1, "rating=1"), ("b", 1, "rating=9")]);
    for (name, before) in [("nothing was complete", None), ("it was complete before", Some(5))] {
        for reset in [false, true] {
            let mut store = memory(Arc::clone(&schema));
            if before.is_some() {
                apply(&mut store, Page { rating: before, at: 500, ..FIRST }).unwrap();
            }
            apply(&mut store, Page { rows: brought(), rating: Some(1), next: Some("t"), ..FIRST }).unwrap();
            if reset {
                store.write(|tx| tx.reset_progress(post(&schema))).unwrap();
            }
            assert!(state(&store).next(&format!("{:?}", Some(5))).base, "{name}: everything is asked for");
            let page = Page { rows: rows(&schema, &[("b", 1, "rating=9")]), rating: Some(5), ..FIRST };
            apply(&mut store, page).unwrap();
            assert_eq!(posts(&store), "b:T", "{name}, reset {reset}");
        }
    }
}

/// The device is restarted between the news that the scope changed and the base sync that it asks for (SYNC 2.7).
#[test]
fn another_scope_is_known_again_after_a_restart() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    apply(&mut store, Page { rows: rows(&schema, &[("a", 1, "content=old")]), ..FIRST }).unwrap();
    store.write(|tx| tx.reset_cursor(post(&schema))).unwrap();
    for (token, next) in [(None, Some("t")), (Some("t"), None)] {
        let rows = rows(&schema, &[("a", 1, "content=readable")]);
        let done = apply(&mut store, Page { rows, fingerprint: "g", token, next, ..FIRST }).unwrap();
        assert_eq!(done.updated, 1, "{token:?}");
    }
    let rows = rows(&schema, &[("a", 1, "content=again")]);
    let done = apply(&mut store, Page { rows, fingerprint: "g", base: false, ..FIRST }).unwrap();
    assert_eq!(done.skipped, 1, "the scope is the same again");
}

#[test]
fn a_page_of_an_epoch_that_is_over_moves_nothing() {
    let (dir, schema) = (Dir::new(), blog());
    let mut store = dir.open(Arc::clone(&schema));
    store.write(|tx| tx.meet_epoch("one")).unwrap();
    let first = || Page { rows: rows(&schema, &[("a", 1, "title=A")]), ..FIRST };
    assert!(apply(&mut store, Page { epoch: Some("one"), ..first() }).unwrap().complete);
    assert_eq!(state(&store).last_sync, Some(1_000));
    // The server is restored; another model's page says so while this page is on its way.
    assert!(store.write(|tx| tx.meet_epoch("two")).unwrap().0);
    let late = Page { epoch: Some("one"), base: false, at: 2_000, ..first() };
    let error = apply(&mut store, late).unwrap_err();
    assert!(matches!(error, StoreError::StalePage { .. }), "{error}");
    assert_eq!(state(&store).last_sync, None, "everything is fetched anew");
    assert!(apply(&mut store, Page { epoch: Some("two"), at: 3_000, ..first() }).unwrap().complete);
}

/// It left at a version that was never here, was deleted while nobody told this device, was forgotten, and is made anew: its
/// versions begin again, and only the time tells the later life from a late message (SYNC 1.9).
#[test]
fn what_left_beyond_what_was_held_comes_back_in_a_later_life() {
    for (name, since, at, expected) in [
        ("a later life", Some(50_000), 110_001, "a:anew"),
        ("a late message", Some(50_000), 49_000, ""),
        ("nobody knows when it left", None, 110_001, ""),
    ] {
        let (dir, schema) = (Dir::new(), blog());
        let mut store = dir.open(Arc::clone(&schema));
        apply(&mut store, Page { rows: rows(&schema, &[("a", 1, "title=A")]), ..FIRST }).unwrap();
        let (model, gone) = (post(&schema), Left { version: 9, changed_at: since });
        store.write(|tx| tx.apply_leave(model, &Key::id("a"), gone)).unwrap();
        assert_eq!(posts(&store), "", "{name}");
        let mut anew = rows(&schema, &[("a", 1, "title=anew")]);
        anew[0].meta.last_changed_at = at;
        apply(&mut store, Page { rows: anew, base: false, at: 3_000, ..FIRST }).unwrap();
        assert_eq!(posts(&store), expected, "{name}");
    }
}

#[test]
fn a_record_that_leaves_the_scope_goes_and_may_come_back() {
    let (dir, schema) = (Dir::new(), blog());
    let mut store = dir.open(Arc::clone(&schema));
    let held = rows(&schema, &[("a", 1, "title=A"), ("b", 3, "title=B"), ("c", 1, "title=C")]);
    apply(&mut store, Page { rows: held, ..FIRST }).unwrap();
    let (model, edited) = (post(&schema), record(&schema, "c", &["title=mine"]));
    let save = Save { model, value: &edited, read_as: None, condition: None, mutation: "m1".to_owned() };
    store.write(|tx| tx.save(save)).unwrap();
    // An old leave, one of a record that is not here, and one of a record with pending edits: nothing goes.
    let done = apply(
        &mut store,
        Page { leaves: &[("a", 2), ("b", 2), ("x", 5), ("c", 4)], base: false, at: 2_000, ..FIRST },
    )
    .unwrap();
    assert_eq!((counts(&done), posts(&store).as_str()), ((0, 0, 1, 3), "b:B c:mine"));
    store.write(|tx| tx.apply_leave(model, &Key::id("b"), left(4))).unwrap();
    assert_eq!(posts(&store), "c:mine");
    // A late frame of what it was does not bring it back; the record as it is when it returns does.
    let late = rows(&schema, &[("b", 3, "title=late")]);
    apply(&mut store, Page { rows: late, base: false, at: 3_000, ..FIRST }).unwrap();
    assert_eq!(posts(&store), "c:mine");
    let back = rows(&schema, &[("b", 4, "title=back")]);
    apply(&mut store, Page { rows: back, base: false, at: 4_000, ..FIRST }).unwrap();
    assert_eq!(posts(&store), "b:back c:mine");
}
