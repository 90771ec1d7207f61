//! The one writer: a thread that owns the store's connection, commits in groups, and then tells observers.
//!
//! A job that has been handed in runs to its end, whether or not somebody still waits for the answer: a cancelled call
//! leaves the file as it was before or as it is after, never between.

use crate::Error;
use crate::inbox::{Inbox, inbox};
use crate::observe::Observers;
use crate::pace::{Pace, Turn};
use std::sync::Arc;
use std::thread::JoinHandle;
use syncline_store::{Store, StoreError, Tx};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};

/// Jobs that may wait for the writer before those who hand them in must wait too.
const QUEUE: usize = 1024;
/// Jobs that share one commit at the most.
const GROUP: usize = 256;

/// What a job does once it is known whether its group has committed.
type Done = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type Job = Box<dyn FnOnce(&mut Store) -> Done + Send>;

enum Command {
    /// One operation of a group, with its place in the queue.
    Group(Job, OwnedSemaphorePermit),
    /// Something that needs the store outside a transaction.
    Alone(Box<dyn FnOnce(&mut Store) + Send>),
    /// Close the file and end.
    Close,
}

/// A handle to the writer's thread; the thread ends when the last one is dropped, or one is told to close.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    commands: mpsc::UnboundedSender<Command>,
    /// Places in the queue.
    places: Arc<Semaphore>,
    /// How to wait for it.
    pace: Arc<Pace>,
    /// Joins the thread when the last handle goes, so that the file is closed by then.
    thread: Arc<Thread>,
    /// Its other end is gone once the file is closed.
    open: watch::Receiver<()>,
}

#[derive(Debug)]
struct Thread(std::sync::Mutex<Option<JoinHandle<()>>>);

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(store: Store, observers: Arc<Observers>) -> Result<Writer, Error> {
        let (commands, queue) = inbox();
        let places = Arc::new(Semaphore::new(QUEUE));
        let pace = Arc::new(Pace::new());
        let (end, open) = watch::channel(());
        let closing = Closing { places: Arc::clone(&places), _end: end };
        let own_pace = Arc::clone(&pace);
        let thread = std::thread::Builder::new()
            .name("syncline-writer".to_owned())
            .spawn(move || {
                let _closing = closing;
                work(store, queue, &observers, &own_pace);
            })
            .map_err(|error| Error::Config(format!("the writer's thread cannot be started: {error}")))?;
        let thread = Arc::new(Thread(std::sync::Mutex::new(Some(thread))));
        Ok(Writer { commands, places, pace, thread, open })
    }

    /// Ends the thread after what has been handed in so far, and waits until the file is closed. Later calls of any
    /// handle say that the store is closed.
    pub(crate) fn close(&self) {
        // Gone only if it has ended already.
        let _ = self.commands.send(Command::Close);
        self.thread.join();
    }

    /// Like [`Writer::close`], without holding up the thread that waits for it.
    pub(crate) async fn close_in_background(&self) {
        let _ = self.commands.send(Command::Close);
        let mut open = self.open.clone();
        while open.changed().await.is_ok() {}
        // It has nothing left to do.
        self.thread.join();
    }

    /// Whether the file is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.open.has_changed().is_err()
    }

    /// Runs `op` in a savepoint of the next group, and answers after the commit.
    pub(crate) async fn run<R, F>(&self, op: F) -> Result<R, Error>
    where
        R: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
    {
        self.run_then(op, |_| ()).await
    }

    /// Like [`Writer::run`], and calls `then` on the writer's thread after the commit, before anybody is answered and
    /// before any later job: what it does happens even if the caller has gone.
    pub(crate) async fn run_then<R, F, T>(&self, op: F, then: T) -> Result<R, Error>
    where
        R: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
        T: FnOnce(&R) + Send + 'static,
    {
        let then = |done| {
            then(&done);
            done
        };
        self.answered(Undo::Savepoint, op, then).await
    }

    /// Like [`Writer::run_then`], for an `op` that finds out whether it can be done before it writes
    /// ([`Store::attempt_checked`]). The answer is what `then` makes of what it did.
    pub(crate) async fn run_checked<R, A, F, T>(&self, op: F, then: T) -> Result<A, Error>
    where
        R: Send + 'static,
        A: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
        T: FnOnce(R) -> A + Send + 'static,
    {
        self.answered(Undo::Checked, op, then).await
    }

    async fn answered<R, A, F, T>(&self, undo: Undo, op: F, then: T) -> Result<A, Error>
    where
        R: Send + 'static,
        A: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
        T: FnOnce(R) -> A + Send + 'static,
    {
        let (reply, mut answer) = oneshot::channel();
        let turn = Turn::take(&self.pace);
        let done = move |result: Result<R, StoreError>| {
            // The caller may have gone; the work is done all the same.
            let _ = reply.send(result.map(then));
        };
        self.hand_in(undo, op, done).await?;
        if let Some(result) = turn.spin(|| answer.try_recv().ok()) {
            return Ok(result?);
        }
        Ok(answer.await.map_err(|_| Error::Closed)??)
    }

    /// Hands in `op` and returns as soon as it is queued; `done` is called on the writer's thread after the commit.
    pub(crate) async fn submit<R, F, D>(&self, op: F, done: D) -> Result<(), Error>
    where
        R: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
        D: FnOnce(Result<R, StoreError>) + Send + 'static,
    {
        self.hand_in(Undo::Savepoint, op, done).await
    }

    async fn hand_in<R, F, D>(&self, undo: Undo, op: F, done: D) -> Result<(), Error>
    where
        R: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
        D: FnOnce(Result<R, StoreError>) + Send + 'static,
    {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Error::Closed)?;
        let job: Job = Box::new(move |store| {
            let attempted = match undo {
                Undo::Savepoint => store.attempt(op),
                Undo::Checked => store.attempt_checked(op),
            };
            Box::new(move |committed| done(committed.and(attempted)))
        });
        self.commands.send(Command::Group(job, place)).map_err(|_| Error::Closed)
    }

    /// Runs `op` on the store outside a transaction.
    pub(crate) async fn alone<R, F>(&self, op: F) -> Result<R, Error>
    where
        R: Send + 'static,
        F: FnOnce(&mut Store) -> R + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let command = Command::Alone(Box::new(move |store| {
            let _ = reply.send(op(store));
        }));
        self.commands.send(command).map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)
    }
}

