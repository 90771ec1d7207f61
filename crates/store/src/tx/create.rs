//! Saving a value that was not read from the store: most often a new record.

use super::{Save, SaveDone, Tx, table};
use crate::change::Source;
use crate::layout::{Table, Tables};
use crate::local::{self, Loaded};
use crate::{Change, StoreError, codec, outbox, validate};
use std::borrow::Cow;
use std::sync::Arc;
use syncline_core::{Key, ModelId, Record};

/// Checks values that are about to be saved, and does what can be done without the file. It is cheap to clone and needs no
/// access to the writer, so that whoever waits for the writer can do it before.
#[derive(Clone, Debug)]
pub struct Checker(pub(crate) Arc<Tables>);

impl Checker {
    /// Checks a value that was not read from the store, for [`Tx::save_new`]. Read-only fields are ignored; `mutation` is a
    /// new UUID.
    ///
    /// # Errors
    /// The value does not fit the model, or there is no such model.
    pub fn check_new(&self, model: ModelId, value: Record, mutation: String) -> Result<NewSave, StoreError> {
        let table = self.0.get(model)?;
        let mut new = NewSave::of(table, validate::new(table, value)?, mutation);
        new.patch = Some(codec::write_create(&table.model, &new.value));
        Ok(new)
    }
}

/// A save, without a condition, of a value that was not read from the store. The value has been checked.
#[derive(Clone, Debug)]
pub struct NewSave {
    model: ModelId,
    key: Key,
    /// The key as the store's own tables hold it.
    key_text: String,
    /// In the form in which it is stored; its read-only fields are null.
    value: Record,
    /// The patch of the create, if it has been written already.
    patch: Option<String>,
    mutation: String,
}

impl NewSave {
    /// Of a value that has been checked.
    pub(super) fn of(table: &Table, (mut value, key): (Record, Key), mutation: String) -> NewSave {
        for (place, field) in table.model.fields.iter().enumerate() {
            if field.read_only {
                value[place] = syncline_core::Value::Null;
            }
        }
        NewSave { model: table.model.id, key_text: key.to_text(), key, value, patch: None, mutation }
    }
}

