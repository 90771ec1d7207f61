//! What waits to be sent on one socket: a bounded queue, and the reason to end it.

use std::sync::Arc;
use syncline_protocol::realtime::ServerFrame;
use syncline_service::Frame;
use tokio::sync::{mpsc, watch};

/// One thing to send.
#[derive(Debug)]
pub(super) enum Outgoing {
    /// A frame.
    Frame(ServerFrame),
    /// An event, for the subscription that the client calls so.
    Event(Arc<str>, Frame),
}

impl Outgoing {
    /// The frame's text.
    pub(super) fn to_text(&self) -> String {
        match self {
            Outgoing::Frame(frame) => frame.to_text(),
            Outgoing::Event(id, frame) => frame.to_text(id),
        }
    }
}

/// Why a server ends a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client does not read fast enough.
    Slow,
    /// Events were lost: the client shall begin anew.
    Lost,
    /// `connection_init` did not come in time.
    Late,
    /// The server stops.
    Stopping,
}

impl End {
    /// The code of the close frame. None is one that a client takes for good (RFC 6455 §7.4.1 and IANA's registry).
    pub(super) fn code(self) -> u16 {
        match self {
            End::Slow | End::Lost => 1013,
            End::Late => 1002,
            End::Stopping => 1001,
        }
    }

    pub(super) fn reason(self) -> &'static str {
        match self {
            End::Slow => "the client does not read its events fast enough",
            End::Lost => "events were lost; connect again and sync",
            End::Late => "no connection_init came in time",
            End::Stopping => "the server stops",
        }
    }
}

/// The sending end, held by the hub.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    queue: mpsc::Sender<Outgoing>,
    end: Arc<watch::Sender<Option<End>>>,
}

/// The receiving end, held by the session.
#[derive(Debug)]
pub(super) struct Inbox {
    pub(super) queue: mpsc::Receiver<Outgoing>,
    pub(super) end: watch::Receiver<Option<End>>,
}

/// A queue of at most `size`.
pub(super) fn outbox(size: usize) -> (Outbox, Inbox) {
    let (sender, receiver) = mpsc::channel(size.max(1));
    let (end, ended) = watch::channel(None);
    (Outbox { queue: sender, end: Arc::new(end) }, Inbox { queue: receiver, end: ended })
}

impl Outbox {
    /// Adds something to send. If there is no room, the socket ends.
    pub(super) fn push(&self, outgoing: Outgoing) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(outgoing) {
            self.end(End::Slow);
        }
    }

    /// Ends the socket; the first reason counts.
    pub(super) fn end(&self, end: End) {
        self.end.send_if_modified(|current| {
            let first = current.is_none();
            if first {
                *current = Some(end);
            }
            first
        });
    }
}
