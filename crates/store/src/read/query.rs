//! Queries.

use super::Reads;
use super::records::{Stored, stored};
use crate::StoreError;
use crate::codec::Bind;
use crate::layout::Table;
use rusqlite::{Row, Statement};
use syncline_core::page::{Direction, Page, Sort};
use syncline_core::predicate::{Filter, to_sql};
use syncline_core::{ModelId, Value};

/// Which records, in which order, and which part of them.
#[derive(Clone, Debug)]
pub struct Query {
    /// The model.
    pub model: ModelId,
    /// Which records; bound to the same model.
    pub filter: Filter,
    /// The order; records that it leaves equal come in key order.
    pub sort: Vec<Sort>,
    /// Which part of the result; `None` for all of it.
    pub page: Option<Page>,
}

impl Query {
    /// Every record of `model`, in key order.
    #[must_use]
    pub fn all(model: ModelId) -> Query {
        Query { model, filter: Filter::All, sort: Vec::new(), page: None }
    }
}

impl Reads {
    /// The records that a query selects.
    ///
    /// # Errors
    /// An unknown model, a sort by a field that the model does not have or that is a list, a damaged or unreadable
    /// file.
    pub fn query(&self, query: &Query) -> Result<Vec<Stored>, StoreError> {
        let table = self.tables.get(query.model)?;
        let (sql, params) = select(table, query)?;
        self.rows(&sql, &params, |row| stored(table, row))
    }

    /// How many records a filter selects.
    ///
    /// # Errors
    /// As [`Reads::query`].
    pub fn count(&self, model: ModelId, filter: &Filter) -> Result<u64, StoreError> {
        let table = self.tables.get(model)?;
        let (clause, params) = condition(table, filter);
        let sql = format!("SELECT count(*) FROM {}{clause}", table.name);
        let counts = self.rows(&sql, &params, |row| Ok(row.get::<_, i64>(0)?))?;
        Ok(counts.first().map_or(0, |count| count.unsigned_abs()))
    }

    /// How SQLite would find the records of a query: its plan, one step per line, for people.
    ///
    /// # Errors
    /// As [`Reads::query`].
    pub fn explain(&self, query: &Query) -> Result<String, StoreError> {
        let table = self.tables.get(query.model)?;
        let (sql, params) = select(table, query)?;
        let steps = self
            .rows(&format!("EXPLAIN QUERY PLAN {sql}"), &params, |row| Ok(row.get::<_, String>("detail")?))?;
        Ok(steps.join("\n"))
    }

    fn rows<T>(
        &self,
        sql: &str,
        params: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.conn.prepare_cached(sql)?;
        bind_all(&mut statement, params)?;
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }
}

fn bind_all(statement: &mut Statement<'_>, params: &[Value]) -> Result<(), StoreError> {
    for (place, value) in params.iter().enumerate() {
        statement.raw_bind_parameter(place + 1, Bind(value))?;
    }
    Ok(())
}

fn condition(table: &Table, filter: &Filter) -> (String, Vec<Value>) {
    if filter.is_all() {
        return (String::new(), Vec::new());
    }
    let sql = to_sql(filter, &|field| table.column(field));
    (format!(" WHERE {}", sql.text), sql.params)
}

fn select(table: &Table, query: &Query) -> Result<(String, Vec<Value>), StoreError> {
    let (clause, mut params) = condition(table, &query.filter);
    let mut order = String::new();
    for sort in &query.sort {
        let model = &table.model;
        let Some(field) = model.fields.get(sort.field).filter(|field| !field.is_list()) else {
            let name = model.fields.get(sort.field).map_or("?", |field| field.name.as_str());
            return Err(StoreError::InvalidRecord {
                place: format!("{}.{name}", model.name),
                reason: "records cannot be sorted by it; use a field that is not a list".to_owned(),
            });
        };
        let _ = field;
        let direction = match sort.direction {
            Direction::Ascending => "",
            Direction::Descending => " DESC",
        };
        order.push_str(&format!("{}{direction}, ", table.columns[sort.field]));
    }
    let mut sql = format!("{}{clause} ORDER BY {order}{}", table.select, table.key_order);
    if let Some(page) = query.page {
        sql.push_str(" LIMIT ? OFFSET ?");
        let number = |number: u64| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
        params.extend([number(page.limit), number(page.offset)]);
    }
    Ok((sql, params))
}
