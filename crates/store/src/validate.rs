//! Checks before anything is written.

use crate::StoreError;
use crate::layout::Table;
use std::borrow::Cow;
use syncline_core::scalar::{canonical, check_field, is_held};
use syncline_core::{Field, Key, Record, Value};

/// Whether `key` can be a key of the model.
pub(crate) fn key(table: &Table, key: &Key) -> Result<(), StoreError> {
    let model = &table.model;
    if key.0.len() != model.key.len() {
        let reason = format!("the key has {} values and needs {}", key.0.len(), model.key.len());
        return Err(StoreError::InvalidRecord { place: model.name.clone(), reason });
    }
    model.key.iter().zip(&key.0).try_for_each(|(&field, value)| key_value(table, &model.fields[field], value))
}

fn key_value(table: &Table, field: &Field, value: &Value) -> Result<(), StoreError> {
    let wrong = |reason: &str| StoreError::InvalidRecord {
        place: format!("{}.{}", table.model.name, field.name),
        reason: reason.to_owned(),
    };
    match value {
        Value::Null => Err(wrong("a key field must not be null")),
        Value::Text(text) if text.is_empty() => Err(wrong("a key field must not be empty")),
        value if is_held(field, value) => Ok(()),
        _ => Err(wrong(&format!("the value is not of type {}", field.type_name()))),
    }
}

/// Checks a value that the application saves: its key, and each field that it changes from what was read.
///
/// Returns it in the form in which it is stored, with its key.
pub(crate) fn local<'r>(
    table: &Table,
    record: &'r Record,
    read_as: Option<&Record>,
) -> Result<(Cow<'r, Record>, Key), StoreError> {
    fits(table, record, read_as)?;
    let mut record = Cow::Borrowed(record);
    if !table.formed.is_empty() {
        make_canonical(table, record.to_mut());
    }
    let found = Key::of(&table.model, &record);
    key(table, &found)?;
    if read_as.is_some_and(|read_as| Key::of(&table.model, read_as) != found) {
        let reason = "its key is not the one it was read with; save it as a new record".to_owned();
        return Err(StoreError::InvalidRecord { place: table.model.name.clone(), reason });
    }
    Ok((record, found))
}

/// The same of a value that was not read.
pub(crate) fn new(table: &Table, mut record: Record) -> Result<(Record, Key), StoreError> {
    fits(table, &record, None)?;
    make_canonical(table, &mut record);
    let found = Key::of(&table.model, &record);
    key(table, &found)?;
    Ok((record, found))
}

/// Whether each field that is changed from what was read may hold its value.
fn fits(table: &Table, record: &Record, read_as: Option<&Record>) -> Result<(), StoreError> {
    let model = &table.model;
    for fields in [Some(record), read_as].into_iter().flatten() {
        if fields.0.len() != model.fields.len() {
            let reason = format!("the record has {} values and needs {}", fields.0.len(), model.fields.len());
            return Err(StoreError::InvalidRecord { place: model.name.clone(), reason });
        }
    }
    for (place, field) in model.fields.iter().enumerate() {
        let unchanged = read_as.is_some_and(|read_as| read_as[place] == record[place]);
        if field.read_only || (unchanged && !model.is_key(place)) {
            continue;
        }
        if record[place].is_unreadable() {
            let place = format!("{}.{}", model.name, field.name);
            let reason =
                "this value stands for one that the server does not show, and cannot be kept".to_owned();
            return Err(StoreError::InvalidRecord { place, reason });
        }
        check_field(field, &record[place]).map_err(|error| StoreError::InvalidRecord {
            place: format!("{}.{}", model.name, error.path),
            reason: error.problem.to_string(),
        })?;
    }
    Ok(())
}

/// Checks a record from the server: whether it can be stored at all. What its values are is the server's business.
pub(crate) fn remote(table: &Table, record: &mut Record) -> Result<Key, StoreError> {
    let model = &table.model;
    if record.0.len() != model.fields.len() {
        let reason = format!("the record has {} values and needs {}", record.0.len(), model.fields.len());
        return Err(StoreError::InvalidRecord { place: model.name.clone(), reason });
    }
    make_canonical(table, record);
    for (field, value) in model.fields.iter().zip(&record.0) {
        if !is_held(field, value) && !value.is_unreadable() {
            return Err(StoreError::InvalidRecord {
                place: format!("{}.{}", model.name, field.name),
                reason: format!("the server sent a value that is not of type {}", field.type_name()),
            });
        }
    }
    let found = Key::of(model, record);
    key(table, &found)?;
    Ok(found)
}

/// Values that have several forms get the one in which they are stored, so that a value is the same before and after.
fn make_canonical(table: &Table, record: &mut Record) {
    for &place in &table.formed {
        if record[place].is_unreadable() {
            continue;
        }
        let value = std::mem::take(&mut record[place]);
        record[place] = canonical(&table.model.fields[place], value);
    }
}
