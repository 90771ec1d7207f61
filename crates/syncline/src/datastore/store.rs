//! The handle, and the operations on records.

use super::shared::Shared;
use super::{DataStoreBuilder, Delete, ModelKey, Query, Save};
use crate::Error;
use crate::model::Model;
use crate::observe::Changes;
use crate::shape::Shape;
use std::sync::Arc;
use syncline_core::{Key, Schema};

/// An offline-first store of typed models in one local SQLite file, which syncs by itself.
///
/// A handle is cheap to clone; all clones share the file. When the last one is dropped, sync ends and the file is
/// closed before the drop returns, after the writes that were under way; it can be opened again at once. Whatever was
/// not sent yet stays in it and is sent after the next open.
#[derive(Clone, Debug)]
pub struct DataStore {
    pub(crate) shared: Arc<Shared>,
}

impl DataStore {
    /// Prepares to open a store for `schema` (the `schema()` that [`schema!`](crate::schema) or the codegen made).
    pub fn builder(schema: Arc<Schema>) -> DataStoreBuilder {
        DataStoreBuilder::new(schema)
    }

    /// The schema it was opened with.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.shared.schema
    }

    /// Saves a model: creates it, or writes the fields that changed since it was read. When this returns Ok, the
    /// record and what will be sent of it are on the disk. The [guide](crate::guide::saving) says what that promises.
    #[expect(clippy::needless_pass_by_value, reason = "what was saved is what the save returns")]
    pub fn save<M: Model>(&self, model: M) -> Save<M> {
        Save::new(self.clone(), self.shape(), model.to_record(), model.origin().clone())
    }

    /// Deletes a model, and what belongs to it by has-many and has-one, and so on, all in one commit. Of many-to-many the rows
    /// between go, and the other side stays. Each record has its own mutation, sent before that of the one it belongs to.
    #[expect(clippy::needless_pass_by_value, reason = "the model is gone after this; taking it says so")]
    pub fn delete<M: Model>(&self, model: M) -> Delete<M> {
        let record = model.to_record();
        Delete::new(self.clone(), self.shape(), move |model| Key::of(model, &record))
    }

    /// Deletes the record with this id, or `Key` where the key has several fields, as [`DataStore::delete`] does.
    pub fn delete_by_id<M: Model>(&self, id: impl Into<ModelKey>) -> Delete<M> {
        let key = id.into().0;
        Delete::new(self.clone(), self.shape(), move |_| key)
    }

    /// The record with this id, or `Key` where the key has several fields. It reads the local file only.
    ///
    /// # Errors
    /// If the file cannot be read, or the stored record does not fit the model.
    #[expect(clippy::unused_async, reason = "every operation is async, so that where it runs can change")]
    pub async fn get<M: Model>(&self, id: impl Into<ModelKey>) -> Result<Option<M>, Error> {
        self.get_as(&self.shape()?, &id.into().0)
    }

    /// Queries the local records, with [predicates](crate::guide::predicates).
    pub fn query<M: Model>(&self) -> Query<M> {
        Query::new(self.clone(), self.shape())
    }

    /// Every committed change of the model's records from now on, this device's own and the cloud's. What a query finds
    /// after this call and what is told here leave no gap between them. [`Changes::filter`] tells of a part of them. What went
    /// with a deleted record because it belonged to it is told before it. While the first observer of a model waits for a
    /// commit that is being written, the call takes as long as that.
    ///
    /// # Errors
    /// If the schema has no such model.
    pub fn observe<M: Model>(&self) -> Result<Changes<M>, Error> {
        Ok(self.observe_as(self.shape()?))
    }

    /// How records are read as `M`.
    pub(crate) fn shape<M: Model>(&self) -> Result<Shape<M>, Error> {
        Shape::typed(&self.shared.schema)
    }

    pub(crate) fn get_as<M>(&self, shape: &Shape<M>, key: &Key) -> Result<Option<M>, Error> {
        self.start_quietly();
        let stored = self.shared.readers.with(|reader| reader.get(shape.model.id, key))?;
        stored.map(|stored| shape.owned(stored)).transpose()
    }

    pub(crate) fn observe_as<M>(&self, shape: Shape<M>) -> Changes<M> {
        self.start_quietly();
        let changes = self.shared.observers.add(shape.model.id, None);
        Changes::new(shape, changes)
    }
}
