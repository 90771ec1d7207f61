//! A record without a type of its own.

use super::ItemError;
use crate::model::{Model, ModelError, Origin};
use std::fmt;
use std::sync::Arc;
use syncline_core::predicate::Misfit;
use syncline_core::scalar::{canonical, check_field};
use syncline_core::{Field, Key, Model as Ir, Record, Value};

/// A record of a model that is known by its name: what a generated type is, without the type.
///
/// As with those, where it was read is no part of its value: two items are equal if their models and fields are, and a
/// save sends what differs from what was read.
#[derive(Clone)]
pub struct Item {
    pub(super) model: Arc<Ir>,
    pub(super) record: Record,
    pub(super) origin: Origin,
}

impl Item {
    /// A stored record, whatever its values say.
    pub(crate) fn read(model: &Arc<Ir>, record: &Record, origin: Origin) -> Result<Item, ModelError> {
        if let Some(field) = model.fields.get(record.0.len()) {
            return Err(ModelError::of(&model.name, &field.name, &Misfit::of(&Value::Null)));
        }
        Ok(Item { model: Arc::clone(model), record: record.clone(), origin })
    }

    /// The name of its model.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model.name
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> Key {
        Key::of(&self.model, &self.record)
    }

    /// The value of a field, [`Value::Null`] included. `None`: the model has no such field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.record.0.get(self.model.field(field)?)
    }

    /// The names and values of all fields, in the order of the model.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.model.fields.iter().map(|field| field.name.as_str()).zip(&self.record.0)
    }

    /// Sets a field.
    ///
    /// # Errors
    /// If the model has no such field, only the server writes it, or its type does not accept the value. The item is as
    /// it was then.
    pub fn set(&mut self, field: &str, value: impl Into<Value>) -> Result<&mut Item, ItemError> {
        let place = place(&self.model, field)?;
        self.record[place] = accepted(&self.model, &self.model.fields[place], value.into())?;
        Ok(self)
    }

    /// The item as a generated type, read where the item was read.
    ///
    /// # Errors
    /// [`ItemError::OtherModel`] if it is one of another model, [`ModelError`] if a value does not fit.
    pub fn to_model<M: Model>(&self) -> Result<M, crate::Error> {
        check_model(M::NAME, &self.model.name)?;
        Ok(M::from_record(&self.record, self.origin.clone())?)
    }
}

/// The place of the field called `name`.
pub(super) fn place(model: &Ir, name: &str) -> Result<usize, ItemError> {
    model.field(name).ok_or_else(|| ItemError::UnknownField {
        model: model.name.clone(),
        field: name.to_owned(),
        known: model.fields.iter().map(|field| field.name.clone()).collect(),
    })
}

/// `value` as `field` holds it, if an application may write that.
pub(super) fn accepted(model: &Ir, field: &Field, value: Value) -> Result<Value, ItemError> {
    if field.read_only {
        return Err(ItemError::ReadOnly { model: model.name.clone(), field: field.name.clone() });
    }
    let value = canonical(field, value);
    match check_field(field, &value) {
        Ok(()) => Ok(value),
        Err(problem) => Err(ItemError::Value { model: model.name.clone(), problem: Box::new(problem) }),
    }
}

/// Whether a record of the model `found` is one of the model `expected`.
pub(super) fn check_model(expected: &str, found: &str) -> Result<(), ItemError> {
    if expected == found {
        return Ok(());
    }
    Err(ItemError::OtherModel { expected: expected.to_owned(), found: found.to_owned() })
}

impl Item {
    /// Its values, in the order of the model's fields.
    pub(crate) fn values(&self) -> &Record {
        &self.record
    }

    /// Its values, if it is a record of `expected`.
    pub(crate) fn into_record_of(self, expected: &Ir) -> Result<Record, ItemError> {
        self.check_of(expected)?;
        Ok(self.record)
    }

    /// Whether it is a record of `expected`: of the same model, with the same fields.
    pub(super) fn check_of(&self, expected: &Ir) -> Result<(), ItemError> {
        check_model(&expected.name, &self.model.name)?;
        if std::ptr::eq(expected, &*self.model) || expected.fields == self.model.fields {
            return Ok(());
        }
        Err(ItemError::OtherSchema { model: expected.name.clone() })
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Item) -> bool {
        self.model.name == other.model.name && self.record == other.record
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(&self.model.name);
        for (name, value) in self.fields() {
            shown.field(name, value);
        }
        shown.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_core::model::{FieldKind, FieldSource, Names};
    use syncline_core::{ModelId, Scalar};

    fn item(model: &str, fields: &[&str]) -> Item {
        let field = |name: &&str| Field::new(*name, FieldKind::Scalar(Scalar::Id), FieldSource::Declared);
        let fields: Vec<Field> = fields.iter().map(field).collect();
        let record = Record::empty(fields.len());
        let model = Arc::new(Ir::new(ModelId(0), model, Names::new(model, model), fields, vec![0]));
        Item { model, record, origin: Origin::none() }
    }

    #[test]
    fn an_item_of_another_model_or_schema_is_refused_before_its_fields_are_looked_at() {
        let own = item("Post", &["id", "title"]);
        let found = |other: &Item| other.check_of(&own.model).map_err(|error| error.to_string());
        assert_eq!(found(&own), Ok(()));
        assert_eq!(found(&item("Post", &["id", "title"])), Ok(()));
        let other = "this is a record of Blog, and Post was expected".to_owned();
        assert_eq!(found(&item("Blog", &["id", "title"])), Err(other));
        let schema = "this record of Post was made with another schema; make it with this store's".to_owned();
        assert_eq!(found(&item("Post", &["id"])), Err(schema.clone()));
        assert_eq!(found(&item("Post", &["id", "body"])), Err(schema));
    }
}
