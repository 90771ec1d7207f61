//! What a caller is told about a mutation.

use super::input::Input;
use super::mutate::Answer;
use crate::access::allowed;
use crate::answer::{Refusal, refused};
use crate::context::Context;
use std::sync::Arc;
use syncline_backend::{Applied, Rejection, Row};
use syncline_core::model::Operation;
use syncline_core::record::MutationOp;
use syncline_protocol::ErrorType;

/// What became of one mutation.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The record, if it succeeded.
    pub(crate) row: Option<Arc<Row>>,
    /// Why it did not, and the record that the error carries.
    pub(crate) error: Option<(Refusal, Option<Row>)>,
}

impl Outcome {
    pub(super) fn error(error: Refusal, data: Option<Row>) -> Outcome {
        Outcome { row: None, error: Some((error, data)) }
    }

    pub(super) fn success(row: Option<impl Into<Arc<Row>>>) -> Outcome {
        Outcome { row: row.map(Into::into), error: None }
    }
}

pub(super) fn aborted() -> Refusal {
    refused(
        ErrorType::Other("TransactionAborted".to_owned()),
        "Another mutation of this atomic document failed: nothing of it was applied.",
    )
}

pub(super) fn held() -> Refusal {
    refused(
        ErrorType::DependencyFailed,
        "A mutation before it in this document, on which it depends, failed: it was not applied.",
    )
}

/// What a caller is told. The record they have just written is theirs to see; any other state of it only if they may
/// read it (I9).
pub(super) fn outcome(ctx: &Context<'_>, input: &Input, answer: Answer) -> Outcome {
    let rights = allowed(ctx.caller, &input.model, Operation::Get);
    let may_see =
        |row: &Row| rights.as_ref().is_some_and(|rights| rights.matches(&row.record, row.meta.deleted));
    let applied = match answer {
        Answer::Applied(applied) => applied,
        Answer::Refused(refusal) => return Outcome::error(refusal, None),
        Answer::Held => return Outcome::error(held(), None),
    };
    let (rejection, current) = match applied {
        Applied::Written(row) => return Outcome::success(Some(row)),
        Applied::Kept(row) => return Outcome::success(Some(row).filter(may_see)),
        Applied::Repeated(row) => return Outcome::success(row.filter(may_see)),
        Applied::ForeignId => {
            let message = "This mutation id was used by another caller. Send the mutation under a new id.";
            return Outcome::error(refused(ErrorType::Unauthorized, message), None);
        }
        Applied::Aborted => return Outcome::error(aborted(), None),
        Applied::Rejected { rejection, current } => (rejection, current.filter(may_see)),
    };
    match rejection {
        Rejection::Conflict | Rejection::Undecided => Outcome::error(
            refused(ErrorType::ConflictUnhandled, "Conflict resolver rejects mutation."),
            current,
        ),
        // A create carries no record: what exists may be none of the caller's business.
        Rejection::Condition => {
            let current = current.filter(|_| input.op != MutationOp::Create);
            Outcome::error(refused(ErrorType::ConditionalCheckFailed, condition_failed(ctx)), current)
        }
        Rejection::Unauthorized(message) => Outcome::error(refused(ErrorType::Unauthorized, message), None),
        Rejection::Invalid(message) => Outcome::error(refused(ErrorType::ValidationError, message), None),
        Rejection::Held => Outcome::error(held(), None),
    }
}

/// The words of DynamoDB, as AppSync passes them on; some clients match them.
fn condition_failed(ctx: &Context<'_>) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";
    let letters = (0..2).flat_map(|_| {
        let random = ctx.service.config.entropy.next();
        (0..26).map(move |place| char::from(LETTERS[(random >> (place * 5) & 31) as usize]))
    });
    let id: String = letters.collect();
    format!("The conditional request failed (Service: DynamoDb, Status Code: 400, Request ID: {id})")
}
