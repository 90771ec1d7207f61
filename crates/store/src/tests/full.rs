//! A full disk, page by page.

use super::file::{copy, dump, same};
use super::ops::{OPS, Op, furnish, put};
use super::{open, schema};
use crate::{Store, StoreError};
use std::path::PathBuf;

/// A save that needs pages for the row, for what it indexes and for the mutation.
const LARGE: (&str, Op) = ("save: large", |tx| {
    put(tx, "t8", &[("body", &"a line of text\n".repeat(2_000)), ("authorId", "a1")], None, "x")
});

/// How many pages the database has, at the most from now on: what it has and `more`. `None`: as many as it likes.
fn limit(store: &Store, more: Option<i64>) {
    let conn = &store.reads.conn;
    let pages: i64 = conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let most = more.map_or(1_000_000, |more| pages + more);
    conn.pragma_update_and_check(None, "max_page_count", most, |_| Ok(())).unwrap();
}

/// Where the files are.
struct Files {
    _dir: tempfile::TempDir,
    start: PathBuf,
    work: PathBuf,
}

impl Files {
    fn new() -> Files {
        let dir = tempfile::tempdir().unwrap();
        let files = Files { start: dir.path().join("start.db"), work: dir.path().join("work.db"), _dir: dir };
        let mut store = open(&files.start, schema());
        furnish(&mut store);
        // Small pages and none free, so that what grows needs new ones.
        let pack = "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM";
        store.reads.conn.execute_batch(pack).unwrap();
        files
    }

    fn open(&self) -> Store {
        copy(&self.start, &self.work);
        let store = open(&self.work, schema());
        store.reads.conn.pragma_update(None, "synchronous", "OFF").unwrap();
        store
    }
}

fn is_full(error: &StoreError, at: &str) {
    assert!(matches!(error, StoreError::DiskFull(_)) && error.is_retryable(), "{at}: {error:?}");
    assert_eq!(error.to_string(), "the disk is full; make room and try again");
}

/// Runs the operation with room for no page more than there are, for one and so on, until it gets through. What fails
/// says so, changes nothing, and gets through when there is room. How often it failed.
fn fill(files: &Files, name: &str, op: Op) -> i64 {
    let mut store = files.open();
    store.write(op).unwrap();
    let after = dump(&store.reads.conn);
    drop(store);
    for more in 0.. {
        let at = format!("{name}, room for {more} pages");
        let mut store = files.open();
        let before = dump(&store.reads.conn);
        limit(&store, Some(more));
        let Err(error) = store.write(op) else {
            same(&dump(&store.reads.conn), &after, &at);
            return more;
        };
        is_full(&error, &at);
        same(&dump(&store.reads.conn), &before, &at);
        limit(&store, None);
        store.write(op).unwrap();
        same(&dump(&store.reads.conn), &after, &at);
    }
    unreachable!()
}

#[test]
fn a_full_disk_changes_nothing_and_the_store_goes_on_when_there_is_room() {
    let files = Files::new();
    let mut failed = 0;
    for (name, op) in OPS.iter().chain([&LARGE]) {
        let times = fill(&files, name, *op);
        assert!(times >= 5 || *name != LARGE.0, "{name} failed only {times} times");
        failed += usize::from(times > 0);
    }
    assert!(failed >= 3, "only {failed} operations failed");
}

#[test]
fn in_a_group_what_fits_is_kept_or_nothing_is() {
    group(|store, op| store.attempt(op));
    // Without a savepoint nothing can be kept.
    group(|store, op| store.attempt_checked(op));
}

fn group(attempt: fn(&mut Store, Op) -> Result<(), StoreError>) {
    let files = Files::new();
    let first: Op = |tx| put(tx, "t1", &[("title", "X")], None, "first");
    let states = {
        let mut store = files.open();
        let before = dump(&store.reads.conn);
        store.write(first).unwrap();
        [before, dump(&store.reads.conn)]
    };
    for more in 0.. {
        let at = format!("room for {more} pages");
        let mut store = files.open();
        limit(&store, Some(more));
        store.begin().unwrap();
        let small = attempt(&mut store, first);
        let large = attempt(&mut store, LARGE.1);
        let committed = store.commit();
        if large.is_ok() {
            assert!(small.is_ok() && committed.is_ok(), "{at}");
            assert!(more >= 5, "{at}: it fits");
            return;
        }
        let kept = match committed {
            Ok(_) => usize::from(small.is_ok()),
            Err(lost) => {
                // Whoever else is in the group is told to try again.
                assert!(matches!(lost, StoreError::TransactionLost) && lost.is_retryable(), "{at}: {lost:?}");
                0
            }
        };
        is_full(&small.and(large).unwrap_err(), &at);
        same(&dump(&store.reads.conn), &states[kept], &at);
        limit(&store, None);
        store.write(LARGE.1).unwrap();
    }
}
