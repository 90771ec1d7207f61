//! Reads.

use syncline_core::{Key, Model};

use super::state::{State, Stored};
use crate::driver::{Budget, SyncPlan, key_fits};
use crate::{BackendError, List, ListPage, Row, Scope, Sync, SyncPage, SyncPlace};

pub(super) fn get(state: &State, scope: &Scope, model: &Model, keys: &[Key]) -> Vec<Option<Row>> {
    let row =
        |key| state.row(model.id, key).filter(|row| key_fits(model, key) && visible(scope, row)).cloned();
    keys.iter().map(row).collect()
}

pub(super) fn list(
    state: &State,
    scope: &Scope,
    model: &Model,
    list: &List,
) -> Result<ListPage, BackendError> {
    list.check(model)?;
    let mut rows: Vec<&Row> = state.models[model.id.0]
        .values()
        .map(|stored| &stored.row)
        .filter(|row| visible(scope, row) && list.access.selects(model, &row.record))
        .filter(|row| match &list.after {
            Some(after) => list.compare(&list.cursor(model, &row.record), after).is_gt(),
            None => true,
        })
        .collect();
    rows.sort_by(|a, b| list.compare(&list.cursor(model, &a.record), &list.cursor(model, &b.record)));
    let limit = list.limit.max(1);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|last| list.cursor(model, &last.record));
    Ok(ListPage { rows: rows.into_iter().cloned().collect(), next })
}

pub(super) fn sync(
    state: &mut State,
    now: i64,
    scope: &Scope,
    model: &Model,
    sync: &Sync,
) -> Result<SyncPage, BackendError> {
    let last = state.last_seq();
    let plan = match &sync.resume {
        Some(cursor) => SyncPlan::resume(model, cursor, last)?,
        None => {
            let started_at = state.time.started_at(now);
            SyncPlan::first(started_at, sync.since().map(|since| state.seq_before(since)), last)
        }
    };
    let mut rows: Vec<&Row> = state.models[model.id.0]
        .values()
        .map(|Stored { row, .. }| row)
        .filter(|row| visible(scope, row))
        .filter(|row| match plan.place() {
            None => true,
            Some(SyncPlace::Base { after }) => Key::of(model, &row.record) > *after,
            Some(SyncPlace::Delta { after, until }) => row.seq > *after && row.seq <= *until,
        })
        .collect();
    // A base sync goes by key, which is the map's own order.
    if matches!(plan.place(), Some(SyncPlace::Delta { .. })) {
        rows.sort_by_key(|row| row.seq);
    }
    let mut budget = Budget::new(model, sync.max_bytes);
    let fitting = rows.iter().take(sync.limit.max(1)).take_while(|row| budget.takes(row)).count();
    let more = rows.len() > fitting;
    rows.truncate(fitting);
    Ok(plan.page(model, rows.into_iter().cloned().collect(), more))
}

fn visible(scope: &Scope, row: &Row) -> bool {
    scope.selects(&row.record, row.meta.deleted)
}
