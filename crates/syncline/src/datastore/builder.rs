//! Opening a store.

use super::handler::Settlers;
use super::rejected::ByName;
use super::shared::{Announcer, Shared};
use super::{ConflictHandler, DataStore, Receiving, Verdicts};
use crate::api::AppSync;
use crate::dynamic::Item;
use crate::expression::Expressions;
use crate::hub::Hub;
use crate::model::Model;
use crate::observe::{Observers, Synced};
use crate::readers::Readers;
use crate::runner::{Runner, RunnerParts, Statuses};
use crate::writer::Writer;
use crate::{Error, id};
use std::path::PathBuf;
use std::sync::Arc;
use syncline_core::{Predicate, Schema};
use syncline_store::{Durability, Location, Migration, OpenOptions, Snapshots, Store};

/// What a store is opened with.
#[derive(Debug)]
#[must_use = "a store opens when open() is awaited"]
pub struct DataStoreBuilder {
    schema: Arc<Schema>,
    location: Location,
    durability: Durability,
    api: Option<AppSync>,
    expressions: Expressions,
    settlers: Settlers,
    pub(super) receiving: Receiving,
    pub(super) rejected: ByName,
    pub(super) migration: Migration,
}

impl DataStoreBuilder {
    pub(super) fn new(schema: Arc<Schema>) -> DataStoreBuilder {
        DataStoreBuilder {
            schema,
            location: Location::Memory,
            durability: Durability::Full,
            api: None,
            expressions: Expressions::default(),
            settlers: Settlers::default(),
            receiving: Receiving::default(),
            rejected: ByName::default(),
            migration: Migration::default(),
        }
    }

    /// Keeps the records in this file; it is made if it is not there. One process owns it at a time.
    pub fn path(mut self, path: impl Into<PathBuf>) -> DataStoreBuilder {
        self.location = Location::File(path.into());
        self
    }

    /// Keeps the records in memory, which is the default: they are gone when the store is dropped.
    pub fn in_memory(mut self) -> DataStoreBuilder {
        self.location = Location::Memory;
        self
    }

    /// How much a save promises. [`Durability::Full`], the default, means that it has reached the disk.
    pub fn durability(mut self, durability: Durability) -> DataStoreBuilder {
        self.durability = durability;
        self
    }

    /// Syncs with this API. Without one the store is local, and the outbox keeps what is written until there is one.
    pub fn api(mut self, api: AppSync) -> DataStoreBuilder {
        self.api = Some(api);
        self
    }

    /// Syncs only the records of `M` that the predicate selects. The closure is evaluated once at every start of
    /// sync; with a predicate other than the last one, everything of the model is fetched anew (a base sync). Of several
    /// expressions for one model the last counts.
    pub fn sync_expression<M: Model>(
        self,
        expression: impl Fn() -> Predicate + Send + Sync + 'static,
    ) -> DataStoreBuilder {
        self.sync_expression_by_name(M::NAME, expression)
    }

    /// As [`sync_expression`](DataStoreBuilder::sync_expression), for the model called `model`.
    pub fn sync_expression_by_name(
        mut self,
        model: &str,
        expression: impl Fn() -> Predicate + Send + Sync + 'static,
    ) -> DataStoreBuilder {
        self.expressions.add(model, Arc::new(expression));
        self
    }

    /// Settles the conflicts of `M` by a function of the application's own: what this device and somebody else changed
    /// without knowing of each other. It is asked outside of any transaction, may take its time and may use the store
    /// ([`Conflict::store`](crate::Conflict::store)); nothing of that record is sent meanwhile, and stopping or closing the
    /// store does not wait for it. If the record changes while it thinks it is asked again, five times at most. If it panics,
    /// or does not answer for another reason, the server's side stays. The [guide](crate::guide::syncing#conflicts) has an
    /// example.
    pub fn on_conflict<M: Model>(mut self, handler: impl ConflictHandler<M>) -> DataStoreBuilder {
        self.settlers.typed(handler);
        self
    }

    /// As [`on_conflict`](DataStoreBuilder::on_conflict), for the model called `model`.
    pub fn on_conflict_by_name(
        mut self,
        model: &str,
        handler: impl ConflictHandler<Item>,
    ) -> DataStoreBuilder {
        self.settlers.dynamic(Some(model), handler);
        self
    }

