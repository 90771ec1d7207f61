//! Asking the server whether it speaks the extension, before anything else is asked.

use super::context::Context;
use crate::transport::{TransportError, failure_of};
use syncline_engine::{Event, Failure};
use syncline_protocol::exchange::probe_request;
use syncline_protocol::response::{ResponseError, parse_extension};

/// Why it is not known.
pub(super) enum Unknown {
    /// There is no answer.
    Unanswered(TransportError),
    /// The answer tells nothing.
    Answer(ResponseError),
}

impl Unknown {
    pub(super) fn failure(&self) -> Failure {
        match self {
            Unknown::Unanswered(error) => error.failure,
            Unknown::Answer(error) => failure_of(error.class()),
        }
    }
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unknown::Unanswered(error) => error.fmt(f),
            Unknown::Answer(error) => error.fmt(f),
        }
    }
}

/// Whether the server speaks the extension. It is asked once: who comes while it is being asked waits for the answer.
pub(super) async fn negotiated(context: &Context) -> Result<bool, Unknown> {
    let said = &context.negotiated;
    if let Some(known) = said.known() {
        return Ok(known);
    }
    let _turn = said.turn().await;
    if let Some(known) = said.known() {
        return Ok(known);
    }
    let answer = context.http.post(probe_request().to_json()).await.map_err(Unknown::Unanswered)?;
    let extension = parse_extension(&answer).map_err(Unknown::Answer)?;
    said.learn(extension.as_ref());
    Ok(extension.is_some())
}

/// Finds it out while the socket is being opened: on a long line the subscriptions and the first page then are what they can
/// be, and go over a connection that is open. That it fails says nothing: those who need to know ask again.
pub(super) async fn greet(context: Context) {
    if context.negotiated.known().is_none()
        && let Ok(sequenced) = negotiated(&context).await
    {
        context.event(Event::ServerSays { max_page: context.negotiated.max_page(), sequenced });
    }
}
