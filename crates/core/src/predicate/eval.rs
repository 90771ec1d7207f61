//! Evaluation in Rust. The semantics are here; the SQL follows them (SYNC 3.8).

use super::{AttributeType, FieldRef, Filter, Op, SizeOp};
use crate::value::cmp_numbers;
use crate::{Record, Value};
use std::cmp::Ordering;

impl Filter {
    /// Whether it selects `record`, which is of the model that this was bound to. A value that is not there is null;
    /// `_deleted` is true or null.
    #[must_use]
    pub fn matches(&self, record: &Record, deleted: bool) -> bool {
        match self {
            Filter::All => true,
            Filter::Nothing => false,
            Filter::Term(term) => {
                let value = match term.field {
                    FieldRef::Stored(place) => record.0.get(place).unwrap_or(&Value::Null),
                    FieldRef::Deleted if deleted => &Value::Bool(true),
                    FieldRef::Deleted => &Value::Null,
                };
                term.op.holds(value)
            }
            Filter::And(terms) => terms.iter().all(|term| term.matches(record, deleted)),
            Filter::Or(terms) => terms.is_empty() || terms.iter().any(|term| term.matches(record, deleted)),
            Filter::Not(inner) => !inner.matches(record, deleted),
        }
    }
}

impl Op {
    /// Whether it holds for `value`.
    pub(super) fn holds(&self, value: &Value) -> bool {
        let order = |operand: &Value| order(value, operand);
        match self {
            Op::Eq(operand) => same(value, operand),
            Op::Ne(operand) => !same(value, operand),
            Op::Lt(operand) => order(operand).is_some_and(Ordering::is_lt),
            Op::Le(operand) => order(operand).is_some_and(Ordering::is_le),
            Op::Gt(operand) => order(operand).is_some_and(Ordering::is_gt),
            Op::Ge(operand) => order(operand).is_some_and(Ordering::is_ge),
            Op::Between(low, high) => {
                order(low).is_some_and(Ordering::is_ge) && order(high).is_some_and(Ordering::is_le)
            }
            Op::BeginsWith(prefix) => value.as_text().is_some_and(|text| text.starts_with(prefix.as_str())),
            Op::Contains(part) => contains(value, part),
            Op::NotContains(part) => !contains(value, part),
            Op::In(operands) => operands.iter().any(|operand| same(value, operand)),
            Op::NotIn(operands) => !operands.iter().any(|operand| same(value, operand)),
            Op::Exists(exists) => *exists != value.is_null(),
            Op::Size(op) => size(value).is_some_and(|size| op.holds(size)),
            Op::Type(kind) => *kind == kind_of(value),
        }
    }
}

impl SizeOp {
    fn holds(self, size: i64) -> bool {
        match self {
            SizeOp::Eq(operand) => size == operand,
            SizeOp::Ne(operand) => size != operand,
            SizeOp::Lt(operand) => size < operand,
            SizeOp::Le(operand) => size <= operand,
            SizeOp::Gt(operand) => size > operand,
            SizeOp::Ge(operand) => size >= operand,
            SizeOp::Between(low, high) => low <= size && size <= high,
        }
    }
}

/// Equality: numbers as numbers, lists item by item, null equals null.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        _ => cmp_numbers(a, b).map_or_else(|| a == b, Ordering::is_eq),
    }
}

/// The order of two numbers or two texts; everything else has none.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        _ => cmp_numbers(a, b),
    }
}

fn contains(value: &Value, part: &Value) -> bool {
    match (value, part) {
        (Value::Text(text), Value::Text(part)) => text.contains(part.as_str()),
        (Value::List(items), part) => items.iter().any(|item| same(item, part)),
        _ => false,
    }
}

fn kind_of(value: &Value) -> AttributeType {
    match value {
        Value::Null => AttributeType::Null,
        Value::Bool(_) => AttributeType::Bool,
        Value::Int(_) | Value::Float(_) => AttributeType::Number,
        Value::Text(_) => AttributeType::String,
        Value::List(_) => AttributeType::List,
        Value::Object(_) => AttributeType::Map,
    }
}

/// The length of text in UTF-8 bytes, of a list in items.
fn size(value: &Value) -> Option<i64> {
    let length = match value {
        Value::Text(text) => text.len(),
        Value::List(items) => items.len(),
        _ => return None,
    };
    i64::try_from(length).ok()
}
