//! What a mutation does to the record as it is: pure functions, run inside the transaction and perhaps more than once
//! (SYNC 3.3).
//!
//! The cases are those of the situation matrix: a create meets nothing, a live record or a tombstone; an update or
//! delete meets nothing, a tombstone, a record of its own version, or one of another. What then happens to a live record
//! is for the model's [`Rule`] to say.

use super::appsync;
use super::input::Input;
use syncline_backend::{Applied, Current, Decision, Rejection, Row};
use syncline_core::record::{MutationOp, merge_value};
use syncline_core::{Record, Value};

/// What is done with an update or delete of another version than the record's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Merged by what changed since the base (SYNC 1.6, 3.2, 3.4); a delete is refused.
    Merge,
    /// The same, and refused where both sides changed a field: half of a transaction is not applied (SYNC 2.5).
    MergeOrRefuse,
    /// Merged as AppSync merges; a delete is refused.
    MergeAppsync,
    /// Refused.
    Refuse,
    /// For somebody outside to say.
    Ask,
}

/// What somebody outside has said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settled {
    /// The version of the record that they were shown.
    pub(super) version: i64,
    /// What the record becomes.
    pub(super) into: Settlement,
}

/// What a record becomes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Settlement {
    /// This.
    Record(Record),
    /// A tombstone.
    Gone,
}

/// A mutation in its batch.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The mutations before it on which it depends, by their places in the batch (SYNC 2.4).
    pub(super) needs: Vec<usize>,
    /// Whether it has to wait until one before it is decided.
    pub(super) waits: bool,
}

impl Place {
    /// Whether the mutation is not to be tried.
    fn is_held(&self, earlier: &[Applied]) -> bool {
        let undecided =
            |applied: &Applied| matches!(applied, Applied::Rejected { rejection: Rejection::Undecided, .. });
        self.needs.iter().any(|place| earlier.get(*place).is_some_and(Applied::is_failure))
            || self.waits && earlier.iter().any(undecided)
    }
}

const CONDITION: Decision = Decision::Reject(Rejection::Condition);
const CONFLICT: Decision = Decision::Reject(Rejection::Conflict);

/// Decides a mutation; `settled` is what somebody outside has said of its conflict.
pub(super) fn decide(
    input: &Input,
    place: &Place,
    settled: Option<&Settled>,
    current: Current<'_>,
) -> Decision {
    match decided(input, place, settled, current) {
        Decision::Write(record) if outgrows(&record, current.row, input.most) => {
            let message =
                format!("The record would have more than {} bytes, which is too large.", input.most);
            Decision::Reject(Rejection::Invalid(message))
        }
        decision => decision,
    }
}

/// Whether a record grows beyond `most` bytes: lists that are appended to grow with every mutation, and the change log
/// holds what each was before. One that is too large may become smaller.
fn outgrows(record: &Record, row: Option<&Row>, most: usize) -> bool {
    let bytes = |record: &Record| record.0.iter().map(bytes).sum::<usize>();
    let grown = bytes(record);
    grown > most && row.is_none_or(|row| grown > bytes(&row.record))
}

/// About the bytes of a value.
fn bytes(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::List(items) => items.iter().map(|item| 1 + bytes(item)).sum(),
        Value::Object(object) => object.0.iter().map(|(name, value)| name.len() + bytes(value)).sum(),
        _ => 1,
    }
}

