//! Files of one schema, opened with another: what is there then. The cases are in `tests/fixtures/migrations.txt`.

use crate::support::{Dir, base_page, schema};
use rusqlite::Connection;
use serde_json::Value as Json;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use syncline_core::migrate::{Discards, Renames};
use syncline_core::predicate::{Filter, from_json_named};
use syncline_core::record::{Entry, EntryState, Outcome, ReadAs};
use syncline_core::value::{from_json, to_json};
use syncline_core::{Key, Meta, Model, Predicate, Record, Schema, Versioned, predicate};
use syncline_store::{ClaimLimits, Group, Migration, Query, RemotePage, Save, Snapshots, Store, StoreError};

const CASES: &str = include_str!("../fixtures/migrations.txt");

/// The lines of each part of a case, without what sets them in.
fn parts(case: &str) -> Vec<(&str, Vec<&str>)> {
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in case.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        match (line.strip_prefix("  "), parts.last_mut()) {
            (Some(line), Some((_, lines))) => lines.push(line),
            _ => parts.push((line.trim(), Vec::new())),
        }
    }
    parts
}

/// A model is written `type Post @m { … }`.
fn compiled(lines: &[&str]) -> Arc<Schema> {
    schema(&lines.join("\n").replace("@m ", "@model @auth(rules: [{ allow: public }]) "))
}

fn record(model: &Model, json: &Json) -> Record {
    let mut record = Record::empty(model.fields.len());
    for (name, json) in json.as_object().unwrap() {
        let place = model.field(name).unwrap_or_else(|| panic!("no field {name}"));
        record[place] = from_json(&model.fields[place], json).unwrap_or_else(|| panic!("{name}: {json}"));
    }
    record
}

/// Does one step of the file's story.
fn step(store: &mut Store, line: &str, count: &mut u32) {
    let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
    let schema = Arc::clone(store.schema());
    let parsed = |text: &str| {
        let (name, json) = text.split_once(' ').unwrap();
        let model = Arc::clone(schema.by_name(name).unwrap_or_else(|| panic!("{name}")));
        let mut stream = serde_json::Deserializer::from_str(json).into_iter::<Json>();
        let given = stream.next().unwrap().unwrap();
        let condition = stream.next().map(|json| from_json_named("condition", &json.unwrap()).unwrap());
        (model, given, condition)
    };
    let mut mutation = || {
        *count += 1;
        format!("m{count}")
    };
    match what {
        "row" | "newer" | "tombstone" => {
            let (model, given, _) = parsed(rest);
            let version = if what == "newer" { 2 } else { 1 };
            let meta = Meta { version, last_changed_at: 1_000, deleted: what == "tombstone" };
            let row = Versioned { record: record(&model, &given), meta };
            store.write(|tx| tx.apply_frame(model.id, row, &Filter::All)).unwrap();
        }
        "save" => {
            let (model, given, condition) = parsed(rest);
            save(store, &model, &given, condition.as_ref(), mutation());
        }
        "group" => {
            let mut group = Group::default();
            let snapshot = Snapshots::of(store).take().unwrap();
            for part in rest.split(" + ") {
                let (model, given, _) = parsed(part);
                let (value, read) =
                    edited(&model, &given, |key| group.get(&snapshot, model.id, key).unwrap());
                let read_as = read.as_ref().map(|(record, version)| ReadAs { record, version: *version });
                let save =
                    Save { model: model.id, value: &value, read_as, condition: None, mutation: mutation() };
                group.save(&snapshot, save).unwrap();
            }
            drop(snapshot);
            store.write(|tx| tx.apply_group(&group)).unwrap();
        }
        "delete" => {
            let (model, given, condition) = parsed(rest);
            let key = Key::of(&model, &record(&model, &given));
            store.write(|tx| tx.delete(model.id, &key, condition.as_ref(), mutation())).unwrap();
        }
        "send" => while store.write(|tx| tx.claim(ClaimLimits::of(&[1]))).unwrap().0.is_some() {},
        "refuse" => drop(store.write(|tx| tx.settle(rest, Outcome::Refused("no".into()))).unwrap()),
        other => panic!("{other}: {line}"),
    }
}

