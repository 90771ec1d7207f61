//! Looking at a file without touching it.

use super::lock::beside;
use super::options::Migration;
use super::{APPLICATION_ID, FORMAT, upgrade};
use crate::layout::{OWN_TABLES, Tables};
use crate::{StoreError, outbox};
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use syncline_core::Schema;
use syncline_core::migrate::{Discards, MigrationPlan, Refusal, Spoken, Step, plan};

/// What the first bytes of a file say.
pub(super) enum Header {
    /// There is no file, or an empty one.
    Empty,
    /// One of ours, of a format we know.
    Ours,
}

/// What has to be done to bring a file to the schema of the application.
#[derive(Debug)]
pub(super) struct Plan {
    /// The schema it was written with.
    pub(super) old: Arc<Schema>,
    /// What becomes of what it holds.
    pub(super) migration: MigrationPlan,
    /// What of it is given up.
    pub(super) discards: Discards,
}

/// SQLite's header: <https://www.sqlite.org/fileformat.html#the_database_header>.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Reads the header as bytes, without SQLite.
pub(super) fn header(path: &Path) -> Result<Header, StoreError> {
    let not_ours = |found: &str| StoreError::NotOurs { path: path.to_owned(), found: found.to_owned() };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return empty(path),
        Err(error) => return Err(StoreError::io(path)(error)),
    };
    let metadata = file.metadata().map_err(StoreError::io(path))?;
    if !metadata.is_file() {
        return Err(not_ours("it is not a plain file"));
    }
    if metadata.len() == 0 {
        return empty(path);
    }
    let mut bytes = [0_u8; 100];
    if metadata.len() < 100 {
        return Err(not_ours("it is not a database"));
    }
    file.read_exact(&mut bytes).map_err(StoreError::io(path))?;
    if !bytes.starts_with(MAGIC) {
        return Err(not_ours("it is not an SQLite database"));
    }
    let number = |place: usize| {
        bytes
            .get(place..place + 4)
            .map_or(0, |four| four.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)))
    };
    if number(68) != APPLICATION_ID.unsigned_abs() {
        return Err(not_ours("it is an SQLite database of another program"));
    }
    let format = number(60);
    if format == 0 {
        return Err(not_ours("it has no format"));
    }
    if format > FORMAT.unsigned_abs() {
        let found = i32::try_from(format).unwrap_or(i32::MAX);
        return Err(StoreError::TooNew { path: path.to_owned(), found, known: FORMAT });
    }
    check_length(
        path,
        metadata.len(),
        u64::from(u16::from_be_bytes([bytes[16], bytes[17]])),
        number(28).into(),
    )?;
    Ok(Header::Ours)
}

/// A log without its database may hold all that was written: it must not be mixed into a new one.
fn empty(path: &Path) -> Result<Header, StoreError> {
    let log = beside(path, "-wal");
    match std::fs::metadata(&log) {
        Ok(metadata) if metadata.len() > 0 => Err(StoreError::damaged(
            path.display().to_string(),
            format!("the database is gone, but its log {} is there", log.display()),
        )),
        _ => Ok(Header::Empty),
    }
}

/// Whether the file is as long as its header says, unless the log holds what is missing.
fn check_length(path: &Path, length: u64, page_size: u64, pages: u64) -> Result<(), StoreError> {
    let page_size = if page_size == 1 { 65_536 } else { page_size };
    let log = std::fs::metadata(beside(path, "-wal")).map_or(0, |metadata| metadata.len());
    if log == 0 && length < pages.saturating_mul(page_size) {
        return Err(StoreError::damaged(path.display().to_string(), "its end is missing"));
    }
    Ok(())
}

/// Opens the file for reading only and checks what it needs to be sound: the tables that hold what was not sent yet,
/// the cursors and the schema. `None`: it has the schema of the application, and this format.
pub(super) fn contents(
    path: &Path,
    tables: &Tables,
    migration: &Migration,
) -> Result<Option<Plan>, StoreError> {
    let conn = reading(path)?;
    let place = |error| at(path, error);
    let (schema, format) = sound(&conn).map_err(place)?;
    let json = tables.schema.to_json();
    if schema == json && format == FORMAT {
        return Ok(None);
    }
    let old = Arc::new(read_schema(&schema).map_err(place)?);
    let refused = |changes: Vec<Refusal>| StoreError::SchemaChanged {
        path: path.to_owned(),
        changes: changes.iter().map(ToString::to_string).collect(),
    };
    let plan = plan(&old, &tables.schema, &migration.renames).map_err(refused)?;
    let spoken = spoken(&conn, &old, &plan).map_err(place)?;
    let lost = plan.refusals(&spoken, &migration.discards);
    if !lost.is_empty() {
        return Err(refused(lost));
    }
    Ok(Some(Plan { old, migration: plan, discards: migration.discards.clone() }))
}

/// A connection that changes nothing.
pub(super) fn reading(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| at(path, error.into()))
}

/// The error of a file that cannot be read.
pub(super) fn at(path: &Path, error: StoreError) -> StoreError {
    let place = path.display().to_string();
    match error {
        StoreError::Sqlite(error) => StoreError::Damaged { place, reason: error.to_string() },
        StoreError::Damaged { reason, .. } => StoreError::Damaged { place, reason },
        other => other,
    }
}

/// Checks the store's own tables. Returns the schema as JSON, and the format.
pub(super) fn sound(conn: &Connection) -> Result<(String, i32), StoreError> {
    for name in own_tables(conn)? {
        let mut statement = conn.prepare(&format!("PRAGMA quick_check({name})"))?;
        let found = statement.query_map([], |row| row.get::<_, String>(0))?;
        let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
        if let Some(fault) = found.into_iter().find(|text| text != "ok") {
            return Err(StoreError::damaged(name, fault));
        }
    }
    let schema = conn.query_row("SELECT value FROM _meta WHERE name = 'schema'", [], |row| row.get(0))?;
    Ok((schema, upgrade::format(conn)?))
}

/// The schema that a file remembers.
pub(super) fn read_schema(json: &str) -> Result<Schema, StoreError> {
    Schema::from_json(json).map_err(|error| StoreError::damaged("the file", format!("its schema: {error}")))
}

/// Of what the pending changes speak, where that matters to the plan.
pub(super) fn spoken(
    conn: &Connection,
    old: &Arc<Schema>,
    plan: &MigrationPlan,
) -> Result<Spoken, StoreError> {
    let mut spoken = Spoken::default();
    let loses = |step: &Step| {
        matches!(step, Step::DropModel { .. } | Step::DropField { .. } | Step::KeyChange { .. })
    };
    if plan.steps.iter().any(loses) {
        for entry in outbox::all(conn, &Tables::new(Arc::clone(old)))? {
            spoken.note(old.model(entry.model), &entry);
        }
    }
    Ok(spoken)
}

/// The store's own tables that are to be sound; a file of an earlier format does not have all of them. What a base sync
/// has seen can be long, and is fetched again.
fn own_tables(conn: &Connection) -> Result<Vec<&'static str>, StoreError> {
    let mut there = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let there = there.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let late = |name: &str| there.iter().any(|other| other == name);
    let first = ["_meta", "_server", "_absence", "_outbox", "_parent", "_conflicts", "_sync"];
    Ok(OWN_TABLES
        .into_iter()
        .filter(|name| *name != "_seen" && (first.contains(name) || late(name)))
        .collect())
}
