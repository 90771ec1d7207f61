//! Reads.

use rusqlite::{Connection, StatementStatus, params_from_iter};
use syncline_backend::driver::{self, Budget, key_fits};
use syncline_backend::{Allowance, BackendError, List, ListPage, Row, Scope};
use syncline_core::page::Direction;
use syncline_core::predicate::{Filter, to_sql};
use syncline_core::{Key, Value};

use crate::access;
use crate::error::fault;
use crate::table::{Layout, Table};
use crate::value::Bound;

/// Some SQL and its parameters, in the order of their places.
#[derive(Debug, Default)]
pub(crate) struct Query {
    text: String,
    parameters: Vec<Value>,
}

impl Query {
    pub(crate) fn of(text: String) -> Query {
        Query { text, parameters: Vec::new() }
    }

    pub(crate) fn push(&mut self, text: &str, parameters: impl IntoIterator<Item = Value>) {
        self.text.push_str(text);
        self.parameters.extend(parameters);
    }

    /// Adds `filter` to the conditions; the first is `1`, so that each can begin with `AND`.
    pub(crate) fn and(&mut self, table: &Table, filter: &Filter) {
        if !filter.is_all() {
            let sql = to_sql(filter, &|field| table.column(field));
            self.push(" AND ", []);
            self.push(&sql.text, sql.params);
        }
    }

    /// Adds that the columns of `fields`, in this order, come after `values` in this direction.
    pub(crate) fn after(&mut self, table: &Table, fields: &[usize], values: &[Value], direction: Direction) {
        let sign = match direction {
            Direction::Ascending => ">",
            Direction::Descending => "<",
        };
        let parameters = vec!["?"; fields.len()].join(", ");
        self.push(&format!(" AND ({}) {sign} ({parameters})", table.list(fields)), values.iter().cloned());
    }

    /// Adds that the columns of `fields`, in this order, do not come after `values`.
    pub(crate) fn until(&mut self, table: &Table, fields: &[usize], values: &[Value]) {
        let parameters = vec!["?"; fields.len()].join(", ");
        self.push(&format!(" AND ({}) <= ({parameters})", table.list(fields)), values.iter().cloned());
    }

    pub(crate) fn order(&mut self, table: &Table, fields: &[usize], direction: Direction) {
        let word = match direction {
            Direction::Ascending => "",
            Direction::Descending => " DESC",
        };
        let columns: Vec<String> = fields.iter().map(|&field| table.list(&[field]) + word).collect();
        self.push(&format!(" ORDER BY {}", columns.join(", ")), []);
    }

    /// Ends it after `limit` rows and one more, which tells whether there are more.
    pub(crate) fn limit(&mut self, limit: usize) {
        self.push(" LIMIT ?", [Value::Int(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1))]);
    }

    /// Runs it, which selects the columns of the key, and gives the first row's, with the steps of SQLite's machine that it
    /// took.
    pub(crate) fn key(&self, conn: &Connection, table: &Table) -> rusqlite::Result<(Option<Key>, i32)> {
        let mut statement = conn.prepare_cached(&self.text)?;
        let key = {
            let mut found = statement.query(params_from_iter(self.parameters.iter().map(Bound)))?;
            found.next()?.map(|row| table.read_key(row)).transpose()?
        };
        Ok((key, statement.reset_status(StatementStatus::VmStep)))
    }

    /// Runs it and keeps the rows that `wanted` selects, up to `limit` and as far as `budget` reaches; tells whether
    /// there are more.
    pub(crate) fn run(
        &self,
        conn: &Connection,
        table: &Table,
        limit: usize,
        mut budget: Budget,
        wanted: impl Fn(&Row) -> bool,
    ) -> rusqlite::Result<(Vec<Row>, bool)> {
        let mut statement = conn.prepare_cached(&self.text)?;
        let mut found = statement.query(params_from_iter(self.parameters.iter().map(Bound)))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let row = table.read(row)?;
            if wanted(&row) {
                if rows.len() == limit || !budget.takes(&row) {
                    return Ok((rows, true));
                }
                rows.push(row);
            }
        }
        Ok((rows, false))
    }
}

