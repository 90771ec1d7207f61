//! The DataStore an application holds.

// First, so that the documentation of the handle begins with what is used most.
mod store;

mod aftermath;
mod builder;
mod closing;
mod delete;
mod delete_where;
mod handler;
mod key;
mod migration;
mod observing;
mod outbox;
mod query;
mod readiness;
mod receiving;
mod rejected;
mod save;
mod shared;
mod state;
mod sync;
mod transaction;
mod verdict;

pub use builder::DataStoreBuilder;
pub use delete::{Delete, Deleted};
pub use delete_where::{DeleteWhere, DeletedAll};
pub use handler::{Answer, Conflict, ConflictHandler};
pub use key::ModelKey;
pub use outbox::{Outbox, PendingCounts, Retried};
pub use query::Query;
pub use receiving::{OnRestore, Quarantined, SyncStatus};
pub use rejected::OnRejected;
pub(crate) use rejected::Rejections;
pub use save::{Save, Saved};
pub use state::SyncState;
pub use store::DataStore;
pub use transaction::{Committed, GroupVerdict, Transaction, TxDelete, TxQuery, TxSave};
pub use verdict::Verdict;

pub(crate) use aftermath::Aftermath;
pub(crate) use handler::{Asked, Handler, Handlers};
pub(crate) use query::bound;
pub(crate) use receiving::Receiving;
use shared::Shared;
pub(crate) use verdict::{Verdicts, Waiting};
