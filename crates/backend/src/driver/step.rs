//! What a decision comes to: the part of a mutation that is the same in every store.

use crate::driver::check_record;
use crate::{Applied, Current, Decide, Decision, LoggedChange, Mutation, Rejection, Row};
use syncline_core::record::MutationOp;
use syncline_core::{Meta, Model, Record, Value};

/// What a store has to do for a mutation.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Write this.
    Put(Put),
    /// Write nothing and give this answer.
    Done(Applied),
}

/// A row to write, without its stamp and sequence number.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    /// Whether it creates, updates or deletes the record: a write over nothing or over a tombstone creates it.
    pub op: MutationOp,
    /// The values.
    pub record: Record,
    /// The version.
    pub version: i64,
    /// For the change log: the fields whose value changes, with their values before. Nothing if there was no row.
    pub before: Vec<(usize, Value)>,
}

impl Put {
    /// The row, once it has a stamp (in ms) and a sequence number.
    #[must_use]
    pub fn into_row(self, stamp: i64, seq: i64) -> Row {
        let deleted = self.op == MutationOp::Delete;
        let meta = Meta { version: self.version, last_changed_at: stamp, deleted };
        Row { record: self.record, meta, seq }
    }
}

/// Asks `decide` about the mutation's row as it is inside the transaction.
#[must_use]
pub fn step(model: &Model, mutation: &Mutation, current: Current<'_>, decide: &Decide) -> Step {
    let row = current.row;
    let version = row.map_or(1, |row| row.meta.version + 1);
    match (decide(current), row) {
        (Decision::Write(record), _) => match check_record(model, &mutation.key, &record) {
            Ok(()) => {
                let alive = row.is_some_and(|row| !row.meta.deleted);
                let op = if alive { MutationOp::Update } else { MutationOp::Create };
                let before = row.map_or_else(Vec::new, |row| changed(&row.record, &record));
                Step::Put(Put { op, record, version, before })
            }
            Err(rejection) => rejected(rejection, row),
        },
        (Decision::Delete, Some(row)) => {
            let (op, record) = (MutationOp::Delete, row.record.clone());
            Step::Put(Put { op, record, version, before: Vec::new() })
        }
        (Decision::Keep, Some(row)) => Step::Done(Applied::Kept(row.clone())),
        // There is nothing to delete or to keep.
        (Decision::Delete | Decision::Keep, None) => rejected(Rejection::Condition, None),
        (Decision::Reject(rejection), row) => rejected(rejection, row),
    }
}

fn rejected(rejection: Rejection, row: Option<&Row>) -> Step {
    Step::Done(Applied::Rejected { rejection, current: row.cloned() })
}

fn changed(before: &Record, after: &Record) -> Vec<(usize, Value)> {
    let pairs = before.0.iter().zip(&after.0).enumerate();
    pairs
        .filter(|(_, (before, after))| before != after)
        .map(|(field, (before, _))| (field, before.clone()))
        .collect()
}

/// The versions whose log lines a decision gets: those after `base` up to the row's own. `None` if the row never had
/// that version: then the log has no answer. Version 0 is no base, since a create logs nothing before it.
#[must_use]
pub fn versions_since(base: Option<i64>, row: Option<&Row>) -> Option<std::ops::RangeInclusive<i64>> {
    let (base, row) = (base?, row?);
    (1..=row.meta.version).contains(&base).then(|| base + 1..=row.meta.version)
}

/// `changes`, if there is one for each of `versions` in order; else the log does not reach back that far.
#[must_use]
pub fn complete(
    versions: std::ops::RangeInclusive<i64>,
    changes: Vec<LoggedChange>,
) -> Option<Vec<LoggedChange>> {
    versions.eq(changes.iter().map(|change| change.version)).then_some(changes)
}
