//! The mutations of one document, in its order.

use super::decide::decide;
use super::input::Input;
use crate::access::allowed;
use crate::answer::{Refusal, bad_request, refused};
use crate::context::{Context, Halt};
use crate::exec::{Root, RootField, argument};
use std::sync::Arc;
use syncline_backend::{Applied, Mutation, Rejection, Row, Write};
use syncline_core::model::Operation;
use syncline_core::record::MutationOp;
use syncline_protocol::ErrorType;
use syncline_protocol::extension::RequestExtension;

/// What became of one mutation.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The record, if it succeeded.
    pub(crate) row: Option<Row>,
    /// Why it did not, and the record that the error carries.
    pub(crate) error: Option<(Refusal, Option<Row>)>,
}

impl Outcome {
    fn error(error: Refusal, data: Option<Row>) -> Outcome {
        Outcome { row: None, error: Some((error, data)) }
    }
}

/// Applies the mutations of a document. All that can be read are handed to the backend together.
///
/// # Errors
/// If the store is at fault; then nothing is said about any of them.
pub(crate) async fn mutate(
    ctx: &Context<'_>,
    roots: &[&RootField],
    extension: &RequestExtension,
) -> Result<Vec<Outcome>, Halt> {
    let inputs: Vec<Result<Arc<Input>, Refusal>> =
        roots.iter().map(|root| read(ctx, root, extension).map(Arc::new)).collect();
    if extension.atomic && inputs.iter().any(Result::is_err) {
        let refused =
            inputs.into_iter().map(|input| Outcome::error(input.err().unwrap_or_else(aborted), None));
        return Ok(refused.collect());
    }
    let writes = inputs.iter().flatten().map(write).collect::<Vec<_>>();
    let applied = if writes.is_empty() {
        Vec::new()
    } else {
        ctx.service.backend.apply(writes, extension.atomic).await?
    };
    ctx.count(applied.len())?;
    let mut applied = applied.into_iter();
    let outcomes = inputs.into_iter().map(|input| match input {
        Err(error) => Outcome::error(error, None),
        Ok(input) => outcome(ctx, &input, applied.next().unwrap_or(Applied::Aborted)),
    });
    Ok(outcomes.collect())
}

fn read(ctx: &Context<'_>, root: &RootField, extension: &RequestExtension) -> Result<Input, Refusal> {
    let Root::Mutate(model, op) = root.root else {
        return Err(bad_request(format!("{} is no mutation.", root.name)));
    };
    let model = ctx.service.api.models.model(model);
    let operation = match op {
        MutationOp::Create => Operation::Create,
        MutationOp::Update => Operation::Update,
        MutationOp::Delete => Operation::Delete,
    };
    ctx.may(model, operation, &root.name, "Mutation")?;
    let argument = |name| argument(&ctx.service.api, &root.arguments, name, ctx.variables);
    let (input, condition) = (argument("input")?, argument("condition")?);
    Input::read(ctx, model, op, &root.key, (input.as_deref(), condition.as_deref()), extension)
}

fn write(input: &Arc<Input>) -> Write {
    let mutation = Mutation {
        model: input.model.id,
        key: input.key.clone(),
        op: input.op,
        id: input.id.clone(),
        base_version: input.version,
        session: input.session.clone(),
    };
    let input = Arc::clone(input);
    Write { mutation, decide: Box::new(move |current| decide(&input, current)) }
}

fn aborted() -> Refusal {
    refused(
        ErrorType::Other("TransactionAborted".to_owned()),
        "Another mutation of this atomic document failed: nothing of it was applied.",
    )
}

/// What a caller is told. The record they have just written is theirs to see; any other state of it only if they may
/// read it (I9).
fn outcome(ctx: &Context<'_>, input: &Input, applied: Applied) -> Outcome {
    let rights = allowed(ctx.caller, &input.model, Operation::Get);
    let may_see =
        |row: &Row| rights.as_ref().is_some_and(|rights| rights.matches(&row.record, row.meta.deleted));
    match applied {
        Applied::Written(row) => Outcome { row: Some(row), error: None },
        Applied::Kept(row) => Outcome { row: Some(row).filter(may_see), error: None },
        Applied::Repeated(row) => Outcome { row: row.filter(may_see), error: None },
        Applied::ForeignId => Outcome::error(
            refused(
                ErrorType::Unauthorized,
                "This mutation id was used by another caller. Send the mutation under a new id.",
            ),
            None,
        ),
        Applied::Aborted => Outcome::error(aborted(), None),
        Applied::Rejected { rejection, current } => match rejection {
            Rejection::Conflict => Outcome::error(
                refused(ErrorType::ConflictUnhandled, "Conflict resolver rejects mutation."),
                current.filter(may_see),
            ),
            Rejection::Condition => Outcome::error(
                refused(
                    ErrorType::ConditionalCheckFailed,
                    "The conditional request failed (Service: DynamoDb, Status Code: 400)",
                ),
                // A create carries no record: what exists may be none of the caller's business.
                current.filter(|row| input.op != MutationOp::Create && may_see(row)),
            ),
            Rejection::Unauthorized(message) => {
                Outcome::error(refused(ErrorType::Unauthorized, message), None)
            }
            Rejection::Invalid(message) => Outcome::error(refused(ErrorType::ValidationError, message), None),
        },
    }
}