type Read = Option<(Record, Option<i64>)>;

/// The record with these fields changed, and as it was read.
fn edited(
    model: &Model,
    given: &Json,
    read: impl FnOnce(&Key) -> Option<syncline_store::Stored>,
) -> (Record, Read) {
    let key = Key::of(model, &record(model, given));
    let read = read(&key).map(|stored| (stored.record, stored.version));
    let mut value =
        read.as_ref().map_or_else(|| Record::empty(model.fields.len()), |(record, _)| record.clone());
    for name in given.as_object().unwrap().keys() {
        let place = model.field(name).unwrap();
        value[place] = record(model, given)[place].clone();
    }
    (value, read)
}

fn save(store: &mut Store, model: &Model, given: &Json, condition: Option<&Predicate>, mutation: String) {
    let (value, read) = edited(model, given, |key| store.reads().get(model.id, key).unwrap());
    let read_as = read.as_ref().map(|(record, version)| ReadAs { record, version: *version });
    let save = Save { model: model.id, value: &value, read_as, condition, mutation };
    store.write(|tx| tx.save(save)).unwrap();
}

/// Every model has been synced.
fn sync(store: &mut Store) {
    let schema = Arc::clone(store.schema());
    for model in schema.models() {
        let page = RemotePage { started_at: 500, ..base_page(Vec::new()) };
        store.write(|tx| tx.apply_page(model.id, page)).unwrap();
    }
}

fn object(model: &Model, record: &Record) -> Json {
    let fields = model.fields.iter().zip(&record.0).filter(|(_, value)| !value.is_null());
    Json::Object(fields.map(|(field, value)| (field.name.clone(), to_json(value))).collect())
}

/// What a file holds, a line for each thing.
fn shown(store: &Store, file: &Path) -> String {
    let (reads, schema) = (store.reads(), store.schema());
    let mut text = String::new();
    for model in schema.models() {
        for row in reads.query(&Query::all(model.id)).unwrap() {
            let version = row.version.map_or("-".to_owned(), |version| format!("v{version}"));
            writeln!(text, "{} {} {version}", model.name, object(model, &row.record)).unwrap();
            let server = reads.server_record(model.id, &Key::of(model, &row.record)).unwrap();
            if let Some(server) = server.filter(|server| server.record != row.record) {
                writeln!(text, "  at the server {}", object(model, &server.record)).unwrap();
            }
        }
    }
    let conn = Connection::open(file).unwrap();
    let mut statement = conn.prepare("SELECT id FROM _outbox WHERE ready = 1").unwrap();
    let ready: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for entry in reads.outbox().unwrap() {
        text += &shown_entry(store, &entry, &ready);
    }
    let again =
        schema.models().iter().filter(|model| reads.sync_state(model.id).unwrap().last_sync.is_none());
    let again: Vec<&str> = again.map(|model| model.name.as_str()).collect();
    if !again.is_empty() {
        writeln!(text, "fetch {}", again.join(", ")).unwrap();
    }
    text
}

fn shown_entry(store: &Store, entry: &Entry, ready: &[String]) -> String {
    let model = store.schema().model(entry.model);
    let op = format!("{:?}", entry.op).to_lowercase();
    let mut text = format!("{} {op} {} {}", entry.id, model.name, entry.key);
    for change in &entry.patch.0 {
        let (base, value) = (to_json(&change.base), to_json(&change.value));
        write!(text, " {}:{base}>{value}", model.fields[change.field].name).unwrap();
    }
    if let Some(condition) = &entry.condition {
        write!(text, " if {}", predicate::to_json(condition)).unwrap();
    }
    if let EntryState::Parked(reason) = &entry.state {
        write!(text, " parked ({reason})").unwrap();
    }
    if entry.state == EntryState::Sent {
        text += " sent";
    }
    if entry.state == EntryState::Unsent && !ready.contains(&entry.id) {
        text += " waits";
    }
    if let Some(original) = store.reads().original(&entry.id).unwrap() {
        write!(text, "\n  was {}", original.shown()).unwrap();
    }
    text + "\n"
}

