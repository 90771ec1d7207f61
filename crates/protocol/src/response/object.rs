//! One value of a custom type, read as its type lays it out.

use super::value::{FieldSeed, Found, Mismatch, skip_seq, wanted};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use syncline_core::Value;
use syncline_core::model::CustomType;
use syncline_core::value::Object;

/// Reads an object into its canonical form: every field of the type, in declared order. What the type does not know,
/// such as `__typename`, is skipped.
pub(super) struct ObjectVisitor<'m>(pub(super) &'m CustomType);

fn mismatch(found: &'static str) -> Found {
    Err(Mismatch::new("an object of its type", found))
}

/// Reads a key: the place of its field, if there is one. `next` is the place of the key that should come.
struct PlaceSeed<'m> {
    ty: &'m CustomType,
    next: usize,
}

impl<'de> DeserializeSeed<'de> for PlaceSeed<'_> {
    type Value = Option<usize>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for PlaceSeed<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        let fields = &self.ty.fields;
        let predicted = fields.get(self.next).is_some_and(|field| field.name == name);
        Ok(if predicted { Some(self.next) } else { fields.iter().position(|field| field.name == name) })
    }
}

impl<'de> Visitor<'de> for ObjectVisitor<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", self.0.name)
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

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Found, A::Error> {
        skip_seq(seq)?;
        Ok(mismatch("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let fields = &self.0.fields;
        let mut values: Vec<Option<Value>> = vec![None; fields.len()];
        let mut wrong: Option<Box<Mismatch>> = None;
        let mut next = 0;
        while let Some(place) = map.next_key_seed(PlaceSeed { ty: self.0, next })? {
            let Some(place) = place else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let field = &fields[place];
            match map.next_value_seed(FieldSeed(field))? {
                Ok(value) => values[place] = Some(value),
                Err(mismatch) => {
                    wrong.get_or_insert_with(|| mismatch.below(&format!(".{}", field.name)));
                }
            }
            next = place + 1;
        }
        if let Some(wrong) = wrong {
            return Ok(Err(wrong));
        }
        let mut object = Vec::with_capacity(fields.len());
        for (field, value) in fields.iter().zip(values) {
            let found = if value.is_some() { "null" } else { "missing" };
            let value = value.unwrap_or_default();
            if field.required && value.is_null() {
                return Ok(Err(Mismatch::new(wanted(field), found).below(&format!(".{}", field.name))));
            }
            object.push((field.name.as_str().into(), value));
        }
        Ok(Ok(Value::Object(Object(object))))
    }
}
