//! Whose turn it is.
//!
//! Of a record, one entry is in flight at a time, and parked ones hold back what depends on them (SYNC 1.7): that is
//! the record's *head*. A head is *ready* if it waits for no other record: a create or update waits for the pending
//! creates of the records it refers to, a delete for the pending deletes of the records that referred to it. A group
//! (SYNC 2.5) is one thing: its first member is ready if none of its members waits for anything outside of it, so that
//! all of them can go at once, or one after the other. An update of a field that is new here waits for what the server has
//! in it (`unfilled`). Both are kept in the row, so that `claim` only walks the ready ones.

use super::rows::{self, Flags, Place};
use super::unfilled;
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
    let mut places = (0..entries.len()).filter(|&place| entries[place].state == EntryState::Unsent);
    let first = places.next()?;
    // What a parked entry holds back holds back what comes behind it in the same way.
    let passes = |&place: &usize| entries[..place].iter().all(|held| goes_past(&entries[place], held));
    if passes(&first) {
        return Some(first);
    }
    places.find(|place| entries[*place].op == MutationOp::Update && passes(place))
}

/// Whether `entry` may be sent before `held`, which is parked or waits for one that is: they change different fields.
pub(crate) fn goes_past(entry: &Entry, held: &Entry) -> bool {
    held.op == MutationOp::Update && held.patch.0.iter().all(|change| entry.patch.get(change.field).is_none())
}

/// Whether the entry could wait at all for anything but those of its own record.
pub(super) fn may_wait(conn: &Connection, table: &Table, entry: &Entry) -> Result<bool, StoreError> {
    let related = match entry.op {
        MutationOp::Create | MutationOp::Update => !table.links.is_empty(),
        MutationOp::Delete => table.is_parent,
    };
    if related || entry.group.is_some() {
        return Ok(true);
    }
    let changes = entry.op == MutationOp::Update && entry.state == EntryState::Unsent;
    Ok(changes && unfilled::is_refilling(conn, &table.model.name)?)
}

/// Decides anew whether these entries are ready. Of a group, all members are decided about together.
pub(super) fn refresh(conn: &Connection, touched: BTreeSet<i64>) -> Result<(), StoreError> {
    let mut groups = BTreeSet::new();
    for seq in touched {
        let Some(place) = rows::place(conn, seq)? else { continue };
        if let Some(group) = place.group {
            if groups.insert(group) {
                refresh_group(conn, group)?;
            }
            continue;
        }
        let ready = place.flags.head && blockers(conn, seq)?.is_empty() && !unfilled::waits(conn, seq)?;
        if ready != place.flags.ready {
            rows::flag(conn, seq, Flags { ready, ..place.flags })?;
        }
    }
    Ok(())
}

/// A group has been written: who waits for its members, and for whom they wait. Until then none of them is ready.
pub(crate) fn group_written(conn: &Connection, group: i64) -> Result<(), StoreError> {
    let members = members(conn, group)?;
    if members.len() == 1 {
        // Alone it can travel with any other.
        rows::ungroup_shape(conn, group)?;
    }
    let mut found: BTreeSet<i64> = members.into_iter().collect();
    add_all_waiting(conn, &mut found)?;
    refresh(conn, found)
}

