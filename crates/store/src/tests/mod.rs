//! Tests that need the inside of the store.

pub(crate) mod abort;
mod crash;
mod file;
mod full;
mod held;
mod light;
mod ops;
mod plan;
mod ready;

use crate::{Durability, Location, OpenOptions, Save, Store, StoreError};
use std::path::Path;
use std::sync::Arc;
use syncline_core::record::ReadAs;
use syncline_core::{Key, Meta, Model, Record, Schema, Value, Versioned};

/// Threads, each with an author and a parent thread: every kind of reference, also one to itself.
const SCHEMA: &str = r#"
    type Author @model @auth(rules: [{ allow: public }]) {
      id: ID!
      name: String!
      threads: [Thread] @hasMany(indexName: "byAuthor", fields: ["id"])
    }
    type Thread @model @auth(rules: [{ allow: public }]) {
      id: ID!
      title: String!
      body: String
      tags: [String]
      authorId: ID @index(name: "byAuthor")
      parentId: ID @index(name: "byParent")
      author: Author @belongsTo(fields: ["authorId"])
      replies: [Thread] @hasMany(indexName: "byParent", fields: ["id"])
      parent: Thread @belongsTo(fields: ["parentId"])
    }
"#;

fn schema() -> Arc<Schema> {
    compile(SCHEMA)
}

fn compile(source: &str) -> Arc<Schema> {
    match syncline_schema::compile(source, "test.graphql") {
        Ok(schema) => Arc::new(schema),
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

fn open(path: &Path, schema: Arc<Schema>) -> Store {
    open_with(path, schema, Durability::Relaxed).unwrap()
}

fn open_with(path: &Path, schema: Arc<Schema>, durability: Durability) -> Result<Store, StoreError> {
    Store::open(OpenOptions {
        location: Location::File(path.to_owned()),
        schema,
        durability,
        holder: "the test".to_owned(),
        fresh_session: "session".to_owned(),
    })
}

fn memory(schema: Arc<Schema>) -> Store {
    Store::open(OpenOptions {
        location: Location::Memory,
        schema,
        durability: Durability::Relaxed,
        holder: String::new(),
        fresh_session: "session".to_owned(),
    })
    .unwrap()
}

/// The model of a record by its id: those of authors begin with `a`.
fn model_of<'a>(schema: &'a Schema, id: &str) -> &'a Arc<Model> {
    schema.by_name(if id.starts_with('a') { "Author" } else { "Thread" }).unwrap()
}

fn record(schema: &Schema, id: &str, fields: &[(&str, &str)]) -> Record {
    let model = model_of(schema, id);
    let mut record = Record::empty(model.fields.len());
    record[model.field("id").unwrap()] = Value::text(id);
    let required = if id.starts_with('a') { "name" } else { "title" };
    record[model.field(required).unwrap()] = Value::from("T");
    for (name, value) in fields {
        record[model.field(name).unwrap()] = Value::from(*value);
    }
    record
}

fn versioned(schema: &Schema, id: &str, version: i64, fields: &[(&str, &str)]) -> Versioned {
    let meta = Meta { version, last_changed_at: version * 1_000, deleted: false };
    Versioned { record: record(schema, id, fields), meta }
}

/// Saves a value: what is stored with these fields, or a new one.
fn save(store: &mut Store, id: &str, fields: &[(&str, &str)], mutation: &str) {
    let schema = Arc::clone(store.schema());
    let model = model_of(&schema, id);
    let stored = store.reads().get(model.id, &Key::id(id)).unwrap();
    let mut value = stored.as_ref().map_or_else(|| record(&schema, id, &[]), |stored| stored.record.clone());
    for (name, text) in fields {
        value[model.field(name).unwrap()] = Value::from(*text);
    }
    let read_as = stored.as_ref().map(|stored| ReadAs { record: &stored.record, version: stored.version });
    let mutation = mutation.to_owned();
    let save = Save { model: model.id, value: &value, read_as, condition: None, mutation };
    store.write(|tx| tx.save(save)).unwrap();
}

fn delete(store: &mut Store, id: &str, mutation: &str) {
    let model = model_of(store.schema(), id).id;
    store.write(|tx| tx.delete(model, &Key::id(id), None, mutation.to_owned())).unwrap().0.unwrap();
}
