//! A model's table: its definition and the statements on it.

use std::sync::Arc;

use rusqlite::{CachedStatement, Connection};
use syncline_backend::Row;
use syncline_core::model::Index;
use syncline_core::predicate::FieldRef;
use syncline_core::{Key, Meta, Model, Record, Schema};

use crate::names::{self, META_COLUMNS, quoted};
use crate::value::{Bound, column_type, from_column};

/// The tables of a schema, by the places of their models.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) schema: Arc<Schema>,
    pub(crate) tables: Vec<Table>,
}

impl Layout {
    pub(crate) fn new(schema: Arc<Schema>) -> Layout {
        let tables = schema.models().iter().map(|model| Table::new(&schema, model.clone())).collect();
        Layout { schema, tables }
    }
}

/// A model's table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) model: Arc<Model>,
    /// Its quoted name.
    pub(crate) name: String,
    /// The quoted columns of the fields.
    columns: Vec<String>,
    /// What every read selects: the fields and the metadata.
    selected: String,
    by_key: String,
    insert: String,
    update: String,
    remove: String,
    /// The indexes on its fields.
    pub(crate) ranges: Vec<Range>,
}

/// An index on fields of a model.
#[derive(Clone, Debug)]
pub(crate) struct Range {
    pub(crate) name: String,
    pub(crate) fields: Vec<usize>,
}

impl Table {
    fn new(schema: &Schema, model: Arc<Model>) -> Table {
        let name = quoted(&model.name);
        let columns: Vec<String> = model.fields.iter().map(|field| quoted(&field.name)).collect();
        let all: Vec<String> =
            columns.iter().cloned().chain(META_COLUMNS.iter().map(|name| quoted(name))).collect();
        let selected = all.join(", ");
        let parameters = vec!["?"; all.len()].join(", ");
        let is_key: Vec<String> = model.key.iter().map(|&field| format!("{} = ?", columns[field])).collect();
        let is_key = is_key.join(" AND ");
        let set: Vec<String> = all
            .iter()
            .enumerate()
            .filter(|(place, _)| !model.is_key(*place))
            .map(|(_, column)| format!("{column} = ?"))
            .collect();
        Table {
            by_key: format!("SELECT {selected} FROM {name} WHERE {is_key}"),
            insert: format!("INSERT INTO {name} ({selected}) VALUES ({parameters})"),
            update: format!("UPDATE {name} SET {} WHERE {is_key}", set.join(", ")),
            remove: format!("DELETE FROM {name} WHERE {is_key}"),
            ranges: ranges(schema, &model),
            model,
            name,
            columns,
            selected,
        }
    }

    /// What makes the table.
    pub(crate) fn create(&self) -> String {
        let fields = self.columns.iter().zip(&self.model.fields);
        let mut lines: Vec<String> =
            fields.map(|(column, field)| format!("{column} {}", column_type(field))).collect();
        lines.extend(META_COLUMNS.iter().map(|name| format!("{} INTEGER NOT NULL", quoted(name))));
        lines.push(format!("PRIMARY KEY ({})", self.key_columns().join(", ")));
        format!("CREATE TABLE {} ({}) WITHOUT ROWID, STRICT;", self.name, lines.join(", "))
    }

    /// What adds the column of a field.
    pub(crate) fn add_column(&self, field: usize) -> String {
        let ty = column_type(&self.model.fields[field]);
        format!("ALTER TABLE {} ADD COLUMN {} {ty};", self.name, self.columns[field])
    }

    /// The indexes, by name, with what makes each: the sequence, the tombstones by it, every `@index`, and the fields
    /// that a relation joins by.
    pub(crate) fn indexes(&self) -> Vec<(String, String)> {
        let (model, table) = (&self.model, &self.name);
        let (seq, gone) = (names::seq_index(model), names::gone_index(model));
        let by_seq = format!("CREATE UNIQUE INDEX {} ON {table} (\"_seq\");", quoted(&seq));
        let by_gone = format!("CREATE INDEX {} ON {table} (\"_seq\") WHERE \"_deleted\" = 1;", quoted(&gone));
        let ranges = self.ranges.iter().map(|range| {
            let columns = self.list(&range.fields);
            (range.name.clone(), format!("CREATE INDEX {} ON {table} ({columns});", quoted(&range.name)))
        });
        [(seq, by_seq), (gone, by_gone)].into_iter().chain(ranges).collect()
    }

    /// The quoted columns of the key.
    pub(crate) fn key_columns(&self) -> Vec<&str> {
        self.model.key.iter().map(|&field| self.columns[field].as_str()).collect()
    }

    /// The quoted columns of `fields`, as a list.
    pub(crate) fn list(&self, fields: &[usize]) -> String {
        let columns: Vec<&str> = fields.iter().map(|&field| self.columns[field].as_str()).collect();
        columns.join(", ")
    }

