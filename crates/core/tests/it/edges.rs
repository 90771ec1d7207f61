//! The edges of each operator, in Rust and in SQLite (SYNC 3.8).

use crate::database::Database;
use crate::models::thing;
use syncline_core::predicate::{Op, SizeOp};
use syncline_core::{Predicate, Record, Value};

const TWO_53: i64 = 1 << 53;

fn list<V: Into<Value>>(items: impl IntoIterator<Item = V>) -> Value {
    Value::List(items.into_iter().map(Into::into).collect())
}

/// One field, one value, and what each operator says to it.
fn check(field: &str, value: impl Into<Value>, cases: &[(Op, bool)]) {
    let (model, value) = (thing(), value.into());
    let mut record = Record::empty(model.fields.len());
    record[model.field(field).unwrap()] = value.clone();
    let database = Database::new(&model, &[(record.clone(), false)]);
    for (op, expected) in cases {
        let predicate = Predicate::compare(field, op.clone());
        for (predicate, expected) in [(predicate.clone(), *expected), (!predicate, !*expected)] {
            let filter = predicate.bind(&model).unwrap_or_else(|error| panic!("{error}"));
            let name = format!("{predicate:?} of {value:?}, bound {filter:?}");
            assert_eq!(filter.matches(&record, false), expected, "{name}");
            assert_eq!(database.selected(&filter, 1).unwrap(), [expected], "SQLite: {name}");
            assert_eq!(database.values(&filter).unwrap(), [Some(expected.into())], "SQLite: {name}");
        }
    }
}

#[test]
fn null_is_missing() {
    let text = |text: &str| Value::from(text);
    check(
        "text",
        Value::Null,
        &[
            (Op::Eq(Value::Null), true),
            (Op::Ne(Value::Null), false),
            (Op::Eq(text("")), false),
            (Op::Ne(text("")), true),
            (Op::Lt(text("z")), false),
            (Op::Ge(text("")), false),
            (Op::Between(text(""), text("z")), false),
            (Op::BeginsWith(String::new()), false),
            (Op::Contains(text("")), false),
            (Op::NotContains(text("")), true),
            (Op::In(vec![text("a"), text("b")]), false),
            (Op::In(vec![text("a"), Value::Null]), true),
            (Op::NotIn(vec![text("a"), text("b")]), true),
            (Op::NotIn(vec![Value::Null, text("b")]), false),
            (Op::Exists(true), false),
            (Op::Exists(false), true),
            (Op::Size(SizeOp::Ge(0)), false),
            (Op::Size(SizeOp::Ne(7)), false),
        ],
    );
    check(
        "tags",
        Value::Null,
        &[
            (Op::Eq(Value::Null), true),
            (Op::Eq(list::<Value>([])), false),
            (Op::Ne(list::<Value>([])), true),
            (Op::Contains(Value::Null), false),
            (Op::NotContains(text("a")), true),
            (Op::Size(SizeOp::Eq(0)), false),
        ],
    );
}

#[test]
fn text_is_bytes() {
    let text = |text: &str| Value::from(text);
    check(
        "text",
        "Café",
        &[
            (Op::Eq(text("Café")), true),
            (Op::Eq(text("Cafe\u{301}")), false),
            (Op::Eq(text("café")), false),
            (Op::BeginsWith("Caf".into()), true),
            (Op::BeginsWith("caf".into()), false),
            (Op::BeginsWith(String::new()), true),
            (Op::BeginsWith("Café!".into()), false),
            (Op::Contains(text("af")), true),
            (Op::Contains(text("AF")), false),
            (Op::Contains(text("")), true),
            (Op::NotContains(text("%")), true),
            (Op::Lt(text("a")), true),
            (Op::Gt(text("Cafz")), true),
            (Op::Size(SizeOp::Eq(5)), true),
            (Op::Size(SizeOp::Eq(4)), false),
            (Op::Size(SizeOp::Between(5, 4)), false),
            (Op::Between(text("z"), text("A")), false),
            (Op::In(vec![]), false),
            (Op::NotIn(vec![]), true),
        ],
    );
    // A surrogate pair in UTF-16 is below U+E000; in UTF-8 it is above.
    check("text", "😀", &[(Op::Gt(text("\u{e000}")), true), (Op::Size(SizeOp::Eq(4)), true)]);
    check("text", "\u{10ffff}\u{10ffff}x", &[(Op::BeginsWith("\u{10ffff}".into()), true)]);
    check(
        "text",
        "a\u{e000}",
        &[(Op::BeginsWith("a\u{d7ff}".into()), false), (Op::BeginsWith("a".into()), true)],
    );
    check("text", "a_b%c", &[(Op::Contains(text("_b%")), true), (Op::BeginsWith("a__".into()), false)]);
    check("text", "10", &[(Op::Lt(text("9")), true), (Op::Eq(text("10.0")), false)]);
    check(
        "day",
        "2024-05-01",
        &[
            (Op::BeginsWith("2024-".into()), true),
            (Op::Lt(text("2024-05-01Z")), true),
            (Op::Ge(text("2024")), true),
        ],
    );
}

