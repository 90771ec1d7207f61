//! One value, read as its field holds it.

use super::object::ObjectVisitor;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use syncline_core::Value;
use syncline_core::model::{Field, FieldKind, ListKind};
use syncline_core::scalar::Storage;

/// A value, or what was found in its place. Only JSON that is broken is an error of the reader: a value of the wrong
/// type is read to its end, so that reading can go on behind it.
pub(super) type Found = Result<Value, Box<Mismatch>>;

/// A value of the wrong type. Boxed, as it is rare and larger than a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// The way to it from the value that was asked for, such as `[2].zip`; empty if it is that value.
    path: String,
    wanted: &'static str,
    found: &'static str,
}

impl Mismatch {
    pub(super) fn new(wanted: &'static str, found: &'static str) -> Box<Mismatch> {
        Box::new(Mismatch { path: String::new(), wanted, found })
    }

    /// The same, seen from one step above.
    pub(super) fn below(mut self: Box<Self>, step: &str) -> Box<Mismatch> {
        self.path.insert_str(0, step);
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}, but it is {}", self.path, self.wanted, self.found)
    }
}

/// What a field holds, in words.
pub(super) fn wanted(field: &Field) -> &'static str {
    if field.is_list() { "a list of its items" } else { wanted_one(field.kind.storage()) }
}

fn wanted_one(storage: Storage) -> &'static str {
    match storage {
        Storage::Bool => "a boolean",
        Storage::Int => "a whole number of at most 64 bits",
        Storage::Float => "a number",
        Storage::Text => "a string",
        Storage::Object => "an object of its type",
    }
}

/// Reads a value of `field`, or null.
pub(super) struct FieldSeed<'m>(pub(super) &'m Field);

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = Found;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        match self.0.list {
            None => OneSeed(&self.0.kind).deserialize(deserializer),
            Some(list) => deserializer.deserialize_any(ListVisitor { kind: &self.0.kind, list }),
        }
    }
}

/// Reads one value of a kind, or null.
struct OneSeed<'m>(&'m FieldKind);

impl<'de> DeserializeSeed<'de> for OneSeed<'_> {
    type Value = Found;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        match self.0 {
            FieldKind::Custom(ty) => deserializer.deserialize_any(ObjectVisitor(ty)),
            kind => deserializer.deserialize_any(ScalarVisitor(kind.storage())),
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

impl ScalarVisitor {
    fn mismatch(&self, found: &'static str) -> Found {
        Err(Mismatch::new(wanted_one(self.0), found))
    }
}

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Ok(Value::Null))
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Found, E> {
        Ok(if self.0 == Storage::Bool { Ok(Value::Bool(bool)) } else { self.mismatch("a boolean") })
    }

    fn visit_i64<E>(self, int: i64) -> Result<Found, E> {
        Ok(match self.0 {
            Storage::Int => Ok(Value::Int(int)),
            Storage::Float => Ok(Value::Float(int as f64)),
            Storage::Bool | Storage::Text | Storage::Object => self.mismatch("a number"),
        })
    }

    fn visit_u64<E>(self, int: u64) -> Result<Found, E> {
        Ok(match (self.0, i64::try_from(int)) {
            (Storage::Int, Ok(int)) => Ok(Value::Int(int)),
            (Storage::Int, Err(_)) => self.mismatch("a number of more than 64 bits"),
            (Storage::Float, _) => Ok(Value::Float(int as f64)),
            (Storage::Bool | Storage::Text | Storage::Object, _) => self.mismatch("a number"),
        })
    }

    fn visit_f64<E>(self, float: f64) -> Result<Found, E> {
        // Below 2^63, where every whole double is an i64.
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        Ok(match self.0 {
            // Adding zero changes the sign of minus zero and nothing else: floats have one form.
            Storage::Float => Ok(Value::Float(float + 0.0)),
            Storage::Int if float.fract() == 0.0 && (-LIMIT..LIMIT).contains(&float) => {
                Ok(Value::Int(float as i64))
            }
            Storage::Int => self.mismatch("a number with a fraction, or too large"),
            Storage::Bool | Storage::Text | Storage::Object => self.mismatch("a number"),
        })
    }

    fn visit_str<E>(self, text: &str) -> Result<Found, E> {
        Ok(match self.0 {
            // SYNC 3.8: refused at the edge, because stores and their comparisons disagree about it.
            Storage::Text if text.as_bytes().contains(&0) => self.mismatch("a string with U+0000"),
            Storage::Text => Ok(Value::Text(text.to_owned())),
            _ => self.mismatch("a string"),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Found, A::Error> {
        skip_seq(seq)?;
        Ok(self.mismatch("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Found, A::Error> {
        skip_map(map)?;
        Ok(self.mismatch("an object"))
    }
}

/// Reads a list to its end.
pub(super) fn skip_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

fn skip_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

struct ListVisitor<'m> {
    kind: &'m FieldKind,
    list: ListKind,
}

impl ListVisitor<'_> {
    fn mismatch(found: &'static str) -> Found {
        Err(Mismatch::new("a list of its items", found))
    }
}

impl<'de> Visitor<'de> for ListVisitor<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Ok(Value::Null))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Found, E> {
        Ok(Self::mismatch("a boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Found, E> {
        Ok(Self::mismatch("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Found, E> {
        Ok(Self::mismatch("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Found, E> {
        Ok(Self::mismatch("a number"))
    }

    fn visit_str<E>(self, _: &str) -> Result<Found, E> {
        Ok(Self::mismatch("a string"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Found, A::Error> {
        let mut items = Vec::new();
        let mut wrong: Option<Box<Mismatch>> = None;
        let mut place = 0;
        while let Some(item) = seq.next_element_seed(OneSeed(self.kind))? {
            let item = match item {
                Ok(Value::Null) if self.list.item_required => {
                    Err(Mismatch::new(wanted_one(self.kind.storage()), "null"))
                }
                item => item,
            };
            match item {
                Ok(value) => items.push(value),
                Err(mismatch) => {
                    wrong.get_or_insert_with(|| mismatch.below(&format!("[{place}]")));
                }
            }
            place += 1;
        }
        Ok(wrong.map_or(Ok(Value::List(items)), Err))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Found, A::Error> {
        skip_map(map)?;
        Ok(Self::mismatch("an object"))
    }
}
