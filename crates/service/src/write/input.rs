//! What a mutation's arguments say.

use super::decide::Rule;
use super::unnamed::Unnamed;
use crate::answer::{Refusal, bad_request, invalid};
use crate::conflict::Strategy;
use crate::context::Context;
use crate::exec::Values;
use crate::read::{check_key_text, key_argument, predicate, stored_value};
use crate::stamp;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::sync::Arc;
use syncline_backend::MutationId;
use syncline_core::model::FieldKind;
use syncline_core::predicate::Filter;
use syncline_core::record::MutationOp;
use syncline_core::scalar::{Scalar, canonical};
use syncline_core::value::from_json;
use syncline_core::{Key, Model, Value};
use syncline_protocol::extension::{LONGEST_NAME, RequestExtension, is_name};

/// A mutation, read and checked; what it does to the record is decided inside the transaction.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) model: Arc<Model>,
    pub(super) op: MutationOp,
    pub(super) key: Key,
    /// The fields that the client gave, without the key; null clears.
    pub(super) given: Vec<(usize, Value)>,
    /// `_version`, if it was given.
    pub(super) version: Option<i64>,
    pub(super) condition: Filter,
    /// The id to remember it by (SYNC 2.1).
    pub(super) id: Option<MutationId>,
    /// The author session (SYNC 3.4).
    pub(super) session: Option<String>,
    /// What is done if the record has another version.
    pub(super) rule: Rule,
    /// The arguments as they were given, for whoever may be asked about a conflict.
    pub(super) arguments: Json,
    /// What fields were before the device changed them, as it says (SYNC 1.6).
    bases: Vec<(usize, Value)>,
    /// What an update does not name inside of the objects that it gives, if its client speaks the extension.
    unnamed: Vec<(usize, Unnamed)>,
    /// The most bytes that a record may grow to: what two requests can carry.
    pub(super) most: usize,
    /// The server's time, as `createdAt` and `updatedAt` are written.
    pub(super) now: Value,
}

impl Input {
    /// Reads the arguments of the mutation called `alias` in its document.
    ///
    /// # Errors
    /// Which value is not accepted, and why.
    pub(super) fn read(
        ctx: &Context<'_>,
        model: &Arc<Model>,
        op: MutationOp,
        alias: &str,
        (input, condition): (Option<&Json>, Option<&Json>),
        (extension, now): (&RequestExtension, &Value),
    ) -> Result<Input, Refusal> {
        let rule = rule(ctx, model, extension);
        let arguments = match rule {
            Rule::Ask => json!({ "input": input, "condition": condition }),
            _ => Json::Null,
        };
        let empty = Values::new();
        let input = input.and_then(Json::as_object).unwrap_or(&empty);
        let made = with_id(ctx, model, op, input);
        let input = made.as_ref().unwrap_or(input);
        let key = key_argument(model, input)?;
        let mut given = Vec::with_capacity(input.len());
        let mut unnamed = Vec::new();
        let negotiated = extension.mutations.contains_key(alias);
        for (place, field) in model.fields.iter().enumerate() {
            let Some(json) = input.get(&field.name).filter(|_| !model.is_key(place)) else { continue };
            // What the server fills in is left to it by a null too.
            let filled = match op {
                MutationOp::Create => is_timestamp(model, place) || field.default.is_some(),
                _ => model.timestamps.updated_at == Some(place),
            };
            if json.is_null() && filled {
                continue;
            }
            given.push((place, stored_value(field, json)?));
            if negotiated && op == MutationOp::Update {
                let inside = Unnamed::of(field, json);
                unnamed.extend((!inside.is_empty()).then_some((place, inside)));
            }
        }
        if op == MutationOp::Create {
            for (place, field) in model.fields.iter().enumerate() {
                let filled = model.is_key(place) || is_timestamp(model, place) || field.default.is_some();
                if field.required && !filled && !given.iter().any(|(set, _)| *set == place) {
                    return Err(invalid(format!("A new {} needs a value for '{}'.", model.name, field.name)));
                }
            }
        }
        check_indexes(model, &given)?;
        let session =
            extension.session.as_deref().map(|session| remembered("session", session)).transpose()?;
        let id = extension.mutations.get(alias).map(|id| remembered("mutation id", id)).transpose()?;
        let principal = ctx.caller.principal_text();
        Ok(Input {
            model: Arc::clone(model),
            op,
            key,
            given,
            version: input.get("_version").and_then(Json::as_i64),
            condition: predicate(ctx, model, condition, "condition")?.1,
            id: id.map(|id| MutationId { principal: principal.to_owned(), id }),
            session: session.map(|session| format!("{principal}/{session}")),
            rule,
            arguments,
            bases: bases(model, alias, extension),
            unnamed,
            most: ctx.service.config.limits.max_body_bytes.saturating_mul(2),
            now: now.clone(),
        })
    }

