//! What the frequent statements cost: none of them may walk a table; and which queries an index answers.

use super::{memory, record, save, schema, versioned};
use crate::read::Statement;
use crate::{ClaimLimits, Query, Save, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use syncline_core::page::{Direction, Page, Sort};
use syncline_core::predicate::{Filter, Op, SizeOp};
use syncline_core::record::Outcome;
use syncline_core::{Key, ModelId, Predicate, Value};

#[test]
fn the_statements_of_the_outbox_use_indexes() {
    let store = memory(schema());
    let statements = [
        "SELECT model, shape, seq FROM _outbox WHERE ready = 1 AND model = ?1 AND shape > ?2 \
         ORDER BY model, shape, seq LIMIT 1",
        "SELECT model, shape, seq FROM _outbox WHERE ready = 1 AND model > ?1 ORDER BY model, shape, seq LIMIT 1",
        "SELECT seq, id FROM _outbox WHERE ready = 1 AND model = ?1 AND shape = ?2 ORDER BY seq LIMIT ?3",
        // Few are in flight: one of them is found by going through them, so that a save has no index of ids to keep.
        "SELECT seq, id FROM _outbox INDEXED BY _outbox_sent WHERE state = 1 ORDER BY seq",
        "SELECT seq, id FROM _outbox WHERE id = ?1 AND state = 1",
        "SELECT seq, id FROM _outbox WHERE model = ?1 AND key = ?2 ORDER BY seq",
        "SELECT 1 FROM _outbox WHERE model = ?1",
        "SELECT min(seq) FROM _outbox WHERE grp = ?1",
        "SELECT child.seq FROM _parent JOIN _outbox AS child ON child.seq = _parent.seq \
         WHERE _parent.model = ?2 AND _parent.key = ?3 AND child.op = 2 AND child.state <> 2 AND child.seq <> ?1",
        "SELECT seq, id FROM _outbox WHERE grp = (SELECT grp FROM _outbox \
         WHERE ready = 1 AND model = ?1 AND shape = ?2 ORDER BY seq LIMIT 1) ORDER BY seq",
        "SELECT 1 FROM _outbox AS own WHERE own.grp = ?1 AND (own.state <> 0 OR own.head = 0 AND NOT EXISTS \
         (SELECT 1 FROM _outbox AS before WHERE before.model = own.model AND before.key = own.key \
         AND before.seq < own.seq AND +before.grp = ?1)) LIMIT 1",
        "SELECT parent.seq FROM _outbox AS own JOIN _parent ON _parent.seq = own.seq JOIN _outbox AS parent \
         ON parent.model = _parent.model AND parent.key = _parent.key \
         WHERE own.grp = ?1 AND own.op <> 2 AND parent.op = 0 AND +parent.grp IS NOT ?1 \
         AND NOT (parent.model = own.model AND parent.key = own.key)",
        "SELECT child.seq FROM _outbox AS own JOIN _parent ON _parent.model = own.model AND _parent.key = own.key \
         JOIN _outbox AS child ON child.seq = _parent.seq \
         WHERE own.grp = ?1 AND own.op = 2 AND child.op = 2 AND child.state <> 2 AND +child.grp IS NOT ?1",
        "SELECT parent.seq FROM _parent JOIN _outbox AS parent \
         ON parent.model = _parent.model AND parent.key = _parent.key WHERE _parent.seq = ?1 AND parent.op = 0",
    ];
    for sql in statements {
        let mut statement = store.reads().conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let count = statement.parameter_count();
        let params = rusqlite::params_from_iter(vec![rusqlite::types::Null; count]);
        let plan: Vec<String> =
            statement.query_map(params, |row| row.get("detail")).unwrap().map(Result::unwrap).collect();
        let walks = plan.iter().any(|step| step.contains("TEMP B-TREE") || step.starts_with("SCAN"));
        assert!(!walks, "{sql}\n{plan:#?}");
        if sql.contains("state = 1") {
            assert!(plan[0].contains("INDEX _outbox_sent (state=?)"), "{sql}\n{plan:#?}");
        }
    }
}

/// The work of SQLite's machine for `op`, in thousands of its instructions.
fn cost(store: &mut crate::Store, op: impl FnOnce(&mut crate::Store)) -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    COUNT.store(0, Ordering::Relaxed);
    let count = || {
        COUNT.fetch_add(1, Ordering::Relaxed);
        false
    };
    store.reads.conn.progress_handler(1_000, Some(count)).unwrap();
    op(store);
    store.reads.conn.progress_handler(0, None::<fn() -> bool>).unwrap();
    COUNT.load(Ordering::Relaxed)
}

