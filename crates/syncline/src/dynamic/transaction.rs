//! Models by their names in a transaction.

use super::Item;
use super::related::Related;
use crate::datastore::{ModelKey, Transaction, TxDelete, TxQuery, TxSave};
use crate::shape::Shape;
use crate::{Error, ir};
use std::sync::Arc;

/// A model by its name in a [`Transaction`]: the operations of a [`DynamicModel`](super::DynamicModel) that read and write
/// records.
#[derive(Clone, Copy, Debug)]
pub struct TxModel<'a> {
    tx: &'a Transaction,
    model: &'a Arc<ir::Model>,
}

impl Transaction {
    /// The model called `name`, to be worked with without generated types.
    ///
    /// # Errors
    /// If the schema has no such model.
    pub fn model(&self, name: &str) -> Result<TxModel<'_>, Error> {
        let model = self.schema().by_name(name).ok_or_else(|| Error::UnknownModel(name.to_owned()))?;
        Ok(TxModel { tx: self, model })
    }
}

impl TxModel<'_> {
    /// Saves an item: creates it, or writes the fields that changed since it was read.
    pub fn save(&self, item: Item) -> TxSave<Item> {
        self.tx.save_as(self.own(&item), item.record, item.origin)
    }

    /// Deletes an item and what belongs to it.
    #[expect(clippy::needless_pass_by_value, reason = "the item is gone after this; taking it says so")]
    pub fn delete(&self, item: Item) -> TxDelete<Item> {
        let key = item.key();
        self.tx.delete_as(self.own(&item), move |_| key)
    }

    /// Deletes the record with this id, or `Key` where the key has several fields, and what belongs to it.
    pub fn delete_by_id(&self, id: impl Into<ModelKey>) -> TxDelete<Item> {
        let key = id.into().0;
        self.tx.delete_as(Ok(self.shape()), move |_| key)
    }

    /// The record with this id, or `Key` where the key has several fields.
    ///
    /// # Errors
    /// If the file cannot be read, or the transaction is over.
    pub async fn get(&self, id: impl Into<ModelKey>) -> Result<Option<Item>, Error> {
        self.tx.get_as(self.shape(), id.into().0).await
    }

    /// Queries the records.
    pub fn query(&self) -> TxQuery<Item> {
        self.tx.query_as(Ok(self.shape()))
    }

    /// As [`DynamicModel::related`](super::DynamicModel::related).
    ///
    /// # Errors
    /// If the model has no such relation, or the item is one of another model.
    pub fn related(&self, relation: &str, item: &Item) -> Result<TxQuery<Item>, Error> {
        let related = Related::of(self.tx.schema(), self.model, relation, item)?;
        let filter = related.filter();
        Ok(self.tx.query_as(Ok(Shape::new(related.target, Item::read))).filter(filter))
    }

    /// As [`DynamicModel::related_one`](super::DynamicModel::related_one).
    ///
    /// # Errors
    /// If the model has no such relation, the relation leads to many records, the item is one of another model, the
    /// file cannot be read, or the transaction is over.
    pub async fn related_one(&self, relation: &str, item: &Item) -> Result<Option<Item>, Error> {
        let related = Related::of(self.tx.schema(), self.model, relation, item)?;
        match related.key()? {
            Some(key) => self.tx.get_as(Shape::new(related.target, Item::read), key).await,
            None => Ok(None),
        }
    }

    fn shape(&self) -> Shape<Item> {
        Shape::new(Arc::clone(self.model), Item::read)
    }

    fn own(&self, item: &Item) -> Result<Shape<Item>, Error> {
        item.check_of(self.model)?;
        Ok(self.shape())
    }
}
