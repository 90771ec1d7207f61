//! What an entry was before a migration, and when that is over.

use super::Tx;
use crate::StoreError;
use crate::sql::execute;
use rusqlite::params;

impl Tx<'_> {
    /// A mutation in flight was not applied as it was sent, and will be sent as it is now: what it was is forgotten.
    ///
    /// # Errors
    /// A failing disk.
    pub fn forget_original(&mut self, mutation: &str) -> Result<(), StoreError> {
        let version = self.reads.tables.schema.version();
        let sql = "UPDATE _outbox SET original = NULL, schema_version = ?2 WHERE id = ?1 AND state = 1";
        execute(self.conn(), sql, params![mutation, version])?;
        Ok(())
    }
}