#[test]
fn a_claim_costs_what_it_takes_and_not_what_waits() {
    let schema = schema();
    let threads = schema.by_name("Thread").unwrap().id;
    let drain = |waiting: usize| {
        let mut store = memory(Arc::clone(&schema));
        // Everything waits for one author, who is in flight.
        save(&mut store, "a", &[], "m-a");
        let all = ClaimLimits::of(&[1, 10]);
        store.write(|tx| tx.claim(all)).unwrap().0.unwrap();
        store.begin().unwrap();
        for number in 0..waiting {
            add(&mut store, threads, &format!("t{number:05}"), &[("authorId", "a")]);
        }
        for number in 0..20 {
            add(&mut store, threads, &format!("free{number}"), &[]);
        }
        store.commit().unwrap();
        let claim = cost(&mut store, |store| {
            for _ in 0..2 {
                assert_eq!(store.write(|tx| tx.claim(all)).unwrap().0.unwrap().entries.len(), 10);
            }
            assert!(store.write(|tx| tx.claim(all)).unwrap().0.is_none());
        });
        let author = versioned(&schema, "a", 1, &[]);
        store.write(|tx| tx.settle("m-a", Outcome::Applied(author))).unwrap();
        let after = cost(&mut store, |store| {
            assert_eq!(store.write(|tx| tx.claim(all)).unwrap().0.unwrap().entries.len(), 10);
        });
        (claim, after)
    };
    let (few, many) = (drain(50), drain(5_000));
    assert!(many.0 <= few.0 + 2 && many.1 <= few.1 + 2, "50 waiting: {few:?}, 5,000 waiting: {many:?}");
}

#[test]
fn an_answer_costs_what_it_says_and_not_what_waits() {
    let schema = schema();
    let threads = schema.by_name("Thread").unwrap().id;
    let settle = |waiting: usize| {
        let mut store = memory(Arc::clone(&schema));
        save(&mut store, "a", &[], "m-a");
        let one = ClaimLimits::of(&[1]);
        store.write(|tx| tx.claim(one)).unwrap().0.unwrap();
        store.begin().unwrap();
        for number in 0..waiting {
            add(&mut store, threads, &format!("t{number:05}"), &[("authorId", "a")]);
        }
        add(&mut store, threads, "t-free", &[]);
        store.commit().unwrap();
        assert_eq!(store.write(|tx| tx.claim(one)).unwrap().0.unwrap().entries[0].id, "m-t-free");
        let thread = versioned(&schema, "t-free", 1, &[]);
        cost(&mut store, |store| {
            store.write(|tx| tx.settle("m-t-free", Outcome::Applied(thread))).unwrap().0.unwrap();
        })
    };
    let (few, many) = (settle(50), settle(5_000));
    assert!(many <= few + 2, "50 waiting: {few}, 5,000 waiting: {many}");
}

fn add(store: &mut crate::Store, model: ModelId, id: &str, fields: &[(&str, &str)]) {
    let value = record(store.schema(), id, fields);
    let mutation = format!("m-{id}");
    store
        .attempt(|tx| {
            assert!(tx.reads().get(model, &Key::id(id))?.is_none());
            tx.save(Save { model, value: &value, read_as: None, condition: None, mutation })
        })
        .unwrap();
}

