//! What waits because it changes a field that is new here.
//!
//! What the server has in such a field is not known yet, and an update that goes out on the version that is known would
//! overwrite it as if it were (SYNC 1.13). So it waits until a base sync of its model has brought the field, or until its
//! record was asked for by itself, whichever comes first: a model that cannot be synced must not hold back its edits (I7).
//! Updates of other fields do not wait.

use crate::StoreError;
use crate::sql::exists;
use rusqlite::{Connection, params};

/// Whether the row `own` of the outbox waits so.
pub(crate) const UNFILLED: &str = "own.op = 1 AND own.state = 0 AND EXISTS (SELECT 1 FROM _sync AS sync \
     WHERE sync.model = own.model AND sync.refill = 1 AND (sync.new_fields IS NULL OR EXISTS \
     (SELECT 1 FROM json_each(own.patch) AS change JOIN json_each(sync.new_fields) AS field \
     ON change.key = field.value))) \
     AND NOT EXISTS (SELECT 1 FROM _filled WHERE _filled.model = own.model AND _filled.key = own.key)";

/// Whether the model has fields of which it is not known what the server has in them.
pub(super) fn is_refilling(conn: &Connection, model: &str) -> Result<bool, StoreError> {
    exists(conn, "SELECT 1 FROM _sync WHERE model = ?1 AND refill = 1", params![model])
}

/// Whether any model has.
pub(crate) fn any_refilling(conn: &Connection) -> Result<bool, StoreError> {
    exists(conn, "SELECT 1 FROM _sync WHERE refill = 1", [])
}

/// Whether this entry waits so.
pub(crate) fn waits(conn: &Connection, seq: i64) -> Result<bool, StoreError> {
    exists(conn, &format!("SELECT 1 FROM _outbox AS own WHERE own.seq = ?1 AND {UNFILLED}"), params![seq])
}

/// Whether a member of this group does.
pub(super) fn group_waits(conn: &Connection, group: i64) -> Result<bool, StoreError> {
    let sql = format!("SELECT 1 FROM _outbox AS own WHERE own.grp = ?1 AND {UNFILLED} LIMIT 1");
    exists(conn, &sql, params![group])
}

/// Decides anew about the entries that may have waited so: those of a model, or of one record of it.
pub(crate) fn decide(conn: &Connection, model: &str, key_text: Option<&str>) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT seq FROM _outbox WHERE model = ?1 AND (?2 IS NULL OR key = ?2) \
         AND op = 1 AND state = 0 AND (head = 1 OR grp IS NOT NULL)",
    )?;
    let found = statement.query_map(params![model, key_text], |row| row.get(0))?;
    let found = found.collect::<Result<_, _>>()?;
    super::ready::refresh(conn, found)
}
