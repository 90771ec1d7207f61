//! Bringing a file to a schema that adds to its own.

use super::create::remember_schema;
use super::inspect::Plan;
use crate::StoreError;
use crate::layout::{Tables, add_column, create_indexes, create_table};
use rusqlite::{Connection, params};

/// Adds the tables, columns and indexes that the file does not have, in one transaction. A model that gets new fields
/// is synced anew, and then takes its records again at the versions it has.
pub(super) fn migrate(conn: &Connection, tables: &Tables, plan: &Plan) -> Result<(), StoreError> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    match steps(conn, tables, plan) {
        Ok(()) => Ok(conn.execute_batch("COMMIT")?),
        Err(error) => {
            conn.execute_batch("ROLLBACK")?;
            Err(error)
        }
    }
}

fn steps(conn: &Connection, tables: &Tables, plan: &Plan) -> Result<(), StoreError> {
    for table in tables.all() {
        let model = &table.model;
        match plan.old.by_name(&model.name) {
            None => conn.execute_batch(&create_table(table))?,
            Some(old) => {
                let new = model.fields.iter().filter(|field| old.field(&field.name).is_none());
                let mut grown = false;
                for field in new {
                    conn.execute_batch(&add_column(table, field))?;
                    grown = true;
                }
                if grown {
                    conn.execute(
                        "UPDATE _sync SET refill = 1, last_sync = NULL, token = NULL, started_at = NULL, base = NULL, \
                         progress_expression = NULL, prune = 0 WHERE model = ?1",
                        params![model.name],
                    )?;
                }
            }
        }
        for index in create_indexes(table) {
            conn.execute_batch(&index)?;
        }
    }
    remember_schema(conn, tables)
}
