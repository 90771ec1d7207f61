//! Introspection, which `apollo-compiler` executes; an answer without variables is kept with its plan.

use super::api::{Api, Root};
use super::plan::{Introspection, Plan};
use crate::answer::{Refusal, invalid, untyped};
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// The values of the introspection fields, as JSON, by their keys in the response.
pub(crate) type Introspected = HashMap<String, String>;

/// Answers the introspection fields of a plan.
///
/// # Errors
/// If a variable does not fit, or the execution fails.
pub(crate) fn introspect(
    api: &Api,
    plan: &Plan,
    variables: &Map<String, Value>,
) -> Result<Arc<Introspected>, Refusal> {
    let Some(Introspection { document, operation, answer: kept }) = &plan.introspection else {
        return Ok(Arc::default());
    };
    if let Some(kept) = kept.get() {
        return Ok(Arc::clone(kept));
    }
    let given: JsonMap = serde_json::from_value(Value::Object(variables.clone()))
        .map_err(|error| invalid(error.to_string()))?;
    let coerced = coerce_variable_values(&api.graphql, operation, &given)
        .map_err(|error| untyped(error.message().to_string()))?;
    let answer = apollo_compiler::introspection::partial_execute(
        &api.graphql,
        &api.implementers,
        document,
        operation,
        &coerced,
    )
    .map_err(|error| invalid(error.message().to_string()))?;
    if let Some(error) = answer.errors.first() {
        return Err(invalid(error.message.clone()));
    }
    let values = answer.data.unwrap_or_default();
    let introspected: Introspected = plan
        .roots
        .iter()
        .filter(|root| root.root == Root::Introspect)
        .filter_map(|root| Some((root.key.clone(), values.get(root.key.as_str())?.to_string())))
        .collect();
    let introspected = Arc::new(introspected);
    if operation.variables.is_empty() {
        // Whoever comes first wins; the answers are equal.
        let _ = kept.set(Arc::clone(&introspected));
    }
    Ok(introspected)
}
