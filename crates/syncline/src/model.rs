//! Typed models: a thin layer over records, written by [`schema!`](crate::schema) for each model of a schema.

use std::fmt;
use std::sync::Arc;
use syncline_core::Record;

pub use crate::id::new_id;

/// A model of the schema as a Rust type. Generated code implements it.
pub trait Model: Clone + Send + Sync + 'static {
    /// The model's name in the schema.
    const NAME: &'static str;

    /// The values in the order of the model's fields.
    fn to_record(&self) -> Record;

    /// The model from a record of its fields, with where it was read.
    ///
    /// # Errors
    /// If a value is missing or of another type, which is so if the schema of the record is not the model's.
    fn from_record(record: &Record, origin: Origin) -> Result<Self, ModelError>;

    /// Where it was read.
    fn origin(&self) -> &Origin;

    /// Says where it was read.
    fn set_origin(&mut self, origin: Origin);
}

/// Where a model was read: the record as it was, and its version.
///
/// A save sends what differs from here, not what differs from the row that is in the store by then; so a change of
/// another field that arrived in between stays. A model that the application made has none, and its save creates.
///
/// It is no part of the model's value: any two are equal, and none is serialized or shown.
#[derive(Clone, Default)]
pub struct Origin(Option<Arc<Read>>);

struct Read {
    record: Record,
    version: Option<i64>,
}

impl Origin {
    /// Of a model that was not read.
    #[must_use]
    pub fn none() -> Origin {
        Origin(None)
    }

    /// Of a model read as `record`. `version` is its `_version`; none if the server has not answered yet.
    #[must_use]
    pub fn read(record: Record, version: Option<i64>) -> Origin {
        Origin(Some(Arc::new(Read { record, version })))
    }

    /// The record as it was read.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        self.0.as_ref().map(|read| &read.record)
    }

    /// Its `_version` then.
    #[must_use]
    pub fn version(&self) -> Option<i64> {
        self.0.as_ref().and_then(|read| read.version)
    }
}

impl PartialEq for Origin {
    /// Always: two models are equal if their fields are.
    fn eq(&self, _: &Origin) -> bool {
        true
    }
}

impl Eq for Origin {}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Origin")
    }
}

/// A record that does not fit a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{model}.{field} {problem}; is the store open with the schema that the models were made from?")]
pub struct ModelError {
    /// The model.
    pub model: &'static str,
    /// The field.
    pub field: &'static str,
    /// What is wrong with its value.
    pub problem: ModelProblem,
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelProblem {
    /// The record has no such field, or null where the model has no null.
    #[error("has no value")]
    Missing,
    /// A value of another type.
    #[error("has a value of another type")]
    Type,
}

/// What generated code needs and nobody else.
#[doc(hidden)]
pub mod private {
    use super::{ModelError, ModelProblem};
    pub use serde;
    use std::sync::{Arc, OnceLock};
    use syncline_core::predicate::FieldValue;
    use syncline_core::{Record, Schema, Value};

    /// The value of the field at `place`.
    ///
    /// # Errors
    /// If there is none, or it is of another type.
    pub fn field<T: FieldValue>(
        record: &Record,
        place: usize,
        model: &'static str,
        field: &'static str,
    ) -> Result<T, ModelError> {
        let value = record.0.get(place).unwrap_or(&Value::Null);
        T::from_value(value).ok_or(ModelError {
            model,
            field,
            problem: if value.is_null() { ModelProblem::Missing } else { ModelProblem::Type },
        })
    }

    /// The stored value of a field.
    pub fn value<T: FieldValue + Clone>(field: &T) -> Value {
        field.clone().into_value()
    }

    /// The schema in `json`, read once.
    ///
    /// # Panics
    /// If the text is not what the generator wrote.
    pub fn schema(json: &str, once: &OnceLock<Arc<Schema>>) -> Arc<Schema> {
        let read = || match Schema::from_json(json) {
            Ok(schema) => Arc::new(schema),
            Err(error) => panic!("generated code was changed by hand: {error}"),
        };
        Arc::clone(once.get_or_init(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_core::Value;

    #[test]
    fn an_origin_is_no_part_of_the_value() {
        let read = Origin::read(Record(vec![Value::from("a")]), Some(3));
        assert_eq!(read, Origin::none());
        assert_eq!(format!("{read:?}"), "Origin");
        assert_eq!((read.version(), read.record()), (Some(3), Some(&Record(vec![Value::from("a")]))));
        assert_eq!((Origin::default().version(), Origin::default().record()), (None, None));
    }

    #[test]
    fn a_value_that_does_not_fit_is_named() {
        let record = Record(vec![Value::Null, Value::Int(1)]);
        for (place, shown) in [(0, "has no value"), (1, "has a value of another type"), (7, "has no value")] {
            let error = private::field::<String>(&record, place, "Post", "title").unwrap_err();
            assert!(error.to_string().starts_with(&format!("Post.title {shown}; ")), "{error}");
        }
        assert_eq!(private::field::<Option<String>>(&record, 0, "Post", "title"), Ok(None));
    }
}
