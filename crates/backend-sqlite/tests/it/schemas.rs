//! Opening a store with another schema.

use std::fs;
use std::sync::Arc;

use syncline_backend::contract::block_on;
use syncline_backend::{
    Access, Applied, Backend, BackendError, Current, Decision, List, Mutation, Scope, Write,
};
use syncline_backend_sqlite::{SqliteBackend, Threads};
use syncline_core::page::Direction;
use syncline_core::predicate::Filter;
use syncline_core::record::MutationOp;
use syncline_core::value::from_json;
use syncline_core::{Key, Schema, Value};

use crate::harness::{apply, note, notes, options, schema, sync};

#[test]
fn additions_are_made_in_place() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let open = |schema: Arc<Schema>| SqliteBackend::open(options(&path, schema, Threads::Inline)).unwrap();
    let backend = open(notes());
    apply(&backend, note(&backend, "a", "first")).unwrap();
    apply(&backend, note(&backend, "a", "second")).unwrap();
    let started_at = sync(&backend, None).started_at;
    drop(backend);

    // A model before the old one, fields before and after the old ones, an index, an enum, a relation.
    let larger = r#"
        type Author @public { id: ID! name: String }
        enum Mood { GOOD BAD }
        type Note @public {
            id: ID!
            mood: Mood
            text: String! @index(name: "byText", sortKeyFields: ["likes"])
            likes: Int
            parts: [Part] @hasMany
        }
        type Part @public { id: ID! note: Note @belongsTo }"#;

    let backend = open(schema(larger));
    let model = backend.schema().by_name("Note").unwrap().clone();
    let place = |field: &str| model.field(field).unwrap();
    let everything = Scope::new(Filter::all(), Filter::all());
    let row = block_on(backend.get(&everything, model.id, &[Key::id("a")])).unwrap().remove(0).unwrap();
    assert_eq!((row.meta.version, &row.record[place("text")]), (2, &"second".into()));
    assert_eq!((&row.record[place("mood")], &row.record[place("likes")]), (&Value::Null, &Value::Null));

    // The log still knows the field by its name, wherever it stands now.
    let (text, likes) = (place("text"), place("likes"));
    let decide = move |current: Current<'_>| {
        assert_eq!(current.base_value(text), Some(&"first".into()));
        let mut record = current.row.unwrap().record.clone();
        record[likes] = 3.into();
        Decision::Write(record)
    };
    let mutation = Mutation {
        model: model.id,
        key: Key::id("a"),
        op: MutationOp::Update,
        id: None,
        base_version: Some(1),
        session: None,
        origin: None,
    };
    let answers = apply(&backend, Write { mutation, decide: Box::new(decide) }).unwrap();
    assert!(matches!(&answers[..], [Applied::Written(row)] if row.meta.version == 3 && row.seq == 3));
    let access = Access::Index { index: 0, equal: vec!["second".into()], sort: None };
    let list = List { model: model.id, access, direction: Direction::Ascending, after: None, limit: 9 };
    assert_eq!(block_on(backend.list(&everything, &list)).unwrap().rows.len(), 1);
    drop(backend);
    let backend = open(schema(larger));
    assert_eq!(sync(&backend, Some(started_at)).rows, [], "the first model is another one now");
}

#[test]
fn anything_else_is_refused_and_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    drop(SqliteBackend::open(options(&path, notes(), Threads::Threaded)).unwrap());
    let before = fs::read(&path).unwrap();
    for (source, what) in [
        ("type Other @public { id: ID! }", "model Note is gone"),
        ("type Note @public { id: ID! }", "Note.text is gone"),
        ("type Note @public { id: ID! text: Int! }", "Note.text was String! and is now Int!"),
        ("type Note @public { id: ID! text: String! more: Int! }", "Note.more is new and may not be null"),
        ("type Note @public { id: ID! text: String! @primaryKey }", "the primary key of Note"),
    ] {
        let error = SqliteBackend::open(options(&path, schema(source), Threads::Threaded)).unwrap_err();
        assert!(matches!(&error, BackendError::Schema(message) if message.contains(what)), "{what}: {error}");
        assert!(error.to_string().contains("only additions"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), before, "{what}");
    }
    drop(SqliteBackend::open(options(&path, notes(), Threads::Threaded)).unwrap());
}

#[test]
fn a_custom_type_grows_and_does_not_change() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let source = |types: &str| {
        schema(&format!("{types} type Note @public {{ id: ID! text: String! at: Place places: [Place!] }}"))
    };
    let open = |types: &str| SqliteBackend::open(options(&path, source(types), Threads::Threaded));
    let value = |backend: &SqliteBackend, name: &str, json: &str| {
        let model = backend.schema().by_name("Note").unwrap().clone();
        let place = model.field(name).unwrap();
        let json = serde_json::from_str(json).unwrap();
        (place, from_json(&model.fields[place], &json).unwrap())
    };
    let backend = open("type Place { x: Int! far: Far } type Far { y: Int }").unwrap();
    let write = |backend: &SqliteBackend, at: &str| {
        let (mut write, values) = (
            note(backend, "a", "text"),
            [value(backend, "at", at), value(backend, "places", "[{\"x\": 9}]")],
        );
        let inner = write.decide;
        write.decide = Box::new(move |current| match inner(current) {
            Decision::Write(mut record) => {
                values.iter().for_each(|(place, value)| record[*place] = value.clone());
                Decision::Write(record)
            }
            other => other,
        });
        apply(backend, write).unwrap();
    };
    write(&backend, r#"{ "x": 1, "far": { "y": 2 } }"#);
    write(&backend, r#"{ "x": 2, "far": null }"#);
    drop(backend);
    let before = fs::read(&path).unwrap();
    for (types, what) in [
        ("type Place { x: Int! far: Far } type Far { z: Int }", "type Far has other fields"),
        ("type Place { x: Int far: Far } type Far { y: Int }", "type Place has other fields"),
        ("type Place { far: Far } type Far { y: Int }", "type Place has other fields"),
        ("type Place { x: Int! far: Far more: Int! } type Far { y: Int }", "type Place has other fields"),
        ("type Place { x: Int! far: [Far] } type Far { y: Int }", "type Place has other fields"),
    ] {
        let error = open(types).unwrap_err();
        assert!(matches!(&error, BackendError::Schema(message) if message.contains(what)), "{what}: {error}");
        assert_eq!(fs::read(&path).unwrap(), before, "{types}");
    }
    // New fields of types that are inside others, in another order; what is stored has null there.
    let backend =
        open("enum Mood { A } type Far { mood: Mood y: Int } type Place { far: Far more: [Int!] x: Int! }");
    let backend = backend.unwrap();
    let row = sync(&backend, None).rows.remove(0);
    for (name, json) in [("at", r#"{ "x": 2 }"#), ("places", r#"[{ "x": 9 }]"#)] {
        let (place, expected) = value(&backend, name, json);
        assert_eq!(row.record[place], expected, "in its canonical form");
    }
    // The change log, too.
    let (at, expected) = value(&backend, "at", r#"{ "x": 1, "far": { "y": 2 } }"#);
    let mut write = note(&backend, "a", "text");
    write.mutation.base_version = Some(1);
    write.decide = Box::new(move |current| {
        assert_eq!(current.base_value(at), Some(&expected));
        Decision::Keep
    });
    apply(&backend, write).unwrap();
}
