//! What the engine wants done.

use crate::{Counts, PageId};
use syncline_core::ModelId;

/// An effect of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The run it belongs to; what comes of it carries this number back.
    pub run: u64,
    /// What to do.
    pub action: Action,
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Open the socket: [`Event::SocketOpened`](crate::Event::SocketOpened) or `SocketLost`.
    OpenSocket,
    /// Close it; nothing comes of it.
    CloseSocket,
    /// Subscribe to the model: `Subscribed` or `SubscriptionFailed`.
    Subscribe(ModelId),
    /// Fetch a page: 0 from the stored cursor, later ones from where the one before ended. `PageArrived`,
    /// `PageFailed` or `CursorRefused`.
    Fetch {
        /// The page.
        page: PageId,
        /// The most records in it.
        limit: usize,
    },
    /// Store a page that arrived, its progress with it: `PageApplied` or `PageFailed`.
    Apply(PageId),
    /// Forget the progress of this sync, or (`scope_changed`) the whole cursor, before the next `Fetch`.
    ResetCursor {
        /// The model.
        model: ModelId,
        /// Whether everything must be fetched anew, equal versions included.
        scope_changed: bool,
    },
    /// Claim at most `max` entries and send them: `BatchClaimed` as soon as that is done, and then `BatchSettled`, `BatchUnsure`, `BatchFailed` or `NothingToSend`.
    Send {
        /// The number of the batch in this run.
        batch: u32,
        /// The most entries.
        max: usize,
        /// Whether entries with an unknown outcome go first, verbatim; not those put aside since `BatchUnsure`.
        resend: bool,
        /// Whether the first entry with an unknown outcome is put aside, and not sent, as after `BatchUnsure`: alone in its
        /// batch it was answered again and again as if the server were not well (I7).
        skip: bool,
    },
    /// Ring after `delay_ms`; setting a timer again replaces it.
    SetTimer {
        /// Which.
        timer: Timer,
        /// When, in ms from now.
        delay_ms: u64,
    },
    /// Tell the application.
    Publish(Notice),
}

/// The engine's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Timer {
    /// Open the socket again.
    Socket,
    /// The socket has held for a while.
    Steady,
    /// The server has had its time to say that subscriptions run.
    Subscriptions,
    /// Sync the model again.
    Model(ModelId),
    /// Send again.
    Sender,
    /// Send entries again that were answered without an outcome, also those that were put aside.
    Doubts,
    /// Records that rest between two mutations may be sent again.
    Rest,
}

/// What the application is told; names as on the DataStore hub channel.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// Whether the server answers.
    NetworkStatus {
        /// Whether it does.
        active: bool,
    },
    /// Every model is subscribed to, or cannot be.
    SubscriptionsEstablished,
    /// The first syncs of this run begin.
    SyncQueriesStarted {
        /// The models.
        models: Vec<ModelId>,
    },
    /// A model is in sync.
    ModelSynced {
        /// The model.
        model: ModelId,
        /// Whether everything was fetched.
        base: bool,
        /// What it did.
        counts: Counts,
    },
    /// A model cannot be synced for now; the others go on (I7).
    ModelDegraded {
        /// The model.
        model: ModelId,
    },
    /// Every model is synced or degraded.
    SyncQueriesReady,
    /// So is everything else: sending has started.
    Ready,
    /// Whether the outbox is empty.
    OutboxStatus {
        /// Whether it is.
        is_empty: bool,
    },
}
