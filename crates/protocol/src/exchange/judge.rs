//! What follows from the verdicts on entries whose outcomes are unknown.

use super::Verdict;
use syncline_core::Versioned;
use syncline_core::record::{Entry, Outcome};

/// An entry with an unknown outcome, the verdict on it, and the server's record, if it is shown.
pub type Looked = (Entry, Verdict, Option<Versioned>);

/// What follows from the verdicts on entries that were sent together: outcomes, and those that can be sent again.
///
/// What went behind another of its record, and was applied, says the same of that one, whose values it may have replaced.
/// Of a transaction (`atomic`) one that was applied says it of all; and where nobody can tell of one, none is sent without
/// the others, but all are made to wait once more, under new ids.
pub fn judge(
    mut looked: Vec<Looked>,
    atomic: bool,
    fresh_id: &mut dyn FnMut() -> String,
) -> (Vec<(Entry, Outcome)>, Vec<Entry>) {
    let any = |looked: &[Looked], wanted| looked.iter().any(|(_, verdict, _)| *verdict == wanted);
    let applied = atomic && any(&looked, Verdict::Done);
    for place in 0..looked.len() {
        let (before, behind) = looked.split_at_mut(place + 1);
        let Some((entry, verdict, Some(_))) = before.last_mut() else { continue };
        let same = |(other, verdict, _): &Looked| {
            *verdict == Verdict::Done && other.model == entry.model && other.key == entry.key
        };
        if applied || behind.iter().any(same) {
            *verdict = Verdict::Done;
        }
    }
    let wait = atomic && any(&looked, Verdict::Ambiguous);
    let (mut outcomes, mut again) = (Vec::new(), Vec::new());
    for (entry, verdict, row) in looked {
        match (verdict, row) {
            (Verdict::Done, Some(row)) => outcomes.push((entry, Outcome::Applied(row))),
            (Verdict::Ambiguous, Some(current)) => {
                outcomes.push((entry, Outcome::Ambiguous { current, fresh_id: fresh_id() }));
            }
            _ if wait => outcomes.push((entry, Outcome::NotApplied { fresh_id: fresh_id() })),
            _ => again.push(entry),
        }
    }
    (outcomes, again)
}

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_core::record::{EntryState, MutationOp, Patch};
    use syncline_core::{Key, Meta, ModelId, Record, Value};

    /// An entry by its id, with its record and the verdict; `-` behind it: the record is not shown.
    fn entry(word: &str) -> Looked {
        let (id, rest) = word.split_once(':').unwrap();
        let (record, verdict) = rest.split_once(':').unwrap();
        let verdict = match verdict.trim_end_matches('-') {
            "done" => Verdict::Done,
            "again" => Verdict::SendAgain,
            _ => Verdict::Ambiguous,
        };
        let meta = Meta { version: 4, last_changed_at: 1, deleted: false };
        let row = Versioned { record: Record(vec![Value::from(record)]), meta };
        let entry = Entry {
            seq: 1,
            id: id.to_owned(),
            model: ModelId(0),
            key: Key::id(record),
            op: MutationOp::Update,
            patch: Patch::default(),
            base_version: Some(3),
            condition: None,
            group: None,
            state: EntryState::Sent,
        };
        (entry, verdict, (!word.ends_with('-')).then_some(row))
    }

    #[test]
    fn verdicts_on_what_went_together() {
        for (looked, atomic, settled, again) in [
            ("a:p:done b:q:again- c:r:ambiguous", false, "a applied, c ambiguous", "b"),
            // What was behind it went on from it.
            ("a:p:ambiguous b:p:done c:q:ambiguous", false, "a applied, b applied, c ambiguous", ""),
            ("a:p:done b:p:again", false, "a applied", "b"),
            ("a:p:ambiguous b:q:done", false, "a ambiguous, b applied", ""),
            // A transaction.
            ("a:p:ambiguous b:q:done c:r:again", true, "a applied, b applied, c applied", ""),
            ("a:p:again b:q:again-", true, "", "a b"),
            ("a:p:again b:q:ambiguous c:r:again-", true, "a waits, b ambiguous, c waits", ""),
        ] {
            let entries = looked.split(' ').map(entry).collect();
            let (outcomes, left) = judge(entries, atomic, &mut || "fresh".to_owned());
            let shown: Vec<String> = outcomes
                .iter()
                .map(|(entry, outcome)| {
                    let word = match outcome {
                        Outcome::Applied(_) => "applied",
                        Outcome::Ambiguous { .. } => "ambiguous",
                        Outcome::NotApplied { .. } => "waits",
                        other => panic!("{other:?}"),
                    };
                    format!("{} {word}", entry.id)
                })
                .collect();
            assert_eq!(shown.join(", "), settled, "{looked}");
            assert_eq!(
                left.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>().join(" "),
                again,
                "{looked}"
            );
        }
    }
}
