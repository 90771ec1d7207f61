//! Asking for records one by one, because something that waits to be sent changes a field of theirs that is new here.

use super::remote::Equal;
use super::{Applied, Effect, Tx, table};
use crate::outbox::{self, COLUMNS, UNFILLED};
use crate::read::Reads;
use crate::sql::execute;
use crate::{StoreError, local, validate};
use rusqlite::params;
use syncline_core::predicate::Filter;
use syncline_core::record::Entry;
use syncline_core::{Key, ModelId, Versioned};

impl Reads {
    /// The first updates that wait for what the server has in a field that is new here, at most `most`, without those
    /// `aside`: each goes when its record was asked for ([`Tx::fill`]), or with the next complete base sync of its model.
    ///
    /// # Errors
    /// A damaged or unreadable file.
    pub fn unfilled(&self, most: usize, aside: &[String]) -> Result<Vec<Entry>, StoreError> {
        let mut found = Vec::new();
        if !outbox::any_refilling(&self.conn)? {
            return Ok(found);
        }
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS}, model, key FROM _outbox AS own WHERE (head = 1 OR grp IS NOT NULL) AND {UNFILLED} \
             ORDER BY seq"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()?.filter(|_| found.len() < most) {
            if aside.contains(&row.get(1)?) {
                continue;
            }
            let table = self.tables.named(&row.get::<_, String>(9)?)?;
            let key = local::read_key(table, &row.get::<_, String>(10)?)?;
            found.push(outbox::read_entry(table, key, row)?);
        }
        Ok(found)
    }
}

impl Tx<'_> {
    /// Takes the server's record that was asked for, also at the version that is known; `None`: there is none, or it is not
    /// shown. From now on the record's updates do not wait for more.
    ///
    /// # Errors
    /// An unknown model, a record that cannot be stored, or a failing disk.
    pub fn fill(
        &mut self,
        model: ModelId,
        key: &Key,
        row: Option<Versioned>,
        expression: &Filter,
    ) -> Result<Applied, StoreError> {
        let table = table(self.reads, model)?;
        let (name, key_text) = (&table.model.name, key.to_text());
        let mut applied = Applied::from(Effect::Skipped);
        if let Some(mut row) = row {
            if validate::remote(table, &mut row.record)? != *key {
                return Err(StoreError::InvalidRecord {
                    place: name.clone(),
                    reason: format!("what was asked for was {key}, and this is another record"),
                });
            }
            self.note_unreadable(table, &row.record)?;
            if self.has_quarantine(table)? {
                self.readable_again(table, key, row.meta.version)?;
            }
            applied = self.apply_remote(table, key, row, expression, Equal::Take)?;
        }
        let sql = "INSERT OR IGNORE INTO _filled SELECT model, ?2 FROM _sync WHERE model = ?1 AND refill = 1";
        execute(self.conn(), sql, params![name, key_text])?;
        outbox::decide_filled(self.conn(), name, Some(&key_text))?;
        Ok(applied)
    }
}
