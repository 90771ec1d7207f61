//! Reading the entries that go into one document.

use super::resting::Resting;
use crate::layout::Table;
use crate::local::read_key;
use crate::outbox::{self, COLUMNS};
use crate::read::Reads;
use crate::{StoreError, held};
use rusqlite::{Row, Rows, params};
use std::collections::HashSet;
use syncline_core::record::{Entry, EntryState, MutationOp};

/// What a mutation takes in a request besides its own values, in bytes: its alias, its variables and its id.
const EACH: usize = 400;

/// Entries, until they are enough.
pub(super) struct Room {
    pub(super) entries: Vec<Entry>,
    most: usize,
    /// The bytes that are left.
    bytes: usize,
    /// Whether one was there that had no room.
    pub(super) full: bool,
}

impl Room {
    fn of(most: usize, bytes: usize) -> Room {
        Room { entries: Vec::new(), most, bytes, full: false }
    }

    fn holds(&self, seq: i64) -> bool {
        self.entries.iter().any(|entry| entry.seq == seq)
    }

    /// Takes an entry if there is room for it; the first has room whatever its size.
    fn take(&mut self, reads: &Reads, row: &Row<'_>) -> Result<bool, StoreError> {
        let bytes = bytes(row)?;
        self.full = !self.entries.is_empty() && (self.entries.len() >= self.most || bytes > self.bytes);
        if self.full {
            return Ok(false);
        }
        self.bytes = self.bytes.saturating_sub(bytes);
        self.entries.push(read(reads, row)?);
        Ok(true)
    }
}

/// About the bytes that the entry of a row, of the columns [`COLUMNS`], model and key, takes in a request.
fn bytes(row: &Row<'_>) -> Result<usize, StoreError> {
    let text = |place: usize| -> Result<usize, StoreError> {
        Ok(row.get_ref(place)?.as_str_or_null().map_err(rusqlite::Error::from)?.map_or(0, str::len))
    };
    Ok(EACH + text(3)? + text(5)? + text(10)?)
}

/// Reads the columns [`COLUMNS`], model and key.
fn read(reads: &Reads, row: &Row<'_>) -> Result<Entry, StoreError> {
    let text = |place: usize| row.get_ref(place)?.as_str().map_err(rusqlite::Error::from);
    let table = reads.tables.named(text(9)?)?;
    outbox::read_entry(table, read_key(table, text(10)?)?, row)
}

/// The first entries of this model and shape that are ready.
pub(super) fn ready(
    reads: &Reads,
    (table, shape): (&Table, i64),
    most: usize,
    max_bytes: usize,
    resting: &Resting<'_>,
) -> Result<Room, StoreError> {
    let mut statement = reads.conn.prepare_cached(&format!(
        "SELECT {COLUMNS}, model, key FROM _outbox WHERE ready = 1 AND model = ?1 AND shape = ?2 ORDER BY seq"
    ))?;
    let mut rows = statement.query(params![table.model.name, shape])?;
    let mut room = Room::of(most, max_bytes);
    while let Some(row) = rows.next()? {
        if !resting.has(row, 9, 10)? && !room.take(reads, row)? {
            break;
        }
    }
    Ok(room)
}

/// The whole group whose first member is the first of this model and shape that is ready. `None`: some of it has gone
/// or is parked.
pub(super) fn whole_group(
    reads: &Reads,
    table: &Table,
    shape: i64,
) -> Result<Option<Vec<Entry>>, StoreError> {
    let mut statement = reads.conn.prepare_cached(&format!(
        "SELECT {COLUMNS}, model, key FROM _outbox WHERE grp = (SELECT grp FROM _outbox \
         WHERE ready = 1 AND model = ?1 AND shape = ?2 ORDER BY seq LIMIT 1) ORDER BY seq"
    ))?;
    let mut rows = statement.query(params![table.model.name, shape])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(read(reads, row)?);
    }
    Ok(Some(entries).filter(|entries| entries.iter().all(|entry| entry.state == EntryState::Unsent)))
}

/// Adds entries in this `state`, none of a group, that wait for nothing but what is in the same document: those that refer to a record that
/// is created in it, and the next ones of the same records (SYNC 2.4).
pub(super) fn add_dependents(reads: &Reads, room: &mut Room, state: &EntryState) -> Result<(), StoreError> {
    let columns: Vec<String> = COLUMNS.split(", ").map(|column| format!("next.{column}")).collect();
    let columns = columns.join(", ");
    let next = format!(
        "SELECT {columns}, next.model, next.key FROM _outbox AS next \
         WHERE next.model = ?1 AND next.key = ?2 AND next.seq > ?3 AND next.grp IS NULL ORDER BY next.seq LIMIT 1"
    );
    let children = format!(
        "SELECT {columns}, next.model, next.key FROM _parent JOIN _outbox AS next ON next.seq = _parent.seq \
         WHERE _parent.model = ?1 AND _parent.key = ?2 AND next.seq <> ?3 AND next.op <> 2 AND next.grp IS NULL \
         ORDER BY next.seq"
    );
    let mut place = 0;
    while let Some(parent) = room.entries.get(place) {
        let table = reads.tables.get(parent.model)?;
        let (op, key, seq) = (parent.op, parent.key.to_text(), parent.seq);
        let mut statement = reads.conn.prepare_cached(&next)?;
        add(reads, room, statement.query(params![table.model.name, key, seq])?, state)?;
        if op == MutationOp::Create && table.is_parent {
            let mut statement = reads.conn.prepare_cached(&children)?;
            add(reads, room, statement.query(params![table.model.name, key, seq])?, state)?;
        }
        if room.full {
            break;
        }
        place += 1;
    }
    Ok(())
}

