//! Values as JSON: what a column of a list or of a custom type holds, what stands in variables and in a change log.

use super::{Object, Value};
use crate::model::{CustomType, Field, FieldKind};
use crate::scalar::Storage;
use serde::ser::{Serialize, Serializer};
use serde_json::Value as Json;

/// A value as JSON. Floats are finite: nothing else is stored.
#[must_use]
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => Json::from(*bool),
        Value::Int(int) => Json::from(*int),
        Value::Float(float) => Json::from(*float),
        Value::Text(text) => Json::from(text.as_str()),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Object(Object(fields)) => {
            fields.iter().map(|(name, value)| (name.to_string(), to_json(value))).collect()
        }
    }
}

/// Writes a value as [`to_json`] shows it, without a tree of its parts in between.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(pub &'a Value);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(bool) => serializer.serialize_bool(*bool),
            Value::Int(int) => serializer.serialize_i64(*int),
            Value::Float(float) => serializer.serialize_f64(*float),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter().map(Shown)),
            Value::Object(object) => {
                serializer.collect_map(object.0.iter().map(|(name, value)| (&**name, Shown(value))))
            }
        }
    }
}

/// A value of `field` from JSON, held as its values are; `None` if it is not one. Nothing else is checked: null is a
/// value of every field, and whether a text is a value of its scalar is for [`check_field`](crate::scalar::check_field)
/// to say. An object gets its canonical form; a field that its type does not have makes it no value.
#[must_use]
pub fn from_json(field: &Field, json: &Json) -> Option<Value> {
    match (field.is_list(), json) {
        (_, Json::Null) => Some(Value::Null),
        (true, Json::Array(items)) => {
            items.iter().map(|item| one_from_json(&field.kind, item)).collect::<Option<_>>().map(Value::List)
        }
        (true, _) => None,
        (false, json) => one_from_json(&field.kind, json),
    }
}

/// JSON as a value of no field in particular: for those who want [`check_field`](crate::scalar::check_field) to say
/// where and why something is no value of theirs. A whole number beyond 64 bits becomes a float.
#[must_use]
pub fn any_from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => {
            number.as_i64().map(Value::Int).or_else(|| number.as_f64().map(Value::Float)).unwrap_or_default()
        }
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => Value::List(items.iter().map(any_from_json).collect()),
        Json::Object(fields) => {
            let fields = fields.iter().map(|(name, json)| (name.as_str().into(), any_from_json(json)));
            Value::Object(Object(fields.collect()))
        }
    }
}

/// One value, or one item of a list.
fn one_from_json(kind: &FieldKind, json: &Json) -> Option<Value> {
    if json.is_null() {
        return Some(Value::Null);
    }
    match (kind.storage(), kind) {
        (Storage::Object, FieldKind::Custom(ty)) => object_from_json(ty, json).map(Value::Object),
        (Storage::Bool, _) => json.as_bool().map(Value::Bool),
        (Storage::Int, _) => json.as_i64().map(Value::Int),
        (Storage::Float, _) => json.as_f64().map(Value::Float),
        (Storage::Text, _) => json.as_str().map(Value::text),
        (Storage::Object, _) => None,
    }
}

fn object_from_json(ty: &CustomType, json: &Json) -> Option<Object> {
    let given = json.as_object()?;
    if given.keys().any(|name| ty.fields.iter().all(|field| field.name != *name)) {
        return None;
    }
    let fields = ty.fields.iter().map(|field| {
        let value = given.get(&field.name).map_or(Some(Value::Null), |json| from_json(field, json))?;
        Some((field.name.as_str().into(), value))
    });
    fields.collect::<Option<_>>().map(Object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scalar;
    use crate::model::{FieldSource, ListKind};
    use serde_json::json;
    use std::sync::Arc;

    fn address() -> FieldKind {
        let field = |name: &str, scalar| Field::new(name, FieldKind::Scalar(scalar), FieldSource::Declared);
        let fields =
            vec![field("street", Scalar::String), field("zip", Scalar::Int), field("at", Scalar::Float)];
        FieldKind::Custom(Arc::new(CustomType { name: "Address".to_owned(), fields }))
    }

    fn object(street: Value, zip: Value, at: Value) -> Value {
        Value::Object(Object(vec![("street".into(), street), ("zip".into(), zip), ("at".into(), at)]))
    }

    #[test]
    fn what_is_written_is_read_again() {
        let one = Field::new("home", address(), FieldSource::Declared);
        let list = Field { list: Some(ListKind { item_required: false }), ..one.clone() };
        let home = object("a \"b\"".into(), Value::Int(i64::MAX), Value::Float(2.0));
        for (field, value) in [
            (&one, Value::Null),
            (&one, home.clone()),
            (&list, Value::Null),
            (&list, Value::List(vec![home, Value::Null])),
        ] {
            let text = serde_json::to_string(&Shown(&value)).unwrap();
            assert_eq!(serde_json::from_str::<Json>(&text).unwrap(), to_json(&value));
            assert_eq!(from_json(field, &to_json(&value)), Some(value));
        }
    }

    #[test]
    fn an_object_is_read_in_its_canonical_form_or_not_at_all() {
        let home = Field::new("home", address(), FieldSource::Declared);
        let nothing = || Value::Null;
        for (json, expected) in [
            (json!({ "zip": 5 }), Some(object(nothing(), Value::Int(5), nothing()))),
            (json!({ "at": 1, "street": "x" }), Some(object("x".into(), nothing(), Value::Float(1.0)))),
            (json!({ "zip": "5" }), None),
            (json!({ "town": "y" }), None),
            (json!([]), None),
            (json!("x"), None),
        ] {
            assert_eq!(from_json(&home, &json), expected, "{json}");
        }
    }
}
