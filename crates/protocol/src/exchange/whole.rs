//! What an answer means for a document that is applied as a whole or not at all (SYNC 2.5).

use super::Reading;
use syncline_core::record::{Entry, Outcome};

/// Whether the server undid the document: one of its mutations failed.
#[must_use]
pub fn is_undone(readings: &[Reading]) -> bool {
    readings.iter().any(|reading| match reading {
        Reading::Settle(outcome) => !matches!(outcome, Outcome::Applied(_)),
        Reading::Look(_) => true,
        Reading::Unknown { .. } => false,
    })
}

/// What is settled of a document that is applied as a whole, and which of its mutations have no outcome yet. `settled` is
/// what is known of each by itself, `unknown` those of which nothing is, `undone` what [`is_undone`] said of the answer.
///
/// If it was undone, no mutation of it was applied, whatever the server's records look like; and while the outcome of one
/// is unknown, so is that of all: they are sent again together. What was not tried comes first, so that it waits when
/// the one that failed parks the group.
#[must_use]
pub fn settle_whole(
    undone: bool,
    settled: Vec<(Entry, Outcome)>,
    mut unknown: Vec<Entry>,
    fresh_id: &mut dyn FnMut() -> String,
) -> (Vec<(Entry, Outcome)>, Vec<Entry>) {
    if !undone {
        return (settled, unknown);
    }
    if !unknown.is_empty() {
        unknown.extend(settled.into_iter().map(|(entry, _)| entry));
        unknown.sort_by_key(|entry| entry.seq);
        return (Vec::new(), unknown);
    }
    let mut settled: Vec<_> = settled
        .into_iter()
        .map(|(entry, outcome)| match outcome {
            Outcome::Applied(current) => (entry, Outcome::Conflict { current, fresh_id: fresh_id() }),
            other => (entry, other),
        })
        .collect();
    settled.sort_by_key(|(_, outcome)| !matches!(outcome, Outcome::NotApplied { .. }));
    (settled, unknown)
}

/// The outcomes of a document whose request was refused as such: its first mutation is, and the others are parked with it.
#[must_use]
pub fn refuse_whole(
    entries: Vec<Entry>,
    reason: &str,
    fresh_id: &mut dyn FnMut() -> String,
) -> Vec<(Entry, Outcome)> {
    let first = entries.first().map(|entry| entry.seq);
    let of = |entry: Entry| {
        let refused = Some(entry.seq) == first;
        let outcome = if refused {
            Outcome::Refused(reason.to_owned())
        } else {
            Outcome::NotApplied { fresh_id: fresh_id() }
        };
        (entry, outcome)
    };
    let mut outcomes: Vec<_> = entries.into_iter().map(of).collect();
    outcomes.sort_by_key(|(_, outcome)| !matches!(outcome, Outcome::NotApplied { .. }));
    outcomes
}
