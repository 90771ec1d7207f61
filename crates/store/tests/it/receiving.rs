//! What cannot be read, caps, and a server that was restored from a copy.

use crate::support::*;
use std::sync::Arc;
use syncline_core::predicate::{Filter, Op};
use syncline_core::record::{ConflictKind, MutationOp, Outcome, Resolution};
use syncline_core::{Key, Predicate, Schema, Value, Versioned};
use syncline_store::{BadRow, ClaimLimits, PageDone, Quarantined, RemotePage, Store, StoreError};

/// A page that is a whole base sync, unless something else is said.
struct Page<'a> {
    rows: Vec<Versioned>,
    bad: Vec<BadRow>,
    cut: Option<u64>,
    base: bool,
    at: i64,
    token: Option<&'a str>,
    next: Option<&'a str>,
    least_rating: Option<i64>,
}

const WHOLE: Page<'static> = Page {
    rows: Vec::new(),
    bad: Vec::new(),
    cut: None,
    base: true,
    at: 1_000,
    token: None,
    next: None,
    least_rating: None,
};

fn apply(store: &mut Store, page: Page<'_>) -> Result<PageDone, StoreError> {
    let schema = Arc::clone(store.schema());
    let model = schema.by_name("Post").unwrap();
    let predicate = page
        .least_rating
        .map_or(Predicate::All, |least| Predicate::compare("rating", Op::Ge(Value::Int(least))));
    let expression = predicate.bind(model).unwrap();
    let page = RemotePage {
        expression: &expression,
        expression_text: &format!("{:?}", page.least_rating),
        base: page.base,
        started_at: page.at,
        token: page.token,
        next: page.next.map(str::to_owned),
        bad: page.bad,
        cut: page.cut,
        ..base_page(page.rows)
    };
    store.write(|tx| tx.apply_page(model.id, page)).map(|(done, _)| done)
}

fn rows(schema: &Schema, ids: &[&str]) -> Vec<Versioned> {
    ids.iter().map(|id| versioned(schema, id, 1, 10, &["rating=1"])).collect()
}

fn bad(key: Option<&str>, version: Option<i64>, reason: &str) -> BadRow {
    BadRow {
        key: key.map(Key::id),
        version,
        reason: reason.to_owned(),
        json: format!("{{\"id\":{key:?},\"why\":\"{reason}\"}}"),
    }
}

fn ids(store: &Store) -> String {
    let stored = store.reads().query(&syncline_store::Query::all(post(store.schema()))).unwrap();
    stored.iter().map(|stored| word(&stored.record[0])).collect::<Vec<_>>().join(" ")
}

fn listed(store: &Store) -> Vec<Quarantined> {
    store.reads().quarantine(100).unwrap()
}

