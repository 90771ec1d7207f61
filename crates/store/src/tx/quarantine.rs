//! Records of the server that could not be read or stored: they are kept and listed, and stop nothing (I7).

use super::{Tx, table};
use crate::StoreError;
use crate::layout::Table;
use crate::sql::{execute, exists, value};
use rusqlite::params;
use syncline_core::value::to_json;
use syncline_core::{Key, Model, ModelId, Versioned};

/// How many are kept: the oldest go.
const KEPT: i64 = 10_000;
/// The most bytes of one that are kept.
const MOST_BYTES: usize = 64 * 1024;

/// A record of the server that could not be read or stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Its key, if that could be read.
    pub key: Option<Key>,
    /// Its version, if that could be read.
    pub version: Option<i64>,
    /// What is wrong with it.
    pub reason: String,
    /// The record as it came; of a longer one, the first 64 KiB are kept.
    pub json: String,
}

impl BadRow {
    /// A record that could be read and cannot be stored.
    pub(super) fn unfit(model: &Model, row: &Versioned, reason: String) -> BadRow {
        let fields = model.fields.iter().zip(&row.record.0);
        let mut json: serde_json::Map<_, _> =
            fields.map(|(field, value)| (field.name.clone(), to_json(value))).collect();
        json.insert("_version".to_owned(), row.meta.version.into());
        let whole = row.record.0.len() == model.fields.len();
        let key = whole
            .then(|| Key::of(model, &row.record))
            .filter(|key| key.0.iter().all(|value| !value.is_null() && value.as_text() != Some("")));
        BadRow {
            key,
            version: Some(row.meta.version),
            reason,
            json: serde_json::Value::Object(json).to_string(),
        }
    }
}

impl Tx<'_> {
    /// Keeps a record that came in a frame and could not be read. Of one record the latest is kept, and none where the
    /// store holds it at this version or a newer one. Of more than 10,000 the oldest go.
    ///
    /// # Errors
    /// An unknown model, or a failing disk.
    pub fn quarantine(&mut self, model: ModelId, bad: &BadRow) -> Result<(), StoreError> {
        let table = table(self.reads, model)?;
        self.set_aside(table, bad)
    }

    pub(super) fn set_aside(&mut self, table: &Table, bad: &BadRow) -> Result<(), StoreError> {
        let name = &table.model.name;
        if let (Some(key), Some(version)) = (&bad.key, bad.version) {
            let known = self.reads.local(table.model.id, key).ok();
            let held = known.and_then(|local| local.server.live().map(|row| row.meta.version));
            if held.is_some_and(|held| held >= version) {
                return Ok(());
            }
        }
        self.quarantine = Some(true);
        let json = beginning(&bad.json);
        let key = bad.key.as_ref().map(Key::to_text);
        match &key {
            Some(key) => {
                let sql = "DELETE FROM _quarantine WHERE model = ?1 AND key = ?2";
                execute(self.conn(), sql, params![name, key])?;
            }
            None => {
                let sql = "DELETE FROM _quarantine WHERE model = ?1 AND key IS NULL AND record = ?2";
                execute(self.conn(), sql, params![name, json])?;
            }
        }
        execute(
            self.conn(),
            "INSERT INTO _quarantine (model, key, reason, record, at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![name, key, bad.reason, json, self.now_ms, bad.version],
        )?;
        // Counting is for when there may be too many.
        let first: i64 = value(self.conn(), "SELECT min(seq) FROM _quarantine", [])?.unwrap_or(0);
        if self.conn().last_insert_rowid() - first >= KEPT {
            let sql = "DELETE FROM _quarantine WHERE seq <= \
                       (SELECT seq FROM _quarantine ORDER BY seq DESC LIMIT 1 OFFSET ?1)";
            execute(self.conn(), sql, params![KEPT])?;
        }
        Ok(())
    }

    /// Whether anything of the model is set aside. Hardly ever is anything at all, so that a batch of answers looks once.
    pub(super) fn has_quarantine(&mut self, table: &Table) -> Result<bool, StoreError> {
        let any = match self.quarantine {
            Some(any) => any,
            None => exists(self.conn(), "SELECT 1 FROM _quarantine", [])?,
        };
        self.quarantine = Some(any);
        Ok(any
            && exists(self.conn(), "SELECT 1 FROM _quarantine WHERE model = ?1", params![table.model.name])?)
    }

    /// The record has come well, or has gone, at this version.
    pub(super) fn readable_again(&self, table: &Table, key: &Key, version: i64) -> Result<(), StoreError> {
        let sql = "DELETE FROM _quarantine WHERE model = ?1 AND key = ?2 AND coalesce(version, 0) <= ?3";
        execute(self.conn(), sql, params![table.model.name, key.to_text(), version])?;
        Ok(())
    }

    /// What a base sync does not return again is there no more.
    pub(super) fn forget_quarantine(&self, table: &Table) -> Result<(), StoreError> {
        execute(self.conn(), "DELETE FROM _quarantine WHERE model = ?1", params![table.model.name])?;
        Ok(())
    }
}

/// Every model with records that were set aside is fetched anew: another schema may be able to read them.
pub(crate) fn try_again(conn: &rusqlite::Connection) -> Result<(), StoreError> {
    if value::<i64>(conn, "SELECT count(*) FROM _quarantine", [])? == Some(0) {
        return Ok(());
    }
    execute(
        conn,
        "UPDATE _sync SET last_sync = NULL, token = NULL, started_at = NULL, base = NULL, \
         progress_expression = NULL, prune = 0 WHERE model IN (SELECT model FROM _quarantine)",
        [],
    )?;
    Ok(())
}

fn beginning(json: &str) -> &str {
    let mut end = json.len().min(MOST_BYTES);
    while !json.is_char_boundary(end) {
        end -= 1;
    }
    &json[..end]
}
