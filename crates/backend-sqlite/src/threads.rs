//! The store's threads: one that writes, some that read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::thread::{Builder, JoinHandle};

use rusqlite::Connection;
use syncline_backend::{Applied, BackendError, CommitObserver, Committed, Purged};

use crate::connection;
use crate::error::{closed, fault};
use crate::oneshot::{self, Sender};
use crate::purge::{Step, purge};
use crate::queue::{Queue, Refused};
use crate::write::{Batch, Group, Writer};

/// Calls that may wait for the writer; beyond it a caller is told to come again.
const WRITES_WAITING: usize = 4_096;
/// Calls that commit together at most.
const GROUP: usize = 512;
/// Reads that may wait for a thread.
const READS_WAITING: usize = 1_024;
/// Threads that read.
const READERS: usize = 2;
/// Connections for reads by key that are kept open.
const POOLED: usize = 8;

/// Those who are told of commits.
#[derive(Default)]
pub(crate) struct Observers(pub(crate) Mutex<Vec<Arc<dyn CommitObserver>>>);

impl std::fmt::Debug for Observers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Observers").field(&lock(&self.0).len()).finish()
    }
}

/// Locks what no panic leaves half-done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

enum WriteJob {
    Apply(Batch, Sender<Result<Vec<Applied>, BackendError>>),
    /// Makes this ceiling durable, in ms.
    Raise(i64, Sender<Result<(), BackendError>>),
    /// A step of a purge, after what else is taken with it.
    Purge(Step, Sender<Result<Purged, BackendError>>),
}

type ReadJob = Box<dyn FnOnce(&Connection) + Send>;

/// The threads of one store.
pub(crate) struct Threads {
    writes: Arc<Queue<WriteJob>>,
    reads: Arc<Queue<ReadJob>>,
    reading: Mutex<Vec<JoinHandle<()>>>,
    writing: Mutex<Option<JoinHandle<()>>>,
    path: PathBuf,
    /// Connections for reads by key, which run in the calling future.
    idle: Mutex<Option<Vec<Connection>>>,
}

impl Threads {
    /// Starts them.
    ///
    /// # Errors
    /// If a thread or a connection cannot be had.
    pub(crate) fn start(
        writer: Writer,
        observers: Arc<Observers>,
        path: PathBuf,
    ) -> Result<Threads, BackendError> {
        let threads = Threads {
            writes: Arc::new(Queue::new(WRITES_WAITING)),
            reads: Arc::new(Queue::new(READS_WAITING)),
            reading: Mutex::new(Vec::new()),
            writing: Mutex::new(None),
            idle: Mutex::new(Some(Vec::new())),
            path,
        };
        for _ in 0..READERS {
            let conn = connection::reader(&threads.path).map_err(fault)?;
            let jobs = threads.reads.clone();
            lock(&threads.reading).push(spawn("syncline-read", move || read(&conn, &jobs))?);
        }
        let jobs = threads.writes.clone();
        *lock(&threads.writing) = Some(spawn("syncline-write", move || write(writer, &observers, &jobs))?);
        Ok(threads)
    }

    /// Applies a batch, in one transaction with whatever else waits.
    pub(crate) async fn apply(&self, batch: Batch) -> Result<Vec<Applied>, BackendError> {
        let (sender, answer) = oneshot::channel();
        accepted(self.writes.push(WriteJob::Apply(batch, sender)))?;
        answer.await.unwrap_or_else(|| Err(lost()))
    }

    /// Makes a ceiling durable.
    pub(crate) async fn raise(&self, ceiling: i64) -> Result<(), BackendError> {
        let (sender, answer) = oneshot::channel();
        accepted(self.writes.push(WriteJob::Raise(ceiling, sender)))?;
        answer.await.unwrap_or_else(|| Err(lost()))
    }

    /// One step of a purge.
    pub(crate) async fn purge(&self, step: Step) -> Result<Purged, BackendError> {
        let (sender, answer) = oneshot::channel();
        accepted(self.writes.push(WriteJob::Purge(step, sender)))?;
        answer.await.unwrap_or_else(|| Err(lost()))
    }

    /// Runs a read of unbounded length on a thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, BackendError> + Send + 'static,
    ) -> Result<T, BackendError> {
        let (sender, answer) = oneshot::channel();
        accepted(self.reads.push(Box::new(move |conn| sender.send(read(conn)))))?;
        answer.await.unwrap_or_else(|| Err(lost()))
    }

    /// Runs a short read in place, on a connection of the pool.
    pub(crate) fn read_here<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, BackendError>,
    ) -> Result<T, BackendError> {
        let pooled = lock(&self.idle).as_mut().ok_or_else(closed)?.pop();
        let conn = match pooled {
            Some(conn) => conn,
            None => connection::reader(&self.path).map_err(fault)?,
        };
        let answer = read(&conn);
        if let Some(idle) = lock(&self.idle).as_mut().filter(|idle| idle.len() < POOLED) {
            idle.push(conn);
        }
        answer
    }

    /// Does what waits, ends the threads and closes their connections. The writer's is the last to go, so that it
    /// writes the WAL back.
    pub(crate) fn end(&self) {
        self.reads.close();
        let reading = std::mem::take(&mut *lock(&self.reading));
        reading.into_iter().for_each(join);
        lock(&self.idle).take();
        self.writes.close();
        let writing = lock(&self.writing).take();
        writing.into_iter().for_each(join);
    }
}

