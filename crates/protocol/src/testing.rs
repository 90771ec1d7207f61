//! The schema that the tests of this crate work with: every kind of field, a composite key, parents of both kinds,
//! custom types in each other, a has-one.

use std::sync::Arc;
use syncline_core::model::{
    CustomType, EnumType, Field, FieldKind, FieldSource, ListKind, Model, ModelId, Names, Relation,
    RelationKind, Schema,
};
use syncline_core::scalar::Scalar;
use syncline_core::value::Object;
use syncline_core::{Meta, Record, Value, Versioned};

fn field(name: &str, ty: &str) -> Field {
    let required = ty.ends_with('!');
    let bare = ty.trim_end_matches('!');
    let (bare, list) = match bare.strip_prefix('[').and_then(|bare| bare.strip_suffix(']')) {
        Some(item) => (item.trim_end_matches('!'), Some(ListKind { item_required: item.ends_with('!') })),
        None => (bare, None),
    };
    let kind = match (Scalar::from_name(bare), bare) {
        (Some(scalar), _) => FieldKind::Scalar(scalar),
        (None, "Geo") => custom("Geo", &[("lat", "Float!"), ("lon", "Float!"), ("datum", "Status")]),
        (None, "Address") => custom(
            "Address",
            &[
                ("street", "String!"),
                ("zip", "Int"),
                ("geo", "Geo"),
                ("stops", "[Geo!]"),
                ("lines", "[String]"),
            ],
        ),
        (None, name) => {
            let values = vec!["A".to_owned(), "B".to_owned()];
            FieldKind::Enum(Arc::new(EnumType { name: name.to_owned(), values }))
        }
    };
    let timestamp = matches!(name, "createdAt" | "updatedAt");
    let source = if timestamp { FieldSource::Timestamp } else { FieldSource::Declared };
    Field { required, list, read_only: timestamp, ..Field::new(name, kind, source) }
}

fn custom(name: &str, fields: &[(&str, &str)]) -> FieldKind {
    let fields = fields.iter().map(|(name, ty)| field(name, ty)).collect();
    FieldKind::Custom(Arc::new(CustomType { name: name.to_owned(), fields }))
}

fn model(id: usize, name: &str, plural: &str, fields: &[(&str, &str)], key: &[usize]) -> Model {
    let fields = fields.iter().map(|(name, ty)| field(name, ty)).collect();
    Model::new(ModelId(id), name, Names::new(name, plural), fields, key.to_vec())
}

fn relation(
    kind: RelationKind,
    name: &str,
    target: usize,
    fields: &[usize],
    target_fields: &[usize],
) -> Relation {
    Relation {
        name: name.to_owned(),
        kind,
        target: ModelId(target),
        fields: fields.to_vec(),
        target_fields: target_fields.to_vec(),
        index: None,
        required: false,
    }
}

/// `Post` (plain), `Part` (composite key), `Comment` (belongs to both), `Person` (custom types, has one part).
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
    let belongs_to = RelationKind::BelongsTo;
    comment.relations =
        vec![relation(belongs_to, "post", 0, &[2], &[0]), relation(belongs_to, "part", 1, &[3, 4], &[0, 1])];
    let mut person = model(
        3,
        "Person",
        "People",
        &[
            ("id", "ID!"),
            ("home", "Address!"),
            ("homes", "[Address!]"),
            ("places", "[Geo]!"),
            ("personPartMaker", "ID"),
            ("personPartNumber", "Int"),
        ],
        &[0],
    );
    person.relations = vec![
        relation(RelationKind::HasOne, "part", 1, &[4, 5], &[0, 1]),
        relation(RelationKind::HasMany, "comments", 2, &[0], &[2]),
    ];
    Schema::new(vec![post, part, comment, person], Vec::new()).unwrap()
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

/// A `Geo`.
pub(crate) fn geo(lat: f64, datum: Value) -> Value {
    let fields = [("lat", Value::Float(lat)), ("lon", Value::Float(2.0)), ("datum", datum)];
    Value::Object(Object(fields.map(|(name, value)| (name.into(), value)).into()))
}

/// An `Address`.
pub(crate) fn address(street: &str, zip: Value, geo: Value, stops: Value, lines: Value) -> Value {
    let fields = [("street", street.into()), ("zip", zip), ("geo", geo), ("stops", stops), ("lines", lines)];
    Value::Object(Object(fields.map(|(name, value)| (name.into(), value)).into()))
}

/// A `Person` with something in every field.
pub(crate) fn person() -> Versioned {
    let stops = Value::List(vec![geo(1.0, Value::Null), geo(2.0, "A".into())]);
    let lines = Value::List(vec!["l".into(), Value::Null]);
    let full = address("a \"b\"", Value::Int(-5), geo(0.5, "B".into()), stops, lines);
    let bare = address("", Value::Null, Value::Null, Value::Null, Value::Null);
    Versioned {
        record: Record(vec![
            Value::from("p"),
            full.clone(),
            Value::List(vec![bare, full]),
            Value::List(vec![Value::Null, geo(3.0, Value::Null)]),
            Value::from("acme"),
            Value::Int(7),
        ]),
        meta: Meta { version: 3, last_changed_at: 4, deleted: false },
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
