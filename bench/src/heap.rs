//! What SQLite holds in this process, in all connections together.
//!
//! SQLite counts it (`sqlite3_memory_used`), but no safe function of its binding and no statement says it. A limit does:
//! under `PRAGMA hard_heap_limit` an allocation fails exactly if it does not fit beside what is held. So the largest that
//! still fits is looked for.

use rusqlite::{Connection, Error, ErrorCode};

use crate::Result;

/// More than what any program here lets SQLite hold. From now on this process keeps to it.
const LIMIT: i64 = 256 << 20;

/// As near as this, in bytes.
const NEAR: i64 = 16 << 10;

/// What SQLite holds, in bytes, the connection that asks included. It reads and writes as much memory as is left under a
/// limit: what else is asked of the process's memory is asked before.
///
/// # Errors
/// SQLite's.
pub(crate) fn sqlite() -> Result<u64> {
    let db = Connection::open_in_memory()?;
    db.query_row(&format!("PRAGMA hard_heap_limit = {LIMIT}"), [], |row| row.get::<_, i64>(0))?;
    let (mut fits, mut fails) = (0, LIMIT);
    while fails - fits > NEAR {
        let middle = fits.midpoint(fails);
        if has_room(&db, middle)? { fits = middle } else { fails = middle }
    }
    Ok((LIMIT - fits).unsigned_abs())
}

/// Whether SQLite can allocate so many bytes.
fn has_room(db: &Connection, bytes: i64) -> Result<bool> {
    match db.query_row("SELECT length(randomblob(?1))", [bytes], |row| row.get::<_, i64>(0)) {
        Ok(_) => Ok(true),
        Err(Error::SqliteFailure(error, _)) if error.code == ErrorCode::OutOfMemory => Ok(false),
        Err(other) => Err(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sqlite_holds_grows_with_what_it_is_given() {
        let before = sqlite().unwrap();
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE blobs (bytes BLOB); INSERT INTO blobs VALUES (randomblob(8388608))")
            .unwrap();
        let grown = sqlite().unwrap() - before;
        assert!((8 << 20..12 << 20).contains(&grown), "{grown}");
    }
}
