//! The rows of the outbox.

use crate::StoreError;
use crate::codec::{read_condition, read_patch, write_condition, write_patch};
use crate::layout::{Table, Tables};
use crate::local::read_key;
use crate::sql::{execute, value};
use rusqlite::{Connection, Row, params};
use syncline_core::Key;
use syncline_core::record::{Entry, EntryState, MutationOp};

/// What [`read_entry`] reads.
pub(crate) const COLUMNS: &str = "seq, id, op, patch, base_version, condition, grp, state, error";

/// Whether a row of the outbox was written under an earlier schema and wanted what the new one has no place for (SYNC 1.13),
/// and is still that mutation.
pub(crate) const LOSSY: &str = "original ->> '$.id' = id AND original ->> '$.problem' IS NOT NULL";

pub(crate) const STATE_UNSENT: i64 = 0;
pub(crate) const STATE_SENT: i64 = 1;
pub(crate) const STATE_PARKED: i64 = 2;

/// Whether the entry is the one its record would send next, and whether it could go now.
#[derive(Clone, Copy)]
pub(super) struct Flags {
    pub(super) head: bool,
    pub(super) ready: bool,
}

pub(crate) fn op_code(op: MutationOp) -> i64 {
    match op {
        MutationOp::Create => 0,
        MutationOp::Update => 1,
        MutationOp::Delete => 2,
    }
}

/// The shapes of members of groups, which travel with nobody else, begin here.
pub(crate) const GROUPED: i64 = 6;

/// What may travel in one document.
pub(crate) fn shape_code(entry: &Entry) -> i64 {
    let grouped = if entry.group.is_some() { GROUPED } else { 0 };
    shape_of(op_code(entry.op), entry.condition.is_some()) + grouped
}

fn shape_of(op: i64, conditional: bool) -> i64 {
    op * 2 + i64::from(conditional)
}

fn state_code(state: &EntryState) -> (i64, Option<&str>) {
    match state {
        EntryState::Unsent => (STATE_UNSENT, None),
        EntryState::Sent => (STATE_SENT, None),
        EntryState::Parked(reason) => (STATE_PARKED, Some(reason)),
    }
}

/// Reads the columns [`COLUMNS`].
pub(crate) fn read_entry(table: &Table, key: Key, row: &Row<'_>) -> Result<Entry, StoreError> {
    let damaged = |reason: &str| StoreError::damaged("the outbox", reason);
    let model = &table.model;
    let text = |place: usize| -> Result<&str, StoreError> {
        Ok(row.get_ref(place)?.as_str().map_err(rusqlite::Error::from)?)
    };
    let op = match row.get(2)? {
        0 => MutationOp::Create,
        1 => MutationOp::Update,
        2 => MutationOp::Delete,
        _ => return Err(damaged("it holds an unknown operation")),
    };
    let state = match row.get(7)? {
        STATE_UNSENT => EntryState::Unsent,
        STATE_SENT => EntryState::Sent,
        STATE_PARKED => EntryState::Parked(row.get::<_, Option<String>>(8)?.unwrap_or_default()),
        _ => return Err(damaged("it holds an unknown state")),
    };
    let condition = match row.get_ref(5)? {
        rusqlite::types::ValueRef::Null => None,
        _ => Some(read_condition(model, text(5)?)?),
    };
    Ok(Entry {
        seq: row.get(0)?,
        id: row.get(1)?,
        model: model.id,
        key,
        op,
        patch: read_patch(model, text(3)?)?,
        base_version: row.get(4)?,
        condition,
        group: row.get(6)?,
        state,
    })
}

/// The entries of a record, in order.
pub(crate) fn of_record(
    conn: &Connection,
    table: &Table,
    key: &Key,
    key_text: &str,
) -> Result<Vec<Entry>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT seq, id, op, patch, base_version, condition, grp, state, error \
         FROM _outbox WHERE model = ?1 AND key = ?2 ORDER BY seq",
    )?;
    let mut rows = statement.query(params![table.model.name, key_text])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(read_entry(table, key.clone(), row)?);
    }
    Ok(entries)
}

/// Every entry, in order.
pub(crate) fn all(conn: &Connection, tables: &Tables) -> Result<Vec<Entry>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS}, model, key FROM _outbox ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(with_record(tables, row)?);
    }
    Ok(entries)
}

/// The entry with this id. Of entries that are not in flight it takes a walk through the outbox.
pub(crate) fn by_id(conn: &Connection, tables: &Tables, id: &str) -> Result<Option<Entry>, StoreError> {
    for state in ["state = 1", "state <> 1"] {
        let sql = format!("SELECT {COLUMNS}, model, key FROM _outbox WHERE id = ?1 AND {state}");
        let mut statement = conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params![id])?;
        if let Some(row) = rows.next()? {
            return Ok(Some(with_record(tables, row)?));
        }
    }
    Ok(None)
}

