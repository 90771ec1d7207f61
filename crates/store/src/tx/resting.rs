//! Leaving records out of what is claimed.

use crate::StoreError;
use crate::read::Reads;
use rusqlite::{Connection, Row, params};
use std::collections::HashSet;
use syncline_core::{Key, ModelId};

/// Records that rest: by the name of their model, and the text of their key.
pub(super) struct Resting<'a>(HashSet<(&'a str, String)>);

/// A model, a shape, and the first entry that is ready of these.
pub(super) type Ready = (String, i64, i64);

impl<'a> Resting<'a> {
    pub(super) fn of(reads: &'a Reads, records: &[(ModelId, Key)]) -> Result<Resting<'a>, StoreError> {
        let named = |(model, key): &(ModelId, Key)| {
            Ok((reads.tables.get(*model)?.model.name.as_str(), key.to_text()))
        };
        Ok(Resting(records.iter().map(named).collect::<Result<_, StoreError>>()?))
    }

    /// Whether the record of a row rests, which has the names of models and the keys in these columns.
    pub(super) fn has(&self, row: &Row<'_>, model: usize, key: usize) -> Result<bool, StoreError> {
        if self.0.is_empty() {
            return Ok(false);
        }
        let text = |place| row.get_ref(place)?.as_str().map_err(rusqlite::Error::from);
        Ok(self.0.contains(&(text(model)?, text(key)?.to_owned())))
    }

    /// The first entry of this model and shape that is ready and whose record does not rest.
    pub(super) fn first_beside(&self, conn: &Connection, first: Ready) -> Result<Option<Ready>, StoreError> {
        if self.0.is_empty() {
            return Ok(Some(first));
        }
        let sql =
            "SELECT model, key, seq FROM _outbox WHERE ready = 1 AND model = ?1 AND shape = ?2 ORDER BY seq";
        let mut statement = conn.prepare_cached(sql)?;
        let mut rows = statement.query(params![first.0, first.1])?;
        while let Some(row) = rows.next()? {
            if !self.has(row, 0, 1)? {
                let seq = row.get(2)?;
                return Ok(Some((first.0, first.1, seq)));
            }
        }
        Ok(None)
    }
}
