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

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_core::model::{FieldKind, FieldSource, ListKind, Names};
    use syncline_core::{Field, ModelId, Scalar};

    fn model(place: usize, name: &str, fields: &[&str]) -> Model {
        let field = |name: &&str| Field {
            name: name.trim_matches(['[', ']']).to_owned(),
            kind: FieldKind::Scalar(Scalar::Id),
            required: true,
            list: name.starts_with('[').then_some(ListKind { item_required: true }),
            source: FieldSource::Declared,
            read_only: false,
            default: None,
            merge: None,
        };
        Model::new(ModelId(place), name, Names::new(name, name), fields.iter().map(field).collect(), vec![0])
    }

    #[test]
    fn names_can_be_told_apart() {
        for (models, expected) in [
            (vec![model(0, "Note", &["id", "text"]), model(1, "Order", &["id", "group"])], ""),
            (
                vec![model(0, "Note", &["id", "text", "Text"])],
                "fields of Note: text and Text differ only in case",
            ),
            (
                vec![model(0, "Note", &["id"]), model(1, "NOTE", &["id"])],
                "models: Note and NOTE differ only in case",
            ),
            (vec![model(0, "_outbox", &["id"])], "models: _outbox begins with an underscore"),
            (
                vec![model(0, "Note", &["id", "_version"])],
                "fields of Note: _version begins with an underscore",
            ),
            (vec![model(0, "Sqlite_Note", &["id"])], "the name of model Sqlite_Note belongs to SQLite"),
            (vec![model(0, "Note", &["[id]"])], "Note.id is a list and cannot be part of a key"),
        ] {
            let checked = check(&Schema::new(models, Vec::new()).unwrap());
            let found = checked.err().map_or(String::new(), |error| error.to_string());
            assert!(if expected.is_empty() { found.is_empty() } else { found.contains(expected) }, "{found}");
        }
    }
}
