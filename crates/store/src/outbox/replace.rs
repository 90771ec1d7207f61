//! Writing what became of a record's entries, and whose turn it is then.

use super::ready::{self, next_of, refresh};
use super::{links, rows};
use crate::StoreError;
use crate::layout::Table;
use crate::local::Loaded;
use crate::sql::execute;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use syncline_core::Record;
use syncline_core::record::{Entry, Local};

/// Replaces the entries of a record by those of `after`; new ones have the place 0. `visible` is the record as it is shown
/// with them. Nothing of a record that waits for its conflict handler is sent.
pub(crate) fn replace(
    conn: &Connection,
    table: &Table,
    before: &Loaded,
    after: &Local,
    visible: Option<&Record>,
) -> Result<(), StoreError> {
    let next = |local: &Local| if local.asks() { None } else { next_of(&local.entries) };
    let (old_head, head) = (next(&before.local), next(after));
    let (old, after) = (&before.local.entries, &after.entries);
    if old.is_empty() && after.is_empty() {
        return Ok(());
    }
    let related = table.is_related();
    // Entries whose turn may have come, or gone, by what happens here.
    let mut touched = BTreeSet::new();
    let mut groups = BTreeSet::new();
    for entry in old.iter().filter(|entry| after.iter().all(|kept| kept.seq != entry.seq)) {
        if related {
            touched.extend(ready::waiting_for(conn, table, &before.key_text, entry)?);
        }
        if let Some(group) = entry.group {
            groups.insert(group);
        }
        execute(conn, "DELETE FROM _outbox WHERE seq = ?1", params![entry.seq])?;
        if table.is_child() {
            links::remove(conn, entry.seq)?;
        }
        touched.remove(&entry.seq);
    }
    let old_head = old_head.and_then(|place| old.get(place)).map(|entry| entry.seq);
    // Whether a circle may just have been closed.
    let mut closes = false;
    for (place, entry) in after.iter().enumerate() {
        let is_head = head == Some(place);
        let waits = ready::may_wait(conn, table, entry)?;
        let flags = rows::Flags { head: is_head, ready: is_head && !waits };
        let known = old.iter().find(|known| known.seq == entry.seq);
        let seq = match known {
            Some(known) if known == entry => {
                if (old_head == Some(entry.seq)) == is_head {
                    continue;
                }
                rows::flag(conn, entry.seq, flags)?;
                entry.seq
            }
            Some(known) => {
                rows::update(conn, table, entry, flags)?;
                // It was applied, and what is left of it for the conflict handler is of no group.
                groups.extend(known.group.filter(|_| entry.group.is_none()));
                if related && (known.op != entry.op || known.state != entry.state) {
                    touched.extend(ready::waiting_for(conn, table, &before.key_text, known)?);
                    closes = true;
                }
                entry.seq
            }
            None => rows::insert(conn, table, entry, &before.key_text, flags)?,
        };
        // A new member of a group waits for the rest of it, and then `group_written` decides about all.
        let joins = known.is_none() && entry.group.is_some();
        if waits && !joins {
            touched.insert(seq);
        }
        if !related && entry.group.is_none() {
            continue;
        }
        if known.is_none_or(|known| known.op != entry.op || known.patch != entry.patch) {
            let entry = Entry { seq, ..entry.clone() };
            let linked = links::write(conn, table, &entry, before, visible)?;
            // Who waits for it does not depend on what it changes.
            if known.is_none_or(|known| known.op != entry.op) {
                touched.extend(ready::waiting_for(conn, table, &before.key_text, &entry)?);
            }
            closes |= !joins && (linked || entry.group.is_some() || (known.is_none() && !old.is_empty()));
        }
    }
    for group in groups {
        touched.extend(super::rows::first_of(conn, group)?);
    }
    if closes {
        // It is opened where one of those that wait, at the end of the chain, for what was written looks for it.
        ready::add_all_waiting(conn, &mut touched)?;
    }
    refresh(conn, touched)
}
