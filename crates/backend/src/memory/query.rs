//! Reads.

use std::convert::Infallible;

use syncline_core::{Key, Model};

use super::state::{Line, State, Stored};
use crate::driver::{Budget, DeltaPage, Leaving, Seen, SyncPlan, Undone, key_fits, was_visible};
use crate::{BackendError, List, ListPage, ReadBy, Row, Scope, Sync, SyncPage, SyncPlace};

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
    let mut budget = Budget::list(model);
    let fitting = rows.iter().take(list.limit.max(1)).take_while(|row| budget.takes(row)).count();
    let more = rows.len() > fitting;
    rows.truncate(fitting);
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
        Some(cursor) => SyncPlan::resume(model, cursor, last, state.horizon)?,
        None => {
            let started_at = state.time.started_at(now);
            let since = sync.since(state.horizon);
            SyncPlan::first(started_at, since.map(|since| (since, state.seq_before(since))), last)
        }
    };
    let leaving = plan.leaving(scope, sync, state.log_from);
    let mut rows: Vec<&Stored> = state.models[model.id.0]
        .values()
        .filter(|stored| leaving == Leaving::Walk || visible(scope, &stored.row))
        .filter(|Stored { row, .. }| match plan.place() {
            None => true,
            Some(SyncPlace::Base { after, until }) => {
                let key = Key::of(model, &row.record);
                key > *after && until.as_ref().is_none_or(|until| key <= *until)
            }
            Some(SyncPlace::Delta { after, until, .. }) => {
                row.seq > *after && (row.seq <= *until || leaving == Leaving::Walk)
            }
        })
        .collect();
    // A base sync goes by key, which is the map's own order.
    let read = match plan.place() {
        Some(SyncPlace::Delta { .. }) => {
            rows.sort_by_key(|stored| stored.row.seq);
            ReadBy::Changes
        }
        _ => ReadBy::Key,
    };
    if leaving == Leaving::Walk {
        return Ok(walk(state, scope, model, sync, &plan, &rows));
    }
    let mut budget = Budget::new(model, sync.max_bytes);
    let fitting = rows.iter().take(sync.limit.max(1)).take_while(|stored| budget.takes(&stored.row)).count();
    let more = rows.len() > fitting;
    rows.truncate(fitting);
    let rows = rows.into_iter().map(|stored| stored.row.clone()).collect();
    Ok(plan.page(model, rows, more, leaving, read))
}

/// The keys of each `step`-th record behind `after`, up to `count`.
pub(super) fn strides(
    state: &State,
    scope: &Scope,
    model: &Model,
    after: &Key,
    step: usize,
    count: usize,
) -> Vec<Key> {
    let keys = state.models[model.id.0].values().filter(|stored| visible(scope, &stored.row));
    let keys = keys.map(|stored| Key::of(model, &stored.row.record)).filter(|key| key > after);
    let step = step.max(1);
    keys.skip(step - 1).step_by(step).take(count).collect()
}

/// A page of a delta that also says what left the scope, of the records that changed, in the order of their sequence.
fn walk(
    state: &State,
    scope: &Scope,
    model: &Model,
    sync: &Sync,
    plan: &SyncPlan,
    changed: &[&Stored],
) -> SyncPage {
    let from = match plan.place() {
        Some(SyncPlace::Delta { since, .. }) => state.seq_before(*since),
        _ => 0,
    };
    let mut page = DeltaPage::new(model, sync);
    for Stored { row, log } in changed {
        let seen = plan.seen(row, seen(scope, row, log, from));
        if page.is_full() || !page.takes(model, row.clone(), seen) {
            return plan.delta_page(page, true);
        }
    }
    plan.delta_page(page, false)
}

/// What a record is to a delta from the sequence number `from` on.
fn seen(scope: &Scope, row: &Row, log: &[Line], from: i64) -> Seen {
    let since = log.iter().rev().take_while(|line| line.seq > from);
    let undone = since.map(|Line { op, change, .. }| {
        let (version, before) = (change.version, change.before.clone());
        Ok::<_, Infallible>(Undone { version, op: *op, before })
    });
    match was_visible(scope, row, undone) {
        _ if visible(scope, row) => Seen::Selected,
        Ok(true) => Seen::Left,
        Ok(false) => Seen::Never,
    }
}

fn visible(scope: &Scope, row: &Row) -> bool {
    scope.selects(&row.record, row.meta.deleted)
}
