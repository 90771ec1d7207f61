//! The handle that a transaction's closure gets.

use super::state::{Inner, Length};
use super::{TxDelete, TxQuery, TxSave};
use crate::Error;
use crate::datastore::ModelKey;
use crate::model::{Model, Origin, Source};
use crate::shape::Shape;
use std::sync::Arc;
use syncline_core::{Key, Predicate, Record, Schema};

/// Reads and writes of a [transaction](crate::DataStore::transaction): what it reads is one state of the file with its own
/// writes over it, and what it writes is collected until its end. After that every call says
/// [`Error::TransactionOver`].
#[derive(Debug)]
pub struct Transaction {
    inner: Arc<Inner>,
}

impl Transaction {
    pub(super) fn new(inner: Arc<Inner>) -> Transaction {
        Transaction { inner }
    }

    /// Saves a model, as [`DataStore::save`](crate::DataStore::save) does; the result is the model as it is then.
    #[expect(clippy::needless_pass_by_value, reason = "what was saved is what the save returns")]
    pub fn save<M: Model>(&self, model: M) -> TxSave<M> {
        self.save_as(self.shape(), model.to_record(), model.origin().clone())
    }

    /// Deletes a model and what belongs to it, as [`DataStore::delete`](crate::DataStore::delete) does; the result is the
    /// model as it was, if it was there.
    #[expect(clippy::needless_pass_by_value, reason = "the model is gone after this; taking it says so")]
    pub fn delete<M: Model>(&self, model: M) -> TxDelete<M> {
        let record = model.to_record();
        self.delete_as(self.shape(), move |model| Key::of(model, &record))
    }

    /// Deletes the record with this id, or `Key` where the key has several fields, and what belongs to it.
    pub fn delete_by_id<M: Model>(&self, id: impl Into<ModelKey>) -> TxDelete<M> {
        let key = id.into().0;
        self.delete_as(self.shape(), move |_| key)
    }

    /// The record with this id, or `Key` where the key has several fields.
    ///
    /// # Errors
    /// If the file cannot be read, the stored record does not fit the model, or the transaction is over.
    pub async fn get<M: Model>(&self, id: impl Into<ModelKey>) -> Result<Option<M>, Error> {
        self.get_as(self.shape()?, id.into().0).await
    }

    /// Queries the records.
    pub fn query<M: Model>(&self) -> TxQuery<M> {
        self.query_as(self.shape())
    }

    /// The schema of its store.
    pub(crate) fn schema(&self) -> &Arc<Schema> {
        &self.inner.schema
    }

    fn shape<M: Model>(&self) -> Result<Shape<M>, Error> {
        Shape::typed(&self.inner.schema)
    }

    pub(crate) fn save_as<M: Send + 'static>(
        &self,
        shape: Result<Shape<M>, Error>,
        value: Record,
        origin: Origin,
    ) -> TxSave<M> {
        TxSave::new(Arc::clone(&self.inner), shape, value, origin)
    }

    pub(crate) fn delete_as<M: Send + 'static>(
        &self,
        shape: Result<Shape<M>, Error>,
        key: impl FnOnce(&syncline_core::Model) -> Key + Send + 'static,
    ) -> TxDelete<M> {
        TxDelete::new(Arc::clone(&self.inner), shape, key)
    }

    pub(crate) async fn get_as<M>(&self, shape: Shape<M>, key: Key) -> Result<Option<M>, Error> {
        let model = shape.model.id;
        let read = self.inner.run(Length::Short, move |group, reads| group.get(reads, model, &key));
        read.await?.map(|stored| shape.owned(stored)).transpose()
    }

    pub(crate) fn query_as<M: Send + 'static>(&self, shape: Result<Shape<M>, Error>) -> TxQuery<M> {
        TxQuery::new(Arc::clone(&self.inner), shape)
    }
}

/// The relations of generated models can be read in a transaction: `post.comments(&tx)`.
impl Source for Transaction {
    type Query<M: Model> = TxQuery<M>;

    async fn find<M: Model>(&self, key: Key) -> Result<Option<M>, Error> {
        self.get(key).await
    }

    fn select<M: Model>(&self, filter: Predicate) -> TxQuery<M> {
        self.query().filter(filter)
    }
}
