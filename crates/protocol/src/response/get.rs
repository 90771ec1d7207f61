//! Answers to a get.

use super::ResponseError;
use super::envelope::{RootField, read_envelope, text_of};
use super::hidden::{hidden, root};
use super::record::RecordSeed;
use crate::extension::ResponseExtension;
use syncline_core::{Model, Versioned};

/// The answer to a get.
#[derive(Clone, Debug, PartialEq)]
pub struct GetAnswer {
    /// The record, tombstones included; `None` if the server has none, or does not show it.
    pub row: Option<Versioned>,
    /// What a Syncline server adds.
    pub extension: Option<ResponseExtension>,
}

/// Reads the answer to a get of `model`.
///
/// # Errors
/// If the server refused it, or the record cannot be read.
pub fn parse_get(model: &Model, body: &[u8]) -> Result<GetAnswer, ResponseError> {
    let mut seen = Vec::new();
    let text = text_of(body)?;
    let name = &model.names.get;
    let read = |hidden: &[usize], seen: &mut Vec<bool>| {
        read_envelope(text, RootField { name, seed: RecordSeed { model, seen, hidden } })
    };
    let mut envelope = read(&[], &mut seen)?;
    let places = hidden(model, &envelope.errors, &root(name));
    if !places.is_empty() {
        envelope = read(&places, &mut seen)?;
    }
    let extension = envelope.extension();
    match envelope.data.take() {
        Some(Some(Some(Ok(read)))) => Ok(GetAnswer { row: Some(read.versioned), extension }),
        Some(Some(Some(Err(reason)))) if envelope.errors.is_empty() => Err(ResponseError::Unexpected(reason)),
        Some(Some(None)) if envelope.errors.is_empty() => Ok(GetAnswer { row: None, extension }),
        _ => Err(envelope.refusal(&format!("data.{}", model.names.get))),
    }
}
