//! Connections that only read.

use super::Reads;
use crate::StoreError;
use std::ops::Deref;

/// A connection that reads beside the writer and sees every commit. Reading through it cannot change anything.
///
/// It may move to another thread; a pool gives each thread its own.
#[derive(Debug)]
pub struct Reader(pub(crate) Reads);

impl Reader {
    /// Runs `read` on one state of the file: what is committed before it is called is seen by all it reads, what is
    /// committed later by none. Over a file the writer goes on meanwhile; in memory it waits.
    ///
    /// # Errors
    /// What `read` says; or the file cannot be read.
    pub fn at_one_moment<R>(
        &self,
        read: impl FnOnce(&Reads) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        // The first statement fixes the state that is seen; `BEGIN` alone does not.
        self.0.conn.execute_batch("BEGIN")?;
        let _end = End(&self.0);
        self.0.generation()?;
        read(&self.0)
    }
}

/// Ends a transaction that has read, also when that panics.
struct End<'a>(&'a Reads);

impl Drop for End<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.conn.execute_batch("ROLLBACK") {
            tracing::error!(%error, "the end of a reading transaction failed");
        }
    }
}

impl Deref for Reader {
    type Target = Reads;
    fn deref(&self) -> &Reads {
        &self.0
    }
}
