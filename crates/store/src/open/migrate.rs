//! Bringing a file to this format, and to a schema that adds to its own.

use super::create::remember_schema;
use super::inspect::Plan;
use super::upgrade::upgrade;
use crate::StoreError;
use crate::layout::{Tables, add_column, create_indexes, create_table};
use rusqlite::{Connection, params};
use syncline_core::Field;
use syncline_core::model::{Change, diff};

/// Adds the tables, columns and indexes that the file does not have, in one transaction. A model that gets new fields,
/// in itself or in a custom type that it holds, is synced anew, and then takes its records again at the versions it has.
pub(super) fn migrate(conn: &Connection, tables: &Tables, plan: &Plan) -> Result<(), StoreError> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    match upgrade(conn).and_then(|()| steps(conn, tables, plan)) {
        Ok(()) => Ok(conn.execute_batch("COMMIT")?),
        Err(error) => {
            conn.execute_batch("ROLLBACK")?;
            Err(error)
        }
    }
}

fn steps(conn: &Connection, tables: &Tables, plan: &Plan) -> Result<(), StoreError> {
    let changes = diff(&plan.old, &tables.schema);
    let customs: Vec<&str> = changes.iter().filter_map(custom).collect();
    for table in tables.all() {
        let model = &table.model;
        match plan.old.by_name(&model.name) {
            None => conn.execute_batch(&create_table(table))?,
            Some(old) => {
                let new = model.fields.iter().filter(|field| old.field(&field.name).is_none());
                let mut grown = model.fields.iter().any(|field| holds(field, &customs));
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

/// The custom type that the change is about.
fn custom(change: &Change) -> Option<&str> {
    match change {
        Change::CustomChanged { name, .. } => Some(name),
        _ => None,
    }
}

/// Whether one of these custom types is in the field, at any depth. Types do not contain themselves.
fn holds(field: &Field, customs: &[&str]) -> bool {
    field.kind.custom().is_some_and(|ty| {
        customs.contains(&ty.name.as_str()) || ty.fields.iter().any(|inner| holds(inner, customs))
    })
}