/// Adds those of the rows that wait for nothing else, as long as there is room.
fn add(reads: &Reads, room: &mut Room, mut rows: Rows<'_>, state: &EntryState) -> Result<(), StoreError> {
    while let Some(row) = rows.next()?.filter(|_| !room.full) {
        let entry = read(reads, row)?;
        let goes = entry.state == *state && !room.holds(entry.seq) && !waits_for_others(reads, &entry, room)?;
        if goes {
            room.take(reads, row)?;
        }
    }
    Ok(())
}

/// Whether the entry waits for something that does not travel with it.
fn waits_for_others(reads: &Reads, entry: &Entry, room: &Room) -> Result<bool, StoreError> {
    let table = reads.tables.get(entry.model)?;
    if held::asks(&reads.conn, table, &entry.key)? || outbox::waits_for_fields(&reads.conn, entry.seq)? {
        return Ok(true);
    }
    let mut before =
        reads.conn.prepare_cached("SELECT seq FROM _outbox WHERE model = ?1 AND key = ?2 AND seq < ?3")?;
    let mut rows = before.query(params![table.model.name, entry.key.to_text(), entry.seq])?;
    while let Some(row) = rows.next()? {
        if !room.holds(row.get(0)?) {
            return Ok(true);
        }
    }
    Ok(outbox::blockers(&reads.conn, entry.seq)?.iter().any(|seq| !room.holds(*seq)))
}

/// What is in flight and travels together.
pub(super) enum Sent {
    /// A group that was sent as one.
    Group(Vec<Entry>),
    /// A batch.
    Batch(Room),
}

/// The first entries in flight that travel together, without those `aside`, or the group that was sent as one.
pub(super) fn sent(
    reads: &Reads,
    most: usize,
    limits: super::ClaimLimits<'_>,
    aside: &[String],
) -> Result<Sent, StoreError> {
    let mut statement = reads.conn.prepare_cached(&format!(
        "SELECT {COLUMNS}, model, key, shape FROM _outbox INDEXED BY _outbox_sent WHERE state = 1 ORDER BY seq"
    ))?;
    let mut rows = statement.query([])?;
    let mut wanted: Option<(String, i64)> = None;
    let mut groups = HashSet::new();
    let mut room = Room::of(most, limits.max_bytes);
    while let Some(row) = rows.next()? {
        if aside.contains(&row.get(1)?) {
            continue;
        }
        let (seq, model, key): (i64, String, String) = (row.get(0)?, row.get(9)?, row.get(10)?);
        let held = |seq| room.holds(seq);
        if follows(reads, (seq, &model, &key), &held)? {
            continue;
        }
        let kind: (String, i64) = (model, row.get(11)?);
        let group: Option<i64> = row.get(6)?;
        if let (Some(group), true, None) = (group, limits.atomic_groups, &wanted) {
            let members = of_group(reads, group)?;
            if members.len() > 1 {
                return Ok(Sent::Group(members));
            }
        }
        let first = wanted.get_or_insert_with(|| kind.clone());
        // Of a group one after the other, in their order.
        let next = group.is_none_or(|group| groups.insert(group));
        if *first == kind && next && !room.take(reads, row)? {
            break;
        }
    }
    Ok(Sent::Batch(room))
}

/// Whether this entry in flight must not reach the server before another one in flight, which is not among `sent`: the
/// earlier ones of its record, and what it refers to. The server takes each for an edit of what is there, and one that comes
/// before its predecessor meets that as somebody else's change.
pub(super) fn follows(
    reads: &Reads,
    (seq, model, key): (i64, &str, &str),
    sent: &dyn Fn(i64) -> bool,
) -> Result<bool, StoreError> {
    let mut earlier = reads.conn.prepare_cached(
        "SELECT seq FROM _outbox WHERE model = ?1 AND key = ?2 AND seq < ?3 AND +state = 1",
    )?;
    let mut rows = earlier.query(params![model, key, seq])?;
    while let Some(row) = rows.next()? {
        if !sent(row.get(0)?) {
            return Ok(true);
        }
    }
    let mut state = reads.conn.prepare_cached("SELECT state = 1 FROM _outbox WHERE seq = ?1")?;
    for blocker in outbox::blockers(&reads.conn, seq)? {
        if !sent(blocker) && state.query_row([blocker], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The members of a group that are in flight.
fn of_group(reads: &Reads, group: i64) -> Result<Vec<Entry>, StoreError> {
    let mut statement = reads.conn.prepare_cached(&format!(
        "SELECT {COLUMNS}, model, key FROM _outbox WHERE grp = ?1 AND +state = 1 ORDER BY seq"
    ))?;
    let mut rows = statement.query([group])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(read(reads, row)?);
    }
    Ok(entries)
}