    /// As [`on_conflict`](DataStoreBuilder::on_conflict), for every model that has no handler of its own.
    pub fn on_any_conflict(mut self, handler: impl ConflictHandler<Item>) -> DataStoreBuilder {
        self.settlers.dynamic(None, handler);
        self
    }

    /// Leaves the conflicts of `M` to the server, because it has a handler for them (AppSync's conflict resolution `LAMBDA`):
    /// a change that meets one is sent as it is, on the version that it was made on. What the handler rejects is settled on
    /// this device by the rule without a handler.
    pub fn server_settles<M: Model>(self) -> DataStoreBuilder {
        self.server_settles_by_name(M::NAME)
    }

    /// As [`server_settles`](DataStoreBuilder::server_settles), for the model called `model`.
    pub fn server_settles_by_name(mut self, model: &str) -> DataStoreBuilder {
        self.settlers.server(model);
        self
    }

    /// Opens the store. Sync starts with the first operation, or with [`DataStore::start`].
    ///
    /// # Errors
    /// If the file is in use, is not one of ours, is newer or damaged, or holds pending changes that the schema has no
    /// place for (see [`discard_on_migration`](DataStoreBuilder::discard_on_migration)); the file is untouched then. If a sync expression does not fit its model, or the
    /// schema has no such model.
    pub async fn open(self) -> Result<DataStore, Error> {
        self.expressions.evaluate(&self.schema)?;
        let rejections = self.rejected.of(&self.schema)?;
        if let Some(model) = self.receiving.unknown_model(&self.schema) {
            return Err(Error::UnknownModel(model.to_owned()));
        }
        let handlers = Arc::new(self.settlers.resolve(&self.schema)?);
        let settlers = Arc::clone(&handlers);
        let options = OpenOptions {
            location: self.location,
            schema: Arc::clone(&self.schema),
            durability: self.durability,
            holder: holder(),
            fresh_session: id::new_id(),
        };
        let migration = self.migration;
        // Opening may migrate, which takes as long as the file is large.
        let opened = tokio::task::spawn_blocking(move || {
            let mut store = Store::open_migrating(options, &migration)?;
            settlers.settles().for_each(|(model, by)| store.settle_conflicts(model, by));
            store.release_held()?;
            let told = Arc::clone(&settlers.told);
            store.on_held(move || told.notify_one());
            let readers = Readers::open(&store)?;
            let snapshots = Snapshots::of(&store);
            let session = store.reads().session()?;
            Ok::<_, Error>((store, readers, snapshots, session))
        });
        let (store, readers, snapshots, session) = opened.await.map_err(|_| Error::Closed)??;
        let checker = store.checker();
        let hub = Hub::new();
        let observers = Arc::new(Observers::default());
        let synced = Arc::new(Synced::new(self.schema.models().len()));
        let verdicts = Arc::new(Verdicts::default());
        let statuses = Arc::new(Statuses::default());
        let writer = Writer::start(store, Arc::clone(&observers))?;
        let readers = Arc::new(readers);
        let runner = match self.api {
            Some(api) => Some(Runner::start_idle(RunnerParts {
                schema: Arc::clone(&self.schema),
                writer: writer.clone(),
                readers: Arc::clone(&readers),
                verdicts: Arc::clone(&verdicts),
                observers: Arc::clone(&observers),
                synced: Arc::clone(&synced),
                hub: hub.clone(),
                api,
                session,
                receiving: self.receiving,
                rejections,
                statuses: Arc::clone(&statuses),
                handlers: Arc::clone(&handlers),
                checker: checker.clone(),
            })?),
            None => None,
        };
        let announcer = Announcer { verdicts, hub, runner: runner.as_ref().map(Runner::news) };
        let shared = Shared {
            schema: self.schema,
            writer,
            readers,
            snapshots: Arc::new(snapshots),
            observers,
            synced,
            statuses,
            announcer,
            runner,
            expressions: self.expressions,
            checker,
        };
        let shared = Arc::new(shared);
        handlers.opened(&shared);
        Ok(DataStore { shared })
    }
}

/// What a second process is told of this one.
fn holder() -> String {
    let program = std::env::current_exe().ok();
    let name = program.as_deref().and_then(|path| path.file_name());
    name.map_or_else(|| "a program".to_owned(), |name| name.to_string_lossy().into_owned())
}
