//! What generated code needs and nobody else.

use super::relation;
use super::{Model, ModelError, Source};
use crate::Error;
pub use serde;
use std::sync::{Arc, LazyLock, OnceLock};
use syncline_core::predicate::{FieldValue, Misfit};
use syncline_core::value::Object;
use syncline_core::{Record, Schema, Value};

/// The value of the field at `place`.
///
/// # Errors
/// If there is none, or it is of another type.
pub fn field<T: FieldValue>(
    record: &Record,
    place: usize,
    model: &str,
    field: &str,
) -> Result<T, ModelError> {
    let value = record.0.get(place).unwrap_or(&Value::Null);
    T::read(value).map_err(|misfit| ModelError::of(model, field, &misfit))
}

/// The stored value of a field.
pub fn value<T: FieldValue + Clone>(field: &T) -> Value {
    field.clone().into_value()
}

/// The names of a custom type's fields, made once.
pub type PartNames<const COUNT: usize> = LazyLock<[Arc<str>; COUNT]>;

/// Names to share.
pub fn names<const COUNT: usize>(names: [&str; COUNT]) -> [Arc<str>; COUNT] {
    names.map(Arc::from)
}

/// A value of a custom type.
pub fn object<const COUNT: usize>(names: &PartNames<COUNT>, values: [Value; COUNT]) -> Value {
    Value::Object(Object(names.iter().map(Arc::clone).zip(values).collect()))
}

/// The fields of a value of a custom type.
///
/// # Errors
/// If it is none.
pub fn parts(value: &Value) -> Result<&Object, Misfit> {
    match value {
        Value::Object(object) => Ok(object),
        other => Err(Misfit::of(other)),
    }
}

/// The field called `name`, which lies at `place` where the value has its canonical form.
///
/// # Errors
/// If there is none, or it is of another type.
pub fn part<T: FieldValue>(object: &Object, place: usize, name: &str) -> Result<T, Misfit> {
    let there = object.0.get(place).filter(|(known, _)| **known == *name).map(|(_, value)| value);
    let value = there.or_else(|| object.get(name)).unwrap_or(&Value::Null);
    T::read(value).map_err(|misfit| misfit.in_part(name))
}

/// A default of the schema that is held as text; the compiler of the schema has checked it.
///
/// # Panics
/// If `T` is not held as text, which generated code never says.
#[must_use]
pub fn text<T: FieldValue>(text: &str) -> T {
    match T::from_value(&Value::from(text)) {
        Some(value) => value,
        None => panic!("generated code was changed by hand: {text} is no default"),
    }
}

/// The record that these values of another one lead to.
///
/// # Errors
/// If the source cannot be read, or the stored record does not fit the model.
pub async fn one<S: Source, M: Model>(source: &S, key: Vec<Value>) -> Result<Option<M>, Error> {
    match relation::key(key) {
        Some(key) => source.find(key).await,
        None => Ok(None),
    }
}

/// The records whose fields of these names have these values.
pub fn many<S: Source, M: Model, const COUNT: usize>(
    source: &S,
    pairs: [(&str, Value); COUNT],
) -> S::Query<M> {
    source.select(relation::filter(pairs))
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

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_core::predicate::MisfitProblem;

    #[test]
    fn a_value_that_does_not_fit_is_named() {
        let address = |parts: &[(&str, Value)]| {
            Value::Object(Object(parts.iter().map(|(name, value)| ((*name).into(), value.clone())).collect()))
        };
        let record = Record(vec![
            Value::Null,
            Value::Int(1),
            Value::List(vec!["a".into(), Value::Null]),
            address(&[("zip", Value::Int(1)), ("street", Value::Null)]),
        ]);
        let (missing, other) = (MisfitProblem::Missing, MisfitProblem::Type);
        for (found, place, problem) in [
            (field::<String>(&record, 0, "Post", "f").map(drop), "Post.f", missing),
            (field::<String>(&record, 1, "Post", "f").map(drop), "Post.f", other),
            (field::<String>(&record, 7, "Post", "f").map(drop), "Post.f", missing),
            (field::<Vec<String>>(&record, 2, "Post", "f").map(drop), "Post.f[1]", missing),
            (field::<Vec<i32>>(&record, 2, "Post", "f").map(drop), "Post.f[0]", other),
            (field::<Vec<i32>>(&record, 3, "Post", "f").map(drop), "Post.f", other),
        ] {
            let error = found.unwrap_err();
            assert_eq!((error.place.as_str(), error.problem), (place, problem));
            assert!(error.to_string().starts_with(&format!("{place} {problem}; ")), "{error}");
        }
        assert_eq!(field::<Option<String>>(&record, 0, "Post", "title"), Ok(None));
        let object = parts(&record[3]).unwrap();
        assert_eq!(part::<i32>(object, 1, "zip"), Ok(1), "found by its name where it lies elsewhere");
        assert_eq!(part::<String>(object, 1, "street").unwrap_err().path, ".street");
        assert_eq!(part::<Option<i32>>(object, 5, "none"), Ok(None));
        assert!(parts(&record[1]).is_err());
    }
}
