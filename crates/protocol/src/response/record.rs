//! One record, read as its model lays it out.

use super::value::{FieldSeed, Found, Mismatch, ScalarSeed};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use syncline_core::model::{Relation, RelationKind};
use syncline_core::scalar::Storage;
use syncline_core::{Key, Meta, Model, Record, Value, Versioned};

/// A record that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRecord {
    /// It.
    pub versioned: Versioned,
    /// Whether every stored field was there, null or not. A record that is not complete must not replace one that is
    /// (SYNC 1.8).
    pub complete: bool,
}

/// Reads the JSON object of one record of `model`.
///
/// # Errors
/// What is wrong with it, in words that name the record and the field.
pub fn read_record(model: &Model, json: &str) -> Result<ReadRecord, String> {
    read_record_hiding(model, json, &[])
}

/// The same of a record in which the server does not show the fields `hidden` (SYNC 1.8).
pub(super) fn read_record_hiding(model: &Model, json: &str, hidden: &[usize]) -> Result<ReadRecord, String> {
    let mut seen = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(json);
    let read = RecordSeed { model, seen: &mut seen, hidden }.deserialize(&mut reader);
    read.and_then(|item| reader.end().map(|()| item))
        .unwrap_or_else(|error| Err(format!("a {} cannot be read: {error}", model.name)))
}

/// A record, or what is wrong with it.
pub(super) type Item = Result<ReadRecord, String>;

/// Reads one record. Fails only on broken JSON.
pub(super) struct RecordSeed<'m, 's> {
    pub(super) model: &'m Model,
    /// Which fields were there: lent, so that a page needs it only once.
    pub(super) seen: &'s mut Vec<bool>,
    /// The fields that the server says it does not show.
    pub(super) hidden: &'s [usize],
}

impl<'de> DeserializeSeed<'de> for RecordSeed<'_, '_> {
    type Value = Item;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Item, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// What a key of the object stands for.
#[derive(Clone, Copy, PartialEq)]
enum Slot {
    Field(usize),
    Version,
    LastChangedAt,
    Deleted,
    Parent(usize),
    Unknown,
}

/// Reads a key. `next` is the place of the key that should come, in the order of our own selections: all fields, then
/// the metadata.
struct SlotSeed<'m> {
    model: &'m Model,
    next: usize,
}

impl SlotSeed<'_> {
    fn at(&self, place: usize) -> (Slot, &str) {
        let fields = &self.model.fields;
        match place.checked_sub(fields.len()) {
            None => (Slot::Field(place), &fields[place].name),
            Some(0) => (Slot::Version, "_version"),
            Some(1) => (Slot::LastChangedAt, "_lastChangedAt"),
            Some(2) => (Slot::Deleted, "_deleted"),
            Some(_) => (Slot::Unknown, ""),
        }
    }

    fn look_up(&self, name: &str) -> Slot {
        if let Some(place) = self.model.field(name) {
            return Slot::Field(place);
        }
        // A has-one holds the other's key as a belongs-to does.
        let parent = |relation: &Relation| relation.kind != RelationKind::HasMany && relation.name == name;
        match name {
            "_version" => Slot::Version,
            "_lastChangedAt" => Slot::LastChangedAt,
            "_deleted" => Slot::Deleted,
            _ => self.model.relations.iter().position(parent).map_or(Slot::Unknown, Slot::Parent),
        }
    }
}

