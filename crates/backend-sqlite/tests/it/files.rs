//! Which files are opened, and which are refused and left as they are.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use syncline_backend::contract::block_on;
use syncline_backend::{
    Backend, BackendError, Decision, Retention, Scope, Sync, SyncCursor, SyncKind, SyncPlace,
};
use syncline_backend_sqlite::{Place, SqliteBackend, Threads};
use syncline_core::Key;
use syncline_core::predicate::Filter;
use tempfile::TempDir;

use crate::harness::{apply, held, note, notes, options, sync};

/// A store with two notes, closed.
fn store() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let backend = open(&path).unwrap();
    apply(&backend, note(&backend, "a", "first")).unwrap();
    apply(&backend, note(&backend, "b", &"long ".repeat(20_000))).unwrap();
    drop(backend);
    (directory, path)
}

fn open(path: &Path) -> Result<SqliteBackend, BackendError> {
    SqliteBackend::open(options(path, notes(), Threads::Threaded))
}

/// The message of the refusal; the file has not changed.
fn refused(path: &Path) -> String {
    let before = fs::read(path).ok();
    let error = open(path).unwrap_err();
    assert!(matches!(error, BackendError::Unusable(_)), "{error:?}");
    assert_eq!(fs::read(path).ok(), before, "the file was touched");
    error.to_string()
}

#[test]
fn what_is_not_ours_is_left_as_it_is() {
    let (directory, ours) = store();
    let path = directory.path().join("other.db");
    let check = |what: &str| {
        let message = refused(&path);
        assert!(message.contains(what), "expected `{what}` in `{message}`");
    };
    fs::write(&path, "a shopping list").unwrap();
    check("not an SQLite file");
    fs::write(&path, "SQLite format 3\0 and no more").unwrap();
    check("not an SQLite file");
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    check("not the store of a Syncline server");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    check("not a file");
    fs::remove_dir(&path).unwrap();
    fs::copy(&ours, &path).unwrap();
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    check("from a newer version (format 99, this one knows 2)");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 0).unwrap();
    check("damaged");
    let nowhere = directory.path().join("no/such/directory.db");
    assert!(refused(&nowhere).contains("directory cannot be opened"));
    assert!(!directory.path().join("no").exists());
}

#[test]
fn a_damaged_file_is_left_as_it_is() {
    let (_directory, path) = store();
    let good = fs::read(&path).unwrap();
    let damage = |what: &str, bytes: Vec<u8>| {
        fs::write(&path, bytes).unwrap();
        let message = refused(&path);
        assert!(message.contains("damaged"), "{what}: {message}");
        assert!(message.contains("restore it from a backup"), "{what} has no way out: {message}");
    };
    damage("cut off", good[..good.len() / 2].to_vec());
    damage("one page short", good[..good.len() - 4_096].to_vec());
    let overwritten = |from: usize, to: usize| {
        let mut bytes = good.clone();
        bytes[from..to].fill(0xa5);
        bytes
    };
    damage("the first page", overwritten(100, 4_096));
    damage("the second page", overwritten(4_096, 8_192));
    damage("a page in the middle", overwritten(good.len() / 4_096 / 2 * 4_096, good.len()));
    let missing =
        ["DROP TABLE \"Note\"", "DELETE FROM \"_meta\"", "ALTER TABLE \"Note\" DROP COLUMN \"text\""];
    for sql in missing {
        fs::write(&path, &good).unwrap();
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        damage(sql, fs::read(&path).unwrap());
    }
    fs::write(&path, &good).unwrap();
    assert_eq!(held(&open(&path).unwrap()).len(), 2);
}

#[test]
fn a_file_has_one_owner() {
    let (directory, path) = store();
    let owner = open(&path).unwrap();
    let message = refused(&path);
    assert!(message.contains(&format!("process {} has it open", std::process::id())), "{message}");
    #[cfg(unix)]
    {
        let other_way = directory.path().join("link.db");
        std::os::unix::fs::symlink(&path, &other_way).unwrap();
        assert!(refused(&other_way).contains("has it open"));
    }
    assert_eq!(held(&owner).len(), 2, "the owner has not noticed");
    drop(owner);
    assert_eq!(held(&open(&path).unwrap()).len(), 2);
    drop(directory);
}

