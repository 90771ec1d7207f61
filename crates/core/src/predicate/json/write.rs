//! From a predicate to filter JSON.

use super::super::{Op, Predicate, SizeOp};
use crate::{Value, value};
use serde_json::{Map, Value as Json};

/// The predicate as it is: every operator by its own name. [`from_json`](super::from_json) reads it back.
///
/// A number that is not finite, which no bound predicate has, becomes null.
#[must_use]
pub fn to_json(predicate: &Predicate) -> Json {
    write(predicate, &literal)
}

/// The predicate for a `filter` or `condition` argument: `in` and `notIn`, which only the inputs of subscriptions
/// have, are written as groups of `eq` and `ne`.
#[must_use]
pub fn to_query_json(predicate: &Predicate) -> Json {
    write(predicate, &portable)
}

/// As [`to_query_json`], for a sync query: the root is always a group, because AppSync's generated resolver reads an
/// index only for what it finds under a root `and`; conjunctions inside it are joined. `{}` for every record.
#[must_use]
pub fn to_sync_json(predicate: &Predicate) -> Json {
    let mut terms = Vec::new();
    flatten(predicate, &mut terms);
    match terms.as_slice() {
        [] => everything(),
        [group @ (Predicate::Or(_) | Predicate::Not(_))] => to_query_json(group),
        terms => object("and", terms.iter().map(|term| to_query_json(term)).collect()),
    }
}

fn flatten<'a>(predicate: &'a Predicate, terms: &mut Vec<&'a Predicate>) {
    match predicate {
        Predicate::And(inner) => inner.iter().for_each(|term| flatten(term, terms)),
        other if selects_all(other) => {}
        other => terms.push(other),
    }
}

/// Whether a predicate selects every record by its form, which AppSync writes as an empty object.
fn selects_all(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::All => true,
        Predicate::And(terms) => terms.iter().all(selects_all),
        Predicate::Or(terms) => terms.is_empty() || terms.iter().any(selects_all),
        Predicate::Compare(_) | Predicate::Not(_) => false,
    }
}

fn write(predicate: &Predicate, leaf: &dyn Fn(&str, &Op) -> Json) -> Json {
    match predicate {
        other if selects_all(other) => everything(),
        Predicate::All => everything(),
        Predicate::Compare(comparison) => leaf(&comparison.field, &comparison.op),
        Predicate::And(terms) => object("and", group(terms, leaf)),
        Predicate::Or(terms) => object("or", group(terms, leaf)),
        Predicate::Not(inner) => object("not", write(inner, leaf)),
    }
}

fn group(terms: &[Predicate], leaf: &dyn Fn(&str, &Op) -> Json) -> Json {
    // An empty object among others says nothing, and AppSync's resolvers are not known to accept one.
    terms.iter().filter(|term| !selects_all(term)).map(|term| write(term, leaf)).collect()
}

fn everything() -> Json {
    Json::Object(Map::new())
}

/// Not by `json!`, which copies what it is given, and so each level of a tree once more for every level above it.
fn object(key: &str, value: Json) -> Json {
    Json::Object(Map::from_iter([(key.to_owned(), value)]))
}

fn literal(field: &str, op: &Op) -> Json {
    let operand = match op {
        Op::Eq(value)
        | Op::Ne(value)
        | Op::Lt(value)
        | Op::Le(value)
        | Op::Gt(value)
        | Op::Ge(value)
        | Op::Contains(value)
        | Op::NotContains(value) => value::to_json(value),
        Op::Between(low, high) => [low, high].into_iter().map(value::to_json).collect(),
        Op::BeginsWith(prefix) => Json::from(prefix.as_str()),
        Op::In(values) | Op::NotIn(values) => values.iter().map(value::to_json).collect(),
        Op::Exists(exists) => Json::from(*exists),
        Op::Size(size) => object(size.name(), of_size(*size)),
        Op::Type(kind) => Json::from(kind.name()),
    };
    object(field, object(op.name(), operand))
}

fn portable(field: &str, op: &Op) -> Json {
    let each = |values: &[Value], op: fn(Value) -> Op| -> Json {
        values.iter().map(|value| literal(field, &op(value.clone()))).collect()
    };
    match op {
        // Nothing is equal to one of none, and everything is different from all of none.
        Op::In(values) if values.is_empty() => {
            let neither = [Op::Eq(Value::Null), Op::Ne(Value::Null)];
            object("and", neither.iter().map(|op| literal(field, op)).collect())
        }
        Op::NotIn(values) if values.is_empty() => everything(),
        Op::In(values) => object("or", each(values, Op::Eq)),
        Op::NotIn(values) => object("and", each(values, Op::Ne)),
        op => literal(field, op),
    }
}

fn of_size(size: SizeOp) -> Json {
    match size {
        SizeOp::Eq(n) | SizeOp::Ne(n) | SizeOp::Lt(n) | SizeOp::Le(n) | SizeOp::Gt(n) | SizeOp::Ge(n) => {
            Json::from(n)
        }
        SizeOp::Between(low, high) => [low, high].into_iter().map(Json::from).collect(),
    }
}