    /// Whether the client gave a value for `field`.
    pub(super) fn gives(&self, field: usize) -> bool {
        self.given.iter().any(|(given, _)| *given == field)
    }

    /// What is given for `field`, over what is `stored` in it: an object keeps what the client cannot name.
    pub(super) fn over<'v>(&self, field: usize, given: &'v Value, stored: &Value) -> Cow<'v, Value> {
        match self.unnamed.iter().find(|(known, _)| *known == field) {
            Some((_, unnamed)) => Cow::Owned(unnamed.keep(given, stored)),
            None => Cow::Borrowed(given),
        }
    }

    /// What the device says `field` was before it changed it, over what is `stored` in it: what it cannot name it has not
    /// changed.
    pub(super) fn base<'v>(&'v self, field: usize, stored: &Value) -> Option<Cow<'v, Value>> {
        let (_, base) = self.bases.iter().find(|(known, _)| *known == field)?;
        Some(self.over(field, base, stored))
    }
}

/// What is done if the record has another version. No handler is asked while others of an atomic document wait, and what
/// is both-changed in one of them is not settled in favour of a half (SYNC 2.5).
fn rule(ctx: &Context<'_>, model: &Model, extension: &RequestExtension) -> Rule {
    match ctx.service.strategy(model) {
        Strategy::Automerge if extension.atomic => Rule::MergeOrRefuse,
        Strategy::Automerge => Rule::Merge,
        Strategy::AutomergeAppsync => Rule::MergeAppsync,
        Strategy::Optimistic => Rule::Refuse,
        Strategy::Lambda(_) if extension.atomic => Rule::Refuse,
        Strategy::Lambda(_) => Rule::Ask,
    }
}

/// The bases that the device sends with the mutation called `alias`. Those of fields that the model does not have, and what
/// is no value of its field, are of another version of the schema, and say nothing: the log may know.
fn bases(model: &Model, alias: &str, extension: &RequestExtension) -> Vec<(usize, Value)> {
    let base = |(name, json): (&String, &Json)| {
        let place = model.field(name)?;
        let field = &model.fields[place];
        Some((place, canonical(field, from_json(field, json)?)))
    };
    extension.bases.get(alias).into_iter().flatten().filter_map(base).collect()
}

/// The input of a new record with an id, if it has none: a field `id` is given a value whether it is the key, a part of it
/// or no key at all, as the transformer's resolver does.
fn with_id(ctx: &Context<'_>, model: &Model, op: MutationOp, input: &Values) -> Option<Values> {
    let field = &model.fields[model.field("id")?];
    let is_text = matches!(field.kind, FieldKind::Scalar(Scalar::Id | Scalar::String)) && !field.is_list();
    let missing = input.get("id").is_none_or(Json::is_null);
    (op == MutationOp::Create && is_text && missing).then(|| {
        let mut input = input.clone();
        let id = stamp::uuid_v7(ctx.now_ms, ctx.service.config.entropy.next());
        input.insert("id".to_owned(), Json::String(id));
        input
    })
}

fn is_timestamp(model: &Model, place: usize) -> bool {
    [model.timestamps.created_at, model.timestamps.updated_at].contains(&Some(place))
}

/// Text that is part of an index is as that of a key.
fn check_indexes(model: &Model, given: &[(usize, Value)]) -> Result<(), Refusal> {
    let indexed = |place: &usize| model.indexes.iter().any(|index| index.fields.contains(place));
    let mut given = given.iter().filter(|(place, _)| indexed(place));
    given.try_for_each(|(place, value)| check_key_text(&model.fields[*place], value, "an index"))
}

/// What is remembered by its name.
///
/// # Errors
/// If it is no name.
pub(super) fn remembered(what: &str, text: &str) -> Result<String, Refusal> {
    if !is_name(text) {
        return Err(bad_request(format!("A {what} must have 1 to {LONGEST_NAME} bytes and no U+0000.")));
    }
    Ok(text.to_owned())
}
