//! What a file holds after the process that wrote it has ended.

use super::child::{Heard, Task};
use super::scenes::{Scene, Start, life, scenes};
use crate::tests::file::{copy, dump, same};
use crate::tests::ops::furnish;
use crate::tests::{compile, open, save, schema};
use crate::{ClaimLimits, Durability, Save, Store};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syncline_core::predicate::{Filter, Op, Predicate};
use syncline_core::record::Outcome;
use syncline_core::{Meta, Record, Value, Versioned};

/// The schema before it grew.
const OLD_SCHEMA: &str = r#"
    type Thread @model @auth(rules: [{ allow: public }]) {
      id: ID!
      title: String!
      body: String
      authorId: ID
    }
"#;

/// The schema when it had other types, another model, and one model less.
const OTHER_SCHEMA: &str = r#"
    type Thread @model @auth(rules: [{ allow: public }]) {
      id: ID!
      title: Int
      body: String @index(name: "byBody", queryField: "threadsByBody")
      tags: String
      old: String
      authorId: ID
    }
    type Draft @model @auth(rules: [{ allow: public }]) {
      id: ID!
    }
"#;

/// What this format has and the first has not, and a table as it was laid out in between.
const FIRST_FORMAT: &str = "
    DROP TABLE _schemas; DROP TABLE _held; DROP TABLE _quarantine; DROP TABLE _filled;
    DROP TABLE _unreadable;
    CREATE TABLE _unreadable (
        model TEXT NOT NULL, key TEXT NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (model, key)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO _unreadable VALUES ('Thread', '', '');
    DROP INDEX _outbox_sent; CREATE INDEX _outbox_sent ON _outbox (id) WHERE state = 1;
    ALTER TABLE _outbox DROP COLUMN original;
    ALTER TABLE _conflicts DROP COLUMN at; ALTER TABLE _conflicts DROP COLUMN version;
    ALTER TABLE _sync DROP COLUMN partial; ALTER TABLE _sync DROP COLUMN received;
    ALTER TABLE _sync DROP COLUMN restoring;
    PRAGMA user_version = 1;
";

/// A file of [`OTHER_SCHEMA`]: a row, and entries that are sent, parked, conditional, and of text that is no number.
fn other(path: &Path) {
    let schema = compile(OTHER_SCHEMA);
    let mut store = open(path, Arc::clone(&schema));
    let model = schema.by_name("Thread").unwrap();
    let thread = |id: &str, fields: &[(&str, Value)]| {
        let mut record = Record::empty(model.fields.len());
        record[model.field("id").unwrap()] = Value::from(id);
        for (name, value) in fields {
            record[model.field(name).unwrap()] = value.clone();
        }
        record
    };
    for id in ["t1", "t2", "t3"] {
        let meta = Meta { version: 1, last_changed_at: 1, deleted: false };
        let row =
            Versioned { record: thread(id, &[("title", Value::Int(1)), ("old", Value::from("o"))]), meta };
        store.write(|tx| tx.apply_frame(model.id, row, &Filter::All)).unwrap();
    }
    let condition = Predicate::compare("title", Op::Lt(Value::Int(5)));
    for (id, field, value, condition, mutation) in [
        ("t1", "title", Value::Int(2), None, "sent"),
        ("t2", "tags", Value::from("x"), None, "parked"),
        ("t3", "body", Value::from("b"), Some(&condition), "conditional"),
        ("t4", "title", Value::Int(7), None, "new"),
    ] {
        let value = thread(id, &[(field, value)]);
        let mutation = mutation.to_owned();
        let save = Save { model: model.id, value: &value, read_as: None, condition, mutation };
        store.write(|tx| tx.save(save)).unwrap();
        if id == "t2" {
            store.write(|tx| tx.claim(ClaimLimits::of(&[2]))).unwrap().0.unwrap();
            store.write(|tx| tx.settle("parked", Outcome::Refused("no".into()))).unwrap().0.unwrap();
        }
    }
    store.reads.conn.execute_batch(FIRST_FORMAT).unwrap();
}

/// The files that scenes begin with.
pub(super) struct Starts {
    pub(super) dir: tempfile::TempDir,
}

impl Starts {
    pub(super) fn new() -> Starts {
        let starts = Starts { dir: tempfile::tempdir().unwrap() };
        furnish(&mut open(&starts.path(Start::Furnished), schema()));
        let mut old = open(&starts.path(Start::Old), compile(OLD_SCHEMA));
        save(&mut old, "t1", &[("body", "b")], "m1");
        other(&starts.path(Start::Other));
        starts
    }

    fn path(&self, start: Start) -> PathBuf {
        self.dir.path().join(format!("{start:?}.db"))
    }

    /// Puts the file of `start` at `path`, without anything that an earlier process left.
    pub(super) fn put(&self, start: Start, path: &Path) {
        for ending in ["", "-wal", "-shm", ".lock", ".creating", ".creating-journal"] {
            let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
        }
        if start != Start::Nothing {
            copy(&self.path(start), path);
        }
    }

    /// What the file holds before the first step and after each.
    pub(super) fn states(&self, scene: &Scene, path: &Path) -> Vec<String> {
        self.put(scene.start, path);
        let mut states = Vec::new();
        match scene.start {
            Start::Nothing => states.push(String::new()),
            Start::Old | Start::Other => states.push(dump(&Connection::open(path).unwrap())),
            Start::Furnished => {}
        }
        let mut store = open(path, schema());
        states.push(dump(&store.reads.conn));
        for step in &scene.steps {
            step.run(&mut store).unwrap();
            states.push(dump(&store.reads.conn));
        }
        states
    }
}

/// What is at `path`, as SQLite alone sees it, and as the next open does.
pub(super) fn look(scene: &Scene, path: &Path, states: &[String]) -> String {
    if !scene.start.is_opening() {
        let store = open(path, schema());
        let found = dump(&store.reads.conn);
        goes_on(store);
        return found;
    }
    // The next open does what the last one did not, so that the file itself is looked at first.
    let mut found = String::new();
    if path.exists() {
        let seen = path.with_extension("seen");
        copy(path, &seen);
        found = dump(&Connection::open(&seen).unwrap());
    }
    let store = open(path, schema());
    same(&dump(&store.reads.conn), &states[1], scene.name);
    goes_on(store);
    found
}

/// The store works, and the file is sound.
fn goes_on(mut store: Store) {
    store.reads.conn.pragma_update(None, "synchronous", "OFF").unwrap();
    save(&mut store, "t99", &[("title", "goes on")], "goes on");
    let sound: String = store.reads.conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}

/// Which state the file is in: that after the steps that returned, or that after the one that was under way.
pub(super) fn place(found: &str, states: &[String], heard: &Heard, at: &str) -> usize {
    if found == states[heard.acknowledged] {
        return heard.acknowledged;
    }
    let next = heard.acknowledged + 1;
    same(found, states.get(next).unwrap_or(&states[heard.acknowledged]), at);
    next
}

/// Ends the scene's process at every place. A line that says how often it was found in which state.
fn check(scene: &Scene, durability: Durability, starts: &Starts, path: &Path) -> String {
    let states = starts.states(scene, path);
    let mut counts = vec![0; states.len()];
    let mut earlier = 0;
    for last in 1.. {
        let at = format!("{}, ended at {last}", scene.name);
        starts.put(scene.start, path);
        let task = Task { scene: scene.clone(), path: path.to_owned(), durability, last };
        let heard = task.run(None);
        assert_eq!(heard.error, None, "{at}");
        let found = place(&look(scene, path, &states), &states, &heard, &at);
        assert!(found >= earlier, "{at}: state {found} after {earlier}");
        earlier = found;
        counts[found] += 1;
        if let Some(statements) = heard.statements {
            assert_eq!(heard.acknowledged, states.len() - 1, "{at}: every step has returned");
            assert!(last > statements, "{at}: {statements} statements, each a place");
            return format!(
                "{:32} {statements:3} statements, {last:3} places, by state: {counts:?}",
                scene.name
            );
        }
    }
    unreachable!()
}

#[test]
fn a_process_that_ends_at_any_statement_leaves_a_state_between_two_steps() {
    let starts = Starts::new();
    let mut tasks: Vec<_> = scenes().into_iter().map(|scene| (scene, Durability::Full)).collect();
    // The difference is a power cut, not the end of a process: nothing that has returned is missing.
    tasks.push((life(), Durability::Relaxed));
    let next = AtomicUsize::new(0);
    let work = |name: usize| {
        let path = starts.dir.path().join(format!("work-{name}.db"));
        let mut lines = Vec::new();
        while let Some((scene, durability)) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            lines.push(check(scene, *durability, &starts, &path));
        }
        lines
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let lines = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|name| scope.spawn(move || work(name))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(lines.len(), tasks.len());
    println!("{}", lines.join("\n"));
}
