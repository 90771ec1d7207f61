//! The outbox.

use crate::StoreError;
use crate::codec::{read_record_json, write_condition, write_patch};
use crate::layout::{Table, Tables};
use crate::local::{self, read_key};
use crate::open::inspect::Plan;
use crate::outbox::{COLUMNS, read_entry};
use crate::sql::{bind_key, bind_own, bind_record, read_own};
use rusqlite::{Connection, params};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use syncline_core::Key;
use syncline_core::migrate::{ModelPlan, MovedEntry};
use syncline_core::record::{Entry, EntryState, fold};

/// The records, by model and key, of which something else may be shown than their rows say.
type Records = BTreeSet<(String, String)>;

/// Brings every entry over: of those that were not sent, values, bases and conditions; those that were keep what was
/// sent beside it. What cannot be brought over is parked, with its old content, and so is what is left of its
/// transaction.
pub(super) fn bring(
    conn: &Connection,
    old: &Tables,
    new: &Tables,
    plan: &Plan,
) -> Result<Records, StoreError> {
    let mut touched = Records::new();
    let mut broken = BTreeSet::new();
    for model in &plan.migration.dropped {
        broken.extend(discard(conn, &model.name)?);
    }
    for model in plan.migration.models.iter().filter(|model| model.moves()) {
        if model.key_changed {
            broken.extend(discard(conn, &model.new.name)?);
            continue;
        }
        let table = old.get(model.old.id)?;
        // It has its new name already.
        for (entry, text, original) in entries(conn, table, &model.new.name)? {
            let moved = model.entry(&entry, &plan.discards);
            let record = || (model.new.name.clone(), entry.key.to_text());
            if moved.is_empty(entry.op) && !entry.patch.is_empty() && entry.state != EntryState::Sent {
                conn.execute("DELETE FROM _outbox WHERE seq = ?1", [entry.seq])?;
                touched.insert(record());
                broken.extend(entry.group);
                continue;
            }
            let parks = !moved.problems.is_empty() && entry.state != EntryState::Sent;
            let kept = match original.and_then(|text| still(&entry, &moved, &text)) {
                // It speaks the schema that it was written with, which may be an earlier one.
                Some(original) => Kept { original: Some(original), version: None },
                None if keeps(&entry, &moved) => Kept {
                    original: Some(self::original(&entry.id, model, &text, &moved)),
                    version: Some(plan.old.version()),
                },
                None => Kept { original: None, version: Some(new.schema.version()) },
            };
            write(conn, model, &entry, &moved, &kept)?;
            if moved.changed {
                touched.insert(record());
            }
            if parks {
                broken.extend(entry.group);
            }
        }
    }
    for group in broken {
        conn.execute(
            "UPDATE _outbox SET state = 2, error = ?2 WHERE grp = ?1 AND state = 0",
            params![group, "another mutation of its transaction could not be brought to the new schema"],
        )?;
    }
    Ok(touched)
}

/// Drops what is pending of a model that nobody can send any more; the groups that it belonged to.
fn discard(conn: &Connection, model: &str) -> Result<Vec<i64>, StoreError> {
    let mut groups = conn.prepare("SELECT DISTINCT grp FROM _outbox WHERE model = ?1 AND grp IS NOT NULL")?;
    let groups = groups.query_map([model], |row| row.get(0))?.collect::<Result<_, _>>()?;
    conn.execute("DELETE FROM _outbox WHERE model = ?1", [model])?;
    Ok(groups)
}

/// An entry as it was stored: patch and condition.
struct Text {
    patch: String,
    condition: Option<String>,
}

type Stored = (Entry, Text, Option<String>);

fn entries(conn: &Connection, table: &Table, name: &str) -> Result<Vec<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS}, key, original FROM _outbox WHERE model = ?1 ORDER BY seq");
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([name])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let key = read_key(table, &row.get::<_, String>("key")?)?;
        let text = Text { patch: row.get("patch")?, condition: row.get("condition")? };
        entries.push((read_entry(table, key, row)?, text, row.get("original")?));
    }
    Ok(entries)
}

/// Whether what it was must be kept: it may have been applied as it was, or has become something that nobody has
/// written.
fn keeps(entry: &Entry, moved: &MovedEntry) -> bool {
    moved.changed && (entry.state == EntryState::Sent || !moved.problems.is_empty())
}

