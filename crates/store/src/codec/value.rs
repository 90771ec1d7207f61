//! One value as JSON, written and read without a tree of its parts in between.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value as Json;
use std::fmt;
use syncline_core::scalar::Storage;
pub(super) use syncline_core::value::Shown;
use syncline_core::value::from_json;
use syncline_core::{Field, Value};

/// The JSON text of something. Nothing that is written here can fail: names, values, and memory to put them in.
pub(super) fn text(json: &impl Serialize) -> String {
    serde_json::to_string(json).unwrap_or_default()
}

/// Reads a value of a field; `None` if it is not one. Fails only on broken JSON.
#[derive(Clone, Copy)]
pub(super) struct Seed<'f> {
    field: &'f Field,
    /// Whether this is an item of its list.
    item: bool,
}

impl<'f> Seed<'f> {
    pub(super) fn of(field: &'f Field) -> Seed<'f> {
        Seed { field, item: false }
    }

    /// What stands for a value that the server does not show, if `value` does.
    fn hidden(self, value: &Value) -> Option<Value> {
        (!self.item && value.is_unreadable()).then(|| Value::unreadable(self.field))
    }

    /// A value that is no list, if one belongs here.
    fn scalar(self, storage: Storage, value: Value) -> Option<Value> {
        let belongs = (self.item || !self.field.is_list()) && self.field.kind.storage() == storage;
        belongs.then_some(value)
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Option<Value>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        if self.field.kind.storage() == Storage::Object {
            let json = Json::deserialize(deserializer)?;
            let hidden = self.hidden(&Value::text(json.as_str().unwrap_or_default()));
            return Ok(hidden.or_else(|| from_json(self.field, &json)));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of {}", self.field.name)
    }

    fn visit_unit<E>(self) -> Result<Option<Value>, E> {
        Ok(Some(Value::Null))
    }

    fn visit_bool<E>(self, bool: bool) -> Result<Option<Value>, E> {
        Ok(self.scalar(Storage::Bool, Value::Bool(bool)))
    }

    fn visit_i64<E>(self, int: i64) -> Result<Option<Value>, E> {
        let float = || self.scalar(Storage::Float, Value::Float(int as f64));
        let hidden = || self.hidden(&Value::Int(int));
        Ok(self.scalar(Storage::Int, Value::Int(int)).or_else(float).or_else(hidden))
    }

    fn visit_u64<E: serde::de::Error>(self, int: u64) -> Result<Option<Value>, E> {
        match i64::try_from(int) {
            Ok(int) => self.visit_i64(int),
            Err(_) => Ok(self.scalar(Storage::Float, Value::Float(int as f64))),
        }
    }

    fn visit_f64<E>(self, float: f64) -> Result<Option<Value>, E> {
        Ok(self.scalar(Storage::Float, Value::Float(float)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<Value>, E> {
        let value = Value::Text(text.to_owned());
        Ok(self.hidden(&value).or_else(|| self.scalar(Storage::Text, value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<Value>, A::Error> {
        let mut items = (self.field.is_list() && !self.item).then(Vec::new);
        while let Some(item) = seq.next_element_seed(Seed { item: true, ..self })? {
            items = items.zip(item).map(|(mut items, item)| {
                items.push(item);
                items
            });
        }
        Ok(items.map(Value::List))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// What a field was and what it became, as JSON: `[base, value]`, or `[value]` over null, as in most creates.
pub(super) struct Pair<'a>(pub(super) &'a Value, pub(super) &'a Value);

impl Serialize for Pair<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Pair(base, value) = self;
        if base.is_null() {
            [Shown(value)].serialize(serializer)
        } else {
            [Shown(base), Shown(value)].serialize(serializer)
        }
    }
}

/// Reads `[base, value]`, or `[value]` over null; `None` if it is neither.
pub(super) struct PairSeed<'f>(pub(super) &'f Field);

impl<'de> DeserializeSeed<'de> for PairSeed<'_> {
    type Value = Option<(Value, Value)>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for PairSeed<'_> {
    type Value = Option<(Value, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one or two values of {}", self.0.name)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let first = seq.next_element_seed(Seed::of(self.0))?;
        let second = seq.next_element_seed(Seed::of(self.0))?;
        let more = seq.next_element::<IgnoredAny>()?.is_some();
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        let pair = match (first.flatten(), second) {
            (Some(value), None) => Some((Value::Null, value)),
            (first, second) => first.zip(second.flatten()),
        };
        Ok(pair.filter(|_| !more))
    }
}