#[test]
fn numbers_are_exact() {
    let (int, float) = (Value::Int, Value::Float);
    check(
        "time",
        TWO_53 + 1,
        &[
            (Op::Eq(float(TWO_53 as f64)), false),
            (Op::Gt(float(TWO_53 as f64)), true),
            (Op::Lt(float((TWO_53 + 2) as f64)), true),
            (Op::Between(float(TWO_53 as f64), int(TWO_53 + 1)), true),
            (Op::Lt(float(1e300)), true),
            (Op::Gt(float(-1e300)), true),
            (Op::Gt(float(1e300)), false),
            (Op::In(vec![float(TWO_53 as f64), float(0.5)]), false),
        ],
    );
    check(
        "float",
        TWO_53 as f64,
        &[
            (Op::Eq(int(TWO_53)), true),
            (Op::Eq(int(TWO_53 + 1)), false),
            (Op::Ne(int(TWO_53 + 1)), true),
            (Op::Lt(int(TWO_53 + 1)), true),
            (Op::Ge(int(TWO_53 + 1)), false),
            (Op::In(vec![int(TWO_53 + 1), int(TWO_53 - 1)]), false),
        ],
    );
    check(
        "time",
        i64::MAX,
        &[(Op::Lt(float(9_223_372_036_854_775_808.0)), true), (Op::Eq(int(i64::MAX)), true)],
    );
    check(
        "time",
        i64::MIN,
        &[(Op::Eq(float(-9_223_372_036_854_775_808.0)), true), (Op::Le(int(i64::MIN)), true)],
    );
    check(
        "int",
        2,
        &[
            (Op::Lt(float(2.5)), true),
            (Op::Gt(float(1.5)), true),
            (Op::Eq(float(2.0)), true),
            (Op::Ne(float(2.5)), true),
            (Op::Between(float(1.5), float(1.9)), false),
            (Op::Between(int(2), int(2)), true),
            (Op::Between(int(3), int(1)), false),
        ],
    );
    check("float", -0.0, &[(Op::Eq(int(0)), true), (Op::Eq(float(0.0)), true), (Op::Lt(float(0.0)), false)]);
}

#[test]
fn booleans_and_enums_are_equal_or_not() {
    check(
        "flag",
        false,
        &[(Op::Eq(false.into()), true), (Op::Eq(Value::Null), false), (Op::Ne(true.into()), true)],
    );
    let red = || Value::from("RED");
    check(
        "color",
        "RED",
        &[(Op::Eq(red()), true), (Op::In(vec!["BLUE".into(), red()]), true), (Op::NotIn(vec![red()]), false)],
    );
}

