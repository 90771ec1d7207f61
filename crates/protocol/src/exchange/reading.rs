//! What an answer means for the entries it is about.

use crate::error::{ErrorClass, ErrorType, GraphqlError};
use crate::response::{MutationResult, Refusal, ResponseError, parse_mutations};
use syncline_core::record::{Entry, MutationOp, Outcome, Rejection, RejectionClass};
use syncline_core::{Meta, Model, Record, Schema, Versioned};

/// What an answer means for one entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// Its outcome is known.
    Settle(Outcome),
    /// It was refused, but the answer does not hold the server's record: get that first (SYNC 1.8), then
    /// [`looked`].
    Look(Look),
    /// The answer does not tell; the entry stays as it is and is sent again.
    Unknown {
        /// Why, for the log.
        reason: String,
        /// What to make of it.
        class: ErrorClass,
    },
}

/// Why the server's record must be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether the entry's own condition failed.
    pub condition: bool,
    /// What the server said.
    pub reason: String,
}

/// Reads the answer to a batch, one reading per entry. `fresh_id` makes the id under which what is left of an entry
/// after a conflict is sent again.
///
/// # Errors
/// If the answer as a whole is a refusal or none at all; that belongs to no entry (SYNC 2.4).
pub fn read_batch(
    schema: &Schema,
    entries: &[Entry],
    body: &[u8],
    fresh_id: &mut dyn FnMut() -> String,
) -> Result<Vec<Reading>, ResponseError> {
    let models: Vec<&Model> = entries.iter().map(|entry| &**schema.model(entry.model)).collect();
    let answer = parse_mutations(&models, body)?;
    let results = entries.iter().zip(models).zip(answer.results);
    Ok(results.map(|((entry, model), result)| read(model, entry, result, fresh_id)).collect())
}

/// | answer | reading |
/// |---|---|
/// | a record | applied |
/// | neither a record nor an error, of a server that remembers ids | applied, and the record is gone |
/// | `ConflictUnhandled` with the record | conflict: rebase and send again |
/// | `ConditionalCheckFailedException`, own condition, with the record | the condition failed |
/// | `ConditionalCheckFailedException` without a condition, with the record | conflict |
/// | either without the record | look |
/// | `DependencyFailed`, `TransactionAborted` | not applied |
/// | credentials, or a fault that may pass | unknown |
/// | anything else | refused for good |
fn read(
    model: &Model,
    entry: &Entry,
    result: MutationResult,
    fresh_id: &mut dyn FnMut() -> String,
) -> Reading {
    let Refusal { error, class, current } = match result {
        MutationResult::Applied(row) => return Reading::Settle(Outcome::Applied(row)),
        MutationResult::Gone => return Reading::Settle(Outcome::Applied(gone(model, entry))),
        MutationResult::Unknown(reason) => {
            return Reading::Unknown { reason, class: ErrorClass::Transient { retry_after_s: None } };
        }
        MutationResult::Refused(refusal) => *refusal,
    };
    if was_not_tried(&error) {
        return Reading::Settle(Outcome::NotApplied { fresh_id: fresh_id() });
    }
    let condition = class == ErrorClass::Condition && entry.condition.is_some();
    match (class, current) {
        (ErrorClass::Condition, Some(current)) if condition => {
            Reading::Settle(Outcome::ConditionFailed(Some(current)))
        }
        (ErrorClass::Conflict | ErrorClass::Condition, Some(current)) => {
            Reading::Settle(Outcome::Conflict { current, fresh_id: fresh_id() })
        }
        (ErrorClass::Conflict | ErrorClass::Condition, None) => {
            Reading::Look(Look { condition, reason: error.to_string() })
        }
        (ErrorClass::Transient { .. } | ErrorClass::Timeout | ErrorClass::Auth, _) => {
            Reading::Unknown { reason: error.to_string(), class }
        }
        (ErrorClass::Permanent | ErrorClass::TooLarge, _) => {
            Reading::Settle(Outcome::Refused(error.rejection()))
        }
    }
}

