//! Base and delta syncs.

use rusqlite::{Connection, params_from_iter};
use syncline_backend::driver::{Budget, DeltaPage, Leaving, Seen, SyncPlan, was_visible};
use syncline_backend::{BackendError, ReadBy, Row, Scope, Sync, SyncPage, SyncPlace};
use syncline_core::page::Direction;
use syncline_core::predicate::FieldRef;
use syncline_core::{Key, Value};

use crate::error::fault;
use crate::read::Query;
use crate::table::{Range, Table};
use crate::value::Bound;
use crate::{log, meta, names, seek};

/// The most records of an index that are put in another order for one page, and the most that are counted to compare two
/// ranges.
const SORTED: usize = 10_000;

/// A page of a sync. `started_at` was taken before this call, for a first page.
pub(crate) fn sync(
    conn: &Connection,
    table: &Table,
    scope: &Scope,
    sync: &Sync,
    started_at: i64,
) -> Result<SyncPage, BackendError> {
    let model = &table.model;
    let snapshot = conn.unchecked_transaction().map_err(fault)?;
    let clock = meta::clock(&snapshot).map_err(fault)?;
    let plan = match &sync.resume {
        Some(cursor) => SyncPlan::resume(model, cursor, clock.seq, clock.horizon)?,
        None => {
            let since = sync.since(clock.horizon);
            let place = |since| Ok((since, seek::seq_before(&snapshot, table, clock, since)?));
            SyncPlan::first(started_at, since.map(place).transpose().map_err(fault)?, clock.seq)
        }
    };
    let leaving = plan.leaving(scope, sync, clock.log_from);
    if leaving == Leaving::Walk
        && let Some(SyncPlace::Delta { since, after, .. }) = plan.place()
    {
        let from = seek::seq_before(&snapshot, table, clock, *since).map_err(fault)?;
        return walk(&snapshot, table, scope, sync, &plan, (from, *after)).map_err(fault);
    }
    let limit = sync.limit.max(1);
    let range = smaller_range(&snapshot, table, scope, plan.place(), limit).map_err(fault)?;
    let mut query = query(table, scope, plan.place(), range);
    query.limit(limit);
    let budget = Budget::new(model, sync.max_bytes);
    let (rows, more) = query.run(&snapshot, table, limit, budget, |_| true).map_err(fault)?;
    let read = match (range, plan.place()) {
        (Some((range, _)), _) => ReadBy::Index(range.name.clone()),
        (None, Some(SyncPlace::Delta { .. })) => ReadBy::Changes,
        (None, _) => ReadBy::Key,
    };
    Ok(plan.page(model, rows, more, leaving, read))
}

/// An index and the value in its first field that the scope pins.
type Pinned<'a> = (&'a Range, &'a Value);

/// The index to read instead of the key, or of the changes, if the scope has fewer records in it than there are else
/// (SYNC 3.6).
fn smaller_range<'a>(
    conn: &Connection,
    table: &'a Table,
    scope: &'a Scope,
    place: Option<&SyncPlace>,
    limit: usize,
) -> rusqlite::Result<Option<Pinned<'a>>> {
    let equal: Vec<_> = scope.auth.equalities().into_iter().chain(scope.request.equalities()).collect();
    let pinned = |range: &'a Range| {
        let first = FieldRef::Stored(*range.fields.first()?);
        equal.iter().find(|(field, _)| *field == first).map(|(_, value)| (range, *value))
    };
    let mut pinned = table.ranges.iter().filter_map(pinned).peekable();
    if pinned.peek().is_none() {
        return Ok(None);
    }
    let mut fewest = SORTED;
    if let Some(SyncPlace::Delta { after, until, .. }) = place {
        let changes = format!(r#"INDEXED BY {} WHERE "_seq" > ? AND "_seq" <= ?"#, quoted_seq(table));
        let range = [Value::Int(*after), Value::Int(*until)];
        fewest = count(conn, table, &changes, &range, SORTED)?;
        if fewest <= limit {
            return Ok(None);
        }
    }
    let mut best = None;
    for (range, value) in pinned {
        let index =
            format!("INDEXED BY {} WHERE {} = ?", names::quoted(&range.name), table.list(&range.fields[..1]));
        let records = count(conn, table, &index, std::slice::from_ref(value), fewest)?;
        if records < fewest {
            (fewest, best) = (records, Some((range, value)));
        } else if best.is_none() && range.fields.len() == 1 && !matches!(place, Some(SyncPlace::Delta { .. }))
        {
            // Already in the order of the key.
            best = Some((range, value));
        }
    }
    Ok(best)
}

fn quoted_seq(table: &Table) -> String {
    names::quoted(&names::seq_index(&table.model))
}

