//! A value against its field.

use super::{Scalar, ScalarError, Storage, show};
use crate::Value;
use crate::model::{CustomType, Field, FieldKind};
use crate::value::Object;

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
    /// A field that the custom type does not have.
    #[error("{name} has no field {field}; it has {}", known.join(", "))]
    Unknown {
        /// The field.
        field: String,
        /// The custom type.
        name: String,
        /// Its fields.
        known: Vec<String>,
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
    check_at(&field.name, field, value)
}

fn check_at(path: &str, field: &Field, value: &Value) -> Result<(), FieldError> {
    let here = |problem| FieldError { path: path.to_owned(), problem };
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
            let path = format!("{path}[{place}]");
            let wrong = |problem| FieldError { path: path.clone(), problem };
            match item {
                Value::Null if list.item_required => {
                    Err(wrong(FieldProblem::Null { type_name: field.type_name() }))
                }
                Value::Null => Ok(()),
                Value::List(_) => Err(wrong(shape(item, "an item of a list is not a list"))),
                item => check_one(&path, &field.kind, item),
            }
        }),
        (Some(_), value) => Err(here(shape(value, "expected a list"))),
        (None, value @ Value::List(_)) => Err(here(shape(value, "expected one value"))),
        (None, value) => check_one(path, &field.kind, value),
    }
}

/// The one form in which a value of `field` is stored, so that equal values are equal: a whole number for a `Float`
/// becomes a float, -0.0 becomes 0.0, and an object has every field of its type in declared order. Everything else stays
/// as it is; nothing is checked.
#[must_use]
pub fn canonical(field: &Field, value: Value) -> Value {
    match (&field.kind, value) {
        (FieldKind::Scalar(Scalar::Float) | FieldKind::Custom(_), Value::List(items)) => {
            Value::List(items.into_iter().map(|item| canonical(field, item)).collect())
        }
        (FieldKind::Scalar(Scalar::Float), Value::Int(int)) => Value::Float(int as f64),
        // Adding zero changes the sign of minus zero and nothing else.
        (FieldKind::Scalar(Scalar::Float), Value::Float(float)) => Value::Float(float + 0.0),
        (FieldKind::Custom(ty), Value::Object(object)) => Value::Object(canonical_object(ty, object)),
        (_, value) => value,
    }
}

/// Whether `value` is held as the values of `field` are: null, one value or a list of them, each of the right kind, an
/// object in its canonical form. What the values say is not judged; [`check_field`] does that.
#[must_use]
pub fn is_held(field: &Field, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::List(items) => {
            field.is_list() && items.iter().all(|item| item.is_null() || one_is_held(&field.kind, item))
        }
        one => !field.is_list() && one_is_held(&field.kind, one),
    }
}

fn one_is_held(kind: &FieldKind, value: &Value) -> bool {
    match value {
        Value::Null | Value::List(_) => false,
        Value::Bool(_) => kind.storage() == Storage::Bool,
        Value::Int(_) => kind.storage() == Storage::Int,
        Value::Float(float) => kind.storage() == Storage::Float && float.is_finite(),
        Value::Text(_) => kind.storage() == Storage::Text,
        Value::Object(object) => kind.custom().is_some_and(|ty| {
            let mut fields = ty.fields.iter().zip(&object.0);
            ty.fields.len() == object.len()
                && fields.all(|(field, (name, value))| field.name == **name && is_held(field, value))
        }),
    }
}

/// Every field of the type in declared order, those that are not given as null. What the type does not have stays
/// behind them, for [`check_field`] to refuse.
fn canonical_object(ty: &CustomType, mut object: Object) -> Object {
    let mut fields = Vec::with_capacity(ty.fields.len());
    for field in &ty.fields {
        let given = object.0.iter().position(|(name, _)| **name == *field.name);
        let value = given.map_or(Value::Null, |place| object.0.remove(place).1);
        fields.push((field.name.as_str().into(), canonical(field, value)));
    }
    fields.append(&mut object.0);
    Object(fields)
}

fn check_one(path: &str, kind: &FieldKind, value: &Value) -> Result<(), FieldError> {
    let wrong = |problem| FieldError { path: path.to_owned(), problem };
    match (kind, value) {
        (FieldKind::Scalar(scalar), value) => scalar.validate(value).map_err(|error| wrong(error.into())),
        (FieldKind::Enum(ty), Value::Text(text)) if ty.values.contains(text) => Ok(()),
        (FieldKind::Enum(ty), value) => Err(wrong(FieldProblem::Enum {
            shown: show(value),
            name: ty.name.clone(),
            values: ty.values.clone(),
        })),
        (FieldKind::Custom(ty), Value::Object(object)) => check_object(path, ty, object),
        (FieldKind::Custom(ty), value) => Err(wrong(FieldProblem::Shape {
            shown: show(value),
            type_name: ty.name.clone(),
            reason: "expected an object",
        })),
    }
}

fn check_object(path: &str, ty: &CustomType, object: &Object) -> Result<(), FieldError> {
    let stranger = object.0.iter().find(|(name, _)| ty.fields.iter().all(|field| field.name != **name));
    if let Some((name, _)) = stranger {
        let known = ty.fields.iter().map(|field| field.name.clone()).collect();
        let problem = FieldProblem::Unknown { field: name.to_string(), name: ty.name.clone(), known };
        return Err(FieldError { path: path.to_owned(), problem });
    }
    ty.fields.iter().try_for_each(|field| {
        let value = object.get(&field.name).unwrap_or(&Value::Null);
        check_at(&format!("{path}.{}", field.name), field, value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EnumType, FieldSource, ListKind};
    use std::sync::Arc;

    fn field(kind: FieldKind, required: bool, list: Option<bool>) -> Field {
        let list = list.map(|item_required| ListKind { item_required });
        let (name, source) = ("f".to_owned(), FieldSource::Declared);
        Field { required, list, ..Field::new(name, kind, source) }
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
