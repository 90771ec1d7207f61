//! Validation errors in the words of AppSync, which clients match
//! (`UnknownArgument: Unknown field argument filter`, `… is not defined for input object type …`).

use super::locate;
use crate::answer::{invalid, located};
use crate::config::Limits;
use apollo_compiler::ast::{Definition, Selection};
use apollo_compiler::parser::{Parser, SourceSpan};
use apollo_compiler::validation::DiagnosticList;
use syncline_protocol::GraphqlError;
use syncline_protocol::error::Location;

/// The most errors one answer lists.
const MOST: usize = 10;

/// What the validator found. Syntax errors stand alone: what follows from them says nothing more.
pub(super) fn complaints(text: &str, limits: &Limits, errors: &DiagnosticList) -> Vec<GraphqlError> {
    let syntax = |message: &str| message.starts_with("syntax error") || message.contains("limit reached");
    let found: Vec<_> = errors.iter().map(|found| (found.error, found.error.to_string())).collect();
    if let Some((error, message)) = found.iter().find(|(_, message)| syntax(message)) {
        let message = message.strip_prefix("syntax error: ").unwrap_or(message);
        let said = match message {
            _ if message.contains("token limit") => Some(format!(
                "token limit reached: at most {} are allowed. Pass values as variables, or split it.",
                limits.max_tokens
            )),
            _ if message.contains("recursion limit") => Some(format!(
                "recursion limit reached: at most {} levels are allowed. Nest less.",
                limits.max_nesting
            )),
            _ => None,
        };
        let message = said.as_deref().unwrap_or(message);
        let place = location(error, errors);
        return vec![located(*invalid(format!("Invalid Syntax : {message}")), place)];
    }
    found
        .iter()
        .take(MOST)
        .map(|(error, message)| {
            let name = error.unstable_error_name().unwrap_or_default();
            let field = || path_at(text, limits, span(error));
            located(*invalid(phrase(name, message, &field)), location(error, errors))
        })
        .collect()
}

type Data = apollo_compiler::validation::DiagnosticData;

fn span(error: &Data) -> Option<SourceSpan> {
    use apollo_compiler::diagnostic::ToCliReport;
    error.location()
}

fn location(error: &Data, errors: &DiagnosticList) -> Option<Location> {
    // The list keeps its sources to itself, but each diagnostic carries them.
    let sources = errors.iter().next().map(|first| first.sources)?;
    locate(span(error), sources)
}

/// The message for an error of this name. `field` gives the path of the field it is in.
fn phrase(name: &str, message: &str, field: &dyn Fn() -> String) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match (name, quoted.as_slice()) {
        ("UndefinedField", [ty, field_name]) => format!(
            "Validation error of type FieldUndefined: Field '{field_name}' in type '{ty}' is undefined @ '{}'",
            field()
        ),
        ("UndefinedArgument", [argument, ..]) => format!(
            "Validation error of type UnknownArgument: Unknown field argument {argument} @ '{}'",
            field()
        ),
        ("UndefinedInputValue", [key, ty]) => format!(
            "The variables input contains a field name '{key}' that is not defined for input object type '{ty}'"
        ),
        ("RequiredField", [coordinate]) => {
            let name = coordinate.rsplit('.').next().unwrap_or(coordinate);
            format!(
                "Validation error of type WrongType: argument 'input' is missing required fields '[{name}]' @ '{}'",
                field()
            )
        }
        ("RequiredArgument", [coordinate]) => {
            let name = coordinate.rsplit(['(', ':']).nth(1).unwrap_or(coordinate);
            format!(
                "Validation error of type MissingFieldArgument: Missing field argument {name} @ '{}'",
                field()
            )
        }
        ("UndefinedVariable", [variable]) => format!(
            "Validation error of type UndefinedVariable: Undefined variable {} @ '{}'",
            variable.trim_start_matches('$'),
            field()
        ),
        ("UnusedVariable", [variable]) => format!(
            "Validation error of type UnusedVariable: Unused variable {}",
            variable.trim_start_matches('$')
        ),
        ("UndefinedDefinition", [ty]) => {
            format!("Validation error of type UnknownType: Unknown type {ty}")
        }
        ("UndefinedFragment", [fragment]) => {
            format!(
                "Validation error of type UndefinedFragment: Undefined fragment {fragment} @ '{}'",
                field()
            )
        }
        ("MissingSubselection", _) => {
            format!("Validation error of type SubSelectionRequired: {message} @ '{}'", field())
        }
        ("UnsupportedValueType" | "IntCoercionError" | "FloatCoercionError" | "UndefinedEnumValue", _) => {
            format!("Validation error of type WrongType: {message} @ '{}'", field())
        }
        ("", _) => message.to_owned(),
        _ => format!("Validation error of type {name}: {message}"),
    }
}

/// The path of the innermost field around `span`, such as `getPost/comments`.
fn path_at(text: &str, limits: &Limits, span: Option<SourceSpan>) -> String {
    let Some(offset) = span.map(|span| span.offset()) else { return String::new() };
    let parsed = Parser::new()
        .recursion_limit(limits.max_nesting)
        .token_limit(limits.max_tokens)
        .parse_ast(text, "document");
    let document = match &parsed {
        Ok(document) => document,
        Err(failed) => &failed.partial,
    };
    let mut path = Vec::new();
    for definition in &document.definitions {
        let (selections, around) = match definition {
            Definition::OperationDefinition(operation) => (&operation.selection_set, operation.location()),
            Definition::FragmentDefinition(fragment) => (&fragment.selection_set, fragment.location()),
            _ => continue,
        };
        if contains(around, offset) {
            descend(selections, offset, &mut path);
        }
    }
    path.join("/")
}

fn contains(span: Option<SourceSpan>, offset: usize) -> bool {
    span.is_some_and(|span| span.offset() <= offset && offset < span.end_offset())
}

fn descend<'a>(selections: &'a [Selection], offset: usize, path: &mut Vec<&'a str>) {
    for selection in selections {
        match selection {
            Selection::Field(field) if contains(field.location(), offset) => {
                path.push(field.name.as_str());
                return descend(&field.selection_set, offset, path);
            }
            Selection::InlineFragment(fragment) if contains(fragment.location(), offset) => {
                return descend(&fragment.selection_set, offset, path);
            }
            _ => {}
        }
    }
}
