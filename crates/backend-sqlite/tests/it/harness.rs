//! The three ways to open a store, and short words for the tests of this crate.

use std::path::Path;
use std::sync::Arc;

use syncline_backend::contract::{Harness, block_on};
use syncline_backend::{
    Applied, Backend, BackendError, Clock, Decide, Decision, ManualClock, Mutation, Row, Scope, Sync,
    SyncPage, Write,
};
use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_core::predicate::Filter;
use syncline_core::record::MutationOp;
use syncline_core::{Key, Record, Schema};
use tempfile::TempDir;

/// A schema of these models.
pub(crate) fn schema(source: &str) -> Arc<Schema> {
    let public = "@model @auth(rules: [{ allow: public }])";
    Arc::new(syncline_schema::compile(&source.replace("@public", public), "test.graphql").unwrap())
}

/// One model.
pub(crate) fn notes() -> Arc<Schema> {
    schema("type Note @public { id: ID! text: String! }")
}

/// How to open the store at `path`.
pub(crate) fn options(path: &Path, schema: Arc<Schema>, threads: Threads) -> Options {
    let (place, clock) = (Place::File(path.to_owned()), Arc::new(ManualClock::new(1_000)));
    Options { place, schema, clock, random: [7; 16], threads }
}

/// What writes a note with this text, whatever is there.
pub(crate) fn note(backend: &dyn Backend, id: &str, text: &str) -> Write {
    let schema = backend.schema();
    let model = schema.by_name("Note").unwrap();
    let mut record = Record::empty(model.fields.len());
    record[model.field("id").unwrap()] = id.into();
    record[model.field("text").unwrap()] = text.into();
    let decide: Decide = Box::new(move |_| Decision::Write(record.clone()));
    let (model, key, op) = (model.id, Key::id(id), MutationOp::Update);
    Write {
        mutation: Mutation { model, key, op, id: None, base_version: None, session: None, origin: None },
        decide,
    }
}

pub(crate) fn apply(backend: &dyn Backend, write: Write) -> Result<Vec<Applied>, BackendError> {
    block_on(backend.apply(vec![write], false))
}

/// The first page of a sync of the first model.
pub(crate) fn sync(backend: &dyn Backend, last_sync: Option<i64>) -> SyncPage {
    let model = backend.schema().models()[0].id;
    let sync = Sync { model, last_sync, resume: None, limit: 1_000, max_bytes: usize::MAX, leaves: false };
    block_on(backend.sync(&Scope::new(Filter::all(), Filter::all()), &sync)).unwrap()
}

/// The notes in the store, as id and text.
pub(crate) fn held(backend: &dyn Backend) -> Vec<(String, String)> {
    let text = |row: &Row, field: usize| row.record[field].as_text().unwrap().to_owned();
    sync(backend, None).rows.iter().map(|row| (text(row, 0), text(row, 1))).collect()
}

/// A store in a file of its own, and what it takes to open it again.
pub(crate) struct Store {
    backend: Option<SqliteBackend>,
    options: Options,
    _directory: TempDir,
}

impl Store {
    fn open(directory: TempDir, schema: Arc<Schema>, clock: Arc<dyn Clock>, threads: Threads) -> Store {
        let place = Place::File(directory.path().join("store.db"));
        let options = Options { place, schema, clock, random: [7; 16], threads };
        let backend = Some(SqliteBackend::open(options.clone()).unwrap());
        Store { backend, options, _directory: directory }
    }

    fn reopen(mut self) -> Store {
        drop(self.backend.take());
        self.backend = Some(SqliteBackend::open(self.options.clone()).unwrap());
        self
    }

    fn backend(&self) -> &SqliteBackend {
        self.backend.as_ref().unwrap()
    }
}

/// With threads and group commit.
pub(crate) struct Threaded(Store);

impl Harness for Threaded {
    fn open(schema: Arc<Schema>, clock: Arc<dyn Clock>) -> Threaded {
        Threaded(Store::open(tempfile::tempdir().unwrap(), schema, clock, Threads::Threaded))
    }

    fn reopen(self) -> Threaded {
        Threaded(self.0.reopen())
    }

    fn backend(&self) -> &dyn Backend {
        self.0.backend()
    }
}

/// In the calling future.
pub(crate) struct Inline(Store);

impl Harness for Inline {
    fn open(schema: Arc<Schema>, clock: Arc<dyn Clock>) -> Inline {
        // Where a commit costs no turn of the disk, if there is such a place: the threaded store has the disk.
        let directory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        Inline(Store::open(directory, schema, clock, Threads::Inline))
    }

    fn reopen(self) -> Inline {
        Inline(self.0.reopen())
    }

    fn backend(&self) -> &dyn Backend {
        self.0.backend()
    }
}

/// Without a file: nothing outlives it.
pub(crate) struct Memory(SqliteBackend);

impl Harness for Memory {
    fn open(schema: Arc<Schema>, clock: Arc<dyn Clock>) -> Memory {
        let (place, threads) = (Place::Memory, Threads::Inline);
        Memory(SqliteBackend::open(Options { place, schema, clock, random: [7; 16], threads }).unwrap())
    }

    fn reopen(self) -> Memory {
        self
    }

    fn backend(&self) -> &dyn Backend {
        &self.0
    }
}