fn reasons(store: &Store) -> String {
    listed(store).iter().map(|bad| bad.reason.clone()).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_cannot_be_read_is_listed_until_it_comes_well() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    store.tell_time(77);
    let page = Page {
        rows: rows(&schema, &["a"]),
        bad: vec![bad(Some("b"), Some(2), "b2"), bad(None, None, "nobody")],
        ..WHOLE
    };
    apply(&mut store, page).unwrap();
    assert_eq!((ids(&store).as_str(), reasons(&store).as_str()), ("a", "nobody b2"));
    let [_, first] = &listed(&store)[..] else { panic!() };
    assert_eq!((first.at, first.version, first.key.clone()), (77, Some(2), Some(Key::id("b"))));
    assert!(first.json.contains("b2"));
    // The same once more is listed once; a newer one takes the place of the older.
    let again = vec![bad(Some("b"), Some(3), "b3"), bad(None, None, "nobody")];
    apply(&mut store, Page { bad: again, base: false, at: 2_000, ..WHOLE }).unwrap();
    assert_eq!(reasons(&store), "nobody b3");
    // An older state of it that comes well says nothing about the newer one.
    let frame = |store: &mut Store, version| {
        let row = versioned(&schema, "b", version, version * 10, &[]);
        store.write(|tx| tx.apply_frame(post(&schema), row, &Filter::All)).unwrap();
    };
    frame(&mut store, 2);
    assert_eq!(reasons(&store), "nobody b3");
    frame(&mut store, 3);
    assert_eq!((ids(&store).as_str(), reasons(&store).as_str()), ("a b", "nobody"));
    // What is held already in that state is not set aside.
    store.write(|tx| tx.quarantine(post(&schema), &bad(Some("b"), Some(3), "late"))).unwrap();
    store.write(|tx| tx.quarantine(post(&schema), &bad(Some("c"), Some(1), "c1"))).unwrap();
    assert_eq!(reasons(&store), "c1 nobody");
    // A tombstone is a good end, too; a base sync tries all again.
    let gone = vec![tombstone(&schema, "c", 2, 20)];
    apply(&mut store, Page { rows: gone, base: false, at: 3_000, ..WHOLE }).unwrap();
    assert_eq!(reasons(&store), "nobody");
    apply(&mut store, Page { rows: rows(&schema, &["a", "b"]), at: 4_000, ..WHOLE }).unwrap();
    assert_eq!(reasons(&store), "");
    store.write(|tx| tx.quarantine(post(&schema), &bad(Some("d"), None, "d"))).unwrap();
    store.write(|tx| tx.clear()).unwrap();
    assert_eq!(reasons(&store), "");
}

#[test]
fn what_cannot_be_stored_is_listed_with_what_it_said() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    let mut unfit = rows(&schema, &["a", "b"]);
    let rating = schema.by_name("Post").unwrap().field("rating").unwrap();
    unfit[0].record[rating] = Value::from("many");
    unfit[1].record[0] = Value::from("");
    assert_eq!(apply(&mut store, Page { rows: unfit, ..WHOLE }).unwrap().refused.len(), 2);
    let [nameless, named] = &listed(&store)[..] else { panic!() };
    assert_eq!((named.key.clone(), named.version), (Some(Key::id("a")), Some(1)));
    assert!(named.json.contains("\"rating\":\"many\"") && named.reason.contains("Int"), "{named:?}");
    assert_eq!(nameless.key, None);
}

#[test]
fn what_cannot_be_read_is_not_gone() {
    let schema = blog();
    for (name, unread, left, pruned) in [
        ("all could be read", vec![], "a", true),
        ("the key is known", vec![bad(Some("b"), Some(2), "x")], "a b", true),
        ("the key is not known", vec![bad(None, None, "x")], "a b c", false),
    ] {
        let mut store = memory(Arc::clone(&schema));
        apply(&mut store, Page { rows: rows(&schema, &["a", "b", "c"]), ..WHOLE }).unwrap();
        // In two pages: what the first found is not forgotten with it.
        let first = Page { bad: unread.clone(), next: Some("t"), at: 5_000, ..WHOLE };
        apply(&mut store, first).unwrap();
        let last = Page { rows: rows(&schema, &["a"]), token: Some("t"), at: 5_001, ..WHOLE };
        let done = apply(&mut store, last).unwrap();
        assert_eq!((ids(&store).as_str(), done.deleted > 0), (left, pruned), "{name}");
        assert_eq!(listed(&store).len(), unread.len(), "{name}");
    }
}

#[test]
fn the_list_of_what_cannot_be_read_is_bounded_in_number_and_size() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    let large = BadRow { json: "ü".repeat(50_000), ..bad(Some("large"), None, "large") };
    let mut unread = vec![large];
    unread.extend((0..9_999).map(|number| bad(Some(&format!("p{number}")), None, "x")));
    apply(&mut store, Page { bad: unread, ..WHOLE }).unwrap();
    let all = store.reads().quarantine(20_000).unwrap();
    assert_eq!((all.len(), all[9_999].json.len()), (10_000, 65_536));
    // Repeating one pushes no other out, further ones do.
    for version in 0..20 {
        store.write(|tx| tx.quarantine(post(&schema), &bad(Some("p0"), Some(version), "x"))).unwrap();
    }
    assert_eq!(store.reads().quarantine(20_000).unwrap().len(), 10_000);
    for number in 0..3 {
        let more = bad(Some(&format!("more{number}")), None, "x");
        store.write(|tx| tx.quarantine(post(&schema), &more)).unwrap();
    }
    let all = store.reads().quarantine(20_000).unwrap();
    assert!(all.len() == 10_000 && all.iter().all(|bad| bad.reason != "large"));
}

