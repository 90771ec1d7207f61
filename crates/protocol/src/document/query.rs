//! Queries.

use super::Style;
use super::selection::select;
use syncline_core::Model;

/// A page of a sync. Its variables are `limit`, `nextToken`, `lastSync` and `filter`.
#[must_use]
pub fn sync(model: &Model, style: Style) -> String {
    format!(
        "query Sync{plural}($limit: Int, $nextToken: String, $lastSync: AWSTimestamp, $filter: Model{upper}FilterInput) \
         {{ {field}(limit: $limit, nextToken: $nextToken, lastSync: $lastSync, filter: $filter) \
         {{ items {{ {selection} }} nextToken startedAt }} }}",
        plural = model.names.plural,
        upper = model.names.upper,
        field = model.names.sync,
        selection = select(model, style),
    )
}

/// One record by its key. Its variables are named by [`key_variable`].
#[must_use]
pub fn get(model: &Model, style: Style) -> String {
    let mut variables = Vec::new();
    let mut arguments = Vec::new();
    for (place, &field) in model.key.iter().enumerate() {
        let variable = key_variable(place);
        variables.push(format!("${variable}: {}!", model.key_type(field)));
        arguments.push(format!("{}: ${variable}", model.fields[field].name));
    }
    format!(
        "query Get{upper}({variables}) {{ {field}({arguments}) {{ {selection} }} }}",
        upper = model.names.upper,
        variables = variables.join(", "),
        field = model.names.get,
        arguments = arguments.join(", "),
        selection = select(model, style),
    )
}

/// The variable of the key column at `place`, from 0.
#[must_use]
pub fn key_variable(place: usize) -> String {
    format!("k{place}")
}
