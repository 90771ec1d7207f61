//! What an error means for whoever sent the request.

use super::http_date::http_date_seconds;
use super::{ErrorType, GraphqlError};
use syncline_core::record::{Rejection, RejectionClass};

/// What to do about an error. The class alone decides: whoever asks looks at nothing else of an error.
///
/// | class | of a page | of a subscription or the socket | of a mutation |
/// |---|---|---|---|
/// | transient | later, soon | later, soon | sent again, verbatim |
/// | timeout | later, soon, and less at once | later, soon | as transient; a batch is halved |
/// | too large | less, at once | later | a batch is halved; alone: refused |
/// | auth | later, credentials may change | later | waits |
/// | permanent | the model is degraded and tried now and then | synced without | refused: parked |
/// | conflict, condition | as permanent | as permanent | settled with the record |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// It may pass by itself: try again later. Whether the request was carried out is not known, except that a conflict
    /// that nobody could decide about and a mutation held back for another one were not.
    Transient {
        /// The server asks to wait at least this many seconds.
        retry_after_s: Option<u64>,
    },
    /// No answer in time, from the server or from what it asks itself: as a transient one, and less at once may do.
    /// Whether the request was carried out is not known.
    Timeout,
    /// What was asked for, or the answer, is too large: less of it may go through. Nothing was carried out.
    TooLarge,
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
            .or_else(|| {
                classes().find(|class| matches!(class, ErrorClass::Transient { .. } | ErrorClass::Timeout))
            })
            .or_else(|| classes().next())
            .map(|class| match class {
                ErrorClass::Transient { .. } => ErrorClass::Transient { retry_after_s },
                other => other,
            })
    };
    match status {
        200..=299 => from_errors(),
        401 | 403 => Some(ErrorClass::Auth),
        413 => Some(ErrorClass::TooLarge),
        // How long to wait is worth more than why.
        408 | 504 if retry_after_s.is_none() => Some(ErrorClass::Timeout),
        408 | 425 | 429 | 500..=599 => Some(ErrorClass::Transient { retry_after_s }),
        400..=499 if retry_after_s.is_some() => Some(ErrorClass::Transient { retry_after_s }),
        _ => Some(from_errors().unwrap_or(ErrorClass::Permanent)),
    }
}

