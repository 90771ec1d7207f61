//! Bringing the store's own tables from an earlier format to this one.

use super::FORMAT;
use crate::StoreError;
use crate::layout::{OWN_TABLES, own_tables};
use rusqlite::{Connection, OptionalExtension};

/// The format of a file.
pub(super) fn format(conn: &Connection) -> Result<i32, StoreError> {
    Ok(conn.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Brings the store's own tables to what [`own_tables`] makes, in the transaction that is open: what is not there is made,
/// a table that only lacks columns gets them, one that is laid out otherwise is made anew with what it holds, and so is an
/// index. Whether the file was of an earlier format.
pub(super) fn upgrade(conn: &Connection) -> Result<bool, StoreError> {
    if format(conn)? == FORMAT {
        return Ok(false);
    }
    let model = Connection::open_in_memory()?;
    model.execute_batch(own_tables())?;
    for table in OWN_TABLES {
        bring_table(conn, &model, table)?;
    }
    bring_indexes(conn, &model)?;
    conn.pragma_update(None, "user_version", FORMAT)?;
    Ok(true)
}

/// Brings one table to what it is in `model`.
fn bring_table(conn: &Connection, model: &Connection, table: &str) -> Result<(), StoreError> {
    let (there, wanted) = (columns(conn, table)?, columns(model, table)?);
    let made: String = model.query_row(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1",
        [table],
        |row| row.get(0),
    )?;
    if there.is_empty() {
        conn.execute_batch(&made)?;
    } else if there.iter().all(|column| wanted.contains(column)) {
        for Column { name, declaration, .. } in wanted.iter().filter(|column| !there.contains(column)) {
            conn.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {name} {declaration}"))?;
        }
    } else {
        let kept = wanted.iter().filter(|column| there.iter().any(|other| other.name == column.name));
        let kept: Vec<&str> = kept.map(|column| column.name.as_str()).collect();
        let kept = kept.join(", ");
        // What differed only in a column that is no more is one row.
        conn.execute_batch(&format!(
            "ALTER TABLE {table} RENAME TO _before; {made}; \
             INSERT OR IGNORE INTO {table} ({kept}) SELECT {kept} FROM _before; DROP TABLE _before"
        ))?;
    }
    Ok(())
}

/// Drops the indexes of the store's own tables that are not what they are in `model`, and makes those that are not there.
fn bring_indexes(conn: &Connection, model: &Connection) -> Result<(), StoreError> {
    let wanted = indexes(model)?;
    for (name, sql) in indexes(conn)? {
        if wanted.iter().all(|(other, made)| (other, made) != (&name, &sql)) {
            conn.execute_batch(&format!("DROP INDEX {name}"))?;
        }
    }
    for (name, sql) in wanted {
        let there = "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?1";
        if conn.query_row(there, [&name], |_| Ok(())).optional()?.is_none() {
            conn.execute_batch(&sql)?;
        }
    }
    Ok(())
}

/// The indexes of the store's own tables: name, and the statement that makes it.
fn indexes(conn: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = conn.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?1",
    )?;
    let mut found = Vec::new();
    for table in OWN_TABLES {
        let rows = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(found)
}

/// A column of one of the store's own tables.
#[derive(PartialEq, Eq)]
struct Column {
    name: String,
    /// Its type, and what it may be.
    declaration: String,
    /// Its place in the key, from 1; 0: it is not in it.
    key: i64,
}

/// The columns of a table; none if there is no such table.
fn columns(conn: &Connection, table: &str) -> Result<Vec<Column>, StoreError> {
    let mut statement =
        conn.prepare("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info(?1)")?;
    let read = |row: &rusqlite::Row<'_>| {
        let (name, mut declaration): (String, String) = (row.get(0)?, row.get(1)?);
        if row.get(2)? {
            declaration.push_str(" NOT NULL");
        }
        if let Some(default) = row.get::<_, Option<String>>(3)? {
            declaration = format!("{declaration} DEFAULT {default}");
        }
        Ok(Column { name, declaration, key: row.get(4)? })
    };
    Ok(statement.query_map([table], read)?.collect::<Result<_, _>>()?)
}
