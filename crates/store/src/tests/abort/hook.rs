//! Counts what a connection does, and ends the process there.

use super::child;
use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Whether places are counted.
static ARMED: AtomicBool = AtomicBool::new(false);
/// The places so far.
static PLACES: AtomicU64 = AtomicU64::new(0);
/// The SQL statements among them.
static STATEMENTS: AtomicU64 = AtomicU64::new(0);
/// The place at which the process ends; the first is 1.
static LAST: AtomicU64 = AtomicU64::new(u64::MAX);

/// From now on the places count, and the process ends at number `last`.
pub(super) fn arm(last: u64) {
    LAST.store(last, Ordering::SeqCst);
    ARMED.store(true, Ordering::SeqCst);
}

/// The process will not end here any more. How many statements there were.
pub(super) fn disarm() -> u64 {
    ARMED.store(false, Ordering::SeqCst);
    STATEMENTS.load(Ordering::SeqCst)
}

/// A place at which the process may end.
pub(crate) fn place() {
    if ARMED.load(Ordering::SeqCst)
        && PLACES.fetch_add(1, Ordering::SeqCst) + 1 == LAST.load(Ordering::SeqCst)
    {
        std::process::abort();
    }
}

/// The connection, with a place before each statement, another after each that ends a transaction or a part of one,
/// and one before it is closed. Outside of the processes that are to end it is left as it is.
pub(crate) fn watched(mut conn: Connection) -> Connection {
    if child::task().is_some() {
        let mask = TraceEventCodes::SQLITE_TRACE_STMT
            | TraceEventCodes::SQLITE_TRACE_PROFILE
            | TraceEventCodes::SQLITE_TRACE_CLOSE;
        conn.trace_v2(mask, Some(seen)).unwrap();
    }
    conn
}

fn seen(event: TraceEvent<'_>) {
    match event {
        TraceEvent::Stmt(..) => {
            if ARMED.load(Ordering::SeqCst) {
                STATEMENTS.fetch_add(1, Ordering::SeqCst);
            }
            place();
        }
        TraceEvent::Profile(statement, _) => {
            let sql = statement.sql();
            if ["COMMIT", "RELEASE", "ROLLBACK", "PRAGMA wal_checkpoint"]
                .iter()
                .any(|end| sql.starts_with(end))
            {
                place();
            }
        }
        TraceEvent::Close(_) => place(),
        _ => {}
    }
}
