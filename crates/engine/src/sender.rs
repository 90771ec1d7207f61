//! The outbox's part of the flow: three batches at a time, so that one is on its way while another is applied and the
//! third is settled; resumed verbatim when the outcome of one is unknown.

use crate::engine::Out;
use crate::rest::Rest;
use crate::{Action, Backoff, Failure, Notice, Timer};

/// Batches that may be under way at once.
const WINDOW: usize = 3;

/// After so many failures in a row a batch is made smaller.
const HALVE_AFTER: u32 = 3;

/// Batches of half the size that go through before a larger one is tried.
const GROW_AFTER: u32 = 16;

/// After so many bad answers in a row a batch of one is put aside: the server may be well, and this mutation not.
const SKIP_AFTER: u32 = 6;

/// The state of sending.
#[derive(Debug)]
pub(crate) struct Sender {
    flights: Vec<Flight>,
    /// A batch failed: nothing is sent until the timer rings.
    waiting: bool,
    /// The server said how long to wait: that others get an answer does not end it.
    told_to_wait: bool,
    /// How long the timer was set to last, in ms.
    delay_ms: u64,
    /// The last batch that was asked for found nothing while another was under way: what there is waits for that one.
    stalled: bool,
    /// The number of the last batch.
    batch: u32,
    /// The server has answered in this run.
    online: bool,
    /// Entries may be marked as sent whose outcome is unknown: they go next, when nothing is under way.
    resend: bool,
    /// Something was added, or there was more than a batch could take.
    grew: bool,
    max: usize,
    limit: usize,
    /// Batches that were settled since one was cut in half.
    since_cut: u32,
    backoff: Backoff,
    /// The last batch got no answer.
    silent: bool,
    /// How often in a row a batch of one was answered, and badly.
    bad_answers: u32,
    /// Entries are put aside until the timer rings.
    doubts: bool,
    doubts_backoff: Backoff,
    rest: Rest,
    told_empty: Option<bool>,
    /// A batch has been asked for, and something came of it.
    begun: bool,
    /// The models are synced or degraded: before that, an outbox that was empty from the start is not told of.
    others_ready: bool,
    /// That it is empty is told later.
    found_empty: bool,
}

/// A batch under way.
#[derive(Debug)]
struct Flight {
    batch: u32,
    /// It may hold entries whose outcome is unknown. Then it is alone: what else is under way is not in doubt.
    resending: bool,
}

impl Sender {
    pub(crate) fn new(max: usize) -> Sender {
        let max = max.max(1);
        Sender {
            flights: Vec::new(),
            waiting: false,
            told_to_wait: false,
            delay_ms: 0,
            stalled: false,
            batch: 0,
            online: false,
            resend: true,
            grew: true,
            max,
            limit: max,
            since_cut: 0,
            backoff: Backoff::default(),
            silent: false,
            bad_answers: 0,
            doubts: false,
            doubts_backoff: Backoff::default(),
            rest: Rest::default(),
            told_empty: None,
            begun: false,
            others_ready: false,
            found_empty: false,
        }
    }

    /// Whether sending has begun: it is known whether there was something to send.
    pub(crate) fn started(&self) -> bool {
        self.begun
    }

    /// Every model is synced or degraded.
    pub(crate) fn others_are_ready(&mut self, out: &mut Out) {
        self.others_ready = true;
        if std::mem::take(&mut self.found_empty) && self.told_empty.is_none() {
            self.tell(true, out);
        }
    }

    pub(crate) fn online(&mut self, out: &mut Out) {
        if !self.online {
            self.online = true;
            self.send(out);
        }
    }

    pub(crate) fn grew(&mut self, out: &mut Out) {
        self.grew = true;
        // What is new may wait for nobody.
        self.stalled = false;
        self.send(out);
        // A batch that is asked for says so when it has been claimed.
        if self.grew {
            self.tell(false, out);
        }
    }

    /// Others get answers again.
    pub(crate) fn recovered(&mut self, out: &mut Out) {
        if !self.told_to_wait {
            self.retry(out);
        }
    }