fn original(mutation: &str, plan: &ModelPlan, text: &Text, moved: &MovedEntry) -> String {
    let problem = (!moved.problems.is_empty()).then(|| moved.problems.join("; "));
    json!({
        "id": mutation,
        "model": plan.old.name,
        "patch": text.patch,
        "condition": text.condition,
        "problem": problem,
    })
    .to_string()
}

/// What is kept of an entry as it was before, if it is about this one still and not about what it was before it got
/// another id.
fn still(entry: &Entry, moved: &MovedEntry, text: &str) -> Option<String> {
    let mut json: Json = serde_json::from_str(text).ok()?;
    if json.get("id")?.as_str()? != entry.id {
        return None;
    }
    if !moved.problems.is_empty() {
        json["problem"] = Json::from(moved.problems.join("; "));
    }
    Some(json.to_string())
}

/// What is kept of an entry as it was.
struct Kept<'a> {
    original: Option<String>,
    /// The schema that it speaks, or the entry itself if nothing is kept; `None`: as before.
    version: Option<&'a str>,
}

fn write(
    conn: &Connection,
    plan: &ModelPlan,
    entry: &Entry,
    moved: &MovedEntry,
    kept: &Kept<'_>,
) -> Result<(), StoreError> {
    let (state, error) = match &entry.state {
        EntryState::Sent => (1, None),
        EntryState::Unsent if moved.problems.is_empty() => (0, None),
        EntryState::Unsent => (2, Some(format!("the schema changed: {}", moved.problems.join("; ")))),
        EntryState::Parked(reason) => (2, Some(reason.clone())),
    };
    conn.execute(
        "UPDATE _outbox SET patch = ?2, condition = ?3, state = ?4, error = ?5, original = ?6, \
         schema_version = coalesce(?7, schema_version) WHERE seq = ?1",
        params![
            entry.seq,
            write_patch(&plan.new, &moved.patch),
            moved.condition.as_ref().map(write_condition),
            state,
            error,
            kept.original,
            kept.version
        ],
    )?;
    Ok(())
}

/// Writes the rows of records anew from what the server has and what is pending.
pub(super) fn show(conn: &Connection, tables: &Tables, records: Records) -> Result<(), StoreError> {
    for (model, key_text) in records {
        let table = tables.named(&model)?;
        let key = read_key(table, &key_text)?;
        let loaded = local::load(conn, table, &key)?;
        if loaded.local.entries.is_empty() {
            // Its last entry went: the server's record is the row again.
            settled(conn, table, &key, &key_text)?;
            continue;
        }
        match fold(&table.model, &loaded.local.server, &loaded.local.entries) {
            Some(record) => {
                let live = loaded.local.server.live();
                let changed = live.map(|server| server.meta.last_changed_at);
                let mut put = conn.prepare_cached(&table.put)?;
                let place = bind_record(&mut put, &record, loaded.local.server.version(), changed)?;
                bind_own(&mut put, place, loaded.local.own)?;
                put.raw_execute()?;
            }
            None => {
                let mut delete = conn.prepare_cached(&table.delete)?;
                bind_key(&mut delete, &key)?;
                delete.raw_execute()?;
            }
        }
    }
    Ok(())
}

/// A record of which nothing is pending any more: its row is the server's record, which is no longer kept beside it.
fn settled(conn: &Connection, table: &Table, key: &Key, key_text: &str) -> Result<(), StoreError> {
    let sql = "SELECT record, version, last_changed_at, own_from, own_to FROM _server WHERE model = ?1 AND key = ?2";
    let mut statement = conn.prepare_cached(sql)?;
    let of_record = [table.model.name.as_str(), key_text];
    let mut rows = statement.query(of_record)?;
    let Some(row) = rows.next()? else {
        let mut delete = conn.prepare_cached(&table.delete)?;
        bind_key(&mut delete, key)?;
        delete.raw_execute()?;
        return Ok(());
    };
    let record = read_record_json(&table.model, &row.get::<_, String>(0)?)?;
    let mut put = conn.prepare_cached(&table.put)?;
    let place = bind_record(&mut put, &record, row.get(1)?, row.get(2)?)?;
    bind_own(&mut put, place, read_own(row, 3)?)?;
    put.raw_execute()?;
    conn.execute("DELETE FROM _server WHERE model = ?1 AND key = ?2", of_record)?;
    Ok(())
}
