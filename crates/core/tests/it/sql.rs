//! What the SQL costs, and its limits.

use crate::database::Database;
use crate::models::thing;
use syncline_core::predicate::{
    Filter, MAX_DEPTH, MAX_LIST_OPERAND, MAX_TERMS, MAX_VALUES, Op, from_json, to_sync_json,
};
use syncline_core::{Model, Predicate, Record, Value};

fn compare(field: &str, op: Op) -> Predicate {
    Predicate::compare(field, op)
}

fn bound(predicate: &Predicate) -> Filter {
    predicate.bind(&thing()).unwrap()
}

/// A record with `values` by field name, the rest null.
fn record(model: &Model, values: &[(&str, Value)]) -> Record {
    let mut record = Record::empty(model.fields.len());
    for (name, value) in values {
        record[model.field(name).unwrap()] = value.clone();
    }
    record
}

#[test]
fn a_comparison_uses_the_index_of_its_column() {
    let database = Database::new(&thing(), &[]);
    let (int, text) = (|int: i64| Value::Int(int), |text: &str| Value::from(text));
    let cases = [
        (compare("int", Op::Eq(int(1))), "SEARCH t USING COVERING INDEX i2 (int=?)"),
        (!compare("int", Op::Ne(int(1))), "SEARCH t USING COVERING INDEX i2 (int=?)"),
        (compare("text", Op::Eq(text("a"))), "SEARCH t USING COVERING INDEX i1 (text=?)"),
        (compare("text", Op::Eq(Value::Null)), "SEARCH t USING COVERING INDEX i1 (text=?)"),
        (compare("int", Op::Gt(int(1))), "SEARCH t USING COVERING INDEX i2 (int>?)"),
        (compare("float", Op::Le(int(1))), "SEARCH t USING COVERING INDEX i4 (float>? AND float<?)"),
        (
            compare("time", Op::Between(int(1), int(2))),
            "SEARCH t USING COVERING INDEX i3 (time>? AND time<?)",
        ),
        (compare("text", Op::BeginsWith("a".into())), "SEARCH t USING COVERING INDEX i1 (text>? AND text<?)"),
        (compare("text", Op::In(vec![text("a"), text("b")])), "SEARCH t USING COVERING INDEX i1 (text=?)"),
        (
            compare("_deleted", Op::Ne(Value::Bool(true))).and(compare("int", Op::Eq(int(1)))),
            "SEARCH t USING INDEX i2 (int=?)",
        ),
        (
            compare("int", Op::Eq(int(1))).and(compare("text", Op::Contains(text("a")))),
            "SEARCH t USING INDEX i2 (int=?)",
        ),
    ];
    for (predicate, plan) in cases {
        assert_eq!(database.plan(&bound(&predicate)), plan, "{predicate:?}");
    }
}

#[test]
fn the_largest_predicates_are_evaluated() {
    let model = thing();
    let rows = [
        (record(&model, &[("int", Value::Int(7)), ("tags", list(MAX_LIST_OPERAND))]), false),
        (record(&model, &[]), false),
    ];
    let database = Database::new(&model, &rows);
    let leaf = |int: i64| compare("int", Op::Eq(Value::Int(int)));
    let many = MAX_TERMS as i64 - 1;
    let mut deep = leaf(7);
    for level in 0..MAX_DEPTH - 1 {
        deep = match level % 2 {
            0 => Predicate::Or(vec![leaf(-1), deep]),
            _ => Predicate::And(vec![leaf(7), deep]),
        };
    }
    let mut negated = leaf(7);
    for _ in 0..MAX_DEPTH / 2 - 2 {
        negated = Predicate::Not(Box::new(Predicate::And(vec![negated, Predicate::Not(Box::new(leaf(8)))])));
    }
    let cases = [
        ("a wide or", Predicate::Or((0..many).map(leaf).collect()), [true, false]),
        ("a wide and", Predicate::And((1..many / 2).map(|int| !leaf(-int)).collect()), [true, true]),
        ("a deep one", deep, [true, false]),
        ("a deep one of negations", negated, [true, false]),
        (
            "many values",
            compare("int", Op::In((0..MAX_VALUES as i64).map(Value::Int).collect())),
            [true, false],
        ),
        ("a long list", compare("tags", Op::Eq(list(MAX_LIST_OPERAND))), [true, false]),
        ("a long list that differs", compare("tags", Op::Eq(list(MAX_LIST_OPERAND - 1))), [false, false]),
    ];
    for (name, predicate, expected) in cases {
        let filter = predicate.bind(&model).unwrap_or_else(|error| panic!("{name}: {error}"));
        let evaluated = rows.clone().map(|(record, deleted)| filter.matches(&record, deleted));
        assert_eq!(evaluated, expected, "{name}");
        assert_eq!(database.selected(&filter, rows.len()).unwrap(), expected, "{name}");
        if name != "many values" {
            let text = to_sync_json(&predicate).to_string();
            let read = from_json(&serde_json::from_str(&text).unwrap());
            assert_eq!(read.unwrap().bind(&model), Ok(filter), "{name}");
        }
    }
}

fn list(items: usize) -> Value {
    Value::List((0..items).map(|item| Value::from(item.to_string())).collect())
}

/// A list is JSON text, so SQLite parses its numbers: what it parses must be what was written.
#[test]
fn numbers_in_lists_are_read_exactly() {
    let model = thing();
    let floats = model.field("floats").unwrap();
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        // SplitMix64's constants with a plain xorshift: any spread of bits will do.
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        f64::from_bits(bits)
    };
    let numbers: Vec<f64> =
        std::iter::repeat_with(&mut next).filter(|float| float.is_finite()).take(20_000).collect();
    let mut record = Record::empty(model.fields.len());
    record[floats] = Value::List(numbers.iter().map(|float| Value::Float(*float)).collect());
    let database = Database::new(&model, &[(record.clone(), false)]);
    assert_eq!(database.numbers(floats), numbers);
}
