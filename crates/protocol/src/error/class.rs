//! What an error means for whoever sent the request.

use super::{ErrorType, GraphqlError};

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// It may pass by itself: try again later. Whether the request was carried out is not known, except that a conflict
    /// that nobody could decide about and a mutation held back for another one were not.
    Transient {
        /// The server asks to wait at least this many seconds.
        retry_after_s: Option<u64>,
    },
    /// The credentials are missing, wrong or expired: new ones may help, the same ones will not.
    Auth,
    /// The same request will fail again. A rule that forbids one field to the caller (`Unauthorized`) is of this
    /// class, so that it never stops anything but that field (I7).
    Permanent,
    /// The record has another version; the error may carry it.
    Conflict,
    /// The condition did not hold, or a create met an existing record.
    Condition,
}

/// The class of an answer from its HTTP status, its `Retry-After` and its errors. `None` is success.
///
/// Of several errors the one that stops the most decides: credentials, then faults that pass, then the first.
///
/// Sources: `spec/backend.md` §3.7 and §9.4 (which statuses the existing clients retry).
#[must_use]
pub fn classify(status: u16, retry_after_s: Option<u64>, errors: &[GraphqlError]) -> Option<ErrorClass> {
    let from_errors = || {
        let classes = || errors.iter().map(classify_error);
        classes()
            .find(|class| *class == ErrorClass::Auth)
            .or_else(|| classes().find(|class| matches!(class, ErrorClass::Transient { .. })))
            .or_else(|| classes().next())
            .map(|class| match class {
                ErrorClass::Transient { .. } => ErrorClass::Transient { retry_after_s },
                other => other,
            })
    };
    match status {
        200..=299 => from_errors(),
        401 | 403 => Some(ErrorClass::Auth),
        408 | 425 | 429 | 500..=599 => Some(ErrorClass::Transient { retry_after_s }),
        400..=499 if retry_after_s.is_some() => Some(ErrorClass::Transient { retry_after_s }),
        _ => Some(from_errors().unwrap_or(ErrorClass::Permanent)),
    }
}

/// The class of one error by its type; an error without a type is permanent, unless its message says that a token has
/// expired (as the JavaScript client reads it).
#[must_use]
pub fn classify_error(error: &GraphqlError) -> ErrorClass {
    const TRANSIENT: ErrorClass = ErrorClass::Transient { retry_after_s: None };
    if matches!(error.error_code, Some(401 | 403)) || error.message.contains("Token has expired") {
        return ErrorClass::Auth;
    }
    let Some(error_type) = &error.error_type else {
        return match error.error_code {
            Some(429 | 500..=599) => TRANSIENT,
            _ => ErrorClass::Permanent,
        };
    };
    match ErrorType::from_text(error_type.bare()) {
        ErrorType::ConflictUnhandled => ErrorClass::Conflict,
        ErrorType::ConditionalCheckFailed => ErrorClass::Condition,
        ErrorType::UnauthorizedException | ErrorType::NotAuthorizedException => ErrorClass::Auth,
        ErrorType::ExecutionTimeout
        | ErrorType::Throttling
        | ErrorType::InternalFailure
        | ErrorType::ServiceUnavailable
        | ErrorType::MaxConflicts
        | ErrorType::ConflictError
        | ErrorType::DependencyFailed
        | ErrorType::LimitExceeded => TRANSIENT,
        ErrorType::Other(text) => match text.as_str() {
            "ExpiredTokenException" | "TokenExpiredException" | "UnrecognizedClientException" => {
                ErrorClass::Auth
            }
            "InternalServerError"
            | "InternalServerErrorException"
            | "InternalFailureException"
            | "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "ServiceUnavailable"
            | "TooManyRequestsException"
            | "TransactionConflictException"
            | "TransactionInProgressException" => TRANSIENT,
            _ => ErrorClass::Permanent,
        },
        _ => ErrorClass::Permanent,
    }
}

/// The most that a `Retry-After` is taken for, in s: a day. A longer wish is as good as none.
const MOST_RETRY_AFTER_S: u64 = 86_400;