/// The tombstone of a record of which the server says nothing more than that the entry was applied to it: the entry made the
/// version behind its base, and what made the record go came after that. It is stamped before all others, so that every later
/// life of the key takes its place (SYNC 1.9).
fn gone(model: &Model, entry: &Entry) -> Versioned {
    let mut record = Record::empty(model.fields.len());
    for (&field, value) in model.key.iter().zip(&entry.key.0) {
        record[field] = value.clone();
    }
    let later = if entry.op == MutationOp::Delete { 1 } else { 2 };
    let version = entry.base_version.unwrap_or(0).saturating_add(later);
    Versioned { record, meta: Meta { version, last_changed_at: 0, deleted: true } }
}

/// Whether the server says that it did not apply a mutation because of another one of the document.
fn was_not_tried(error: &GraphqlError) -> bool {
    match error.error_type.as_ref().map(|error_type| ErrorType::from_text(error_type.bare())) {
        Some(ErrorType::DependencyFailed) => true,
        Some(ErrorType::Other(text)) => text == "TransactionAborted",
        _ => false,
    }
}

/// The outcome of a refused entry, now that the server's record (or that there is none) is known. Without a
/// negotiated extension a create over a tombstone has to wait until the tombstone expires: it is parked (SYNC 2.3).
#[must_use]
pub fn looked(
    entry: &Entry,
    look: &Look,
    row: Option<Versioned>,
    negotiated: bool,
    fresh_id: &mut dyn FnMut() -> String,
) -> Outcome {
    let Some(current) = row else {
        // Nothing is restored from a guess: what was written stays, and waits for a person (SYNC 1.8).
        let what = if look.condition { "its condition did not hold, and " } else { "" };
        let message = format!("{what}the server has no such record, or does not show it ({})", look.reason);
        return Outcome::Refused(Rejection::new(RejectionClass::NoRecord, None, message));
    };
    if look.condition {
        return Outcome::ConditionFailed(Some(current));
    }
    if entry.op == MutationOp::Create && current.meta.deleted {
        let named = entry.base_version == Some(current.meta.version);
        if !negotiated || named {
            let message = format!(
                "a deleted record still holds this key; choose another, or retry when the server has forgotten it ({})",
                look.reason
            );
            return Outcome::Refused(Rejection::new(
                RejectionClass::IdTaken,
                Some("IdTaken".to_owned()),
                message,
            ));
        }
    }
    // A server that remembers ids would have answered with the record, had it applied this create: it is somebody
    // else's, however alike (SYNC 2.3).
    let foreign = negotiated && entry.op == MutationOp::Create;
    match verify(entry, Some(&current)) {
        Verdict::Done if !foreign => Outcome::Applied(current),
        _ => Outcome::Conflict { current, fresh_id: fresh_id() },
    }
}

/// Whether a conflict would lead to the same request again: the server's record is not newer than the one that the
/// entry is based on, so a rebase changes nothing. A server that lags behind itself says so; it is asked again later.
///
/// A create that named a tombstone and meets a live record has met a later life of its key, whatever its version; and so
/// has any mutation that meets an older version at a server that speaks the extension, which does not lag behind itself.
/// In a transaction that was undone as a whole an entry may name the version that another of the transaction was to make.
/// → \[update R, delete R\] of a transaction is made on v1, the server has v2: the update would be merged to v3, and the delete,
/// which names v2, meets that; the answer shows v2, and the group would be sent as it is for ever.
#[must_use]
pub fn is_stuck(entry: &Entry, outcome: &Outcome, negotiated: bool) -> bool {
    let Outcome::Conflict { current, .. } = outcome else { return false };
    let version = current.meta.version;
    // What a create continues is a tombstone, and what an update changes is none.
    let other = match entry.op {
        MutationOp::Create => !current.meta.deleted,
        MutationOp::Update => current.meta.deleted && entry.base_version == Some(version),
        MutationOp::Delete => false,
    };
    let stuck = |base| if negotiated { version == base && entry.group.is_none() } else { version <= base };
    !other && entry.base_version.is_some_and(stuck)
}

/// What the server's record says about an entry whose outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was applied.
    Done,
    /// It was not: it can be sent again.
    SendAgain,
    /// Nobody can tell: rebase what is left of it on the server's record.
    Ambiguous,
}

