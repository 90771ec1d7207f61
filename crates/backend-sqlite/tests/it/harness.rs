//! The three ways to open a store.

use std::sync::Arc;

use syncline_backend::contract::Harness;
use syncline_backend::{Backend, Clock};
use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_core::Schema;
use tempfile::TempDir;

/// A store in a file of its own, and what it takes to open it again.
pub(crate) struct Store {
    backend: Option<SqliteBackend>,
    options: Options,
    _directory: TempDir,
}

impl Store {
    fn open(schema: Arc<Schema>, clock: Arc<dyn Clock>, threads: Threads) -> Store {
        let directory = tempfile::tempdir().unwrap();
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
        Threaded(Store::open(schema, clock, Threads::Threaded))
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
        Inline(Store::open(schema, clock, Threads::Inline))
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
