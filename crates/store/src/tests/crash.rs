//! I1: whatever an operation writes is on the disk completely or not at all. Each operation is interrupted at many
//! places, the file is copied at many places while it runs, and its log is cut at many places after it.

use super::{delete, model_of, open, save, schema, versioned};
use crate::{ClaimLimits, RemotePage, Store, StoreError, Tx};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use syncline_core::predicate::Filter;
use syncline_core::record::Outcome;
use syncline_core::{Key, Schema};

/// Everything the file holds.
fn dump(conn: &Connection) -> String {
    let mut text = String::new();
    let names =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let mut statement = conn.prepare(names).unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for name in names {
        let mut statement = conn.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<String> = (0..columns).map(|place| show(row.get_ref(place).unwrap())).collect();
            text.push_str(&format!("{name}: {}\n", values.join(", ")));
        }
    }
    text
}

fn show(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => format!("{other:?}"),
    }
}

/// Compares two dumps; shows the lines that differ.
fn same(found: &str, expected: &str, at: &str) {
    if found != expected {
        let only = |a: &str, b: &str| -> Vec<String> {
            a.lines().filter(|line| !b.lines().any(|other| other == *line)).map(str::to_owned).collect()
        };
        panic!("{at}: found {:#?}, expected {:#?}", only(found, expected), only(expected, found));
    }
}

fn copy(from: &Path, to: &Path) {
    for ending in ["", "-wal"] {
        let with = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
        if with(from).exists() {
            std::fs::copy(with(from), with(to)).unwrap();
        } else if with(to).exists() {
            std::fs::remove_file(with(to)).unwrap();
        }
    }
}

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

type Op = fn(&mut Tx<'_>) -> Result<(), StoreError>;

/// Records of every kind: plain, pending, in flight, parked, deleted.
fn furnish(store: &mut Store) {
    let schema = Arc::clone(store.schema());
    for id in ["t1", "t2", "t3", "t4", "t5", "a1"] {
        let row = versioned(&schema, id, 2, &[]);
        store.write(|tx| tx.apply_frame(model_of(&schema, id).id, row, &Filter::All)).unwrap();
    }
    save(store, "t2", &[("title", "pending")], "pending");
    save(store, "t3", &[("title", "sent")], "sent");
    save(store, "t4", &[("title", "parked")], "parked");
    save(store, "t6", &[("authorId", "a1")], "new");
    let limits = ClaimLimits { sizes: &[1, 2, 3], resend: false, same_document_dependencies: false };
    let batch = store.write(|tx| tx.claim(limits)).unwrap().0.unwrap();
    assert_eq!(batch.entries.len(), 3);
    store.write(|tx| tx.settle("parked", Outcome::Refused("no".to_owned()))).unwrap();
    store.write(|tx| tx.settle("pending", Outcome::Refused("no".to_owned()))).unwrap();
    store.write(|tx| tx.retry("pending", "pending2".to_owned())).unwrap();
    save(store, "t3", &[("body", "more")], "more");
    delete(store, "t5", "delete");
}

fn page(tx: &mut Tx<'_>, base: bool) -> Result<(), StoreError> {
    let schema = Arc::clone(&tx.reads().tables.schema);
    let model = model_of(&schema, "t").id;
    let mut rows: Vec<_> = ["t9", "t7", "t2", "t3", "t4"]
        .iter()
        .map(|id| versioned(&schema, id, 7, &[("body", "far")]))
        .collect();
    rows.push(versioned(&schema, "t5", 9, &[]));
    rows[0].meta.deleted = true;
    let page = RemotePage {
        rows,
        expression: &Filter::All,
        expression_text: "{}",
        base,
        started_at: 900_000,
        token: None,
        next: None,
        fingerprint: Some("f".to_owned()),
        accept_equal: false,
    };
    tx.apply_page(model, page).map(|_| ())
}

const OPS: [(&str, Op); 9] = [
    ("save", |tx| {
        let schema = Arc::clone(&tx.reads().tables.schema);
        let model = model_of(&schema, "t1");
        let value = super::record(&schema, "t1", &[("title", "X"), ("authorId", "a1")]);
        let mutation = "x".to_owned();
        tx.save(crate::Save { model: model.id, value: &value, read_as: None, condition: None, mutation })
            .map(|_| ())
    }),
    ("delete", |tx| {
        let model = model_of(&tx.reads().tables.schema, "t2").id;
        tx.delete(model, &Key::id("t2"), None, "x".to_owned()).map(|_| ())
    }),
    ("delta page", |tx| page(tx, false)),
    ("base page", |tx| page(tx, true)),
    ("applied", |tx| {
        let current = versioned(&tx.reads().tables.schema, "t3", 3, &[("title", "sent")]);
        tx.settle("sent", Outcome::Applied(current)).map(|done| assert!(done.is_some()))
    }),
    ("conflict", |tx| {
        let current = versioned(&tx.reads().tables.schema, "t3", 5, &[("title", "R")]);
        let outcome = Outcome::Conflict { current, fresh_id: "fresh".to_owned() };
        tx.settle("sent", outcome).map(|done| assert!(done.is_some()))
    }),
    ("claim", |tx| {
        let limits = ClaimLimits { sizes: &[1, 5], resend: false, same_document_dependencies: false };
        tx.claim(limits).map(|batch| assert!(batch.is_some()))
    }),
    ("discard", |tx| tx.discard("parked").map(|_| ())),
    ("clear", |tx| tx.clear().map(|_| ())),
];

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
    for (name, op) in OPS {
        copy(&start, &work);
        let mut store = open(&work, Arc::clone(&schema));
        let before = dump(&store.reads().conn);
        let points = interrupt_everywhere(name, &mut store, op, &before);
        assert!(points > 30, "{name} was interrupted only {points} times");
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
        point += 1 + point / 15;
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
    const EVERY: u64 = 250;
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
    let mut lengths: Vec<usize> = (0..bytes.len()).step_by(5_000).collect();
    lengths.push(bytes.len() - 1);
    for length in lengths {
        copy(work, copied);
        std::fs::write(format!("{}-wal", copied.display()), &bytes[..length]).unwrap();
        same(&reopened(copied, schema), before, &format!("{name}, cut at {length} of {}", bytes.len()));
    }
    copy(work, copied);
    same(&reopened(copied, schema), after, &format!("{name}, complete"));
}