/// Indexes of every kind: of one field and of several, the key and a composite one, and an implicit foreign key.
const INDEXED: &str = r#"
    type Post @model @auth(rules: [{ allow: public }]) {
      id: ID!
      status: String! @index(name: "byStatus", sortKeyFields: ["rating", "title"])
      rating: Int
      title: String
      views: Float @index(name: "byViews")
      blog: ID @index(name: "byBlog", sortKeyFields: ["day"])
      day: AWSDate
      body: String
      pinned: Boolean
      tags: [String]
      comments: [Comment] @hasMany
    }
    type Comment @model @auth(rules: [{ allow: public }]) { id: ID! content: String! }
    type Visit @model @auth(rules: [{ allow: public }]) {
      device: ID! @primaryKey(sortKeyFields: ["at", "turn"])
      at: AWSDateTime!
      turn: Int!
      place: String
    }
"#;

/// SQLite's plan in fewer words.
fn plan_of(store: &Store, model: &str, statement: &Statement) -> String {
    let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
    let mut prepared = store.reads().conn.prepare(&sql).unwrap();
    let params = vec![rusqlite::types::Null; statement.params.len()];
    let steps =
        prepared.query_map(rusqlite::params_from_iter(params), |row| row.get::<_, String>("detail")).unwrap();
    let mut plan = steps.map(Result::unwrap).collect::<Vec<_>>().join("; ");
    for (long, short) in [
        (format!("USING INDEX {model} by "), ""),
        (format!("USING COVERING INDEX {model} by "), "only "),
        (format!("SEARCH {model} "), "search "),
        (format!("SCAN {model}"), "scan"),
        ("USING PRIMARY KEY".to_owned(), "key"),
        ("USE TEMP B-TREE FOR ORDER BY".to_owned(), "sort"),
        ("USE TEMP B-TREE FOR LAST TERM OF ORDER BY".to_owned(), "sort ties"),
        ("SCAN CONSTANT ROW; SCALAR SUBQUERY 1; ".to_owned(), ""),
        ("MULTI-INDEX OR; INDEX 1; ".to_owned(), "or: "),
        ("INDEX 2; ".to_owned(), ""),
    ] {
        plan = plan.replace(&long, short);
    }
    plan
}

fn is(field: &str, value: impl Into<Value>) -> Predicate {
    Predicate::compare(field, Op::Eq(value.into()))
}

fn has(field: &str, op: Op) -> Predicate {
    Predicate::compare(field, op)
}

