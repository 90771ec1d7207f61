//! Frames that cannot be read.

use crate::error::{ErrorType, GraphqlError};
use crate::raw::kind_of;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A frame that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The frame is not a JSON object.
    #[error("a frame must be a JSON object with a \"type\": {0}")]
    NotJson(String),
    /// Its type is not one that this side reads.
    #[error("{kind} not supported through the realtime channel")]
    UnknownType {
        /// The type.
        kind: String,
        /// The subscription, if it names one.
        id: Option<String>,
    },
    /// Something is missing or of the wrong type.
    #[error("a frame of type {kind} needs {wanted}")]
    Wrong {
        /// The frame's type.
        kind: &'static str,
        /// What it needs.
        wanted: String,
        /// The subscription, if it names one.
        id: Option<String>,
    },
}

impl FrameError {
    /// The subscription that the frame names, to answer it.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            FrameError::NotJson(_) => None,
            FrameError::UnknownType { id, .. } | FrameError::Wrong { id, .. } => id.as_deref(),
        }
    }

    /// The error that an `error` frame carries.
    #[must_use]
    pub fn to_graphql(&self) -> GraphqlError {
        let error_type = match self {
            FrameError::UnknownType { .. } => ErrorType::UnsupportedOperation,
            FrameError::NotJson(_) | FrameError::Wrong { .. } => ErrorType::BadRequest,
        };
        GraphqlError { error_code: Some(400), ..GraphqlError::of_type(error_type, self.to_string()) }
    }
}

/// The parts that frames are made of, not yet looked into.
#[derive(Deserialize)]
pub(super) struct Parts<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    /// The payload.
    #[serde(borrow)]
    pub(super) payload: Option<&'a RawValue>,
}

impl<'a> Parts<'a> {
    /// Splits a frame.
    pub(super) fn split(text: &'a str) -> Result<Parts<'a>, FrameError> {
        match kind_of(text) {
            "an object" => {}
            kind => return Err(FrameError::NotJson(format!("this is {kind}"))),
        }
        serde_json::from_str(text).map_err(|error| FrameError::NotJson(error.to_string()))
    }

    /// The type; a frame without one is of the type ``.
    pub(super) fn kind(&self) -> String {
        text(self.kind).unwrap_or_default()
    }

    /// The subscription, if there is one.
    pub(super) fn id(&self) -> Option<String> {
        text(self.id)
    }

    /// The subscription, which must be named.
    pub(super) fn needs_id(&self, kind: &'static str) -> Result<String, FrameError> {
        self.id().filter(|id| !id.is_empty()).ok_or_else(|| FrameError::Wrong {
            kind,
            wanted: "an \"id\" that is a string".to_owned(),
            id: None,
        })
    }

    /// An error about this frame.
    pub(super) fn wrong(&self, kind: &'static str, wanted: impl Into<String>) -> FrameError {
        FrameError::Wrong { kind, wanted: wanted.into(), id: self.id() }
    }

    /// This side does not read frames of this type.
    pub(super) fn unknown(&self) -> FrameError {
        let kind = crate::raw::shorten(&self.kind(), 64);
        FrameError::UnknownType {
            kind: if kind.is_empty() { "unknown".to_owned() } else { kind },
            id: self.id(),
        }
    }
}

fn text(raw: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(raw?.get()).ok()
}
