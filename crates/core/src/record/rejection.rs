//! Why a mutation was refused for good.

use std::fmt;

/// Why a mutation was refused for good.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// What kind of refusal it is.
    pub class: RejectionClass,
    /// The error's type, as the server spells it, such as `Unauthorized`; `None` if it gave none.
    pub error_type: Option<String>,
    /// What was said, for people.
    pub message: String,
}

/// What kind of refusal it is, and so what may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionClass {
    /// The caller may not do that: another one may.
    Forbidden,
    /// The server does not take the values or the request: other values may do.
    Invalid,
    /// It is larger than what the server takes.
    TooLarge,
    /// A record that was deleted still holds the key: another key, or later.
    IdTaken,
    /// The server has no such record, or does not show it.
    NoRecord,
    /// Another one: what it belongs to was refused, or the schema has no place for it any more.
    Other,
}

impl Rejection {
    /// A refusal.
    pub fn new(class: RejectionClass, error_type: Option<String>, message: impl Into<String>) -> Rejection {
        Rejection { class, error_type, message: message.into() }
    }
}

impl From<&str> for Rejection {
    /// One of no particular class.
    fn from(message: &str) -> Rejection {
        Rejection::from(message.to_owned())
    }
}

impl From<String> for Rejection {
    /// One of no particular class.
    fn from(message: String) -> Rejection {
        Rejection::new(RejectionClass::Other, None, message)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error_type {
            Some(error_type) => write!(f, "{error_type}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
