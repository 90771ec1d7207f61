//! Making a new database.

use super::lock::beside;
use super::{APPLICATION_ID, FORMAT};
use crate::StoreError;
use crate::layout::{Tables, create_indexes, create_table, own_tables};
use rusqlite::{Connection, params};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Makes the tables in an empty database, in one transaction.
pub(super) fn create(conn: &Connection, tables: &Tables, session: &str) -> Result<(), StoreError> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    conn.pragma_update(None, "user_version", FORMAT)?;
    conn.execute_batch(own_tables())?;
    for table in tables.all() {
        conn.execute_batch(&create_table(table))?;
        for index in create_indexes(table) {
            conn.execute_batch(&index)?;
        }
    }
    for (name, value) in [("session", session), ("generation", "0")] {
        conn.execute("INSERT INTO _meta VALUES (?1, ?2)", params![name, value])?;
    }
    remember_schema(conn, tables)?;
    conn.execute_batch("COMMIT")?;
    Ok(())
}

/// Writes down the schema that the tables are laid out by.
pub(super) fn remember_schema(conn: &Connection, tables: &Tables) -> Result<(), StoreError> {
    let schema = &tables.schema;
    for (name, value) in [("schema", schema.to_json()), ("schema_version", schema.version().to_owned())] {
        conn.execute("INSERT OR REPLACE INTO _meta VALUES (?1, ?2)", params![name, value])?;
    }
    Ok(())
}

/// Makes a new file. It is made under another name and then renamed, so that the file is either complete or not there.
pub(super) fn create_file(path: &Path, tables: &Tables, session: &str) -> Result<(), StoreError> {
    let unfinished = beside(path, ".creating");
    for stale in [unfinished.clone(), beside(&unfinished, "-journal")] {
        match fs::remove_file(&stale) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(StoreError::io(&stale)(error)),
            _ => {}
        }
    }
    let conn = Connection::open(&unfinished).map_err(|error| StoreError::Io {
        place: path.display().to_string(),
        source: std::io::Error::other(error),
    })?;
    #[cfg(test)]
    let conn = crate::tests::abort::hook::watched(conn);
    conn.pragma_update(None, "synchronous", "FULL")?;
    create(&conn, tables, session)?;
    conn.close().map_err(|(_, error)| StoreError::from(error))?;
    #[cfg(test)]
    crate::tests::abort::hook::place();
    fs::rename(&unfinished, path).map_err(StoreError::io(path))?;
    sync_directory(path)
}

/// The new name is on the disk before anything is acknowledged.
fn sync_directory(path: &Path) -> Result<(), StoreError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if cfg!(unix) {
        fs::File::open(directory)
            .and_then(|directory| directory.sync_all())
            .map_err(StoreError::io(directory))?;
    }
    Ok(())
}