    pub(crate) fn retry(&mut self, out: &mut Out) {
        if self.waiting {
            self.waiting = false;
            self.told_to_wait = false;
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

    /// Records that are edited faster than they are sent are left out for a while.
    pub(crate) fn rest(&mut self, out: &mut Out) {
        if let Some(delay_ms) = self.rest.begin() {
            out.push(Action::SetTimer { timer: Timer::Rest, delay_ms });
        }
    }

    /// They may be sent again.
    pub(crate) fn rested(&mut self, out: &mut Out) {
        if self.rest.is_on() {
            self.rest.end();
            self.grew = true;
            self.stalled = false;
            self.send(out);
        }
    }

    /// Whether this answer ends a time without any.
    pub(crate) fn is_heard_again(&mut self, batch: u32) -> bool {
        self.awaits(batch) && std::mem::take(&mut self.silent)
    }

    /// Whether this is news of a batch under way.
    fn awaits(&self, batch: u32) -> bool {
        self.flights.iter().any(|flight| flight.batch == batch)
    }

    fn landed(&mut self, batch: u32) -> Option<Flight> {
        let place = self.flights.iter().position(|flight| flight.batch == batch)?;
        Some(self.flights.remove(place))
    }

    pub(crate) fn claimed(&mut self, batch: u32, full: bool, in_doubt: bool, out: &mut Out) {
        if let Some(flight) = self.flights.iter_mut().find(|flight| flight.batch == batch) {
            flight.resending &= in_doubt;
            self.begun = true;
            self.tell(false, out);
            self.grew |= full;
            self.send(out);
        }
    }

    pub(crate) fn idle(&mut self, batch: u32, out: &mut Out) {
        let Some(flight) = self.landed(batch) else { return };
        if !self.doubts {
            self.doubts_backoff.reset();
        }
        self.stalled = !self.flights.is_empty();
        // Nothing was in doubt; what is new comes next, and only then it is known whether there is anything.
        self.grew |= flight.resending;
        self.begun |= !flight.resending;
        self.tell_if_empty(out);
        self.send(out);
    }

    pub(crate) fn settled(&mut self, batch: u32, unsent: usize, out: &mut Out) {
        let Some(flight) = self.landed(batch) else { return };
        self.begun = true;
        self.stalled = false;
        self.bad_answers = 0;
        self.backoff.reset();
        // After a batch was cut in half, grow again, but slowly: what made it too large is often still there.
        self.since_cut = self.since_cut.saturating_add(1);
        if self.since_cut.is_multiple_of(GROW_AFTER) {
            self.limit = (self.limit * 2).min(self.max);
        }
        // There may be more of what is in doubt.
        self.resend |= flight.resending;
        self.grew |= unsent > 0 || self.resend;
        if self.flights.is_empty() {
            self.rest.calm();
        }
        self.tell_if_empty(out);
        self.send(out);
    }

    /// The server answers, but not for every entry: the others go on.
    pub(crate) fn unsure(&mut self, batch: u32, failure: Failure, out: &mut Out) {
        if !self.awaits(batch) {
            return;
        }
        self.put_aside(failure, out);
        self.settled(batch, 1, out);
    }

    /// Something is put aside until the timer rings.
    fn put_aside(&mut self, failure: Failure, out: &mut Out) {
        if !self.doubts {
            self.doubts = true;
            let delay_ms = self.doubts_backoff.next_ms(failure, out.random);
            out.push(Action::SetTimer { timer: Timer::Doubts, delay_ms });
        }
    }

    pub(crate) fn failed(
        &mut self,
        batch: u32,
        size: usize,
        failure: Failure,
        answered: bool,
        out: &mut Out,
    ) {
        if self.landed(batch).is_none() {
            return;
        }
        self.begun = true;
        self.bad_answers = if size == 1 && answered { self.bad_answers.saturating_add(1) } else { 0 };
        self.resend = true;
        self.stalled = false;
        // Nobody knows which of them is to blame: halve and repeat (SYNC 2.4). Silence may have any cause; if it lasts,
        // the document may be what the server cannot answer in time.
        let refused = matches!(failure, Failure::Refused | Failure::TooLarge);
        let late = failure == Failure::Timeout;
        let told = matches!(failure, Failure::Transient { retry_after_ms: Some(_) });
        self.told_to_wait |= told;
        self.silent |= failure.is_transient();
        if size > 1 && (refused || late || self.backoff.failures() >= HALVE_AFTER) {
            self.limit = (size / 2).max(1).min(self.limit);
            self.since_cut = 0;
        }
        // Two that fail together are one failure of the network, unless the server says how long to wait.
        let first = !std::mem::replace(&mut self.waiting, true);
        if size > 1 && refused && !self.told_to_wait {
            self.retry(out);
        } else if first || told {
            let earlier = if first { 0 } else { self.delay_ms };
            self.delay_ms = self.backoff.next_ms(failure, out.random).max(earlier);
            out.push(Action::SetTimer { timer: Timer::Sender, delay_ms: self.delay_ms });
        }
    }

    fn send(&mut self, out: &mut Out) {
        while self.online && self.grew && !self.waiting && self.has_room() {
            self.grew = false;
            self.batch += 1;
            // A wish to send again that comes while the batch is under way is one for the next batch.
            let resending = std::mem::take(&mut self.resend);
            let skip = resending && self.bad_answers >= SKIP_AFTER;
            if skip {
                self.bad_answers = 0;
                self.put_aside(Failure::Transient { retry_after_ms: None }, out);
            }
            self.flights.push(Flight { batch: self.batch, resending });
            out.push(Action::Send { batch: self.batch, max: self.limit, resend: resending, skip });
        }
    }

    fn has_room(&self) -> bool {
        let alone = self.resend || self.stalled || self.flights.iter().any(|flight| flight.resending);
        if alone { self.flights.is_empty() } else { self.flights.len() < WINDOW }
    }

    fn tell_if_empty(&mut self, out: &mut Out) {
        if self.flights.is_empty() && !self.grew && !self.doubts && !self.rest.is_on() {
            self.tell(true, out);
        }
    }

    fn tell(&mut self, is_empty: bool, out: &mut Out) {
        let from_the_start = is_empty && self.told_empty.is_none();
        self.found_empty = from_the_start && !self.others_ready;
        if self.found_empty {
            return;
        }
        if self.told_empty != Some(is_empty) {
            self.told_empty = Some(is_empty);
            out.tell(Notice::OutboxStatus { is_empty });
        }
    }
}
