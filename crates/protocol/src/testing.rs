//! The schema that the tests of this crate work with: every kind of field, a composite key, parents of both kinds.

use std::sync::Arc;
use syncline_core::model::{
    EnumType, Field, FieldKind, FieldSource, ListKind, Model, ModelId, Names, Relation, RelationKind, Schema,
};
use syncline_core::scalar::Scalar;
use syncline_core::{Meta, Record, Value, Versioned};

fn field(name: &str, ty: &str) -> Field {
    let required = ty.ends_with('!');
    let bare = ty.trim_end_matches('!');
    let (bare, list) = match bare.strip_prefix('[').and_then(|bare| bare.strip_suffix(']')) {
        Some(item) => (item.trim_end_matches('!'), Some(ListKind { item_required: item.ends_with('!') })),
        None => (bare, None),
    };
    let kind = Scalar::from_name(bare).map_or_else(
        || {
            FieldKind::Enum(Arc::new(EnumType {
                name: bare.to_owned(),
                values: vec!["A".to_owned(), "B".to_owned()],
            }))
        },
        FieldKind::Scalar,
    );
    let timestamp = matches!(name, "createdAt" | "updatedAt");
    let source = if timestamp { FieldSource::Timestamp } else { FieldSource::Declared };
    Field { name: name.to_owned(), kind, required, list, source, read_only: timestamp, default: None }
}

fn model(id: usize, name: &str, plural: &str, fields: &[(&str, &str)], key: &[usize]) -> Model {
    let fields = fields.iter().map(|(name, ty)| field(name, ty)).collect();
    Model::new(ModelId(id), name, Names::new(name, plural), fields, key.to_vec())
}

fn belongs_to(name: &str, target: usize, fields: &[usize], target_fields: &[usize]) -> Relation {
    Relation {
        name: name.to_owned(),
        kind: RelationKind::BelongsTo,
        target: ModelId(target),
        fields: fields.to_vec(),
        target_fields: target_fields.to_vec(),
        required: false,
    }
}

/// `Post` (plain), `Part` (composite key), `Comment` (belongs to both).
pub(crate) fn schema() -> Schema {
    let post = model(
        0,
        "Post",
        "Posts",
        &[
            ("id", "ID!"),
            ("title", "String!"),
            ("rating", "Int"),
            ("score", "Float"),
            ("published", "Boolean"),
            ("status", "Status!"),
            ("tags", "[String]"),
            ("marks", "[Int!]!"),
            ("extra", "AWSJSON"),
            ("seenAt", "AWSTimestamp"),
            ("createdAt", "AWSDateTime!"),
            ("updatedAt", "AWSDateTime!"),
        ],
        &[0],
    );
    let part = model(
        1,
        "Part",
        "Parts",
        &[("maker", "ID!"), ("number", "Int!"), ("name", "String"), ("createdAt", "AWSDateTime!")],
        &[0, 1],
    );
    let mut comment = model(
        2,
        "Comment",
        "Comments",
        &[("id", "ID!"), ("content", "String"), ("postId", "ID"), ("partMaker", "ID"), ("partNumber", "Int")],
        &[0],
    );
    comment.relations = vec![belongs_to("post", 0, &[2], &[0]), belongs_to("part", 1, &[3, 4], &[0, 1])];
    Schema::new(vec![post, part, comment], Vec::new()).unwrap()
}

/// A `Post` with something in every field.
pub(crate) fn post() -> Versioned {
    Versioned {
        record: Record(vec![
            Value::from("p\"1"),
            Value::from("tïtle\n𝄞"),
            Value::Int(-5),
            Value::Float(0.1),
            Value::Bool(true),
            Value::from("A"),
            Value::List(vec![Value::from("x"), Value::Null]),
            Value::List(vec![Value::Int(i64::MAX), Value::Int(i64::MIN)]),
            Value::from(r#"{"a":[1,null]}"#),
            Value::Int(1_700_000_000),
            Value::from("2026-01-01T00:00:00.000Z"),
            Value::from("2026-01-01T00:00:00.001Z"),
        ]),
        meta: Meta { version: 7, last_changed_at: 1_700_000_000_123, deleted: false },
    }
}

/// The JSON of a record as a server writes it for our selections.
pub(crate) fn write(model: &Model, row: &Versioned) -> String {
    let mut out = String::from("{");
    for (field, value) in model.fields.iter().zip(&row.record.0) {
        let name = serde_json::to_string(&field.name).unwrap();
        out.push_str(&format!("{name}:{},", crate::variables::to_json(value)));
    }
    let deleted = if row.meta.deleted { "true" } else { "null" };
    out.push_str(&format!(
        "\"_version\":{},\"_lastChangedAt\":{},\"_deleted\":{deleted},\"__typename\":\"{}\"}}",
        row.meta.version, row.meta.last_changed_at, model.name
    ));
    out
}
