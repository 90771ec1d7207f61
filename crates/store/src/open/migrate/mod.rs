//! Bringing a file to this format and to the schema of the application, in one transaction (SYNC 1.13).
//!
//! | module | brings over |
//! |---|---|
//! | `tables` | the rows of the models |
//! | `beside` | what the store's own tables say of records: the server's records, absences, conflicts, cursors |
//! | `pending` | the outbox |

mod beside;
mod pending;
mod tables;

use super::create::remember_schema;
use super::inspect::Plan;
use super::upgrade::upgrade;
use crate::layout::Tables;
use crate::tx::try_again;
use crate::{StoreError, outbox};
use rusqlite::{Connection, params};

/// Does what the plan says, or nothing.
pub(super) fn migrate(conn: &Connection, tables: &Tables, plan: &Plan) -> Result<(), StoreError> {
    // Nobody reads beside it yet, so that what outgrows the cache may lie in the log.
    conn.pragma_update(None, "cache_spill", true)?;
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let done = steps(conn, tables, plan).and_then(|()| Ok(conn.execute_batch("COMMIT")?));
    if done.is_err() && !conn.is_autocommit() {
        conn.execute_batch("ROLLBACK")?;
    }
    conn.flush_prepared_statement_cache();
    conn.pragma_update(None, "cache_spill", false)?;
    done
}

fn steps(conn: &Connection, tables: &Tables, plan: &Plan) -> Result<(), StoreError> {
    let upgraded = upgrade(conn)?;
    let old = Tables::new(plan.old.clone());
    tables::bring(conn, &old, tables, &plan.migration)?;
    beside::bring(conn, &plan.migration)?;
    let touched = pending::bring(conn, &old, tables, plan)?;
    pending::show(conn, tables, touched)?;
    if upgraded || !plan.migration.steps.is_empty() {
        outbox::rebuild(conn, tables)?;
    }
    let spoken = "SELECT 1 FROM _outbox WHERE original IS NOT NULL AND schema_version = ?1";
    if plan.old.version() != tables.schema.version() {
        try_again(conn)?;
        let sql = format!("INSERT OR REPLACE INTO _schemas SELECT ?1, ?2 WHERE EXISTS ({spoken})");
        conn.execute(&sql, params![plan.old.version(), plan.old.to_json()])?;
    }
    conn.execute(
        "DELETE FROM _schemas WHERE version NOT IN (SELECT schema_version FROM _outbox WHERE original IS NOT NULL)",
        [],
    )?;
    remember_schema(conn, tables)
}
