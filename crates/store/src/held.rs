//! The records that wait for an answer of the application's conflict handler (SYNC 1.6).

use crate::StoreError;
use crate::codec::{read_record_json, write_record_json};
use crate::layout::{Table, Tables};
use crate::local::{Loaded, read_key};
use crate::sql::execute;
use rusqlite::{Connection, params};
use syncline_core::record::{Held, Local, Settles};
use syncline_core::{Key, ModelId};

/// What is kept of a record for its handler.
pub(crate) fn read(conn: &Connection, table: &Table, key_text: &str) -> Result<Option<Held>, StoreError> {
    let sql = "SELECT base, asks FROM _held WHERE model = ?1 AND key = ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params![table.model.name, key_text])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let base: Option<String> = row.get(0)?;
    let base = base.map(|text| read_record_json(&table.model, &text)).transpose()?;
    Ok(Some(Held { base, asks: row.get(1)? }))
}

/// Whether nothing of a record is sent because its handler is asked.
pub(crate) fn asks(conn: &Connection, table: &Table, key: &Key) -> Result<bool, StoreError> {
    if table.settles() != Settles::Handler {
        return Ok(false);
    }
    Ok(read(conn, table, &key.to_text())?.is_some_and(|held| held.asks))
}

/// Writes what is kept of it. Whether a question was opened or closed by it.
pub(crate) fn write(
    conn: &Connection,
    table: &Table,
    before: &Loaded,
    after: &Local,
) -> Result<bool, StoreError> {
    let was = &before.local.held;
    // Without an entry there is nothing to ask about.
    let wanted = after.held.as_ref().filter(|_| !after.entries.is_empty());
    if was.as_ref() == wanted {
        return Ok(false);
    }
    let name = &table.model.name;
    match wanted {
        Some(held) => {
            let base = held.base.as_ref().map(|base| write_record_json(&table.model, base));
            let sql = "INSERT OR REPLACE INTO _held (model, key, base, asks) VALUES (?1, ?2, ?3, ?4)";
            execute(conn, sql, params![name, before.key_text, base, held.asks])?;
        }
        None => {
            execute(conn, "DELETE FROM _held WHERE model = ?1 AND key = ?2", params![name, before.key_text])?;
        }
    }
    Ok(before.local.asks() != wanted.is_some_and(|held| held.asks))
}

/// The records of which something is kept, and whether a question is open.
pub(crate) fn all(conn: &Connection, tables: &Tables) -> Result<Vec<(ModelId, Key, bool)>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT model, key, asks FROM _held")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let table = tables.named(&row.get::<_, String>(0)?)?;
        found.push((table.model.id, read_key(table, &row.get::<_, String>(1)?)?, row.get(2)?));
    }
    Ok(found)
}
