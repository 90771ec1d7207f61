//! The tables that every store has, and what it remembers of itself.

use rusqlite::{Connection, OptionalExtension};

/// The tables of the store itself.
///
/// `_meta` holds the schema and the epoch, `_clock` one row of what every commit moves, `_changes` the change log
/// (SYNC 3.2), `_mutations` the ids of what was applied (SYNC 2.1) in the order of their commits, so that the oldest
/// are found without an index. Stamps never decrease along sequence numbers, so a time is found by halving (`seek`).
/// The kinds of changes are compared one by one: `IN` would build a table of them at every insert.
pub(crate) const TABLES: &str = r#"
CREATE TABLE "_meta" ("name" TEXT PRIMARY KEY, "value" TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE "_clock" (
    "id" INTEGER PRIMARY KEY CHECK ("id" = 1),
    "seq" INTEGER NOT NULL,
    "stamp" INTEGER NOT NULL,
    "ceiling" INTEGER NOT NULL,
    "horizon" INTEGER NOT NULL,
    "log_from" INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO "_clock" VALUES (1, 0, 0, 0, 0, 0);
CREATE TABLE "_changes" (
    "seq" INTEGER PRIMARY KEY,
    "model" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "op" TEXT NOT NULL CHECK ("op" = 'create' OR "op" = 'update' OR "op" = 'delete'),
    "before" TEXT NOT NULL,
    "session" TEXT,
    "stamp" INTEGER NOT NULL
) STRICT;
CREATE INDEX "_changes.record" ON "_changes" ("model", "key", "version");
CREATE TABLE "_mutations" (
    "place" INTEGER PRIMARY KEY,
    "id" TEXT NOT NULL UNIQUE,
    "principal" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "stamp" INTEGER NOT NULL
) STRICT;
"#;

/// What `_meta` calls the schema's text.
pub(crate) const SCHEMA: &str = "schema";
/// What `_meta` calls the epoch.
pub(crate) const EPOCH: &str = "epoch";

/// What every commit moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClockRow {
    /// The last sequence number.
    pub(crate) seq: i64,
    /// The last stamp, in ms.
    pub(crate) stamp: i64,
    /// No `startedAt` above it was handed out, in ms.
    pub(crate) ceiling: i64,
    /// A sync from before it is answered as base, since tombstones may be gone, in ms (SYNC 3.11).
    pub(crate) horizon: i64,
    /// Log lines stamped before it may be gone, in ms.
    pub(crate) log_from: i64,
}

/// Reads `_clock`.
pub(crate) fn clock(conn: &Connection) -> rusqlite::Result<ClockRow> {
    let sql = r#"SELECT "seq", "stamp", "ceiling", "horizon", "log_from" FROM "_clock" WHERE "id" = 1"#;
    conn.prepare_cached(sql)?.query_row([], |row| {
        Ok(ClockRow {
            seq: row.get(0)?,
            stamp: row.get(1)?,
            ceiling: row.get(2)?,
            horizon: row.get(3)?,
            log_from: row.get(4)?,
        })
    })
}

/// Writes from when on tombstones and log lines are all there, in ms.
pub(crate) fn set_horizon(conn: &Connection, horizon: i64, log_from: i64) -> rusqlite::Result<()> {
    let sql = r#"UPDATE "_clock" SET "horizon" = ?, "log_from" = ? WHERE "id" = 1"#;
    conn.prepare_cached(sql)?.execute([horizon, log_from]).map(drop)
}

/// Writes what a commit moves.
pub(crate) fn set_clock(conn: &Connection, seq: i64, stamp: i64, ceiling: i64) -> rusqlite::Result<()> {
    let sql = r#"UPDATE "_clock" SET "seq" = ?, "stamp" = ?, "ceiling" = ? WHERE "id" = 1"#;
    conn.prepare_cached(sql)?.execute([seq, stamp, ceiling]).map(drop)
}

/// Reads an entry of `_meta`.
pub(crate) fn entry(conn: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    let sql = r#"SELECT "value" FROM "_meta" WHERE "name" = ?"#;
    conn.query_row(sql, [name], |row| row.get(0)).optional()
}

/// Writes an entry of `_meta`.
pub(crate) fn set_entry(conn: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    let sql =
        r#"INSERT INTO "_meta" VALUES (?, ?) ON CONFLICT ("name") DO UPDATE SET "value" = excluded."value""#;
    conn.execute(sql, [name, value]).map(drop)
}
