//! Queries, counts, pages and plans.

use crate::support::*;
use std::sync::Arc;
use syncline_core::page::{Direction, Page, Sort};
use syncline_core::predicate::{Filter, Op};
use syncline_core::{Key, Predicate, Value};
use syncline_store::{Query, Store, StoreError};

const POSTS: [(&str, &[&str]); 6] = [
    ("a", &["title=x", "rating=3", "tags=[red,green]"]),
    ("b", &["title=y", "rating=5", "views=2.5", "published=true"]),
    ("c", &["title=x", "views=-1"]),
    ("d", &["title=z", "rating=5", "published=false", "tags=[]"]),
    ("É", &["title=é", "rating=-4"]),
    ("e", &["title=Z", "rating=1", "content=a b"]),
];

fn furnished() -> (Dir, Store) {
    let (dir, schema) = (Dir::new(), blog());
    let mut store = dir.open(Arc::clone(&schema));
    store.begin().unwrap();
    for (id, fields) in POSTS {
        // Words are split at spaces elsewhere; here each is one field.
        let row = versioned(&schema, id, 1, 1, fields);
        store.attempt(|tx| tx.apply_frame(post(&schema), row, &Filter::All)).unwrap();
    }
    store.commit().unwrap();
    (dir, store)
}

fn ask(store: &Store, filter: &Predicate, sort: &[(&str, Direction)], page: Option<Page>) -> String {
    let model = store.schema().by_name("Post").unwrap();
    let sort = sort
        .iter()
        .map(|(name, direction)| Sort { field: model.field(name).unwrap(), direction: *direction });
    let filter = filter.bind(model).unwrap();
    let query = Query { model: model.id, filter: filter.clone(), sort: sort.collect(), page };
    let found = store.reader().unwrap().query(&query).unwrap();
    if page.is_none() {
        assert_eq!(store.reads().count(model.id, &filter).unwrap(), found.len() as u64);
        for stored in &found {
            assert!(filter.matches(&stored.record, false));
        }
    }
    found.iter().map(|stored| word(&stored.record[0])).collect::<Vec<_>>().join(" ")
}

#[test]
fn filters_sorts_and_pages() {
    use Direction::{Ascending, Descending};
    let (_dir, store) = furnished();
    let rating = |op: Op| Predicate::compare("rating", op);
    let all = Predicate::all;
    assert_eq!(ask(&store, &all(), &[], None), "a b c d e É");
    assert_eq!(ask(&store, &rating(Op::Gt(Value::Int(1))), &[], None), "a b d");
    assert_eq!(ask(&store, &rating(Op::Ne(Value::Int(5))), &[], None), "a c e É");
    assert_eq!(ask(&store, &Predicate::compare("tags", Op::Contains("red".into())), &[], None), "a");
    assert_eq!(ask(&store, &all(), &[("rating", Ascending)], None), "c É e a b d");
    assert_eq!(ask(&store, &all(), &[("rating", Descending)], None), "b d a e É c");
    assert_eq!(ask(&store, &all(), &[("title", Ascending), ("rating", Descending)], None), "e a c b d É");
    assert_eq!(ask(&store, &all(), &[("published", Descending)], None), "b d a c e É");
    assert_eq!(ask(&store, &all(), &[], Some(Page::new(0, 2))), "a b");
    assert_eq!(ask(&store, &all(), &[], Some(Page::new(1, 4))), "e É");
    assert_eq!(ask(&store, &all(), &[], Some(Page::new(9, 4))), "");
    assert_eq!(ask(&store, &all(), &[], Some(Page { offset: u64::MAX, limit: u64::MAX })), "");
    assert_eq!(ask(&store, &all(), &[], Some(Page { offset: 0, limit: u64::MAX })), "a b c d e É");
    assert_eq!(ask(&store, &Predicate::all().not(), &[], None), "");
}

