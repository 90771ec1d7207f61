//! How a store is opened.

use std::path::PathBuf;
use std::sync::Arc;

use syncline_backend::Clock;
use syncline_core::Schema;

/// Where the store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this file, which is created if it is not there. Beside it lie `…-wal` and `…-shm`, SQLite's own, and
    /// `…-lock`, which keeps a second process out.
    File(PathBuf),
    /// In memory: gone when the store is dropped. There is only one connection to it, so it is always
    /// [`Threads::Inline`].
    Memory,
}

/// Who does the work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Threads {
    /// One thread writes, with group commit, some read; reads by key run in the calling future.
    #[default]
    Threaded,
    /// Everything runs in the calling future, which never yields: for a simulator, or a program with one user.
    Inline,
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it is.
    pub place: Place,
    /// The schema it serves. An older one in the file is brought up to it, if the step only adds.
    pub schema: Arc<Schema>,
    /// The clock that stamps its writes.
    pub clock: Arc<dyn Clock>,
    /// Random bytes: the epoch of a store that is created now. An existing store keeps its own.
    pub random: [u8; 16],
    /// Who does the work.
    pub threads: Threads,
}
