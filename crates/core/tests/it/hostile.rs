//! No predicate panics, however it was built: it is refused with a message, or everybody evaluates it.

use crate::database::Database;
use crate::generate::World;
use crate::models::thing;
use crate::random::Random;
use crate::values::{int, text};
use syncline_core::predicate::{
    DELETED, Filter, MAX_DEPTH, MAX_LIST_OPERAND, MAX_TERMS, MAX_VALUES, Op, SizeOp, from_json, to_json,
    to_query_json, to_sync_json,
};
use syncline_core::value::Object;
use syncline_core::{Predicate, Record, Value};

const CASES: usize = 20_000;

#[test]
fn no_predicate_panics() {
    let mut random = Random::new(0xbad_5eed);
    let model = thing();
    // Records of the model; others that are too short or hold something else entirely.
    let fitting = World::of(&mut random, model.clone(), 8).records;
    let database = Database::new(&model, &fitting);
    let strange: Vec<Record> =
        (0..8).map(|_| Record(random.some(2 * model.fields.len(), |random| value(random, 3)))).collect();
    let (mut bound, mut refused) = (0, 0);
    for case in 0..CASES {
        let depth = if case % 16 == 0 { 40 } else { case % 7 };
        let predicate = predicate(&mut random, depth);
        for json in [to_json(&predicate), to_query_json(&predicate), to_sync_json(&predicate)] {
            drop(from_json(&json).map(|read| read.bind(&model)));
        }
        match predicate.bind(&model) {
            Err(error) => {
                refused += 1;
                let shown = error.to_string();
                assert!(shown.contains(": ") && shown.len() < 4_000, "{shown}");
            }
            Ok(filter) => {
                bound += 1;
                for record in &strange {
                    let found = filter.matches(record, random.one_in(2));
                    assert_ne!(
                        filter.clone().negated().matches(record, false),
                        filter.matches(record, false)
                    );
                    drop((found, filter.equalities(), filter.fields()));
                }
                let found = database.selected(&filter, fitting.len()).unwrap();
                let expected = fitting.iter().map(|(record, deleted)| filter.matches(record, *deleted));
                assert_eq!(found, expected.collect::<Vec<_>>(), "{predicate:?}");
            }
        }
    }
    assert!(bound > CASES / 10 && refused > CASES / 10, "{bound} bound, {refused} refused");
}

/// Any operator on any name with any value.
fn predicate(random: &mut Random, depth: usize) -> Predicate {
    if depth == 0 {
        let fields = thing().fields;
        let field = match random.below(40) {
            0 => text(random),
            1 => DELETED.to_owned(),
            _ => random.pick(&fields).name.clone(),
        };
        return Predicate::compare(field, op(random));
    }
    let deepest = predicate(random, depth - 1);
    match random.below(9) {
        0 => Predicate::And(vec![deepest, predicate(random, 0)]),
        1 => Predicate::Or(vec![predicate(random, 0), deepest]),
        2 => Predicate::Not(Box::new(deepest)),
        3 => deepest.and(predicate(random, 0)),
        4 => deepest.or(predicate(random, 0)),
        5 => Predicate::And(vec![deepest]),
        6 => Predicate::Or(vec![deepest, Predicate::Or(Vec::new())]),
        7 => Predicate::And(vec![Predicate::All, deepest, Predicate::Not(Box::new(Predicate::All))]),
        _ => !deepest,
    }
}

fn op(random: &mut Random) -> Op {
    let one = |random: &mut Random| value(random, 2);
    match random.below(15) {
        0 => Op::Eq(one(random)),
        1 => Op::Ne(one(random)),
        2 => Op::Lt(one(random)),
        3 => Op::Le(one(random)),
        4 => Op::Gt(one(random)),
        5 => Op::Ge(one(random)),
        6 => Op::Between(one(random), one(random)),
        7 => Op::BeginsWith(text(random)),
        8 => Op::Contains(one(random)),
        9 => Op::NotContains(one(random)),
        10 => Op::In(random.some(5, one)),
        11 => Op::NotIn(random.some(5, one)),
        12 | 13 => Op::Exists(random.one_in(2)),
        _ => Op::Size(SizeOp::Between(int(random), int(random))),
    }
}

/// Any value, also those that nothing stores.
fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 9 } else { 11 }) {
        0 => Value::Null,
        1 => Value::Bool(random.one_in(2)),
        2 | 3 => Value::Int(int(random)),
        4 => Value::Float(f64::from_bits(random.next())),
        5 => {
            Value::Float(*random.pick(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 5e-324, f64::MAX]))
        }
        6 => Value::from(*random.pick(&["RED", "VIOLET", "a\0b", "\0", ""])),
        7 | 8 => Value::Text(text(random)),
        9 => Value::List(random.some(4, |random| value(random, depth - 1))),
        _ => Value::Object(Object(random.some(3, |random| (text(random).into(), value(random, depth - 1))))),
    }
}

/// What is too deep or too large is refused, and then let go of, whatever its size.
#[test]
fn what_is_too_large_is_refused_with_its_limit() {
    let leaf = || Predicate::compare("int", Op::Eq(Value::Int(1)));
    let other = || Predicate::compare("text", Op::Exists(true));
    let levels = 200_000;
    let raw = (0..levels).fold(leaf(), |inner, _| Predicate::Not(Box::new(inner)));
    let lists = (0..levels).fold(leaf(), |inner, _| Predicate::And(vec![Predicate::All, inner]));
    let built = (0..levels).fold(leaf(), |inner, level| match level % 2 {
        0 => inner.and(other()),
        _ => inner.or(other()),
    });
    let wide = (0..levels).fold(leaf(), |all, _| all.and(other()));
    let values = |count: usize| vec![Value::Int(1); count];
    let many = Predicate::compare("int", Op::In(values(MAX_VALUES + 1)));
    let long = Predicate::compare("ints", Op::Eq(Value::List(values(MAX_LIST_OPERAND + 1))));
    for (predicate, expected) in [
        (raw, format!("too many levels of groups: at most {MAX_DEPTH} are allowed")),
        (lists, format!("too many levels of groups: at most {MAX_DEPTH} are allowed")),
        (built, format!("too many levels of groups: at most {MAX_DEPTH} are allowed")),
        (wide, format!("too many comparisons and groups: at most {MAX_TERMS} are allowed")),
        (many, format!("too many values to compare with: at most {MAX_VALUES} are allowed")),
        (long, format!("too many items in a list: at most {MAX_LIST_OPERAND} are allowed")),
    ] {
        let error = predicate.bind(&thing()).map(|_: Filter| ()).unwrap_err();
        assert_eq!(error.problem.to_string(), expected);
        assert!(error.to_string().len() < 2_000, "{error}");
    }
}
