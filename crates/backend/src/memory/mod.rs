//! A backend in memory: the reference that the contract compares every driver with, and the simulator's server.
//!
//! It is written to be obviously right, not to be fast: every list and sync looks at every record of its model.

mod apply;
mod backend;
mod purge;
mod query;
mod state;

pub use backend::MemoryBackend;
