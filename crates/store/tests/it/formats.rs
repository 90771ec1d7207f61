//! Files of every format that there has been, as the version of that time wrote them: each is opened, and everything is
//! there. `cargo test -p syncline-store --test it writes_a_fixture -- --ignored` makes the one of the present format,
//! which belongs into the repository before the format changes.

use crate::support::{Dir, base_page, options, schema};
use rusqlite::Connection;
use rusqlite::types::Value as Column;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syncline_core::predicate::{Filter, Op, Predicate};
use syncline_core::record::{
    ConflictKind, Entry, EntryState, MutationOp, Outcome, Presence, ReadAs, Settles,
};
use syncline_core::value::{from_json, to_json};
use syncline_core::{Key, Meta, Model, Record, Schema, Value, Versioned};
use syncline_store::{BadRow, ClaimLimits, Group, Query, RemotePage, Save, Snapshots, Store};

/// The schema of the fixtures.
const SCHEMA: &str = include_str!("../fixtures/formats.graphql");

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn record(model: &Model, fields: &Json) -> Record {
    let mut record = Record::empty(model.fields.len());
    for (name, json) in fields.as_object().unwrap() {
        let place = model.field(name).unwrap_or_else(|| panic!("no field {name}"));
        record[place] = from_json(&model.fields[place], json).unwrap_or_else(|| panic!("{name}: {json}"));
    }
    record
}

fn key_of(model: &Model, record: &Record) -> Key {
    Key(model.key.iter().map(|&field| record[field].clone()).collect())
}

/// A file in few words.
struct File {
    store: Store,
    schema: Arc<Schema>,
}

impl File {
    fn model(&self, name: &str) -> Arc<Model> {
        Arc::clone(self.schema.by_name(name).unwrap())
    }

    fn remote(&self, model: &str, version: i64, deleted: bool, fields: &Json) -> Versioned {
        let meta = Meta { version, last_changed_at: version * 1_000, deleted };
        Versioned { record: record(&self.model(model), fields), meta }
    }

    fn frame(&mut self, model: &str, version: i64, fields: &Json) {
        let (row, id) = (self.remote(model, version, false, fields), self.model(model).id);
        self.store.write(|tx| tx.apply_frame(id, row, &Filter::All)).unwrap();
    }

    fn tombstone(&mut self, model: &str, version: i64, fields: &Json) {
        let (row, id) = (self.remote(model, version, true, fields), self.model(model).id);
        self.store.write(|tx| tx.apply_frame(id, row, &Filter::All)).unwrap();
    }

    /// Changes these fields of a record, or makes it.
    fn save(&mut self, model: &str, fields: &Json, condition: Option<&Predicate>, mutation: &str) {
        let model = self.model(model);
        let key = key_of(&model, &record(&model, fields));
        let stored = self.store.reads().get(model.id, &key).unwrap();
        let mut value =
            stored.as_ref().map_or_else(|| record(&model, &json!({})), |stored| stored.record.clone());
        for (place, new) in record(&model, fields).0.into_iter().enumerate() {
            if !new.is_null() {
                value[place] = new;
            }
        }
        let read_as =
            stored.as_ref().map(|stored| ReadAs { record: &stored.record, version: stored.version });
        let mutation = mutation.to_owned();
        let save = Save { model: model.id, value: &value, read_as, condition, mutation };
        self.store.write(|tx| tx.save(save)).unwrap();
    }

    fn page(
        &mut self,
        model: &str,
        expression: &str,
        rows: Vec<Versioned>,
        token: Option<&str>,
        next: Option<&str>,
    ) {
        let page = RemotePage {
            expression_text: expression,
            started_at: 50_000,
            token,
            next: next.map(str::to_owned),
            fingerprint: Some("scope".to_owned()),
            ..base_page(rows)
        };
        let id = self.model(model).id;
        self.store.write(|tx| tx.apply_page(id, page)).unwrap();
    }
}

/// The schema of the fixtures before `points` was a number and `place` was there.
fn earlier() -> Arc<Schema> {
    schema(&SCHEMA.replace("points: Int", "points: String").replace("  place: Place\n", ""))
}

/// Opens a file; conflicts about scores are settled by a handler.
fn opened(path: &Path, schema: &Arc<Schema>) -> Store {
    let store = Store::open(options(path.to_owned(), Arc::clone(schema))).unwrap();
    store.settle_conflicts(schema.by_name("Score").unwrap().id, Settles::Handler);
    store
}

