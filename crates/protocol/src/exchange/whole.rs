//! What an answer means for a document that is applied as a whole or not at all (SYNC 2.5).

use super::Reading;
use syncline_core::record::{Entry, Outcome, Rejection};

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
    why: &Rejection,
    fresh_id: &mut dyn FnMut() -> String,
) -> Vec<(Entry, Outcome)> {
    let first = entries.first().map(|entry| entry.seq);
    let of = |entry: Entry| {
        let refused = Some(entry.seq) == first;
        let outcome = if refused {
            Outcome::Refused(why.clone())
        } else {
            Outcome::NotApplied { fresh_id: fresh_id() }
        };
        (entry, outcome)
    };
    let mut outcomes: Vec<_> = entries.into_iter().map(of).collect();
    outcomes.sort_by_key(|(_, outcome)| !matches!(outcome, Outcome::NotApplied { .. }));
    outcomes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorClass;
    use crate::exchange::Look;
    use syncline_core::record::{EntryState, MutationOp, Patch};
    use syncline_core::{Key, Meta, ModelId, Record, Versioned};

    fn entry(seq: i64) -> Entry {
        Entry {
            seq,
            id: format!("m{seq}"),
            model: ModelId(0),
            key: Key::id(format!("p{seq}")),
            op: MutationOp::Update,
            patch: Patch::default(),
            base_version: Some(1),
            condition: None,
            group: Some(1),
            state: EntryState::Sent,
        }
    }

    fn row() -> Versioned {
        let meta = Meta { version: 2, last_changed_at: 1, deleted: false };
        Versioned { record: Record(Vec::new()), meta }
    }

    /// One reading for each word.
    fn reading(word: &str) -> Reading {
        let not_applied = || Outcome::NotApplied { fresh_id: "fresh".to_owned() };
        let transient = ErrorClass::Transient { retry_after_s: None };
        match word {
            "applied" => Reading::Settle(Outcome::Applied(row())),
            "aborted" => Reading::Settle(not_applied()),
            "refused" => Reading::Settle(Outcome::Refused("no".into())),
            "condition" => Reading::Settle(Outcome::ConditionFailed(Some(row()))),
            "look" => Reading::Look(Look { condition: false, reason: "blind".to_owned() }),
            _ => Reading::Unknown { reason: "busy".to_owned(), class: transient },
        }
    }

    fn shown(settled: &[(Entry, Outcome)]) -> String {
        let word = |outcome: &Outcome| match outcome {
            Outcome::Applied(_) => "applied",
            Outcome::Conflict { .. } => "conflict",
            Outcome::NotApplied { .. } => "not applied",
            Outcome::ConditionFailed(_) => "condition",
            Outcome::Refused(_) => "refused",
            _ => "?",
        };
        let shown: Vec<_> =
            settled.iter().map(|(entry, outcome)| format!("{} {}", entry.id, word(outcome))).collect();
        shown.join(", ")
    }

    #[test]
    fn a_document_is_settled_as_a_whole() {
        for (answers, settled, aside) in [
            (&["applied", "applied"][..], "m0 applied, m1 applied", ""),
            // One that cannot be shown afterwards was applied as the others were.
            (&["applied", "busy"], "m0 applied", "m1"),
            (&["refused", "aborted"], "m1 not applied, m0 refused", ""),
            (&["aborted", "refused"], "m0 not applied, m1 refused", ""),
            (&["aborted", "condition", "aborted"], "m0 not applied, m2 not applied, m1 condition", ""),
            // While nothing is known of one, all are sent again together.
            (&["aborted", "busy"], "", "m0 m1"),
            (&["busy", "busy"], "", "m0 m1"),
            // That the server's record looks as if it had been applied proves nothing then.
            (&["look", "aborted"], "m1 not applied, m0 conflict", ""),
        ] {
            let readings: Vec<Reading> = answers.iter().map(|word| reading(word)).collect();
            let undone = is_undone(&readings);
            let (mut known, mut unknown) = (Vec::new(), Vec::new());
            for (seq, reading) in (0..).zip(readings) {
                match reading {
                    Reading::Settle(outcome) => known.push((entry(seq), outcome)),
                    Reading::Look(_) => known.push((entry(seq), Outcome::Applied(row()))),
                    Reading::Unknown { .. } => unknown.push(entry(seq)),
                }
            }
            let (known, unknown) = settle_whole(undone, known, unknown, &mut || "fresh".to_owned());
            assert_eq!(shown(&known), settled, "{answers:?}");
            let ids: Vec<String> = unknown.into_iter().map(|entry| entry.id).collect();
            assert_eq!(ids.join(" "), aside, "{answers:?}");
        }
    }

    #[test]
    fn a_request_that_is_refused_refuses_its_first_and_takes_the_others_with_it() {
        for (count, expected) in
            [(0, ""), (1, "m0 refused"), (3, "m1 not applied, m2 not applied, m0 refused")]
        {
            let entries = (0..count).map(entry).collect();
            assert_eq!(shown(&refuse_whole(entries, &"no".into(), &mut || "fresh".to_owned())), expected);
        }
    }
}
