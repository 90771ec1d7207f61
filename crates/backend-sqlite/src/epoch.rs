//! A new epoch for a store that was restored from a copy (SYNC 2.6).

use rusqlite::{Connection, TransactionBehavior};

use crate::meta::{self, ClockRow};
use crate::names::{self, quoted};
use crate::table::{Layout, Table};

/// What is added to every `_version`: more than any record has come to since the copy was made, so that what is restored
/// is newer than what a client holds.
const LEAP: i64 = 1_000_000;

/// Begins the epoch `epoch` at `now_ms`: every record gets a higher version, a new stamp and a new sequence number, in one
/// transaction. Older syncs begin anew.
pub(crate) fn begin(
    conn: &mut Connection,
    layout: &Layout,
    epoch: &str,
    now_ms: i64,
) -> rusqlite::Result<ClockRow> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let clock = meta::clock(&tx)?;
    let stamp = now_ms.max(clock.stamp).max(clock.ceiling);
    let mut seq = clock.seq;
    for table in &layout.tables {
        let records = tx.execute(&renew(table), [LEAP, stamp, seq])?;
        seq = seq.saturating_add(i64::try_from(records).unwrap_or(i64::MAX));
    }
    meta::set_entry(&tx, meta::EPOCH, epoch)?;
    meta::set_clock(&tx, seq, stamp, stamp)?;
    // The log tells how the records came to be in the copy, not what a client saw since.
    meta::set_horizon(&tx, stamp, stamp.saturating_add(1))?;
    let clock = meta::clock(&tx)?;
    tx.commit()?;
    Ok(clock)
}

/// What renews all rows of a table. They keep their order in the sequence; every new number is above every old one, so
/// that none is there twice meanwhile.
fn renew(table: &Table) -> String {
    let same: Vec<String> = table
        .key_columns()
        .iter()
        .map(|column| format!("{}.{column} = \"_old\".{column}", table.name))
        .collect();
    format!(
        r#"UPDATE {name} SET "_version" = "_version" + ?1, "_lastChangedAt" = ?2, "_seq" = ?3 + "_old"."_place"
        FROM (SELECT {columns}, row_number() OVER (ORDER BY "_seq") AS "_place" FROM {name} INDEXED BY {index}) AS "_old"
        WHERE {same}"#,
        name = table.name,
        columns = table.key_columns().join(", "),
        index = quoted(&names::seq_index(&table.model)),
        same = same.join(" AND "),
    )
}
