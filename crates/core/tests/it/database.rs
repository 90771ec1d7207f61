//! A table in memory with the records of a model, laid out as `to_sql` describes it.

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, params_from_iter};
use std::fmt::Write;
use syncline_core::predicate::{FieldRef, Filter, to_sql};
use syncline_core::scalar::Storage;
use syncline_core::value::to_json;
use syncline_core::{Model, Record, Value};

pub(crate) struct Database {
    connection: Connection,
    columns: Vec<String>,
}

/// A value as a parameter or a column.
enum Bound {
    Null,
    Int(i64),
    Float(f64),
    Text(String),
}

impl ToSql for Bound {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Bound::Null => ValueRef::Null,
            Bound::Int(int) => ValueRef::Integer(*int),
            Bound::Float(float) => ValueRef::Real(*float),
            Bound::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn bound(value: &Value) -> Bound {
    match value {
        Value::Null => Bound::Null,
        Value::Bool(bool) => Bound::Int((*bool).into()),
        Value::Int(int) => Bound::Int(*int),
        Value::Float(float) => Bound::Float(*float),
        Value::Text(text) => Bound::Text(text.clone()),
        Value::List(_) | Value::Object(_) => Bound::Text(to_json(value).to_string()),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Database {
    /// The records with their places as row ids. A live record's `_deleted` is 0 or null.
    pub(crate) fn new(model: &Model, records: &[(Record, bool)]) -> Database {
        let connection = Connection::open_in_memory().unwrap();
        let columns: Vec<String> = model.fields.iter().map(|field| quoted(&field.name)).collect();
        let mut ddl = "CREATE TABLE t (n INTEGER PRIMARY KEY, \"_deleted\" INTEGER".to_owned();
        for (field, column) in model.fields.iter().zip(&columns) {
            let ty = match (field.is_list(), field.kind.storage()) {
                (true, _) | (_, Storage::Text) => "TEXT",
                (_, Storage::Bool | Storage::Int) => "INTEGER",
                (_, Storage::Float) => "REAL",
                (_, Storage::Object) => "TEXT",
            };
            write!(ddl, ", {column} {ty}").unwrap();
        }
        ddl.push_str(");");
        // What is found through an index must be what is found without one.
        for (place, column) in columns.iter().enumerate() {
            write!(ddl, "CREATE INDEX i{place} ON t ({column});").unwrap();
        }
        connection.execute_batch(&format!("BEGIN; {ddl}")).unwrap();
        let marks = vec!["?"; columns.len() + 2].join(", ");
        let mut insert = connection.prepare(&format!("INSERT INTO t VALUES ({marks})")).unwrap();
        for (n, (record, deleted)) in records.iter().enumerate() {
            let dead = match (deleted, n % 2) {
                (true, _) => Bound::Int(1),
                (false, 0) => Bound::Int(0),
                (false, _) => Bound::Null,
            };
            let missing = record.0.len()..columns.len();
            let missing = missing.map(|_| Bound::Null);
            let row =
                [Bound::Int(n as i64), dead].into_iter().chain(record.0.iter().map(bound)).chain(missing);
            insert.execute(params_from_iter(row)).unwrap();
        }
        drop(insert);
        connection.execute_batch("COMMIT").unwrap();
        Database { connection, columns }
    }

    /// Adds indexes of two columns.
    pub(crate) fn index_pairs(&self) {
        for (place, pair) in self.columns.windows(2).enumerate().step_by(3) {
            let ddl = format!("CREATE INDEX p{place} ON t ({})", pair.join(", "));
            self.connection.execute_batch(&ddl).unwrap();
        }
    }

    /// Runs a statement made of the filter's expression.
    fn ask<T>(
        &self,
        statement: impl FnOnce(&str) -> String,
        filter: &Filter,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, String> {
        let sql = to_sql(filter, &|field| match field {
            FieldRef::Stored(place) => self.columns[place].clone(),
            FieldRef::Deleted => quoted("_deleted"),
        });
        let text = statement(&sql.text);
        let ask = || {
            let mut statement = self.connection.prepare(&text)?;
            let rows = statement.query_map(params_from_iter(sql.params.iter().map(bound)), read)?;
            rows.collect::<rusqlite::Result<Vec<T>>>()
        };
        ask().map_err(|error| format!("{error}: {text}"))
    }

    /// Which of this many records a WHERE clause selects.
    pub(crate) fn selected(&self, filter: &Filter, records: usize) -> Result<Vec<bool>, String> {
        let found = self.mask(filter)?;
        Ok((0..records).map(|n| found >> n & 1 == 1).collect())
    }

    /// The same, a bit for each of at most 64 records.
    pub(crate) fn mask(&self, filter: &Filter) -> Result<u64, String> {
        let where_clause = |sql: &str| format!("SELECT n FROM t WHERE {sql}");
        let found = self.ask(where_clause, filter, |row| row.get::<_, i64>(0))?;
        let mask = found.iter().map(|n| 1_u64 << n).sum::<u64>();
        // A record that came twice would have moved into the next bit.
        if mask.count_ones() as usize == found.len() { Ok(mask) } else { Err(format!("twice: {found:?}")) }
    }

    /// What the expression itself is for each record: 0, 1 or null.
    pub(crate) fn values(&self, filter: &Filter) -> Result<Vec<Option<i64>>, String> {
        self.ask(|sql| format!("SELECT {sql} FROM t ORDER BY n"), filter, |row| row.get(0))
    }

    /// How SQLite would look the records up.
    pub(crate) fn plan(&self, filter: &Filter) -> String {
        let explain = |sql: &str| format!("EXPLAIN QUERY PLAN SELECT n FROM t WHERE {sql}");
        self.ask(explain, filter, |row| row.get::<_, String>(3)).unwrap().join("; ")
    }

    /// The numbers in a list of the first record, as SQLite parses them.
    pub(crate) fn numbers(&self, column: usize) -> Vec<f64> {
        let text =
            format!("SELECT e.value FROM t, json_each(t.{}) AS e ORDER BY e.key", self.columns[column]);
        let mut statement = self.connection.prepare(&text).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }
}
