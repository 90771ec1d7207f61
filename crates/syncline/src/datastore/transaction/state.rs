//! What a transaction has read and is going to write, and the snapshot it reads.

use crate::Error;
use crate::task::Tasks;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use syncline_core::Schema;
use syncline_store::{Group, Reads, Snapshot, Snapshots, StoreError};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// How long a snapshot is kept. It bounds what the write-ahead log grows by while a closure waits for something else.
pub(super) const KEPT: Duration = Duration::from_secs(10);

/// A transaction, shared by its handle and what was made from it.
///
/// It keeps nothing open: a handle that somebody holds on to after the end holds no file.
pub(super) struct Inner {
    pub(super) schema: Arc<Schema>,
    snapshots: Weak<Snapshots>,
    /// `None` once it is over.
    open: Arc<Mutex<Option<Open>>>,
    /// Said before `open` can be emptied, which waits for a read that is running.
    over: AtomicBool,
    /// Whether the snapshot is to be let go, likewise.
    old: AtomicBool,
}

struct Open {
    group: Group,
    snapshot: Option<Snapshot>,
    /// Lets the snapshot go.
    timer: Tasks,
}

type Guard = OwnedMutexGuard<Option<Open>>;

/// Whether an operation may run where it is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// It is about one record.
    Short,
    /// It takes as long as there are records.
    Long,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transaction").field("over", &self.over).finish_non_exhaustive()
    }
}

impl Inner {
    pub(super) fn begin(schema: &Arc<Schema>, snapshots: &Arc<Snapshots>) -> Arc<Inner> {
        let open = Open { group: Group::default(), snapshot: None, timer: Tasks::default() };
        Arc::new(Inner {
            schema: Arc::clone(schema),
            snapshots: Arc::downgrade(snapshots),
            open: Arc::new(Mutex::new(Some(open))),
            over: AtomicBool::new(false),
            old: AtomicBool::new(false),
        })
    }

    /// Runs `op` on the buffer and the snapshot. Operations run one at a time.
    pub(super) async fn run<R, F>(self: &Arc<Inner>, length: Length, op: F) -> Result<R, Error>
    where
        R: Send + 'static,
        F: FnOnce(&mut Group, &Reads) -> Result<R, StoreError> + Send + 'static,
    {
        let mut guard = Arc::clone(&self.open).lock_owned().await;
        let snapshots = self.snapshots.upgrade().ok_or(Error::TransactionOver)?;
        let open = guard.as_mut().filter(|_| !self.is_over()).ok_or(Error::TransactionOver)?;
        if open.snapshot.is_none()
            && let Some(snapshot) = snapshots.take_at_once()?
        {
            self.look_at(open, snapshot)?;
        }
        if open.snapshot.is_some() && length == Length::Short {
            return self.finished(guard, &snapshots, op);
        }
        let inner = Arc::clone(self);
        let work = move || {
            let open = guard.as_mut().ok_or(Error::TransactionOver)?;
            if open.snapshot.is_none() {
                let snapshot = snapshots.take()?;
                inner.look_at(open, snapshot)?;
            }
            inner.finished(guard, &snapshots, op)
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::Closed)?
    }

    /// Runs `op` and lets go of the buffer; whoever wanted to empty it meanwhile finds it done.
    fn finished<R>(
        self: &Arc<Inner>,
        mut guard: Guard,
        snapshots: &Snapshots,
        op: impl FnOnce(&mut Group, &Reads) -> Result<R, StoreError>,
    ) -> Result<R, Error> {
        let result = match guard.as_mut() {
            Some(Open { group, snapshot: Some(snapshot), .. }) => op(group, snapshot).map_err(told),
            _ => Err(Error::TransactionOver),
        };
        drop(guard);
        if self.is_over() || self.old.load(Ordering::SeqCst) {
            self.let_go(snapshots);
        }
        result
    }

    /// From now on this snapshot is read. If it is not the first one, nothing that was read before may differ in it.
    fn look_at(self: &Arc<Inner>, open: &mut Open, snapshot: Snapshot) -> Result<(), Error> {
        open.group.check(&snapshot).map_err(told)?;
        open.snapshot = Some(snapshot);
        self.old.store(false, Ordering::SeqCst);
        let inner = Arc::downgrade(self);
        open.timer.timer(KEPT, move || {
            if let Some(inner) = inner.upgrade() {
                inner.old.store(true, Ordering::SeqCst);
                if let Some(snapshots) = inner.snapshots.upgrade() {
                    inner.let_go(&snapshots);
                }
            }
        });
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// Lets go of the snapshot, and of everything if the transaction is over; if an operation is running, it does that.
    fn let_go(&self, snapshots: &Snapshots) {
        let Ok(mut open) = self.open.try_lock() else { return };
        let snapshot = match self.is_over() {
            true => open.take().and_then(|open| open.snapshot),
            false => open.as_mut().and_then(|open| open.snapshot.take()),
        };
        if let Some(snapshot) = snapshot {
            snapshots.give_back(snapshot);
        }
    }

    /// Ends it, and gives what it collected.
    pub(super) async fn end(&self) -> Result<Group, Error> {
        self.over.store(true, Ordering::SeqCst);
        let open = self.open.lock().await.take().ok_or(Error::TransactionOver)?;
        if let (Some(snapshot), Some(snapshots)) = (open.snapshot, self.snapshots.upgrade()) {
            snapshots.give_back(snapshot);
        }
        Ok(open.group)
    }

    /// Ends it, and drops what it collected.
    pub(super) fn abandon(&self) {
        self.over.store(true, Ordering::SeqCst);
        if let Some(snapshots) = self.snapshots.upgrade() {
            self.let_go(&snapshots);
        }
    }
}

/// What the store says, in the words of a transaction.
pub(super) fn told(error: StoreError) -> Error {
    match error {
        StoreError::TransactionConflict { model, key } => Error::TransactionConflict { model, key },
        StoreError::TransactionTooLarge { mutations, most } => Error::TransactionTooLarge { mutations, most },
        StoreError::ConditionFailed { model, key } => Error::ConditionFailed { model, key },
        StoreError::InvalidPredicate { model, source } => Error::Predicate { model, source },
        other => other.into(),
    }
}
