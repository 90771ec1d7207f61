//! The statements of queries: their text, which is the same for every value, and their parameters.

use super::Query;
use crate::StoreError;
use crate::layout::Table;
use syncline_core::page::Direction;
use syncline_core::predicate::{Filter, to_sql};
use syncline_core::{Field, Value};

/// A statement, and the values of its parameters in their order.
pub(crate) struct Statement {
    pub(crate) sql: String,
    pub(crate) params: Vec<Value>,
}

impl Statement {
    /// The records that a query selects.
    pub(crate) fn records(table: &Table, query: &Query) -> Result<Statement, StoreError> {
        let mut statement = Statement { sql: table.select.clone(), params: Vec::new() };
        statement.condition(table, &query.filter);
        statement.order(table, query)?;
        if let Some(page) = query.page {
            statement.sql.push_str(" LIMIT ? OFFSET ?");
            // No table has more rows than that.
            let number = |number: u64| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
            statement.params.extend([number(page.limit), number(page.offset)]);
        }
        Ok(statement)
    }

    /// How many records a filter selects.
    pub(crate) fn count(table: &Table, filter: &Filter) -> Statement {
        let mut statement =
            Statement { sql: format!("SELECT count(*) FROM {}", table.name), params: Vec::new() };
        statement.condition(table, filter);
        statement
    }

    /// Whether a filter selects any record: 0 or 1.
    pub(crate) fn exists(table: &Table, filter: &Filter) -> Statement {
        let mut statement =
            Statement { sql: format!("SELECT EXISTS (SELECT 1 FROM {}", table.name), params: Vec::new() };
        statement.condition(table, filter);
        statement.sql.push(')');
        statement
    }

    fn condition(&mut self, table: &Table, filter: &Filter) {
        if !filter.is_all() {
            let filter = to_sql(filter, &|field| table.column(field));
            self.sql.push_str(" WHERE ");
            self.sql.push_str(&filter.text);
            self.params.extend(filter.params);
        }
    }

    /// The order: the query's terms, then those of the key that they leave open. A field is named once, so that an
    /// index which gives the order is seen to give it.
    fn order(&mut self, table: &Table, query: &Query) -> Result<(), StoreError> {
        let model = &table.model;
        let mut named: Vec<usize> = Vec::with_capacity(query.sort.len() + model.key.len());
        let key = model.key.iter().map(|&field| (field, Direction::Ascending));
        for (field, direction) in query.sort.iter().map(|sort| (sort.field, sort.direction)).chain(key) {
            sortable(table, field)?;
            if named.contains(&field) {
                continue;
            }
            self.sql.push_str(if named.is_empty() { " ORDER BY " } else { ", " });
            self.sql.push_str(&table.columns[field]);
            if direction == Direction::Descending {
                self.sql.push_str(" DESC");
            }
            named.push(field);
            if model.key.iter().all(|field| named.contains(field)) {
                // No two records have the same key: nothing is left to order.
                break;
            }
        }
        Ok(())
    }
}

fn sortable(table: &Table, field: usize) -> Result<(), StoreError> {
    let found = table.model.fields.get(field);
    if found.is_some_and(|field| !field.is_json()) {
        return Ok(());
    }
    let ty = found.map_or("an unknown field".to_owned(), Field::type_name);
    Err(StoreError::InvalidRecord {
        place: format!("{}.{}", table.model.name, found.map_or("?", |field| field.name.as_str())),
        reason: format!(
            "records cannot be sorted by {ty}; use a field that is neither a list nor a custom type"
        ),
    })
}
