//! The outbox's part of the flow: one batch at a time, resumed verbatim when its outcome is unknown.

use crate::engine::Out;
use crate::{Action, Backoff, Failure, Notice, Timer};

/// After so many failures in a row a batch is made smaller.
const HALVE_AFTER: u32 = 3;

/// Batches of half the size that go through before a larger one is tried.
const GROW_AFTER: u32 = 16;

/// The state of sending.
#[derive(Debug)]
pub(crate) struct Sender {
    state: State,
    /// The number of the last batch.
    batch: u32,
    /// The server has answered in this run.
    online: bool,
    /// Entries may be marked as sent whose outcome is unknown, since the last batch was asked for.
    resend: bool,
    /// The last batch was asked for with those first.
    resending: bool,
    /// Something was added while a batch was under way.
    grew: bool,
    max: usize,
    limit: usize,
    /// Batches that were settled since one was cut in half.
    since_cut: u32,
    backoff: Backoff,
    /// The last batch got no answer.
    silent: bool,
    /// Entries are put aside until the timer rings.
    doubts: bool,
    doubts_backoff: Backoff,
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
            resending: false,
            grew: true,
            max,
            limit: max,
            since_cut: 0,
            backoff: Backoff::default(),
            silent: false,
            doubts: false,
            doubts_backoff: Backoff::default(),
            told_empty: None,
        }
    }

    pub(crate) fn started(&self) -> bool {
        self.online
    }

    pub(crate) fn online(&mut self, out: &mut Out) {
        if !self.online {
            self.online = true;
            self.send(out);
        }
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

    /// What is in doubt is sent again, also what was put aside.
    pub(crate) fn resend(&mut self, out: &mut Out) {
        self.doubts = false;
        self.resend = true;
        self.grew = true;
        self.send(out);
    }

    /// Whether this answer ends a time without any.
    pub(crate) fn is_heard_again(&mut self, batch: u32) -> bool {
        self.awaits(batch) && std::mem::take(&mut self.silent)
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
        if !self.doubts {
            self.doubts_backoff.reset();
        }
        if self.resending {
            // Nothing was in doubt; what is new comes next.
            self.grew = true;
        } else if !self.grew && !self.doubts {
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
        // After a batch was cut in half, grow again, but slowly: what made it too large is often still there.
        self.since_cut = self.since_cut.saturating_add(1);
        if self.since_cut.is_multiple_of(GROW_AFTER) {
            self.limit = (self.limit * 2).min(self.max);
        }
        // There may be more of what is in doubt.
        self.resend |= self.resending;
        self.grew |= unsent > 0 || self.resend;
        if !self.grew && !self.doubts {
            self.tell(true, out);
        }
        self.send(out);
    }

    /// The server answers, but not for every entry: the others go on.
    pub(crate) fn unsure(&mut self, batch: u32, failure: Failure, out: &mut Out) {
        if !self.awaits(batch) {
            return;
        }
        if !self.doubts {
            self.doubts = true;
            let delay_ms = self.doubts_backoff.next_ms(failure, out.random);
            out.push(Action::SetTimer { timer: Timer::Doubts, delay_ms });
        }
        self.settled(batch, 1, out);
    }

    pub(crate) fn failed(&mut self, batch: u32, size: usize, failure: Failure, out: &mut Out) {
        if !self.awaits(batch) {
            return;
        }
        self.state = State::Waiting;
        self.resend = true;
        // Nobody knows which of them is to blame: halve and repeat (SYNC 2.4). Silence may have any cause; if it lasts,
        // the document may be what the server cannot answer in time.
        let refused = failure == Failure::Refused;
        self.silent |= matches!(failure, Failure::Transient { .. });
        if size > 1 && (refused || self.backoff.failures() >= HALVE_AFTER) {
            self.limit = (size / 2).max(1);
            self.since_cut = 0;
        }
        if size > 1 && refused {
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
            // A wish to send again that comes while the batch is under way is one for the next batch.
            self.resending = std::mem::take(&mut self.resend);
            out.push(Action::Send { batch: self.batch, max: self.limit, resend: self.resending });
        }
    }

    fn tell(&mut self, is_empty: bool, out: &mut Out) {
        if self.told_empty != Some(is_empty) {
            self.told_empty = Some(is_empty);
            out.tell(Notice::OutboxStatus { is_empty });
        }
    }
}
