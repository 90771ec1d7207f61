//! One record.

use super::Reads;
use crate::codec::read_record;
use crate::layout::Table;
use crate::local;
use crate::sql::{bind_key, live_meta};
use crate::{StoreError, validate};
use syncline_core::record::Local;
use syncline_core::{Key, ModelId, Record, Versioned};

/// A record as the application sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its values.
    pub record: Record,
    /// The server's version of it that is known; `None` if the server has not seen it. It belongs to the origin of a
    /// value that is read here, see [`ReadAs`](syncline_core::record::ReadAs).
    pub version: Option<i64>,
}

impl Reads {
    /// The record with this key.
    ///
    /// # Errors
    /// An unknown model, a key that does not fit it, a damaged or unreadable file.
    pub fn get(&self, model: ModelId, key: &Key) -> Result<Option<Stored>, StoreError> {
        let table = self.tables.get(model)?;
        validate::key(table, key)?;
        let mut statement = self.conn.prepare_cached(&table.get)?;
        bind_key(&mut statement, key)?;
        let mut rows = statement.raw_query();
        match rows.next()? {
            Some(row) => Ok(Some(stored(table, row)?)),
            None => Ok(None),
        }
    }

    /// What the device knows of the record with this key: the server's record and the entries on it.
    ///
    /// # Errors
    /// As [`Reads::get`].
    pub fn local(&self, model: ModelId, key: &Key) -> Result<Local, StoreError> {
        let table = self.tables.get(model)?;
        validate::key(table, key)?;
        Ok(local::load(&self.conn, table, key)?.local)
    }

    /// The server's record with this key, as last seen, if it is alive.
    ///
    /// # Errors
    /// As [`Reads::get`].
    pub fn server_record(&self, model: ModelId, key: &Key) -> Result<Option<Versioned>, StoreError> {
        Ok(self.local(model, key)?.server.live().cloned())
    }
}

/// The record in a row of [`Table::select`].
pub(super) fn stored(table: &Table, row: &rusqlite::Row<'_>) -> Result<Stored, StoreError> {
    let record = read_record(&table.model, row)?;
    Ok(Stored { record, version: row.get(table.columns.len())? })
}

/// The record and the metadata of a row that is the server's record.
pub(crate) fn versioned(table: &Table, row: &rusqlite::Row<'_>) -> Result<Versioned, StoreError> {
    let record = read_record(&table.model, row)?;
    let count = table.columns.len();
    let (version, changed): (Option<i64>, Option<i64>) = (row.get(count)?, row.get(count + 1)?);
    let Some((version, changed)) = version.zip(changed) else {
        let reason = "a record has neither a version nor a pending mutation";
        return Err(StoreError::damaged(table.model.name.as_str(), reason));
    };
    Ok(Versioned { record, meta: live_meta(version, changed) })
}