#[test]
fn a_schema_change_tries_again_what_could_not_be_read() {
    let dir = Dir::new();
    let before = "type Post @model @auth(rules: [{allow: public}]) { id: ID! title: String! }";
    let mut store = dir.open(schema(before));
    let old = Arc::clone(store.schema());
    let model = old.by_name("Post").unwrap();
    let page = |bad| RemotePage { expression_text: "e", bad, ..base_page(Vec::new()) };
    store.write(|tx| tx.apply_page(model.id, page(vec![bad(Some("a"), Some(1), "no title")]))).unwrap();
    assert_eq!(store.reads().sync_state(model.id).unwrap().last_sync, Some(1));
    drop(store);
    let store = dir.open(schema(before));
    assert_eq!(store.reads().sync_state(model.id).unwrap().last_sync, Some(1), "nothing has changed");
    drop(store);
    let store = dir.open(schema(&before.replace("title: String!", "title: String")));
    assert_eq!(store.reads().sync_state(model.id).unwrap().last_sync, None, "everything is fetched anew");
    assert_eq!(store.reads().quarantine(9).unwrap().len(), 1, "listed until then");
}

#[test]
fn a_base_sync_that_ends_at_its_cap_removes_nothing_and_says_so() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    let state = |store: &Store| store.reads().sync_state(post(store.schema())).unwrap();
    apply(&mut store, Page { rows: rows(&schema, &["a", "b", "c"]), ..WHOLE }).unwrap();
    assert_eq!(state(&store).partial, None);
    let mut first = rows(&schema, &["a"]);
    first.push(tombstone(&schema, "x", 1, 10));
    let page = Page { rows: first, bad: vec![bad(None, None, "x")], next: Some("t"), at: 5_000, ..WHOLE };
    apply(&mut store, page).unwrap();
    assert_eq!(state(&store).progress.unwrap().received, 2, "tombstones are no records");
    let last = Page { rows: rows(&schema, &["b"]), token: Some("t"), cut: Some(3), at: 5_001, ..WHOLE };
    assert!(apply(&mut store, last).unwrap().complete);
    assert_eq!((ids(&store).as_str(), state(&store).partial), ("a b c", Some(3)));
    // Deltas go on, and the model stays partial.
    assert_eq!(state(&store).next("None").last_sync, Some(5_000));
    let delta = Page { rows: rows(&schema, &["d"]), base: false, at: 6_000, ..WHOLE };
    apply(&mut store, delta).unwrap();
    assert_eq!((ids(&store).as_str(), state(&store).partial), ("a b c d", Some(3)));
    // What another expression does not select goes all the same.
    let narrow = Page { cut: Some(3), least_rating: Some(5), at: 7_000, ..WHOLE };
    apply(&mut store, narrow).unwrap();
    assert_eq!(ids(&store), "");
    // A whole one ends it.
    apply(&mut store, Page { rows: rows(&schema, &["a"]), at: 8_000, ..WHOLE }).unwrap();
    assert_eq!(state(&store).partial, None);
}

#[test]
fn keys_are_listed_in_order_and_in_parts() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    apply(&mut store, Page { rows: rows(&schema, &["c", "a", "d", "b"]), ..WHOLE }).unwrap();
    let own = record(&schema, "bb", &[]);
    let save = syncline_store::Save {
        model: post(&schema),
        value: &own,
        read_as: None,
        condition: None,
        mutation: "m".to_owned(),
    };
    store.write(|tx| tx.save(save)).unwrap();
    let mut all = Vec::new();
    let mut after: Option<Key> = None;
    loop {
        let part = store.reads().held_keys(post(&schema), after.as_ref(), 3).unwrap();
        let Some((last, _)) = part.last() else { break };
        after = Some(last.clone());
        all.extend(part.into_iter().map(|(key, version)| format!("{}:{version}", word(&key.0[0]))));
    }
    assert_eq!(all.join(" "), "a:1 b:1 c:1 d:1", "what the server has never seen is not asked about");
}