impl Tx<'_> {
    /// Saves a value that was not read from the store, as [`Tx::save`] does. It takes what the answer is made of out of
    /// `new`, which is of no use afterwards; what is left is the caller's to drop, where that keeps nobody waiting.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_new(&mut self, new: &mut NewSave) -> Result<SaveDone, StoreError> {
        self.save_new_in(new, None)
    }

    /// Like [`Tx::save_new`], outside a transaction group or in this one.
    pub(super) fn save_new_in(
        &mut self,
        new: &mut NewSave,
        group: Option<i64>,
    ) -> Result<SaveDone, StoreError> {
        let table = table(self.reads, new.model)?;
        let created = self.absent.is_unknown(&table.model.name, &new.key_text)
            && local::insert_new(self.conn(), table, &new.value)?;
        if created && group.is_none() && !table.is_related() {
            return self.created(table, new);
        }
        let (value, mutation) = (std::mem::take(&mut new.value.0), std::mem::take(&mut new.mutation));
        let value = Record(value);
        let save = Save { model: new.model, value: &value, read_as: None, condition: None, mutation };
        if created {
            let before = Loaded::unknown(new.key.clone(), std::mem::take(&mut new.key_text));
            return self.created_related(table, before, save, Cow::Borrowed(&value), group);
        }
        self.save_known(table, &new.key, save, Cow::Borrowed(&value), group)
    }

    /// A save of a record that was new to the store, whose row is there, and that nothing waits for: all there is to say
    /// of it is one entry, which could go at once.
    fn created(&mut self, table: &Table, new: &mut NewSave) -> Result<SaveDone, StoreError> {
        let patch = new.patch.get_or_insert_with(|| codec::write_create(&table.model, &new.value));
        outbox::add_create(&self.reads.conn, table, &new.mutation, &new.key_text, patch)?;
        if self.changes.wants(new.model) {
            self.changes.list.push(Change {
                model: new.model,
                key: new.key.clone(),
                before: None,
                after: Some(new.value.clone()),
                version: None,
                source: Source::Local,
            });
        }
        let record = Record(std::mem::take(&mut new.value.0));
        let mutation = Some(std::mem::take(&mut new.mutation));
        Ok(SaveDone { record, version: None, mutation, ended: Vec::new(), conflicts: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::write_patch;
    use crate::{Durability, Location, OpenOptions, Store};
    use syncline_core::record::Patch;
    use syncline_core::{Schema, Value};

    const SCHEMA: &str = r#"
        type Note @model @auth(rules: [{ allow: public }]) {
          id: ID!
          text: String!
          score: Float
          tags: [String]
        }
        type Page @model @auth(rules: [{ allow: public }]) { id: ID! lines: [Line] @hasMany }
        type Line @model @auth(rules: [{ allow: public }]) { id: ID! text: String }
    "#;

    fn open(schema: &Arc<Schema>) -> Store {
        let mut store = Store::open(OpenOptions {
            location: Location::Memory,
            schema: Arc::clone(schema),
            durability: Durability::Relaxed,
            holder: String::new(),
            fresh_session: "session".to_owned(),
        })
        .unwrap();
        store.collect_changes(schema.models().iter().map(|model| model.id));
        store
    }

    fn record(schema: &Schema, model: &str, fields: &[(&str, Value)]) -> Record {
        let model = schema.by_name(model).unwrap();
        let mut record = Record::empty(model.fields.len());
        for (name, value) in fields {
            record[model.field(name).unwrap()] = value.clone();
        }
        record
    }

    /// Whether a value is checked before or on the writer makes no difference to what it does.
    #[test]
    fn a_save_that_was_checked_before_is_the_same_save() {
        let schema = Arc::new(syncline_schema::compile(SCHEMA, "test.graphql").unwrap());
        let (id, text) = (("id", Value::text("1")), |text: &str| ("text", Value::text(text)));
        let (tags, made) = (Value::List(vec!["a".into(), Value::Null]), Value::text("2020-01-01T00:00:00Z"));
        let cases: [(&str, Vec<(&str, Value)>); 8] = [
            ("Note", vec![id.clone(), text("a")]),
            ("Note", vec![id.clone(), text(""), ("score", Value::Float(-0.0)), ("tags", tags)]),
            ("Note", vec![id.clone(), text("a"), ("createdAt", made.clone())]),
            ("Note", vec![id.clone()]),
            ("Note", vec![text("a")]),
            ("Note", vec![id.clone(), text("a"), ("score", Value::text("b"))]),
            ("Line", vec![id.clone(), text("a"), ("createdAt", made)]),
            ("Page", vec![id.clone()]),
        ];
        for (name, fields) in cases {
            let (model, value) = (schema.by_name(name).unwrap(), record(&schema, name, &fields));
            let (mut before, mut on_writer) = (open(&schema), open(&schema));
            let checker = before.checker();
            // New, once more, over a pending delete.
            for mutation in ["1", "2", "3"] {
                if mutation == "3" {
                    for store in [&mut before, &mut on_writer] {
                        drop(store.write(|tx| tx.delete(model.id, &Key::id("1"), None, "d".to_owned())));
                    }
                }
                let checked = checker.check_new(model.id, value.clone(), mutation.to_owned());
                if let Ok(checked) = &checked {
                    let patch = write_patch(model, &Patch::overlay(model, None, &checked.value));
                    assert_eq!(checked.patch.as_ref(), Some(&patch));
                }
                let new = checked.and_then(|mut checked| before.write(|tx| tx.save_new(&mut checked)));
                let save = Save {
                    model: model.id,
                    value: &value,
                    read_as: None,
                    condition: None,
                    mutation: mutation.to_owned(),
                };
                let saved = on_writer.write(|tx| tx.save(save));
                let shown = |result: Result<(SaveDone, Vec<Change>), StoreError>| {
                    result.map_err(|error| error.to_string())
                };
                assert_eq!(shown(new), shown(saved), "{name} {fields:?}");
                let entries = |store: &Store| outbox::all(&store.reads.conn, &store.reads.tables).unwrap();
                assert_eq!(entries(&before), entries(&on_writer), "{name} {fields:?}");
                let stored = |store: &Store| store.reads().get(model.id, &Key::id("1")).unwrap();
                assert_eq!(stored(&before), stored(&on_writer), "{name} {fields:?}");
            }
        }
    }
}
