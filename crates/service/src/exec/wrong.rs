//! What is wrong with a literal that an argument was given, in the words of graphql-java, which AppSync runs.

use super::api::Api;
use apollo_compiler::Node;
use apollo_compiler::ast::{Type, Value};
use apollo_compiler::schema::ExtendedType;
use std::fmt::Write;

/// The first thing wrong with the literal of an argument, such as `argument 'input.title' with value
/// 'IntValue{value=7}' is not a valid 'String' - …`; `None` if it fits.
pub(super) fn complaint(api: &Api, argument: &str, ty: &Type, value: &Node<Value>) -> Option<String> {
    let mut walk = Walk { api, path: argument.to_owned() };
    walk.value(ty, value).err()
}

struct Walk<'a> {
    api: &'a Api,
    path: String,
}

type Judged = Result<(), String>;

impl Walk<'_> {
    fn wrong(&self, value: &Value, what: &str) -> Judged {
        let mut shown = String::new();
        write_value(&mut shown, value);
        Err(format!("argument '{}' with value '{shown}' {what}", self.path))
    }

    fn below(&mut self, step: &str, judge: impl FnOnce(&mut Self) -> Judged) -> Judged {
        let length = self.path.len();
        self.path.push_str(step);
        judge(self)?;
        self.path.truncate(length);
        Ok(())
    }

    fn value(&mut self, ty: &Type, value: &Node<Value>) -> Judged {
        match (value.as_ref(), ty) {
            (Value::Null, ty) if ty.is_non_null() => self.wrong(value, "must not be null"),
            (Value::Null | Value::Variable(_), _) => Ok(()),
            (Value::List(items), Type::List(item) | Type::NonNullList(item)) => {
                items.iter().enumerate().try_for_each(|(place, value)| {
                    self.below(&format!("[{place}]"), |walk| walk.value(item, value))
                })
            }
            // One value stands for a list of it.
            (_, Type::List(item) | Type::NonNullList(item)) => self.value(item, value),
            (_, Type::Named(name) | Type::NonNullNamed(name)) => self.named(name.as_str(), value),
        }
    }

    fn named(&mut self, name: &str, value: &Node<Value>) -> Judged {
        match self.api.graphql.types.get(name) {
            Some(ExtendedType::InputObject(defined)) => {
                let Value::Object(given) = value.as_ref() else {
                    return self.wrong(value, "must be an object type");
                };
                let is_given = |name: &str| given.iter().any(|(given, _)| given == name);
                let missing: Vec<&str> = defined
                    .fields
                    .iter()
                    .filter(|(name, field)| field.is_required() && !is_given(name.as_str()))
                    .map(|(name, _)| name.as_str())
                    .collect();
                if !missing.is_empty() {
                    return self
                        .wrong(value, &format!("is missing required fields '[{}]'", missing.join(", ")));
                }
                given.iter().try_for_each(|(field, inner)| match defined.fields.get(field) {
                    Some(defined) => self.below(&format!(".{field}"), |walk| walk.value(&defined.ty, inner)),
                    None => self.wrong(value, &format!("contains a field not in '{name}': '{field}'")),
                })
            }
            Some(ExtendedType::Enum(defined)) => match value.as_ref() {
                Value::Enum(given) if defined.values.contains_key(given) => Ok(()),
                Value::Enum(given) => {
                    let why = format!(
                        "Literal value not in allowable values for enum '{name}' - 'EnumValue{{name='{given}'}}'"
                    );
                    self.wrong(value, &format!("is not a valid '{name}' - {why}"))
                }
                _ => self.of_another_kind(name, value, "'EnumValue'"),
            },
            _ => self.scalar(name, value),
        }
    }

    fn scalar(&self, name: &str, value: &Node<Value>) -> Judged {
        match (name, value.as_ref()) {
            ("Int", Value::Int(int)) if int.try_to_i32().is_err() => {
                let why = format!("Expected value to be in the Integer range but it was '{}'", int.as_str());
                self.wrong(value, &format!("is not a valid 'Int' - {why}"))
            }
            ("Int" | "ID" | "AWSTimestamp", Value::Int(_))
            | ("Float", Value::Int(_) | Value::Float(_))
            | ("Boolean", Value::Boolean(_)) => Ok(()),
            ("Int" | "AWSTimestamp", _) => self.of_another_kind(name, value, "'IntValue'"),
            ("Float", _) => self.of_another_kind(name, value, "'IntValue' or 'FloatValue'"),
            ("Boolean", _) => self.of_another_kind(name, value, "'BooleanValue'"),
            (_, Value::String(_)) => Ok(()),
            ("ID", _) => self.of_another_kind(name, value, "'IntValue' or 'StringValue'"),
            _ => self.of_another_kind(name, value, "'StringValue'"),
        }
    }

    fn of_another_kind(&self, name: &str, value: &Value, expected: &str) -> Judged {
        let why = format!("Expected AST type {expected} but was '{}'.", kind(value));
        self.wrong(value, &format!("is not a valid '{name}' - {why}"))
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "NullValue",
        Value::Enum(_) => "EnumValue",
        Value::Variable(_) => "VariableReference",
        Value::String(_) => "StringValue",
        Value::Float(_) => "FloatValue",
        Value::Int(_) => "IntValue",
        Value::Boolean(_) => "BooleanValue",
        Value::List(_) => "ArrayValue",
        Value::Object(_) => "ObjectValue",
    }
}

/// As graphql-java shows literals. Writing into a String cannot fail.
fn write_value(out: &mut String, value: &Value) {
    /// The most bytes shown.
    const MOST: usize = 1_000;
    if out.len() > MOST {
        return out.push('…');
    }
    let kind = kind(value);
    let _ = match value {
        Value::Null => write!(out, "{kind}{{}}"),
        Value::Enum(name) | Value::Variable(name) => write!(out, "{kind}{{name='{name}'}}"),
        Value::String(text) => write!(out, "{kind}{{value='{}'}}", shortened(text, MOST)),
        Value::Float(number) => write!(out, "{kind}{{value={}}}", shortened(number.as_str(), MOST)),
        Value::Int(number) => write!(out, "{kind}{{value={}}}", shortened(number.as_str(), MOST)),
        Value::Boolean(value) => write!(out, "{kind}{{value={value}}}"),
        Value::List(items) => {
            out.push_str("ArrayValue{values=[");
            for (place, item) in items.iter().enumerate() {
                out.push_str(if place > 0 { ", " } else { "" });
                write_value(out, item);
            }
            out.push_str("]}");
            Ok(())
        }
        Value::Object(fields) => {
            out.push_str("ObjectValue{objectFields=[");
            for (place, (name, value)) in fields.iter().enumerate() {
                let comma = if place > 0 { ", " } else { "" };
                let _ = write!(out, "{comma}ObjectField{{name='{name}', value=");
                write_value(out, value);
                out.push('}');
            }
            out.push_str("]}");
            Ok(())
        }
    };
}

fn shortened(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}
