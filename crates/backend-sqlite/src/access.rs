//! The access path of a list, as a filter that an index serves.

use syncline_backend::Access;
use syncline_core::model::KeyCondition;
use syncline_core::predicate::{Column, FieldRef, Filter, Op, Term};
use syncline_core::scalar::Storage;
use syncline_core::{Model, Value};

/// What SQL can decide of which records a list goes through: all of it, unless [`has_residual`].
pub(crate) fn filter(model: &Model, access: &Access) -> Filter {
    let fields = access.sort_fields(model);
    let equal = access.equalities(model).into_iter().map(|(field, value)| match value {
        // Null is in no index, and joins nothing.
        Value::Null => Filter::Nothing,
        value => term(model, field, Op::Eq(value.clone())),
    });
    let present = fields.iter().map(|&field| match model.is_key(field) {
        true => Filter::All,
        false => term(model, field, Op::Exists(true)),
    });
    let condition = match (fields, access.condition()) {
        ([field], Some(condition)) if !has_residual(model, access) => {
            sort(condition).map(|op| term(model, *field, op))
        }
        _ => None,
    };
    Filter::conjunction(equal.chain(present).chain(condition))
}

/// Whether rows have to be checked with [`Access::selects`]: a condition on several sort fields compares them as one
/// text.
pub(crate) fn has_residual(model: &Model, access: &Access) -> bool {
    let compares_alike = match access.sort_fields(model) {
        [field] => !access.joins(model) || model.fields[*field].kind.storage() == Storage::Text,
        _ => false,
    };
    access.condition().is_some() && !compares_alike
}

fn term(model: &Model, field: usize, op: Op) -> Filter {
    let column = Column { storage: model.fields[field].kind.storage(), list: model.fields[field].is_list() };
    Filter::Term(Term { field: FieldRef::Stored(field), column, op })
}

/// The operator of a condition on one field. `None` only for a condition without operands, which `List::check` refuses.
fn sort(condition: &KeyCondition) -> Option<Op> {
    let one = |values: &[Value], op: fn(Value) -> Op| values.first().cloned().map(op);
    match condition {
        KeyCondition::Eq(values) => one(values, Op::Eq),
        KeyCondition::Lt(values) => one(values, Op::Lt),
        KeyCondition::Le(values) => one(values, Op::Le),
        KeyCondition::Gt(values) => one(values, Op::Gt),
        KeyCondition::Ge(values) => one(values, Op::Ge),
        KeyCondition::Between(low, high) => Some(Op::Between(low.first()?.clone(), high.first()?.clone())),
        KeyCondition::BeginsWith(values) => {
            values.first().and_then(Value::as_text).map(|prefix| Op::BeginsWith(prefix.to_owned()))
        }
    }
}
