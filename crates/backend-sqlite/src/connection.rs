//! Connections and how they are set up.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// How long a statement waits for a lock that another program holds, such as a person's `sqlite3`.
const BUSY: Duration = Duration::from_secs(5);
/// Statements kept prepared per connection: some per model and one per shape of filter.
const STATEMENTS: usize = 256;
/// A page cache of 4 MiB, in SQLite's negative KiB. Each page that it grows by costs a thread a call of the system, while
/// the system has the file's pages at hand anyway: with 32 MiB, a base sync takes a third longer.
const CACHE_KIB: i64 = -4_096;
/// The writer's. A commit after a page was split walks the whole cache, which costs more than the pages save.
const WRITER_CACHE_KIB: i64 = -2_048;
/// Pages in the WAL before it is written back: 16 MiB.
const CHECKPOINT_PAGES: i64 = 4_000;
/// What is left of a WAL that has grown beyond it.
const WAL_BYTES: i64 = 64 * 1024 * 1024;

/// A connection that may write to the file, which must exist.
pub(crate) fn writer(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))?;
    set_up(&conn)?;
    conn.pragma_update(None, "cache_size", WRITER_CACHE_KIB)?;
    Ok(conn)
}

/// A connection that creates the file.
pub(crate) fn creator(path: &Path) -> rusqlite::Result<Connection> {
    let create = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let conn = Connection::open_with_flags(path, flags(create))?;
    set_up(&conn)?;
    Ok(conn)
}

/// A connection to a store in memory.
pub(crate) fn memory() -> rusqlite::Result<Connection> {
    let conn = Connection::open_in_memory()?;
    set_up(&conn)?;
    Ok(conn)
}

/// A connection that reads the file.
pub(crate) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_ONLY))?;
    set_up(&conn)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

/// Each connection belongs to one thread at a time, so SQLite's own locks are not needed; a path is a path, not a URI.
fn flags(access: OpenFlags) -> OpenFlags {
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn set_up(conn: &Connection) -> rusqlite::Result<()> {
    // A mistyped column is an error, not a text.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // An answered write has reached the disk (SYNC 1.3), on macOS as well.
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "fullfsync", true)?;
    conn.pragma_update(None, "cache_size", CACHE_KIB)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    conn.pragma_update(None, "journal_size_limit", WAL_BYTES)
}