/// The rows with these keys.
pub(crate) fn get(
    conn: &Connection,
    table: &Table,
    scope: &Scope,
    keys: &[Key],
) -> Result<Vec<Option<Row>>, BackendError> {
    // One snapshot for all of them.
    let _snapshot = (keys.len() > 1).then(|| conn.unchecked_transaction()).transpose().map_err(fault)?;
    let row = |key: &Key| {
        if !key_fits(&table.model, key) {
            return Ok(None);
        }
        Ok(table.get(conn, key)?.filter(|row| scope.selects(&row.record, row.meta.deleted)))
    };
    keys.iter().map(row).collect::<rusqlite::Result<_>>().map_err(fault)
}

/// A page of a list.
pub(crate) fn list(
    conn: &Connection,
    table: &Table,
    scope: &Scope,
    list: &List,
) -> Result<ListPage, BackendError> {
    let model = &table.model;
    list.check(model)?;
    let order = list.order(model);
    let limit = list.limit.max(1);
    let mut query = Query::of(table.select(None) + " WHERE 1");
    query.and(table, &access::filter(model, &list.access));
    query.and(table, &scope.filter());
    if let Some(after) = &list.after {
        query.after(table, &order, &after.0, list.direction);
    }
    query.order(table, &order, list.direction);
    let residual = access::has_residual(model, &list.access);
    if !residual {
        query.limit(limit);
    }
    let (rows, more) = query
        .run(conn, table, limit, Budget::list(model), |row| {
            !residual || list.access.selects(model, &row.record)
        })
        .map_err(fault)?;
    let next = rows.last().filter(|_| more).map(|last| list.cursor(model, &last.record));
    Ok(ListPage { rows, next })
}

/// A page of each list, of one snapshot. Lists that differ in their values alone share a prepared statement.
pub(crate) fn list_each(
    conn: &Connection,
    layout: &Layout,
    scope: &Scope,
    lists: &[List],
    most: Allowance,
) -> Result<Vec<ListPage>, BackendError> {
    let _snapshot = conn.unchecked_transaction().map_err(fault)?;
    driver::list_each(lists, most, |one| list(conn, &layout.tables[one.model.0], scope, one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_backend::Access;
    use syncline_core::model::KeyCondition;

    impl Query {
        /// How SQLite goes about it.
        pub(crate) fn plan(&self, conn: &Connection) -> String {
            let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", self.text)).unwrap();
            let parameters = params_from_iter(self.parameters.iter().map(Bound));
            let lines = statement.query_map(parameters, |row| row.get::<_, String>(3)).unwrap();
            lines.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
        }
    }

    #[test]
    fn nothing_is_proportional_to_the_table() {
        let source = include_str!("../../schema/tests/fixtures/blog.graphql");
        let schema = std::sync::Arc::new(syncline_schema::compile(source, "blog.graphql").unwrap());
        let opened = crate::open::memory(schema, [0; 16]).unwrap();
        let table = |name: &str| {
            let model = opened.layout.schema.by_name(name).unwrap();
            &opened.layout.tables[model.id.0]
        };
        let check = |what: &str, query: &Query, uses: &str| {
            let plan = query.plan(&opened.conn);
            assert!(plan.contains(uses), "{what}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{what} sorts: {plan}");
        };
        let (post, comment) = (table("Post"), table("Comment"));
        let page = |table: &Table, access: Access, after: &[&str], direction| {
            let (model, limit) = (table.model.id, 10);
            let list = List { model, access, direction, after: None, limit };
            let mut query = Query::of(table.select(None) + " WHERE 1");
            query.and(table, &access::filter(&table.model, &list.access));
            let order = list.order(&table.model);
            let after: Vec<Value> = after.iter().map(|text| (*text).into()).collect();
            query.after(table, &order, &after, direction);
            query.order(table, &order, direction);
            query
        };
        for direction in [Direction::Ascending, Direction::Descending] {
            check("list", &page(post, Access::All, &["a"], direction), "USING PRIMARY KEY (id");
            let sort = Some(KeyCondition::BeginsWith(vec!["t".into()]));
            let index = Access::Index { index: 0, equal: vec![5.into()], sort };
            check(
                "index",
                &page(post, index, &["t", "a"], direction),
                "Post.byRating (rating=? AND title>? AND title<?",
            );
            let fields = comment.model.relations[0].fields.clone();
            let relation = Access::Fields { fields, values: vec!["a".into()] };
            check("relation", &page(comment, relation, &["a"], direction), "=?");
        }
    }
}
