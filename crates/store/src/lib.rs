//! The client's SQLite file: rows, outbox, cursors; synchronous functions over a connection.
//!
//! A [`Store`] is the one writer of a file, a [`Reader`] reads it beside the writer. Every decision about a record is a
//! pure function of `syncline_core::record`; the store loads what is known of the record, calls it inside the
//! transaction and writes what it says.
//!
//! One typed table per model holds what the application sees. Without outbox entries the row itself is the server's
//! record; with entries the row is the fold, and the server's record is kept whole beside it (SYNC 1.1).

mod absent;
mod change;
mod codec;
mod error;
mod group;
mod held;
mod layout;
mod local;
mod open;
mod outbox;
mod read;
mod snapshot;
mod sql;
mod store;
mod tx;
mod validate;

#[cfg(test)]
mod tests;

pub use change::{Change, Source};
pub use error::StoreError;
pub use group::Group;
pub use open::{
    Durability, Inspection, Location, Migration, ModelFacts, OpenOptions, Planned, examine, plan_migration,
};
pub use read::{
    Explain, LoggedConflict, NextSync, Original, Progress, Quarantined, Query, Reader, Reads, Stored,
    SyncState,
};
pub use snapshot::{Snapshot, Snapshots};
pub use store::Store;
pub use tx::{
    AnswerDone, Answered, Applied, BadRow, Batch, Checker, ClaimLimits, DeleteAllDone, DeleteDone, Edit,
    Effect, Gone, GroupDone, GroupMember, LostRow, NewSave, PageDone, ParkedWith, RefusedRow, RemotePage,
    RepairDone, Repaired, RestoreDone, Save, SaveDone, SettleDone, Tx,
};
