//! Opening files: whose they are, what they are, and what happens to those that are refused.

use crate::support::*;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use syncline_core::predicate::Filter;
use syncline_store::{OpenOptions, Save, Store, StoreError};

const SMALL: &str = r#"
enum Mood { GOOD BAD }
type Note @model @auth(rules: [{ allow: public }]) { id: ID! text: String! mood: Mood }
"#;

/// A file with a record and a mutation, closed.
fn furnished() -> Dir {
    let (dir, schema) = (Dir::new(), blog());
    let mut store = dir.open(Arc::clone(&schema));
    let row = versioned(&schema, "p", 1, 1, &[]);
    store.write(|tx| tx.apply_frame(post(&schema), row, &Filter::All)).unwrap();
    let value = record(&schema, "q", &[]);
    let save = Save {
        model: post(&schema),
        value: &value,
        read_as: None,
        condition: None,
        mutation: "m".to_owned(),
    };
    store.write(|tx| tx.save(save)).unwrap();
    dir
}

/// Opens a file that must be refused, and checks that it is left as it was.
fn refused(dir: &Dir, schema: &str) -> StoreError {
    let before = fs::read(dir.file()).ok();
    let error = dir.try_open(crate::support::schema(schema)).err().unwrap();
    assert_eq!(fs::read(dir.file()).ok(), before, "{error}: the file was touched");
    error
}

fn start(error: &StoreError) -> String {
    let text = error.to_string();
    let name = text.find("blog.db").map_or(0, |place| place + "blog.db".len());
    text[name..].trim().to_owned()
}

#[test]
fn files_that_are_not_ours_are_refused_untouched() {
    let other = |path: &Path| {
        let conn = rusqlite::Connection::open(path).unwrap();
        conn.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)").unwrap();
    };
    let newer = |path: &Path| {
        let conn = rusqlite::Connection::open(path).unwrap();
        conn.execute_batch(
            "PRAGMA application_id = 0x53594e43; PRAGMA user_version = 99; CREATE TABLE t (a)",
        )
        .unwrap();
    };
    type Make<'a> = &'a dyn Fn(&Path);
    let cases: [(&str, Make<'_>, &str); 6] = [
        (
            "text",
            &|path| fs::write(path, "Dear diary").unwrap(),
            "is not a Syncline store: it is not a database;",
        ),
        (
            "long text",
            &|path| fs::write(path, "x".repeat(9_000)).unwrap(),
            "is not a Syncline store: it is not an SQLite database;",
        ),
        (
            "a directory",
            &|path| fs::create_dir(path).unwrap(),
            "is not a Syncline store: it is not a plain file;",
        ),
        (
            "another program's",
            &other,
            "is not a Syncline store: it is an SQLite database of another program;",
        ),
        ("a newer one", &newer, "has format 99, and this version of Syncline knows formats up to 3;"),
        (
            "a log without its database",
            &|path| fs::write(format!("{}-wal", path.display()), "frames").unwrap(),
            "is damaged: the database is gone, but its log",
        ),
    ];
    for (name, make, expected) in cases {
        let dir = Dir::new();
        make(&dir.file());
        let error = refused(&dir, BLOG);
        assert!(start(&error).starts_with(expected), "{name}: {error}");
        assert!(!dir.file().with_extension("db.lock").exists(), "{name}: something was written beside it");
    }
}

