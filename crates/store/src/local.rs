//! Loading what is known of one record, and writing what a decision made of it.

use crate::change::{Change, Changes, Source};
use crate::codec::{read_record_json, write_record_json};
use crate::layout::Table;
use crate::outbox::LOSSY;
use crate::read::versioned;
use crate::sql::{bind_key, bind_own, bind_record, execute, live_meta, read_own};
use crate::{StoreError, codec, held, outbox};
use rusqlite::{Connection, Row, params};
use syncline_core::record::{Conflict, Entry, Left, Local, OwnRange, Presence, Settles};
use syncline_core::{Key, Meta, Record, Versioned};

/// How many conflicts the log keeps.
const CONFLICTS_KEPT: i64 = 10_000;

/// What is known of a record, and what is visible of it.
pub(crate) struct Loaded {
    pub(crate) key: Key,
    /// The key as the store's own tables hold it.
    pub(crate) key_text: String,
    pub(crate) local: Local,
    pub(crate) visible: Option<Record>,
    /// The parked mutations, by their ids, that wanted more than the schema has a place for (SYNC 1.13).
    pub(crate) more: Vec<String>,
}

impl Loaded {
    /// Of a record of which nothing is known.
    pub(crate) fn unknown(key: Key, key_text: String) -> Loaded {
        let local = Local::new(Presence::Unknown, Vec::new());
        Loaded { key, key_text, local, visible: None, more: Vec::new() }
    }
}

/// The key in a column of the store's own tables.
pub(crate) fn read_key(table: &Table, text: &str) -> Result<Key, StoreError> {
    Key::from_text(text).filter(|key| key.0.len() == table.model.key.len()).ok_or_else(|| {
        StoreError::damaged(table.model.name.as_str(), "a key of the store's own tables cannot be read")
    })
}

/// Loads a record.
pub(crate) fn load(conn: &Connection, table: &Table, key: &Key) -> Result<Loaded, StoreError> {
    let key_text = key.to_text();
    let entries = outbox::of_record(conn, table, key, &key_text)?;
    if !entries.is_empty() {
        return load_pending(conn, table, (key, key_text), entries);
    }
    let mut loaded = Loaded::unknown(key.clone(), key_text);
    loaded.local.settles = table.settles();
    {
        let mut statement = conn.prepare_cached(&table.get)?;
        bind_key(&mut statement, key)?;
        let mut rows = statement.raw_query();
        if let Some(row) = rows.next()? {
            let server = versioned(table, row)?;
            loaded.visible = Some(server.record.clone());
            loaded.local.server = Presence::Live(server);
            loaded.local.own = read_own(row, table.columns.len() + 2)?;
            return Ok(loaded);
        }
    }
    if let Some((server, own)) = absence(conn, table, &loaded.key_text)? {
        loaded.local.server = server;
        loaded.local.own = own;
    }
    Ok(loaded)
}

/// Loads a record whose entries are known.
fn load_pending(
    conn: &Connection,
    table: &Table,
    (key, key_text): (&Key, String),
    entries: Vec<Entry>,
) -> Result<Loaded, StoreError> {
    let known = match side_record(conn, table, &key_text)? {
        Some((server, own)) => (Presence::Live(server), own),
        None => absence(conn, table, &key_text)?.unwrap_or((Presence::Unknown, None)),
    };
    load_known(conn, table, (key, key_text), entries, known, true)
}

/// Loads a record of which the only entry is known, without what that changes and its condition; what is visible of the
/// record only if it is `wanted`, in view of the entry and of what the server has. `None`: it is not `wanted` at all, or
/// there is not one entry.
pub(crate) fn load_only(
    conn: &Connection,
    table: &Table,
    key: &Key,
    wanted: impl FnOnce(&Entry, &Presence) -> Option<bool>,
) -> Result<Option<Loaded>, StoreError> {
    let key_text = key.to_text();
    let (entry, known) = {
        // One statement for three tables: it is run for each answer of a drain.
        let mut statement = conn.prepare_cached(
            "SELECT o.seq, o.id, o.op, '{}', o.base_version, NULL, o.grp, o.state, o.error, \
             s.record, s.version, s.last_changed_at, s.own_from, s.own_to, \
             a.kind, a.version, a.last_changed_at, a.own_from, a.own_to \
             FROM _outbox AS o LEFT JOIN _server AS s ON s.model = ?1 AND s.key = ?2 \
             LEFT JOIN _absence AS a ON a.model = ?1 AND a.key = ?2 WHERE o.model = ?1 AND o.key = ?2 LIMIT 2",
        )?;
        let mut rows = statement.query(params![table.model.name, key_text])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let entry = outbox::read_entry(table, key.clone(), row)?;
        let known = match read_side(table, row, 9)? {
            Some((server, own)) => (Presence::Live(server), own),
            None => read_absence(row, 14)?.unwrap_or((Presence::Unknown, None)),
        };
        if rows.next()?.is_some() {
            return Ok(None);
        }
        (entry, known)
    };
    let Some(wanted) = wanted(&entry, &known.0) else { return Ok(None) };
    load_known(conn, table, (key, key_text), vec![entry], known, wanted).map(Some)
}

