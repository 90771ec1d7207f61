//! What follows from the verdicts on entries whose outcomes are unknown.

use super::Verdict;
use syncline_core::Versioned;
use syncline_core::record::{Entry, Outcome};

/// An entry with an unknown outcome, the verdict on it, and the server's record, if it is shown.
pub type Looked = (Entry, Verdict, Option<Versioned>);

/// What follows from the verdicts on entries that were sent together: outcomes, and those that can be sent again.
///
/// What went behind another of its record, and was applied, says the same of that one, whose values it may have replaced.
/// And what went behind one that was not applied was not either: it goes with that one, or, where nobody can tell of that one,
/// waits for what is left of it, under a new id.
/// → the answer to a create and the update behind it is lost, and somebody else has made the record: of the create nobody can
/// tell, and the update names the version that is there. Sent again, it would be applied over what nobody here has seen.
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
    for place in 1..looked.len() {
        let (before, behind) = looked.split_at_mut(place);
        let Some((entry, verdict @ Verdict::Ambiguous, _)) = behind.first_mut() else { continue };
        // The version that it names was to be made by one of which the record says that it was not applied.
        if let Some((_, Verdict::SendAgain, Some(_))) = of_record(before, entry).next_back() {
            *verdict = Verdict::SendAgain;
        }
    }
    let wait = atomic && any(&looked, Verdict::Ambiguous);
    let behind_unknown = |place: usize| {
        let (before, entry) = (&looked[..place], &looked[place].0);
        of_record(before, entry).any(|(_, verdict, row)| *verdict == Verdict::Ambiguous && row.is_some())
    };
    let waits: Vec<bool> = (0..looked.len()).map(|place| wait || behind_unknown(place)).collect();
    let (mut outcomes, mut again) = (Vec::new(), Vec::new());
    for ((entry, verdict, row), waits) in looked.into_iter().zip(waits) {
        match (verdict, row) {
            (Verdict::Done, Some(row)) => outcomes.push((entry, Outcome::Applied(row))),
            (Verdict::Ambiguous, Some(current)) => {
                outcomes.push((entry, Outcome::Ambiguous { current, fresh_id: fresh_id() }));
            }
            _ if waits => outcomes.push((entry, Outcome::NotApplied { fresh_id: fresh_id() })),
            _ => again.push(entry),
        }
    }
    (outcomes, again)
}

/// Those of them that are about the record of `entry`.
fn of_record<'l>(looked: &'l [Looked], entry: &Entry) -> impl DoubleEndedIterator<Item = &'l Looked> {
    let (model, key) = (entry.model, entry.key.clone());
    looked.iter().filter(move |(other, ..)| other.model == model && other.key == key)
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
            // What it goes on from was not made, or nobody knows by whom.
            ("a:p:again b:p:ambiguous c:q:ambiguous", false, "c ambiguous", "a b"),
            ("a:p:again- b:p:ambiguous", false, "b ambiguous", "a"),
            ("a:p:ambiguous b:p:again c:p:ambiguous d:q:again", false, "a ambiguous, b waits, c waits", "d"),
            ("a:p:ambiguous b:p:ambiguous c:p:again-", false, "a ambiguous, b ambiguous, c waits", ""),
            // A transaction.
            ("a:p:ambiguous b:q:done c:r:again", true, "a applied, b applied, c applied", ""),
            ("a:p:again b:q:again-", true, "", "a b"),
            ("a:p:again b:p:ambiguous c:q:again-", true, "", "a b c"),
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
