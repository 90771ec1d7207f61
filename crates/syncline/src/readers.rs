//! Pooled reading connections.

use crate::Error;
use std::sync::{Mutex, PoisonError, TryLockError};
use syncline_store::{Reader, Store, StoreError};

/// Reads that can go on side by side; a further one waits for a place.
const READERS: usize = 4;

/// A pool of reading connections. Each sees every commit that finished before the read began.
#[derive(Debug)]
pub(crate) struct Readers {
    readers: Vec<Mutex<Reader>>,
}

impl Readers {
    /// Opens the connections.
    pub(crate) fn open(store: &Store) -> Result<Readers, StoreError> {
        let readers = (0..READERS).map(|_| store.reader().map(Mutex::new));
        Ok(Readers { readers: readers.collect::<Result<_, _>>()? })
    }

    /// Runs `read` on a free reader, here and now.
    pub(crate) fn with<R>(&self, read: impl FnOnce(&Reader) -> Result<R, StoreError>) -> Result<R, Error> {
        let free = self.readers.iter().find_map(|reader| match reader.try_lock() {
            Ok(reader) => Some(reader),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let reader = match free {
            Some(reader) => reader,
            None => self.readers[0].lock().unwrap_or_else(PoisonError::into_inner),
        };
        Ok(read(&reader)?)
    }
}