/// The parked mutations of a record that were more before a migration.
fn more(conn: &Connection, model: &str, key_text: &str) -> Result<Vec<String>, StoreError> {
    let sql = format!("SELECT id FROM _outbox WHERE model = ?1 AND key = ?2 AND state = 2 AND {LOSSY}");
    let mut statement = conn.prepare_cached(&sql)?;
    let ids = statement.query_map(params![model, key_text], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

fn load_known(
    conn: &Connection,
    table: &Table,
    (key, key_text): (&Key, String),
    entries: Vec<Entry>,
    (server, own): (Presence, Option<OwnRange>),
    wanted: bool,
) -> Result<Loaded, StoreError> {
    let mut visible = None;
    if wanted {
        let mut statement = conn.prepare_cached(&table.get)?;
        bind_key(&mut statement, key)?;
        let mut rows = statement.raw_query();
        if let Some(row) = rows.next()? {
            visible = Some(codec::read_record(&table.model, row)?);
        }
    }
    let (settles, mut held) = (table.settles(), None);
    if settles == Settles::Handler {
        held = held::read(conn, table, &key_text)?;
    }
    let local = Local { server, entries, own, settles, held };
    let parked = local.entries.iter().any(Entry::is_parked);
    let more = if parked { more(conn, &table.model.name, &key_text)? } else { Vec::new() };
    Ok(Loaded { key: key.clone(), key_text, local, visible, more })
}

type Known<T> = Option<(T, Option<OwnRange>)>;

fn side_record(conn: &Connection, table: &Table, key_text: &str) -> Result<Known<Versioned>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT record, version, last_changed_at, own_from, own_to FROM _server WHERE model = ?1 AND key = ?2",
    )?;
    let mut rows = statement.query(params![table.model.name, key_text])?;
    rows.next()?.map_or(Ok(None), |row| read_side(table, row, 0))
}

/// The server's record in the columns of `_server` from `place` on; `None` if they are null.
fn read_side(table: &Table, row: &Row<'_>, place: usize) -> Result<Known<Versioned>, StoreError> {
    let Some(json) = row.get_ref(place)?.as_str_or_null().map_err(rusqlite::Error::from)? else {
        return Ok(None);
    };
    let meta = live_meta(row.get(place + 1)?, row.get(place + 2)?);
    Ok(Some((Versioned { record: read_record_json(&table.model, json)?, meta }, read_own(row, place + 3)?)))
}

fn absence(conn: &Connection, table: &Table, key_text: &str) -> Result<Known<Presence>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT kind, version, last_changed_at, own_from, own_to FROM _absence WHERE model = ?1 AND key = ?2",
    )?;
    let mut rows = statement.query(params![table.model.name, key_text])?;
    rows.next()?.map_or(Ok(None), |row| read_absence(row, 0))
}

/// The kinds in `_absence`: out of scope since nobody knows when, deleted, and out of scope.
const EVICTED: i64 = 0;
const DELETED: i64 = 1;
const EVICTED_AT: i64 = 2;

/// What is in the columns of `_absence` from `place` on; `None` if they are null.
fn read_absence(row: &Row<'_>, place: usize) -> Result<Known<Presence>, StoreError> {
    let Some(kind) = row.get::<_, Option<i64>>(place)? else { return Ok(None) };
    let version = row.get(place + 1)?;
    let presence = match kind {
        EVICTED => Presence::Evicted(Left { version, changed_at: None }),
        EVICTED_AT => Presence::Evicted(Left { version, changed_at: Some(row.get(place + 2)?) }),
        _ => Presence::Deleted(Meta { version, last_changed_at: row.get(place + 2)?, deleted: true }),
    };
    Ok(Some((presence, read_own(row, place + 3)?)))
}

/// Writes what became of a record, and notes the change for observers.
pub(crate) fn store(
    conn: &Connection,
    table: &Table,
    changes: &mut Changes,
    before: Loaded,
    after: &Local,
    visible: Option<&Record>,
    source: Source,
) -> Result<(), StoreError> {
    // The entries know of other records through what was visible, so they come first.
    outbox::replace(conn, table, &before, after, visible)?;
    if held::write(conn, table, &before, after)? {
        changes.held = true;
    }
    write_side(conn, table, &before, after)?;
    write_absence(conn, table, &before, after)?;
    let pending = !after.entries.is_empty();
    let row = if pending { visible } else { after.server.live().map(|server| &server.record) };
    write_row(conn, table, &before, after, row)?;
    note(changes, table, before, after, row, source);
    Ok(())
}

