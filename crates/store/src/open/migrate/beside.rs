//! What the store's own tables say of records, the outbox aside.

use crate::StoreError;
use crate::codec::{read_conflict, read_record_json, write_conflict, write_record_json};
use rusqlite::{Connection, params};
use syncline_core::Key;
use syncline_core::migrate::{MigrationPlan, ModelPlan};
use syncline_core::record::Conflict;

/// The tables whose rows are about a model or a record of one.
const OF_RECORDS: [&str; 10] = [
    "_server",
    "_absence",
    "_held",
    "_unreadable",
    "_conflicts",
    "_seen",
    "_quarantine",
    "_restored",
    "_filled",
    "_sync",
];

/// Brings over what is said of records, and has models fetched anew of which something is not here.
pub(super) fn bring(conn: &Connection, plan: &MigrationPlan) -> Result<(), StoreError> {
    for model in &plan.dropped {
        forget(conn, &model.name)?;
    }
    for model in &plan.models {
        if model.key_changed {
            forget(conn, &model.old.name)?;
        }
        if model.rewrites() {
            records(conn, "_server", "record", model)?;
            records(conn, "_held", "base", model)?;
            conflicts(conn, model)?;
        }
        if model.refill {
            refill(conn, model)?;
        }
    }
    let renamed = plan.models.iter().filter(|model| model.is_renamed());
    let names: Vec<_> = renamed.map(|model| (model.old.name.as_str(), model.new.name.as_str())).collect();
    for table in OF_RECORDS.into_iter().chain(["_outbox", "_parent"]) {
        rename(conn, table, &names)?;
    }
    for model in &plan.dropped {
        conn.execute("DELETE FROM _parent WHERE model = ?1", [&model.name])?;
    }
    Ok(())
}

fn forget(conn: &Connection, model: &str) -> Result<(), StoreError> {
    for table in OF_RECORDS {
        conn.execute(&format!("DELETE FROM {table} WHERE model = ?1"), [model])?;
    }
    Ok(())
}

/// Begins the sync of a model anew; it takes its records again at the versions that it has.
fn refill(conn: &Connection, plan: &ModelPlan) -> Result<(), StoreError> {
    let model = plan.old.name.as_str();
    // A frame may have brought rows before the first sync began.
    conn.execute("INSERT OR IGNORE INTO _sync (model) VALUES (?1)", [model])?;
    let read = "SELECT refill, new_fields FROM _sync WHERE model = ?1";
    let (refilling, known): (bool, Option<String>) =
        conn.query_row(read, [model], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let fields = match (refilling, known) {
        // Those of the migration before this one are not known yet either.
        (true, Some(known)) => {
            let known: Vec<String> = serde_json::from_str(&known)
                .map_err(|_| StoreError::damaged("the sync state", "a list of fields cannot be read"))?;
            let renamed = known.iter().filter_map(|name| plan.renamed_field(name));
            Some(plan.unknown_fields().chain(renamed).collect())
        }
        (true, None) => None,
        (false, _) => Some(plan.unknown_fields().collect::<Vec<&str>>()),
    };
    let fields = fields.map(|fields| serde_json::Value::from(fields).to_string());
    conn.execute(
        "UPDATE _sync SET refill = 1, new_fields = ?2, last_sync = NULL, token = NULL, started_at = NULL, base = NULL, \
         progress_expression = NULL, prune = 0, received = 0 WHERE model = ?1",
        params![model, fields],
    )?;
    for table in ["_seen", "_filled"] {
        conn.execute(&format!("DELETE FROM {table} WHERE model = ?1"), [model])?;
    }
    Ok(())
}

/// Gives models other names. By way of names that no model has, so that names may change hands.
fn rename(conn: &Connection, table: &str, names: &[(&str, &str)]) -> Result<(), StoreError> {
    for (from, to) in names {
        conn.execute(&format!("UPDATE {table} SET model = '>' || ?2 WHERE model = ?1"), [from, to])?;
    }
    if !names.is_empty() {
        conn.execute(&format!("UPDATE {table} SET model = substr(model, 2) WHERE model GLOB '>*'"), [])?;
    }
    Ok(())
}

/// Whole records as JSON.
fn records(conn: &Connection, table: &str, column: &str, plan: &ModelPlan) -> Result<(), StoreError> {
    let mut read = conn
        .prepare(&format!("SELECT key, {column} FROM {table} WHERE model = ?1 AND {column} IS NOT NULL"))?;
    let rows = read.query_map([&plan.old.name], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
    let mut write =
        conn.prepare(&format!("UPDATE {table} SET {column} = ?3 WHERE model = ?1 AND key = ?2"))?;
    for (key, text) in rows {
        let record = plan.record(&read_record_json(&plan.old, &text)?);
        write.execute(params![plan.old.name, key, write_record_json(&plan.new, &record)])?;
    }
    Ok(())
}

/// The log of conflicts.
fn conflicts(conn: &Connection, plan: &ModelPlan) -> Result<(), StoreError> {
    let mut read = conn.prepare("SELECT seq, mutation, conflict FROM _conflicts WHERE model = ?1")?;
    let rows = read.query_map([&plan.old.name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let rows: Vec<(i64, String, String)> = rows.collect::<Result<_, _>>()?;
    for (seq, mutation, text) in rows {
        // The key is none of its content.
        let conflict = read_conflict(&plan.old, Key(Vec::new()), mutation, &text)?;
        let kind = plan.conflict(&conflict.kind);
        let text = write_conflict(&plan.new, &Conflict { kind, ..conflict });
        conn.execute("UPDATE _conflicts SET conflict = ?2 WHERE seq = ?1", params![seq, text])?;
    }
    Ok(())
}
