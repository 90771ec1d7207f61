//! Whose turn it is.
//!
//! Of a record, one entry is in flight at a time, and parked ones hold back what depends on them (SYNC 1.7): that is
//! the record's *head*. A head is *ready* if it waits for no other record: a create or update waits for the pending
//! creates of the records it refers to, a delete for the pending deletes of the records that referred to it, and a
//! member of a group for the members before it. Both are kept in the row, so that `claim` only walks the ready ones.

use super::rows::{self, Flags, Place};
use crate::StoreError;
use crate::layout::Table;
use crate::sql;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use syncline_core::record::{Entry, EntryState, MutationOp};

/// The entry of a record that would be sent next; `None` while one is in flight or parked ones hold all back.
pub(crate) fn next_of(entries: &[Entry]) -> Option<usize> {
    if entries.iter().any(|entry| entry.state == EntryState::Sent) {
        return None;
    }
    let next = entries.iter().position(|entry| entry.state == EntryState::Unsent)?;
    let free = entries[..next].iter().all(|parked| {
        parked.op == MutationOp::Update
            && parked.patch.0.iter().all(|change| entries[next].patch.get(change.field).is_none())
    });
    free.then_some(next)
}

/// Whether the entry could wait for one of another record at all.
pub(super) fn may_wait(table: &Table, entry: &Entry) -> bool {
    let related = match entry.op {
        MutationOp::Create | MutationOp::Update => !table.links.is_empty(),
        MutationOp::Delete => table.is_parent,
    };
    related || entry.group.is_some()
}

/// Decides anew whether the entry at `seq` is ready.
pub(crate) fn refresh(conn: &Connection, seq: i64) -> Result<(), StoreError> {
    let Some(place) = rows::place(conn, seq)? else { return Ok(()) };
    let ready = place.flags.head && !is_waiting(conn, &place)?;
    if ready != place.flags.ready {
        rows::flag(conn, seq, Flags { ready, ..place.flags })?;
    }
    Ok(())
}

fn is_waiting(conn: &Connection, place: &Place) -> Result<bool, StoreError> {
    if let Some(group) = place.group {
        let first = rows::first(conn, "SELECT min(seq) FROM _outbox WHERE grp = ?1", group)?;
        if first != Some(place.seq) {
            return Ok(true);
        }
    }
    Ok(!blockers(conn, place.seq)?.is_empty())
}

/// The entries that the one at `seq` waits for, those of its own circle left out.
pub(crate) fn blockers(conn: &Connection, seq: i64) -> Result<Vec<i64>, StoreError> {
    let Some(place) = rows::place(conn, seq)? else { return Ok(Vec::new()) };
    let mut blockers = Vec::new();
    for blocker in waits_for(conn, &place)? {
        // In a circle of records that refer to each other, one has to go first: every circle has a place where an entry
        // waits for one behind it, and there it opens.
        if blocker < seq || !reaches(conn, blocker, seq)? {
            blockers.push(blocker);
        }
    }
    Ok(blockers)
}

/// The entries that this one refers to.
fn waits_for(conn: &Connection, place: &Place) -> Result<Vec<i64>, StoreError> {
    if place.op == super::op_code(MutationOp::Delete) {
        list(
            conn,
            "SELECT child.seq FROM _parent JOIN _outbox AS child ON child.seq = _parent.seq \
             WHERE _parent.model = ?2 AND _parent.key = ?3 AND child.op = 2 AND child.state <> 2 AND child.seq <> ?1",
            place,
        )
    } else {
        list(
            conn,
            "SELECT parent.seq FROM _parent JOIN _outbox AS parent \
             ON parent.model = _parent.model AND parent.key = _parent.key \
             WHERE _parent.seq = ?1 AND parent.op = 0 AND parent.seq <> ?1 \
             AND NOT (parent.model = ?2 AND parent.key = ?3)",
            place,
        )
    }
}

