//! Writes.

use std::sync::Arc;

use syncline_core::{Key, ModelId, Schema};

use super::state::{Line, Remembered, State, Stored};
use crate::driver::{Put, Step, check_key, complete, key_fits, step, versions_since};
use crate::{Applied, Committed, Current, LoggedChange, Mutation, Rejection, Row, Write};

/// Applies `writes` at `now`; gives their answers and what committed.
pub(super) fn apply(
    state: &mut State,
    schema: &Schema,
    now: i64,
    writes: &[Write],
    atomic: bool,
    remember: bool,
) -> (Vec<Applied>, Vec<Committed>) {
    let mut answers = Vec::with_capacity(writes.len());
    let mut batch = Batch { now, remember, committed: Vec::new(), undo: Vec::new() };
    for (place, write) in writes.iter().enumerate() {
        let answer = batch.one(state, schema, write, &answers);
        if atomic && answer.is_failure() {
            batch.undo(state);
            let Mutation { model, key, .. } = &write.mutation;
            let current = state.row(*model, key).filter(|_| key_fits(schema.model(*model), key)).cloned();
            answers = writes.iter().map(|_| Applied::Aborted).collect();
            answers[place] = answer.with_current(current);
            break;
        }
        answers.push(answer);
    }
    state.time.settled();
    (answers, batch.committed)
}

/// Mutations that commit together.
struct Batch {
    now: i64,
    remember: bool,
    committed: Vec<Committed>,
    undo: Vec<Undo>,
}

/// How to take a step back.
enum Undo {
    Record(ModelId, Key, Option<Stored>),
    Id(String),
}

impl Batch {
    fn one(&mut self, state: &mut State, schema: &Schema, write: &Write, earlier: &[Applied]) -> Applied {
        let mutation = &write.mutation;
        let model = schema.model(mutation.model);
        if let Some(answer) = recall(state, mutation) {
            return answer;
        }
        if let Err(rejection) = check_key(model, mutation) {
            return Applied::Rejected { rejection, current: None };
        }
        let row = state.row(mutation.model, &mutation.key).cloned();
        let since_base = since_base(state, mutation, row.as_ref());
        let current = Current { row: row.as_ref(), since_base: since_base.as_deref(), earlier };
        let answer = match step(model, mutation, current, &write.decide) {
            Step::Put(put) => Applied::Written(self.put(state, mutation, row, put)),
            Step::Done(answer) => answer,
        };
        if matches!(answer, Applied::Written(_) | Applied::Kept(_)) {
            self.remember(state, mutation);
        }
        answer
    }

    fn put(&mut self, state: &mut State, mutation: &Mutation, before: Option<Row>, put: Put) -> Arc<Row> {
        let (op, version, changed) = (put.op, put.version, put.before.clone());
        let stamp = state.time.stamp(self.now);
        state.stamps.push(stamp);
        let row = Arc::new(put.into_row(stamp, state.last_seq()));
        let rows = &mut state.models[mutation.model.0];
        let old = rows.get(&mutation.key).cloned();
        let mut log = old.as_ref().map_or_else(Vec::new, |stored| stored.log.clone());
        let change = LoggedChange { version, before: changed, session: mutation.session.clone() };
        log.push(Line { seq: row.seq, op, change });
        rows.insert(mutation.key.clone(), Stored { row: Row::clone(&row), log });
        self.undo.push(Undo::Record(mutation.model, mutation.key.clone(), old));
        let (model, key) = (mutation.model, mutation.key.clone());
        let origin = mutation.origin.clone();
        self.committed.push(Committed { model, key, op, before, after: Arc::clone(&row), origin });
        row
    }

    fn remember(&mut self, state: &mut State, mutation: &Mutation) {
        if let Some(id) = mutation.id.as_ref().filter(|_| self.remember) {
            let (model, key) = (mutation.model, mutation.key.clone());
            state.places += 1;
            let (principal, place, stamp) = (id.principal.clone(), state.places, self.now);
            state.ids.insert(id.id.clone(), Remembered { principal, model, key, place, stamp });
            self.undo.push(Undo::Id(id.id.clone()));
        }
    }

    fn undo(&mut self, state: &mut State) {
        for step in self.undo.drain(..).rev() {
            match step {
                Undo::Record(model, key, Some(stored)) => {
                    state.models[model.0].insert(key, stored);
                    state.stamps.pop();
                }
                Undo::Record(model, key, None) => {
                    state.models[model.0].remove(&key);
                    state.stamps.pop();
                }
                Undo::Id(id) => {
                    state.ids.remove(&id);
                }
            }
        }
        self.committed.clear();
    }
}

/// The answer to a mutation whose id is known.
fn recall(state: &State, mutation: &Mutation) -> Option<Applied> {
    let id = mutation.id.as_ref()?;
    let known = state.ids.get(&id.id)?;
    Some(if known.principal != id.principal {
        Applied::ForeignId
    } else if known.model != mutation.model || known.key != mutation.key {
        Applied::Rejected { rejection: Rejection::reused_id(), current: None }
    } else {
        Applied::Repeated(state.row(known.model, &known.key).cloned())
    })
}

fn since_base(state: &State, mutation: &Mutation, row: Option<&Row>) -> Option<Vec<LoggedChange>> {
    let versions = versions_since(mutation.base_version, row)?;
    let log = &state.models[mutation.model.0].get(&mutation.key)?.log;
    let changes = log.iter().map(|line| &line.change);
    let changes = changes.filter(|change| versions.contains(&change.version)).cloned().collect();
    complete(versions, changes)
}
