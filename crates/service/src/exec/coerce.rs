//! Values: variables and arguments, checked against the input types of the API.
//!
//! Whole numbers keep 64 bits here, also where GraphQL's `Int` has 32 (`lastSync`, filters on `AWSTimestamp`); what is
//! stored is checked against its field later. The words of the refusals are those that AppSync's clients match.

use super::api::Api;
use super::plan::{Arguments, Plan};
use crate::answer::{Refusal, invalid, untyped};
use apollo_compiler::Node;
use apollo_compiler::ast::{self, Type};
use apollo_compiler::schema::{ExtendedType, InputValueDefinition};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

/// Values by name.
pub(crate) type Values = Map<String, Value>;

/// Checks the variables of a request against their declarations. Variables that are not declared are ignored, as
/// GraphQL wants; a variable that was not given and has no default stays missing.
///
/// # Errors
/// Which variable does not fit, where in it, and why.
pub(crate) fn variables(api: &Api, plan: &Plan, mut given: Values) -> Result<Values, Refusal> {
    let mut values = Map::with_capacity(plan.variables.len());
    for declared in &plan.variables {
        let name = declared.name.as_str();
        let at = At { root: name, api };
        let value = match (given.get_mut(name), &declared.default_value) {
            (Some(value), _) => value.take(),
            (None, Some(default)) => literal(default, &Map::new()),
            (None, None) if declared.ty.is_non_null() => {
                return Err(at.null(&declared.ty, Path::Root(name)));
            }
            (None, None) => continue,
        };
        values.insert(name.to_owned(), at.coerce(&declared.ty, value, Path::Root(name))?);
    }
    Ok(values)
}

/// The arguments of a field, with variables and defaults filled in. What was not given is missing.
///
/// # Errors
/// Which argument does not fit, where in it, and why.
pub(crate) fn arguments(api: &Api, arguments: &Arguments, variables: &Values) -> Result<Values, Refusal> {
    let mut values = Map::new();
    for defined in &arguments.defined {
        if let Some(value) = filled(api, arguments, defined, variables)? {
            values.insert(defined.name.to_string(), value.into_owned());
        }
    }
    Ok(values)
}

/// The argument called `name` alone, lent from the variables if it is one.
///
/// # Errors
/// Where it does not fit, and why.
pub(crate) fn argument<'v>(
    api: &Api,
    arguments: &Arguments,
    name: &str,
    variables: &'v Values,
) -> Result<Option<Cow<'v, Value>>, Refusal> {
    match arguments.defined.iter().find(|defined| defined.name == name) {
        Some(defined) => filled(api, arguments, defined, variables),
        None => Ok(None),
    }
}

fn filled<'v>(
    api: &Api,
    arguments: &Arguments,
    defined: &InputValueDefinition,
    variables: &'v Values,
) -> Result<Option<Cow<'v, Value>>, Refusal> {
    let name = defined.name.as_str();
    let at = At { root: name, api };
    let given = arguments.given.iter().find(|given| given.name == defined.name).map(|given| &given.value);
    let value = match given.map(|value| (value, value.as_ref())) {
        Some((_, ast::Value::Variable(variable))) => match variables.get(variable.as_str()) {
            // A valid document gives a variable only to an argument of its own type, so it is coerced already; but a
            // variable that may be null may stand where a default makes the argument one that may not.
            Some(value) if value.is_null() && defined.ty.is_non_null() => {
                return Err(at.null(&defined.ty, Path::Root(name)));
            }
            Some(value) => return Ok(Some(Cow::Borrowed(value))),
            None => None,
        },
        Some((value, _)) => {
            repeats(value, variables, &mut HashSet::new(), &mut { MOST_REPEATED }).ok_or_else(|| {
                invalid(format!("The argument '{name}' repeats what its variables hold too often."))
            })?;
            Some(literal(value, variables))
        }
        None => None,
    };
    let value = match (value, &defined.default_value) {
        (Some(value), _) => value,
        (None, Some(default)) => literal(default, variables),
        (None, None) if defined.ty.is_non_null() => return Err(at.null(&defined.ty, Path::Root(name))),
        (None, None) => return Ok(None),
    };
    at.coerce(&defined.ty, value, Path::Root(name)).map(|value| Some(Cow::Owned(value)))
}

/// What a literal may repeat of its variables' values, in bytes. Each value may be large, and a literal may name it
/// thousands of times.
const MOST_REPEATED: usize = 1 << 20;

/// Takes what `value` repeats of the variables from `left`; `None` if that is not enough.
fn repeats<'v>(
    value: &'v Node<ast::Value>,
    variables: &Values,
    seen: &mut HashSet<&'v str>,
    left: &mut usize,
) -> Option<()> {
    match value.as_ref() {
        ast::Value::Variable(name) if !seen.insert(name.as_str()) => {
            variables.get(name.as_str()).map_or(Some(()), |value| takes(value, left))
        }
        ast::Value::List(items) => items.iter().try_for_each(|item| repeats(item, variables, seen, left)),
        ast::Value::Object(fields) => {
            fields.iter().try_for_each(|(_, value)| repeats(value, variables, seen, left))
        }
        _ => Some(()),
    }
}

/// Takes about the bytes of a value from `left`.
fn takes(value: &Value, left: &mut usize) -> Option<()> {
    let own = match value {
        Value::String(text) => text.len(),
        _ => 8,
    };
    *left = left.checked_sub(own)?;
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| takes(item, left)),
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            *left = left.checked_sub(name.len())?;
            takes(value, left)
        }),
        _ => Some(()),
    }
}