fn with_record(tables: &Tables, row: &Row<'_>) -> Result<Entry, StoreError> {
    let table = tables.named(&row.get::<_, String>("model")?)?;
    let key = read_key(table, &row.get::<_, String>("key")?)?;
    read_entry(table, key, row)
}

/// Adds an entry; its place.
pub(super) fn insert(
    conn: &Connection,
    table: &Table,
    entry: &Entry,
    key_text: &str,
    flags: Flags,
) -> Result<i64, StoreError> {
    let (state, error) = state_code(&entry.state);
    let mut statement = conn.prepare_cached(
        "INSERT INTO _outbox (id, model, key, op, shape, patch, base_version, condition, grp, state, error, \
         schema_version, head, ready) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    statement.execute(params![
        entry.id,
        table.model.name,
        key_text,
        op_code(entry.op),
        shape_code(entry),
        write_patch(&table.model, &entry.patch),
        entry.base_version,
        entry.condition.as_ref().map(write_condition),
        entry.group,
        state,
        error,
        table.schema_version,
        flags.head,
        flags.ready,
    ])?;
    Ok(conn.last_insert_rowid())
}

/// Adds the entry of a create over nothing, in no group and of a record that has no other entry and waits for none.
pub(crate) fn add_create(
    conn: &Connection,
    table: &Table,
    id: &str,
    key_text: &str,
    patch: &str,
) -> Result<(), StoreError> {
    let op = op_code(MutationOp::Create);
    let mut statement = conn.prepare_cached(
        "INSERT INTO _outbox (id, model, key, op, shape, patch, state, schema_version, head, ready) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, 1, 1)",
    )?;
    statement.execute(params![
        id,
        table.model.name,
        key_text,
        op,
        shape_of(op, false),
        patch,
        table.schema_version
    ])?;
    Ok(())
}

/// Replaces the entry at its place.
pub(super) fn update(
    conn: &Connection,
    table: &Table,
    entry: &Entry,
    flags: Flags,
) -> Result<(), StoreError> {
    let (state, error) = state_code(&entry.state);
    let mut statement = conn.prepare_cached(
        "UPDATE _outbox SET id = ?2, op = ?3, shape = ?4, patch = ?5, base_version = ?6, condition = ?7, grp = ?8, \
         state = ?9, error = ?10, head = ?11, ready = ?12 WHERE seq = ?1",
    )?;
    statement.execute(params![
        entry.seq,
        entry.id,
        op_code(entry.op),
        shape_code(entry),
        write_patch(&table.model, &entry.patch),
        entry.base_version,
        entry.condition.as_ref().map(write_condition),
        entry.group,
        state,
        error,
        flags.head,
        flags.ready,
    ])?;
    Ok(())
}

pub(super) fn flag(conn: &Connection, seq: i64, flags: Flags) -> Result<(), StoreError> {
    let sql = "UPDATE _outbox SET head = ?2, ready = ?3 WHERE seq = ?1";
    execute(conn, sql, params![seq, flags.head, flags.ready])?;
    Ok(())
}

/// Writes anew what the entry may travel with, and its turn.
pub(super) fn reshape(conn: &Connection, entry: &Entry, flags: Flags) -> Result<(), StoreError> {
    let sql = "UPDATE _outbox SET shape = ?2, head = ?3, ready = ?4 WHERE seq = ?1";
    execute(conn, sql, params![entry.seq, shape_code(entry), flags.head, flags.ready])?;
    Ok(())
}

/// The members of the group may travel with others.
pub(super) fn ungroup_shape(conn: &Connection, group: i64) -> Result<(), StoreError> {
    let sql = "UPDATE _outbox SET shape = shape - ?2 WHERE grp = ?1 AND shape >= ?2";
    execute(conn, sql, params![group, GROUPED])?;
    Ok(())
}

/// The first member of a group that is still there.
pub(super) fn first_of(conn: &Connection, group: i64) -> Result<Option<i64>, StoreError> {
    let first: Option<Option<i64>> =
        value(conn, "SELECT min(seq) FROM _outbox WHERE grp = ?1", params![group])?;
    Ok(first.flatten())
}

/// What decides about an entry's turn.
pub(super) struct Place {
    pub(super) seq: i64,
    pub(super) op: i64,
    pub(super) model: String,
    pub(super) key: String,
    pub(super) group: Option<i64>,
    pub(super) flags: Flags,
}

pub(super) fn place(conn: &Connection, seq: i64) -> Result<Option<Place>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT op, model, key, grp, head, ready FROM _outbox WHERE seq = ?1")?;
    let mut rows = statement.query(params![seq])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let flags = Flags { head: row.get(4)?, ready: row.get(5)? };
    Ok(Some(Place { seq, op: row.get(0)?, model: row.get(1)?, key: row.get(2)?, group: row.get(3)?, flags }))
}
