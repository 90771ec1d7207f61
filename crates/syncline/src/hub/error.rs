//! What goes wrong where no call of the application is there to be told.

use super::HubElement;
use std::fmt;
use syncline_core::record::{Rejection, RejectionClass};
use syncline_engine::Failure;

/// Something went wrong in the background. Amplify calls an `errorHandler` with these. Nothing has to be done about one for
/// sync to go on: what waits is tried again by itself, and what cannot be is listed (parked, quarantined, degraded).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SyncError {
    /// Where it happened.
    pub process: SyncProcess,
    /// What kind of error it is.
    pub kind: SyncErrorKind,
    /// The model's name; `None` if it is about none, as where the socket does not open.
    pub model: Option<String>,
    /// The mutation that it is about, without a record; its [`op`](HubElement::op) is the operation. `None` if it is about
    /// none, or about several.
    pub element: Option<HubElement>,
    /// What happened, for people. It holds no secrets.
    pub message: String,
}

/// Where an error happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyncProcess {
    /// Fetching what is new.
    Sync,
    /// Sending mutations.
    Mutate,
    /// Live changes over the socket.
    Subscribe,
}

/// What kind of error it is, and so what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyncErrorKind {
    /// The network, or a server that is busy or fails: it is tried again by itself.
    Transient,
    /// The credentials are not accepted, or the caller may not do that. What was to be fetched or subscribed to is tried again
    /// now and then; a mutation waits if the credentials are at fault, and is parked if it is forbidden.
    Unauthorized,
    /// A record cannot be read or stored; [`DataStore::quarantine`](crate::DataStore::quarantine) lists it.
    BadRecord,
    /// A mutation's condition did not hold at the cloud; the server's record shows again.
    ConditionFailed,
    /// The server refuses it for another reason. A mutation is parked; a model is degraded, or goes without subscriptions.
    Refused,
    /// The local file cannot be read or written. It is tried again by itself.
    Local,
}

impl SyncErrorKind {
    /// The kind of what failed so.
    pub(crate) fn of(failure: Failure) -> SyncErrorKind {
        match failure {
            // Less at once is tried by itself.
            Failure::Transient { .. } | Failure::Timeout | Failure::TooLarge => SyncErrorKind::Transient,
            Failure::Auth => SyncErrorKind::Unauthorized,
            Failure::Refused => SyncErrorKind::Refused,
        }
    }

    /// The same, where it is known how the server refuses it.
    pub(crate) fn of_refusal(failure: Failure, why: &Rejection) -> SyncErrorKind {
        match (SyncErrorKind::of(failure), why.class) {
            (SyncErrorKind::Refused, RejectionClass::Forbidden) => SyncErrorKind::Unauthorized,
            (kind, _) => kind,
        }
    }
}

/// In one line, as for a log.
impl fmt::Display for SyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, {:?}", self.process, self.kind)?;
        if let Some(model) = &self.model {
            write!(f, ", {model}")?;
        }
        if let Some(element) = &self.element {
            write!(f, " {} ({:?})", element.key(), element.op())?;
        }
        write!(f, ": {}", self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_goes_by_what_becomes_of_it() {
        let forbidden = Rejection::new(RejectionClass::Forbidden, None, "no");
        let invalid = Rejection::new(RejectionClass::Invalid, None, "no");
        for (failure, why, kind) in [
            (Failure::Transient { retry_after_ms: Some(1) }, &invalid, SyncErrorKind::Transient),
            (Failure::Timeout, &invalid, SyncErrorKind::Transient),
            (Failure::TooLarge, &forbidden, SyncErrorKind::Transient),
            (Failure::Auth, &invalid, SyncErrorKind::Unauthorized),
            (Failure::Refused, &forbidden, SyncErrorKind::Unauthorized),
            (Failure::Refused, &invalid, SyncErrorKind::Refused),
        ] {
            assert_eq!(SyncErrorKind::of_refusal(failure, why), kind, "{failure:?}");
        }
    }
}