/// A store that could not be started, too, leaves no thread behind.
impl Drop for Threads {
    fn drop(&mut self) {
        self.end();
    }
}

impl std::fmt::Debug for Threads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Threads").field("path", &self.path).finish_non_exhaustive()
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, BackendError> {
    let thread = Builder::new().name(name.to_owned()).spawn(work);
    thread.map_err(|error| BackendError::Transient(format!("no thread can be started: {error}")))
}

fn join(thread: JoinHandle<()>) {
    // An observer may hold the last handle of the store: a thread cannot wait for itself.
    if thread.thread().id() != std::thread::current().id() {
        // A panic in there has been answered already.
        let _ = thread.join();
    }
}

fn accepted(pushed: Result<(), Refused>) -> Result<(), BackendError> {
    pushed.map_err(|refused| match refused {
        Refused::Full => BackendError::Transient("too many calls wait for the store".to_owned()),
        Refused::Closed => closed(),
    })
}

/// The job was dropped without an answer.
fn lost() -> BackendError {
    BackendError::Transient("the call was given up by the store".to_owned())
}

fn read(conn: &Connection, jobs: &Queue<ReadJob>) {
    loop {
        let taken = jobs.take(1);
        if taken.is_empty() {
            return;
        }
        for job in taken {
            // A panic drops the job's sender, which answers it.
            if catch_unwind(AssertUnwindSafe(|| job(conn))).is_err() {
                tracing::error!("a read panicked");
            }
        }
    }
}

fn write(mut writer: Writer, observers: &Observers, jobs: &Queue<WriteJob>) {
    loop {
        let taken = jobs.take(GROUP);
        if taken.is_empty() {
            return;
        }
        // A panic in a decision rolls the transaction back and drops the senders, which answers the group.
        if catch_unwind(AssertUnwindSafe(|| write_group(&mut writer, observers, taken))).is_err() {
            tracing::error!("a decision or an observer panicked");
        }
    }
}

fn write_group(writer: &mut Writer, observers: &Observers, mut jobs: Vec<WriteJob>) {
    let purges: Vec<_> = jobs.extract_if(.., |job| matches!(job, WriteJob::Purge(..))).collect();
    if !jobs.is_empty() {
        commit_group(writer, observers, jobs);
    }
    for job in purges {
        if let WriteJob::Purge(step, sender) = job {
            sender.send(purge(writer, step));
        }
    }
}

fn commit_group(writer: &mut Writer, observers: &Observers, jobs: Vec<WriteJob>) {
    let mut group = Group::default();
    for job in &jobs {
        match job {
            WriteJob::Apply(batch, _) => group.batches.push(batch),
            WriteJob::Raise(ceiling, _) => group.ceiling = group.ceiling.max(Some(*ceiling)),
            WriteJob::Purge(..) => {}
        }
    }
    let done = writer.commit(&group);
    let wakers: Vec<_> = match done {
        Ok(done) => {
            tell(&lock(&observers.0), done.changes);
            let mut answers = done.answers.into_iter();
            let answered = jobs.into_iter().filter_map(|job| match job {
                WriteJob::Apply(_, sender) => sender.put(answers.next().ok_or_else(lost)),
                WriteJob::Raise(_, sender) => sender.put(Ok(())),
                WriteJob::Purge(..) => None,
            });
            answered.collect()
        }
        Err(error) => {
            tracing::warn!(%error, calls = jobs.len(), "a transaction failed");
            let answered = jobs.into_iter().filter_map(|job| match job {
                WriteJob::Apply(_, sender) => sender.put(Err(error.clone())),
                WriteJob::Raise(_, sender) => sender.put(Err(error.clone())),
                WriteJob::Purge(..) => None,
            });
            answered.collect()
        }
    };
    wakers.into_iter().for_each(Waker::wake);
}

/// Tells each observer, in commit order.
pub(crate) fn tell(observers: &[Arc<dyn CommitObserver>], changes: Vec<Committed>) {
    if observers.is_empty() || changes.is_empty() {
        return;
    }
    let changes: Arc<[Committed]> = changes.into();
    for observer in observers {
        observer.committed(&changes);
    }
}
