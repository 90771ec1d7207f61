//! Answers that are none.

use crate::error::{ErrorClass, GraphqlError, classify};
use crate::extension::ResponseExtension;
use crate::raw::shorten;
use syncline_core::record::{Rejection, RejectionClass};

/// An answer that does not hold what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// It is not JSON: a proxy, a login page, a cut connection.
    #[error("the answer is not JSON ({reason}); it begins with {begins:?}")]
    NotJson {
        /// What the JSON reader says.
        reason: String,
        /// The first characters of the answer.
        begins: String,
    },
    /// It is JSON, but not of the form that was asked for.
    #[error("the answer is not of the form that was asked for: {0}")]
    Unexpected(String),
    /// It consists of errors.
    #[error("{}", list(errors))]
    Refused {
        /// The errors; at least one.
        errors: Vec<GraphqlError>,
        /// Our extension, if it was sent.
        extension: Option<Box<ResponseExtension>>,
    },
}

impl ResponseError {
    /// What to do about it. An answer that cannot be read says nothing about what became of the request.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        const UNKNOWN: ErrorClass = ErrorClass::Transient { retry_after_s: None };
        match self {
            ResponseError::NotJson { .. } | ResponseError::Unexpected(_) => UNKNOWN,
            ResponseError::Refused { errors, .. } => classify(200, None, errors).unwrap_or(UNKNOWN),
        }
    }

    /// What it means for a mutation that was asked for alone.
    #[must_use]
    pub fn rejection(&self) -> Rejection {
        match self {
            ResponseError::Refused { errors, .. } if errors.len() == 1 => errors[0].rejection(),
            ResponseError::Refused { errors, .. } => {
                let first = errors.first().map(GraphqlError::rejection);
                let class = first.as_ref().map_or(RejectionClass::Invalid, |first| first.class);
                Rejection::new(class, first.and_then(|first| first.error_type), list(errors))
            }
            ResponseError::NotJson { .. } | ResponseError::Unexpected(_) => self.to_string().into(),
        }
    }

    /// From what the JSON reader says of `body`.
    pub(super) fn from_json(error: &serde_json::Error, body: &str) -> ResponseError {
        if error.is_data() {
            ResponseError::Unexpected(error.to_string())
        } else {
            ResponseError::NotJson { reason: error.to_string(), begins: shorten(body, 80) }
        }
    }
}

fn list(errors: &[GraphqlError]) -> String {
    let shown: Vec<String> = errors.iter().take(3).map(ToString::to_string).collect();
    let more = errors.len().saturating_sub(shown.len());
    let rest = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    format!("the server refused the request: {}{rest}", shown.join("; "))
}
