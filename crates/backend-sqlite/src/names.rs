//! The names of tables, columns and indexes.
//!
//! Tables and columns are called as the models and fields, so that a person can query the file. SQLite does not tell
//! upper from lower case in them, and some names are its own or ours: a schema that clashes is refused by name.

use std::collections::HashMap;

use syncline_backend::BackendError;
use syncline_core::{Model, Schema};

/// The tables that every store has.
const TABLES: [&str; 4] = ["_meta", "_clock", "_changes", "_mutations"];

/// The columns that every model's table has after its fields.
pub(crate) const META_COLUMNS: [&str; 4] = ["_version", "_lastChangedAt", "_deleted", "_seq"];

/// `name` as an SQL identifier.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The name of the index that a sync of `model` goes by.
pub(crate) fn seq_index(model: &Model) -> String {
    format!("{}._seq", model.name)
}

/// The name of the index of the tombstones of `model`.
pub(crate) fn gone_index(model: &Model) -> String {
    format!("{}._gone", model.name)
}

/// The name of an `@index`. A dot is in no GraphQL name, so it clashes with no table.
pub(crate) fn index(model: &Model, name: &str) -> String {
    format!("{}.{name}", model.name)
}

/// The name of the index on the fields of a relation.
pub(crate) fn relation_index(model: &Model, fields: &[usize]) -> String {
    let names: Vec<&str> = fields.iter().map(|&field| model.fields[field].name.as_str()).collect();
    format!("{}.by.{}", model.name, names.join("."))
}

/// Refuses a schema that SQLite cannot hold under its own names.
///
/// # Errors
/// [`BackendError::Schema`] with the names that clash.
pub(crate) fn check(schema: &Schema) -> Result<(), BackendError> {
    let mut tables = Names::new(TABLES, "a table of the store's own");
    for model in schema.models() {
        if model.name.to_ascii_lowercase().starts_with("sqlite_") {
            let why = format!("the model {} has a name that SQLite keeps for itself; rename it", model.name);
            return Err(BackendError::Schema(why));
        }
        tables.add("the model", &model.name)?;
        let mut columns = Names::new(META_COLUMNS, "a column of the store's own");
        for field in &model.fields {
            columns.add(&format!("the field {}.", model.name), &field.name)?;
        }
        let mut indexes = Names::new(["_seq", "_gone"], "an index of the store's own");
        for index in &model.indexes {
            indexes.add(&format!("the index {}.", model.name), &index.name)?;
        }
    }
    Ok(())
}

/// Names in use, without their case.
struct Names(HashMap<String, String>);

impl Names {
    fn new<const N: usize>(own: [&str; N], what: &str) -> Names {
        Names(own.iter().map(|name| (name.to_ascii_lowercase(), format!("{what}, `{name}`"))).collect())
    }

    fn add(&mut self, what: &str, name: &str) -> Result<(), BackendError> {
        let shown = format!("{what}{}{name}", if what.ends_with('.') { "" } else { " " });
        match self.0.insert(name.to_ascii_lowercase(), shown.clone()) {
            None => Ok(()),
            Some(other) => Err(BackendError::Schema(format!(
                "{shown} cannot be told from {other}: this store does not tell upper from lower case; rename it"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A model with these fields, which the compiler might have refused.
    fn schema(name: &str, fields: &[&str]) -> Schema {
        let source = "type Note @model @auth(rules: [{ allow: public }]) { id: ID! a: Int }";
        let compiled = syncline_schema::compile(source, "notes.graphql").unwrap();
        let template = &compiled.models()[0];
        let mut all = vec![template.fields[0].clone()];
        all.extend(fields.iter().map(|field| {
            let mut copy = template.fields[1].clone();
            copy.name = (*field).to_owned();
            copy
        }));
        Schema::new(vec![Model::new(template.id, name, template.names.clone(), all, vec![0])], vec![])
            .unwrap()
    }

    #[test]
    fn names_that_clash_are_refused() {
        for (name, fields, clash) in [
            ("Note", &["text", "Text"][..], Some("Note.Text")),
            ("Note", &["_seq"], Some("Note._seq")),
            ("Note", &["_VERSION"], Some("Note._VERSION")),
            ("sqlite_note", &["text"], Some("sqlite_note")),
            ("_Changes", &["text"], Some("_Changes")),
            ("Note", &["text", "texts", "seq"], None),
        ] {
            let checked = check(&schema(name, fields));
            match (clash, checked) {
                (None, Ok(())) => {}
                (Some(clash), Err(BackendError::Schema(message))) => {
                    assert!(message.contains(clash) && message.contains("rename it"), "{message}");
                }
                (clash, checked) => panic!("expected {clash:?}, got {checked:?}"),
            }
        }
    }
}