/// Begins a file with an earlier schema, at a server that was restored since: a mutation in flight speaks the earlier one.
fn begin(path: &Path) {
    let schema = earlier();
    let mut file = File { store: opened(path, &schema), schema };
    file.store.write(|tx| tx.meet_epoch("epoch-0")).unwrap();
    file.frame("Score", 1, &json!({"game": "shogi", "level": 1, "points": "3"}));
    file.frame("Thread", 1, &json!({"id": "t14", "title": "Old"}));
    file.store.tell_time(1_700_000_000_000);
    file.save("Score", &json!({"game": "shogi", "level": 1, "points": "4"}), None, "earlier");
    file.store.write(|tx| tx.claim(ClaimLimits::of(&[1]))).unwrap().0.unwrap();
    file.store.write(|tx| tx.meet_epoch("epoch-1")).unwrap();
}

/// Fills a new file with everything that a file can hold.
fn furnish(path: &Path) {
    begin(path);
    let schema = schema(SCHEMA);
    let mut file = File { store: opened(path, &schema), schema };
    file.store.tell_time(1_700_000_001_000);
    file.frame("Author", 2, &json!({"id": "a1", "name": "Ada"}));
    file.frame("Author", 1, &json!({"id": "a2", "name": "Bea"}));
    let whole = json!({"id": "t1", "title": "Whole", "body": "line\nbreak \u{1F980}", "stars": 5, "rating": 2.5,
        "open": true, "mood": "BAD", "tags": ["x", "y"], "place": {"street": "Elm", "floor": 3}, "authorId": "a1"});
    file.frame("Thread", 7, &whole);
    for number in 2..=9 {
        let title = format!("Thread {number}");
        file.frame(
            "Thread",
            number,
            &json!({"id": format!("t{number}"), "title": title, "stars": number, "tags": ["x"]}),
        );
    }
    file.frame("Thread", 1, &json!({"id": "t12", "title": "Owned", "authorId": "a2"}));
    // What is not there, in two ways, and a delete that is in flight.
    file.tombstone("Thread", 4, &json!({"id": "gone", "title": "Gone"}));
    let model = file.model("Thread");
    let elsewhere = Predicate::compare("title", Op::Eq(Value::from("elsewhere"))).bind(&model).unwrap();
    let row = file.remote("Thread", 10, false, &json!({"id": "t9", "title": "Evicted"}));
    file.store.write(|tx| tx.apply_frame(model.id, row, &elsewhere)).unwrap();
    file.store.write(|tx| tx.delete(model.id, &Key::id("t8"), None, "sent delete".to_owned())).unwrap();
    // Sent, parked, and a successor of each.
    file.save("Thread", &json!({"id": "t2", "title": "sent", "tags": ["x", "z"]}), None, "sent");
    file.save("Thread", &json!({"id": "t3", "title": "parked", "rating": 0.1}), None, "parked");
    file.save("Author", &json!({"id": "a3", "name": "Refused"}), None, "refused");
    while let Some(batch) = file.store.write(|tx| tx.claim(ClaimLimits::of(&[1]))).unwrap().0 {
        let id = batch.entries[0].id.clone();
        match id.as_str() {
            "parked" => {
                drop(file.store.write(|tx| tx.settle("parked", Outcome::Refused("too low".into()))).unwrap())
            }
            "refused" => {
                drop(file.store.write(|tx| tx.settle("refused", Outcome::Refused("no".into()))).unwrap())
            }
            _ => {}
        }
    }
    file.save("Thread", &json!({"id": "t2", "body": "after"}), None, "successor");
    file.save("Thread", &json!({"id": "t3", "stars": 9}), None, "beside");
    // Unsent: a create with its parent, objects and lists, a condition, a record of two key fields.
    file.save("Author", &json!({"id": "a4", "name": "Dee"}), None, "parent");
    let child =
        json!({"id": "t10", "title": "Child", "mood": "GOOD", "place": {"street": "Oak"}, "authorId": "a4"});
    file.save("Thread", &child, None, "child");
    let low = Predicate::compare("stars", Op::Lt(Value::Int(6)));
    let condition = low.and(Predicate::compare("title", Op::BeginsWith("Thread".to_owned())));
    file.save("Thread", &json!({"id": "t4", "title": "Conditional"}), Some(&condition), "conditional");
    file.save("Score", &json!({"game": "chess", "level": 3, "points": 10}), None, "score");
    // A delete with what belongs to the record.
    let author = file.model("Author").id;
    file.store.write(|tx| tx.delete(author, &Key::id("a2"), None, "delete".to_owned())).unwrap();
    // A transaction.
    let mut group = Group::default();
    let snapshot = Snapshots::of(&file.store).take().unwrap();
    for (id, mutation) in [("t5", "group-1"), ("t6", "group-2")] {
        let read = group.get(&snapshot, model.id, &Key::id(id)).unwrap().unwrap();
        let mut value = read.record.clone();
        value[model.field("title").unwrap()] = Value::from("grouped");
        let read_as = Some(ReadAs { record: &read.record, version: read.version });
        let save =
            Save { model: model.id, value: &value, read_as, condition: None, mutation: mutation.to_owned() };
        group.save(&snapshot, save).unwrap();
    }
    drop(snapshot);
    file.store.write(|tx| tx.apply_group(&group)).unwrap();
    // Conflicts: both sides changed a field; one changed what the other deleted.
    file.save("Thread", &json!({"id": "t7", "title": "mine", "body": "mine"}), None, "meets");
    file.frame("Thread", 20, &json!({"id": "t7", "title": "theirs", "stars": 7, "tags": ["x"]}));
    file.frame("Author", 1, &json!({"id": "a5", "name": "Eve"}));
    file.save("Author", &json!({"id": "a5", "name": "Eva"}), None, "to a deleted one");
    file.tombstone("Author", 2, &json!({"id": "a5", "name": "Eve"}));
    // Syncs: complete, interrupted, and interrupted over older rows.
    let rows = vec![file.remote("Author", 3, false, &json!({"id": "a1", "name": "Ada"}))];
    file.page("Author", "{}", rows, None, None);
    let rows = vec![file.remote("Thread", 21, false, &json!({"id": "t11", "title": "Paged"}))];
    file.page("Thread", "{\"stars\":{\"gt\":1}}", rows, None, Some("page-2"));
    let rows = vec![file.remote("Score", 1, false, &json!({"game": "go", "level": 1, "points": 4}))];
    file.page("Score", "{}", rows.clone(), None, None);
    file.page("Score", "{\"points\":{\"gt\":2}}", rows, None, Some("page-2"));
    // A question to the handler, a field that is not shown, what could not be read, and a record that was asked for.
    file.save("Score", &json!({"game": "go", "level": 1, "points": 5}), None, "held");
    file.frame("Score", 2, &json!({"game": "go", "level": 1, "points": 6}));
    let mut hidden = file.remote("Thread", 1, false, &json!({"id": "t15", "title": "Hidden"}));
    let place = model.field("rating").unwrap();
    hidden.record[place] = Value::unreadable(&model.fields[place]);
    file.store.write(|tx| tx.apply_frame(model.id, hidden, &Filter::All)).unwrap();
    let bad = BadRow {
        key: Some(Key::id("t16")),
        version: Some(3),
        reason: "stars is no number".to_owned(),
        json: r#"{"id":"t16","stars":"many"}"#.to_owned(),
    };
    file.store.write(|tx| tx.quarantine(model.id, &bad)).unwrap();
    let asked =
        file.remote("Thread", 1, false, &json!({"id": "t14", "title": "Old", "place": {"street": "Ash"}}));
    file.store.write(|tx| tx.fill(model.id, &Key::id("t14"), Some(asked), &Filter::All)).unwrap();
}

