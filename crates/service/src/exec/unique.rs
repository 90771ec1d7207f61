//! Input objects whose fields are all different (GraphQL 5.6.3), which `apollo-compiler` does not look at.

use crate::answer::{Refusal, invalid};
use apollo_compiler::Node;
use apollo_compiler::ast::Value;
use std::collections::HashSet;

/// Refuses a literal in which an object has a field twice; `at` is what the literal belongs to.
///
/// # Errors
/// The field's name.
pub(super) fn check(value: &Node<Value>, at: &str) -> Result<(), Refusal> {
    match value.as_ref() {
        Value::List(items) => items.iter().try_for_each(|item| check(item, at)),
        Value::Object(fields) => {
            let mut seen = HashSet::with_capacity(fields.len());
            fields.iter().try_for_each(|(name, value)| {
                if !seen.insert(name) {
                    return Err(invalid(format!(
                        "Validation error of type UniqueObjectFieldName: There can be only one field named '{name}' @ '{at}'"
                    )));
                }
                check(value, at)
            })
        }
        _ => Ok(()),
    }
}
