//! Whether values fit the model they are meant for: checked before a driver sees them, so that no driver's own idea of
//! a conversion decides.

use crate::{BackendError, Mutation, Rejection};
use syncline_core::scalar::is_held;
use syncline_core::{Key, Model, Record, Value};

/// Whether `key` has a value of the right kind for each key field of `model`.
#[must_use]
pub fn key_fits(model: &Model, key: &Key) -> bool {
    key.0.len() == model.key.len() && values_fit(model, &model.key, &key.0)
}

/// Whether `values` are values of `fields`, none of them null; fewer values than fields are allowed.
pub(crate) fn values_fit(model: &Model, fields: &[usize], values: &[Value]) -> bool {
    values.len() <= fields.len()
        && fields.iter().zip(values).all(|(&field, value)| {
            !value.is_null() && model.fields.get(field).is_some_and(|field| is_held(field, value))
        })
}

/// Checks a mutation's key before anything is read.
///
/// # Errors
/// [`Rejection::Invalid`], if the key is not one of the model's.
pub fn check_key(model: &Model, mutation: &Mutation) -> Result<(), Rejection> {
    if key_fits(model, &mutation.key) {
        Ok(())
    } else {
        Err(Rejection::Invalid(format!("`{}` is not a key of {}", mutation.key, model.name)))
    }
}

/// Checks a record that a decision wants to write.
///
/// # Errors
/// [`Rejection::Invalid`], if the record has another shape than its model or another key than the mutation.
pub fn check_record(model: &Model, key: &Key, record: &Record) -> Result<(), Rejection> {
    if record.0.len() != model.fields.len() {
        let (has, wants) = (record.0.len(), model.fields.len());
        return Err(Rejection::Invalid(format!("{} has {wants} fields, the record has {has}", model.name)));
    }
    let misfit = model.fields.iter().zip(&record.0).find(|(field, value)| !is_held(field, value));
    if let Some((field, _)) = misfit {
        let (model, ty) = (&model.name, field.type_name());
        return Err(Rejection::Invalid(format!("the value of {model}.{} is not held as {ty}", field.name)));
    }
    if Key::of(model, record) != *key {
        return Err(Rejection::Invalid(format!("the record's key is not `{key}`; a key cannot change")));
    }
    Ok(())
}

/// What a driver answers to a request that does not fit its schema.
pub(crate) fn misfit(model: &Model, what: &str) -> BackendError {
    BackendError::Misfit(format!("{}: {what}", model.name))
}