/// The migration that the lines say: `rename Post.title headline`, `discard Post.title`.
fn told(lines: &[&str]) -> Migration {
    let mut told = Migration { renames: Renames::default(), discards: Discards::default() };
    for line in lines {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["rename", from, to] => told.renames.add(from, to),
            ["discard", place] => told.discards.add(place),
            _ => panic!("{line}"),
        }
    }
    told
}

/// What comes of a case.
fn run(case: &str) -> String {
    let (mut old, mut new, mut migration) = (None, Vec::new(), Migration::default());
    let mut story = Vec::new();
    for (part, lines) in parts(case) {
        match part {
            "old" => old = Some(compiled(&lines)),
            // There may be several, one after the other.
            "new" => new.push(compiled(&lines)),
            "told" => migration = told(&lines),
            "file" => story = lines,
            "expect" => {}
            other => panic!("{other}"),
        }
    }
    let dir = Dir::new();
    let mut store = dir.open(old.unwrap());
    sync(&mut store);
    let mut count = 0;
    story.into_iter().for_each(|line| step(&mut store, line, &mut count));
    drop(store);
    let mut found = String::new();
    for schema in &new {
        let before = std::fs::read(dir.file()).unwrap();
        let opened =
            Store::open_migrating(crate::support::options(dir.file(), Arc::clone(schema)), &migration);
        let store = match opened {
            Ok(store) => store,
            Err(StoreError::SchemaChanged { changes, .. }) => {
                assert_eq!(std::fs::read(dir.file()).unwrap(), before, "the file is untouched");
                return changes.iter().map(|change| format!("refused: {change}\n")).collect();
            }
            Err(error) => panic!("{error}"),
        };
        found = shown(&store, &dir.file());
        drop(store);
        // A second time there is nothing to be done, and nothing to be told.
        let again = dir.open(Arc::clone(schema));
        assert_eq!(shown(&again, &dir.file()), found);
    }
    found
}

#[test]
fn files_of_another_schema_are_brought_to_it() {
    let (mut count, mut wrong) = (0, String::new());
    for case in CASES.split("### ").skip(1) {
        let expected = case.split_once("\nexpect\n").map_or("", |(_, expected)| expected);
        let expected: String = expected
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| format!("{}\n", &line[2..]))
            .collect();
        let found = run(case);
        if found != expected {
            let name = case.lines().next().unwrap();
            let lines: String = found.lines().map(|line| format!("  {line}\n")).collect();
            write!(wrong, "### {name}\nexpect\n{lines}").unwrap();
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "found instead:\n{wrong}");
    assert!(count >= 40, "{count} cases");
}

/// A file of notes with titles as text, with these steps, opened by an application whose titles are numbers.
fn numbered(dir: &Dir, steps: &[&str]) -> Store {
    let notes = |title: &str| compiled(&[&format!("type Post @m {{ id: ID! title: {title} body: String }}")]);
    let mut store = dir.open(notes("String"));
    let mut count = 0;
    for line in steps {
        step(&mut store, line, &mut count);
    }
    drop(store);
    dir.open(notes("Int"))
}

/// What waits of the note, with what it was before, in words.
fn pending(store: &Store) -> Vec<String> {
    let reads = store.reads();
    let entry = |entry: &Entry| {
        let model = store.schema().model(entry.model);
        let names = entry.patch.0.iter().map(|change| model.fields[change.field].name.as_str());
        let state = match entry.state {
            EntryState::Unsent => "waits",
            EntryState::Sent => "sent",
            EntryState::Parked(_) => "parked",
        };
        let was = reads.loss(&entry.id).unwrap().unwrap_or_default();
        format!("{} {state} {} {was}", entry.id, names.collect::<Vec<_>>().join("+")).trim_end().to_owned()
    };
    reads.outbox().unwrap().iter().map(entry).collect()
}