/// A literal as JSON. A variable without a value leaves out the key of an object that it stands in, and is null
/// everywhere else.
fn literal(value: &Node<ast::Value>, variables: &Values) -> Value {
    match value.as_ref() {
        ast::Value::Null => Value::Null,
        ast::Value::Enum(name) => Value::from(name.as_str()),
        ast::Value::String(text) => Value::from(text.as_str()),
        ast::Value::Boolean(value) => Value::from(*value),
        ast::Value::Int(int) => number(int.as_str()),
        ast::Value::Float(float) => number(float.as_str()),
        ast::Value::Variable(name) => variables.get(name.as_str()).cloned().unwrap_or(Value::Null),
        ast::Value::List(items) => items.iter().map(|item| literal(item, variables)).collect(),
        ast::Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| match value.as_ref() {
                ast::Value::Variable(name) => variables.contains_key(name.as_str()),
                _ => true,
            })
            .map(|(name, value)| (name.to_string(), literal(value, variables)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

/// A number; one that no double can hold stays text, which no number type accepts.
fn number(text: &str) -> Value {
    text.parse().map_or_else(|_| Value::from(text), Value::Number)
}

/// The way to a value, for messages: put into words only if there is something to say.
#[derive(Clone, Copy)]
enum Path<'a> {
    Root(&'a str),
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root(name) => f.write_str(name),
            Path::Field(above, name) => write!(f, "{above}.{name}"),
            Path::Item(above, place) => write!(f, "{above}[{place}]"),
        }
    }
}

/// What is being checked, for messages.
struct At<'a> {
    root: &'a str,
    api: &'a Api,
}

impl At<'_> {
    fn null(&self, ty: &Type, path: Path<'_>) -> Refusal {
        untyped(format!("Variable '{}' has coerced Null value for NonNull type '{ty}' ({path})", self.root))
    }

    fn wrong(&self, ty: &str, value: &Value, path: Path<'_>) -> Refusal {
        let mut shown = value.to_string();
        if shown.len() > 60 {
            let end = (0..=60).rev().find(|end| shown.is_char_boundary(*end)).unwrap_or(0);
            shown.truncate(end);
            shown.push('…');
        }
        untyped(format!(
            "Variable '{}' has an invalid value: expected type '{ty}' but was {shown} ({path})",
            self.root
        ))
    }

    fn coerce(&self, ty: &Type, value: Value, path: Path<'_>) -> Result<Value, Refusal> {
        if value.is_null() {
            return if ty.is_non_null() { Err(self.null(ty, path)) } else { Ok(Value::Null) };
        }
        match ty {
            Type::List(item) | Type::NonNullList(item) => {
                let items = match value {
                    Value::Array(items) => items,
                    one => vec![one],
                };
                let checked = items.into_iter().enumerate();
                checked.map(|(place, value)| self.coerce(item, value, Path::Item(&path, place))).collect()
            }
            Type::Named(name) | Type::NonNullNamed(name) => self.named(name.as_str(), value, path),
        }
    }

    fn named(&self, name: &str, value: Value, path: Path<'_>) -> Result<Value, Refusal> {
        match self.api.graphql.types.get(name) {
            Some(ExtendedType::InputObject(object)) => {
                let Value::Object(mut given) = value else { return Err(self.wrong(name, &value, path)) };
                if let Some(unknown) = given.keys().find(|key| !object.fields.contains_key(key.as_str())) {
                    return Err(untyped(format!(
                        "The variables input contains a field name '{unknown}' that is not defined for input object \
                         type '{name}'"
                    )));
                }
                // In place: most values stay what they are.
                for (field, defined) in &object.fields {
                    let path = Path::Field(&path, field.as_str());
                    match (given.get_mut(field.as_str()), &defined.default_value) {
                        (Some(value), _) => *value = self.coerce(&defined.ty, value.take(), path)?,
                        (None, Some(default)) => {
                            let value = self.coerce(&defined.ty, literal(default, &Map::new()), path)?;
                            given.insert(field.to_string(), value);
                        }
                        (None, None) if defined.ty.is_non_null() => return Err(self.null(&defined.ty, path)),
                        (None, None) => {}
                    }
                }
                Ok(Value::Object(given))
            }
            Some(ExtendedType::Enum(defined)) => match value.as_str() {
                Some(text) if defined.values.contains_key(text) => Ok(value),
                _ => Err(self.wrong(name, &value, path)),
            },
            _ => self.scalar(name, value, path),
        }
    }

    fn scalar(&self, name: &str, value: Value, path: Path<'_>) -> Result<Value, Refusal> {
        let fits = match name {
            "Int" | "AWSTimestamp" => value.is_i64(),
            "Float" => value.is_number(),
            "Boolean" => value.is_boolean(),
            "ID" => {
                if value.is_i64() || value.is_u64() {
                    return Ok(Value::String(value.to_string()));
                }
                value.is_string()
            }
            _ => value.is_string(),
        };
        if !fits {
            return Err(self.wrong(name, &value, path));
        }
        match value.as_str() {
            Some(text) if text.contains('\0') => {
                Err(untyped(format!("Text must not contain U+0000 ({path})")))
            }
            _ => Ok(value),
        }
    }
}
