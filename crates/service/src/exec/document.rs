//! From a document's text to a plan.

use super::api::{Api, Root};
use super::complain::complaints;
use super::plan::{Introspection, OperationKind, Plan};
use super::reach;
use super::select::Selector;
use super::unique;
use crate::answer::{Refusal, invalid};
use crate::config::Limits;
use apollo_compiler::executable::OperationType;
use apollo_compiler::parser::Parser;
use std::sync::OnceLock;
use syncline_protocol::GraphqlError;

/// Parses, validates and plans a document.
///
/// # Errors
/// What is wrong with it, with places.
pub(super) fn plan(
    api: &Api,
    limits: &Limits,
    text: &str,
    operation: Option<&str>,
) -> Result<Plan, Vec<GraphqlError>> {
    let one = |refusal: Refusal| vec![*refusal];
    if text.len() > limits.max_document_bytes {
        return Err(one(invalid(format!(
            "The document has {} bytes; at most {} are allowed. Pass values as variables, or split it.",
            text.len(),
            limits.max_document_bytes
        ))));
    }
    let parsed = Parser::new()
        .recursion_limit(limits.max_nesting)
        .token_limit(limits.max_tokens)
        .parse_executable(&api.graphql, text, "document")
        .map_err(|failed| complaints(api, text, limits, &failed.errors))?;
    let document =
        parsed.validate(&api.graphql).map_err(|failed| complaints(api, text, limits, &failed.errors))?;
    let found = document
        .operations
        .get(operation)
        .map_err(|error| one(invalid(error.message().to_string())))?
        .clone();
    let kind = match found.operation_type {
        OperationType::Query => OperationKind::Query,
        OperationType::Mutation => OperationKind::Mutation,
        OperationType::Subscription => OperationKind::Subscription,
    };
    let defaults =
        found.variables.iter().filter_map(|variable| Some((variable, variable.default_value.as_ref()?)));
    defaults
        .into_iter()
        .try_for_each(|(variable, value)| unique::check(value, &variable.name))
        .map_err(one)?;
    let mut selector = Selector { api, document: &document, limits, fields: 0, conditional: false };
    let roots = selector.roots(&found.selection_set).map_err(one)?;
    let conditional = selector.conditional;
    let introspects = roots.iter().any(|root| root.root == Root::Introspect);
    if introspects {
        apollo_compiler::introspection::check_max_depth(&document, &found)
            .map_err(|error| one(invalid(error.message().to_string())))?;
        if !reach::is_bounded(&api.graphql, &document, &found.selection_set) {
            let message = "The document asks for the same parts of the API too often. Ask for each once.";
            return Err(one(invalid(message)));
        }
    }
    let variables = found.variables.clone();
    let introspection =
        introspects.then(|| Introspection { document, operation: found, answer: OnceLock::new() });
    Ok(Plan { kind, roots, conditional, variables, introspection })
}
