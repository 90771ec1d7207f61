//! What happens to the engine.

use crate::Timer;
use syncline_core::ModelId;

/// An input.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Begin, unless already begun.
    Start(Start),
    /// End. Everything on the device stays.
    Stop,
    /// A mutation was added to the outbox.
    OutboxGrew,
    /// Try everything that is waiting for a retry now: somebody knows better.
    Wake,
    /// Something came of an effect.
    Event {
        /// The run of the effect.
        run: u64,
        /// What came of it.
        event: Event,
    },
}

/// What a run begins with.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The models to sync, parents first.
    pub models: Vec<ModelPlan>,
    /// The most mutations to send in one document.
    pub max_batch: usize,
    /// The most records of a page, as far as is known before the server has said anything ([`Event::ServerSays`]).
    pub max_page: usize,
    /// How long a model with live subscriptions goes without a delta sync, in ms; `None` where a lost frame shows as a
    /// hole in the sequence (SYNC 1.14).
    pub safety_ms: Option<u64>,
}

/// One model of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelPlan {
    /// The model.
    pub model: ModelId,
    /// The models whose records this one's refer to and which come before it: they are synced first.
    pub parents: Vec<ModelId>,
}

/// A page of a sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageId {
    /// The model.
    pub model: ModelId,
    /// The sync of this model in this run; grows, so that a late answer to an earlier one is known as such.
    pub sync: u32,
    /// The page; the first of a sync is 0.
    pub page: u32,
}

/// What came of an effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The socket is open and accepted.
    SocketOpened,
    /// The socket could not be opened, or closed, or fell silent.
    SocketLost(Failure),
    /// The application wants no socket in this run, which lives from what it asks for.
    NoSocket,
    /// The model's subscriptions are live.
    Subscribed(ModelId),
    /// The model cannot be subscribed to, though the socket is open.
    SubscriptionFailed(ModelId, Failure),
    /// Frames of this model were lost: a hole in the sequence, or a queue that overflowed.
    Gap(ModelId),
    /// What an answer said of the server. It may be said again and again.
    ServerSays {
        /// The most records that it takes a page to have (SYNC 2.10).
        max_page: usize,
        /// Whether a lost frame shows as a hole in the sequence: then no delta sync is needed to be safe (SYNC 1.14).
        sequenced: bool,
    },
    /// A page was received.
    PageArrived {
        /// The page asked for.
        page: PageId,
        /// Whether another follows.
        more: bool,
        /// Whether the server answered with everything rather than with what changed.
        base: bool,
    },
    /// A page is stored.
    PageApplied {
        /// The page.
        page: PageId,
        /// What it did.
        counts: Counts,
    },
    /// A page could not be fetched or stored.
    PageFailed {
        /// The page.
        page: PageId,
        /// Why.
        failure: Failure,
        /// Whether the server, or something before it, did answer: then it may be this model that it cannot answer well.
        answered: bool,
    },
    /// The stored cursor or page token does not fit any more: the scope's fingerprint or the store's epoch changed, or
    /// the server refused the token.
    CursorRefused {
        /// The page that was asked for.
        page: PageId,
        /// Whether everything must be fetched anew, not only this sync from its start.
        scope_changed: bool,
    },
    /// A batch was claimed and is being sent.
    BatchClaimed {
        /// The number of the batch.
        batch: u32,
        /// Whether it holds as many entries as it could, so that there may be more.
        full: bool,
        /// Whether it holds entries that were sent before and whose outcome is unknown.
        in_doubt: bool,
    },
    /// There was nothing to claim.
    NothingToSend {
        /// The number of the batch.
        batch: u32,
    },
    /// Every entry of a batch has its outcome.
    BatchSettled {
        /// The number of the batch.
        batch: u32,
        /// Entries left that could be sent.
        unsent: usize,
    },
    /// Records of a batch, of which [`Event::BatchSettled`] follows, had been edited again when the answer came. Nothing of
    /// them is claimed until [`Timer::Rest`](crate::Timer) rings: who edits them is likely to go on.
    Resting,
    /// A batch was answered, but some of it without an outcome: those entries stay as they are, and are put aside until
    /// [`Timer::Doubts`](crate::Timer) rings or [`Input::Wake`] comes, so that they stop nobody (I7).
    BatchUnsure {
        /// The number of the batch.
        batch: u32,
        /// Why.
        failure: Failure,
    },
    /// A batch as a whole was not answered, or not accepted; its entries stay as they are.
    BatchFailed {
        /// The number of the batch.
        batch: u32,
        /// How many mutations it held.
        size: usize,
        /// Why.
        failure: Failure,
        /// Whether the server, or something before it, did answer: then it may be this batch that it cannot answer well.
        answered: bool,
    },
    /// A timer rang.
    Timer(Timer),
}

/// What a sync did to the local records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that were not there.
    pub added: u64,
    /// Records that changed.
    pub updated: u64,
    /// Records that went.
    pub deleted: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.added += other.added;
        self.updated += other.updated;
        self.deleted += other.deleted;
    }
}

/// Why something failed; this alone decides what happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer, or the server is busy: try again soon.
    Transient {
        /// How long the server asked to wait, in ms.
        retry_after_ms: Option<u64>,
    },
    /// Not answered in time, by the server or by what it asks itself: try again soon, and ask for less at once.
    Timeout,
    /// What was asked for, or the answer to it, is too large: ask for less.
    TooLarge,
    /// The caller is not let in: try again later, credentials may change.
    Auth,
    /// The request as such is not accepted: for a batch of several, some smaller one may be.
    Refused,
}

impl Failure {
    /// Whether it may pass by itself, with the same request and the same credentials.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(self, Failure::Transient { .. } | Failure::Timeout)
    }
}