/// Judges an entry with an unknown outcome by the server's record (SYNC 2.2): nothing is re-sent blind.
#[must_use]
pub fn verify(entry: &Entry, row: Option<&Versioned>) -> Verdict {
    let Some(row) = row else { return Verdict::SendAgain };
    let says_it = || entry.patch.0.iter().all(|change| row.record[change.field] == change.value);
    // Of an update of which a new schema has left nothing, no record says anything (SYNC 1.13).
    let says_something = !entry.patch.is_empty();
    let base = entry.base_version.unwrap_or(0);
    match entry.op {
        MutationOp::Create if !row.meta.deleted && says_it() => Verdict::Done,
        MutationOp::Delete if row.meta.deleted => Verdict::Done,
        MutationOp::Update if !row.meta.deleted && row.meta.version > base && says_something && says_it() => {
            Verdict::Done
        }
        _ if row.meta.version == base => Verdict::SendAgain,
        _ => Verdict::Ambiguous,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_core::record::{EntryState, FieldChange, Patch};
    use syncline_core::{Key, ModelId, Predicate, Value};

    fn entry(op: MutationOp, base_version: Option<i64>, condition: bool) -> Entry {
        let change = FieldChange { field: 1, base: Value::from("old"), value: Value::from("new") };
        Entry {
            seq: 1,
            id: "m".to_owned(),
            model: ModelId(0),
            key: Key::id("p"),
            op,
            patch: Patch(if op == MutationOp::Delete { vec![] } else { vec![change] }),
            base_version,
            condition: condition.then_some(Predicate::All),
            group: None,
            state: EntryState::Sent,
        }
    }

    fn row(version: i64, value: &str, deleted: bool) -> Versioned {
        Versioned {
            record: Record(vec![Value::from("p"), Value::from(value)]),
            meta: Meta { version, last_changed_at: 1, deleted },
        }
    }

    /// Every kind of mutation by everything that the server may have. → A list update that is sent twice appends twice; a
    /// conditional save that was applied fails its own condition the second time, and would be undone.
    #[test]
    fn an_unknown_outcome_is_judged_by_the_servers_record() {
        use MutationOp::{Create, Delete, Update};
        use Verdict::{Ambiguous, Done, SendAgain};
        let rows = [
            ("absent", None),
            ("the same version", Some(row(3, "old", false))),
            ("the same version with our values", Some(row(3, "new", false))),
            ("newer with our values", Some(row(4, "new", false))),
            ("newer without them", Some(row(4, "other", false))),
            ("a tombstone", Some(row(4, "old", true))),
            ("a tombstone with our values", Some(row(4, "new", true))),
            ("the tombstone that it was made on", Some(row(3, "old", true))),
        ];
        /// A mutation, its base version, whether it is conditional, and the verdict by each of the rows.
        type Case = (&'static str, MutationOp, Option<i64>, bool, [Verdict; 8]);
        #[rustfmt::skip]
        let table: [Case; 6] = [
            // The server's:                                same        same, ours  newer, ours newer       gone       gone, ours  made on
            ("a create", Create, None, false,
             [SendAgain, Ambiguous, Done,      Done,       Ambiguous,  Ambiguous, Ambiguous,  Ambiguous]),
            ("a create over a tombstone", Create, Some(3), false,
             [SendAgain, SendAgain, Done,      Done,       Ambiguous,  Ambiguous, Ambiguous,  SendAgain]),
            ("an update", Update, Some(3), false,
             [SendAgain, SendAgain, SendAgain, Done,       Ambiguous,  Ambiguous, Ambiguous,  SendAgain]),
            ("a conditional update", Update, Some(3), true,
             [SendAgain, SendAgain, SendAgain, Done,       Ambiguous,  Ambiguous, Ambiguous,  SendAgain]),
            ("a delete", Delete, Some(3), false,
             [SendAgain, SendAgain, SendAgain, Ambiguous,  Ambiguous,  Done,      Done,       Done]),
            ("a conditional delete", Delete, Some(3), true,
             [SendAgain, SendAgain, SendAgain, Ambiguous,  Ambiguous,  Done,      Done,       Done]),
        ];
        for (name, op, base, condition, verdicts) in table {
            for ((there, row), verdict) in rows.iter().zip(verdicts) {
                assert_eq!(verify(&entry(op, base, condition), row.as_ref()), verdict, "{name}; {there}");
            }
        }
    }

    /// → a save of a field that a new schema does not have is in flight, and somebody else changes the record: that its version
    /// is newer does not mean that the save was applied.
    #[test]
    fn an_update_of_which_nothing_is_left_is_not_known_by_the_record() {
        let update = Entry { patch: Patch(vec![]), ..entry(MutationOp::Update, Some(3), false) };
        for (row, verdict) in
            [(row(3, "old", false), Verdict::SendAgain), (row(4, "new", false), Verdict::Ambiguous)]
        {
            assert_eq!(verify(&update, Some(&row)), verdict);
        }
    }

    fn model() -> Model {
        let schema = "type Post @model @auth(rules: [{ allow: public }]) { id: ID! title: String! }";
        let schema = syncline_schema::compile(schema, "test.graphql").unwrap();
        Model::clone(schema.by_name("Post").unwrap())
    }

    /// → the answer to a mutation is lost, and its record deleted and forgotten before it is sent again: without this it
    /// would be sent for as long as the server remembers its id.
    #[test]
    fn what_was_applied_to_a_record_that_is_gone_is_settled() {
        use MutationOp::{Create, Delete, Update};
        for (op, base, version) in [(Create, None, 2), (Update, Some(3), 5), (Delete, Some(3), 4)] {
            let entry = entry(op, base, false);
            let Reading::Settle(Outcome::Applied(row)) =
                read(&model(), &entry, MutationResult::Gone, &mut String::new)
            else {
                panic!("{op:?}")
            };
            assert_eq!(row.meta, Meta { version, last_changed_at: 0, deleted: true }, "{op:?}");
            assert_eq!(row.record[0], Value::from("p"), "{op:?}");
        }
    }

    #[test]
    fn every_answer_has_one_reading() {
        let refused = |error_type: &str, class, current: Option<Versioned>| {
            let error = GraphqlError::of_type(ErrorType::from_text(error_type), "because");
            MutationResult::Refused(Box::new(Refusal { error, class, current }))
        };
        let current = || Some(row(4, "theirs", false));
        let conflict =
            || Outcome::Conflict { current: row(4, "theirs", false), fresh_id: "fresh".to_owned() };
        let transient = ErrorClass::Transient { retry_after_s: None };
        let look = |condition| Some(condition);
        for (name, condition, result, settled, looks) in [
            (
                "applied",
                true,
                MutationResult::Applied(row(4, "new", false)),
                Some(Outcome::Applied(row(4, "new", false))),
                None,
            ),
            (
                "conflict",
                false,
                refused("ConflictUnhandled", ErrorClass::Conflict, current()),
                Some(conflict()),
                None,
            ),
            (
                "conflict, blind",
                false,
                refused("ConflictUnhandled", ErrorClass::Conflict, None),
                None,
                look(false),
            ),
            (
                "condition",
                true,
                refused("ConditionalCheckFailedException", ErrorClass::Condition, current()),
                Some(Outcome::ConditionFailed(current())),
                None,
            ),
            (
                "condition, blind",
                true,
                refused("ConditionalCheckFailedException", ErrorClass::Condition, None),
                None,
                look(true),
            ),
            (
                "exists",
                false,
                refused("ConditionalCheckFailedException", ErrorClass::Condition, None),
                None,
                look(false),
            ),
            ("busy", false, refused("ExecutionTimeout", transient, None), None, None),
            ("who are you", false, refused("UnauthorizedException", ErrorClass::Auth, None), None, None),
        ] {
            let entry = entry(MutationOp::Update, Some(3), condition);
            match read(&model(), &entry, result, &mut || "fresh".to_owned()) {
                Reading::Settle(outcome) => assert_eq!(Some(outcome), settled, "{name}"),
                Reading::Look(look) => assert_eq!(Some(look.condition), looks, "{name}"),
                Reading::Unknown { .. } => assert!(settled.is_none() && looks.is_none(), "{name}"),
            }
        }
        let forbidden = read(
            &model(),
            &entry(MutationOp::Update, Some(3), false),
            refused("Unauthorized", ErrorClass::Permanent, None),
            &mut || "fresh".to_owned(),
        );
        assert!(matches!(forbidden, Reading::Settle(Outcome::Refused(why))
            if why == Rejection::new(RejectionClass::Forbidden, Some("Unauthorized".to_owned()), "because")));
    }

    #[test]
    fn a_conflict_with_nothing_newer_leads_nowhere() {
        for (base, version, stuck) in
            [(None, 1, false), (Some(3), 4, false), (Some(3), 3, true), (Some(3), 2, true)]
        {
            let entry = entry(MutationOp::Update, base, false);
            let current = row(version, "theirs", false);
            let outcome = Outcome::Conflict { current: current.clone(), fresh_id: "fresh".to_owned() };
            assert_eq!(is_stuck(&entry, &outcome, false), stuck, "{base:?} {version}");
            // A server that does not lag means a later life by an older version.
            assert_eq!(is_stuck(&entry, &outcome, true), stuck && version == 3, "{base:?} {version}");
            assert!(!is_stuck(&entry, &Outcome::Applied(current), false));
        }
        // The tombstone that a create named is gone, and somebody else has made the record anew.
        let create = entry(MutationOp::Create, Some(3), false);
        for (current, stuck) in [(row(1, "theirs", false), false), (row(3, "old", true), true)] {
            let outcome = Outcome::Conflict { current, fresh_id: "fresh".to_owned() };
            assert_eq!(is_stuck(&create, &outcome, false), stuck, "{outcome:?}");
        }
        // The version that an update was to be made on has become somebody else's tombstone.
        let update = entry(MutationOp::Update, Some(3), false);
        let outcome = Outcome::Conflict { current: row(3, "old", true), fresh_id: "fresh".to_owned() };
        assert!(!is_stuck(&update, &outcome, true), "it gives way");
        // A transaction that is undone shows the record as it was before.
        let delete = Entry { group: Some(1), ..entry(MutationOp::Delete, Some(2), false) };
        let outcome = Outcome::Conflict { current: row(2, "theirs", false), fresh_id: "fresh".to_owned() };
        assert!(!is_stuck(&delete, &outcome, true), "another of the transaction was to make v2");
        assert!(is_stuck(&delete, &outcome, false), "its members go one after the other");
    }

    #[test]
    fn a_look_settles() {
        let look = |condition| Look { condition, reason: "because".to_owned() };
        let mut fresh = || "fresh".to_owned();
        let create = entry(MutationOp::Create, None, false);
        let settled = looked(&create, &look(false), Some(row(1, "theirs", false)), true, &mut fresh);
        assert!(matches!(settled, Outcome::Conflict { .. }), "somebody else made it: {settled:?}");
        let settled = looked(&create, &look(false), Some(row(1, "new", false)), false, &mut fresh);
        assert!(matches!(settled, Outcome::Applied(_)), "it may be our own: {settled:?}");
        let settled = looked(&create, &look(false), Some(row(1, "new", false)), true, &mut fresh);
        assert!(matches!(settled, Outcome::Conflict { .. }), "alike, and somebody else's: {settled:?}");
        let settled = looked(&create, &look(false), Some(row(2, "old", true)), true, &mut fresh);
        assert!(matches!(settled, Outcome::Conflict { .. }), "continue from the tombstone: {settled:?}");
        let settled = looked(&create, &look(false), Some(row(2, "old", true)), false, &mut fresh);
        assert!(
            matches!(&settled, Outcome::Refused(why) if why.class == RejectionClass::IdTaken),
            "{settled:?}"
        );
        let named = Entry { base_version: Some(2), ..create };
        let settled = looked(&named, &look(false), Some(row(2, "old", true)), true, &mut fresh);
        assert!(matches!(settled, Outcome::Refused(_)), "not for ever: {settled:?}");
        let update = entry(MutationOp::Update, Some(3), true);
        let settled = looked(&update, &look(true), None, true, &mut fresh);
        assert!(
            matches!(&settled, Outcome::Refused(why) if why.message.contains("condition")),
            "{settled:?}"
        );
        let settled = looked(&update, &look(false), None, true, &mut fresh);
        assert!(matches!(settled, Outcome::Refused(_)), "{settled:?}");
    }
}
