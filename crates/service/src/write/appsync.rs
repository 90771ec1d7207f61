//! AppSync's own `AUTOMERGE`: what an update of an outdated version makes of one attribute. It knows nothing of a common
//! base.

use std::collections::BTreeMap;
use syncline_core::model::{Field, FieldKind};
use syncline_core::value::Object;
use syncline_core::{Scalar, Value};
use syncline_protocol::RawJson;

/// How deep maps of `AWSJSON` are joined. DynamoDB nests 32 levels; what lies deeper counts as a single value.
const DEEPEST: usize = 32;

/// | the record has | the mutation says | then |
/// |---|---|---|
/// | nothing | anything | what the mutation says |
/// | a single value | anything | the record's |
/// | anything | nothing (null) | the record's |
/// | a list | a list | the record's items, then all of the mutation's, also those that are there already |
/// | a map: a custom type, or an object in `AWSJSON` | a map | the same, key by key |
/// | one kind | another | the record's |
pub(super) fn merge(field: &Field, existing: &Value, incoming: &Value) -> Value {
    merge_as(Some(field), existing, incoming)
}

fn merge_as(field: Option<&Field>, existing: &Value, incoming: &Value) -> Value {
    match (existing, incoming) {
        (Value::Null, incoming) => incoming.clone(),
        (Value::List(existing), Value::List(incoming)) => Value::List([&existing[..], incoming].concat()),
        (Value::Object(existing), Value::Object(incoming)) => {
            let fields = existing.0.iter().map(|(name, value)| {
                let incoming = incoming.get(name).unwrap_or(&Value::Null);
                (name.clone(), merge_as(field.and_then(|field| part(field, name)), value, incoming))
            });
            Value::Object(Object(fields.collect()))
        }
        (Value::Text(existing), Value::Text(incoming)) if field.is_some_and(is_json) => {
            Value::Text(merge_json(existing, incoming, DEEPEST).unwrap_or_else(|| existing.clone()))
        }
        (existing, _) => existing.clone(),
    }
}

fn part<'f>(field: &'f Field, name: &str) -> Option<&'f Field> {
    field.kind.custom()?.fields.iter().find(|field| field.name == name)
}

fn is_json(field: &Field) -> bool {
    field.kind == FieldKind::Scalar(Scalar::AwsJson) && !field.is_list()
}