impl<'de> DeserializeSeed<'de> for SlotSeed<'_> {
    type Value = Slot;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Slot, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for SlotSeed<'_> {
    type Value = Slot;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Slot, E> {
        let (slot, predicted) = self.at(self.next);
        Ok(if predicted == name && slot != Slot::Unknown { slot } else { self.look_up(name) })
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_, '_> {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", self.model.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item, A::Error> {
        let RecordSeed { model, seen, hidden } = self;
        seen.clear();
        seen.resize(model.fields.len(), false);
        let mut draft = Draft::new(model);
        let mut next = 0;
        while let Some(slot) = map.next_key_seed(SlotSeed { model, next })? {
            match slot {
                Slot::Field(place) => {
                    let field = &model.fields[place];
                    match map.next_value_seed(FieldSeed(field))? {
                        Ok(value) => draft.record[place] = value,
                        Err(mismatch) => draft.wrong(&field.name, &mismatch),
                    }
                    seen[place] = true;
                    next = place + 1;
                }
                Slot::Version => {
                    draft.version = draft.int("_version", map.next_value_seed(ScalarSeed(Storage::Int))?);
                    next = model.fields.len() + 1;
                }
                Slot::LastChangedAt => {
                    let found = map.next_value_seed(ScalarSeed(Storage::Int))?;
                    draft.last_changed_at = draft.int("_lastChangedAt", found);
                    next = model.fields.len() + 2;
                }
                Slot::Deleted => match map.next_value_seed(ScalarSeed(Storage::Bool))? {
                    Ok(value) => draft.deleted = value == Value::Bool(true),
                    Err(mismatch) => draft.wrong("_deleted", &mismatch),
                },
                Slot::Parent(relation) => {
                    let parent: &RawValue = map.next_value()?;
                    draft.fill_key(relation, parent_columns(parent), seen);
                }
                Slot::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        draft.hide(hidden);
        Ok(draft.finish(seen))
    }

    fn visit_unit<E>(self) -> Result<Item, E> {
        Ok(Err(format!("a {} is null", self.model.name)))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Item, E> {
        Ok(no_object(self.model, "a boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Item, E> {
        Ok(no_object(self.model, "a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Item, E> {
        Ok(no_object(self.model, "a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Item, E> {
        Ok(no_object(self.model, "a number"))
    }

    fn visit_str<E>(self, _: &str) -> Result<Item, E> {
        Ok(no_object(self.model, "a string"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Item, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(no_object(self.model, "a list"))
    }
}

fn no_object(model: &Model, found: &str) -> Item {
    Err(format!("a {} must be an object, but it is {found}", model.name))
}

/// A record while it is read.
struct Draft<'m> {
    model: &'m Model,
    record: Record,
    version: Option<i64>,
    last_changed_at: Option<i64>,
    deleted: bool,
    fault: Option<String>,
}

impl<'m> Draft<'m> {
    fn new(model: &'m Model) -> Draft<'m> {
        Draft {
            model,
            record: Record::empty(model.fields.len()),
            version: None,
            last_changed_at: None,
            deleted: false,
            fault: None,
        }
    }

    fn wrong(&mut self, name: &str, mismatch: &Mismatch) {
        self.fault.get_or_insert_with(|| format!("{name}{mismatch}"));
    }

    fn int(&mut self, name: &str, found: Found) -> Option<i64> {
        match found {
            Ok(value) => value.as_int(),
            Err(mismatch) => {
                self.wrong(name, &mismatch);
                None
            }
        }
    }

    /// Takes the key of a parent for the foreign key, where the foreign key itself is not there. Our documents select
    /// exactly the key of a parent, in order; anything else is left alone.
    fn fill_key(&mut self, relation: usize, parent: Option<Vec<serde_json::Value>>, seen: &mut [bool]) {
        let fields = &self.model.relations[relation].fields;
        let Some(columns) = parent.filter(|columns| columns.len() == fields.len()) else { return };
        for (&field, column) in fields.iter().zip(columns) {
            if seen[field] && !self.record[field].is_null() {
                continue;
            }
            if let Ok(Ok(value)) = FieldSeed(&self.model.fields[field]).deserialize(column) {
                self.record[field] = value;
                seen[field] = true;
            }
        }
    }

    /// Marks what the server does not show.
    fn hide(&mut self, hidden: &[usize]) {
        for &place in hidden {
            if self.record[place].is_null() && !self.model.is_key(place) {
                self.record[place] = Value::unreadable(&self.model.fields[place]);
            }
        }
    }

    /// Checks what can only be checked at the end. Of a tombstone only the key must be there.
    fn finish(mut self, seen: &[bool]) -> Item {
        let model = self.model;
        for (place, field) in model.fields.iter().enumerate() {
            let needed = model.is_key(place) || (field.required && !self.deleted);
            if needed && self.record[place].is_null() {
                let found = if seen[place] { "null" } else { "missing" };
                self.fault.get_or_insert_with(|| format!("{} is required, but it is {found}", field.name));
            }
        }
        let missing = |name: &str| {
            format!("{name} is missing: the record does not come from a model with conflict resolution")
        };
        let version = self.version.unwrap_or_else(|| {
            self.fault.get_or_insert_with(|| missing("_version"));
            0
        });
        let last_changed_at = self.last_changed_at.unwrap_or_else(|| {
            self.fault.get_or_insert_with(|| missing("_lastChangedAt"));
            0
        });
        if version < 1 {
            self.fault.get_or_insert_with(|| format!("_version must be at least 1, but it is {version}"));
        }
        if let Some(fault) = self.fault {
            let key = crate::raw::shorten(&Key::of(model, &self.record).to_string(), 80);
            return Err(format!("{} {key}: {fault}", model.name));
        }
        let meta = Meta { version, last_changed_at, deleted: self.deleted };
        let complete = seen.iter().all(|&seen| seen);
        Ok(ReadRecord { versioned: Versioned { record: self.record, meta }, complete })
    }
}

/// The key columns of a parent: what is selected in it besides metadata and type name, in order. `None` if it is null
/// or no object.
fn parent_columns(raw: &RawValue) -> Option<Vec<serde_json::Value>> {
    struct Columns;
    impl<'de> Visitor<'de> for Columns {
        type Value = Vec<serde_json::Value>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a parent")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut columns = Vec::new();
            while let Some(name) = map.next_key::<Cow<'_, str>>()? {
                if name.starts_with('_') {
                    map.next_value::<IgnoredAny>()?;
                } else {
                    columns.push(map.next_value()?);
                }
            }
            Ok(columns)
        }
    }
    serde_json::Deserializer::from_str(raw.get()).deserialize_map(Columns).ok()
}