/// The server is restored from a copy: what the device knew, what the server has now (version and fields), and what is
/// found lost.
#[test]
fn what_a_restored_server_has_lost_is_found() {
    let schema = blog();
    let leap = 1_000_000;
    // (name, known: version, title, None = deleted; answered: version, title, None = deleted; or not at all; found)
    type Known = Option<(i64, Option<&'static str>)>;
    let cases: [(&str, Known, Known, &str); 13] = [
        ("nothing changed since the copy", Some((3, Some("T"))), Some((leap + 3, Some("T"))), ""),
        ("two changes are lost", Some((5, Some("new"))), Some((leap + 3, Some("T"))), "title: new, T"),
        ("they changed it to and fro", Some((5, Some("T"))), Some((leap + 3, Some("T"))), ""),
        ("the device was behind the copy", Some((2, Some("old"))), Some((leap + 3, Some("T"))), ""),
        ("a create is lost", Some((1, Some("new"))), None, "absent title: new, null"),
        ("a delete is lost", Some((4, None)), Some((leap + 3, Some("T"))), "deleted"),
        ("a delete from before", Some((4, None)), Some((leap + 4, None)), ""),
        ("a second life is lost", Some((5, Some("new"))), Some((leap + 4, None)), "absent title: new, null"),
        ("nothing was known", None, Some((leap + 3, Some("T"))), ""),
        ("made anew since, in fewer steps", Some((5, Some("new"))), Some((1, Some("T"))), "title: new, T"),
        ("made anew since, alike", Some((5, Some("T"))), Some((1, Some("T"))), ""),
        ("restored twice", Some((leap + 5, Some("new"))), Some((2 * leap + 3, Some("T"))), "title: new, T"),
        ("an epoch was missed", Some((5, Some("new"))), Some((2 * leap + 3, Some("T"))), "title: new, T"),
    ];
    for (name, known, answered, expected) in cases {
        for (resend, at) in [(false, 10), (true, 10), (false, 9_999), (true, 9_999)] {
            let mut store = memory(Arc::clone(&schema));
            let row = |known: Known, at| {
                known.map(|(version, title)| match title {
                    Some(title) => versioned(&schema, "a", version, at, &[&format!("title={title}")]),
                    None => tombstone(&schema, "a", version, at),
                })
            };
            store.write(|tx| tx.meet_epoch("one")).unwrap();
            // Its stamps may be ahead of those that the restored server begins with.
            apply(&mut store, Page { rows: row(known, at).into_iter().collect(), ..WHOLE }).unwrap();
            assert!(store.write(|tx| tx.meet_epoch("two")).unwrap().0);
            let delta = apply(&mut store, Page { base: false, at: 4_000, ..WHOLE }).unwrap_err();
            assert!(matches!(delta, StoreError::StalePage { .. }), "it was on its way: {delta}");
            let page = Page { rows: row(answered, 20).into_iter().collect(), at: 5_000, ..WHOLE };
            let done = apply(&mut store, page).unwrap();
            let mut found = Vec::new();
            for (place, lost) in done.lost.iter().enumerate() {
                let id = resend.then(|| format!("m{place}"));
                let (restored, _) = store.write(|tx| tx.restored(post(&schema), lost, id)).unwrap();
                assert_eq!(restored.mutation.is_some(), resend, "{name}");
                for conflict in restored.conflicts {
                    let by = if resend { Resolution::Local } else { Resolution::Remote };
                    assert_eq!(conflict.resolution, by, "{name}");
                    found.push(match conflict.kind {
                        ConflictKind::Field { field, local, remote, .. } => {
                            let field = &schema.by_name("Post").unwrap().fields[field].name;
                            format!("{field}: {}, {}", word(&local), word(&remote))
                        }
                        ConflictKind::UpdateMeetsDelete => "absent".to_owned(),
                        ConflictKind::DeleteMeetsUpdate => "deleted".to_owned(),
                        other => format!("{other:?}"),
                    });
                }
            }
            found.retain(|line| !line.starts_with("status"));
            assert_eq!(found.join(" "), expected, "{name}");
            let listed = store.reads().conflicts(10).unwrap();
            assert_eq!(listed.is_empty(), expected.is_empty(), "{name}");
            // Without a word of the application it is as the server has it; with it, as it was, and on its way there.
            let shown = store.reads().get(post(&schema), &key("a")).unwrap();
            let title = schema.by_name("Post").unwrap().field("title").unwrap();
            let shown = shown.map(|stored| word(&stored.record[title]));
            let keep = if resend && !expected.is_empty() { known } else { answered };
            assert_eq!(shown.as_deref(), keep.and_then(|(_, title)| title), "{name}, resend {resend}");
            let waiting: Vec<MutationOp> =
                store.reads().outbox().unwrap().into_iter().map(|entry| entry.op).collect();
            let op = match expected.split(' ').next().unwrap_or_default() {
                "" => None,
                "absent" => Some(MutationOp::Create),
                "deleted" => Some(MutationOp::Delete),
                _ => Some(MutationOp::Update),
            };
            assert_eq!(waiting, Vec::from_iter(op.filter(|_| resend)), "{name}");
            // It is done once.
            let more = vec![versioned(&schema, "b", 1, 30, &[])];
            let done = apply(&mut store, Page { rows: more, at: 9_000, ..WHOLE }).unwrap();
            assert!(done.lost.is_empty(), "{name}");
        }
    }
}

/// I4: a frame of the restored server comes before the device has heard of the restore, and the page that tells of it was
/// read before the change that the frame brought.
/// An answer to a mutation is as good as a frame; and it says whether it is news, so that nobody is told twice.
#[test]
fn what_an_answer_brings_well_is_not_set_aside_and_is_news_once() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    let row = |version| versioned(&schema, "a", version, version * 10, &[]);
    store.write(|tx| tx.apply_frame(post(&schema), row(1), &Filter::All)).unwrap();
    let save = |store: &mut Store, title: &str, mutation: &str| {
        let mut value = row(1).record;
        set(schema.by_name("Post").unwrap(), &mut value, &[title]);
        let (model, mutation) = (post(&schema), mutation.to_owned());
        let save = syncline_store::Save { model, value: &value, read_as: None, condition: None, mutation };
        store.write(|tx| tx.save(save)).unwrap();
        store.write(|tx| tx.claim(ClaimLimits::of(&[1]))).unwrap().0.unwrap();
    };
    save(&mut store, "title=X", "m1");
    store.write(|tx| tx.quarantine(post(&schema), &bad(Some("a"), Some(2), "a2"))).unwrap();
    store.write(|tx| tx.quarantine(post(&schema), &bad(Some("b"), Some(2), "b2"))).unwrap();
    let settled = store.write(|tx| tx.settle("m1", Outcome::Applied(row(2)))).unwrap().0.unwrap();
    assert!(settled.news);
    assert_eq!(reasons(&store), "b2");
    // A frame comes before the answer.
    save(&mut store, "title=Y", "m2");
    store.write(|tx| tx.apply_frame(post(&schema), row(3), &Filter::All)).unwrap();
    let settled = store.write(|tx| tx.settle("m2", Outcome::Applied(row(3)))).unwrap().0.unwrap();
    assert!(!settled.news);
}