/// The same of two JSON texts; `None` if the existing one stays as it is. What is not touched keeps its text, so that no
/// digit of a number is lost.
fn merge_json(existing: &str, incoming: &str, depth: usize) -> Option<String> {
    let (existing, incoming) = (existing.trim_ascii(), incoming.trim_ascii());
    let below = depth.checked_sub(1)?;
    match (existing.as_bytes().first()?, incoming.as_bytes().first()?) {
        (b'n', _) => Some(incoming.to_owned()),
        (b'[', b'[') => {
            let mut items: Vec<RawJson> = serde_json::from_str(existing).ok()?;
            items.extend(serde_json::from_str::<Vec<RawJson>>(incoming).ok()?);
            RawJson::of(&items).ok().map(|json| json.as_str().to_owned())
        }
        (b'{', b'{') => {
            let mut map: BTreeMap<String, RawJson> = serde_json::from_str(existing).ok()?;
            for (key, incoming) in serde_json::from_str::<BTreeMap<String, RawJson>>(incoming).ok()? {
                let merged = match map.get(&key) {
                    None => incoming,
                    Some(existing) => match merge_json(existing.as_str(), incoming.as_str(), below) {
                        Some(text) => RawJson::from_text(text).ok()?,
                        None => continue,
                    },
                };
                map.insert(key, merged);
            }
            RawJson::of(&map).ok().map(|json| json.as_str().to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use syncline_core::model::{CustomType, FieldSource, ListKind};

    fn scalar(name: &str, scalar: Scalar) -> Field {
        Field::new(name, FieldKind::Scalar(scalar), FieldSource::Declared)
    }

    fn list(items: &[&str]) -> Value {
        Value::List(items.iter().map(|item| Value::from(*item)).collect())
    }

    #[test]
    fn each_row_of_the_table() {
        let (text, int) = (scalar("f", Scalar::String), scalar("f", Scalar::Int));
        let tags = Field { list: Some(ListKind { item_required: false }), ..text.clone() };
        let place = FieldKind::Custom(Arc::new(CustomType {
            name: "Place".to_owned(),
            fields: vec![scalar("street", Scalar::String), tags.clone(), scalar("more", Scalar::AwsJson)],
        }));
        let place = Field::new("place", place, FieldSource::Declared);
        let object = |street: Value, tags: Value, more: Value| {
            Value::Object(Object(vec![("street".into(), street), ("f".into(), tags), ("more".into(), more)]))
        };
        let nil = || Value::Null;
        for (name, field, existing, incoming, merged) in [
            ("only incoming", &text, nil(), "b".into(), "b".into()),
            ("neither", &text, nil(), nil(), nil()),
            ("a single value", &text, "a".into(), "b".into(), "a".into()),
            ("a number", &int, 1.into(), 2.into(), 1.into()),
            ("a cleared value", &text, "a".into(), nil(), "a".into()),
            ("lists", &tags, list(&["a", "b"]), list(&["b", "c"]), list(&["a", "b", "b", "c"])),
            ("the same list doubles", &tags, list(&["a"]), list(&["a"]), list(&["a", "a"])),
            ("a cleared list", &tags, list(&["a"]), nil(), list(&["a"])),
            ("a first list", &tags, nil(), list(&["a"]), list(&["a"])),
            (
                "maps, key by key",
                &place,
                object("x".into(), list(&["a"]), nil()),
                object("y".into(), list(&["b"]), "{}".into()),
                object("x".into(), list(&["a", "b"]), "{}".into()),
            ),
            (
                "JSON inside a map",
                &place,
                object(nil(), nil(), r#"{"a":1}"#.into()),
                object(nil(), nil(), r#"{"b":2}"#.into()),
                object(nil(), nil(), r#"{"a":1,"b":2}"#.into()),
            ),
            (
                "a map against nothing",
                &place,
                object("x".into(), nil(), nil()),
                nil(),
                object("x".into(), nil(), nil()),
            ),
            ("one kind against another", &tags, "a".into(), list(&["b"]), "a".into()),
        ] {
            assert_eq!(merge(field, &existing, &incoming), merged, "{name}");
        }
    }

    #[test]
    fn json_is_joined_as_the_map_that_it_is() {
        let json = scalar("j", Scalar::AwsJson);
        let deep = |inner: &str| (0..100).fold(inner.to_owned(), |inner, _| format!("{{\"a\":{inner}}}"));
        for (existing, incoming, merged) in [
            (r#"{"a":1}"#, r#"{"a":2,"b":3}"#, r#"{"a":1,"b":3}"#),
            (r#"{"a":{"x":1}}"#, r#"{"a":{"x":2,"y":3}}"#, r#"{"a":{"x":1,"y":3}}"#),
            (r#"{"a":null}"#, r#"{"a":2}"#, r#"{"a":2}"#),
            (r#"{"a":1}"#, r#"{"a":null}"#, r#"{"a":1}"#),
            (r#"{"a":[1]}"#, r#"{"a":[1,2]}"#, r#"{"a":[1,1,2]}"#),
            ("[1]", " [2] ", "[1,2]"),
            ("[1]", r#"{"a":1}"#, "[1]"),
            ("1", "2", "1"),
            ("\"x\"", "\"y\"", "\"x\""),
            ("null", "{}", "{}"),
            (
                r#"{"n":123456789012345678901234567890}"#,
                r#"{"m":1.10}"#,
                r#"{"m":1.10,"n":123456789012345678901234567890}"#,
            ),
            (&deep("1"), &deep("2"), &deep("1")),
        ] {
            assert_eq!(
                merge(&json, &existing.into(), &incoming.into()),
                merged.into(),
                "{existing} {incoming}"
            );
        }
    }
}