fn members(conn: &Connection, group: i64) -> Result<Vec<i64>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT seq FROM _outbox WHERE grp = ?1 ORDER BY seq")?;
    let rows = statement.query_map([group], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn refresh_group(conn: &Connection, group: i64) -> Result<(), StoreError> {
    let Some(first) = rows::first_of(conn, group)? else { return Ok(()) };
    let ready = if group_waits(conn, group, first)? { None } else { Some(first) };
    let sql = "UPDATE _outbox SET ready = (seq IS ?2) WHERE grp = ?1 AND ready <> (seq IS ?2)";
    sql::execute(conn, sql, params![group, ready])?;
    Ok(())
}

fn group_waits(conn: &Connection, group: i64, first: i64) -> Result<bool, StoreError> {
    // A member that is in flight or parked, or one whose record has something before it that is not of the group.
    let held = "SELECT 1 FROM _outbox AS own WHERE own.grp = ?1 AND (own.state <> 0 OR own.head = 0 AND NOT EXISTS \
                (SELECT 1 FROM _outbox AS before WHERE before.model = own.model AND before.key = own.key \
                AND before.seq < own.seq AND +before.grp = ?1)) LIMIT 1";
    if sql::exists(conn, held, params![group])? || unfilled::group_waits(conn, group)? {
        return Ok(true);
    }
    let mut statement = conn.prepare_cached(
        "SELECT parent.seq FROM _outbox AS own JOIN _parent ON _parent.seq = own.seq JOIN _outbox AS parent \
         ON parent.model = _parent.model AND parent.key = _parent.key \
         WHERE own.grp = ?1 AND own.op <> 2 AND parent.op = 0 AND +parent.grp IS NOT ?1 \
         AND NOT (parent.model = own.model AND parent.key = own.key) \
         UNION ALL SELECT child.seq FROM _outbox AS own JOIN _parent ON _parent.model = own.model AND _parent.key = own.key \
         JOIN _outbox AS child ON child.seq = _parent.seq \
         WHERE own.grp = ?1 AND own.op = 2 AND child.op = 2 AND child.state <> 2 AND +child.grp IS NOT ?1",
    )?;
    let blockers: Vec<i64> = statement.query_map([group], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for blocker in blockers {
        if blocker < first || !reaches(conn, blocker, |place| place.group == Some(group))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The entries that the one at `seq`, of no group, waits for, those of its own circle left out.
pub(crate) fn blockers(conn: &Connection, seq: i64) -> Result<Vec<i64>, StoreError> {
    let Some(place) = rows::place(conn, seq)? else { return Ok(Vec::new()) };
    let mut blockers = Vec::new();
    for blocker in waits_for(conn, &place)? {
        // In a circle of records that refer to each other, one has to go first: every circle has a place where an entry
        // waits for one behind it, and there it opens. (The members of a group stand behind each other without a gap.)
        if blocker < seq || !reaches(conn, blocker, |place| place.seq == seq)? {
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

/// The entry that has to go before the one at `place` because they are of one record.
fn before_it(conn: &Connection, place: &Place) -> Result<Vec<i64>, StoreError> {
    list(
        conn,
        "SELECT seq FROM _outbox WHERE model = ?2 AND key = ?3 AND seq < ?1 ORDER BY seq DESC LIMIT 1",
        place,
    )
}

/// The other way round: the one that has to go after it.
fn behind_it(conn: &Connection, place: &Place) -> Result<Vec<i64>, StoreError> {
    list(
        conn,
        "SELECT seq FROM _outbox WHERE model = ?2 AND key = ?3 AND seq > ?1 ORDER BY seq LIMIT 1",
        place,
    )
}

/// The entries whose turn may change when `entry` appears, changes or goes, its own group left out.
pub(super) fn waiting_for(
    conn: &Connection,
    table: &Table,
    key_text: &str,
    entry: &Entry,
) -> Result<Vec<i64>, StoreError> {
    let counts = match entry.op {
        MutationOp::Create => table.is_parent,
        MutationOp::Delete => table.is_child(),
        MutationOp::Update => false,
    };
    if !counts {
        return Ok(Vec::new());
    }
    let place = Place {
        seq: entry.seq,
        op: super::op_code(entry.op),
        model: table.model.name.clone(),
        key: key_text.to_owned(),
        group: None,
        flags: Flags { head: false, ready: false },
    };
    waiting(conn, &place)
}

/// Adds what waits for those in `found`, and what waits for these, and so on. What waits for one member of a group waits
/// for all, and they for each other.
pub(super) fn add_all_waiting(conn: &Connection, found: &mut BTreeSet<i64>) -> Result<(), StoreError> {
    let mut groups = BTreeSet::new();
    let mut open: Vec<i64> = found.iter().copied().collect();
    while let Some(seq) = open.pop() {
        let Some(place) = rows::place(conn, seq)? else { continue };
        let mut next = waiting(conn, &place)?;
        next.extend(behind_it(conn, &place)?);
        if let Some(group) = place.group.filter(|group| groups.insert(*group)) {
            next.extend(members(conn, group)?);
        }
        open.extend(next.into_iter().filter(|seq| found.insert(*seq)));
    }
    Ok(())
}

/// Whether the entry `from` waits, at the end of the chain, for a `target`.
fn reaches(conn: &Connection, from: i64, target: impl Fn(&Place) -> bool) -> Result<bool, StoreError> {
    let (mut seen, mut groups) = (BTreeSet::from([from]), BTreeSet::new());
    let mut open = vec![from];
    while let Some(seq) = open.pop() {
        let Some(place) = rows::place(conn, seq)? else { continue };
        if target(&place) {
            return Ok(true);
        }
        let mut next = waits_for(conn, &place)?;
        next.extend(before_it(conn, &place)?);
        if let Some(group) = place.group.filter(|group| groups.insert(*group)) {
            next.extend(members(conn, group)?);
        }
        open.extend(next.into_iter().filter(|seq| seen.insert(*seq)));
    }
    Ok(false)
}
