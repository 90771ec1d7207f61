//! The handle to a model.

use super::Item;
use super::item::{check_model, place};
use super::related::Related;
use crate::datastore::{DataStore, Delete, DeleteWhere, ModelKey, Query, Save, SyncState};
use crate::model::{Model, Origin, new_id};
use crate::observe::{Changes, ObserveQuery};
use crate::shape::Shape;
use crate::{Error, ir};
use std::sync::Arc;
use syncline_core::predicate::AnyField;
use syncline_core::{Model as Ir, Predicate, Record, Value};

/// A model of the schema by its name, with the operations of a [`DataStore`] on its records. Cheap to clone; like a
/// handle it keeps the store open.
#[derive(Clone, Debug)]
pub struct DynamicModel {
    store: DataStore,
    model: Arc<Ir>,
}

impl DataStore {
    /// The model called `name`, to be worked with without generated types.
    ///
    /// # Errors
    /// If the schema has no such model.
    pub fn model(&self, name: &str) -> Result<DynamicModel, Error> {
        let model = self.shared.schema.by_name(name).ok_or_else(|| Error::UnknownModel(name.to_owned()))?;
        Ok(DynamicModel { store: self.clone(), model: Arc::clone(model) })
    }
}

impl DynamicModel {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.model.name
    }

    /// Its description: fields, key, indexes, relations.
    #[must_use]
    pub fn ir(&self) -> &Arc<ir::Model> {
        &self.model
    }

    /// A new item: with an id of its own where the key is the default `id`, with the defaults of the schema, and null
    /// everywhere else. What is required is to be set before it can be saved.
    #[must_use]
    pub fn new_item(&self) -> Item {
        let id = self.model.default_id();
        let value = |(place, field): (usize, &ir::Field)| {
            if id == Some(place) { Value::Text(new_id()) } else { field.default.clone().unwrap_or_default() }
        };
        let record = Record(self.model.fields.iter().enumerate().map(value).collect());
        Item { model: Arc::clone(&self.model), record, origin: Origin::none() }
    }

    /// The item that a generated type's value is, read where that was read.
    ///
    /// # Errors
    /// If the type is of another model.
    pub fn item<M: Model>(&self, model: &M) -> Result<Item, Error> {
        check_model(&self.model.name, M::NAME)?;
        Ok(Item::read(&self.model, &model.to_record(), model.origin().clone())?)
    }

    /// Saves an item: creates it, or writes the fields that changed since it was read.
    pub fn save(&self, item: Item) -> Save<Item> {
        let shape = self.own(&item);
        Save::new(self.store.clone(), shape, item.record, item.origin)
    }

    /// Deletes an item.
    #[expect(clippy::needless_pass_by_value, reason = "the item is gone after this; taking it says so")]
    pub fn delete(&self, item: Item) -> Delete<Item> {
        let key = item.key();
        Delete::new(self.store.clone(), self.own(&item), move |_| key)
    }

    /// Deletes the record with this id, or `Key` where the key has several fields.
    pub fn delete_by_id(&self, id: impl Into<ModelKey>) -> Delete<Item> {
        let key = id.into().0;
        Delete::new(self.store.clone(), Ok(self.shape()), move |_| key)
    }

    /// The record with this id, or `Key` where the key has several fields. It reads the local file only.
    ///
    /// # Errors
    /// If the file cannot be read.
    #[expect(clippy::unused_async, reason = "every operation is async, so that where it runs can change")]
    pub async fn get(&self, id: impl Into<ModelKey>) -> Result<Option<Item>, Error> {
        self.store.get_as(&self.shape(), &id.into().0)
    }

    /// Queries the local records.
    pub fn query(&self) -> Query<Item> {
        Query::new(self.store.clone(), Ok(self.shape()))
    }

    /// How far the record with this id is in sync, or `Key` where the key has several fields.
    ///
    /// # Errors
    /// If the key does not fit the model, or the file cannot be read.
    pub fn sync_state(&self, id: impl Into<ModelKey>) -> Result<SyncState, Error> {
        self.store.state_of(self.model.id, &id.into().0)
    }

    /// Every committed change of the model's records from now on; see [`DataStore::observe`].
    #[must_use]
    pub fn observe(&self) -> Changes<Item> {
        self.store.observe_as(self.shape())
    }

    /// Every committed change of one record from now on; see [`DataStore::observe_by_id`].
    #[must_use]
    pub fn observe_by_id(&self, id: impl Into<ModelKey>) -> Changes<Item> {
        self.store.observe_key_as(self.shape(), id.into().0)
    }

    /// The result of a query, kept up to date; see [`DataStore::observe_query`].
    pub fn observe_query(&self) -> ObserveQuery<Item> {
        ObserveQuery::new(self.store.clone(), Ok(self.shape()))
    }

    /// Deletes every record that satisfies `predicate`; see [`DataStore::delete_where`].
    pub fn delete_where(&self, predicate: Predicate) -> DeleteWhere<Item> {
        DeleteWhere::new(self.store.clone(), Ok(self.shape()), predicate)
    }

    /// A field to build predicates and sorts with. Whether its type supports an operator, and whether an operand fits, is
    /// checked when the predicate is used.
    ///
    /// # Errors
    /// If the model has no such field.
    pub fn field(&self, name: &str) -> Result<AnyField, Error> {
        place(&self.model, name)?;
        Ok(AnyField::new(name))
    }

    /// The records that `item` is related to by the relation called `relation`, to be filtered, sorted and paged
    /// further.
    ///
    /// # Errors
    /// If the model has no such relation, or the item is one of another model.
    pub fn related(&self, relation: &str, item: &Item) -> Result<Query<Item>, Error> {
        let related = Related::of(&self.store.shared.schema, &self.model, relation, item)?;
        let filter = related.filter();
        Ok(Query::new(self.store.clone(), Ok(Shape::new(related.target, Item::read))).filter(filter))
    }

    /// The one record that `item` is related to by the relation called `relation`; `None` if there is none, or it is
    /// not on this device.
    ///
    /// # Errors
    /// If the model has no such relation, the relation leads to many records, the item is one of another model, or the
    /// file cannot be read.
    #[expect(clippy::unused_async, reason = "every operation is async, so that where it runs can change")]
    pub async fn related_one(&self, relation: &str, item: &Item) -> Result<Option<Item>, Error> {
        let related = Related::of(&self.store.shared.schema, &self.model, relation, item)?;
        match related.key()? {
            Some(key) => self.store.get_as(&Shape::new(related.target, Item::read), &key),
            None => Ok(None),
        }
    }

    /// The store it belongs to.
    pub(crate) fn store(&self) -> &DataStore {
        &self.store
    }

    /// How records are read as items.
    pub(crate) fn shape(&self) -> Shape<Item> {
        Shape::new(Arc::clone(&self.model), Item::read)
    }

    /// The shape, if `item` is one of this model.
    fn own(&self, item: &Item) -> Result<Shape<Item>, Error> {
        item.check_of(&self.model)?;
        Ok(self.shape())
    }
}