#[test]
fn damaged_files_are_refused_untouched() {
    let flip = |from: usize, to: usize| {
        move |path: &Path| {
            let mut bytes = fs::read(path).unwrap();
            let to = to.min(bytes.len());
            bytes[from..to].iter_mut().for_each(|byte| *byte ^= 0x5a);
            fs::write(path, bytes).unwrap();
        }
    };
    let cut = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..bytes.len() - 5_000]).unwrap();
    };
    let no_meta = |path: &Path| {
        let conn = rusqlite::Connection::open(path).unwrap();
        conn.execute_batch("DELETE FROM _meta; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    };
    let bad_schema = |path: &Path| {
        let conn = rusqlite::Connection::open(path).unwrap();
        let sql = "UPDATE _meta SET value = '{' WHERE name = 'schema'; PRAGMA wal_checkpoint(TRUNCATE)";
        conn.execute_batch(sql).unwrap();
    };
    type Make<'a> = &'a dyn Fn(&Path);
    let cases: [(&str, Make<'_>); 6] = [
        ("the table of tables", &flip(100, 600)),
        ("its own tables", &flip(4_096, 40_000)),
        ("everything", &flip(100, usize::MAX)),
        ("the end is missing", &cut),
        ("no schema", &no_meta),
        ("an unreadable schema", &bad_schema),
    ];
    for (name, damage) in cases {
        let dir = furnished();
        damage(&dir.file());
        let error = refused(&dir, BLOG);
        assert!(matches!(error, StoreError::Damaged { .. }), "{name}: {error:?}");
    }
}

#[test]
fn a_file_has_one_owner() {
    let dir = Dir::new();
    let store = dir.open(blog());
    let second = Store::open(OpenOptions { holder: "second".to_owned(), ..options(dir.file(), blog()) });
    match second.err().unwrap() {
        error @ StoreError::InUse { .. } => {
            let expected = format!("is in use by the test (process {}); close it there", std::process::id());
            assert!(start(&error).starts_with(&expected), "{error}");
            assert!(error.is_retryable());
        }
        error => panic!("{error}"),
    }
    drop(store);
    dir.open(blog());
}

#[test]
fn a_directory_that_is_missing_is_told() {
    let dir = Dir::new();
    let missing = dir.path().join("missing").join("blog.db");
    let error = Store::open(options(missing, blog())).err().unwrap();
    assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
    assert!(error.to_string().ends_with("make its directory first, or name another path"), "{error}");
    assert!(!dir.path().join("missing").exists());
}

#[test]
fn a_new_file_is_whole_and_what_was_left_of_another_is_no_hindrance() {
    let dir = Dir::new();
    fs::write(dir.file(), "").unwrap();
    fs::write(dir.path().join("blog.db.creating"), "half a file").unwrap();
    let store = dir.open(blog());
    assert_eq!(store.reads().session().unwrap(), "session-1");
    assert_eq!(store.reads().generation().unwrap(), 0);
    assert_eq!(store.reads().epoch().unwrap(), None);
    drop(store);
    assert!(!dir.path().join("blog.db.creating").exists());
    // The session is the file's, not the opener's.
    let again =
        Store::open(OpenOptions { fresh_session: "session-2".to_owned(), ..options(dir.file(), blog()) });
    let mut again = again.unwrap();
    assert_eq!(again.reads().session().unwrap(), "session-1");
    again.write(|tx| tx.set_epoch("e1")).unwrap();
    assert_eq!(again.reads().epoch().unwrap().as_deref(), Some("e1"));

    let nowhere = Dir::new().path().join("gone").join("blog.db");
    let error = Store::open(options(nowhere, blog())).err().unwrap();
    assert!(matches!(error, StoreError::Io { .. }), "{error}");
}

/// The only page of a base sync.
fn page(rows: Vec<syncline_core::Versioned>) -> syncline_store::RemotePage<'static> {
    syncline_store::RemotePage { started_at: 50, ..base_page(rows) }
}

#[test]
fn additions_to_the_schema_migrate_in_place() {
    let dir = Dir::new();
    let old = schema(SMALL);
    let note = old.by_name("Note").unwrap();
    let mut store = dir.open(Arc::clone(&old));
    let value = |id: &str, schema: &syncline_core::Schema| {
        let model = schema.by_name("Note").unwrap();
        let mut value = syncline_core::Record::empty(model.fields.len());
        set(model, &mut value, &[&format!("id={id}"), "text=T"]);
        value
    };
    let meta = syncline_core::Meta { version: 1, last_changed_at: 1, deleted: false };
    let row = syncline_core::Versioned { record: value("a", &old), meta };
    store.write(|tx| tx.apply_page(note.id, page(vec![row]))).unwrap();
    let new = value("b", &old);
    let save = Save { model: note.id, value: &new, read_as: None, condition: None, mutation: "m".to_owned() };
    store.write(|tx| tx.save(save)).unwrap();
    drop(store);

    // A model before it, a field between, an enum value, an index.
    let larger = schema(
        r#"
        enum Mood { GOOD BAD MIXED }
        type Album @model @auth(rules: [{ allow: public }]) { id: ID! name: String }
        type Note @model @auth(rules: [{ allow: public }]) {
          id: ID! stars: Int text: String! @index(name: "byText", queryField: "notesByText") mood: Mood tags: [String]
        }
        "#,
    );
    let note = larger.by_name("Note").unwrap();
    let mut store = dir.open(Arc::clone(&larger));
    let reads = store.reads();
    let rows = reads.query(&syncline_store::Query::all(note.id)).unwrap();
    assert_eq!(rows.iter().map(|row| words(note, &row.record)).collect::<Vec<_>>(), ["text=T", "text=T"]);
    let entry = reads.entry("m").unwrap().unwrap();
    assert_eq!(entry.model, note.id);
    assert_eq!(
        entry.patch.0.iter().map(|change| change.field).collect::<Vec<_>>(),
        [note.field("text").unwrap()]
    );
    assert_eq!(reads.count(larger.by_name("Album").unwrap().id, &Filter::All).unwrap(), 0);
    let filter = syncline_core::Predicate::compare("text", syncline_core::predicate::Op::Eq("T".into()));
    let query =
        syncline_store::Query { filter: filter.bind(note).unwrap(), ..syncline_store::Query::all(note.id) };
    assert_eq!(reads.explain(&query).unwrap().indexes, ["Note by text"]);

    // What the new fields hold is fetched, although no version moved.
    let state = reads.sync_state(note.id).unwrap();
    assert_eq!((state.last_sync, state.base_complete), (None, true));
    let mut filled = value("a", &larger);
    set(note, &mut filled, &["stars=5", "mood=MIXED"]);
    let row = || syncline_core::Versioned { record: filled.clone(), meta };
    assert_eq!(store.write(|tx| tx.apply_page(note.id, page(vec![row()]))).unwrap().0.updated, 1);
    assert_eq!(store.reads().get(note.id, &key("a")).unwrap().unwrap().record, filled);
    assert_eq!(store.write(|tx| tx.apply_page(note.id, page(vec![row()]))).unwrap().0.skipped, 1);
    drop(store);

    // Back to the old schema: nothing pending speaks of what goes.
    let store = dir.open(schema(SMALL));
    assert!(store.reads().entry("m").unwrap().is_some());
}

#[test]
fn what_a_custom_type_gets_is_fetched_although_no_version_moved() {
    const OLD: &str = r#"
    type Town { name: String }
    type Address { street: String town: Town }
    type Person @model @auth(rules: [{ allow: public }]) { id: ID! home: Address others: [Address] }
    type Note @model @auth(rules: [{ allow: public }]) { id: ID! text: String }
    "#;
    let new = OLD.replace("{ name: String }", "{ zip: Int name: String }");
    let synced = |larger: &syncline_core::Schema, store: &Store, name: &str| {
        store.reads().sync_state(larger.by_name(name).unwrap().id).unwrap().last_sync
    };
    let (dir, old) = (Dir::new(), schema(OLD));
    let mut store = dir.open(Arc::clone(&old));
    for name in ["Person", "Note"] {
        store.write(|tx| tx.apply_page(old.by_name(name).unwrap().id, page(vec![]))).unwrap();
        assert!(synced(&old, &store, name).is_some());
    }
    drop(store);
    let larger = schema(&new);
    let store = dir.open(Arc::clone(&larger));
    assert_eq!(synced(&larger, &store, "Person"), None, "a part of its records is not here");
    assert!(synced(&larger, &store, "Note").is_some(), "nothing of it changed");
}

#[test]
fn a_store_in_memory_has_readers_too() {
    let schema = blog();
    let (mut one, mut two) = (memory(Arc::clone(&schema)), memory(Arc::clone(&schema)));
    let reader = one.reader().unwrap();
    for (store, id) in [(&mut one, "a"), (&mut two, "b")] {
        let row = versioned(&schema, id, 1, 1, &[]);
        store.write(|tx| tx.apply_frame(post(&schema), row, &Filter::All)).unwrap();
    }
    assert!(reader.get(post(&schema), &key("a")).unwrap().is_some());
    assert!(reader.get(post(&schema), &key("b")).unwrap().is_none(), "each is a world of its own");
}

#[test]
fn a_reader_of_a_file_sees_what_is_committed() {
    let (dir, schema) = (Dir::new(), blog());
    let mut store = dir.open(Arc::clone(&schema));
    let reader = store.reader().unwrap();
    let version = || reader.get(post(&schema), &key("a")).unwrap().and_then(|stored| stored.version);
    for number in 1..4 {
        store.begin().unwrap();
        let row = versioned(&schema, "a", number, number, &[]);
        store.attempt(|tx| tx.apply_frame(post(&schema), row, &Filter::All)).unwrap();
        assert_eq!(version(), (number > 1).then_some(number - 1));
        store.commit().unwrap();
        assert_eq!(version(), Some(number));
    }
}
