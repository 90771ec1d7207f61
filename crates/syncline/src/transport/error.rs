//! Why the network did not do what was asked.

use crate::hub::SyncErrorKind;
use syncline_core::record::RejectionClass;
use syncline_engine::Failure;
use syncline_protocol::error::classify;
use syncline_protocol::{ErrorClass, GraphqlError};

/// Why the network did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct TransportError {
    /// What the engine makes of it.
    pub(crate) failure: Failure,
    /// Whether somebody answered.
    pub(crate) answered: bool,
    /// Whether it is the caller who may not do that.
    pub(crate) forbidden: bool,
    /// For the log.
    pub(crate) reason: String,
}

impl TransportError {
    pub(crate) fn offline(reason: impl std::fmt::Display) -> TransportError {
        let failure = Failure::Transient { retry_after_ms: None };
        TransportError { failure, answered: false, forbidden: false, reason: reason.to_string() }
    }

    /// From reqwest: no answer at all, or none in time.
    pub(crate) fn unanswered(error: reqwest::Error) -> TransportError {
        let late = error.is_timeout() && !error.is_connect();
        let failure = if late { Failure::Timeout } else { Failure::Transient { retry_after_ms: None } };
        TransportError { failure, answered: false, forbidden: false, reason: chain(&error.without_url()) }
    }

    /// From errors that somebody answered with, of whom the first is told.
    pub(crate) fn errors(what: &str, errors: &[GraphqlError]) -> TransportError {
        let class = classify(200, None, errors).unwrap_or(ErrorClass::Transient { retry_after_s: None });
        let said = errors.first().map_or_else(|| "no reason given".to_owned(), ToString::to_string);
        let forbidden =
            errors.first().is_some_and(|error| error.rejection().class == RejectionClass::Forbidden);
        TransportError {
            failure: failure_of(class),
            answered: true,
            forbidden,
            reason: format!("{what}{said}"),
        }
    }

    pub(crate) fn auth(reason: impl std::fmt::Display) -> TransportError {
        TransportError { failure: Failure::Auth, answered: true, forbidden: true, reason: reason.to_string() }
    }

    /// What the application is told that it is.
    pub(crate) fn kind(&self) -> SyncErrorKind {
        if self.forbidden { SyncErrorKind::Unauthorized } else { SyncErrorKind::of(self.failure) }
    }
}

/// What an error says, and what those below it say that it does not.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(error) = below {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        below = error.source();
    }
    text
}

/// What the engine makes of a class of errors.
pub(crate) fn failure_of(class: ErrorClass) -> Failure {
    match class {
        ErrorClass::Transient { retry_after_s } => {
            Failure::Transient { retry_after_ms: retry_after_s.map(|seconds| seconds.saturating_mul(1_000)) }
        }
        ErrorClass::Timeout => Failure::Timeout,
        ErrorClass::TooLarge => Failure::TooLarge,
        ErrorClass::Auth => Failure::Auth,
        ErrorClass::Permanent | ErrorClass::Conflict | ErrorClass::Condition => Failure::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_protocol::ErrorType;

    /// What the socket's `connection_error` and `error` frames may say (`spec/backend.md` §6.2), and what the engine makes
    /// of it.
    #[test]
    fn what_the_socket_says_goes_by_its_class() {
        let soon = Failure::Transient { retry_after_ms: None };
        for (error_type, code, failure) in [
            ("UnauthorizedException", Some(401), Failure::Auth),
            ("com.amazonaws.deepdish.graphql.auth#UnauthorizedException", Some(400), Failure::Auth),
            ("NotAuthorizedException", None, Failure::Auth),
            ("Unauthorized", None, Failure::Refused),
            ("BadRequestException", Some(400), Failure::Refused),
            ("OperationDisabled", None, Failure::Refused),
            ("DuplicatedOperationError", None, Failure::Refused),
            ("UnsupportedOperation", None, Failure::Refused),
            ("MaxSubscriptionsReachedError", None, soon),
            ("LimitExceededError", None, soon),
            ("InternalFailure", Some(500), soon),
            ("ExecutionTimeout", None, Failure::Timeout),
        ] {
            let error = GraphqlError {
                error_code: code,
                ..GraphqlError::of_type(ErrorType::from_text(error_type), "the reason")
            };
            let found = TransportError::errors("", &[error]);
            assert_eq!(found.failure, failure, "{error_type}");
            assert!(found.reason.contains("the reason"), "{}", found.reason);
        }
        assert_eq!(TransportError::errors("", &[]).failure, soon, "no reason given");
    }

    #[test]
    fn every_class_has_its_failure() {
        for (class, failure) in [
            (
                ErrorClass::Transient { retry_after_s: Some(2) },
                Failure::Transient { retry_after_ms: Some(2_000) },
            ),
            (ErrorClass::Timeout, Failure::Timeout),
            (ErrorClass::TooLarge, Failure::TooLarge),
            (ErrorClass::Auth, Failure::Auth),
            (ErrorClass::Permanent, Failure::Refused),
            (ErrorClass::Conflict, Failure::Refused),
            (ErrorClass::Condition, Failure::Refused),
        ] {
            assert_eq!(failure_of(class), failure, "{class:?}");
        }
    }
}
