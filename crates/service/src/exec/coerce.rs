//! Values: variables and arguments, checked against the input types of the API.
//!
//! Whole numbers keep 64 bits here, also where GraphQL's `Int` has 32 (`lastSync`, filters on `AWSTimestamp`); what is
//! stored is checked against its field later. The words of the refusals are those that AppSync's clients match.

use super::api::Api;
use super::plan::{Arguments, Plan};
use crate::answer::{Refusal, untyped};
use apollo_compiler::Node;
use apollo_compiler::ast::{self, Type};
use apollo_compiler::schema::ExtendedType;
use serde_json::{Map, Value};

/// Values by name.
pub(crate) type Values = Map<String, Value>;

/// Checks the variables of a request against their declarations. Variables that are not declared are ignored, as
/// GraphQL wants; a variable that was not given and has no default stays missing.
///
/// # Errors
/// Which variable does not fit, where in it, and why.
pub(crate) fn variables(api: &Api, plan: &Plan, given: &Values) -> Result<Values, Refusal> {
    let mut values = Map::new();
    for declared in &plan.variables {
        let name = declared.name.as_str();
        let at = At { root: name, api };
        let value = match (given.get(name), &declared.default_value) {
            (Some(value), _) => at.coerce(&declared.ty, value.clone(), name)?,
            (None, Some(default)) => at.coerce(&declared.ty, literal(default, &Map::new()), name)?,
            (None, None) if declared.ty.is_non_null() => return Err(at.null(&declared.ty, name)),
            (None, None) => continue,
        };
        values.insert(name.to_owned(), value);
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
        let name = defined.name.as_str();
        let at = At { root: name, api };
        let given = arguments.given.iter().find(|given| given.name == defined.name).map(|given| &given.value);
        let value = match given.map(|value| (value, value.as_ref())) {
            Some((_, ast::Value::Variable(variable))) => variables.get(variable.as_str()).cloned(),
            Some((value, _)) => Some(literal(value, variables)),
            None => None,
        };
        let value = match (value, &defined.default_value) {
            (Some(value), _) => value,
            (None, Some(default)) => literal(default, variables),
            (None, None) if defined.ty.is_non_null() => return Err(at.null(&defined.ty, name)),
            (None, None) => continue,
        };
        values.insert(name.to_owned(), at.coerce(&defined.ty, value, name)?);
    }
    Ok(values)
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

/// What is being checked, for messages.
struct At<'a> {
    root: &'a str,
    api: &'a Api,
}

impl At<'_> {
    fn null(&self, ty: &Type, path: &str) -> Refusal {
        untyped(format!("Variable '{}' has coerced Null value for NonNull type '{ty}' ({path})", self.root))
    }

    fn wrong(&self, ty: &str, value: &Value, path: &str) -> Refusal {
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

    fn coerce(&self, ty: &Type, value: Value, path: &str) -> Result<Value, Refusal> {
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
                checked.map(|(place, value)| self.coerce(item, value, &format!("{path}[{place}]"))).collect()
            }
            Type::Named(name) | Type::NonNullNamed(name) => self.named(name.as_str(), value, path),
        }
    }

    fn named(&self, name: &str, value: Value, path: &str) -> Result<Value, Refusal> {
        match self.api.graphql.types.get(name) {
            Some(ExtendedType::InputObject(object)) => {
                let Value::Object(mut given) = value else { return Err(self.wrong(name, &value, path)) };
                if let Some(unknown) = given.keys().find(|key| !object.fields.contains_key(key.as_str())) {
                    return Err(untyped(format!(
                        "The variables input contains a field name '{unknown}' that is not defined for input object \
                         type '{name}'"
                    )));
                }
                let mut values = Map::new();
                for (field, defined) in &object.fields {
                    let path = format!("{path}.{field}");
                    let value = match (given.remove(field.as_str()), &defined.default_value) {
                        (Some(value), _) => value,
                        (None, Some(default)) => literal(default, &Map::new()),
                        (None, None) if defined.ty.is_non_null() => return Err(self.null(&defined.ty, &path)),
                        (None, None) => continue,
                    };
                    values.insert(field.to_string(), self.coerce(&defined.ty, value, &path)?);
                }
                Ok(Value::Object(values))
            }
            Some(ExtendedType::Enum(defined)) => match value.as_str() {
                Some(text) if defined.values.contains_key(text) => Ok(value),
                _ => Err(self.wrong(name, &value, path)),
            },
            _ => self.scalar(name, value, path),
        }
    }

    fn scalar(&self, name: &str, value: Value, path: &str) -> Result<Value, Refusal> {
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
