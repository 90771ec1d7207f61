//! The mutations of one document, in its order.

use super::decide::{Place, Rule, Settled, decide};
use super::depend::{Target, needs, parents};
use super::handler::settle;
use super::input::{Input, remembered};
use super::outcome::{Outcome, aborted, outcome};
use crate::answer::{Refusal, bad_request};
use crate::conflict::Strategy;
use crate::context::{Context, Halt};
use crate::exec::{Root, RootField, argument};
use crate::read::key_argument;
use crate::stamp::date_time;
use std::sync::Arc;
use syncline_backend::{Applied, Mutation, Rejection, Write};
use syncline_core::Value;
use syncline_core::model::Operation;
use syncline_core::record::MutationOp;
use syncline_protocol::extension::RequestExtension;

/// What is known of one mutation's end.
#[derive(Debug)]
pub(super) enum Answer {
    /// What the backend says.
    Applied(Applied),
    /// It was refused before or after the backend was asked; nothing was written.
    Refused(Refusal),
    /// It was not tried (SYNC 2.4).
    Held,
}

impl Answer {
    fn is_failure(&self) -> bool {
        match self {
            Answer::Applied(applied) => applied.is_failure(),
            Answer::Refused(_) | Answer::Held => true,
        }
    }
}

/// Applies the mutations of a document. All that can be read are handed to the backend together; where somebody outside
/// has to be asked about one, those behind it wait, without a transaction.
///
/// # Errors
/// If the store is at fault; then nothing is said about any of them.
pub(crate) async fn mutate(
    ctx: &Context<'_>,
    roots: &[&RootField],
    extension: &RequestExtension,
) -> Result<Vec<Outcome>, Halt> {
    if let Some(refusal) = too_many(ctx, roots, extension) {
        return Ok(roots.iter().map(|_| Outcome::error(refusal.clone(), None)).collect());
    }
    let now = Value::Text(date_time(ctx.now_ms));
    let inputs: Vec<Result<Arc<Input>, Refusal>> =
        roots.iter().map(|root| read(ctx, root, extension, &now).map(Arc::new)).collect();
    if extension.atomic && inputs.iter().any(Result::is_err) {
        let refused =
            inputs.into_iter().map(|input| Outcome::error(input.err().unwrap_or_else(aborted), None));
        return Ok(refused.collect());
    }
    // Before anything is written: what was is never answered with a refusal.
    ctx.count(inputs.iter().filter(|input| input.is_ok()).count())?;
    let needs = dependencies(ctx, roots, &inputs, extension);
    let mut run = Run { ctx, roots, inputs: &inputs, needs: &needs, answers: Vec::new() };
    while run.answers.len() < roots.len() {
        run.some(extension.atomic).await?;
    }
    let answers = run.answers;
    let outcomes = inputs.into_iter().zip(answers).map(|(input, answer)| match input {
        Err(error) => Outcome::error(error, None),
        Ok(input) => outcome(ctx, &input, answer),
    });
    Ok(outcomes.collect())
}

/// Mutations under way.
struct Run<'a> {
    ctx: &'a Context<'a>,
    roots: &'a [&'a RootField],
    inputs: &'a [Result<Arc<Input>, Refusal>],
    needs: &'a [Vec<usize>],
    /// The answers so far, one for each of the first mutations.
    answers: Vec<Answer>,
}

impl Run<'_> {
    /// Hands all that have no answer yet to the backend, and gets one for the first at least.
    async fn some(&mut self, atomic: bool) -> Result<(), Halt> {
        let first = self.answers.len();
        // What is not handed over: what could not be read, and what depends on it or on what failed before.
        let mut kept: Vec<Option<Answer>> = Vec::with_capacity(self.inputs.len() - first);
        // The place in the batch of what is.
        let mut places: Vec<Option<usize>> = Vec::with_capacity(self.inputs.len() - first);
        let mut writes = Vec::new();
        let origin = origin(self.ctx)?;
        let asks = self.inputs[first..].iter().flatten().any(|input| input.rule == Rule::Ask);
        for (place, input) in self.inputs.iter().enumerate().skip(first) {
            let failed = |needed: &usize| match needed.checked_sub(first) {
                None => self.answers[*needed].is_failure(),
                Some(later) => kept[later].as_ref().is_some_and(Answer::is_failure),
            };
            let keep = match input {
                Err(refusal) => Some(Answer::Refused(refusal.clone())),
                Ok(_) if self.needs[place].iter().any(failed) => Some(Answer::Held),
                Ok(input) => {
                    let needs =
                        self.needs[place].iter().filter_map(|needed| places[needed.checked_sub(first)?]);
                    let needs = Place { needs: needs.collect(), waits: asks };
                    places.push(Some(writes.len()));
                    writes.push(write(input, needs, None, origin.clone()));
                    None
                }
            };
            if keep.is_some() {
                places.push(None);
            }
            kept.push(keep);
        }
        let applied = if writes.is_empty() {
            Vec::new()
        } else {
            self.ctx.service.backend.apply(writes, atomic).await?
        };
        let mut applied = applied.into_iter();
        for kept in kept {
            let answer = kept.unwrap_or_else(|| Answer::Applied(applied.next().unwrap_or(Applied::Aborted)));
            let place = self.answers.len();
            if let Answer::Applied(Applied::Rejected { rejection: Rejection::Undecided, current: Some(row) }) =
                &answer
                && let Ok(input) = &self.inputs[place]
                && let Strategy::Lambda(handler) = self.ctx.service.strategy(&input.model)
            {
                let settled = settle(self.ctx, &**handler, self.roots[place], input, row.clone()).await?;
                self.answers.push(settled);
                // Those behind it have waited; now it is their turn.
                return Ok(());
            }
            self.answers.push(answer);
        }
        Ok(())
    }
}