#[test]
fn lists_are_compared_item_by_item() {
    let null = || Value::Null;
    check(
        "tags",
        list(["a", "b", "1"]),
        &[
            (Op::Eq(list(["a", "b", "1"])), true),
            (Op::Eq(list(["b", "a", "1"])), false),
            (Op::Eq(list(["a", "b"])), false),
            (Op::Ne(list(["a", "b"])), true),
            (Op::In(vec![list(["a"]), list(["a", "b", "1"])]), true),
            (Op::NotIn(vec![list(["a"]), null()]), true),
            (Op::Contains("1".into()), true),
            (Op::Contains("A".into()), false),
            (Op::Contains("".into()), false),
            (Op::NotContains(null()), true),
            (Op::Size(SizeOp::Eq(3)), true),
        ],
    );
    check(
        "tags",
        list([null(), "\"\\\n".into()]),
        &[
            (Op::Contains(null()), true),
            (Op::Contains("\"\\\n".into()), true),
            (Op::Eq(list([null(), "\"\\\n".into()])), true),
            (Op::Eq(list([null(), null()])), false),
        ],
    );
    check("tags", list::<Value>([]), &[(Op::Size(SizeOp::Eq(0)), true), (Op::Eq(list::<Value>([])), true)]);
    check(
        "ints",
        list([TWO_53 + 1]),
        &[
            (Op::Contains(Value::Int(TWO_53 + 1)), true),
            (Op::Contains(Value::Int(TWO_53)), false),
            (Op::Contains(Value::Float(TWO_53 as f64)), false),
            (Op::Contains(Value::Float(0.5)), false),
            (Op::NotContains(Value::Float(0.5)), true),
        ],
    );
    check(
        "floats",
        list([2.0, 0.1 + 0.2]),
        &[
            (Op::Contains(Value::Int(2)), true),
            (Op::Contains(Value::Float(0.3)), false),
            (Op::Contains(Value::Float(0.1 + 0.2)), true),
            (Op::Eq(list([Value::Int(2), Value::Float(0.1 + 0.2)])), true),
        ],
    );
    check("flags", list([true]), &[(Op::Contains(true.into()), true), (Op::Contains(false.into()), false)]);
    check(
        "colors",
        list(["RED"]),
        &[(Op::Contains("RED".into()), true), (Op::NotContains("BLUE".into()), true)],
    );
}

#[test]
fn deleted_is_true_or_null() {
    let model = thing();
    let rows = [(Record::empty(model.fields.len()), true), (Record::empty(model.fields.len()), false)];
    let database = Database::new(&model, &[rows[0].clone(), rows[1].clone(), rows[1].clone()]);
    let (yes, no) = (|| Value::Bool(true), || Value::Bool(false));
    let cases = [
        (Op::Eq(yes()), true, false),
        (Op::Eq(no()), false, false),
        (Op::Ne(yes()), false, true),
        (Op::Ne(no()), true, true),
        (Op::Eq(Value::Null), false, true),
        (Op::Exists(true), true, false),
        (Op::In(vec![yes(), no()]), true, false),
        (Op::NotIn(vec![yes()]), false, true),
    ];
    for (op, tombstone, live) in cases {
        let filter = Predicate::compare("_deleted", op.clone()).bind(&model).unwrap();
        let found = rows.clone().map(|(record, deleted)| filter.matches(&record, deleted));
        assert_eq!(found, [tombstone, live], "{op:?}");
        assert_eq!(database.selected(&filter, 3).unwrap(), [tombstone, live, live], "SQLite: {op:?}");
    }
}

#[test]
fn groups_of_none_and_of_all() {
    let model = thing();
    let rows = [(Record::empty(model.fields.len()), false)];
    let database = Database::new(&model, &rows);
    let nothing = || Predicate::compare("int", Op::In(vec![]));
    let cases = [
        (Predicate::All, true),
        (Predicate::And(vec![]), true),
        (Predicate::Or(vec![]), true),
        (Predicate::Not(Box::new(Predicate::All)), false),
        (Predicate::Not(Box::new(Predicate::Or(vec![]))), false),
        (Predicate::Or(vec![nothing()]), false),
        (Predicate::Or(vec![nothing(), Predicate::All]), true),
        (Predicate::Or(vec![nothing(), Predicate::Or(vec![])]), true),
        (Predicate::And(vec![Predicate::All, nothing()]), false),
        (!nothing(), true),
    ];
    for (predicate, expected) in cases {
        let filter = predicate.bind(&model).unwrap();
        assert_eq!(filter.matches(&rows[0].0, false), expected, "{predicate:?}");
        assert_eq!(database.selected(&filter, 1).unwrap(), [expected], "SQLite: {predicate:?}");
    }
}