/// What is behind a cap is met when the cap is raised, or when it changes.
#[test]
fn a_base_sync_that_ends_at_its_cap_forgets_nothing_of_what_a_restored_server_may_have_lost() {
    let schema = blog();
    for raised in [true, false] {
        let mut store = memory(Arc::clone(&schema));
        store.write(|tx| tx.meet_epoch("one")).unwrap();
        let held = |id: &str| versioned(&schema, id, 5, 10, &["title=theirs"]);
        apply(&mut store, Page { rows: vec![held("a"), held("b")], ..WHOLE }).unwrap();
        store.write(|tx| tx.meet_epoch("two")).unwrap();
        let copy = |id: &str| versioned(&schema, id, 1_000_003, 20, &["title=T"]);
        let first = Page { rows: vec![copy("a")], cut: Some(1), at: 5_000, ..WHOLE };
        assert_eq!(apply(&mut store, first).unwrap().lost.len(), 1);
        let second = match raised {
            true => Page { rows: vec![copy("a"), copy("b")], at: 6_000, ..WHOLE },
            false => Page { rows: vec![copy("b")], base: false, at: 6_000, ..WHOLE },
        };
        let lost = apply(&mut store, second).unwrap().lost;
        let keys: Vec<&Key> = lost.iter().map(|lost| &lost.key).collect();
        assert_eq!(keys, [&Key::id("b")], "raised {raised}");
    }
}