/// Notes for observers what became of the row.
pub(crate) fn note(
    changes: &mut Changes,
    table: &Table,
    before: Loaded,
    after: &Local,
    row: Option<&Record>,
    source: Source,
) {
    if !changes.wants(table.model.id) {
        return;
    }
    let version = after.server.version();
    let after = row.cloned();
    let moved = after.is_some() && version != before.local.server.version();
    if moved || before.visible != after {
        let (model, key, before) = (table.model.id, before.key, before.visible);
        changes.list.push(Change { model, key, before, after, version, source });
    }
}

/// Adds the row of a record that was made here, whose read-only fields are null, unless there is a row. Whether it did.
pub(crate) fn insert_new(conn: &Connection, table: &Table, record: &Record) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached(&table.insert)?;
    let own = bind_record(&mut statement, record, None, None)?;
    bind_own(&mut statement, own, None)?;
    Ok(statement.raw_execute()? > 0)
}

/// Writes the server's record beside the row while there are entries, and drops it with the last one.
fn write_side(conn: &Connection, table: &Table, before: &Loaded, after: &Local) -> Result<(), StoreError> {
    fn side(local: &Local) -> Option<(&Versioned, Option<OwnRange>)> {
        if local.entries.is_empty() { None } else { local.server.live().map(|server| (server, local.own)) }
    }
    let (held, wanted) = (side(&before.local), side(after));
    if held == wanted {
        return Ok(());
    }
    let name = &table.model.name;
    let Some((server, own)) = wanted else {
        let sql = "DELETE FROM _server WHERE model = ?1 AND key = ?2";
        execute(conn, sql, params![name, before.key_text])?;
        return Ok(());
    };
    execute(
        conn,
        "INSERT OR REPLACE INTO _server VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            name,
            before.key_text,
            write_record_json(&table.model, &server.record),
            server.meta.version,
            server.meta.last_changed_at,
            own.map(|own| own.from),
            own.map(|own| own.to)
        ],
    )?;
    Ok(())
}

fn write_absence(conn: &Connection, table: &Table, before: &Loaded, after: &Local) -> Result<(), StoreError> {
    let absent = |local: &Local| match &local.server {
        Presence::Evicted(Left { version, changed_at: None }) => Some((EVICTED, *version, 0, local.own)),
        Presence::Evicted(Left { version, changed_at: Some(at) }) => {
            Some((EVICTED_AT, *version, *at, local.own))
        }
        Presence::Deleted(meta) => Some((DELETED, meta.version, meta.last_changed_at, local.own)),
        Presence::Unknown | Presence::Live(_) => None,
    };
    let (held, wanted) = (absent(&before.local), absent(after));
    if held == wanted {
        return Ok(());
    }
    let name = &table.model.name;
    match wanted {
        Some((kind, version, changed, own)) => {
            let sql = "INSERT OR REPLACE INTO _absence VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let (from, to) = (own.map(|own| own.from), own.map(|own| own.to));
            execute(conn, sql, params![name, before.key_text, kind, version, changed, from, to])?;
        }
        None => {
            let sql = "DELETE FROM _absence WHERE model = ?1 AND key = ?2";
            execute(conn, sql, params![name, before.key_text])?;
        }
    }
    Ok(())
}

fn write_row(
    conn: &Connection,
    table: &Table,
    before: &Loaded,
    after: &Local,
    row: Option<&Record>,
) -> Result<(), StoreError> {
    let state = |local: &Local| {
        (local.server.version(), local.server.live().map(|server| server.meta.last_changed_at), local.own)
    };
    match row {
        Some(record) => {
            if before.visible.as_ref() == Some(record) && state(&before.local) == state(after) {
                return Ok(());
            }
            let (version, changed, own) = state(after);
            let mut statement = conn.prepare_cached(&table.put)?;
            let place = bind_record(&mut statement, record, version, changed)?;
            bind_own(&mut statement, place, own)?;
            statement.raw_execute()?;
        }
        None if before.visible.is_some() => {
            let mut statement = conn.prepare_cached(&table.delete)?;
            bind_key(&mut statement, &before.key)?;
            statement.raw_execute()?;
        }
        None => {}
    }
    Ok(())
}

/// When something was met, in ms since the epoch (0: not known), and at which version of the server's record.
#[derive(Clone, Copy)]
pub(crate) struct Met {
    pub(crate) at: i64,
    pub(crate) version: Option<i64>,
}

/// Adds to the conflict log, which forgets its oldest.
pub(crate) fn log(
    conn: &Connection,
    table: &Table,
    key_text: &str,
    met: Met,
    conflicts: &[Conflict],
) -> Result<(), StoreError> {
    for conflict in conflicts {
        execute(
            conn,
            "INSERT INTO _conflicts (model, key, mutation, conflict, at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                table.model.name,
                key_text,
                conflict.mutation,
                codec::write_conflict(&table.model, conflict),
                (met.at != 0).then_some(met.at),
                met.version
            ],
        )?;
        let oldest = conn.last_insert_rowid() - CONFLICTS_KEPT;
        execute(conn, "DELETE FROM _conflicts WHERE seq <= ?1", params![oldest])?;
    }
    Ok(())
}
