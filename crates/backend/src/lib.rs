//! The storage boundary of the sync server: what a store must do ([`Backend`]), a suite that shows that it does
//! (`contract`, behind the feature of that name), and a backend in memory ([`MemoryBackend`]).
//!
//! Every read takes a [`Scope`]; a path that forgets it does not compile (SYNC 3.5). Decisions inside a transaction
//! are pure functions handed in with the mutation (SYNC 3.3). Futures need no particular runtime.

mod access;
mod backend;
mod clock;
#[cfg(feature = "contract")]
pub mod contract;
pub mod driver;
mod error;
mod memory;
mod purge;
mod read;
mod row;
mod scope;
mod write;

pub use backend::{Answer, Backend, BoxFuture, CommitObserver, PageWork};
pub use clock::{Clock, ManualClock};
pub use error::BackendError;
pub use memory::MemoryBackend;
pub use purge::{Cuts, Purged, Retention};
pub use read::{
    Access, Allowance, Leave, List, ListCursor, ListPage, ReadBy, Sync, SyncCursor, SyncKind, SyncPage,
    SyncPlace,
};
pub use row::{Committed, LoggedChange, Row};
pub use scope::Scope;
pub use write::{Applied, Current, Decide, Decision, Mutation, MutationId, Rejection, Write};