#[test]
fn a_page_of_a_restored_server_does_not_undo_what_a_frame_brought() {
    let (schema, leap) = (blog(), 1_000_000);
    for (name, held, copied, expected) in [
        ("a frame of the new epoch", (leap + 4, 30), (leap + 3, 20), leap + 4),
        ("an earlier epoch's, of a copy from before it", (leap + 4, 10), (leap + 3, 20), leap + 3),
        ("before the restore", (4, 30), (leap + 3, 20), leap + 3),
        ("made anew since", (4, 10), (1, 20), 1),
    ] {
        let mut store = memory(Arc::clone(&schema));
        store.write(|tx| tx.meet_epoch("one")).unwrap();
        let row = |(version, at): (i64, i64)| versioned(&schema, "a", version, at, &["title=T"]);
        store.write(|tx| tx.apply_frame(post(&schema), row(held), &Filter::All)).unwrap();
        store.write(|tx| tx.meet_epoch("two")).unwrap();
        apply(&mut store, Page { rows: vec![row(copied)], at: 5_000, ..WHOLE }).unwrap();
        let shown = store.reads().get(post(&schema), &key("a")).unwrap().unwrap();
        assert_eq!(shown.version, Some(expected), "{name}");
    }
}

#[test]
fn edits_that_wait_decide_about_what_a_restored_server_has_lost() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    store.write(|tx| tx.meet_epoch("one")).unwrap();
    let held = versioned(&schema, "a", 5, 10, &["title=theirs", "rating=1"]);
    apply(&mut store, Page { rows: vec![held.clone()], ..WHOLE }).unwrap();
    let mut edited = held.record;
    set(schema.by_name("Post").unwrap(), &mut edited, &["rating=9"]);
    let save = syncline_store::Save {
        model: post(&schema),
        value: &edited,
        read_as: None,
        condition: None,
        mutation: "mine".to_owned(),
    };
    store.write(|tx| tx.save(save)).unwrap();
    store.write(|tx| tx.meet_epoch("two")).unwrap();
    let copy = versioned(&schema, "a", 1_000_003, 20, &["title=T", "rating=1"]);
    let done = apply(&mut store, Page { rows: vec![copy], at: 5_000, ..WHOLE }).unwrap();
    let [lost] = &done.lost[..] else { panic!("{done:?}") };
    let (restored, _) = store.write(|tx| tx.restored(post(&schema), lost, Some("again".to_owned()))).unwrap();
    assert_eq!((restored.conflicts.len(), restored.mutation), (1, None), "listed only");
    let waiting: Vec<String> = store.reads().outbox().unwrap().into_iter().map(|entry| entry.id).collect();
    assert_eq!(waiting, ["mine"]);
}

