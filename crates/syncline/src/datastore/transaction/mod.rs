//! Transactions: many reads and writes of many models, one commit, one group in the outbox.
//!
//! The closure reads a snapshot, and what it writes is collected over it; nothing is held but the snapshot. At its end one
//! job of the writer compares what was read with what is there, and writes everything or nothing.

mod committed;
mod delete;
mod handle;
mod query;
mod run;
mod save;
mod state;

pub use committed::{Committed, GroupVerdict};
pub use delete::TxDelete;
pub use handle::Transaction;
pub use query::TxQuery;
pub use save::TxSave;