/// The class of one error by its type; an error without a type goes by its code, and is permanent without one, unless
/// its message says that a token has expired (as the JavaScript client reads it). On the socket, the codes are those of
/// HTTP: 400, 401 and 403 are final there (`spec/backend.md` §6.2).
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
        ErrorType::ExecutionTimeout => ErrorClass::Timeout,
        ErrorType::Throttling
        | ErrorType::InternalFailure
        | ErrorType::ServiceUnavailable
        | ErrorType::MaxConflicts
        | ErrorType::ConflictError
        | ErrorType::DependencyFailed
        | ErrorType::LimitExceeded
        | ErrorType::MaxSubscriptionsReached => TRANSIENT,
        ErrorType::Other(text) => match text.as_str() {
            "ExpiredTokenException" | "TokenExpiredException" | "UnrecognizedClientException" => {
                ErrorClass::Auth
            }
            // It was not applied, because another mutation of its document was not.
            "TransactionAborted"
            | "InternalServerError"
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

impl GraphqlError {
    /// What it means for a mutation that it refuses for good.
    #[must_use]
    pub fn rejection(&self) -> Rejection {
        let bare = self.error_type.as_ref().map(|error_type| ErrorType::from_text(error_type.bare()));
        let class = match (classify_error(self), bare) {
            (ErrorClass::TooLarge, _) => RejectionClass::TooLarge,
            (_, Some(ErrorType::Unauthorized)) => RejectionClass::Forbidden,
            _ => RejectionClass::Invalid,
        };
        let error_type = self.error_type.as_ref().map(|error_type| error_type.as_str().to_owned());
        Rejection::new(class, error_type, &*self.message)
    }
}

/// The most that a `Retry-After` is taken for, in s: a day. A longer wish is as good as none.
const MOST_RETRY_AFTER_S: u64 = 86_400;

/// The seconds that a `Retry-After` header asks to wait, at most a day: a number of them, or a date, which counts from
/// the `date` header of the same answer, so that nobody's clock has to be right. A date without one says nothing.
#[must_use]
pub fn retry_after_seconds(header: &str, date: Option<&str>) -> Option<u64> {
    let text = header.trim();
    if text.is_empty() {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a wish to wait very long.
        return Some(text.parse().unwrap_or(u64::MAX).min(MOST_RETRY_AFTER_S));
    }
    let wait = http_date_seconds(text)? - http_date_seconds(date?.trim())?;
    Some(u64::try_from(wait).unwrap_or(0).min(MOST_RETRY_AFTER_S))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ErrorClass::{Auth, Condition, Conflict, Permanent, Timeout, TooLarge};

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
            (200, None, &["ExecutionTimeout"], Some(Timeout)),
            (200, None, &["DependencyFailed", "TransactionAborted"], Some(TRANSIENT)),
            (200, None, &["TransactionAborted"], Some(TRANSIENT)),
            (200, None, &["InternalFailure"], Some(TRANSIENT)),
            (200, None, &["NotAuthorizedException"], Some(Auth)),
            (200, None, &["InvalidArgumentsError"], Some(Permanent)),
            (200, None, &["BadRequestException"], Some(Permanent)),
            (200, None, &["UnrecognizedFilter"], Some(Permanent)),
            (200, None, &["DuplicatedOperationError"], Some(Permanent)),
            (200, None, &["UnsupportedOperation"], Some(Permanent)),
            (200, Some(3), &["ThrottlingException"], Some(after(3))),
            (200, None, &["DynamoDB:ProvisionedThroughputExceededException"], Some(TRANSIENT)),
            (200, None, &["ConflictError"], Some(TRANSIENT)),
            (200, None, &["MaxConflicts"], Some(TRANSIENT)),
            (200, None, &["BadRequest"], Some(Permanent)),
            (200, None, &["DependencyFailed"], Some(TRANSIENT)),
            (200, None, &["MaxSubscriptionsReachedError"], Some(TRANSIENT)),
            (200, None, &["LimitExceededError"], Some(TRANSIENT)),
            (200, None, &["Whatever"], Some(Permanent)),
            (200, None, &["ConflictUnhandled", "UnauthorizedException"], Some(Auth)),
            (200, None, &["ValidationError", "ExecutionTimeout"], Some(Timeout)),
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
            (408, None, &[], Some(Timeout)),
            (408, Some(1), &[], Some(after(1))),
            (413, None, &[], Some(TooLarge)),
            (413, Some(9), &[], Some(TooLarge)),
            (425, None, &[], Some(TRANSIENT)),
            (429, None, &[], Some(TRANSIENT)),
            (502, None, &[], Some(TRANSIENT)),
            (503, None, &[], Some(TRANSIENT)),
            (504, None, &[], Some(Timeout)),
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
    fn retry_after_is_seconds_or_a_date_beside_the_servers_own() {
        let now = Some("Wed, 21 Oct 2026 07:28:00 GMT");
        for (header, date, seconds) in [
            ("7", None, Some(7)),
            ("7", now, Some(7)),
            (" 0 ", None, Some(0)),
            ("", None, None),
            ("-1", None, None),
            ("1.5", now, None),
            ("86401", None, Some(86_400)),
            ("99999999999999999999999", None, Some(86_400)),
            ("Wed, 21 Oct 2026 07:28:09 GMT", None, None),
            ("Wed, 21 Oct 2026 07:28:09 GMT", Some("yesterday"), None),
            ("Wed, 21 Oct 2026 07:28:09 GMT", now, Some(9)),
            ("Thu, 22 Oct 2026 07:28:00 GMT", now, Some(86_400)),
            ("Fri, 01 Jan 2027 00:00:00 GMT", now, Some(86_400)),
            ("Wed, 21 Oct 2026 07:27:00 GMT", now, Some(0)),
            ("Wed, 32 Oct 2026 07:27:00 GMT", now, None),
            ("Wed, 21 Foo 2026 07:27:00 GMT", now, None),
            ("Wed, 21 Oct 2026 07:27:00 CET", now, None),
            ("Wednesday", now, None),
        ] {
            assert_eq!(retry_after_seconds(header, date), seconds, "{header:?} {date:?}");
        }
    }
}
