//! Items as JSON: the JSON of the generated types, with the names of GraphQL.

use super::item::accepted;
use super::{DynamicModel, Item, ItemError};
use crate::model::Origin;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value as Json;
use std::sync::Arc;
use syncline_core::scalar::{FieldProblem, canonical, check_field, is_held};
use syncline_core::value::{any_from_json, to_json};
use syncline_core::{Field, Model as Ir, Record, Value};

impl Item {
    /// Its fields as a JSON object.
    #[must_use]
    pub fn to_json(&self) -> Json {
        self.fields().map(|(name, value)| (name.to_owned(), to_json(value))).collect()
    }

    /// An item from a JSON object, as one that was not read: its save creates. What may be null may be missing, and
    /// keys that are no fields are ignored. An enum keeps a value that it does not know, as generated types do.
    ///
    /// To begin with an id and the defaults of the schema, take a [`DynamicModel::new_item`] and [`Item::set_json`].
    ///
    /// # Errors
    /// If the JSON is no object, a required field is missing, or a value does not fit its field; the message names the
    /// place.
    pub fn from_json(model: &DynamicModel, json: &Json) -> Result<Item, ItemError> {
        let ir = model.ir();
        let given = json.as_object().ok_or_else(|| ItemError::NoObject { model: ir.name.clone() })?;
        let value = |field: &Field| read(ir, field, given.get(&field.name).unwrap_or(&Json::Null));
        let values = ir.fields.iter().map(value).collect::<Result<_, _>>()?;
        Ok(Item { model: Arc::clone(ir), record: Record(values), origin: Origin::none() })
    }

    /// Sets the fields that a JSON object has. Keys that are no fields, and fields that only the server writes, are
    /// ignored.
    ///
    /// # Errors
    /// If the JSON is no object, or a value does not fit its field. The item is as it was then.
    pub fn set_json(&mut self, json: &Json) -> Result<&mut Item, ItemError> {
        let given = json.as_object().ok_or_else(|| ItemError::NoObject { model: self.model.name.clone() })?;
        let mut record = self.record.clone();
        for (place, field) in self.model.fields.iter().enumerate().filter(|(_, field)| !field.read_only) {
            if let Some(json) = given.get(&field.name) {
                record[place] = accepted(&self.model, field, any_from_json(json))?;
            }
        }
        self.record = record;
        Ok(self)
    }
}

/// The value of `field` in `json`, as a generated type would read it.
fn read(model: &Ir, field: &Field, json: &Json) -> Result<Value, ItemError> {
    let value = canonical(field, any_from_json(json));
    match check_field(field, &value) {
        Ok(()) => Ok(value),
        // A newer version of the application may know it. That it is no value of today is said by the save.
        Err(error) if matches!(error.problem, FieldProblem::Enum { .. }) && is_held(field, &value) => {
            Ok(value)
        }
        Err(problem) => Err(ItemError::Value { model: model.name.clone(), problem: Box::new(problem) }),
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.record.0.len()))?;
        for (name, value) in self.fields() {
            map.serialize_entry(name, &to_json(value))?;
        }
        map.end()
    }
}
