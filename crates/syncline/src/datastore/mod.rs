//! The DataStore an application holds.

mod builder;
mod delete;
mod query;
mod save;
mod verdict;

pub use builder::DataStoreBuilder;
pub use delete::{Delete, Deleted};
pub use query::{Count, Query};
pub use save::{Save, Saved};
pub use verdict::Verdict;

pub(crate) use verdict::{Verdicts, Waiting};

use crate::Error;
use crate::expression::Expressions;
use crate::hub::{Hub, HubEvent};
use crate::model::{Model, Origin};
use crate::observe::{Changes, Observers};
use crate::readers::Readers;
use crate::runner::Runner;
use crate::writer::Writer;
use std::sync::Arc;
use std::time::Duration;
use syncline_core::record::{Conflict, Entry};
use syncline_core::{Key, ModelId, Schema};
use syncline_store::Stored;

/// An offline-first store of typed models in one local SQLite file, which syncs by itself.
///
/// A handle is cheap to clone; all clones share the file. When the last one is dropped, sync ends and the file is
/// closed; whatever was not sent yet stays in it and is sent after the next open.
#[derive(Clone, Debug)]
pub struct DataStore {
    pub(crate) shared: Arc<Shared>,
}

/// What all handles share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) schema: Arc<Schema>,
    pub(crate) writer: Writer,
    pub(crate) readers: Readers,
    pub(crate) observers: Arc<Observers>,
    pub(crate) verdicts: Arc<Verdicts>,
    pub(crate) hub: Hub,
    pub(crate) runner: Option<Runner>,
    pub(crate) expressions: Expressions,
}

impl DataStore {
    /// Prepares to open a store for `schema` (the `schema()` that [`schema!`](crate::schema) or the codegen made).
    #[must_use]
    pub fn builder(schema: Arc<Schema>) -> DataStoreBuilder {
        DataStoreBuilder::new(schema)
    }

