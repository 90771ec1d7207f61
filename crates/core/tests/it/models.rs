//! Small models for tests.

use std::sync::Arc;
use syncline_core::model::{CustomType, EnumType, Field, FieldKind, FieldSource, ListKind, Names};
use syncline_core::{Model, ModelId, Scalar};

/// The enum of the test models.
pub(crate) fn color() -> FieldKind {
    let values = ["RED", "GREEN", "BLUE"].map(str::to_owned).to_vec();
    FieldKind::Enum(Arc::new(EnumType { name: "Color".into(), values }))
}

/// The custom type of the test models.
pub(crate) fn place() -> FieldKind {
    let scalar = |name: &str, scalar| field(name, FieldKind::Scalar(scalar), false);
    let fields = vec![scalar("street", Scalar::String), scalar("zip", Scalar::Int)];
    FieldKind::Custom(Arc::new(CustomType { name: "Place".into(), fields }))
}

/// A nullable field.
pub(crate) fn field(name: &str, kind: FieldKind, list: bool) -> Field {
    Field {
        name: name.to_owned(),
        kind,
        required: false,
        list: list.then_some(ListKind { item_required: false }),
        source: FieldSource::Declared,
        read_only: false,
        default: None,
        merge: None,
    }
}

/// A model with these fields; the first is the key.
pub(crate) fn model(fields: Vec<Field>) -> Model {
    Model::new(ModelId(0), "Thing", Names::new("Thing", "Things"), fields, vec![0])
}

/// One field of every kind, and lists of most.
pub(crate) fn thing() -> Model {
    let scalar = FieldKind::Scalar;
    model(vec![
        field("id", scalar(Scalar::Id), false),
        field("text", scalar(Scalar::String), false),
        field("int", scalar(Scalar::Int), false),
        field("time", scalar(Scalar::AwsTimestamp), false),
        field("float", scalar(Scalar::Float), false),
        field("flag", scalar(Scalar::Boolean), false),
        field("color", color(), false),
        field("day", scalar(Scalar::AwsDate), false),
        field("tags", scalar(Scalar::String), true),
        field("ints", scalar(Scalar::AwsTimestamp), true),
        field("floats", scalar(Scalar::Float), true),
        field("flags", scalar(Scalar::Boolean), true),
        field("colors", color(), true),
    ])
}
