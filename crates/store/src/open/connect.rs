//! Connections and their settings.

use super::Durability;
use super::lock::beside;
use crate::StoreError;
use crate::layout::Tables;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::OpenOptions;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Pages of 4 KiB after which the write-ahead log is moved into the database. Larger than SQLite's 1,000, because
/// records in random key order touch most pages of a table.
const CHECKPOINT_PAGES: u32 = 4_000;

/// What of the write-ahead log's file is left on the disk when the log begins anew, in bytes: what a reader that stayed long,
/// or a base sync, made it grow to is given back. Twice the size at which it is moved into the database.
const LOG_KEPT: i64 = 2 * 4_096 * CHECKPOINT_PAGES as i64;

/// The page cache of a reader, and of the writer during a base sync, as `cache_size` takes it: in KiB, negative.
const LARGE_CACHE: i64 = -16_384;
/// The writer's otherwise. A commit after a page was split walks the whole cache, which costs more than the pages save.
const SMALL_CACHE: i64 = -1_024;

/// How long a statement waits for a lock: readers and the writer only meet at a checkpoint.
const BUSY: Duration = Duration::from_secs(5);

/// Where a connection goes.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    File(PathBuf),
    /// SQLite's `memdb`: a database in memory that several connections of this process share, under this name.
    Memory(String),
}

impl Place {
    /// A name that no other store of this process has.
    pub(crate) fn in_memory() -> Place {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Place::Memory(format!("file:/syncline-{}?vfs=memdb", NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    fn connect(&self, flags: OpenFlags) -> Result<Connection, StoreError> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = match self {
            Place::File(path) => Connection::open_with_flags(path, flags),
            Place::Memory(name) => Connection::open_with_flags(name, flags | OpenFlags::SQLITE_OPEN_URI),
        };
        #[cfg(test)]
        let conn = conn.map(crate::tests::abort::hook::watched);
        conn.map_err(|error| match self {
            Place::File(path) => {
                let source = std::io::Error::other(error);
                StoreError::Io { place: path.display().to_string(), source }
            }
            Place::Memory(_) => error.into(),
        })
    }
}

/// The writer's connection.
pub(super) fn connect_writer(place: &Place, durability: Durability) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let flags = match place {
        Place::File(_) => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Place::Memory(_) => flags,
    };
    let conn = place.connect(flags)?;
    configure(&conn, durability)?;
    if let Place::File(_) = place {
        conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        conn.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
        conn.pragma_update_and_check(None, "journal_size_limit", LOG_KEPT, |_| Ok(()))?;
    }
    conn.pragma_update(None, "cache_size", SMALL_CACHE)?;
    // A transaction that outgrows the cache must not lock readers out before it is committed.
    conn.pragma_update(None, "cache_spill", false)?;
    Ok(conn)
}

/// A connection that only reads.
pub(crate) fn connect_reader(place: &Place, durability: Durability) -> Result<Connection, StoreError> {
    // In WAL mode a reader takes part in the shared memory file, so that it is opened for writing and then told not to.
    let conn = place.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    configure(&conn, durability)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

/// What every connection needs: text in double quotes is a name and never a string, nothing in the file is trusted to
/// run code, and a commit is on the disk.
fn configure(conn: &Connection, durability: Durability) -> Result<(), StoreError> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // Partial indexes make SQLite look at bound values and plan a cached statement anew each time it is bound, which is
    // half of the cost of a save. A plan that holds for every value is what is wanted.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.busy_timeout(BUSY)?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Relaxed => "NORMAL",
    };
    conn.pragma_update(None, "synchronous", synchronous)?;
    if durability == Durability::Full {
        // On macOS only this makes the drive write its own cache.
        conn.pragma_update(None, "fullfsync", true)?;
        conn.pragma_update(None, "checkpoint_fullfsync", true)?;
    }
    conn.pragma_update(None, "cache_size", LARGE_CACHE)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(())
}

/// Keeps every statement that is used again prepared.
pub(crate) fn tune_cache(conn: &Connection, tables: &Tables) {
    conn.set_prepared_statement_cache_capacity(128 + 8 * tables.all().len());
}

/// Puts what has been committed on the disk where the commits did not wait for it. All of it is in the log, or in the
/// database, which SQLite has put on the disk before it began the log anew.
pub(crate) fn settle(place: &Place, durability: Durability) -> Result<(), StoreError> {
    let (Place::File(path), Durability::Relaxed) = (place, durability) else { return Ok(()) };
    let log = beside(path, "-wal");
    let synced = OpenOptions::new().write(true).open(&log).and_then(|log| log.sync_data());
    synced.map_err(StoreError::io(&log))
}

/// Holds checkpoints back, or lets them run again and makes one.
pub(crate) fn hold_checkpoints(conn: &Connection, hold: bool) -> Result<(), StoreError> {
    let pages = if hold { 0 } else { CHECKPOINT_PAGES };
    conn.pragma_update_and_check(None, "wal_autocheckpoint", pages, |_| Ok(()))?;
    conn.pragma_update(None, "cache_size", if hold { LARGE_CACHE } else { SMALL_CACHE })?;
    if !hold {
        // It moves as much as no reader is using; the rest goes with a later one.
        conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
    }
    Ok(())
}
