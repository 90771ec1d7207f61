//! How an operation turns records into what its caller works with: a generated type, or a dynamic item. Every operation
//! is written once, over a shape.

use crate::model::{Model, ModelError, Origin};
use crate::{Error, Schema};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use syncline_core::model::FieldKind;
use syncline_core::scalar::Storage;
use syncline_core::value::Object;
use syncline_core::{Field, Record, Scalar, Value};
use syncline_store::Stored;

/// A record as an application sees it: a field that the server does not show is null, or empty where it must not be null.
pub(crate) fn shown<'r>(model: &syncline_core::Model, record: &'r Record) -> Cow<'r, Record> {
    let mut shown = Cow::Borrowed(record);
    for place in record.unreadable() {
        shown.to_mut()[place] = model.fields.get(place).map_or(Value::Null, empty);
    }
    shown
}

/// What an application saves, as it stands to what it read: a field that the server does not show, and that was left as it was
/// shown, stays one that is not shown.
pub(crate) fn unshown(model: &syncline_core::Model, mut value: Record, read: Option<&Record>) -> Record {
    for place in read.into_iter().flat_map(Record::unreadable) {
        if let Some(field) = model.fields.get(place)
            && value.0.get(place) == Some(&empty(field))
        {
            value[place] = Value::unreadable(field);
        }
    }
    value
}

/// What is shown of a field whose value is not.
fn empty(field: &Field) -> Value {
    if !field.required {
        return Value::Null;
    }
    if field.is_list() {
        return Value::List(Vec::new());
    }
    match (&field.kind, field.kind.storage()) {
        // The compiler of the schema refuses a type that needs itself.
        (FieldKind::Enum(ty), _) => {
            ty.values.first().map_or(Value::Null, |value| Value::text(value.as_str()))
        }
        (FieldKind::Scalar(Scalar::AwsDate), _) => Value::text("1970-01-01"),
        (FieldKind::Scalar(Scalar::AwsDateTime), _) => Value::text("1970-01-01T00:00:00.000Z"),
        (FieldKind::Scalar(Scalar::AwsTime), _) => Value::text("00:00:00.000Z"),
        (_, Storage::Bool) => Value::Bool(false),
        (_, Storage::Int) => Value::Int(0),
        (_, Storage::Float) => Value::Float(0.0),
        (_, Storage::Text) => Value::text(""),
        (FieldKind::Custom(ty), _) => {
            let parts = ty.fields.iter().map(|part| (part.name.as_str().into(), empty(part)));
            Value::Object(Object(parts.collect()))
        }
        (_, Storage::Object) => Value::Null,
    }
}

/// A model of the schema, and how its records are read as `M`.
pub(crate) struct Shape<M> {
    /// The model.
    pub(crate) model: Arc<syncline_core::Model>,
    read: fn(&Arc<syncline_core::Model>, &Record, Origin) -> Result<M, ModelError>,
}

impl<M> Shape<M> {
    /// Of `model`, whose records are read by `read`.
    pub(crate) fn new(
        model: Arc<syncline_core::Model>,
        read: fn(&Arc<syncline_core::Model>, &Record, Origin) -> Result<M, ModelError>,
    ) -> Shape<M> {
        Shape { model, read }
    }

    /// `record` as it was read at `version`.
    pub(crate) fn item(&self, record: &Record, version: Option<i64>) -> Result<M, ModelError> {
        (self.read)(&self.model, &shown(&self.model, record), Origin::read(record.clone(), version))
    }

    /// A stored record.
    pub(crate) fn stored(&self, stored: &Stored) -> Result<M, Error> {
        Ok(self.item(&stored.record, stored.version)?)
    }

    /// A stored record that nobody else needs: the origin keeps it, so that nothing is copied but what `M` holds.
    pub(crate) fn owned(&self, stored: Stored) -> Result<M, Error> {
        let origin = Origin::read(stored.record, stored.version);
        let shared = origin.clone();
        let record =
            shared.record().map_or(Cow::Owned(Record(Vec::new())), |record| shown(&self.model, record));
        Ok((self.read)(&self.model, &record, origin)?)
    }
}

impl<M: Model> Shape<M> {
    /// Of a generated type.
    pub(crate) fn typed(schema: &Schema) -> Result<Shape<M>, Error> {
        let model = schema.by_name(M::NAME).ok_or_else(|| Error::UnknownModel(M::NAME.to_owned()))?;
        Ok(Shape::new(Arc::clone(model), |_, record, origin| M::from_record(record, origin)))
    }
}

impl<M> Clone for Shape<M> {
    fn clone(&self) -> Shape<M> {
        Shape { model: Arc::clone(&self.model), read: self.read }
    }
}

impl<M> fmt::Debug for Shape<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shape").field(&self.model.name).finish()
    }
}
