//! One value, read as its field holds it.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use std::fmt;
use syncline_core::Value;
use syncline_core::model::Field;
use syncline_core::scalar::Storage;
use syncline_core::value::from_json;

/// A value, or what was found in its place. Only JSON that is broken is an error of the reader: a value of the wrong
/// type is read to its end, so that reading can go on behind it.
pub(super) type Found = Result<Value, Mismatch>;

/// A value of the wrong type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// What was found.
    pub(super) found: &'static str,
}

const fn mismatch(found: &'static str) -> Found {
    Err(Mismatch { found })
}

/// What a field holds, in words.
pub(super) fn wanted(field: &Field) -> &'static str {
    match (field.is_list(), field.kind.storage()) {
        (true, _) => "a list of its items",
        (_, Storage::Bool) => "a boolean",
        (_, Storage::Int) => "a whole number of at most 64 bits",
        (_, Storage::Float) => "a number",
        (_, Storage::Text) => "a string",
        (_, Storage::Object) => "an object of its type",
    }
}

/// Reads a value of `field`, or null.
pub(super) struct FieldSeed<'m>(pub(super) &'m Field);

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = Found;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        let storage = self.0.kind.storage();
        if storage == Storage::Object {
            let json = Json::deserialize(deserializer)?;
            return Ok(from_json(self.0, &json).ok_or(Mismatch { found: "something else" }));
        }
        match self.0.list {
            None => deserializer.deserialize_any(ScalarVisitor(storage)),
            Some(list) => {
                deserializer.deserialize_any(ListVisitor { storage, item_required: list.item_required })
            }
        }
    }
}

/// Reads a value held as `.0`, or null.
pub(super) struct ScalarSeed(pub(super) Storage);

impl<'de> DeserializeSeed<'de> for ScalarSeed {
    type Value = Found;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(ScalarVisitor(self.0))
    }
}

struct ScalarVisitor(Storage);

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Ok(Value::Null))
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Found, E> {
        Ok(if self.0 == Storage::Bool { Ok(Value::Bool(bool)) } else { mismatch("a boolean") })
    }

    fn visit_i64<E>(self, int: i64) -> Result<Found, E> {
        Ok(match self.0 {
            Storage::Int => Ok(Value::Int(int)),
            Storage::Float => Ok(Value::Float(int as f64)),
            Storage::Bool | Storage::Text | Storage::Object => mismatch("a number"),
        })
    }

    fn visit_u64<E>(self, int: u64) -> Result<Found, E> {
        Ok(match (self.0, i64::try_from(int)) {
            (Storage::Int, Ok(int)) => Ok(Value::Int(int)),
            (Storage::Int, Err(_)) => mismatch("a number of more than 64 bits"),
            (Storage::Float, _) => Ok(Value::Float(int as f64)),
            (Storage::Bool | Storage::Text | Storage::Object, _) => mismatch("a number"),
        })
    }

    fn visit_f64<E>(self, float: f64) -> Result<Found, E> {
        // Below 2^63, where every whole double is an i64.
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        Ok(match self.0 {
            Storage::Float => Ok(Value::Float(float)),
            Storage::Int if float.fract() == 0.0 && (-LIMIT..LIMIT).contains(&float) => {
                Ok(Value::Int(float as i64))
            }
            Storage::Int => mismatch("a number with a fraction, or too large"),
            Storage::Bool | Storage::Text | Storage::Object => mismatch("a number"),
        })
    }

    fn visit_str<E>(self, text: &str) -> Result<Found, E> {
        Ok(match self.0 {
            // SYNC 3.8: refused at the edge, because stores and their comparisons disagree about it.
            Storage::Text if text.as_bytes().contains(&0) => mismatch("a string with U+0000"),
            Storage::Text => Ok(Value::Text(text.to_owned())),
            _ => mismatch("a string"),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Found, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(mismatch("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(mismatch("an object"))
    }
}

struct ListVisitor {
    storage: Storage,
    item_required: bool,
}

impl<'de> Visitor<'de> for ListVisitor {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Ok(Value::Null))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Found, E> {
        Ok(mismatch("a boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Found, E> {
        Ok(mismatch("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Found, E> {
        Ok(mismatch("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Found, E> {
        Ok(mismatch("a number"))
    }

    fn visit_str<E>(self, _: &str) -> Result<Found, E> {
        Ok(mismatch("a string"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Found, A::Error> {
        let mut items = Vec::new();
        let mut wrong = None;
        while let Some(item) = seq.next_element_seed(ScalarSeed(self.storage))? {
            match item {
                Ok(Value::Null) if self.item_required => wrong = wrong.or(Some("a list with null in it")),
                Ok(value) => items.push(value),
                Err(_) => wrong = wrong.or(Some("a list with an item of another type")),
            }
        }
        Ok(wrong.map_or(Ok(Value::List(items)), mismatch))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(mismatch("an object"))
    }
}
