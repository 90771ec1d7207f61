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

/// The largest answer that is kept, in bytes.
const MOST_KEPT: usize = 8 << 20;

/// Answers the introspection fields of a plan. A plan without variables is executed once; then its answer is at hand.
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
    let size: usize = introspected.values().map(String::len).sum();
    if operation.variables.is_empty() && size <= MOST_KEPT {
        // Whoever comes first wins; the answers are equal.
        let _ = kept.set(Arc::clone(&introspected));
    }
    Ok(introspected)
}

#[cfg(test)]
mod tests {
    use super::super::cache::Plans;
    use super::*;
    use crate::config::Limits;

    #[test]
    fn the_plan_of_a_question_about_the_api_runs_once() {
        let source = "type A @model @auth(rules: [{allow: public}]) { id: ID! }";
        let schema = syncline_schema::compile(source, "a.graphql").unwrap();
        let api = Api::new(Arc::new(schema)).unwrap();
        let plans = Plans::default();
        let ask = |text: &str, variables: &Map<String, Value>| {
            let plan = plans.plan(&api, &Limits::default(), text, None).unwrap();
            introspect(&api, &plan, variables).unwrap()
        };
        let none = Map::new();
        let whole = "{ s: __schema { types { name } } __typename t: __type(name: \"A\") { name } }";
        let first = ask(whole, &none);
        assert!(Arc::ptr_eq(&first, &ask(whole, &none)), "the same answer, not an equal one");
        assert_eq!(first.len(), 2);
        assert_eq!(first["t"], "{\"name\":\"A\"}");
        let named = "query Q($n: String!) { __type(name: $n) { name } }";
        let of = |name: &str| ask(named, &Map::from_iter([("n".to_owned(), Value::from(name))]));
        assert_eq!(of("A")["__type"], "{\"name\":\"A\"}");
        assert_eq!(of("Nope")["__type"], "null");
    }
}
