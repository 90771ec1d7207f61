//! The backend: which thread does what.

use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use syncline_backend::{
    Allowance, Answer, Applied, Backend, BackendError, Clock, CommitObserver, List, ListPage, PageWork,
    Purged, Retention, Row, Scope, Sync, SyncPage, Write,
};
use syncline_core::faults::{Rule, is_broken};
use syncline_core::{Key, ModelId, Schema};

use crate::epoch;
use crate::error::{closed, fault};
use crate::file::{self, Lock};
use crate::open::{self, Opened};
use crate::options::{Options, Place};
use crate::purge::{Step, purge};
use crate::read;
use crate::sync;
use crate::table::Layout;
use crate::threads::{self, Observers, lock, tell};
use crate::watermark::Watermark;
use crate::write::{Batch, Group, Writer};

/// Keys that are read in the calling future; more go to a reading thread.
const KEYS_HERE: usize = 64;

/// A store in one SQLite file, or in memory.
///
/// It ends its threads, does what waits and lets go of its file when it is dropped.
#[derive(Debug)]
pub struct SqliteBackend {
    layout: Arc<Layout>,
    epoch: String,
    clock: Arc<dyn Clock>,
    watermark: Arc<Watermark>,
    observers: Arc<Observers>,
    engine: Engine,
    file: Mutex<Option<Lock>>,
}

#[derive(Debug)]
enum Engine {
    /// One connection for everything; `None` once the store is closed.
    Inline(Mutex<Option<Box<Writer>>>),
    Threaded(threads::Threads),
}

impl SqliteBackend {
    /// Opens the store and creates it if it is not there.
    ///
    /// # Errors
    /// [`BackendError::Unusable`] if the file is not one of ours, damaged, from a newer version or held by another
    /// process, and [`BackendError::Schema`] if its schema cannot become this one by adding to it: then the file is
    /// left as it is. [`BackendError::Transient`] for a fault that may go away.
    pub fn open(options: Options) -> Result<SqliteBackend, BackendError> {
        SqliteBackend::open_as(options, false)
    }

    /// Opens a store whose file was restored from a copy: it gets a new epoch, made of the options' random bytes, which
    /// must be others than before (SYNC 2.6). In one transaction every `_version` grows by 1,000,000 and every record is
    /// stamped anew, so that clients that have seen what is lost take what is there for newer; a sync that refers to a
    /// time before is answered with everything. It takes as long as writing every record once.
    ///
    /// # Errors
    /// Those of [`open`](SqliteBackend::open); then there is no new epoch.
    pub fn open_restored(options: Options) -> Result<SqliteBackend, BackendError> {
        SqliteBackend::open_as(options, true)
    }

    fn open_as(options: Options, restored: bool) -> Result<SqliteBackend, BackendError> {
        let Options { place, schema, clock, random, threads } = options;
        let (opened, path) = match place {
            Place::Memory => (open::memory(schema, random)?, None),
            Place::File(path) => {
                let path = file::resolve(&path)?;
                (open::file(&path, schema, random)?, Some(path))
            }
        };
        let Opened { mut conn, layout, mut epoch, clock: mut stored, lock } = opened;
        if restored {
            epoch = open::epoch(random);
            stored = epoch::begin(&mut conn, &layout, &epoch, clock.now_ms()).map_err(fault)?;
        }
        let (layout, watermark) = (Arc::new(layout), Arc::new(Watermark::new(stored)));
        let observers = Arc::new(Observers::default());
        let writer = Writer {
            conn,
            layout: layout.clone(),
            clock: clock.clone(),
            watermark: watermark.clone(),
            seq: stored.seq,
        };
        let engine = match (threads, path) {
            (crate::Threads::Threaded, Some(path)) => {
                Engine::Threaded(threads::Threads::start(writer, observers.clone(), path)?)
            }
            (crate::Threads::Inline, _) | (_, None) => Engine::Inline(Mutex::new(Some(Box::new(writer)))),
        };
        Ok(SqliteBackend { layout, epoch, clock, watermark, observers, engine, file: Mutex::new(lock) })
    }

    /// Does what waits, closes all connections and lets go of the file, so that it can be opened anew, for instance
    /// with another schema. Calls that come later are answered as transient. It returns when that is done.
    pub fn close(&self) {
        match &self.engine {
            Engine::Inline(writer) => drop(lock(writer).take()),
            Engine::Threaded(threads) => threads.end(),
        }
        lock(&self.file).take();
    }

    /// Runs one transaction in the calling thread.
    fn commit_here(
        &self,
        writer: &Mutex<Option<Box<Writer>>>,
        group: &Group<'_>,
    ) -> Result<Vec<Vec<Applied>>, BackendError> {
        let mut writer = lock(writer);
        let done = writer.as_mut().ok_or_else(closed)?.commit(group)?;
        // Taken before the writer is let go, so that observers hear of commits in their order.
        let observers = lock(&self.observers.0);
        drop(writer);
        tell(&observers, done.changes);
        Ok(done.answers)
    }

    async fn raise(&self, ceiling: i64) -> Result<(), BackendError> {
        match &self.engine {
            Engine::Inline(writer) => {
                let group = Group { ceiling: Some(ceiling), ..Group::default() };
                self.commit_here(writer, &group).map(drop)
            }
            Engine::Threaded(threads) => threads.raise(ceiling).await,
        }
    }

