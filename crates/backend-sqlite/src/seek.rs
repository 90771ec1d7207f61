//! Where a time is in the sequence: stamps never decrease along it (SYNC 3.1), so halving finds it, without an index on
//! stamps that every write would have to keep.

use rusqlite::{Connection, OptionalExtension};

use crate::meta::ClockRow;
use crate::names::{self, quoted};
use crate::table::Table;

/// A place in the sequence and its stamp, in ms.
type Place = (i64, i64);

/// The greatest sequence number such that whatever is stamped `since` or later comes after it, as far as `at` can see:
/// it gives the first of its places from a sequence number on. `last` is the last sequence number there is. Places near
/// the end, which most syncs look for, are found first.
fn before(
    since: i64,
    last: i64,
    mut at: impl FnMut(i64) -> rusqlite::Result<Option<Place>>,
) -> rusqlite::Result<i64> {
    // What is stamped early enough is at `low` or before it, and nothing from `high` on is.
    let (mut low, mut high, mut found) = (0, last.saturating_add(1), last);
    let mut step = 1;
    while low + 1 < high {
        let middle = if step < (high - low) / 2 { high - step } else { low + (high - low) / 2 };
        step = step.saturating_mul(4);
        match at(middle)? {
            Some((seq, stamp)) if stamp < since => low = seq,
            Some((seq, _)) => (high, found) = (middle, seq - 1),
            None => high = middle,
        }
    }
    // Between the two there may be numbers that nothing has any more.
    Ok(found.max(low))
}

/// The sequence number that a `lastSync` of `since` maps to for a sync of `table`: by the change log, or, beyond that,
/// by the rows themselves.
pub(crate) fn seq_before(
    conn: &Connection,
    table: &Table,
    clock: ClockRow,
    since: i64,
) -> rusqlite::Result<i64> {
    if since >= clock.log_from {
        return log_before(conn, clock.seq, since);
    }
    rows_before(conn, table, &names::seq_index(&table.model), "1", clock.seq, since)
}

/// The greatest sequence number such that every line of the change log stamped `since` or later comes after it.
pub(crate) fn log_before(conn: &Connection, last: i64, since: i64) -> rusqlite::Result<i64> {
    let sql = r#"SELECT "seq", "stamp" FROM "_changes" WHERE "seq" >= ? ORDER BY "seq" LIMIT 1"#;
    let mut statement = conn.prepare_cached(sql)?;
    before(since, last, |seq| statement.query_row([seq], |row| Ok((row.get(0)?, row.get(1)?))).optional())
}

/// The same of the tombstones of `table`.
pub(crate) fn gone_before(conn: &Connection, table: &Table, last: i64, since: i64) -> rusqlite::Result<i64> {
    rows_before(conn, table, &names::gone_index(&table.model), "\"_deleted\" = 1", last, since)
}

fn rows_before(
    conn: &Connection,
    table: &Table,
    index: &str,
    which: &str,
    last: i64,
    since: i64,
) -> rusqlite::Result<i64> {
    let sql = format!(
        r#"SELECT "_seq", "_lastChangedAt" FROM {} INDEXED BY {} WHERE {which} AND "_seq" >= ? ORDER BY "_seq" LIMIT 1"#,
        table.name,
        quoted(index)
    );
    let mut statement = conn.prepare_cached(&sql)?;
    before(since, last, |seq| statement.query_row([seq], |row| Ok((row.get(0)?, row.get(1)?))).optional())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_what_a_scan_finds() {
        // Some numbers are missing, some stamps are equal.
        for (places, last) in [
            (vec![], 9),
            (vec![(1, 10)], 1),
            (vec![(4, 10), (5, 10), (9, 20), (10, 20), (11, 30), (500, 30), (501, 31)], 501),
            (vec![(1, 10), (2, 20), (3, 30), (4, 40)], 1_000),
            ((1..200).map(|seq| (seq, seq / 7)).collect::<Vec<_>>(), 199),
        ] {
            for since in 0..50 {
                let at = |seq| Ok(places.iter().find(|(place, _)| *place >= seq).copied());
                let first = places.iter().find(|(_, stamp)| *stamp >= since);
                let expected = first.map_or(last, |(seq, _)| seq - 1);
                assert_eq!(before(since, last, at).unwrap(), expected, "since {since} in {places:?}");
            }
        }
    }
}
