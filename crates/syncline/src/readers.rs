//! Pooled reading connections.

use crate::Error;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use syncline_store::{Reader, Store, StoreError};

/// Queries that can go on side by side; a further one waits for its turn.
const LONG: usize = 3;

/// `None` once the store is closed.
type Connection = Option<Reader>;

/// A pool of reading connections. Each sees every commit that finished before the read began.
///
/// One connection is kept for reads by key and the like, so that they never wait for a long query.
#[derive(Debug)]
pub(crate) struct Readers {
    short: Mutex<Connection>,
    long: Vec<Mutex<Connection>>,
    /// Where the next long read waits if none is free.
    turn: AtomicUsize,
    /// How many reads there have been.
    count: AtomicU64,
}

impl Readers {
    /// Opens the connections.
    pub(crate) fn open(store: &Store) -> Result<Readers, StoreError> {
        let reader = || store.reader().map(Some).map(Mutex::new);
        let long = (0..LONG).map(|_| reader()).collect::<Result<_, _>>()?;
        Ok(Readers { short: reader()?, long, turn: AtomicUsize::new(0), count: AtomicU64::new(0) })
    }

    /// How many reads there have been so far.
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Runs a short `read`, here and now.
    pub(crate) fn with<R>(&self, read: impl FnOnce(&Reader) -> Result<R, StoreError>) -> Result<R, Error> {
        self.count.fetch_add(1, Ordering::Relaxed);
        let free = free(&self.short).or_else(|| self.long.iter().find_map(free));
        let reader = free.unwrap_or_else(|| self.short.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(read(reader.as_ref().ok_or(Error::Closed)?)?)
    }

    /// Runs a `read` of any length; the caller must be where it holds nobody up.
    pub(crate) fn with_long<R>(
        &self,
        read: impl FnOnce(&Reader) -> Result<R, StoreError>,
    ) -> Result<R, Error> {
        self.count.fetch_add(1, Ordering::Relaxed);
        let reader = self.long.iter().find_map(free).unwrap_or_else(|| {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.long.len();
            self.long[turn].lock().unwrap_or_else(PoisonError::into_inner)
        });
        Ok(read(reader.as_ref().ok_or(Error::Closed)?)?)
    }

    /// Closes the connections, after the reads that are under way.
    pub(crate) fn close(&self) {
        for reader in self.long.iter().chain([&self.short]) {
            drop(reader.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }
}

fn free(reader: &Mutex<Connection>) -> Option<MutexGuard<'_, Connection>> {
    match reader.try_lock() {
        Ok(reader) => Some(reader),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}