    /// Runs a read of unbounded length.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection, &Layout) -> Result<T, BackendError> + Send + 'static,
    ) -> Result<T, BackendError> {
        match &self.engine {
            Engine::Inline(writer) => read_on(writer, |conn| read(conn, &self.layout)),
            Engine::Threaded(threads) => {
                let layout = self.layout.clone();
                threads.read(move |conn| read(conn, &layout)).await
            }
        }
    }
}

fn read_on<T>(
    writer: &Mutex<Option<Box<Writer>>>,
    read: impl FnOnce(&Connection) -> Result<T, BackendError>,
) -> Result<T, BackendError> {
    read(&lock(writer).as_ref().ok_or_else(closed)?.conn)
}

impl Drop for SqliteBackend {
    fn drop(&mut self) {
        self.close();
    }
}

impl Backend for SqliteBackend {
    fn schema(&self) -> Arc<Schema> {
        self.layout.schema.clone()
    }

    fn epoch(&self) -> String {
        self.epoch.clone()
    }

    fn get<'a>(&'a self, scope: &'a Scope, model: ModelId, keys: &'a [Key]) -> Answer<'a, Vec<Option<Row>>> {
        Box::pin(async move {
            let table = &self.layout.tables[model.0];
            match &self.engine {
                Engine::Inline(writer) => read_on(writer, |conn| read::get(conn, table, scope, keys)),
                Engine::Threaded(threads) if keys.len() <= KEYS_HERE => {
                    threads.read_here(|conn| read::get(conn, table, scope, keys))
                }
                Engine::Threaded(_) => {
                    let (scope, keys) = (scope.clone(), keys.to_vec());
                    self.read(move |conn, layout| read::get(conn, &layout.tables[model.0], &scope, &keys))
                        .await
                }
            }
        })
    }

    fn list<'a>(&'a self, scope: &'a Scope, list: &'a List) -> Answer<'a, ListPage> {
        Box::pin(async move {
            let (scope, list) = (scope.clone(), list.clone());
            self.read(move |conn, layout| read::list(conn, &layout.tables[list.model.0], &scope, &list)).await
        })
    }

    fn list_each<'a>(
        &'a self,
        scope: &'a Scope,
        lists: &'a [List],
        most: Allowance,
    ) -> Answer<'a, Vec<ListPage>> {
        Box::pin(async move {
            let (scope, lists) = (scope.clone(), lists.to_vec());
            self.read(move |conn, layout| read::list_each(conn, layout, &scope, &lists, most)).await
        })
    }

    fn sync<'a>(&'a self, scope: &'a Scope, sync: &'a Sync) -> Answer<'a, SyncPage> {
        self.sync_then(scope, sync, Box::new(|_| ()))
    }

    fn sync_then<'a>(&'a self, scope: &'a Scope, sync: &'a Sync, then: PageWork) -> Answer<'a, SyncPage> {
        Box::pin(async move {
            // Before the snapshot: what is stamped below it has committed by now (SYNC 3.1).
            let (started_at, ceiling) = match &sync.resume {
                Some(cursor) => (cursor.started_at, None),
                None => self.watermark.started_at(self.clock.now_ms()),
            };
            if let Some(ceiling) = ceiling {
                self.raise(ceiling).await?;
            }
            let (scope, request) = (scope.clone(), sync.clone());
            self.read(move |conn, layout| {
                let table = &layout.tables[request.model.0];
                let mut page = sync::sync(conn, table, &scope, &request, started_at)?;
                then(&mut page);
                Ok(page)
            })
            .await
        })
    }

    fn strides<'a>(
        &'a self,
        scope: &'a Scope,
        model: ModelId,
        after: &'a Key,
        step: usize,
        count: usize,
    ) -> Answer<'a, Vec<Key>> {
        Box::pin(async move {
            let (scope, after) = (scope.clone(), after.clone());
            self.read(move |conn, layout| {
                sync::strides(conn, &layout.tables[model.0], &scope, &after, step, count)
            })
            .await
        })
    }

    fn apply(&self, writes: Vec<Write>, atomic: bool) -> Answer<'_, Vec<Applied>> {
        Box::pin(async move {
            let batch = Batch { writes, atomic, remember: !is_broken(Rule::MutationIds) };
            match &self.engine {
                Engine::Inline(writer) => {
                    let group = Group { batches: vec![&batch], ceiling: None };
                    self.commit_here(writer, &group).map(|answers| answers.into_iter().flatten().collect())
                }
                Engine::Threaded(threads) => threads.apply(batch).await,
            }
        })
    }

    fn purge(&self, now_ms: i64, retention: Retention, most: usize) -> Answer<'_, Purged> {
        Box::pin(async move {
            let step = Step { now_ms, retention, most };
            match &self.engine {
                Engine::Inline(writer) => purge(lock(writer).as_mut().ok_or_else(closed)?, step),
                Engine::Threaded(threads) => threads.purge(step).await,
            }
        })
    }

    fn observe(&self, observer: Arc<dyn CommitObserver>) {
        lock(&self.observers.0).push(observer);
    }
}
