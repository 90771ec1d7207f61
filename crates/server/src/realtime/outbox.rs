//! What waits to be sent on one socket: a queue that is bounded in frames and in bytes, and the reason to end it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syncline_protocol::realtime::ServerFrame;
use syncline_service::Frame;
use tokio::sync::{mpsc, watch};

/// What a frame has besides its data, about.
const ENVELOPE: usize = 128;

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

    /// The bytes it will have, about.
    pub(super) fn size(&self) -> usize {
        match self {
            Outgoing::Frame(frame) => {
                let (id, errors): (Option<&str>, &[_]) = match frame {
                    ServerFrame::Error { id, errors } => (id.as_deref(), errors),
                    ServerFrame::ConnectionError { errors } => (None, errors),
                    ServerFrame::StartAck { id } | ServerFrame::Complete { id } => (Some(id), &[]),
                    _ => (None, &[]),
                };
                let messages = errors.iter().map(|error| error.message.len()).sum::<usize>();
                ENVELOPE + id.map_or(0, str::len) + messages
            }
            Outgoing::Event(id, frame) => {
                let errors = frame.errors.as_ref().map_or(0, |errors| errors.len());
                ENVELOPE + id.len() + frame.data.len() + errors
            }
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
    bytes: Bytes,
    end: Arc<watch::Sender<Option<End>>>,
}

/// The receiving end, held by the session.
#[derive(Debug)]
pub(super) struct Inbox {
    pub(super) queue: mpsc::Receiver<Outgoing>,
    pub(super) bytes: Bytes,
    pub(super) end: watch::Receiver<Option<End>>,
}

/// The bytes that wait, and how many may.
#[derive(Clone, Debug)]
pub(super) struct Bytes {
    waiting: Arc<AtomicUsize>,
    most: usize,
}

impl Bytes {
    /// Counts bytes that begin to wait; whether there is room for them. What waits alone may be of any size.
    fn come(&self, bytes: usize) -> bool {
        let before = self.waiting.fetch_add(bytes, Ordering::Relaxed);
        before == 0 || before.saturating_add(bytes) <= self.most
    }

    /// Bytes have been written.
    pub(super) fn go(&self, bytes: usize) {
        self.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// A queue of at most so many frames, and bytes.
pub(super) fn outbox(frames: usize, most: usize) -> (Outbox, Inbox) {
    let (sender, receiver) = mpsc::channel(frames.max(1));
    let (end, ended) = watch::channel(None);
    let bytes = Bytes { waiting: Arc::default(), most };
    let outbox = Outbox { queue: sender, bytes: bytes.clone(), end: Arc::new(end) };
    (outbox, Inbox { queue: receiver, bytes, end: ended })
}

impl Outbox {
    /// Adds something to send. If there is no room, the socket ends.
    pub(super) fn push(&self, outgoing: Outgoing) {
        let room = self.bytes.come(outgoing.size());
        if !room || matches!(self.queue.try_send(outgoing), Err(mpsc::error::TrySendError::Full(_))) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_bounded_in_bytes() {
        let error = |length: usize| {
            let error = syncline_protocol::GraphqlError::new("x".repeat(length));
            Outgoing::Frame(ServerFrame::Error { id: None, errors: vec![error] })
        };
        let (outbox, mut inbox) = outbox(100, 1_000);
        outbox.push(error(5_000));
        assert_eq!(*inbox.end.borrow(), None, "what waits alone may be large");
        let first = inbox.queue.try_recv().unwrap();
        inbox.bytes.go(first.size());
        for _ in 0..7 {
            outbox.push(Outgoing::Frame(ServerFrame::KeepAlive));
        }
        assert_eq!(*inbox.end.borrow(), None);
        outbox.push(error(0));
        assert_eq!(*inbox.end.borrow(), Some(End::Slow));
        outbox.end(End::Stopping);
        assert_eq!(*inbox.end.borrow(), Some(End::Slow), "the first reason counts");
    }
}
