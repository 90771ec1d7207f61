//! Answers to mutations.

use super::envelope::{read_envelope, text_of};
use super::hidden::{hidden, root};
use super::record::read_record_hiding;
use super::{ResponseError, read_record};
use crate::document::alias;
use crate::error::{ErrorClass, GraphqlError, classify_error};
use crate::extension::ResponseExtension;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::marker::PhantomData;
use syncline_core::{Model, Versioned};

/// The answer to a document of mutations.
#[derive(Clone, Debug, PartialEq)]
pub struct MutationAnswer {
    /// What became of each mutation, in the order of the document.
    pub results: Vec<MutationResult>,
    /// What a Syncline server adds.
    pub extension: Option<ResponseExtension>,
}

/// What became of one mutation.
#[derive(Clone, Debug, PartialEq)]
pub enum MutationResult {
    /// It was applied, maybe merged; this is the server's record.
    Applied(Versioned),
    /// A server that remembers ids says nothing of the record, and nothing against the mutation: it was applied before, and
    /// the record has gone since, or is not shown any more (SYNC 2.1).
    Gone,
    /// It was refused.
    Refused(Box<Refusal>),
    /// The answer does not tell; the text says why. It may have been applied (SYNC 2.2).
    Unknown(String),
}

/// A refused mutation.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Why.
    pub error: GraphqlError,
    /// What to do about it.
    pub class: ErrorClass,
    /// The server's record, if the error carries it completely (SYNC 1.8).
    pub current: Option<Versioned>,
}

/// Reads the answer to a document of mutations of these models, in order, made by [`document`](mod@crate::document).
///
/// # Errors
/// If the request as a whole was refused, or the answer is none: that belongs to no single mutation (SYNC 2.4).
pub fn parse_mutations(models: &[&Model], body: &[u8]) -> Result<MutationAnswer, ResponseError> {
    let text = text_of(body)?;
    let envelope = read_envelope(text, PhantomData::<HashMap<Cow<'_, str>, Option<&RawValue>>>)?;
    let tells = |error: &GraphqlError| error.root().is_some();
    if envelope.data.is_none() && (envelope.errors.is_empty() || !envelope.errors.iter().all(tells)) {
        return Err(envelope.refusal("data"));
    }
    let data = envelope.data.as_ref();
    let remembers = envelope.extension().is_some() && envelope.errors.iter().all(tells);
    let results = models.iter().enumerate().map(|(place, model)| {
        let alias = alias(place);
        let raw = data.and_then(|data| data.get(alias.as_str()).copied().flatten());
        let own = envelope.errors.iter().filter(|error| error.root() == Some(&alias));
        match raw {
            Some(raw) => {
                read_record_hiding(model, raw.get(), &hidden(model, &envelope.errors, &root(&alias)))
                    .map_or_else(MutationResult::Unknown, |read| MutationResult::Applied(read.versioned))
            }
            None => {
                let mut own = own.peekable();
                let is_null = data.is_some_and(|data| data.contains_key(alias.as_str()));
                match remembers && is_null && own.peek().is_none() {
                    true => MutationResult::Gone,
                    false => refused(model, own, &envelope.errors, models.len()),
                }
            }
        }
    });
    let results = results.collect();
    let extension = envelope.extension();
    Ok(MutationAnswer { results, extension })
}

/// A mutation without a record in the answer.
fn refused<'e>(
    model: &Model,
    own: impl Iterator<Item = &'e GraphqlError>,
    all: &'e [GraphqlError],
    count: usize,
) -> MutationResult {
    let mut inside = None;
    for error in own {
        // An error about the field itself refuses the mutation; one about something inside it only says that the
        // record could not be shown afterwards.
        if error.path.as_deref().is_some_and(|path| path.len() == 1) {
            return refusal(model, error);
        }
        inside = inside.or(Some(error));
    }
    if let Some(error) = inside {
        return MutationResult::Unknown(format!("the server's record could not be read: {error}"));
    }
    match all {
        [only] if count == 1 && only.path.is_none() => refusal(model, only),
        [] => MutationResult::Unknown("the answer says nothing about this mutation".to_owned()),
        [first, ..] => {
            MutationResult::Unknown(format!("the answer says nothing about this mutation, but: {first}"))
        }
    }
}

fn refusal(model: &Model, error: &GraphqlError) -> MutationResult {
    let read = error.data.as_ref().and_then(|data| read_record(model, data.as_str()).ok());
    let current = read.filter(|read| read.complete).map(|read| read.versioned);
    MutationResult::Refused(Box::new(Refusal { class: classify_error(error), error: error.clone(), current }))
}
