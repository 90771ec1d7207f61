//! The `errorType` of an error.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

macro_rules! error_types {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The `errorType` of an error: what clients decide by.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorType {
            $($(#[$doc])* $name,)*
            /// Any other.
            Other(String),
        }

        impl ErrorType {
            /// The text on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(ErrorType::$name => $text,)*
                    ErrorType::Other(text) => text,
                }
            }

            /// Reads the text on the wire.
            #[must_use]
            pub fn from_text(text: &str) -> ErrorType {
                match text {
                    $($text => ErrorType::$name,)*
                    other => ErrorType::Other(other.to_owned()),
                }
            }
        }

        #[cfg(test)]
        pub(crate) const KNOWN: &[ErrorType] = &[$(ErrorType::$name),*];
    };
}

error_types! {
    /// The mutation's `_version` is not the server's; `data` is the server's record.
    ConflictUnhandled = "ConflictUnhandled",
    /// The condition did not hold, or a create met an existing record.
    ConditionalCheckFailed = "ConditionalCheckFailedException",
    /// A rule of the schema forbids this to the caller.
    Unauthorized = "Unauthorized",
    /// The request itself carries no valid credentials (HTTP 401).
    UnauthorizedException = "UnauthorizedException",
    /// Another name of the same.
    NotAuthorizedException = "NotAuthorizedException",
    /// The document or its variables do not fit the schema.
    ValidationError = "ValidationError",
    /// The body is not a GraphQL request (HTTP 400).
    MalformedHttpRequest = "MalformedHttpRequestException",
    /// Something in the request cannot be, such as a foreign `nextToken`.
    BadRequest = "BadRequestException",
    /// An argument that does not fit another.
    InvalidArguments = "InvalidArgumentsError",
    /// The operation is switched off.
    OperationDisabled = "OperationDisabled",
    /// A conflict handler failed.
    ConflictError = "ConflictError",
    /// A record changed faster than a conflict handler could answer.
    MaxConflicts = "MaxConflicts",
    /// A conflict handler's answer changes what it may not.
    BadConflictReply = "BadRequest",
    /// Not tried: a mutation before it in its document, on which it depends, failed (SYNC 2.4).
    DependencyFailed = "DependencyFailed",
    /// The server ran out of time.
    ExecutionTimeout = "ExecutionTimeout",
    /// Too many requests.
    Throttling = "ThrottlingException",
    /// A fault of the server.
    InternalFailure = "InternalFailure",
    /// The server cannot answer now.
    ServiceUnavailable = "ServiceUnavailableException",
    /// A subscription with this id runs already.
    DuplicatedOperation = "DuplicatedOperationError",
    /// A frame of a type that the server does not know.
    UnsupportedOperation = "UnsupportedOperation",
    /// The socket carries as many subscriptions as it may.
    MaxSubscriptionsReached = "MaxSubscriptionsReachedError",
    /// Some rate limit of the socket.
    LimitExceeded = "LimitExceededError",
}

impl ErrorType {
    /// The text without the prefixes that some services put before it (`DynamoDB:…`, `com.amazonaws…#…`).
    #[must_use]
    pub fn bare(&self) -> &str {
        let text = self.as_str();
        let text = text.rsplit_once('#').map_or(text, |(_, bare)| bare);
        text.rsplit_once(':').map_or(text, |(_, bare)| bare)
    }
}

impl fmt::Display for ErrorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ErrorType, D::Error> {
        String::deserialize(deserializer).map(|text| ErrorType::from_text(&text))
    }
}
