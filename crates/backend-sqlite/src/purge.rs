//! A step of a purge (SYNC 3.11). It runs on the writer's connection, between two groups of mutations.

use rusqlite::{Connection, Row, TransactionBehavior, params};
use syncline_backend::{BackendError, Cuts, Purged, Retention};
use syncline_core::{Key, Value};

use crate::error::fault;
use crate::table::{Layout, Table};
use crate::value::from_column;
use crate::write::Writer;
use crate::{meta, names, seek};

/// What a step is to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// The time, in ms.
    pub(crate) now_ms: i64,
    pub(crate) retention: Retention,
    /// The most to remove of each kind.
    pub(crate) most: usize,
}

/// Moves the horizons, and then removes up to `most` of each kind, each in a transaction of its own.
///
/// # Errors
/// A fault of the store; what has been moved or removed by then stays so.
pub(crate) fn purge(writer: &mut Writer, step: Step) -> Result<Purged, BackendError> {
    let cuts = step.retention.cuts(step.now_ms, writer.watermark.latest());
    let (conn, layout, seq) = (&mut writer.conn, &writer.layout, writer.seq);
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
    if move_horizons(&tx, layout, cuts, seq).map_err(fault)? {
        tx.commit().map_err(fault)?;
    } else {
        drop(tx);
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault)?;
    let purged = remove(&tx, layout, cuts, seq, step.most).map_err(fault)?;
    tx.commit().map_err(fault)?;
    Ok(purged)
}

/// Says that tombstones and log lines below `cuts` may be gone, if there are any; false if nothing was to be said.
fn move_horizons(conn: &Connection, layout: &Layout, cuts: Cuts, last: i64) -> rusqlite::Result<bool> {
    let clock = meta::clock(conn)?;
    let (mut horizon, mut log_from) = (clock.horizon, clock.log_from);
    if cuts.tombstones > horizon {
        for table in &layout.tables {
            if !gone(conn, table, cuts.tombstones, last, 1)?.is_empty() {
                horizon = cuts.tombstones;
                break;
            }
        }
    }
    if cuts.changes > log_from && lines(conn, cuts.changes, last, 1)?.0 > 0 {
        log_from = cuts.changes;
    }
    let moved = (horizon, log_from) != (clock.horizon, clock.log_from);
    if moved {
        meta::set_horizon(conn, horizon, log_from)?;
    }
    Ok(moved)
}

