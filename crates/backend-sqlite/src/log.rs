//! The change log (SYNC 3.2) and the ids of applied mutations (SYNC 2.1).

use std::ops::RangeInclusive;

use rusqlite::types::FromSqlError;
use rusqlite::{Connection, OptionalExtension, params};
use syncline_backend::driver::Undone;
use syncline_backend::{LoggedChange, Mutation, MutationId, Row};
use syncline_core::record::MutationOp;
use syncline_core::{Key, Model, Value};

use syncline_core::value::from_json;

use crate::value::json_text;

/// Writes the log line of the change that made `row`: what kind it is, and the values before it. `key` is the text of
/// the mutation's key.
pub(crate) fn append(
    conn: &Connection,
    model: &Model,
    (mutation, key): (&Mutation, &str),
    (op, before): (MutationOp, &[(usize, Value)]),
    row: &Row,
) -> rusqlite::Result<()> {
    let sql = r#"INSERT INTO "_changes" ("seq", "model", "key", "version", "op", "before", "session", "stamp")
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)"#;
    conn.prepare_cached(sql)?
        .execute(params![
            row.seq,
            model.name,
            key,
            row.meta.version,
            word(op),
            before_text(model, before),
            mutation.session,
            row.meta.last_changed_at,
        ])
        .map(drop)
}

/// The values before a change, as a JSON object. Names are GraphQL's: nothing in them needs to be escaped.
fn before_text(model: &Model, before: &[(usize, Value)]) -> String {
    let mut text = "{".to_owned();
    for (place, (field, value)) in before.iter().enumerate() {
        text.push_str(if place > 0 { ",\"" } else { "\"" });
        text.push_str(&model.fields[*field].name);
        text.push_str("\":");
        text.push_str(&json_text(value));
    }
    text.push('}');
    text
}

/// The log lines of a record's `versions`, oldest first, as far as they are kept.
pub(crate) fn changes(
    conn: &Connection,
    model: &Model,
    key: &Key,
    versions: &RangeInclusive<i64>,
) -> rusqlite::Result<Vec<LoggedChange>> {
    if versions.is_empty() {
        return Ok(Vec::new());
    }
    let sql = r#"SELECT "version", "before", "session" FROM "_changes"
        WHERE "model" = ? AND "key" = ? AND "version" BETWEEN ? AND ? ORDER BY "version""#;
    conn.prepare_cached(sql)?
        .query_map(params![model.name, key.to_text(), versions.start(), versions.end()], |row| {
            Ok(LoggedChange { version: row.get(0)?, before: before(model, 1, row)?, session: row.get(2)? })
        })?
        .collect()
}

/// The values before a change, from that column; fields come in the order of the model.
fn before(model: &Model, column: usize, row: &rusqlite::Row<'_>) -> rusqlite::Result<Vec<(usize, Value)>> {
    read_before(model, row.get_ref(column)?.as_str()?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn read_before(model: &Model, text: &str) -> Result<Vec<(usize, Value)>, FromSqlError> {
    let json: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).map_err(FromSqlError::other)?;
    let mut before = json
        .iter()
        .map(|(name, json)| {
            let field = model.field(name).ok_or(FromSqlError::InvalidType)?;
            let value = from_json(&model.fields[field], json).ok_or(FromSqlError::InvalidType)?;
            Ok((field, value))
        })
        .collect::<Result<Vec<_>, FromSqlError>>()?;
    before.sort_by_key(|(field, _)| *field);
    Ok(before)
}

/// Hands `with` the log lines of a record that come after the sequence number `from`, newest first.
pub(crate) fn since<T>(
    conn: &Connection,
    model: &Model,
    key: &Key,
    from: i64,
    with: impl FnOnce(&mut dyn Iterator<Item = rusqlite::Result<Undone>>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let sql = r#"SELECT "seq", "version", "op", "before" FROM "_changes"
        WHERE "model" = ? AND "key" = ? ORDER BY "version" DESC, "seq" DESC"#;
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params![model.name, key.to_text()])?;
    let mut lines = std::iter::from_fn(|| {
        let line = match rows.next() {
            Ok(row) => row?,
            Err(error) => return Some(Err(error)),
        };
        undone(model, from, line).transpose()
    });
    with(&mut lines)
}

/// A log line, if it comes after `from`.
fn undone(model: &Model, from: i64, row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<Undone>> {
    if row.get::<_, i64>(0)? <= from {
        return Ok(None);
    }
    let op = match row.get_ref(2)?.as_str()? {
        "create" => MutationOp::Create,
        "delete" => MutationOp::Delete,
        _ => MutationOp::Update,
    };
    Ok(Some(Undone { version: row.get(1)?, op, before: before(model, 3, row)? }))
}

/// A mutation that was applied.
#[derive(Debug)]
pub(crate) struct Remembered {
    pub(crate) principal: String,
    pub(crate) model: String,
    pub(crate) key: String,
}

/// The mutation that was applied under this id, whoever sent it.
pub(crate) fn recall(conn: &Connection, id: &MutationId) -> rusqlite::Result<Option<Remembered>> {
    let sql = r#"SELECT "principal", "model", "key" FROM "_mutations" WHERE "id" = ?"#;
    conn.prepare_cached(sql)?
        .query_row([&id.id], |row| {
            Ok(Remembered { principal: row.get(0)?, model: row.get(1)?, key: row.get(2)? })
        })
        .optional()
}

/// Remembers that a mutation left its record at `version`, at `now`.
pub(crate) fn remember(
    conn: &Connection,
    id: &MutationId,
    model: &Model,
    key: &str,
    version: i64,
    now: i64,
) -> rusqlite::Result<()> {
    let sql = r#"INSERT INTO "_mutations" ("id", "principal", "model", "key", "version", "stamp")
        VALUES (?, ?, ?, ?, ?, ?)"#;
    conn.prepare_cached(sql)?.execute(params![id.id, id.principal, model.name, key, version, now]).map(drop)
}

fn word(op: MutationOp) -> &'static str {
    match op {
        MutationOp::Create => "create",
        MutationOp::Update => "update",
        MutationOp::Delete => "delete",
    }
}
