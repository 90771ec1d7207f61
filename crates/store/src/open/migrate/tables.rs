//! The tables of the models.

use crate::StoreError;
use crate::codec::read_record;
use crate::layout::{Table, Tables, add_column, create_indexes, create_table};
use crate::sql::{bind_own, bind_record, read_own};
use rusqlite::Connection;
use syncline_core::migrate::{MigrationPlan, ModelPlan};

/// Makes, changes and removes tables until they are those of the new schema.
///
/// A table that only gets columns is left where it is. Any other is moved away first, all of them before any new one is
/// made, so that names may change hands; then its rows are written into the new one.
pub(super) fn bring(
    conn: &Connection,
    old: &Tables,
    new: &Tables,
    plan: &MigrationPlan,
) -> Result<(), StoreError> {
    for model in &plan.dropped {
        conn.execute_batch(&format!("DROP TABLE {}", old.get(model.id)?.name))?;
    }
    for model in plan.models.iter() {
        drop_indexes(conn, old.get(model.old.id)?, new.get(model.new.id)?)?;
        if model.moves() {
            let name = &old.get(model.old.id)?.name;
            conn.execute_batch(&format!("ALTER TABLE {name} RENAME TO {}", away(model)))?;
        }
    }
    for model in &plan.added {
        conn.execute_batch(&create_table(new.get(model.id)?))?;
    }
    for model in &plan.models {
        let table = new.get(model.new.id)?;
        if model.rewrites() {
            conn.execute_batch(&create_table(table))?;
            if !model.key_changed {
                copy(conn, old.get(model.old.id)?, table, model)?;
            }
            conn.execute_batch(&format!("DROP TABLE {}", away(model)))?;
            continue;
        }
        if model.is_renamed() {
            conn.execute_batch(&format!("ALTER TABLE {} RENAME TO {}", away(model), table.name))?;
        }
        for (field, how) in model.new.fields.iter().zip(&model.fields) {
            if how.from.is_none() {
                conn.execute_batch(&add_column(table, field))?;
            }
        }
    }
    for table in new.all() {
        for index in create_indexes(table) {
            conn.execute_batch(&index)?;
        }
    }
    Ok(())
}

/// Where a table waits. No model's name begins with an underscore.
fn away(plan: &ModelPlan) -> String {
    format!("\"_was {}\"", plan.new.id.0)
}

/// Removes the indexes that the new table does not have, or has under another name.
fn drop_indexes(conn: &Connection, old: &Table, new: &Table) -> Result<(), StoreError> {
    let wanted = create_indexes(new);
    let mut statement = conn.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL",
    )?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let there = statement.query_map([&old.model.name], read)?.collect::<Result<Vec<_>, _>>()?;
    for (name, sql) in there {
        // SQLite keeps the statement without `IF NOT EXISTS`.
        let is_wanted = wanted.iter().any(|other| other.replacen("IF NOT EXISTS ", "", 1) == sql);
        if !is_wanted || old.name != new.name {
            conn.execute_batch(&format!("DROP INDEX \"{}\"", name.replace('"', "\"\"")))?;
        }
    }
    Ok(())
}

/// Writes the rows of the table that was moved away into the new one.
fn copy(conn: &Connection, old: &Table, new: &Table, plan: &ModelPlan) -> Result<(), StoreError> {
    let columns = old.columns.join(", ");
    let mut read = conn.prepare(&format!(
        "SELECT {columns}, _version, _lastChangedAt, _ownFrom, _ownTo FROM {}",
        away(plan)
    ))?;
    let mut write = conn.prepare(&new.insert)?;
    let count = old.columns.len();
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let record = plan.record(&read_record(&old.model, row)?);
        let place = bind_record(&mut write, &record, row.get(count)?, row.get(count + 1)?)?;
        bind_own(&mut write, place, read_own(row, count + 2)?)?;
        write.raw_execute()?;
    }
    Ok(())
}
