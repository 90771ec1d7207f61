//! Names. A table is named as its model and a column as its field, so that a person can read the file.

use crate::StoreError;
use std::collections::HashMap;
use syncline_core::{Model, Schema};

/// `name` as an SQL identifier.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Whether the names can be told apart: SQLite compares them without regard to case, GraphQL does not, and names that
/// begin with an underscore are the store's own.
pub(crate) fn check(schema: &Schema) -> Result<(), StoreError> {
    distinct("models", schema.models().iter().map(|model| model.name.as_str()))?;
    for model in schema.models() {
        if model.name.to_ascii_lowercase().starts_with("sqlite_") {
            return Err(unsupported(format!(
                "the name of model {} belongs to SQLite; rename it",
                model.name
            )));
        }
        distinct(&format!("fields of {}", model.name), model.fields.iter().map(|field| field.name.as_str()))?;
        check_key(model)?;
    }
    Ok(())
}

fn distinct<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<(), StoreError> {
    let mut known = HashMap::new();
    for name in names {
        if name.starts_with('_') {
            return Err(unsupported(format!("{what}: {name} begins with an underscore; rename it")));
        }
        if let Some(other) = known.insert(name.to_ascii_lowercase(), name) {
            return Err(unsupported(format!("{what}: {other} and {name} differ only in case; rename one")));
        }
    }
    Ok(())
}

fn check_key(model: &Model) -> Result<(), StoreError> {
    match model.key.iter().find(|&&field| model.fields[field].is_list()) {
        Some(&field) => Err(unsupported(format!(
            "{}.{} is a list and cannot be part of a key",
            model.name, model.fields[field].name
        ))),
        None => Ok(()),
    }
}

fn unsupported(reason: String) -> StoreError {
    StoreError::UnsupportedSchema(reason)
}
