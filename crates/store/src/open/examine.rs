//! Looking into a file without changing it: what it holds, and what another schema would make of it.

use super::inspect::{self, Header};
use super::options::Migration;
use super::{FORMAT, upgrade};
use crate::StoreError;
use crate::layout::{Tables, check_names, quote};
use crate::outbox;
use rusqlite::{Connection, OptionalExtension};
use std::path::Path;
use std::sync::Arc;
use syncline_core::Schema;
use syncline_core::migrate::{MigrationPlan, Refusal, plan};
use syncline_core::record::{Entry, EntryState};

/// What a file holds.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// The format of its own tables. One of an earlier format is upgraded when it is opened.
    pub format: i32,
    /// The schema that it was written with.
    pub schema: Arc<Schema>,
    /// What is wrong with it, as SQLite says it. Nothing: it is sound.
    pub faults: Vec<String>,
    /// The id of its author session.
    pub session: Option<String>,
    /// How often it has been cleared.
    pub generation: Option<String>,
    /// The server's epoch, as last seen.
    pub epoch: Option<String>,
    /// What it holds of each model, in the order of the schema.
    pub models: Vec<ModelFacts>,
    /// The mutations that were refused for good and wait for a person, in order.
    pub parked: Vec<Entry>,
    /// How many conflicts are listed.
    pub conflicts: u64,
    /// How many records of the server could not be read and are set aside.
    pub quarantined: u64,
}

/// What a file holds of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelFacts {
    /// Its name.
    pub model: String,
    /// How many records are shown.
    pub rows: u64,
    /// How many mutations wait to be sent.
    pub unsent: u64,
    /// How many have been sent and not answered.
    pub sent: u64,
    /// How many are parked.
    pub parked: u64,
    /// Where the next delta sync starts, in ms since the epoch; `None` if everything is fetched.
    pub last_sync: Option<i64>,
    /// Whether a sync was interrupted and can go on.
    pub interrupted: bool,
}

/// What opening a file with another schema would do.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The format of the file, if it is an earlier one, and the one that it gets.
    pub upgrade: Option<(i32, i32)>,
    /// The steps.
    pub plan: MigrationPlan,
    /// Why it would be refused. Nothing: it would be done.
    pub refusals: Vec<Refusal>,
}

/// Looks into a file. Another process may have it open meanwhile.
///
/// # Errors
/// If there is no file, it is none of ours, is newer, or so damaged that nothing can be read.
pub fn examine(path: &Path) -> Result<Inspection, StoreError> {
    let conn = open(path)?;
    read(&conn).map_err(|error| inspect::at(path, error))
}

/// Plans what opening the file with this schema would do.
///
/// # Errors
/// As [`examine`], if the file is damaged, if the schema cannot be stored, or if the renames make no sense
/// ([`StoreError::SchemaChanged`]).
pub fn plan_migration(
    path: &Path,
    schema: &Arc<Schema>,
    migration: &Migration,
) -> Result<Planned, StoreError> {
    check_names(schema)?;
    let conn = open(path)?;
    let place = |error| inspect::at(path, error);
    let (json, format) = inspect::sound(&conn).map_err(place)?;
    let old = Arc::new(inspect::read_schema(&json).map_err(place)?);
    let plan = plan(&old, schema, &migration.renames).map_err(|refused| StoreError::SchemaChanged {
        path: path.to_owned(),
        changes: refused.iter().map(ToString::to_string).collect(),
    })?;
    let spoken = inspect::spoken(&conn, &old, &plan).map_err(place)?;
    let refusals = plan.refusals(&spoken, &migration.discards);
    Ok(Planned { upgrade: (format != FORMAT).then_some((format, FORMAT)), plan, refusals })
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    match inspect::header(path)? {
        Header::Ours => inspect::reading(path),
        Header::Empty => {
            let found = if path.exists() { "it is empty" } else { "there is no such file" };
            Err(StoreError::NotOurs { path: path.to_owned(), found: found.to_owned() })
        }
    }
}

fn read(conn: &Connection) -> Result<Inspection, StoreError> {
    let meta = |name: &str| -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM _meta WHERE name = ?1";
        Ok(conn.query_row(sql, [name], |row| row.get(0)).optional()?)
    };
    let schema = meta("schema")?.ok_or_else(|| StoreError::damaged("the file", "it has no schema"))?;
    let schema = Arc::new(inspect::read_schema(&schema)?);
    let tables = Tables::new(Arc::clone(&schema));
    let entries = outbox::all(conn, &tables)?;
    let mut models = Vec::new();
    for model in schema.models() {
        models.push(facts(conn, &model.name, entries.iter().filter(|entry| entry.model == model.id))?);
    }
    Ok(Inspection {
        format: upgrade::format(conn)?,
        faults: faults(conn)?,
        session: meta("session")?,
        generation: meta("generation")?,
        epoch: meta("epoch")?,
        models,
        conflicts: count(conn, "_conflicts")?,
        quarantined: count(conn, "_quarantine")?,
        parked: entries.into_iter().filter(Entry::is_parked).collect(),
        schema,
    })
}

fn facts<'e>(
    conn: &Connection,
    model: &str,
    entries: impl Iterator<Item = &'e Entry>,
) -> Result<ModelFacts, StoreError> {
    let mut facts =
        ModelFacts { model: model.to_owned(), rows: count(conn, model)?, ..ModelFacts::default() };
    for entry in entries {
        match entry.state {
            EntryState::Unsent => facts.unsent += 1,
            EntryState::Sent => facts.sent += 1,
            EntryState::Parked(_) => facts.parked += 1,
        }
    }
    let sql = "SELECT last_sync, token IS NOT NULL FROM _sync WHERE model = ?1";
    let sync = conn.query_row(sql, [model], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    (facts.last_sync, facts.interrupted) = sync.unwrap_or_default();
    Ok(facts)
}

/// How many rows a table has; none if a file of an earlier format does not have it.
fn count(conn: &Connection, table: &str) -> Result<u64, StoreError> {
    let there = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    if !conn.prepare(there)?.exists([table])? {
        return Ok(0);
    }
    let sql = format!("SELECT count(*) FROM {}", quote(table));
    Ok(conn.query_row(&sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
}

fn faults(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare("PRAGMA integrity_check")?;
    let found = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(found.into_iter().filter(|text| text != "ok").collect())
}
