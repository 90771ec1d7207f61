//! What a predicate means, written down once more and as plainly as possible, on the tree as the application built it:
//! no binding, no rewriting.

use std::cmp::Ordering;
use syncline_core::predicate::{Op, SizeOp};
use syncline_core::value::cmp_numbers;
use syncline_core::{Model, Predicate, Record, Value};

pub(crate) fn selects(predicate: &Predicate, model: &Model, record: &Record, deleted: bool) -> bool {
    match predicate {
        Predicate::All => true,
        Predicate::And(terms) => terms.iter().all(|term| selects(term, model, record, deleted)),
        Predicate::Or(terms) => {
            terms.is_empty() || terms.iter().any(|term| selects(term, model, record, deleted))
        }
        Predicate::Not(inner) => !selects(inner, model, record, deleted),
        Predicate::Compare(comparison) if comparison.field == "_deleted" => {
            holds(&comparison.op, &if deleted { Value::Bool(true) } else { Value::Null })
        }
        Predicate::Compare(comparison) => {
            let place = model.field(&comparison.field).unwrap();
            holds(&comparison.op, record.0.get(place).unwrap_or(&Value::Null))
        }
    }
}

fn holds(op: &Op, value: &Value) -> bool {
    match op {
        Op::Eq(other) => equal(value, other),
        Op::Ne(other) => !equal(value, other),
        Op::Lt(other) => ordered(value, other, &[Ordering::Less]),
        Op::Le(other) => ordered(value, other, &[Ordering::Less, Ordering::Equal]),
        Op::Gt(other) => ordered(value, other, &[Ordering::Greater]),
        Op::Ge(other) => ordered(value, other, &[Ordering::Greater, Ordering::Equal]),
        Op::Between(low, high) => {
            ordered(value, low, &[Ordering::Greater, Ordering::Equal])
                && ordered(value, high, &[Ordering::Less, Ordering::Equal])
        }
        Op::BeginsWith(prefix) => match value {
            Value::Text(text) => text.as_bytes().starts_with(prefix.as_bytes()),
            _ => false,
        },
        Op::Contains(part) => contains(value, part),
        Op::NotContains(part) => !contains(value, part),
        Op::In(others) => others.iter().any(|other| equal(value, other)),
        Op::NotIn(others) => !others.iter().any(|other| equal(value, other)),
        Op::Exists(exists) => (value != &Value::Null) == *exists,
        Op::Type(kind) => {
            let own = match value {
                Value::Null => "_null",
                Value::Bool(_) => "bool",
                Value::Int(_) | Value::Float(_) => "number",
                Value::Text(_) => "string",
                Value::List(_) => "list",
                Value::Object(_) => "map",
            };
            kind.name() == own
        }
        Op::Size(size) => match value {
            Value::Text(text) => size_holds(*size, text.len() as i64),
            Value::List(items) => size_holds(*size, items.len() as i64),
            _ => false,
        },
    }
}

fn size_holds(op: SizeOp, size: i64) -> bool {
    match op {
        SizeOp::Eq(other) => size == other,
        SizeOp::Ne(other) => size != other,
        SizeOp::Lt(other) => size < other,
        SizeOp::Le(other) => size <= other,
        SizeOp::Gt(other) => size > other,
        SizeOp::Ge(other) => size >= other,
        SizeOp::Between(low, high) => size >= low && size <= high,
    }
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            cmp_numbers(a, b) == Some(Ordering::Equal)
        }
        _ => a == b,
    }
}

fn ordered(a: &Value, b: &Value, orders: &[Ordering]) -> bool {
    let order = match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        _ => cmp_numbers(a, b),
    };
    order.is_some_and(|order| orders.contains(&order))
}

fn contains(value: &Value, part: &Value) -> bool {
    match (value, part) {
        (Value::Text(text), Value::Text(part)) => {
            let (text, part) = (text.as_bytes(), part.as_bytes());
            part.is_empty() || text.windows(part.len()).any(|window| window == part)
        }
        (Value::List(items), part) => items.iter().any(|item| equal(item, part)),
        _ => false,
    }
}