/// What stands beside the rows goes with them when a schema changes.
#[test]
fn a_schema_change_keeps_what_is_not_shown_and_what_was_known_of_a_restored_server() {
    let dir = Dir::new();
    let before = "type Post @model @auth(rules: [{allow: public}]) { id: ID! title: String rank: Int open: Boolean body: String }";
    let after = "type Entry @model @auth(rules: [{allow: public}]) @renamedFrom(name: \"Post\") { \
                 id: ID! title: [String] rank: String open: String body: String }";
    let mut store = dir.open(schema(before));
    let old = Arc::clone(store.schema());
    let model = old.by_name("Post").unwrap();
    let row = |model: &syncline_core::Model, values: Vec<Value>, version| {
        let mut record = syncline_core::Record::empty(model.fields.len());
        for (place, value) in ["id", "title", "rank", "open", "body"].into_iter().zip(values) {
            record[model.field(place).unwrap()] = value;
        }
        Versioned { record, meta: syncline_core::Meta { version, last_changed_at: 1, deleted: false } }
    };
    let hidden = |name: &str| Value::unreadable(&model.fields[model.field(name).unwrap()]);
    let values = vec!["a".into(), hidden("title"), hidden("rank"), hidden("open"), "later".into()];
    store.write(|tx| tx.apply_frame(model.id, row(model, values, 5), &Filter::All)).unwrap();
    store.write(|tx| tx.meet_epoch("one")).unwrap();
    assert!(store.write(|tx| tx.meet_epoch("two")).unwrap().0);
    drop(store);

    let mut store = dir.open(schema(after));
    let new = Arc::clone(store.schema());
    let model = new.by_name("Entry").unwrap();
    let shown = store.reads().get(model.id, &key("a")).unwrap().unwrap().record;
    let names = shown.unreadable().map(|place| model.fields[place].name.as_str()).collect::<Vec<_>>();
    assert_eq!(names, ["title", "rank", "open"], "nothing is made of what is not shown: {shown:?}");
    for name in names {
        let exists = Predicate::compare(name, Op::Exists(true)).bind(model).unwrap();
        assert_eq!(store.reads().count(model.id, &exists).unwrap(), 0, "{name}: no predicate holds on it");
    }
    // The restored server has an earlier state of it.
    let title = Value::List(vec!["T".into()]);
    let server = vec!["a".into(), title.clone(), "1".into(), "true".into(), "earlier".into()];
    let page =
        RemotePage { expression_text: "e", started_at: 1_000, ..base_page(vec![row(model, server, 3)]) };
    let done = store.write(|tx| tx.apply_page(model.id, page)).unwrap().0;
    assert_eq!(done.lost.len(), 1, "it is found under its new name");
    let version = store.reads().get(model.id, &key("a")).unwrap().unwrap().version;
    assert_eq!(version, Some(3), "and what the server has takes its place");
    let (said, _) = store.write(|tx| tx.restored(model.id, &done.lost[0], Some("again".to_owned()))).unwrap();
    assert_eq!((said.mutation.as_deref(), said.conflicts.len()), (Some("again"), 1));
    let shown = store.reads().get(model.id, &key("a")).unwrap().unwrap().record;
    let value = |name: &str| shown[model.field(name).unwrap()].clone();
    assert_eq!((value("title"), value("body")), (title, "later".into()), "what was shown is said again");
}

