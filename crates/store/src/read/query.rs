//! Queries.

use super::records::{Stored, stored};
use super::statement::Statement;
use super::{Explain, Reads};
use crate::StoreError;
use crate::codec::Bind;
use crate::layout::Table;
use crate::sql::exists;
use rusqlite::Row;
use syncline_core::ModelId;
use syncline_core::page::{Page, Sort};
use syncline_core::predicate::Filter;

/// Which records, in which order, and which part of them.
#[derive(Clone, Debug)]
pub struct Query {
    /// The model.
    pub model: ModelId,
    /// Which records; bound to the same model.
    pub filter: Filter,
    /// The order, null first where it ascends; records that it leaves equal come in key order.
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
    /// Whether the server has kept the value of a field of some record of the model from this device (SYNC 1.8).
    pub(crate) fn hides(&self, table: &Table) -> Result<bool, StoreError> {
        exists(&self.conn, "SELECT 1 FROM _unreadable WHERE model = ?1", [&table.model.name])
    }

    /// A filter as it is to be asked: a predicate on a field that the server does not show is false (SYNC 1.8).
    fn readable(&self, model: ModelId, filter: &Filter) -> Result<Filter, StoreError> {
        let hides = self.hides(self.tables.get(model)?)?;
        Ok(if hides { filter.clone().readable() } else { filter.clone() })
    }

    /// The records that a query selects. A filter that selects nothing by its form reads nothing.
    ///
    /// # Errors
    /// An unknown model, a sort by a field that the model does not have, or that is a list or of a custom type, a
    /// damaged or unreadable file.
    pub fn query(&self, query: &Query) -> Result<Vec<Stored>, StoreError> {
        let table = self.tables.get(query.model)?;
        let readable =
            self.hides(table)?.then(|| Query { filter: query.filter.clone().readable(), ..query.clone() });
        let query = readable.as_ref().unwrap_or(query);
        let statement = Statement::records(table, query)?;
        if query.filter.is_nothing() {
            return Ok(Vec::new());
        }
        self.rows(&statement, |row| stored(table, row))
    }

    /// How many records a filter selects.
    ///
    /// # Errors
    /// As [`Reads::query`].
    pub fn count(&self, model: ModelId, filter: &Filter) -> Result<u64, StoreError> {
        let filter = &self.readable(model, filter)?;
        let statement = Statement::count(self.tables.get(model)?, filter);
        if filter.is_nothing() {
            return Ok(0);
        }
        let counts = self.rows(&statement, |row| Ok(row.get::<_, i64>(0)?))?;
        Ok(counts.first().map_or(0, |count| count.unsigned_abs()))
    }

    /// Whether a filter selects any record. It ends at the first one.
    ///
    /// # Errors
    /// As [`Reads::query`].
    pub fn exists(&self, model: ModelId, filter: &Filter) -> Result<bool, StoreError> {
        let filter = &self.readable(model, filter)?;
        let statement = Statement::exists(self.tables.get(model)?, filter);
        if filter.is_nothing() {
            return Ok(false);
        }
        Ok(self.rows(&statement, |row| Ok(row.get::<_, bool>(0)?))?.contains(&true))
    }

    /// How SQLite finds the records of a query.
    ///
    /// # Errors
    /// As [`Reads::query`].
    pub fn explain(&self, query: &Query) -> Result<Explain, StoreError> {
        let table = self.tables.get(query.model)?;
        let Statement { sql, params } = Statement::records(table, query)?;
        let plan = Statement { sql: format!("EXPLAIN QUERY PLAN {sql}"), params };
        let steps = self.rows(&plan, |row| Ok(row.get("detail")?))?;
        Ok(Explain::new(&table.model.name, sql, steps))
    }

    fn rows<T>(
        &self,
        statement: &Statement,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut prepared = self.conn.prepare_cached(&statement.sql)?;
        for (place, value) in statement.params.iter().enumerate() {
            prepared.raw_bind_parameter(place + 1, Bind(value))?;
        }
        let mut rows = prepared.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }
}