/// What the application finds in a file, a line for each thing.
fn shown(store: &Store, schema: &Schema) -> String {
    let reads = store.reads();
    let mut lines = vec![
        format!("session {}", reads.session().unwrap()),
        format!("epoch {:?}, generation {}", reads.epoch().unwrap(), reads.generation().unwrap()),
    ];
    for model in schema.models() {
        for row in reads.query(&Query::all(model.id)).unwrap() {
            let key = key_of(model, &row.record);
            lines.push(format!("row {} {} {:?}", model.name, object(model, &row.record), row.version));
            if let Some(server) = reads.server_record(model.id, &key).unwrap() {
                lines.push(format!(
                    "  at the server {} v{}",
                    object(model, &server.record),
                    server.meta.version
                ));
            }
        }
        let state = reads.sync_state(model.id).unwrap();
        let progress = state.progress.map(|at| (at.token, at.started_at, at.base, at.expression));
        lines.push(format!(
            "sync {}: {:?} {:?} {:?} {} {progress:?}",
            model.name, state.last_sync, state.expression, state.fingerprint, state.base_complete
        ));
    }
    for (model, id) in [("Thread", "gone"), ("Thread", "t8"), ("Thread", "t9"), ("Author", "a5")] {
        let local = reads.local(schema.by_name(model).unwrap().id, &Key::id(id)).unwrap();
        let what = match local.server {
            Presence::Evicted(left) => format!("evicted at {}", left.version),
            Presence::Deleted(meta) => format!("deleted at {}, {}", meta.version, meta.last_changed_at),
            Presence::Live(server) => format!("there, v{}", server.meta.version),
            Presence::Unknown => "unknown".to_owned(),
        };
        lines.push(format!("{model} {id}: {what}"));
    }
    lines.extend(reads.outbox().unwrap().iter().map(|entry| shown_entry(schema, entry)));
    for conflict in reads.conflicts(100).unwrap() {
        let model = schema.model(conflict.model);
        let kind = match conflict.kind.clone() {
            ConflictKind::Field { field, base, local, remote } => {
                let name = &model.fields[field].name;
                format!("{name} {} {} {}", to_json(&base), to_json(&local), to_json(&remote))
            }
            other => format!("{other:?}"),
        };
        let (key, resolution) = (conflict.key.clone(), conflict.resolution);
        lines.push(format!("conflict {} {key} {}: {kind}: {resolution:?}", model.name, conflict.mutation));
    }
    for entry in reads.outbox().unwrap() {
        if let Some(original) = reads.original(&entry.id).unwrap() {
            lines.push(format!("{} was {}; {:?}", entry.id, original.shown(), original.problem));
        }
    }
    for (model, key) in reads.held().unwrap() {
        lines.push(format!("held {} {key}", schema.model(model).name));
    }
    for bad in reads.quarantine(100).unwrap() {
        let (model, key) = (&schema.model(bad.model).name, bad.key);
        lines.push(format!(
            "set aside {model} {key:?} {:?} at {}: {}: {}",
            bad.version, bad.at, bad.reason, bad.json
        ));
    }
    lines.join("\n") + "\n"
}

