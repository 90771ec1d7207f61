//! What a mutation does to the record as it is: pure functions, run inside the transaction and perhaps more than once
//! (SYNC 3.3). The strategy is the base-aware `AUTOMERGE` (SYNC 1.6, 3.2, 3.4).
//!
//! The cases are those of the situation matrix: a create meets nothing, a live record or a tombstone; an update or
//! delete meets nothing, a tombstone, a record of its own version, or one of another.

use super::input::Input;
use syncline_backend::{Current, Decision, Rejection, Row};
use syncline_core::record::{MutationOp, merge_value};
use syncline_core::{Record, Value};

/// Decides a mutation.
pub(super) fn decide(input: &Input, current: Current<'_>) -> Decision {
    match input.op {
        MutationOp::Create => create(input, current),
        MutationOp::Update => update(input, current),
        MutationOp::Delete => delete(input, current),
    }
}

const CONDITION: Decision = Decision::Reject(Rejection::Condition);
const CONFLICT: Decision = Decision::Reject(Rejection::Conflict);

fn create(input: &Input, current: Current<'_>) -> Decision {
    match current.row {
        None => {}
        // A negotiated create that knows of the tombstone begins the record's next life (SYNC 2.3).
        Some(row) if row.meta.deleted && input.id.is_some() && input.version == Some(row.meta.version) => {}
        // A client that never saw the answer to its create sends it again (SYNC §4; with an id, the id settles it).
        Some(row) if !row.meta.deleted && input.id.is_none() && row.meta.version == 1 => {
            let identical = input.given.iter().all(|(field, value)| row.record[*field] == *value);
            return if identical { Decision::Keep } else { CONDITION };
        }
        Some(_) => return CONDITION,
    }
    let nothing = Record::empty(input.model.fields.len());
    if input.condition.matches(&nothing, false) { Decision::Write(new_record(input)) } else { CONDITION }
}

fn new_record(input: &Input) -> Record {
    // What the client leaves out has its default, if there is one.
    let defaults = input.model.fields.iter().map(|field| field.default.clone().unwrap_or_default());
    let mut record = Record(defaults.collect());
    for (field, value) in input.model.key.iter().zip(&input.key.0) {
        record[*field] = value.clone();
    }
    let times = input.model.timestamps;
    for field in [times.created_at, times.updated_at].into_iter().flatten() {
        record[field] = input.now.clone();
    }
    for (field, value) in &input.given {
        record[*field] = value.clone();
    }
    record
}

fn update(input: &Input, current: Current<'_>) -> Decision {
    let Some(row) = current.row else { return CONDITION };
    if row.meta.deleted {
        // Also with the tombstone's own version: nothing that was deleted comes back by an update.
        return CONFLICT;
    }
    if !input.condition.matches(&row.record, false) {
        return CONDITION;
    }
    let mut record = row.record.clone();
    let fresh = input.version == Some(row.meta.version);
    for (field, value) in &input.given {
        record[*field] = if fresh { value.clone() } else { merged(input, current, row, *field, value) };
    }
    let touched = fresh || record != row.record;
    if let Some(field) = input.model.timestamps.updated_at
        && touched
        && !input.given.iter().any(|(given, _)| *given == field)
    {
        record[field] = input.now.clone();
    }
    Decision::Write(record)
}

/// What a stale update makes of one field.
fn merged(input: &Input, current: Current<'_>, row: &Row, field: usize, incoming: &Value) -> Value {
    // A version that this server has not handed out yet is from before a restore: nothing is known of its base.
    let known = input.version.is_some_and(|version| version < row.meta.version);
    let base = current.base_value(field).filter(|_| known);
    let merged = merge_value(&input.model.fields[field], base, incoming, &row.record[field]);
    let own_later_edit = || {
        let session = input.session.as_deref().filter(|_| known);
        session.is_some_and(|session| current.changed_only_by(field, session))
    };
    if merged.conflict && own_later_edit() { incoming.clone() } else { merged.value }
}

fn delete(input: &Input, current: Current<'_>) -> Decision {
    let Some(row) = current.row else { return CONDITION };
    if input.version != Some(row.meta.version) {
        return CONFLICT;
    }
    // A tombstone that is deleted again is a success with a new version, whatever the condition says of it.
    let holds = row.meta.deleted || input.condition.matches(&row.record, false);
    if holds { Decision::Delete } else { CONDITION }
}