#[test]
fn a_new_store_appears_whole() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    // Left behind by a crash in the middle of an earlier creation.
    fs::write(directory.path().join("store.db-new"), "half a store").unwrap();
    fs::write(directory.path().join("store.db-new-journal"), "half a journal").unwrap();
    // An empty file is nothing yet.
    fs::write(&path, "").unwrap();
    let backend = open(&path).unwrap();
    assert_eq!(backend.epoch(), "07".repeat(16));
    drop(backend);
    let mut files: Vec<_> =
        fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["store.db", "store.db-lock"], "a clean end leaves nothing else behind");
    let mut again = options(&path, notes(), Threads::Inline);
    again.random = [9; 16];
    assert_eq!(SqliteBackend::open(again).unwrap().epoch(), "07".repeat(16), "the epoch is the store's");
}

#[test]
fn a_person_can_query_the_file() {
    let (_directory, path) = store();
    let conn = Connection::open(&path).unwrap();
    let row: (String, i64, i64, i64) = conn
        .query_row(r#"SELECT text, _version, _lastChangedAt, _deleted FROM Note WHERE id = 'a'"#, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap();
    assert_eq!(row, ("first".to_owned(), 1, 1_000, 0));
    let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn a_sync_from_before_the_horizon_is_answered_as_base() {
    let (_directory, path) = store();
    Connection::open(&path).unwrap().execute_batch(r#"UPDATE "_clock" SET "horizon" = 900"#).unwrap();
    let backend = open(&path).unwrap();
    for (last_sync, kind) in [(899, SyncKind::Base), (900, SyncKind::Delta), (1_001, SyncKind::Delta)] {
        assert_eq!(sync(&backend, Some(last_sync)).kind, kind, "since {last_sync}");
    }
    let model = backend.schema().models()[0].id;
    for (started_at, fits) in [(899, false), (900, true)] {
        let resume =
            Some(SyncCursor { started_at, place: SyncPlace::Base { after: Key::id("a"), until: None } });
        let sync = Sync { model, last_sync: None, resume, limit: 10, max_bytes: usize::MAX, leaves: false };
        let answer = block_on(backend.sync(&Scope::new(Filter::all(), Filter::all()), &sync));
        assert_eq!(answer.is_ok(), fits, "{answer:?}");
        assert!(fits || matches!(answer, Err(BackendError::Cursor(_))));
    }
}

/// Format 1 had an index on the stamps of the log, and none on tombstones.
#[test]
fn a_file_of_an_older_format_is_brought_up() {
    let (_directory, path) = store();
    let backend = open(&path).unwrap();
    let mut gone = note(&backend, "a", "");
    gone.decide = Box::new(|_| Decision::Delete);
    apply(&backend, gone).unwrap();
    let before = held(&backend);
    drop(backend);
    let older = r#"DROP INDEX "Note._gone"; ALTER TABLE "_clock" DROP COLUMN "log_from";
        CREATE INDEX "_changes.stamp" ON "_changes" ("stamp"); PRAGMA user_version = 1"#;
    Connection::open(&path).unwrap().execute_batch(older).unwrap();
    let backend = open(&path).unwrap();
    assert_eq!(held(&backend), before);
    let retention = Retention { tombstones_ms: 0, changes_ms: 0, ids_ms: 0 };
    let purged = block_on(backend.purge(5_000, retention, 10)).unwrap();
    assert_eq!((purged.tombstones, purged.more), (1, false));
    drop(backend);
    assert_eq!(held(&open(&path).unwrap()).len(), 1);
    let conn = Connection::open(&path).unwrap();
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT user_version FROM pragma_user_version"), 2);
    assert_eq!(count("SELECT count(*) FROM sqlite_schema WHERE name = '_changes.stamp'"), 0);
}

#[test]
fn a_store_in_memory_needs_no_file() {
    let mut options = options(Path::new("unused"), notes(), Threads::Threaded);
    options.place = Place::Memory;
    let backend = SqliteBackend::open(options).unwrap();
    apply(&backend, note(&backend, "a", "text")).unwrap();
    assert_eq!(held(&backend).len(), 1);
}