/// A query in words: the model, its filter, its order (`-` before a field for the descending one), and the plan.
type Case = (&'static str, Predicate, &'static str, &'static str);

fn cases() -> Vec<Case> {
    let all = Predicate::all;
    let int = |int: i64| Value::Int(int);
    let text = |text: &str| Value::from(text);
    let status = || is("status", "a");
    vec![
        ("Post", all(), "", "scan"),
        ("Post", all(), "id", "scan"),
        ("Post", all(), "-id", "scan"),
        ("Post", all(), "views", "scan views"),
        ("Post", all(), "-views", "scan views; sort ties"),
        ("Post", all(), "-views -id", "scan views"),
        ("Post", all(), "status rating title", "scan status, rating, title"),
        ("Post", all(), "-status -rating", "scan status, rating, title; sort ties"),
        ("Post", all(), "title", "scan; sort"),
        ("Post", is("id", "a"), "", "search key (id=?)"),
        ("Post", has("id", Op::In(vec![text("a"), text("b")])), "", "search key (id=?)"),
        ("Post", has("id", Op::BeginsWith("a".into())), "", "search key (id>? AND id<?)"),
        ("Post", is("id", "a").or(is("id", "b")), "", "search key (id=?)"),
        ("Post", status(), "", "search status, rating, title (status=?); sort"),
        ("Post", status(), "rating", "search status, rating, title (status=?); sort ties"),
        ("Post", status(), "-rating", "search status, rating, title (status=?); sort ties"),
        ("Post", status(), "rating title", "search status, rating, title (status=?)"),
        ("Post", status(), "-rating -title", "search status, rating, title (status=?); sort ties"),
        ("Post", status(), "-rating -title -id", "search status, rating, title (status=?)"),
        ("Post", status(), "title", "search status, rating, title (status=?); sort"),
        (
            "Post",
            status().and(is("rating", 5)),
            "",
            "search status, rating, title (status=? AND rating=?); sort",
        ),
        (
            "Post",
            status().and(is("rating", 5)),
            "title",
            "search status, rating, title (status=? AND rating=?)",
        ),
        (
            "Post",
            status().and(has("rating", Op::Gt(int(5)))),
            "",
            "search status, rating, title (status=? AND rating>?); sort",
        ),
        (
            "Post",
            status().and(has("rating", Op::Gt(int(5)))),
            "rating",
            "search status, rating, title (status=? AND rating>?); sort ties",
        ),
        (
            "Post",
            status().and(has("rating", Op::Ge(int(5)))).and(has("rating", Op::Lt(int(9)))),
            "rating",
            "search status, rating, title (status=? AND rating>? AND rating<?); sort ties",
        ),
        (
            "Post",
            status().and(has("rating", Op::Between(int(5), int(9)))),
            "rating",
            "search status, rating, title (status=? AND rating>? AND rating<?); sort ties",
        ),
        (
            "Post",
            status().and(is("rating", 5)).and(has("title", Op::BeginsWith("x".into()))),
            "title",
            "search status, rating, title (status=? AND rating=? AND title>? AND title<?)",
        ),
        (
            "Post",
            status().and(is("rating", Value::Null)),
            "",
            "search status, rating, title (status=? AND rating=?); sort",
        ),
        (
            "Post",
            status().and(has("rating", Op::Exists(false))),
            "",
            "search status, rating, title (status=? AND rating=?); sort",
        ),
        (
            "Post",
            status().and(has("body", Op::Contains(text("x")))),
            "rating",
            "search status, rating, title (status=?); sort ties",
        ),
        (
            "Post",
            has("status", Op::In(vec![text("a"), text("b")])),
            "",
            "search status, rating, title (status=?); sort",
        ),
        ("Post", status().or(is("status", "b")), "", "search status, rating, title (status=?); sort"),
        (
            "Post",
            status().or(is("status", "b")).or(is("status", "c")),
            "",
            "search status, rating, title (status=?); sort",
        ),
        (
            "Post",
            status().or(is("views", 2.5)),
            "",
            "or: search status, rating, title (status=?); search views (views=?); sort",
        ),
        (
            "Post",
            status().and(is("rating", 1)).or(is("status", "b").and(is("rating", 2))),
            "",
            "or: search status, rating, title (status=? AND rating=?); search status, rating, title (status=? AND rating=?); sort",
        ),
        (
            "Post",
            status().and(is("rating", 1).or(is("rating", 2))),
            "",
            "search status, rating, title (status=? AND rating=?); sort",
        ),
        (
            "Post",
            status().and(is("rating", 1).or(is("title", "x"))),
            "",
            "search status, rating, title (status=?); sort",
        ),
        ("Post", !has("status", Op::Ne(text("a"))), "", "search status, rating, title (status=?); sort"),
        (
            "Post",
            !has("status", Op::NotIn(vec![text("a"), text("b")])),
            "",
            "search status, rating, title (status=?); sort",
        ),
        // A range with one end counts as a quarter of the table, and a walk in the order of the key as less than that.
        ("Post", has("views", Op::Gt(Value::Float(0.5))), "", "scan"),
        ("Post", has("views", Op::Between(int(1), int(2))), "", "search views (views>? AND views<?); sort"),
        ("Post", has("views", Op::Gt(Value::Float(0.5))), "views", "search views (views>?)"),
        ("Post", has("views", Op::Le(int(9))), "-views -id", "search views (views>? AND views<?)"),
        ("Post", has("views", Op::Exists(false)), "", "search views (views=?)"),
        ("Post", is("blog", "b"), "", "search blog, day (blog=?); sort"),
        ("Post", is("blog", "b"), "day", "search blog, day (blog=?)"),
        (
            "Post",
            is("blog", "b").and(has("day", Op::BeginsWith("2024-".into()))),
            "day",
            "search blog, day (blog=? AND day>? AND day<?)",
        ),
        ("Comment", is("postCommentsId", "a"), "", "search postCommentsId (postCommentsId=?)"),
        (
            "Comment",
            is("postCommentsId", "a").and(is("content", "x")),
            "",
            "search postCommentsId (postCommentsId=?)",
        ),
        ("Visit", is("device", "a"), "", "search key (device=?)"),
        ("Visit", is("device", "a"), "at", "search key (device=?)"),
        ("Visit", is("device", "a"), "-at -turn", "search key (device=?)"),
        (
            "Visit",
            is("device", "a").and(has("at", Op::BeginsWith("2024".into()))),
            "",
            "search key (device=? AND at>? AND at<?)",
        ),
        (
            "Visit",
            is("device", "a").and(is("at", "x")).and(has("turn", Op::Gt(int(3)))),
            "turn",
            "search key (device=? AND at=? AND turn>?)",
        ),
        ("Visit", all(), "device at", "scan"),
        // Nothing but a walk can answer these.
        ("Post", has("status", Op::Ne(text("a"))), "", "scan"),
        ("Post", has("views", Op::Exists(true)), "", "scan"),
        ("Post", !has("views", Op::Gt(int(1))), "", "scan"),
        ("Post", has("status", Op::Contains(text("a"))), "", "scan"),
        ("Post", has("status", Op::NotIn(vec![text("a"), text("b")])), "", "scan"),
        ("Post", has("status", Op::Size(SizeOp::Gt(3))), "", "scan"),
        (
            "Post",
            has("tags", Op::Contains(text("a"))),
            "",
            "scan; CORRELATED SCALAR SUBQUERY 2; CO-ROUTINE syncline_source; SCAN CONSTANT ROW; SCAN syncline_source; SCAN syncline_item VIRTUAL TABLE INDEX 1:",
        ),
        ("Post", is("rating", 5), "", "scan"),
        ("Post", is("body", "x"), "", "scan"),
        ("Post", status().or(is("body", "x")), "", "scan"),
        ("Visit", has("at", Op::BeginsWith("2024".into())), "", "scan"),
    ]
}

#[test]
fn queries_use_the_indexes_of_the_schema() {
    let schema = syncline_schema::compile(INDEXED, "test.graphql").map(Arc::new).unwrap();
    let store = memory(Arc::clone(&schema));
    for (name, filter, order, expected) in cases() {
        let model = schema.by_name(name).unwrap();
        let term = |word: &str| {
            let (name, direction) = match word.strip_prefix('-') {
                Some(name) => (name, Direction::Descending),
                None => (word, Direction::Ascending),
            };
            Sort { field: model.field(name).unwrap(), direction }
        };
        let sort = order.split_whitespace().map(term).collect();
        let table = store.reads().tables.get(model.id).unwrap();
        let bound = filter.bind(model).unwrap();
        let mut query = Query { model: model.id, filter: bound, sort, page: None };
        let plan = plan_of(&store, name, &Statement::records(table, &query).unwrap());
        assert_eq!(plan, expected, "{filter:?} by {order:?}");
        query.page = Some(Page::new(0, 20));
        let page = plan_of(&store, name, &Statement::records(table, &query).unwrap());
        assert_eq!(page, expected, "a page of {filter:?} by {order:?}");
        let count = plan_of(&store, name, &Statement::count(table, &query.filter));
        let exists = plan_of(&store, name, &Statement::exists(table, &query.filter));
        // Without columns to read and an order to keep, they look up the same and may need the index alone.
        let looked_up = plan.strip_suffix("; sort").or(plan.strip_suffix("; sort ties")).unwrap_or(&plan);
        if looked_up.contains("search") {
            for shorter in [count, exists] {
                assert_eq!(shorter.replace("only ", ""), looked_up, "{filter:?}");
            }
        }
    }
}

#[test]
fn a_query_of_nothing_reads_nothing() {
    let schema = schema();
    let store = memory(Arc::clone(&schema));
    let model = schema.by_name("Thread").unwrap().id;
    let reads = store.reads();
    reads.conn.execute_batch("DROP TABLE Thread").unwrap();
    let nothing = Query { filter: Filter::Nothing, ..Query::all(model) };
    assert_eq!(reads.query(&nothing).unwrap(), []);
    assert_eq!(
        (reads.count(model, &nothing.filter).unwrap(), reads.exists(model, &nothing.filter).unwrap()),
        (0, false)
    );
    assert!(reads.query(&Query::all(model)).is_err(), "there is no table to read");
}