/// SQL orders as [`compare`](syncline_core::page::compare) does, with what is equal in key order; also through an index,
/// and one page after the other.
#[test]
fn sql_sorts_as_rust_does() {
    let (dir, schema) = (Dir::new(), blog());
    let model = schema.by_name("Post").unwrap();
    let mut store = dir.open(Arc::clone(&schema));
    let titles = ["", "a", "A", "é", "e\u{301}", "\u{e000}", "😀", "\u{10ffff}", "10", "9"];
    let ratings = [Value::Null, Value::Int(0), Value::Int(-1), Value::Int(7)];
    let views = [f64::MIN, -0.5, 0.0, -0.0, 1e300, 2.0, 9_007_199_254_740_993.0].map(Value::Float);
    let flags = [Value::Null, Value::Bool(true), Value::Bool(false)];
    store.begin().unwrap();
    for number in 0..60_usize {
        let mut row = versioned(&schema, &format!("p{number:02}"), 1, 1, &[]);
        let mut set = |name: &str, value: Value| row.record[model.field(name).unwrap()] = value;
        set("title", Value::from(titles[number * 7 % titles.len()]));
        set("rating", ratings[number * 5 % ratings.len()].clone());
        set("views", if number % 9 == 0 { Value::Null } else { views[number % views.len()].clone() });
        set("published", flags[number * 11 % flags.len()].clone());
        store.attempt(|tx| tx.apply_frame(model.id, row, &Filter::All)).unwrap();
    }
    store.commit().unwrap();
    let fields =
        ["id", "title", "rating", "views", "published", "status"].map(|name| model.field(name).unwrap());
    let terms = || {
        let directions = [Direction::Ascending, Direction::Descending];
        fields.into_iter().flat_map(move |field| directions.map(|direction| Sort { field, direction }))
    };
    let all = store.reads().query(&Query::all(model.id)).unwrap();
    assert_eq!(all.len(), 60);
    for sort in terms().flat_map(|first| terms().map(move |second| vec![first, second])) {
        let mut expected = all.clone();
        // Stable, and what is sorted is in key order.
        expected.sort_by(|a, b| syncline_core::page::compare(&sort, &a.record, &b.record));
        let query = Query { sort: sort.clone(), ..Query::all(model.id) };
        assert_eq!(store.reads().query(&query).unwrap(), expected, "{sort:?}");
        let mut paged = Vec::new();
        for page in 0..9 {
            let query = Query { page: Some(Page::new(page, 7)), ..query.clone() };
            paged.extend(store.reads().query(&query).unwrap());
        }
        assert_eq!(paged, expected, "{sort:?} in pages");
    }
}

