//! The socket's part of the flow.

use crate::engine::Out;
use crate::{Action, Backoff, Failure, Timer};

/// How long a socket must hold before earlier failures are forgotten, in ms.
const STEADY_MS: u64 = 10_000;

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

    /// Whether an earlier attempt had failed.
    pub(crate) fn opened(&mut self) -> bool {
        self.state = State::Open;
        self.backoff.failures() > 0
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, State::Open | State::Established)
    }

    /// Every model is subscribed to: whether that is news. Earlier failures are forgotten once it has held for a while:
    /// a server that takes every socket and drops it must not be asked again and again without a pause.
    pub(crate) fn establish(&mut self, out: &mut Out) -> bool {
        if self.backoff.failures() > 0 {
            out.push(Action::SetTimer { timer: Timer::Steady, delay_ms: STEADY_MS });
        }
        std::mem::replace(&mut self.state, State::Established) != State::Established
    }

    pub(crate) fn lost(&mut self, failure: Failure, out: &mut Out) {
        self.state = State::Closed;
        let delay_ms = self.backoff.next_ms(failure, out.random);
        out.push(Action::SetTimer { timer: Timer::Socket, delay_ms });
    }

    pub(crate) fn steady(&mut self) {
        if self.state == State::Established {
            self.backoff.reset();
        }
    }

    pub(crate) fn retry(&mut self, out: &mut Out) {
        self.open(out);
    }
}
