//! The contract of a [`Backend`], as tests that every driver runs.
//!
//! A driver implements [`Harness`] and calls [`contract_suite!`](crate::contract_suite) in its tests. Each theme is a
//! module, each test a function in it.

pub mod atomic;
mod client;
mod device;
mod faults;
mod harness;
pub mod ids;
pub mod leaves;
pub mod list;
pub mod log;
pub mod model;
pub mod purge;
pub mod race;
mod random;
pub mod read;
mod run;
mod suite;
pub mod sync;
pub mod time;
mod world;
pub mod write;

pub use harness::Harness;
pub use run::block_on;
