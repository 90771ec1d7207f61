//! The socket's part of the flow.

use crate::engine::Out;
use crate::{Action, Backoff, Failure, Timer};

/// The state of the socket.
#[derive(Debug, Default)]
pub(crate) struct Socket {
    state: State,
    backoff: Backoff,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    Opening,
    Open,
    Established,
}

impl Socket {
    pub(crate) fn open(&mut self, out: &mut Out) {
        if self.state == State::Closed {
            self.state = State::Opening;
            out.push(Action::OpenSocket);
        }
    }

    pub(crate) fn opened(&mut self) {
        self.state = State::Open;
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, State::Open | State::Established)
    }

    /// Every model is subscribed to: whether that is news.
    pub(crate) fn establish(&mut self) -> bool {
        self.backoff.reset();
        std::mem::replace(&mut self.state, State::Established) != State::Established
    }

    pub(crate) fn lost(&mut self, failure: Failure, out: &mut Out) {
        self.state = State::Closed;
        let delay_ms = self.backoff.next_ms(failure, out.random);
        out.push(Action::SetTimer { timer: Timer::Socket, delay_ms });
    }

    pub(crate) fn retry(&mut self, out: &mut Out) {
        self.open(out);
    }
}
