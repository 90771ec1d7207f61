//! What a device cannot name: fields inside of an object that its schema does not have yet.

use serde_json::Value as Json;
use std::sync::Arc;
use syncline_core::Value;
use syncline_core::model::Field;
use syncline_core::value::Object;

/// The fields inside of an object that an input does not name. A client that speaks the extension names every field that it
/// knows, with null where it has nothing, so that these are newer than its schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unnamed {
    names: Vec<Arc<str>>,
    inside: Vec<(Arc<str>, Unnamed)>,
}

impl Unnamed {
    /// What the input does not name of a field; nothing, if that holds no object. The items of a list are not looked into:
    /// nothing says which of them is which.
    pub(super) fn of(field: &Field, json: &Json) -> Unnamed {
        let mut unnamed = Unnamed::default();
        let ty = field.kind.custom().filter(|_| !field.is_list());
        let (Some(ty), Some(given)) = (ty, json.as_object()) else { return unnamed };
        for field in &ty.fields {
            let name = || Arc::from(field.name.as_str());
            match given.get(&field.name).map(|json| Unnamed::of(field, json)) {
                None => unnamed.names.push(name()),
                Some(inside) if !inside.is_empty() => unnamed.inside.push((name(), inside)),
                Some(_) => {}
            }
        }
        unnamed
    }

    /// Whether everything is named.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.inside.is_empty()
    }

    /// The value with what is stored in the fields that it does not name.
    pub(super) fn keep(&self, value: &Value, stored: &Value) -> Value {
        let (Value::Object(value), Value::Object(stored)) = (value, stored) else { return value.clone() };
        let fields = value.0.iter().map(|(name, value)| {
            let there = stored.get(name).unwrap_or(&Value::Null);
            let inside = self.inside.iter().find(|(known, _)| known == name);
            let value = match inside {
                _ if self.names.contains(name) => there.clone(),
                Some((_, inside)) => inside.keep(value, there),
                None => value.clone(),
            };
            (Arc::clone(name), value)
        });
        Value::Object(Object(fields.collect()))
    }
}
