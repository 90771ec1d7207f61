//! Events of a subscription.

use super::ResponseError;
use super::envelope::{RootField, read_envelope};
use super::hidden::{hidden, root};
use super::record::RecordSeed;
use crate::extension::FrameExtension;
use crate::raw::RawJson;
use syncline_core::{Model, Versioned};

/// What a `data` frame carries.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The record; `None` only if the extension says that a record left the scope.
    pub row: Option<Versioned>,
    /// What a Syncline server adds.
    pub extension: Option<FrameExtension>,
}

/// Reads the payload of a `data` frame of the subscription field `field` (such as `onCreatePost`) of `model`.
///
/// # Errors
/// If there is no record in it, or it cannot be read: the event is lost, and a delta sync makes up for it.
pub fn parse_event(model: &Model, field: &str, payload: &RawJson) -> Result<Event, ResponseError> {
    let mut seen = Vec::new();
    let read = |hidden: &[usize], seen: &mut Vec<bool>| {
        read_envelope(payload.as_str(), RootField { name: field, seed: RecordSeed { model, seen, hidden } })
    };
    let mut envelope = read(&[], &mut seen)?;
    let places = hidden(model, &envelope.errors, &root(field));
    if !places.is_empty() {
        envelope = read(&places, &mut seen)?;
    }
    let extension = envelope.frame_extension();
    let leaves = extension.as_ref().is_some_and(|extension| extension.leave.is_some());
    match envelope.data.take().flatten().flatten() {
        Some(Ok(read)) => Ok(Event { row: Some(read.versioned), extension }),
        Some(Err(reason)) => Err(ResponseError::Unexpected(reason)),
        None if leaves => Ok(Event { row: None, extension }),
        None => Err(envelope.refusal(&format!("data.{field}"))),
    }
}