#[test]
fn a_query_says_how_it_is_answered() {
    let (_dir, store) = furnished();
    let model = store.schema().by_name("Post").unwrap();
    let explain = |filter: Predicate, sort: &[&str]| {
        let sort = sort
            .iter()
            .map(|name| Sort { field: model.field(name).unwrap(), direction: Direction::Ascending });
        let query =
            Query { filter: filter.bind(model).unwrap(), sort: sort.collect(), ..Query::all(model.id) };
        store.reads().explain(&query).unwrap()
    };
    let by_rating = explain(Predicate::compare("rating", Op::Eq(Value::Int(5))), &["title"]);
    assert_eq!(by_rating.indexes, ["Post by rating, title"]);
    assert!(!by_rating.scans && !by_rating.sorts, "{by_rating}");
    assert_eq!(
        by_rating.to_string(),
        format!(
            "{}\n  SEARCH Post USING INDEX Post by rating, title (rating=?)\nuses: Post by rating, title",
            by_rating.sql
        )
    );
    assert!(by_rating.sql.ends_with("ORDER BY \"title\", \"id\""), "{by_rating}");
    let by_views = explain(Predicate::compare("views", Op::Gt(Value::Float(5.0))), &["views"]);
    assert!(by_views.scans && by_views.sorts && by_views.indexes.is_empty(), "{by_views}");
    let by_id = explain(Predicate::compare("id", Op::Eq("a".into())), &[]);
    assert_eq!((by_id.indexes.join(";").as_str(), by_id.scans), ("PRIMARY KEY", false), "{by_id}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (_dir, store) = furnished();
    let model = store.schema().by_name("Post").unwrap();
    for (field, expected) in [
        (
            model.field("tags").unwrap(),
            "Post.tags: records cannot be sorted by [String]; use a field that is neither a list nor a custom type",
        ),
        (
            99,
            "Post.?: records cannot be sorted by an unknown field; use a field that is neither a list nor a custom type",
        ),
    ] {
        let sort = vec![Sort { field, direction: Direction::Ascending }];
        let error = store.reads().query(&Query { sort, ..Query::all(model.id) }).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let unknown = syncline_core::ModelId(9);
    assert!(matches!(store.reads().get(unknown, &Key::id("a")), Err(StoreError::UnknownModel(9))));
    for key in [Key(vec![]), Key::id(""), Key(vec![Value::Int(1)]), Key(vec![Value::Null])] {
        let error = store.reads().get(model.id, &key).unwrap_err();
        assert!(matches!(error, StoreError::InvalidRecord { .. }), "{error}");
    }
    // A reader cannot write, whatever is asked of it.
    assert_eq!(store.reader().unwrap().outbox_len().unwrap(), 0);
}

#[test]
fn every_kind_of_value_comes_back_as_it_was() {
    let (dir, schema) = (Dir::new(), blog());
    let model = schema.by_name("Post").unwrap();
    let mut row = versioned(&schema, "p", 1, 1, &[]);
    let texts = ["", "\u{1F600} é", "a\nb\t\"c\" \\ '", "\u{7f}\u{1}"];
    let mut list = texts.map(Value::from).to_vec();
    list.push(Value::Null);
    for (name, value) in [
        ("content", Value::from(texts[2])),
        ("rating", Value::Int(i64::from(i32::MIN))),
        ("views", Value::Float(0.1 + 0.2)),
        ("seenAt", Value::Int(i64::MAX)),
        ("published", Value::Bool(false)),
        ("tags", Value::List(list)),
        ("extra", Value::from("{\"a\": [1, 2.50]}")),
    ] {
        row.record[model.field(name).unwrap()] = value;
    }
    let mut store = dir.open(Arc::clone(&schema));
    store.write(|tx| tx.apply_frame(model.id, row.clone(), &Filter::All)).unwrap();
    // And through the side table and a patch.
    let stored = store.reads().get(model.id, &key("p")).unwrap().unwrap();
    assert_eq!(stored.record, row.record);
    let mut edited = stored.record.clone();
    edited[model.field("views").unwrap()] = Value::Float(-1.0e-300);
    edited[model.field("tags").unwrap()] = Value::List(vec![Value::from(texts[1])]);
    let read_as = Some(syncline_core::record::ReadAs { record: &stored.record, version: stored.version });
    let save = syncline_store::Save {
        model: model.id,
        value: &edited,
        read_as,
        condition: None,
        mutation: "m".to_owned(),
    };
    store.write(|tx| tx.save(save)).unwrap();
    drop(store);
    let store = dir.open(Arc::clone(&schema));
    assert_eq!(store.reads().get(model.id, &key("p")).unwrap().unwrap().record, edited);
    assert_eq!(store.reads().server_record(model.id, &key("p")).unwrap().unwrap().record, row.record);
    let patch = store.reads().entry("m").unwrap().unwrap().patch;
    let changes: Vec<(&Value, &Value)> = patch.0.iter().map(|change| (&change.base, &change.value)).collect();
    let pair = |name: &str| {
        let place = model.field(name).unwrap();
        (&row.record[place], &edited[place])
    };
    assert_eq!(changes, [pair("tags"), pair("views")]);
}