/// How an operation that fails is undone.
#[derive(Clone, Copy)]
enum Undo {
    /// By a savepoint, whatever it has written.
    Savepoint,
    /// Not at all: it fails before it writes.
    Checked,
}

/// Lets those go who wait for a place when the thread ends, however it ends.
struct Closing {
    places: Arc<Semaphore>,
    _end: watch::Sender<()>,
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.places.close();
    }
}

impl Thread {
    fn join(&self) {
        let handle = self.0.lock().ok().and_then(|mut handle| handle.take());
        if let Some(handle) = handle
            && handle.thread().id() != std::thread::current().id()
        {
            // The thread is about to end; a panic in it has been reported by then.
            let _ = handle.join();
        }
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.join();
    }
}

fn work(mut store: Store, mut queue: Inbox<Command>, observers: &Observers, pace: &Pace) {
    let mut next = None;
    loop {
        let waiting = next.take().or_else(|| pace.spin(|| queue.try_next()));
        let Some(command) = waiting.or_else(|| queue.blocking_next()) else { return };
        match command {
            Command::Alone(op) => op(&mut store),
            Command::Group(first, place) => {
                next = pace.measure(|| group(&mut store, (first, place), &mut queue, observers));
            }
            Command::Close => return,
        }
    }
}

/// Commits `first` and whatever else is waiting together. Returns a command that does not belong to the group.
fn group(
    store: &mut Store,
    (first, place): (Job, OwnedSemaphorePermit),
    queue: &mut Inbox<Command>,
    observers: &Observers,
) -> Option<Command> {
    // Who begins to observe meanwhile waits for the end, so that no change falls between two groups.
    let _gate = observers.gate();
    if let Some(models) = observers.news() {
        store.collect_changes(models);
    }
    store.tell_time(crate::id::now_ms());
    if let Err(error) = store.begin() {
        first(store)(Err(error));
        return None;
    }
    drop(place);
    let mut done = vec![first(store)];
    let mut left = None;
    while done.len() < GROUP {
        match queue.try_next() {
            Some(Command::Group(job, _place)) => done.push(job(store)),
            Some(other) => {
                left = Some(other);
                break;
            }
            None => break,
        }
    }
    match store.commit() {
        Ok(changes) => {
            observers.tell(&changes);
            done.into_iter().for_each(|done| done(Ok(())));
        }
        Err(error) => {
            tracing::error!(%error, jobs = done.len(), "a commit failed; nothing of it was written");
            let mut first = Some(error);
            for done in done {
                done(Err(first.take().unwrap_or(StoreError::TransactionLost)));
            }
        }
    }
    left
}