/// How many rows there are, up to `most`.
fn count(
    conn: &Connection,
    table: &Table,
    which: &str,
    parameters: &[Value],
    most: usize,
) -> rusqlite::Result<usize> {
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {} {which} LIMIT ?)", table.name);
    let limit = Value::Int(i64::try_from(most).unwrap_or(i64::MAX));
    let parameters = parameters.iter().chain([&limit]).map(Bound);
    let count: i64 = conn.prepare_cached(&sql)?.query_row(params_from_iter(parameters), |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(most))
}

fn query(table: &Table, scope: &Scope, place: Option<&SyncPlace>, range: Option<Pinned<'_>>) -> Query {
    let model = &table.model;
    let by = match (range, place) {
        (Some((range, _)), _) => Some(range.name.clone()),
        // By the sequence's own index, whatever else the scope offers: what changed is the smaller range.
        (None, Some(SyncPlace::Delta { .. })) => Some(names::seq_index(model)),
        (None, _) => None,
    };
    let mut query = Query::of(table.select(by.as_deref()) + " WHERE 1");
    if let Some((range, value)) = range {
        query.push(&format!(" AND {} = ?", table.list(&range.fields[..1])), [value.clone()]);
    }
    if let Some(SyncPlace::Delta { after, until, .. }) = place {
        query.push(r#" AND "_seq" > ? AND "_seq" <= ?"#, [Value::Int(*after), Value::Int(*until)]);
    }
    query.and(table, &scope.filter());
    match place {
        Some(SyncPlace::Delta { .. }) => query.push(r#" ORDER BY "_seq""#, []),
        place => {
            if let Some(SyncPlace::Base { after, until }) = place {
                query.after(table, &model.key, &after.0, Direction::Ascending);
                if let Some(until) = until {
                    query.until(table, &model.key, &until.0);
                }
            }
            query.order(table, &model.key, Direction::Ascending);
        }
    }
    query
}

/// What looking for [`strides`] may take, in steps of SQLite's machine: some 10 for each row that is passed by.
const STEPS: i64 = 2_000_000;

/// The keys of each `step`-th record behind `after`, up to `count`. Rows are passed by, not read; where many have to be passed by
/// for one that is in the scope, there are fewer keys.
pub(crate) fn strides(
    conn: &Connection,
    table: &Table,
    scope: &Scope,
    after: &Key,
    step: usize,
    count: usize,
) -> Result<Vec<Key>, BackendError> {
    let key = &table.model.key;
    let passed = Value::Int(i64::try_from(step.max(1) - 1).unwrap_or(i64::MAX));
    let _snapshot = conn.unchecked_transaction().map_err(fault)?;
    let mut keys: Vec<Key> = Vec::new();
    let mut steps = 0;
    while keys.len() < count && steps < STEPS {
        let select = format!("SELECT {} FROM {} WHERE 1", table.list(key), table.name);
        let mut query = Query::of(select);
        query.and(table, &scope.filter());
        query.after(table, key, &keys.last().unwrap_or(after).0, Direction::Ascending);
        query.order(table, key, Direction::Ascending);
        query.push(" LIMIT 1 OFFSET ?", [passed.clone()]);
        let (next, taken) = query.key(conn, table).map_err(fault)?;
        steps += i64::from(taken);
        let Some(next) = next else { break };
        keys.push(next);
    }
    Ok(keys)
}

/// A page of a delta that also says what left the scope since `from`, of the changes after `after`.
fn walk(
    conn: &Connection,
    table: &Table,
    scope: &Scope,
    sync: &Sync,
    plan: &SyncPlan,
    (from, after): (i64, i64),
) -> rusqlite::Result<SyncPage> {
    let model = &table.model;
    let sql = table.select(Some(&names::seq_index(model))) + r#" WHERE "_seq" > ? ORDER BY "_seq""#;
    let mut statement = conn.prepare_cached(&sql)?;
    let mut changed = statement.query([after])?;
    let mut page = DeltaPage::new(model, sync);
    while let Some(row) = changed.next()? {
        if page.is_full() {
            return Ok(plan.delta_page(page, true));
        }
        let row = table.read(row)?;
        let seen = plan.seen(&row, seen(conn, table, scope, &row, from)?);
        if !page.takes(model, row, seen) {
            return Ok(plan.delta_page(page, true));
        }
    }
    Ok(plan.delta_page(page, false))
}

/// What a record is to a delta from the sequence number `from` on.
fn seen(conn: &Connection, table: &Table, scope: &Scope, row: &Row, from: i64) -> rusqlite::Result<Seen> {
    if scope.selects(&row.record, row.meta.deleted) {
        return Ok(Seen::Selected);
    }
    // There was nothing before its first version.
    if row.meta.version == 1 {
        return Ok(Seen::Never);
    }
    let key = Key::of(&table.model, &row.record);
    let visible = log::since(conn, &table.model, &key, from, |lines| was_visible(scope, row, lines))?;
    Ok(if visible { Seen::Left } else { Seen::Never })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use syncline_core::Predicate;
    use syncline_core::predicate::{Filter, Op};

    const SCHEMA: &str = r#"
        type Note @model @auth(rules: [{ allow: public }]) {
            id: ID!
            list: String @index(name: "byList")
            shelf: String @index(name: "byShelf", sortKeyFields: ["text"])
            text: String
        }"#;

    fn scope(table: &Table, field: &str) -> Scope {
        let filter = Predicate::compare(field, Op::Eq("a".into())).bind(&table.model).unwrap();
        Scope::new(Filter::all(), filter)
    }

    #[test]
    fn the_smaller_range_is_read() {
        let schema = Arc::new(syncline_schema::compile(SCHEMA, "notes.graphql").unwrap());
        let opened = crate::open::memory(schema, [0; 16]).unwrap();
        let (conn, table) = (&opened.conn, &opened.layout.tables[0]);
        let fill = |from: i64, to: i64, list: &str| {
            let sql = r#"WITH RECURSIVE n(n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM n WHERE n < ?2)
                INSERT INTO "Note" SELECT printf('%05d', n), ?3, ?3, 't' || n, NULL, NULL, 1, n, 0, n FROM n"#;
            conn.execute(sql, rusqlite::params![from, to, list]).unwrap();
        };
        let columns: i64 =
            conn.query_row("SELECT count(*) FROM pragma_table_info('Note')", [], |row| row.get(0)).unwrap();
        assert_eq!(columns, 10, "id, list, shelf, text, two times, four of our own");
        fill(1, 11_000, "b");
        fill(11_001, 11_020, "a");
        let range = |scope: &Scope, place: Option<&SyncPlace>| {
            smaller_range(conn, table, scope, place, 10).unwrap().map(|(range, _)| range.name.clone())
        };
        let delta = |after| SyncPlace::Delta { since: 1, after, until: 11_020 };
        let base = SyncPlace::Base { after: Key::id("00100"), until: None };
        let (list, shelf) = (Some("Note.byList".to_owned()), Some("Note.byShelf".to_owned()));
        let (by_list, by_shelf, by_text) =
            (scope(table, "list"), scope(table, "shelf"), scope(table, "text"));
        assert_eq!(range(&by_list, None), list);
        assert_eq!(range(&by_list, Some(&base)), list);
        assert_eq!(range(&by_shelf, Some(&base)), shelf);
        assert_eq!(range(&by_text, None), None);
        assert_eq!(range(&by_list, Some(&delta(0))), list);
        assert_eq!(range(&by_shelf, Some(&delta(10_900))), shelf);
        assert_eq!(range(&by_list, Some(&delta(11_005))), None, "fewer changed than are in scope");
        // What is large is read in its own order only.
        conn.execute_batch(r#"UPDATE "Note" SET "list" = 'a', "shelf" = 'a'"#).unwrap();
        assert_eq!(range(&by_list, Some(&base)), list);
        assert_eq!(range(&by_shelf, Some(&base)), None);
        assert_eq!(range(&by_list, Some(&delta(0))), None);
    }

    #[test]
    fn nothing_is_proportional_to_the_table() {
        let schema = Arc::new(syncline_schema::compile(SCHEMA, "notes.graphql").unwrap());
        let opened = crate::open::memory(schema, [0; 16]).unwrap();
        let (conn, table) = (&opened.conn, &opened.layout.tables[0]);
        let check =
            |scope: &Scope, place: Option<&SyncPlace>, index: Option<usize>, uses: &str, sorts: bool| {
                let value = "a".into();
                let query = query(table, scope, place, index.map(|index| (&table.ranges[index], &value)));
                let plan = query.plan(conn);
                assert!(plan.contains(uses), "{plan}");
                assert_eq!(plan.contains("TEMP B-TREE"), sorts, "{plan}");
            };
        let everything = Scope::new(Filter::all(), Filter::all());
        let base = SyncPlace::Base { after: Key::id("a"), until: None };
        let delta = SyncPlace::Delta { since: 1, after: 3, until: 9 };
        check(&everything, Some(&base), None, "PRIMARY KEY (id>?)", false);
        check(&scope(table, "text"), Some(&delta), None, "Note._seq (_seq>? AND _seq<?)", false);
        check(&scope(table, "list"), Some(&base), Some(0), "Note.byList (list=? AND id>?)", false);
        check(&scope(table, "list"), None, Some(0), "Note.byList (list=?)", false);
        check(&scope(table, "shelf"), Some(&base), Some(1), "Note.byShelf (shelf=?", true);
        check(&scope(table, "shelf"), Some(&delta), Some(1), "Note.byShelf (shelf=?", true);
    }
}