fn remove(
    conn: &Connection,
    layout: &Layout,
    cuts: Cuts,
    last: i64,
    most: usize,
) -> rusqlite::Result<Purged> {
    let mut purged = Purged::default();
    for table in &layout.tables {
        let left = most - purged.tombstones;
        let mut keys = gone(conn, table, cuts.tombstones, last, left + 1)?;
        purged.more |= keys.len() > left;
        keys.truncate(left);
        for key in &keys {
            table.remove(conn, key)?;
            // With what the log holds of its life: the next one begins at version 1 again.
            conn.prepare_cached(r#"DELETE FROM "_changes" WHERE "model" = ? AND "key" = ?"#)?
                .execute(params![table.model.name, key.to_text()])?;
        }
        purged.tombstones += keys.len();
    }
    let (there, until) = lines(conn, cuts.changes, last, most)?;
    if there > 0 {
        purged.changes =
            conn.prepare_cached(r#"DELETE FROM "_changes" WHERE "seq" <= ?"#)?.execute([until])?;
    }
    purged.more |= lines(conn, cuts.changes, last, 1)?.0 > 0;
    let (there, until) = ids(conn, cuts.ids, most)?;
    if there > 0 {
        purged.ids =
            conn.prepare_cached(r#"DELETE FROM "_mutations" WHERE "place" <= ?"#)?.execute([until])?;
    }
    purged.more |= ids(conn, cuts.ids, 1)?.0 > 0;
    Ok(purged)
}

/// The keys of up to `most` tombstones of `table` stamped before `cut`, the oldest first.
fn gone(conn: &Connection, table: &Table, cut: i64, last: i64, most: usize) -> rusqlite::Result<Vec<Key>> {
    let until = seek::gone_before(conn, table, last, cut)?;
    let index = names::quoted(&names::gone_index(&table.model));
    let sql = format!(
        r#"SELECT {} FROM {} INDEXED BY {index} WHERE "_deleted" = 1 AND "_seq" <= ? ORDER BY "_seq" LIMIT ?"#,
        table.list(&table.model.key),
        table.name,
    );
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    conn.prepare_cached(&sql)?.query_map([until, most], |row| key(table, row))?.collect()
}

fn key(table: &Table, row: &Row<'_>) -> rusqlite::Result<Key> {
    let value = |(place, &field): (usize, &usize)| {
        let column = row.get_ref(place)?;
        from_column(&table.model.fields[field], column).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(place, column.data_type(), Box::new(error))
        })
    };
    table.model.key.iter().enumerate().map(value).collect::<rusqlite::Result<Vec<Value>>>().map(Key)
}

/// Of the log lines stamped before `cut`, the oldest, up to `most`: how many they are, and the sequence number of the
/// last one.
fn lines(conn: &Connection, cut: i64, last: i64, most: usize) -> rusqlite::Result<(i64, i64)> {
    let until = seek::log_before(conn, last, cut)?;
    let sql = r#"SELECT count(*), coalesce(max("seq"), 0)
        FROM (SELECT "seq" FROM "_changes" WHERE "seq" <= ? ORDER BY "seq" LIMIT ?)"#;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    conn.prepare_cached(sql)?.query_row([until, most], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Of the mutation ids, the oldest, up to `most` and up to the first that is younger than `cut`: how many they are, and
/// the place of the last one. Their stamps follow the clock, which may step back: then some are kept a while longer.
fn ids(conn: &Connection, cut: i64, most: usize) -> rusqlite::Result<(i64, i64)> {
    let mut statement =
        conn.prepare_cached(r#"SELECT "place", "stamp" FROM "_mutations" ORDER BY "place" LIMIT ?"#)?;
    let mut rows = statement.query([i64::try_from(most).unwrap_or(i64::MAX)])?;
    let (mut count, mut last) = (0, 0);
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(1)? >= cut {
            break;
        }
        (count, last) = (count + 1, row.get(0)?);
    }
    Ok((count, last))
}

#[cfg(test)]
mod tests {
    use super::Value;
    use crate::read::Query;

    /// The statements that find what is old go by an index.
    #[test]
    fn nothing_is_proportional_to_the_table() {
        let source = "type Note @model @auth(rules: [{ allow: public }]) { text: String }";
        let schema = std::sync::Arc::new(syncline_schema::compile(source, "notes.graphql").unwrap());
        let opened = crate::open::memory(schema, [0; 16]).unwrap();
        let plan = |sql: &str| {
            let mut query = Query::of(sql.to_owned());
            query.push("", vec![Value::Int(1); sql.matches('?').count()]);
            query.plan(&opened.conn)
        };
        for (sql, uses) in [
            (
                r#"SELECT "id" FROM "Note" INDEXED BY "Note._gone" WHERE "_deleted" = 1 AND "_seq" <= ? ORDER BY "_seq" LIMIT ?"#,
                "Note._gone (_seq<?)",
            ),
            (
                r#"DELETE FROM "_changes" WHERE "model" = ? AND "key" = ?"#,
                "_changes.record (model=? AND key=?)",
            ),
            (r#"DELETE FROM "_changes" WHERE "seq" <= ?"#, "INTEGER PRIMARY KEY (rowid<?)"),
        ] {
            let plan = plan(sql);
            assert!(plan.contains(uses) && !plan.contains("TEMP B-TREE"), "{sql}: {plan}");
        }
    }
}