fn object(model: &Model, record: &Record) -> Json {
    let fields = model.fields.iter().zip(&record.0).filter(|(_, value)| !value.is_null());
    Json::Object(fields.map(|(field, value)| (field.name.clone(), to_json(value))).collect())
}

fn shown_entry(schema: &Schema, entry: &Entry) -> String {
    let model = schema.model(entry.model);
    let changes = entry.patch.0.iter();
    let patch: Vec<String> = changes
        .map(|change| {
            format!(
                "{} {}>{}",
                model.fields[change.field].name,
                to_json(&change.base),
                to_json(&change.value)
            )
        })
        .collect();
    let condition = entry.condition.as_ref().map(|it| syncline_core::predicate::to_json(it).to_string());
    let op = match entry.op {
        MutationOp::Create => "create",
        MutationOp::Update => "update",
        MutationOp::Delete => "delete",
    };
    format!(
        "entry {} {op} {} {} on {:?}: {}; if {condition:?}; group {:?}; {:?}",
        entry.id,
        model.name,
        entry.key,
        entry.base_version,
        patch.join(", "),
        entry.group.is_some(),
        entry.state
    )
}

/// What a file has: its tables with their columns, in an order of their own, and its indexes.
fn layout(path: &Path) -> Vec<String> {
    let conn = Connection::open(path).unwrap();
    let sql = "SELECT tables.name || '.' || columns.name || ' ' || type || ' ' || \"notnull\" || ' ' || pk || ' ' || \
               ifnull(dflt_value, '') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%') \
               AS tables, pragma_table_info(tables.name) AS columns \
               UNION ALL SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1";
    let mut statement = conn.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Every table of a file and its columns.
fn tables(path: &Path) -> Vec<(String, Vec<String>)> {
    let conn = Connection::open(path).unwrap();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let mut statement = conn.prepare(sql).unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let columns = |name: &String| {
        let statement = conn.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
        statement.column_names().map(str::to_owned).collect()
    };
    names.iter().map(|name| (name.clone(), columns(name))).collect()
}

fn content(path: &Path, name: &str, columns: &[String]) -> Vec<Vec<Column>> {
    let conn = Connection::open(path).unwrap();
    let list = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
    let mut statement = conn.prepare(&format!("SELECT {list} FROM \"{name}\" ORDER BY {list}")).unwrap();
    let read = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|place| row.get(place)).collect();
    statement.query_map([], read).unwrap().map(Result::unwrap).collect()
}

