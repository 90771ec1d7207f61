//! Validation errors in the words of AppSync, which clients match
//! (`UnknownArgument: Unknown field argument filter`, `… is not defined for input object type …`).

use super::api::Api;
use super::locate;
use super::wrong::complaint;
use crate::answer::{invalid, located};
use crate::config::Limits;
use apollo_compiler::Node;
use apollo_compiler::ast::{Argument, Definition, Document, Selection, Type, Value};
use apollo_compiler::parser::{Parser, SourceSpan};
use apollo_compiler::validation::DiagnosticList;
use syncline_protocol::GraphqlError;
use syncline_protocol::error::Location;

/// The most errors one answer lists.
const MOST: usize = 10;

/// What the validator found. Syntax errors stand alone: what follows from them says nothing more.
pub(super) fn complaints(
    api: &Api,
    text: &str,
    limits: &Limits,
    errors: &DiagnosticList,
) -> Vec<GraphqlError> {
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
    let document = parsed(text, limits);
    let mut said: Vec<String> = Vec::new();
    let mut complaints = Vec::new();
    for (error, message) in &found {
        if complaints.len() == MOST {
            break;
        }
        let at = Place::of(api, &document, span(error));
        let phrase = phrase(error.unstable_error_name().unwrap_or_default(), message, api, &at);
        // An argument with several faults is named once.
        if !said.contains(&phrase) {
            complaints.push(located(*invalid(phrase.as_str()), location(error, errors)));
            said.push(phrase);
        }
    }
    complaints
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

/// The message for an error of this name, which is at that place.
fn phrase(name: &str, message: &str, api: &Api, at: &Place<'_>) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let field = at.path.join("/");
    let of = |kind: &str, what: &str| {
        let place = if field.is_empty() { String::new() } else { format!(" @ '{field}'") };
        format!("Validation error of type {kind}: {what}{place}")
    };
    let bare = |name: &str| name.trim_start_matches('$').to_owned();
    match (name, quoted.as_slice()) {
        ("UndefinedField", [ty, name]) => {
            of("FieldUndefined", &format!("Field '{name}' in type '{ty}' is undefined"))
        }
        ("UndefinedArgument", [argument, ..]) => {
            of("UnknownArgument", &format!("Unknown field argument {argument}"))
        }
        ("UndefinedInputValue", [key, ty]) => format!(
            "The variables input contains a field name '{key}' that is not defined for input object type '{ty}'"
        ),
        ("RequiredArgument", [coordinate]) => {
            let name = coordinate.rsplit(['(', ':']).nth(1).unwrap_or(coordinate);
            let is_null = |given: &&Node<Argument>| given.name == name && given.value.is_null();
            if coordinate.starts_with('@') {
                of("MissingDirectiveArgument", &format!("Missing directive argument {name}"))
            } else if at.arguments.iter().any(|given| is_null(&given)) {
                of("WrongType", &format!("argument '{name}' with value 'NullValue{{}}' must not be null"))
            } else {
                of("MissingFieldArgument", &format!("Missing field argument {name}"))
            }
        }
        (
            "UnsupportedValueType"
            | "IntCoercionError"
            | "FloatCoercionError"
            | "UndefinedEnumValue"
            | "RequiredField",
            _,
        ) => {
            let wrong = at.argument.and_then(|(name, ty, value)| complaint(api, name, ty, value));
            of("WrongType", wrong.as_deref().unwrap_or(message))
        }
        ("DisallowedVariableUsage", [_, variable, _, expected]) => of(
            "VariableTypeMismatch",
            &format!("Variable type '{variable}' doesn't match expected type '{expected}'"),
        ),
        ("VariableInputType", [name]) => {
            of("NonInputTypeOnVariable", &format!("Wrong type for a variable: {}", bare(name)))
        }
        ("UndefinedVariable", [name]) => {
            of("UndefinedVariable", &format!("Undefined variable {}", bare(name)))
        }
        ("UnusedVariable", [name]) => of("UnusedVariable", &format!("Unused variable {}", bare(name))),
        ("UniqueVariable", [name]) => {
            of("DuplicateVariableName", &format!("There can be only one variable named '{}'", bare(name)))
        }
        ("UniqueArgument", [name]) => {
            of("DuplicateArgumentNames", &format!("There can be only one argument named '{name}'"))
        }
        ("UndefinedDefinition", [ty])
        | ("UndefinedTypeInNamedFragmentTypeCondition", [ty, _])
        | ("UndefinedTypeInInlineFragmentTypeCondition", [ty]) => {
            of("UnknownType", &format!("Unknown type {ty}"))
        }
        ("UndefinedFragment", [name]) => of("UndefinedFragment", &format!("Undefined fragment {name}")),
        ("UnusedFragment", [name]) => of("UnusedFragment", &format!("Unused fragment {name}")),
        ("RecursiveFragmentDefinition", _) => of("FragmentCycle", "Fragment cycles not allowed"),
        ("InvalidFragmentSpread", [name, condition, parent]) => of(
            "InvalidFragmentType",
            &format!(
                "Fragment {name} cannot be spread here as objects of type {parent} can never be of type {condition}"
            ),
        ),
        ("InvalidFragmentSpread", [condition, parent]) => of(
            "InvalidFragmentType",
            &format!(
                "Fragment cannot be spread here as objects of type {parent} can never be of type {condition}"
            ),
        ),
        ("InvalidFragmentTarget", [_]) => of(
            "FragmentTypeConditionInvalid",
            "Fragment type condition is invalid, must be on Object/Interface/Union",
        ),
        ("InvalidFragmentTarget", _) => of(
            "InlineFragmentTypeConditionInvalid",
            "Inline fragment type condition is invalid, must be on Object/Interface/Union",
        ),
        ("MissingSubselection", _) => {
            let name = at.path.last().copied().unwrap_or_default();
            let what = match at.type_name {
                Some(ty) => format!("Sub selection required for type {ty} of field {name}"),
                None => format!("Sub selection required for field {name}"),
            };
            of("SubSelectionRequired", &what)
        }
        ("SubselectionOnScalarType" | "SubselectionOnEnumType", [ty]) => {
            of("SubSelectionNotAllowed", &format!("Sub selection not allowed on leaf type {ty}"))
        }
        ("UndefinedDirective", [name]) => {
            of("UnknownDirective", &format!("Unknown directive {}", name.trim_start_matches('@')))
        }
        ("AmbiguousAnonymousOperation", _) => {
            of("LoneAnonymousOperationViolation", "Anonymous operation with other operations.")
        }
        ("OperationNameCollision", [name]) => {
            of("DuplicateOperationName", &format!("There can be only one operation named '{name}'"))
        }
        ("FragmentNameCollision", [name]) => {
            of("DuplicateFragmentName", &format!("There can be only one fragment named '{name}'"))
        }
        ("ConflictingFieldType", [key]) => {
            of("FieldsConflict", &format!("{key}: they return differing types"))
        }
        ("ConflictingFieldArgument", [key]) => {
            of("FieldsConflict", &format!("{key}: they have differing arguments"))
        }
        ("ConflictingFieldName", [key]) => of("FieldsConflict", &format!("{key}: they are different fields")),
        ("", _) => message.to_owned(),
        _ => of(name, message),
    }
}

/// The document without regard to the API, as far as it can be read.
fn parsed(text: &str, limits: &Limits) -> Document {
    let parsed = Parser::new()
        .recursion_limit(limits.max_nesting)
        .token_limit(limits.max_tokens)
        .parse_ast(text, "document");
    match parsed {
        Ok(document) => document,
        Err(failed) => failed.partial,
    }
}

/// Where an error is.
#[derive(Default)]
struct Place<'a> {
    /// The fields around it, such as `getPost`, `comments`; in a fragment they begin with its name.
    path: Vec<&'a str>,
    /// The type of the innermost, without what is around its name.
    type_name: Option<&'a str>,
    /// What the innermost is given.
    arguments: &'a [Node<Argument>],
    /// The argument of the innermost that it is in: its name, type and value.
    argument: Option<(&'a str, &'a Type, &'a Node<Value>)>,
}

impl<'a> Place<'a> {
    fn of(api: &'a Api, document: &'a Document, span: Option<SourceSpan>) -> Place<'a> {
        let mut place = Place::default();
        let Some(offset) = span.map(|span| span.offset()) else { return place };
        for definition in &document.definitions {
            let (parent, selections, around) = match definition {
                Definition::OperationDefinition(operation) => {
                    let root = api.graphql.root_operation(operation.operation_type);
                    (root.map(|name| name.as_str()), &operation.selection_set, operation.location())
                }
                Definition::FragmentDefinition(fragment) => {
                    (Some(fragment.type_condition.as_str()), &fragment.selection_set, fragment.location())
                }
                _ => continue,
            };
            if contains(around, offset) {
                if let Definition::FragmentDefinition(fragment) = definition {
                    place.path.push(fragment.name.as_str());
                }
                place.descend(api, parent, selections, offset);
            }
        }
        place
    }

    fn descend(&mut self, api: &'a Api, parent: Option<&'a str>, selections: &'a [Selection], offset: usize) {
        for selection in selections {
            match selection {
                Selection::Field(field) if contains(field.location(), offset) => {
                    let defined = parent.and_then(|parent| api.graphql.type_field(parent, &field.name).ok());
                    self.path.push(field.name.as_str());
                    self.type_name = defined.map(|defined| defined.ty.inner_named_type().as_str());
                    self.arguments = &field.arguments;
                    let given = field.arguments.iter().find(|given| contains(given.location(), offset));
                    self.argument = given.and_then(|given| {
                        let argument = defined?.argument_by_name(&given.name)?;
                        Some((given.name.as_str(), argument.ty.as_ref(), &given.value))
                    });
                    return self.descend(api, self.type_name, &field.selection_set, offset);
                }
                Selection::InlineFragment(fragment) if contains(fragment.location(), offset) => {
                    let condition = fragment.type_condition.as_ref().map(|name| name.as_str());
                    return self.descend(api, condition.or(parent), &fragment.selection_set, offset);
                }
                _ => {}
            }
        }
    }
}

fn contains(span: Option<SourceSpan>, offset: usize) -> bool {
    span.is_some_and(|span| span.offset() <= offset && offset < span.end_offset())
}
