//! The store of a sync server in one SQLite file: the driver behind [`SqliteBackend`].
//!
//! Each model has a table of typed columns, called as its fields, that a person can query. Beside them live the change
//! log, the ids of applied mutations and the store's time. One thread writes, and whatever waits commits together; an
//! answer comes after its commit has reached the disk. Reads work on snapshots of their own.

mod access;
mod backend;
mod connection;
mod epoch;
mod error;
mod file;
mod install;
mod log;
mod meta;
mod names;
mod oneshot;
mod open;
mod options;
mod purge;
mod queue;
mod read;
mod seek;
mod sync;
mod table;
mod threads;
mod value;
mod watermark;
mod write;

pub use backend::SqliteBackend;
pub use options::{Options, Place, Threads};
