//! What was set aside because it could not be read or stored.

use super::Reads;
use crate::StoreError;
use rusqlite::params;
use syncline_core::{Key, ModelId};

/// A record of the server that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Its model.
    pub model: ModelId,
    /// Its key, if that could be read.
    pub key: Option<Key>,
    /// Its version, if that could be read.
    pub version: Option<i64>,
    /// What is wrong with it.
    pub reason: String,
    /// The record as it came, at most its first 64 KiB.
    pub json: String,
    /// When it came, in ms since the epoch by this device's clock; 0 if nobody told the time.
    pub at: i64,
}

impl Reads {
    /// The records that are set aside, the latest first, at most `limit`.
    ///
    /// # Errors
    /// An unreadable file.
    pub fn quarantine(&self, limit: usize) -> Result<Vec<Quarantined>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT model, key, version, reason, record, at FROM _quarantine ORDER BY seq DESC LIMIT ?1",
        )?;
        let mut rows = statement.query(params![i64::try_from(limit).unwrap_or(i64::MAX)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let Some(model) = self.tables.schema.by_name(&name) else { continue };
            let key: Option<String> = row.get(1)?;
            found.push(Quarantined {
                model: model.id,
                key: key.as_deref().and_then(Key::from_text),
                version: row.get(2)?,
                reason: row.get(3)?,
                json: row.get(4)?,
                at: row.get(5)?,
            });
        }
        Ok(found)
    }
}