/// Why an atomic document is refused before anything of it is tried.
fn too_many(ctx: &Context<'_>, roots: &[&RootField], extension: &RequestExtension) -> Option<Refusal> {
    let most = ctx.service.config.limits.max_atomic;
    let count = roots.len();
    (extension.atomic && count > most).then(|| {
        bad_request(format!(
            "An atomic document may have {most} mutations (atomicMax); this one has {count}. Nothing of it was applied."
        ))
    })
}

/// For each mutation those before it on which it depends, if the client wants to know.
fn dependencies(
    ctx: &Context<'_>,
    roots: &[&RootField],
    inputs: &[Result<Arc<Input>, Refusal>],
    extension: &RequestExtension,
) -> Vec<Vec<usize>> {
    if !extension.stop_on_dependency {
        return roots.iter().map(|_| Vec::new()).collect();
    }
    let schema = &ctx.service.api.models;
    let targets = roots.iter().zip(inputs).map(|(root, input)| match input {
        Ok(input) => Some(Target {
            model: input.model.id,
            key: input.key.clone(),
            op: input.op,
            parents: match input.op {
                MutationOp::Delete => Vec::new(),
                _ => parents(schema, &input.model, &input.key, &input.given),
            },
        }),
        // It fails, and others may depend on it.
        Err(_) => unreadable(ctx, root),
    });
    needs(&targets.collect::<Vec<_>>())
}

/// What a mutation is about whose input cannot be read as a whole.
fn unreadable(ctx: &Context<'_>, root: &RootField) -> Option<Target> {
    let Root::Mutate(model, op) = root.root else { return None };
    let input = argument(&ctx.service.api, &root.arguments, "input", ctx.variables).ok()??;
    let key = key_argument(ctx.service.api.models.model(model), input.as_object()?).ok()?;
    Some(Target { model, key, op, parents: Vec::new() })
}

/// What a mutation says; `now` is the server's time.
fn read(
    ctx: &Context<'_>,
    root: &RootField,
    extension: &RequestExtension,
    now: &Value,
) -> Result<Input, Refusal> {
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
    Input::read(ctx, model, op, &root.key, (input.as_deref(), condition.as_deref()), (extension, now))
}

/// Who sends the document: under the name of its principal, so that nobody can keep others from hearing of it.
fn origin(ctx: &Context<'_>) -> Result<Option<Arc<str>>, Refusal> {
    let named = ctx.extension.and_then(|extension| extension.origin.as_deref());
    named.map(|origin| Ok(ctx.caller.origin(&remembered("origin", origin)?))).transpose()
}

fn write(input: &Arc<Input>, place: Place, settled: Option<Settled>, origin: Option<Arc<str>>) -> Write {
    let mutation = Mutation {
        model: input.model.id,
        key: input.key.clone(),
        op: input.op,
        id: input.id.clone(),
        base_version: input.version,
        session: input.session.clone(),
        origin,
    };
    let input = Arc::clone(input);
    Write { mutation, decide: Box::new(move |current| decide(&input, &place, settled.as_ref(), current)) }
}

/// Writes what a conflict was settled to, if the record still is as it was shown.
///
/// # Errors
/// If the store is at fault.
pub(super) async fn apply_settled(
    ctx: &Context<'_>,
    input: &Arc<Input>,
    settled: Settled,
) -> Result<Applied, Halt> {
    let write = write(input, Place::default(), Some(settled), origin(ctx)?);
    let applied = ctx.service.backend.apply(vec![write], false).await?;
    Ok(applied.into_iter().next().unwrap_or(Applied::Aborted))
}