    /// The quoted column of a field of a predicate.
    pub(crate) fn column(&self, field: FieldRef) -> String {
        match field {
            FieldRef::Stored(field) => self.columns[field].clone(),
            FieldRef::Deleted => "\"_deleted\"".to_owned(),
        }
    }

    /// `SELECT … FROM …`, by the index of that name or as the planner likes.
    pub(crate) fn select(&self, index: Option<&str>) -> String {
        let by = index.map_or_else(String::new, |index| format!(" INDEXED BY {}", quoted(index)));
        format!("SELECT {} FROM {}{by}", self.selected, self.name)
    }

    /// The row with this key, which must fit the model.
    pub(crate) fn get(&self, conn: &Connection, key: &Key) -> rusqlite::Result<Option<Row>> {
        let mut statement = conn.prepare_cached(&self.by_key)?;
        let mut rows = statement.query(rusqlite::params_from_iter(key.0.iter().map(Bound)))?;
        rows.next()?.map(|row| self.read(row)).transpose()
    }

    /// Writes `row`, over the one that is there if `exists`.
    pub(crate) fn put(&self, conn: &Connection, row: &Row, exists: bool) -> rusqlite::Result<()> {
        let fields = row.record.0.iter().enumerate();
        let meta = [row.meta.version, row.meta.last_changed_at, i64::from(row.meta.deleted), row.seq];
        let mut statement = conn.prepare_cached(if exists { &self.update } else { &self.insert })?;
        let mut place = 0;
        for (_, value) in fields.filter(|(field, _)| !exists || !self.model.is_key(*field)) {
            bind(&mut statement, &mut place, Bound(value))?;
        }
        for number in meta {
            bind(&mut statement, &mut place, number)?;
        }
        if exists {
            for &field in &self.model.key {
                bind(&mut statement, &mut place, Bound(&row.record[field]))?;
            }
        }
        match statement.raw_execute()? {
            1 => Ok(()),
            changed => Err(rusqlite::Error::StatementChangedRows(changed)),
        }
    }

    /// Removes the row with this key.
    pub(crate) fn remove(&self, conn: &Connection, key: &Key) -> rusqlite::Result<()> {
        let mut statement = conn.prepare_cached(&self.remove)?;
        statement.execute(rusqlite::params_from_iter(key.0.iter().map(Bound))).map(drop)
    }

    /// The key in a row that has its columns.
    pub(crate) fn read_key(&self, row: &rusqlite::Row<'_>) -> rusqlite::Result<Key> {
        let value = |(place, &field): (usize, &usize)| {
            let column = row.get_ref(place)?;
            from_column(&self.model.fields[field], column).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(place, column.data_type(), Box::new(error))
            })
        };
        self.model.key.iter().enumerate().map(value).collect::<Result<_, _>>().map(Key)
    }

    /// The row of a statement that selects what [`Table::select`] does.
    pub(crate) fn read(&self, row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
        let meta = self.model.fields.len();
        // Collecting results would let it grow step by step.
        let mut record = Vec::with_capacity(meta);
        for (place, field) in self.model.fields.iter().enumerate() {
            let column = row.get_ref(place)?;
            record.push(from_column(field, column).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(place, column.data_type(), Box::new(error))
            })?);
        }
        Ok(Row {
            record: Record(record),
            meta: Meta {
                version: row.get_ref(meta)?.as_i64()?,
                last_changed_at: row.get_ref(meta + 1)?.as_i64()?,
                deleted: row.get_ref(meta + 2)?.as_i64()? != 0,
            },
            seq: row.get_ref(meta + 3)?.as_i64()?,
        })
    }
}

fn bind(
    statement: &mut CachedStatement<'_>,
    place: &mut usize,
    value: impl rusqlite::ToSql,
) -> rusqlite::Result<()> {
    *place += 1;
    statement.raw_bind_parameter(*place, value)
}

/// The indexes on fields of `model`: its own, and those that relations need.
fn ranges(schema: &Schema, model: &Model) -> Vec<Range> {
    let own = |index: &Index| Range { name: names::index(model, &index.name), fields: index.fields.clone() };
    let mut ranges: Vec<Range> = model.indexes.iter().map(own).collect();
    for fields in joined_fields(schema, model) {
        let served = |other: &[usize]| other.starts_with(fields);
        if !served(&model.key) && !ranges.iter().any(|range| served(&range.fields)) {
            ranges.push(Range { name: names::relation_index(model, fields), fields: fields.to_vec() });
        }
    }
    ranges
}

/// The fields of `model` that some relation looks records up by.
fn joined_fields<'a>(schema: &'a Schema, model: &'a Model) -> Vec<&'a [usize]> {
    let mut joined: Vec<&[usize]> = Vec::new();
    let mut add = |fields: &'a [usize]| {
        if !fields.is_empty() && !joined.contains(&fields) {
            joined.push(fields);
        }
    };
    for other in schema.models() {
        for relation in &other.relations {
            if relation.target == model.id {
                add(&relation.target_fields);
            }
            if other.id == model.id {
                add(&relation.fields);
            }
        }
    }
    joined
}
