//! The keys of the records that are held.

use super::Reads;
use crate::StoreError;
use crate::codec::read_key;
use crate::sql::bind_key;
use syncline_core::{Key, ModelId};

impl Reads {
    /// The keys and versions of the records of the server that are here, in key order and behind `after`, at most `limit`.
    ///
    /// # Errors
    /// An unknown model, a damaged or unreadable file.
    pub fn held_keys(
        &self,
        model: ModelId,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<(Key, i64)>, StoreError> {
        let table = self.tables.get(model)?;
        let columns: Vec<&str> = table.model.key.iter().map(|&field| table.columns[field].as_str()).collect();
        let columns = columns.join(", ");
        let behind = match after {
            Some(after) => format!(" AND ({columns}) > ({})", vec!["?"; after.0.len()].join(", ")),
            None => String::new(),
        };
        let sql = format!(
            "SELECT {columns}, _version FROM {} WHERE _version IS NOT NULL{behind} ORDER BY {columns} LIMIT {limit}",
            table.name
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        if let Some(after) = after {
            bind_key(&mut statement, after)?;
        }
        let mut rows = statement.raw_query();
        let mut held = Vec::new();
        while let Some(row) = rows.next()? {
            held.push((read_key(&table.model, row)?, row.get(table.model.key.len())?));
        }
        Ok(held)
    }
}
