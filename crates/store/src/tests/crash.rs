//! I1: whatever an operation writes is on the disk completely or not at all. Each operation is interrupted at many
//! places, the file is copied at many places while it runs, and its log is cut at many places after it.

use super::file::{copy, dump, same};
use super::ops::{OPS, Op, furnish};
use super::{open, schema};
use crate::{Store, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use syncline_core::Schema;

/// What a store opened from a copy of the file holds.
fn reopened(path: &Path, schema: &Arc<Schema>) -> String {
    let store = open(path, Arc::clone(schema));
    // The copy is thrown away: nothing of it has to reach the disk.
    store.reads.conn.pragma_update(None, "synchronous", "OFF").unwrap();
    let text = dump(&store.reads().conn);
    drop(store);
    for ending in ["", "-wal", "-shm", ".lock"] {
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
    text
}

#[test]
fn an_operation_is_whole_or_not_at_all() {
    let schema = schema();
    let dir = tempfile::tempdir().unwrap();
    let (start, work, copied) =
        (dir.path().join("start.db"), dir.path().join("work.db"), dir.path().join("copied.db"));
    {
        let mut store = open(&start, Arc::clone(&schema));
        furnish(&mut store);
        store.reads().conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    }
    for &(name, op) in OPS {
        copy(&start, &work);
        let mut store = open(&work, Arc::clone(&schema));
        let before = dump(&store.reads().conn);
        let points = interrupt_everywhere(name, &mut store, op, &before);
        assert!(points > 15, "{name} was interrupted only {points} times");
        copy_everywhere(name, &mut store, op, &before, &work, &copied, &schema);
        let after = dump(&store.reads().conn);
        assert_ne!(before, after, "{name} does nothing");
        cut_everywhere(name, &before, &after, &work, &copied, &schema);
    }
}

/// Interrupts the operation at its first instruction, then further and further on, until it gets through; then undoes
/// it. The number of interruptions.
fn interrupt_everywhere(name: &str, store: &mut Store, op: Op, before: &str) -> u64 {
    let mut point = 1;
    for count in 0.. {
        static LEFT: AtomicU64 = AtomicU64::new(0);
        LEFT.store(point, Ordering::Relaxed);
        point += 1 + point / 8;
        let interrupt = || LEFT.fetch_sub(1, Ordering::Relaxed) == 1;
        store.begin().unwrap();
        store.reads.conn.progress_handler(1, Some(interrupt)).unwrap();
        let result = store.attempt(op);
        store.reads.conn.progress_handler(0, None::<fn() -> bool>).unwrap();
        if result.is_ok() {
            store.abort();
            same(&dump(&store.reads().conn), before, &format!("{name}, aborted"));
            return count;
        }
        // Either the operation alone was undone, or SQLite undid the whole transaction and says so.
        match store.commit() {
            Ok(changes) => assert!(changes.is_empty()),
            Err(error) => assert!(matches!(error, StoreError::TransactionLost), "{name}: {error}"),
        }
        same(&dump(&store.reads().conn), before, &format!("{name}, interrupted at {count}"));
    }
    unreachable!()
}

/// Runs the operation, copying the file again and again as a crash would leave it.
fn copy_everywhere(
    name: &str,
    store: &mut Store,
    op: Op,
    before: &str,
    work: &Path,
    copied: &Path,
    schema: &Arc<Schema>,
) {
    const EVERY: u64 = 500;
    static COUNT: AtomicU64 = AtomicU64::new(0);
    COUNT.store(0, Ordering::Relaxed);
    let (from, to) = (work.to_owned(), copied.to_owned());
    let take = move || {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        if count.is_multiple_of(EVERY) {
            copy(&from, &PathBuf::from(format!("{}{}", to.display(), count / EVERY)));
        }
        false
    };
    store.reads.conn.progress_handler(1, Some(take)).unwrap();
    store.write(op).unwrap();
    store.reads.conn.progress_handler(0, None::<fn() -> bool>).unwrap();
    for count in 0..COUNT.load(Ordering::Relaxed).div_ceil(EVERY) {
        let path = PathBuf::from(format!("{}{count}", copied.display()));
        let found = reopened(&path, schema);
        // The last ones may be from the end of the commit.
        if found != dump(&store.reads.conn) {
            same(&found, before, &format!("{name}, at {count}"));
        }
    }
}

/// Cuts the log that the commit wrote, as a crash while it is written would.
fn cut_everywhere(name: &str, before: &str, after: &str, work: &Path, copied: &Path, schema: &Arc<Schema>) {
    let log = PathBuf::from(format!("{}-wal", work.display()));
    let bytes = std::fs::read(&log).unwrap();
    let mut lengths: Vec<usize> = (0..bytes.len()).step_by(10_000).collect();
    lengths.push(bytes.len() - 1);
    for length in lengths {
        copy(work, copied);
        std::fs::write(format!("{}-wal", copied.display()), &bytes[..length]).unwrap();
        same(&reopened(copied, schema), before, &format!("{name}, cut at {length} of {}", bytes.len()));
    }
    copy(work, copied);
    same(&reopened(copied, schema), after, &format!("{name}, complete"));
}

/// A crash while the log is moved into the database leaves some pages moved and others not, in any order, and the log.
#[test]
fn a_checkpoint_may_end_anywhere() {
    let schema = schema();
    let dir = tempfile::tempdir().unwrap();
    let (work, copied) = (dir.path().join("work.db"), dir.path().join("copied.db"));
    let mut store = open(&work, Arc::clone(&schema));
    furnish(&mut store);
    let expected = dump(&store.reads.conn);
    let (old, log) =
        (std::fs::read(&work).unwrap(), std::fs::read(format!("{}-wal", work.display())).unwrap());
    store.reads.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).unwrap();
    let new = std::fs::read(&work).unwrap();
    const PAGE: usize = 4_096;
    let pages = new.len() / PAGE;
    assert!(pages > 10 && new != old, "{pages} pages");
    for moved in 0..=pages {
        for backwards in [false, true] {
            let is_moved = |page: usize| if backwards { page >= pages - moved } else { page < moved };
            let mut mixed = Vec::with_capacity(new.len());
            for page in 0..pages {
                let from = if is_moved(page) { &new } else { &old };
                // A page that was not moved may lie beyond the old end.
                let bytes = from.get(page * PAGE..(page + 1) * PAGE).unwrap_or(&[0; PAGE]);
                mixed.extend_from_slice(bytes);
            }
            std::fs::write(&copied, &mixed).unwrap();
            std::fs::write(format!("{}-wal", copied.display()), &log).unwrap();
            same(&reopened(&copied, &schema), &expected, &format!("{moved} of {pages} pages, {backwards}"));
        }
    }
}
