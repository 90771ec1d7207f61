//! Small helpers over rusqlite.

use crate::StoreError;
use crate::codec::Bind;
use rusqlite::{Connection, Params, Statement};
use syncline_core::record::OwnRange;
use syncline_core::{Key, Meta, Record};

/// Runs a cached statement; the number of rows it changed.
pub(crate) fn execute(conn: &Connection, sql: &str, params: impl Params) -> Result<usize, StoreError> {
    Ok(conn.prepare_cached(sql)?.execute(params)?)
}

/// Whether a cached query has a row.
pub(crate) fn exists(conn: &Connection, sql: &str, params: impl Params) -> Result<bool, StoreError> {
    Ok(conn.prepare_cached(sql)?.exists(params)?)
}

/// The first column of the first row of a cached query.
pub(crate) fn value<T: rusqlite::types::FromSql>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Option<T>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    Ok(match rows.next()? {
        Some(row) => Some(row.get(0)?),
        None => None,
    })
}

/// Binds the values of a key to the first parameters.
pub(crate) fn bind_key(statement: &mut Statement<'_>, key: &Key) -> Result<(), StoreError> {
    for (place, value) in key.0.iter().enumerate() {
        statement.raw_bind_parameter(place + 1, Bind(value))?;
    }
    Ok(())
}

/// Binds a record and its `_version` and `_lastChangedAt`; the number of the next parameter.
pub(crate) fn bind_record(
    statement: &mut Statement<'_>,
    record: &Record,
    version: Option<i64>,
    last_changed_at: Option<i64>,
) -> Result<usize, StoreError> {
    for (place, value) in record.0.iter().enumerate() {
        statement.raw_bind_parameter(place + 1, Bind(value))?;
    }
    let next = record.0.len() + 1;
    statement.raw_bind_parameter(next, version)?;
    statement.raw_bind_parameter(next + 1, last_changed_at)?;
    Ok(next + 2)
}

/// Binds the own range to the parameters from `place` on.
pub(crate) fn bind_own(
    statement: &mut Statement<'_>,
    place: usize,
    own: Option<OwnRange>,
) -> Result<(), StoreError> {
    statement.raw_bind_parameter(place, own.map(|own| own.from))?;
    statement.raw_bind_parameter(place + 1, own.map(|own| own.to))?;
    Ok(())
}

/// The own range in the columns from `place` on.
pub(crate) fn read_own(row: &rusqlite::Row<'_>, place: usize) -> Result<Option<OwnRange>, StoreError> {
    let (from, to): (Option<i64>, Option<i64>) = (row.get(place)?, row.get(place + 1)?);
    Ok(from.zip(to).map(|(from, to)| OwnRange { from, to }))
}

/// The metadata of a live record.
pub(crate) fn live_meta(version: i64, last_changed_at: i64) -> Meta {
    Meta { version, last_changed_at, deleted: false }
}
