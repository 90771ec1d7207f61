//! What a subscription selects: its plain arguments, its filter, and what the caller may see.

use super::limits::FilterLimits;
use crate::answer::{Refusal, invalid};
use crate::context::Context;
use crate::exec::Values;
use crate::read::{filter, stored_value};
use std::collections::BTreeSet;
use syncline_core::Model;
use syncline_core::predicate::{FieldRef, Filter, Op, Predicate};
use syncline_protocol::GraphqlError;

/// The argument that holds a filter; every other one is the name of a field, whose value an event must have.
const FILTER: &str = "filter";

/// The scope of a subscription with these arguments, for a caller who may see `rights`.
///
/// A plain argument that is null selects the events whose field is null; one that was not given selects all.
///
/// # Errors
/// What is wrong with the filter, or by how much it is too large.
pub(super) fn scope(
    ctx: &Context<'_>,
    model: &Model,
    values: &Values,
    rights: Filter,
    limits: &FilterLimits,
) -> Result<Filter, Refusal> {
    let (predicate, bound) = filter(ctx, model, values, FILTER)?;
    let fields = rights.fields();
    let ruled: BTreeSet<&str> = fields
        .iter()
        .filter_map(|field| match field {
            FieldRef::Stored(place) => model.fields.get(*place).map(|field| field.name.as_str()),
            FieldRef::Deleted => None,
        })
        .collect();
    limits.check(&predicate, &ruled).map_err(too_large)?;
    let mut terms = vec![rights];
    for (name, value) in values.iter().filter(|(name, _)| *name != FILTER) {
        let Some(field) = model.field(name).and_then(|place| model.fields.get(place)) else { continue };
        let equal = Predicate::compare(name, Op::Eq(stored_value(field, value)?));
        let equal = equal.bind_as_stored(model).map_err(|error| invalid(format!("{name}: {error}")))?;
        terms.push(equal);
    }
    terms.push(bound);
    Ok(Filter::conjunction(terms))
}

/// As AppSync says it: without a type, with a code.
fn too_large(message: String) -> Refusal {
    Box::new(GraphqlError { error_code: Some(400), ..GraphqlError::new(message) })
}
