//! Reading: the same functions on the writer's connection and on readers of their own.

mod explain;
mod keys;
mod lists;
mod next;
mod original;
mod quarantine;
mod query;
mod reader;
mod records;
mod statement;
mod sync;

pub use explain::Explain;
pub use lists::LoggedConflict;
pub use next::NextSync;
pub use original::Original;
pub use quarantine::Quarantined;
pub use query::Query;
pub use reader::Reader;
pub use records::Stored;
pub(crate) use records::versioned;
#[cfg(test)]
pub(crate) use statement::Statement;
pub use sync::{Progress, SyncState};

use crate::layout::Tables;
use rusqlite::Connection;
use std::sync::Arc;

/// Reads over one connection.
pub struct Reads {
    pub(crate) conn: Connection,
    pub(crate) tables: Arc<Tables>,
}

impl std::fmt::Debug for Reads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reads").finish_non_exhaustive()
    }
}