/// A save is in flight when its field gets another type, and what was lost is in nothing that could be sent again: it is
/// parked with its old content (SYNC 1.13).
#[test]
fn what_is_left_of_a_save_does_not_go_without_the_rest() {
    let lost = "Post.title is Int now; it was \"c\"";
    let row = |store: &Store| {
        let model = store.schema().by_name("Post").unwrap();
        let record = record(model, &serde_json::json!({"id": "p", "title": null, "body": "z"}));
        Versioned { record, meta: Meta { version: 3, last_changed_at: 2_000, deleted: false } }
    };
    let fresh_id = || "again".to_owned();
    type Made = fn(Versioned, String) -> Outcome;
    let outcomes: [(&str, Made, &str); 4] = [
        ("nobody can tell", |current, fresh_id| Outcome::Ambiguous { current, fresh_id }, "m1 parked body"),
        ("a conflict", |current, fresh_id| Outcome::Conflict { current, fresh_id }, "m1 parked body"),
        ("not tried", |_, fresh_id| Outcome::NotApplied { fresh_id }, "m1 parked body"),
        ("it was applied", |current, _| Outcome::Applied(current), ""),
    ];
    for (name, outcome, left) in outcomes {
        let dir = Dir::new();
        let steps = [
            r#"row Post {"id": "p", "title": "a"}"#,
            r#"save Post {"id": "p", "title": "c", "body": "x"}"#,
            "send",
        ];
        let mut store = numbered(&dir, &steps);
        assert_eq!(pending(&store), [format!("m1 sent body {lost}")], "{name}");
        let entry = store.reads().outbox().unwrap().remove(0);
        let outcome = outcome(row(&store), fresh_id());
        for (entry, outcome) in store.reads().whole(vec![(entry, outcome)]).unwrap() {
            store.write(|tx| tx.settle(&entry.id, outcome)).unwrap();
        }
        let left: Vec<String> = (!left.is_empty()).then(|| format!("{left} {lost}")).into_iter().collect();
        assert_eq!(pending(&store), left, "{name}");
    }
}

/// Such a one wanted more than it says now: a save of all that it says does not take its place (SYNC 1.7).
#[test]
fn a_save_does_not_take_the_place_of_what_wanted_more() {
    let dir = Dir::new();
    let steps =
        [r#"row Post {"id": "p", "title": "a"}"#, r#"save Post {"id": "p", "title": "c", "body": "x"}"#];
    let mut store = numbered(&dir, &steps);
    let parked = "m1 parked body Post.title is Int now; it was \"c\"";
    assert_eq!(pending(&store), [parked]);
    let model = Arc::clone(store.schema().by_name("Post").unwrap());
    save(&mut store, &model, &serde_json::json!({"id": "p", "body": "y"}), None, "m2".to_owned());
    assert_eq!(pending(&store), [parked, "m2 waits body"]);
}

/// A conflict that is listed stays listed, in words where the new schema has no others for it.
#[test]
fn a_conflict_about_a_value_without_a_counterpart_stays_listed() {
    let dir = Dir::new();
    let steps = [
        r#"row Post {"id": "p", "title": "a"}"#,
        r#"save Post {"id": "p", "title": "c"}"#,
        r#"newer Post {"id": "p", "title": "b"}"#,
    ];
    let store = numbered(&dir, &steps);
    let listed = store.reads().conflicts(10).unwrap();
    let kinds: Vec<String> = listed.iter().map(|listed| format!("{:?}", listed.conflict.kind)).collect();
    let said = "somebody else had changed the same, which stays; Post.title is Int now; it was \\\"c\\\"";
    assert!(kinds.len() == 1 && kinds[0].contains(said), "{kinds:?}");
}