/// The entries that wait for this one, or would if it were pending.
fn waiting(conn: &Connection, place: &Place) -> Result<Vec<i64>, StoreError> {
    if place.op == super::op_code(MutationOp::Delete) {
        list(
            conn,
            "SELECT parent.seq FROM _parent JOIN _outbox AS parent \
             ON parent.model = _parent.model AND parent.key = _parent.key \
             WHERE _parent.seq = ?1 AND parent.op = 2 AND NOT (parent.model = ?2 AND parent.key = ?3)",
            place,
        )
    } else {
        list(
            conn,
            "SELECT child.seq FROM _parent JOIN _outbox AS child ON child.seq = _parent.seq \
             WHERE _parent.model = ?2 AND _parent.key = ?3 AND child.op <> 2 AND child.seq <> ?1",
            place,
        )
    }
}

fn list(conn: &Connection, sql: &str, place: &Place) -> Result<Vec<i64>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params![place.seq, place.model, place.key], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The entries that have to go before the one at `seq` because of its group or its record, not of what it refers to.
fn before_it(conn: &Connection, place: &Place) -> Result<Vec<i64>, StoreError> {
    let mut found = list(
        conn,
        "SELECT seq FROM _outbox WHERE model = ?2 AND key = ?3 AND seq < ?1 ORDER BY seq DESC LIMIT 1",
        place,
    )?;
    if let Some(group) = place.group {
        let sql = "SELECT max(seq) FROM _outbox WHERE grp = ?1 AND seq < ?2";
        found.extend(sql::value::<Option<i64>>(conn, sql, params![group, place.seq])?.flatten());
    }
    Ok(found)
}

/// The other way round: the entries that have to go after it because of its group or its record.
fn behind_it(conn: &Connection, place: &Place) -> Result<Vec<i64>, StoreError> {
    let mut found = list(
        conn,
        "SELECT seq FROM _outbox WHERE model = ?2 AND key = ?3 AND seq > ?1 ORDER BY seq LIMIT 1",
        place,
    )?;
    if let Some(group) = place.group {
        found.extend(next_in_group(conn, group, place.seq)?);
    }
    Ok(found)
}

fn next_in_group(conn: &Connection, group: i64, seq: i64) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT min(seq) FROM _outbox WHERE grp = ?1 AND seq > ?2";
    Ok(sql::value::<Option<i64>>(conn, sql, params![group, seq])?.flatten())
}

/// The entries whose turn may change when `entry` appears, changes or goes.
pub(super) fn waiting_for(
    conn: &Connection,
    table: &Table,
    key_text: &str,
    entry: &Entry,
) -> Result<Vec<i64>, StoreError> {
    let mut found = Vec::new();
    let counts = match entry.op {
        MutationOp::Create => table.is_parent,
        MutationOp::Delete => table.is_child(),
        MutationOp::Update => false,
    };
    if counts {
        let place = Place {
            seq: entry.seq,
            op: super::op_code(entry.op),
            model: table.model.name.clone(),
            key: key_text.to_owned(),
            group: None,
            flags: Flags { head: false, ready: false },
        };
        found = waiting(conn, &place)?;
    }
    if let Some(group) = entry.group {
        found.extend(next_in_group(conn, group, entry.seq)?);
    }
    Ok(found)
}

/// Adds what waits for those in `found`, and what waits for these, and so on.
pub(super) fn add_all_waiting(conn: &Connection, found: &mut BTreeSet<i64>) -> Result<(), StoreError> {
    let mut open: Vec<i64> = found.iter().copied().collect();
    while let Some(seq) = open.pop() {
        let Some(place) = rows::place(conn, seq)? else { continue };
        let next = waiting(conn, &place)?.into_iter().chain(behind_it(conn, &place)?);
        open.extend(next.filter(|seq| found.insert(*seq)));
    }
    Ok(())
}

/// Whether the entry `from` waits, at the end of the chain, for `target`.
fn reaches(conn: &Connection, from: i64, target: i64) -> Result<bool, StoreError> {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(seq) = open.pop() {
        if seq == target {
            return Ok(true);
        }
        let Some(place) = rows::place(conn, seq)? else { continue };
        let next = waits_for(conn, &place)?.into_iter().chain(before_it(conn, &place)?);
        open.extend(next.filter(|seq| seen.insert(*seq)));
    }
    Ok(false)
}