/// The seconds of a `Retry-After` header, at most a day. Its other form, a date, needs a clock and counts as absent.
#[must_use]
pub fn retry_after_seconds(header: &str) -> Option<u64> {
    let digits = header.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than fit are a wish to wait very long.
    is_number.then(|| digits.parse().unwrap_or(u64::MAX).min(MOST_RETRY_AFTER_S))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ErrorClass::{Auth, Condition, Conflict, Permanent};

    const TRANSIENT: ErrorClass = ErrorClass::Transient { retry_after_s: None };

    fn of(types: &[&str]) -> Vec<GraphqlError> {
        types.iter().map(|text| GraphqlError::of_type(ErrorType::from_text(text), "m")).collect()
    }

    #[test]
    fn status_and_types_give_the_class() {
        let after = |seconds| ErrorClass::Transient { retry_after_s: Some(seconds) };
        for (status, retry_after, types, class) in [
            (200, None, &[][..], None),
            (204, None, &[], None),
            (200, None, &["ConflictUnhandled"], Some(Conflict)),
            (200, None, &["ConditionalCheckFailedException"], Some(Condition)),
            (200, None, &["DynamoDB:ConditionalCheckFailedException"], Some(Condition)),
            (200, None, &["Unauthorized"], Some(Permanent)),
            (200, None, &["UnauthorizedException"], Some(Auth)),
            (200, None, &["com.amazonaws.deepdish.graphql.auth#UnauthorizedException"], Some(Auth)),
            (200, None, &["ValidationError"], Some(Permanent)),
            (200, None, &["OperationDisabled"], Some(Permanent)),
            (200, None, &["ExecutionTimeout"], Some(TRANSIENT)),
            (200, Some(3), &["ThrottlingException"], Some(after(3))),
            (200, None, &["DynamoDB:ProvisionedThroughputExceededException"], Some(TRANSIENT)),
            (200, None, &["ConflictError"], Some(TRANSIENT)),
            (200, None, &["MaxConflicts"], Some(TRANSIENT)),
            (200, None, &["BadRequest"], Some(Permanent)),
            (200, None, &["DependencyFailed"], Some(TRANSIENT)),
            (200, None, &["MaxSubscriptionsReachedError"], Some(Permanent)),
            (200, None, &["LimitExceededError"], Some(TRANSIENT)),
            (200, None, &["Whatever"], Some(Permanent)),
            (200, None, &["ConflictUnhandled", "UnauthorizedException"], Some(Auth)),
            (200, None, &["ValidationError", "ExecutionTimeout"], Some(TRANSIENT)),
            (200, None, &["ConditionalCheckFailedException", "ValidationError"], Some(Condition)),
            (301, None, &[], Some(Permanent)),
            (400, None, &[], Some(Permanent)),
            (400, None, &["UnauthorizedException"], Some(Auth)),
            (400, None, &["ThrottlingException"], Some(TRANSIENT)),
            (400, None, &["MalformedHttpRequestException"], Some(Permanent)),
            (401, None, &["UnauthorizedException"], Some(Auth)),
            (401, Some(9), &[], Some(Auth)),
            (403, None, &[], Some(Auth)),
            (404, None, &[], Some(Permanent)),
            (404, Some(9), &[], Some(after(9))),
            (408, None, &[], Some(TRANSIENT)),
            (413, None, &[], Some(Permanent)),
            (429, Some(1), &[], Some(after(1))),
            (500, None, &["ValidationError"], Some(TRANSIENT)),
            (503, Some(2), &[], Some(after(2))),
            (599, None, &[], Some(TRANSIENT)),
        ] {
            assert_eq!(classify(status, retry_after, &of(types)), class, "{status} {types:?}");
        }
    }

    #[test]
    fn an_error_without_a_type_goes_by_its_code_and_message() {
        for (message, code, class) in [
            ("m", None, Permanent),
            ("Token has expired.", None, Auth),
            ("m", Some(401), Auth),
            ("m", Some(400), Permanent),
            ("m", Some(500), TRANSIENT),
        ] {
            let error = GraphqlError { error_code: code, ..GraphqlError::new(message) };
            assert_eq!(classify_error(&error), class, "{message} {code:?}");
        }
    }

    #[test]
    fn known_types_survive_the_wire() {
        for known in super::super::types::KNOWN {
            assert_eq!(ErrorType::from_text(known.as_str()), *known);
            assert_eq!(known.bare(), known.as_str());
        }
    }

    #[test]
    fn retry_after_is_whole_seconds() {
        for (header, seconds) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("Wed, 21 Oct 2026 07:28:00 GMT", None),
            ("86401", Some(86_400)),
            ("99999999999999999999999", Some(86_400)),
        ] {
            assert_eq!(retry_after_seconds(header), seconds, "{header:?}");
        }
    }
}