#[test]
fn a_conflict_about_a_value_that_was_not_shown_is_listed() {
    let source = "type Post @model @auth(rules: [{allow: public}]) { \
                  id: ID! text: String int: Int float: Float bool: Boolean list: [Int] }";
    let values: [(&str, Value, Value); 5] = [
        ("text", "L".into(), "R".into()),
        ("int", Value::Int(1), Value::Int(2)),
        ("float", Value::Float(0.5), Value::Float(1.5)),
        ("bool", Value::Bool(true), Value::Bool(false)),
        ("list", Value::Null, Value::List(vec![Value::Int(2)])),
    ];
    let mut store = memory(schema(source));
    let schema = Arc::clone(store.schema());
    let model = schema.by_name("Post").unwrap();
    let row = |version, value: &dyn Fn(usize) -> Value| {
        let mut record = syncline_core::Record::empty(model.fields.len());
        record[0] = "a".into();
        for (name, ..) in &values {
            let place = model.field(name).unwrap();
            record[place] = value(place);
        }
        Versioned { record, meta: syncline_core::Meta { version, last_changed_at: version, deleted: false } }
    };
    let of = |place: usize| values.iter().find(|(name, ..)| *name == model.fields[place].name).unwrap();
    let before = row(1, &|place| Value::unreadable(&model.fields[place]));
    store.write(|tx| tx.apply_frame(model.id, before.clone(), &Filter::All)).unwrap();
    let mine = row(1, &|place| of(place).1.clone()).record;
    let read_as = Some(syncline_core::record::ReadAs { record: &before.record, version: Some(1) });
    let save = syncline_store::Save {
        model: model.id,
        value: &mine,
        read_as,
        condition: None,
        mutation: "m1".to_owned(),
    };
    store.write(|tx| tx.save(save)).unwrap();
    store.write(|tx| tx.apply_frame(model.id, row(2, &|place| of(place).2.clone()), &Filter::All)).unwrap();
    let listed = store.reads().conflicts(10).unwrap();
    let fields = listed.iter().map(|listed| match &listed.conflict.kind {
        ConflictKind::Field { field, base, .. } => (model.fields[*field].name.as_str(), base.is_unreadable()),
        other => panic!("{other:?}"),
    });
    let mut fields: Vec<_> = fields.collect();
    fields.sort_unstable();
    assert_eq!(fields, [("bool", true), ("float", true), ("int", true), ("text", true)]);
}

/// What may be read of a record changes between an answer or a frame and the page that brings the same version: the page is
/// the word on that, and a frame, which may be late, is not (SYNC 1.8, 2.7).
#[test]
fn a_page_is_the_word_on_what_is_shown_of_the_same_version() {
    let source = "type Post @model @auth(rules: [{allow: public}]) { id: ID! title: String secret: Int }";
    // What is held, how it came, and what is shown then; `?` is what the server does not show.
    let cases = [
        ("a page that shows more", "?", "page 7", "7"),
        ("a page that shows less", "7", "page ?", "?"),
        ("a page that shows the same", "?", "page ?", "?"),
        ("a page of an older version", "?", "older page 7", "?"),
        ("a frame", "?", "frame 7", "?"),
    ];
    for observed in [false, true] {
        for (name, held, comes, expected) in cases {
            let mut store = memory(schema(source));
            let model = Arc::clone(store.schema().by_name("Post").unwrap());
            if observed {
                store.collect_changes([model.id]);
            }
            let secret = model.field("secret").unwrap();
            let row = |shown: &str, version: i64| {
                let mut record = syncline_core::Record::empty(model.fields.len());
                record[0] = "a".into();
                record[secret] = match shown {
                    "?" => Value::unreadable(&model.fields[secret]),
                    number => Value::Int(number.parse().unwrap()),
                };
                Versioned {
                    record,
                    meta: syncline_core::Meta { version, last_changed_at: version, deleted: false },
                }
            };
            store.write(|tx| tx.apply_frame(model.id, row(held, 3), &Filter::All)).unwrap();
            let (kind, shown) = comes.rsplit_once(' ').unwrap();
            let row = row(shown, if kind.starts_with("older") { 2 } else { 3 });
            let done = if kind == "frame" {
                store.write(|tx| tx.apply_frame(model.id, row, &Filter::All)).unwrap().1
            } else {
                let page = RemotePage { expression_text: "e", started_at: 1_000, ..base_page(vec![row]) };
                store.write(|tx| tx.apply_page(model.id, page)).unwrap().1
            };
            let now = store.reads().get(model.id, &key("a")).unwrap().unwrap().record[secret].clone();
            let now = match now {
                Value::Int(number) if !now.is_unreadable() => number.to_string(),
                _ => "?".to_owned(),
            };
            assert_eq!(now, expected, "{name}, observed: {observed}");
            let told = observed && held != expected;
            assert_eq!(!done.is_empty(), told, "{name}: observers are told, {done:?}");
        }
    }
}
