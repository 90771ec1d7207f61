//! Deciding anew about every entry.

use super::ready::{may_wait, next_of, refresh};
use super::rows::{self, Flags};
use super::{links, op_code};
use crate::StoreError;
use crate::layout::Tables;
use crate::local::{self, read_key};
use crate::sql::exists;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use syncline_core::record::MutationOp;

/// Writes anew what the entries travel with, what they refer to and whose turn it is, of which a migration leaves
/// nothing right but ids, contents and order. What a delete waits for is known from the time when it was made.
pub(crate) fn rebuild(conn: &Connection, tables: &Tables) -> Result<(), StoreError> {
    conn.execute(
        "DELETE FROM _parent WHERE seq NOT IN (SELECT seq FROM _outbox WHERE op = ?1)",
        [op_code(MutationOp::Delete)],
    )?;
    let mut records = conn.prepare("SELECT model, key FROM _outbox GROUP BY model, key ORDER BY min(seq)")?;
    let records = records.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let records: Vec<(String, String)> = records.collect::<Result<_, _>>()?;
    let mut touched = BTreeSet::new();
    for (model, key_text) in records {
        let table = tables.named(&model)?;
        let loaded = local::load(conn, table, &read_key(table, &key_text)?)?;
        let entries = &loaded.local.entries;
        let asks = exists(
            conn,
            "SELECT 1 FROM _held WHERE model = ?1 AND key = ?2 AND asks <> 0",
            params![model, key_text],
        )?;
        let head = if asks { None } else { next_of(entries) };
        for (place, entry) in entries.iter().enumerate() {
            let (is_head, waits) = (head == Some(place), may_wait(conn, table, entry)?);
            rows::reshape(conn, entry, Flags { head: is_head, ready: is_head && !waits })?;
            if entry.op != MutationOp::Delete {
                links::write(conn, table, entry, &loaded, loaded.visible.as_ref())?;
            }
            if waits {
                touched.insert(entry.seq);
            }
        }
    }
    let mut groups = conn.prepare("SELECT grp FROM _outbox WHERE grp IS NOT NULL GROUP BY grp")?;
    let groups: Vec<i64> = groups.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    refresh(conn, touched)?;
    groups.into_iter().try_for_each(|group| super::ready::group_written(conn, group))
}