    /// The schema it was opened with.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.shared.schema
    }

    /// Saves a model: creates it, or writes the fields that changed since it was read. When this returns Ok, the
    /// record and what will be sent of it are on the disk.
    pub fn save<M: Model>(&self, model: M) -> Save<M> {
        Save::new(self.clone(), model)
    }

    /// Deletes a model.
    pub fn delete<M: Model>(&self, model: M) -> Delete<M> {
        let record = model.to_record();
        Delete::new(self.clone(), move |model| Key::of(model, &record))
    }

    /// Deletes the record with this id, or `Key` where the key has several fields.
    pub fn delete_by_id<M: Model>(&self, id: impl Into<ModelKey>) -> Delete<M> {
        let key = id.into().0;
        Delete::new(self.clone(), move |_| key.clone())
    }

    /// The record with this id, or `Key` where the key has several fields. It reads the local file only.
    ///
    /// # Errors
    /// If the file cannot be read, or the stored record does not fit the model.
    #[expect(clippy::unused_async, reason = "every operation is async, so that where it runs can change")]
    pub async fn get<M: Model>(&self, id: impl Into<ModelKey>) -> Result<Option<M>, Error> {
        let model = self.model_id::<M>()?;
        self.start_quietly();
        let key = id.into().0;
        let stored = self.shared.readers.with(|reader| reader.get(model, &key))?;
        stored.map(typed).transpose()
    }

    /// Queries the local records.
    #[must_use]
    pub fn query<M: Model>(&self) -> Query<M> {
        Query::new(self.clone())
    }

    /// Every committed change of the model's records from now on, this device's own and the cloud's.
    ///
    /// # Errors
    /// If the schema has no such model.
    pub fn observe<M: Model>(&self) -> Result<Changes<M>, Error> {
        let model = self.model_id::<M>()?;
        self.start_quietly();
        let changes = self.shared.observers.add(model);
        Ok(Changes::new(changes))
    }

    /// Starts to sync, unless it has started, and returns once the run has begun. Every operation does this by itself.
    ///
    /// # Errors
    /// If no API is configured, a sync expression does not fit its model, or the store is closed.
    pub async fn start(&self) -> Result<(), Error> {
        self.runner()?.start(self.shared.expressions.evaluate(&self.shared.schema)?).await
    }

    /// Stops to sync. Everything stays, and operations go on locally until [`DataStore::start`].
    ///
    /// # Errors
    /// If the store is closed.
    pub async fn stop(&self) -> Result<(), Error> {
        match &self.shared.runner {
            Some(runner) => runner.stop().await,
            None => Ok(()),
        }
    }

    /// Removes everything from the local file, mutations that were not sent included, in one transaction. A save that
    /// commits after it is kept. Sync is stopped before and starts again with the next operation.
    ///
    /// # Errors
    /// If the file cannot be written or the store is closed.
    pub async fn clear(&self) -> Result<(), Error> {
        self.stop().await?;
        self.shared.writer.run(|tx| tx.clear()).await?;
        self.shared.verdicts.forget_all();
        if let Some(runner) = &self.shared.runner {
            runner.allow_start();
        }
        Ok(())
    }

    /// Tries everything that waits for a retry now, and syncs every model once.
    pub fn sync_now(&self) {
        if let Some(runner) = &self.shared.runner {
            runner.wake();
        }
    }

    /// What happens inside, as events.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.shared.hub
    }

    /// The mutations that wait, in order, parked ones included.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn outbox(&self) -> Result<Vec<Entry>, Error> {
        self.shared.readers.with(|reader| reader.outbox())
    }

    /// How many mutations wait, parked ones included.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn pending_count(&self) -> Result<u64, Error> {
        self.shared.readers.with(|reader| reader.outbox_len())
    }

    /// The latest conflicts, newest first, at most `limit`.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn conflicts(&self, limit: usize) -> Result<Vec<Conflict>, Error> {
        self.shared.readers.with(|reader| reader.conflicts(limit))
    }

    /// Waits until no mutation waits to be sent (parked ones do not count).
    ///
    /// # Errors
    /// [`Error::Timeout`] after `timeout`, [`Error::NoApi`] without an API.
    pub async fn flush(&self, timeout: Duration) -> Result<(), Error> {
        self.runner()?;
        self.start_quietly();
        let mut events = self.hub().listen();
        let done = async {
            loop {
                if self.shared.readers.with(|reader| reader.unsettled_len())? == 0 {
                    return Ok(());
                }
                if events.next().await.is_none() {
                    return Err(Error::Closed);
                }
            }
        };
        tokio::time::timeout(timeout, done).await.unwrap_or_else(|_| {
            Err(Error::Timeout("mutations still wait; they are sent when the server answers".into()))
        })
    }

    /// The id of `M` in this store's schema.
    pub(crate) fn model_id<M: Model>(&self) -> Result<ModelId, Error> {
        let model = self.shared.schema.by_name(M::NAME);
        model.map(|model| model.id).ok_or_else(|| Error::UnknownModel(M::NAME.to_owned()))
    }

    fn runner(&self) -> Result<&Runner, Error> {
        self.shared.runner.as_ref().ok_or(Error::NoApi)
    }

    /// Every operation starts sync by itself; what stands in the way of that is told where sync is asked for.
    pub(crate) fn start_quietly(&self) {
        if let Some(runner) = &self.shared.runner
            && runner.may_start()
        {
            match self.shared.expressions.evaluate(&self.shared.schema) {
                Ok(expressions) => runner.start_in_background(expressions),
                Err(error) => tracing::error!(%error, "sync does not start"),
            }
        }
    }
}

impl Shared {
    /// A mutation has been added to the outbox (or become part of one that was there), and maybe ended another. Called
    /// on the writer's thread right after the commit.
    fn enqueued(
        &self,
        model: &str,
        key: Key,
        mutation: Option<&str>,
        ended: Option<&str>,
    ) -> Option<Waiting> {
        if let Some(ended) = ended {
            self.verdicts.tell(ended, Verdict::Superseded);
        }
        let mutation = mutation?.to_owned();
        let waiting = self.verdicts.expect(&mutation);
        self.hub.tell(HubEvent::OutboxMutationEnqueued { model: model.to_owned(), key, mutation });
        if let Some(runner) = &self.runner {
            runner.outbox_grew();
        }
        Some(waiting)
    }
}

/// A key, from an id or from several columns.
#[derive(Clone, Debug)]
pub struct ModelKey(pub(crate) Key);

impl From<&str> for ModelKey {
    fn from(id: &str) -> ModelKey {
        ModelKey(Key::id(id))
    }
}
impl From<&String> for ModelKey {
    fn from(id: &String) -> ModelKey {
        ModelKey(Key::id(id.as_str()))
    }
}
impl From<String> for ModelKey {
    fn from(id: String) -> ModelKey {
        ModelKey(Key::id(id))
    }
}
impl From<Key> for ModelKey {
    fn from(key: Key) -> ModelKey {
        ModelKey(key)
    }
}

/// A stored record as its model, with its origin.
pub(crate) fn typed<M: Model>(stored: Stored) -> Result<M, Error> {
    let origin = Origin::read(stored.record.clone(), stored.version);
    Ok(M::from_record(&stored.record, origin)?)
}