/// The fixtures, by their names: `format-N`, and `format-N-word` for an earlier layout of the same number.
fn fixtures() -> Vec<String> {
    let names = std::fs::read_dir(fixture("")).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.filter_map(|name| name.to_str()?.strip_suffix(".db").map(str::to_owned));
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

fn format_of(path: &Path) -> i64 {
    let conn = Connection::open(path).unwrap();
    conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

#[test]
fn every_past_format_is_opened_with_all_that_is_in_it() {
    let schema = schema(SCHEMA);
    let fresh = Dir::new();
    drop(fresh.open(Arc::clone(&schema)));
    let mut formats: Vec<i64> = fixtures().iter().map(|name| check(name, &schema, &fresh.file())).collect();
    formats.dedup();
    let past: Vec<i64> = (1..format_of(&fresh.file())).collect();
    assert_eq!(formats, past, "a fixture of each format before this one");
}

/// Opens a fixture and compares it with what it held, and with a new file. Returns its format.
fn check(name: &str, schema: &Arc<Schema>, fresh: &Path) -> i64 {
    let (file, text) = (fixture(&format!("{name}.db")), fixture(&format!("{name}.txt")));
    let dir = Dir::new();
    std::fs::copy(&file, dir.file()).unwrap();
    let expected = std::fs::read_to_string(&text).unwrap();
    for time in ["first", "second"] {
        let store = opened(&dir.file(), schema);
        assert_eq!(shown(&store, schema), expected, "{name}, opened for the {time} time");
    }
    // What later formats have is there, and what they do not have is not.
    assert_eq!(layout(&dir.file()), layout(fresh), "{name}");
    // Not only what is read: each column that there still is holds what it held.
    let now = tables(fresh);
    for (table, mut columns) in tables(&file) {
        let (_, kept) = now.iter().find(|(other, _)| *other == table).unwrap();
        columns.retain(|column| kept.contains(column));
        if table == "_outbox" {
            // Whose turn it is, is decided anew.
            columns.retain(|column| !["shape", "head", "ready"].contains(&column.as_str()));
        }
        let found = content(&dir.file(), &table, &columns);
        assert_eq!(found, content(&file, &table, &columns), "{name}, {table}");
        assert!(!found.is_empty(), "{name}: the fixture has nothing in {table}");
    }
    goes_on(opened(&dir.file(), schema), schema);
    format_of(&file)
}

/// What was in flight is sent again, and then all that was not sent, up to what is parked and what a handler is asked.
fn goes_on(mut store: Store, schema: &Schema) {
    let mut version = 100;
    let limits = ClaimLimits { resend: true, ..ClaimLimits::of(&[1]) };
    let before = store.reads().outbox().unwrap();
    let held = store.reads().held().unwrap();
    let ids = |which: &dyn Fn(&Entry) -> bool| -> Vec<String> {
        before.iter().filter(|entry| which(entry)).map(|entry| entry.id.clone()).collect()
    };
    let in_flight = ids(&|entry| entry.state == EntryState::Sent);
    let stays = ids(&|entry| entry.is_parked() || held.contains(&(entry.model, entry.key.clone())));
    let mut order = Vec::new();
    while let Some(batch) = store.write(|tx| tx.claim(limits)).unwrap().0 {
        let entry = &batch.entries[0];
        order.push(entry.id.clone());
        let model = schema.model(entry.model);
        let mut record = store
            .reads()
            .server_record(entry.model, &entry.key)
            .unwrap()
            .map_or_else(|| Record::empty(model.fields.len()), |server| server.record);
        for (&field, value) in model.key.iter().zip(&entry.key.0) {
            record[field] = value.clone();
        }
        entry.patch.write_to(&mut record);
        version += 1;
        let meta =
            Meta { version, last_changed_at: version * 1_000, deleted: entry.op == MutationOp::Delete };
        let applied = Outcome::Applied(Versioned { record, meta });
        assert!(store.write(|tx| tx.settle(&entry.id, applied)).unwrap().0.is_some());
    }
    assert!(order.starts_with(&in_flight), "what is in flight goes first: {order:?}");
    let left: Vec<String> = store.reads().outbox().unwrap().into_iter().map(|entry| entry.id).collect();
    assert_eq!(left, stays);
    assert_eq!(order.len() + left.len(), before.len(), "each goes once: {order:?}");
}

#[test]
#[ignore = "makes the fixture of the present format; run it before the format changes"]
fn writes_a_fixture() {
    let dir = Dir::new();
    furnish(&dir.file());
    let conn = Connection::open(dir.file()).unwrap();
    conn.execute_batch("PRAGMA journal_mode = DELETE; VACUUM").unwrap();
    let format: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    drop(conn);
    let target = fixture(&format!("format-{format}.db"));
    assert!(!target.exists(), "{} is there; it stays as it is", target.display());
    let schema = schema(SCHEMA);
    let text = shown(&opened(&dir.file(), &schema), &schema);
    let conn = Connection::open(dir.file()).unwrap();
    conn.execute_batch("PRAGMA journal_mode = DELETE").unwrap();
    drop(conn);
    std::fs::copy(dir.file(), target).unwrap();
    std::fs::write(fixture(&format!("format-{format}.txt")), text).unwrap();
}
