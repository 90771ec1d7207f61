//! The tables of a new store, and the step from an older schema to this one.

use rusqlite::{Connection, TransactionBehavior};
use syncline_backend::BackendError;

use crate::error::fault;
use crate::meta;
use crate::table::Layout;

/// Makes all tables.
///
/// # Errors
/// A fault of the store.
pub(crate) fn install(conn: &mut Connection, layout: &Layout, epoch: &str) -> Result<(), BackendError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
    tx.execute_batch(meta::TABLES).map_err(fault)?;
    for table in &layout.tables {
        tx.execute_batch(&table.create()).map_err(fault)?;
        for (_, create) in table.indexes(&layout.schema) {
            tx.execute_batch(&create).map_err(fault)?;
        }
    }
    meta::set_entry(&tx, meta::SCHEMA, layout.schema.version()).map_err(fault)?;
    meta::set_entry(&tx, meta::EPOCH, epoch).map_err(fault)?;
    tx.commit().map_err(fault)
}

/// Brings the tables from the schema in the file to that of `layout`.
///
/// # Errors
/// [`BackendError::Schema`] if the step does more than add: then nothing is changed.
pub(crate) fn migrate(conn: &mut Connection, layout: &Layout) -> Result<(), BackendError> {
    let stored = meta::entry(conn, meta::SCHEMA).map_err(fault)?;
    if stored.as_deref() == Some(layout.schema.version()) {
        return Ok(());
    }
    Err(BackendError::Schema("the file was written with another schema".to_owned()))
}
