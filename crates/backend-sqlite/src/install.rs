//! The tables of a new store, and the step from an older schema to this one.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use syncline_backend::BackendError;
use syncline_core::Schema;
use syncline_core::model::diff;

use crate::error::fault;
use crate::file::FORMAT;
use crate::meta;
use crate::table::Layout;

/// Makes all tables.
///
/// # Errors
/// A fault of the store.
pub(crate) fn install(conn: &mut Connection, layout: &Layout, epoch: &str) -> Result<(), BackendError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
    tx.execute_batch(meta::TABLES).map_err(fault)?;
    meta::set_entry(&tx, meta::EPOCH, epoch).map_err(fault)?;
    add(&tx, None, layout).map_err(fault)?;
    tx.commit().map_err(fault)
}

/// Brings the tables from the schema in the file to that of `layout`.
///
/// # Errors
/// [`BackendError::Schema`] if the step does more than add: then nothing is changed. [`BackendError::Unusable`] if the
/// tables are not those of the schema in the file.
pub(crate) fn migrate(conn: &mut Connection, layout: &Layout) -> Result<(), BackendError> {
    let (stored, old) = stored_schema(conn)?;
    let old = Layout::new(old);
    for table in &old.tables {
        // A statement that names every column, without running it.
        conn.prepare(&table.select(None)).map_err(|error| match fault(error) {
            BackendError::Transient(message) => damaged(&message),
            other => other,
        })?;
    }
    let refused: Vec<String> = diff(&old.schema, &layout.schema)
        .iter()
        .filter(|change| !change.is_additive())
        .map(ToString::to_string)
        .collect();
    if !refused.is_empty() {
        return Err(BackendError::Schema(format!(
            "{}; only additions can be made to a store that holds data: take the change back, or begin with a new file",
            refused.join("; ")
        )));
    }
    if stored == layout.schema.to_json() {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
    add(&tx, Some(&old.schema), layout).map_err(fault)?;
    tx.commit().map_err(fault)
}

fn damaged(what: &str) -> BackendError {
    BackendError::Unusable(format!(
        "the file is damaged: {what}; restore it from a backup, or move it away to start with an empty store"
    ))
}

/// Brings a file of format 1, which had an index on the stamps of the log and none on tombstones, to the present one.
///
/// # Errors
/// A fault of the store.
pub(crate) fn upgrade(conn: &mut Connection) -> Result<(), BackendError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
    let sql = r#"DROP INDEX IF EXISTS "_changes.stamp";
        ALTER TABLE "_clock" ADD COLUMN "log_from" INTEGER NOT NULL DEFAULT 0;"#;
    tx.execute_batch(sql).map_err(fault)?;
    let schema = stored_schema(&tx)?.1;
    add(&tx, Some(&schema), &Layout::new(schema.clone())).map_err(fault)?;
    tx.pragma_update(None, "user_version", FORMAT).map_err(fault)?;
    tx.commit().map_err(fault)
}

/// The schema in the file, as text and as it is.
fn stored_schema(conn: &Connection) -> Result<(String, Arc<Schema>), BackendError> {
    let stored = meta::entry(conn, meta::SCHEMA).map_err(fault)?;
    let stored = stored.ok_or_else(|| damaged("it names no schema"))?;
    let schema = Schema::from_json(&stored).map_err(|error| damaged(&error.to_string()))?;
    Ok((stored, Arc::new(schema)))
}

/// Makes what `layout` has and `old` has not.
fn add(tx: &Transaction<'_>, old: Option<&Schema>, layout: &Layout) -> rusqlite::Result<()> {
    let indexes: HashSet<String> = tx
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'index'")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for table in &layout.tables {
        match old.and_then(|old| old.by_name(&table.model.name)) {
            None => tx.execute_batch(&table.create())?,
            Some(before) => {
                let fields = table.model.fields.iter().enumerate();
                for (place, _) in fields.filter(|(_, field)| before.field(&field.name).is_none()) {
                    tx.execute_batch(&table.add_column(place))?;
                }
            }
        }
        for (name, create) in table.indexes() {
            if !indexes.contains(&name) {
                tx.execute_batch(&create)?;
            }
        }
    }
    meta::set_entry(tx, meta::SCHEMA, &layout.schema.to_json())
}
