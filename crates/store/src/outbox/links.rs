//! Which records an entry refers to.

use crate::StoreError;
use crate::layout::{Link, Table};
use crate::local::Loaded;
use crate::sql::{execute, exists};
use rusqlite::{Connection, params};
use syncline_core::record::{Entry, MutationOp};
use syncline_core::{Key, Record, Value};

/// Writes the links of an entry anew: the parents that a create or update names, or that a deleted record named. What goes
/// with a deleted record is no parent of it. Whether there are any.
pub(super) fn write(
    conn: &Connection,
    table: &Table,
    entry: &Entry,
    before: &Loaded,
    visible: Option<&Record>,
) -> Result<bool, StoreError> {
    if !table.is_child() {
        return Ok(false);
    }
    remove(conn, entry.seq)?;
    let shown = match entry.op {
        MutationOp::Delete => {
            let server = before.local.server.live().map(|server| &server.record);
            before.visible.as_ref().or(server)
        }
        MutationOp::Create | MutationOp::Update => visible,
    };
    let mut linked = false;
    for link in &table.links {
        let names = |field: &usize| entry.patch.get(*field).is_some();
        if entry.op == MutationOp::Update && !link.fields.iter().any(names) {
            // It refers to what was there before it, which has been sent.
            continue;
        }
        if entry.op == MutationOp::Delete && link.owns {
            continue;
        }
        if let Some(parent) = parent_key(table, link, entry, shown) {
            let sql = "INSERT OR IGNORE INTO _parent SELECT ?1, ?2, ?3";
            execute(conn, sql, params![entry.seq, link.parent_name, parent.to_text()])?;
            linked = true;
        }
    }
    Ok(linked)
}

/// Notes that a record whose delete is pending belonged to `owner`, whose delete is to wait for it.
pub(crate) fn belonged(
    conn: &Connection,
    table: &Table,
    key_text: &str,
    owner: (&Table, &str),
) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO _parent SELECT seq, ?3, ?4 FROM _outbox \
               WHERE model = ?1 AND key = ?2 AND op = 2";
    execute(conn, sql, params![table.model.name, key_text, owner.0.model.name, owner.1])?;
    Ok(())
}

/// The key of the record that the link points to, if it points to one.
fn parent_key(table: &Table, link: &Link, entry: &Entry, shown: Option<&Record>) -> Option<Key> {
    let value = |&field: &usize| -> Option<Value> {
        let own_key = table.model.key.iter().position(|&key| key == field);
        let value = match (entry.patch.get(field), own_key) {
            (Some(change), _) => change.value.clone(),
            (None, Some(place)) => entry.key.0.get(place)?.clone(),
            (None, None) => shown?[field].clone(),
        };
        (!value.is_null()).then_some(value)
    };
    link.fields.iter().map(value).collect::<Option<Vec<_>>>().map(Key)
}

pub(super) fn remove(conn: &Connection, seq: i64) -> Result<(), StoreError> {
    if exists(conn, "SELECT 1 FROM _parent WHERE seq = ?1", params![seq])? {
        execute(conn, "DELETE FROM _parent WHERE seq = ?1", params![seq])?;
    }
    Ok(())
}
