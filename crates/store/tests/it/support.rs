//! A store in a directory of its own, the blog schema, and records in few words.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use syncline_core::predicate::Filter;
use syncline_core::scalar::Storage;
use syncline_core::{Key, Meta, Model, ModelId, Record, Schema, Value, Versioned};
use syncline_store::{Durability, Location, OpenOptions, RemotePage, Store, StoreError};

pub(crate) const BLOG: &str = include_str!("../../../schema/tests/fixtures/blog.graphql");

pub(crate) fn schema(source: &str) -> Arc<Schema> {
    match syncline_schema::compile(source, "test.graphql") {
        Ok(schema) => Arc::new(schema),
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

pub(crate) fn blog() -> Arc<Schema> {
    schema(BLOG)
}

pub(crate) struct Dir {
    dir: tempfile::TempDir,
}

impl Dir {
    pub(crate) fn new() -> Dir {
        Dir { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.dir.path().join("blog.db")
    }

    pub(crate) fn try_open(&self, schema: Arc<Schema>) -> Result<Store, StoreError> {
        Store::open(options(self.file(), schema))
    }

    pub(crate) fn open(&self, schema: Arc<Schema>) -> Store {
        self.try_open(schema).unwrap()
    }
}

pub(crate) fn options(file: PathBuf, schema: Arc<Schema>) -> OpenOptions {
    OpenOptions {
        location: Location::File(file),
        schema,
        // The tests count on order and atomicity, not on the disk.
        durability: Durability::Relaxed,
        holder: "the test".to_owned(),
        fresh_session: "session-1".to_owned(),
    }
}

pub(crate) fn memory(schema: Arc<Schema>) -> Store {
    Store::open(OpenOptions { location: Location::Memory, ..options(PathBuf::new(), schema) }).unwrap()
}

/// The model of a record by its id: those of comments are `c1`, `c2` and so on.
pub(crate) fn model_of<'a>(schema: &'a Schema, id: &str) -> &'a Arc<Model> {
    let is_comment = id.len() > 1 && id.starts_with('c');
    schema.by_name(if is_comment { "Comment" } else { "Post" }).unwrap()
}

pub(crate) fn post(schema: &Schema) -> ModelId {
    schema.by_name("Post").unwrap().id
}

pub(crate) fn comment(schema: &Schema) -> ModelId {
    schema.by_name("Comment").unwrap().id
}

pub(crate) fn key(id: &str) -> Key {
    Key::id(id)
}

/// Sets fields from words such as `title=A` or `tags=[a,b]`.
pub(crate) fn set(model: &Model, record: &mut Record, fields: &[&str]) {
    for word in fields {
        let (name, text) = word.split_once('=').unwrap_or_else(|| panic!("{word}: expected field=value"));
        let place = model.field(name).unwrap_or_else(|| panic!("no field {name}"));
        record[place] = parse(model, place, text);
    }
}

/// The only page of a base sync without a sync expression.
pub(crate) fn base_page(rows: Vec<Versioned>) -> RemotePage<'static> {
    RemotePage {
        rows,
        leaves: Vec::new(),
        epoch: None,
        expression: &Filter::All,
        expression_text: "{}",
        base: true,
        started_at: 1,
        token: None,
        next: None,
        fingerprint: None,
        accept_equal: false,
        bad: Vec::new(),
        cut: None,
    }
}

fn parse(model: &Model, place: usize, text: &str) -> Value {
    let field = &model.fields[place];
    let scalar = |text: &str| match field.kind.storage() {
        Storage::Int => Value::Int(text.parse().unwrap()),
        Storage::Float => Value::Float(text.parse().unwrap()),
        Storage::Bool => Value::Bool(text.parse().unwrap()),
        Storage::Text => Value::text(text),
        Storage::Object => panic!("{text}: an object has no short form"),
    };
    if text == "null" {
        Value::Null
    } else if let Some(items) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Value::List(items.split(',').filter(|item| !item.is_empty()).map(scalar).collect())
    } else {
        scalar(text)
    }
}

/// A record with this id; what is required and not given is filled in.
pub(crate) fn record(schema: &Schema, id: &str, fields: &[&str]) -> Record {
    let model = model_of(schema, id);
    let mut record = Record::empty(model.fields.len());
    record[model.key[0]] = Value::text(id);
    let required: &[&str] = if model.name == "Post" { &["title=T", "status=ACTIVE"] } else { &["content=C"] };
    set(model, &mut record, required);
    set(model, &mut record, fields);
    record
}

pub(crate) fn versioned(schema: &Schema, id: &str, version: i64, at: i64, fields: &[&str]) -> Versioned {
    let meta = Meta { version, last_changed_at: at, deleted: false };
    Versioned { record: record(schema, id, fields), meta }
}

pub(crate) fn tombstone(schema: &Schema, id: &str, version: i64, at: i64) -> Versioned {
    let meta = Meta { version, last_changed_at: at, deleted: true };
    Versioned { record: record(schema, id, &[]), meta }
}

/// A value in the words that [`set`] reads.
pub(crate) fn word(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(bool) => bool.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Float(float) => float.to_string(),
        Value::Text(text) => text.clone(),
        Value::Object(_) => syncline_core::value::to_json(value).to_string(),
        Value::List(items) => format!("[{}]", items.iter().map(word).collect::<Vec<_>>().join(",")),
    }
}

/// What a record holds besides its key and its status.
pub(crate) fn words(model: &Model, record: &Record) -> String {
    let fields = model.fields.iter().zip(&record.0).enumerate();
    let shown = fields.filter(|(place, (field, value))| {
        !model.is_key(*place) && field.name != "status" && !value.is_null()
    });
    shown.map(|(_, (field, value))| format!("{}={}", field.name, word(value))).collect::<Vec<_>>().join(" ")
}
