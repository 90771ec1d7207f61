//! A value against its field.

use super::{Scalar, ScalarError, show};
use crate::Value;
use crate::model::{Field, FieldKind};

/// A value that its field does not accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct FieldError {
    /// The field, and the item of a list, e.g. `tags[2]`.
    pub path: String,
    /// What is wrong.
    pub problem: FieldProblem,
}

/// What is wrong with a value for a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldProblem {
    /// Null where the type has none.
    #[error("null is not allowed in {type_name}")]
    Null {
        /// The field's type, as GraphQL writes it.
        type_name: String,
    },
    /// A list where there is none, or the other way round.
    #[error("{shown} is not a value of {type_name}: {reason}")]
    Shape {
        /// The value, shortened.
        shown: String,
        /// The field's type, as GraphQL writes it.
        type_name: String,
        /// What would be right.
        reason: &'static str,
    },
    /// Not a value of the enum.
    #[error("{shown} is not a value of the enum {name}; it has {}", values.join(", "))]
    Enum {
        /// The value, shortened.
        shown: String,
        /// The enum.
        name: String,
        /// Its values.
        values: Vec<String>,
    },
    /// Not a value of the scalar.
    #[error(transparent)]
    Scalar(#[from] ScalarError),
}

/// Whether `field` accepts `value`: null, list and items, enum membership, the scalar. Used before anything is written.
///
/// A read-only field may be null although it is required: it is null until the server has answered.
///
/// # Errors
/// Where in the value, and what is wrong.
pub fn check_field(field: &Field, value: &Value) -> Result<(), FieldError> {
    let wrong = |path: String| move |problem| FieldError { path, problem };
    let here = wrong(field.name.clone());
    let shape = |value: &Value, reason| FieldProblem::Shape {
        shown: show(value),
        type_name: field.type_name(),
        reason,
    };
    match (field.list, value) {
        (_, Value::Null) if field.required && !field.read_only => {
            Err(here(FieldProblem::Null { type_name: field.type_name() }))
        }
        (_, Value::Null) => Ok(()),
        (Some(list), Value::List(items)) => items.iter().enumerate().try_for_each(|(place, item)| {
            let judged = match item {
                Value::Null if list.item_required => Err(FieldProblem::Null { type_name: field.type_name() }),
                Value::Null => Ok(()),
                Value::List(_) => Err(shape(item, "an item of a list is not a list")),
                item => check_one(&field.kind, item),
            };
            judged.map_err(wrong(format!("{}[{place}]", field.name)))
        }),
        (Some(_), value) => Err(here(shape(value, "expected a list"))),
        (None, value @ Value::List(_)) => Err(here(shape(value, "expected one value"))),
        (None, value) => check_one(&field.kind, value).map_err(here),
    }
}

/// The one form in which a value of `field` is stored, so that equal values are equal: a whole number for a `Float`
/// becomes a float, and -0.0 becomes 0.0. Everything else stays as it is; nothing is checked.
#[must_use]
pub fn canonical(field: &Field, value: Value) -> Value {
    if field.kind != FieldKind::Scalar(Scalar::Float) {
        return value;
    }
    match value {
        Value::Int(int) => Value::Float(int as f64),
        // Adding zero changes the sign of minus zero and nothing else.
        Value::Float(float) => Value::Float(float + 0.0),
        Value::List(items) => Value::List(items.into_iter().map(|item| canonical(field, item)).collect()),
        other => other,
    }
}

fn check_one(kind: &FieldKind, value: &Value) -> Result<(), FieldProblem> {
    match (kind, value) {
        (FieldKind::Scalar(scalar), value) => Ok(scalar.validate(value)?),
        (FieldKind::Enum(ty), Value::Text(text)) if ty.values.contains(text) => Ok(()),
        (FieldKind::Enum(ty), value) => {
            Err(FieldProblem::Enum { shown: show(value), name: ty.name.clone(), values: ty.values.clone() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EnumType, FieldSource, ListKind};
    use std::sync::Arc;

    fn field(kind: FieldKind, required: bool, list: Option<bool>) -> Field {
        let list = list.map(|item_required| ListKind { item_required });
        let (name, source) = ("f".to_owned(), FieldSource::Declared);
        Field { name, kind, required, list, source, read_only: false }
    }

    #[test]
    fn a_value_against_its_field() {
        let int = || FieldKind::Scalar(Scalar::Int);
        let color = EnumType { name: "Color".into(), values: vec!["RED".into(), "BLUE".into()] };
        let color = || FieldKind::Enum(Arc::new(color.clone()));
        let list = |items: Vec<Value>| Value::List(items);
        let cases = [
            (field(int(), false, None), Value::Null, None),
            (field(int(), true, None), Value::Null, Some("f: null is not allowed in Int!")),
            (field(int(), true, None), Value::Int(1), None),
            (
                field(int(), true, None),
                Value::from("1"),
                Some("f: \"1\" is not a valid Int: expected a whole number"),
            ),
            (
                field(int(), true, None),
                list(vec![Value::Int(1)]),
                Some("f: a list of 1 is not a value of Int!: expected one value"),
            ),
            (
                field(int(), false, Some(false)),
                Value::Int(1),
                Some("f: 1 is not a value of [Int]: expected a list"),
            ),
            (field(int(), false, Some(false)), list(vec![Value::Int(1), Value::Null]), None),
            (
                field(int(), false, Some(true)),
                list(vec![Value::Int(1), Value::Null]),
                Some("f[1]: null is not allowed in [Int!]"),
            ),
            (
                field(int(), false, Some(true)),
                list(vec![list(vec![])]),
                Some("f[0]: a list of 0 is not a value of [Int!]: an item of a list is not a list"),
            ),
            (field(int(), true, Some(true)), list(vec![]), None),
            (field(color(), true, None), Value::from("RED"), None),
            (
                field(color(), true, None),
                Value::from("GREEN"),
                Some("f: \"GREEN\" is not a value of the enum Color; it has RED, BLUE"),
            ),
            (
                field(color(), false, Some(true)),
                list(vec![Value::from("BLUE"), Value::Int(1)]),
                Some("f[1]: 1 is not a value of the enum Color; it has RED, BLUE"),
            ),
        ];
        for (field, value, expected) in cases {
            let judged = check_field(&field, &value).map_err(|error| error.to_string());
            assert_eq!(judged.err().as_deref(), expected, "{value:?} in {}", field.type_name());
        }
        let read_only = Field { read_only: true, ..field(int(), true, None) };
        assert_eq!(check_field(&read_only, &Value::Null), Ok(()), "the server has not answered yet");
    }

    #[test]
    fn floats_have_one_form() {
        let float = field(FieldKind::Scalar(Scalar::Float), false, Some(false));
        let given = Value::List(vec![Value::Int(2), Value::Float(-0.0), Value::Null]);
        let Value::List(items) = canonical(&float, given) else { panic!("a list stays a list") };
        assert_eq!(items, [Value::Float(2.0), Value::Float(0.0), Value::Null]);
        assert!(matches!(items[1], Value::Float(zero) if zero.is_sign_positive()));
    }
}
