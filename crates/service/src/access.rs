//! What a caller may do: the model's `@auth` rules (spec of the directive: Amplify's `@auth`, rules are ORed).

use crate::caller::{Caller, Principal};
use syncline_core::Model;
use syncline_core::model::{Allow, AuthRule, Operation, Provider};
use syncline_core::predicate::Filter;

/// The records on which `caller` may do `operation`; `None` if on none at all.
///
/// Rules that need a signed-in user never match an API key.
pub(crate) fn allowed(caller: &Caller, model: &Model, operation: Operation) -> Option<Filter> {
    let matches = |rule: &AuthRule| match caller.principal {
        Principal::ApiKey => rule.allow == Allow::Public && rule.provider == Provider::ApiKey,
    };
    let any = model.auth.iter().any(|rule| matches(rule) && rule.operations.contains(&operation));
    any.then(Filter::all)
}