fn decided(input: &Input, place: &Place, settled: Option<&Settled>, current: Current<'_>) -> Decision {
    if place.is_held(current.earlier) {
        return Decision::Reject(Rejection::Held);
    }
    let row = match (input.op, current.row) {
        (MutationOp::Create, _) => return create(input, current.row),
        (_, None) => return CONDITION,
        (_, Some(row)) => row,
    };
    let fresh = input.version == Some(row.meta.version);
    let rule = if fresh { None } else { Some(input.rule) };
    match (input.op, rule) {
        (MutationOp::Delete, None) => {
            // A tombstone that is deleted again is a success with a new version, whatever the condition says of it.
            let holds = row.meta.deleted || input.condition.matches(&row.record, false);
            if holds { Decision::Delete } else { CONDITION }
        }
        // Also an update with the tombstone's own version: nothing that was deleted comes back by it.
        _ if row.meta.deleted => CONFLICT,
        (_, Some(Rule::Ask)) => match settled.filter(|settled| settled.version == row.meta.version) {
            None => Decision::Reject(Rejection::Undecided),
            // The conflict comes before the condition; what is written must meet it.
            Some(_) if !input.condition.matches(&row.record, false) => CONDITION,
            Some(Settled { into: Settlement::Record(record), .. }) => Decision::Write(record.clone()),
            Some(Settled { into: Settlement::Gone, .. }) => Decision::Delete,
        },
        (MutationOp::Delete, _) | (_, Some(Rule::Refuse)) => CONFLICT,
        _ if !input.condition.matches(&row.record, false) => CONDITION,
        (_, None) => Decision::Write(updated(input, row, |_, value| value.clone(), true)),
        (_, Some(Rule::MergeOrRefuse)) if in_conflict(input, current, row) => CONFLICT,
        (_, Some(Rule::Merge | Rule::MergeOrRefuse)) => {
            let field = |field, value: &Value| merged(input, current, row, field, value).0;
            Decision::Write(updated(input, row, field, false))
        }
        (_, Some(Rule::MergeAppsync)) => Decision::Write(joined(input, row)),
    }
}

fn create(input: &Input, row: Option<&Row>) -> Decision {
    match row {
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

/// The record with what `value` makes of each field that is given. Its time of the last update is now, unless the client
/// gave one or, for a record that need not be touched, nothing changes.
fn updated(input: &Input, row: &Row, value: impl Fn(usize, &Value) -> Value, touched: bool) -> Record {
    let mut record = row.record.clone();
    for (field, given) in &input.given {
        record[*field] = value(*field, &input.over(*field, given, &row.record[*field]));
    }
    if let Some(field) = input.model.timestamps.updated_at
        && (touched || record != row.record)
        && !input.gives(field)
    {
        record[field] = input.now.clone();
    }
    record
}

/// Whether somebody else changed a field that a stale update changes as well.
fn in_conflict(input: &Input, current: Current<'_>, row: &Row) -> bool {
    input.given.iter().any(|(field, value)| {
        let value = input.over(*field, value, &row.record[*field]);
        merged(input, current, row, *field, &value).1
    })
}

/// What a stale update makes of one field, and whether somebody else's value stays.
fn merged(input: &Input, current: Current<'_>, row: &Row, field: usize, incoming: &Value) -> (Value, bool) {
    // A version that this server has not handed out yet is from before a restore: the log knows nothing of its base.
    let known = input.version.is_some_and(|version| version < row.meta.version);
    // What the device says it changed goes first: it may have been the result of its own earlier change.
    let said = input.base(field, &row.record[field]);
    let base = said.as_deref().or_else(|| current.base_value(field).filter(|_| known));
    let merged = merge_value(&input.model.fields[field], base, incoming, &row.record[field]);
    let own_later_edit = || {
        let session = input.session.as_deref().filter(|_| known);
        // What was not changed at all since that version was somebody else's there already.
        let changed = || {
            let log = current.since_base.unwrap_or_default();
            log.iter().any(|change| change.before.iter().any(|(changed, _)| *changed == field))
        };
        session.is_some_and(|session| changed() && current.changed_only_by(field, session))
    };
    if merged.conflict && own_later_edit() {
        (incoming.clone(), false)
    } else {
        (merged.value, merged.conflict)
    }
}

/// What a stale update makes of the record in AppSync. The time of the last update is a value that the record has
/// already, so it stays.
fn joined(input: &Input, row: &Row) -> Record {
    let mut record = row.record.clone();
    for (field, incoming) in &input.given {
        let incoming = input.over(*field, incoming, &row.record[*field]);
        record[*field] = appsync::merge(&input.model.fields[*field], &row.record[*field], &incoming);
    }
    if let Some(field) = input.model.timestamps.updated_at
        && record[field].is_null()
    {
        record[field] = input.now.clone();
    }
    record
}
