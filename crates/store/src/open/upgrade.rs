//! Bringing the store's own tables from an earlier format to this one.

use super::FORMAT;
use crate::StoreError;
use crate::layout::own_tables;
use rusqlite::Connection;

/// The format of a file.
pub(super) fn format(conn: &Connection) -> Result<i32, StoreError> {
    Ok(conn.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Makes the tables and indexes and adds the columns that the file does not have, in the transaction that is open. What
/// it has stays as it is. Whether it was of an earlier format.
pub(super) fn upgrade(conn: &Connection) -> Result<bool, StoreError> {
    if format(conn)? == FORMAT {
        return Ok(false);
    }
    let model = Connection::open_in_memory()?;
    model.execute_batch(own_tables())?;
    let mut parts = model.prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY rowid",
    )?;
    let mut rows = parts.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, name, sql): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let there = "SELECT count(*) FROM sqlite_schema WHERE type = ?1 AND name = ?2";
        if !conn.query_row(there, [&kind, &name], |row| row.get::<_, bool>(0))? {
            conn.execute_batch(&sql)?;
        } else if kind == "table" {
            add_columns(conn, &model, &name)?;
        }
    }
    conn.pragma_update(None, "user_version", FORMAT)?;
    Ok(true)
}

/// Adds the columns of a table that it has in `model` only.
fn add_columns(conn: &Connection, model: &Connection, table: &str) -> Result<(), StoreError> {
    let known = columns(conn, table)?;
    for (name, declaration) in columns(model, table)? {
        if known.iter().all(|(other, _)| *other != name) {
            conn.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {name} {declaration}"))?;
        }
    }
    Ok(())
}

/// The columns of one of the store's own tables: name, and type with what it may be.
fn columns(conn: &Connection, table: &str) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement =
        conn.prepare("SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info(?1)")?;
    let read = |row: &rusqlite::Row<'_>| {
        let (name, mut declaration): (String, String) = (row.get(0)?, row.get(1)?);
        if row.get(2)? {
            declaration.push_str(" NOT NULL");
        }
        if let Some(default) = row.get::<_, Option<String>>(3)? {
            declaration = format!("{declaration} DEFAULT {default}");
        }
        Ok((name, declaration))
    };
    Ok(statement.query_map([table], read)?.collect::<Result<_, _>>()?)
}
