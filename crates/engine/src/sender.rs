//! The outbox's part of the flow: one batch at a time, resumed verbatim when its outcome is unknown.

use crate::engine::Out;
use crate::{Action, Backoff, Failure, Notice, Timer};

/// The state of sending.
#[derive(Debug)]
pub(crate) struct Sender {
    state: State,
    /// The number of the last batch.
    batch: u32,
    /// The server has answered in this run.
    online: bool,
    /// Entries may be marked as sent whose outcome is unknown.
    resend: bool,
    /// Something was added while a batch was under way.
    grew: bool,
    max: usize,
    limit: usize,
    backoff: Backoff,
    told_empty: Option<bool>,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Idle,
    Busy,
    Waiting,
}

impl Sender {
    pub(crate) fn new(max: usize) -> Sender {
        let max = max.max(1);
        Sender {
            state: State::Idle,
            batch: 0,
            online: false,
            resend: true,
            grew: true,
            max,
            limit: max,
            backoff: Backoff::default(),
            told_empty: None,
        }
    }

    pub(crate) fn started(&self) -> bool {
        self.online
    }

    pub(crate) fn online(&mut self, out: &mut Out) {
        self.online = true;
        if self.state == State::Waiting {
            self.state = State::Idle;
            self.grew = true;
        }
        self.send(out);
    }

    pub(crate) fn grew(&mut self, out: &mut Out) {
        self.grew = true;
        self.tell(false, out);
        self.send(out);
    }

    pub(crate) fn retry(&mut self, out: &mut Out) {
        if self.state == State::Waiting {
            self.state = State::Idle;
            self.grew = true;
            self.send(out);
        }
    }

    /// Whether this is news of the batch under way.
    fn awaits(&self, batch: u32) -> bool {
        self.state == State::Busy && self.batch == batch
    }

    pub(crate) fn idle(&mut self, batch: u32, out: &mut Out) {
        if !self.awaits(batch) {
            return;
        }
        self.state = State::Idle;
        if self.resend {
            // Nothing was in doubt; what is new comes next.
            self.resend = false;
            self.grew = true;
        } else if !self.grew {
            self.tell(true, out);
        }
        self.send(out);
    }

    pub(crate) fn settled(&mut self, batch: u32, unsent: usize, out: &mut Out) {
        if !self.awaits(batch) {
            return;
        }
        self.state = State::Idle;
        self.backoff.reset();
        // After a batch was cut in half, grow again slowly.
        self.limit = (self.limit * 2).min(self.max);
        self.grew |= unsent > 0 || self.resend;
        if !self.grew {
            self.tell(true, out);
        }
        self.send(out);
    }

    pub(crate) fn failed(&mut self, batch: u32, size: usize, failure: Failure, out: &mut Out) {
        if !self.awaits(batch) {
            return;
        }
        self.state = State::Waiting;
        self.resend = true;
        if failure == Failure::Refused && size > 1 {
            // Nobody knows which of them is to blame: halve and repeat (SYNC 2.4).
            self.limit = (size / 2).max(1);
            self.retry(out);
            return;
        }
        let delay_ms = self.backoff.next_ms(failure, out.random);
        out.push(Action::SetTimer { timer: Timer::Sender, delay_ms });
    }

    fn send(&mut self, out: &mut Out) {
        if self.online && self.grew && self.state == State::Idle {
            self.state = State::Busy;
            self.grew = false;
            self.batch += 1;
            out.push(Action::Send { batch: self.batch, max: self.limit, resend: self.resend });
        }
    }

    fn tell(&mut self, is_empty: bool, out: &mut Out) {
        if self.told_empty != Some(is_empty) {
            self.told_empty = Some(is_empty);
            out.tell(Notice::OutboxStatus { is_empty });
        }
    }
}
