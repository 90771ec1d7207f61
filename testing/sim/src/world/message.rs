//! What is under way: between a device and the server, and a device's timers.

use crate::device::{Fetched, Volatile};
use crate::runner::{Known, Resend, Shown, Thought};
use crate::schemas::Names;
use crate::server::{Said, Subscriber};
use std::cmp::Ordering;
use syncline_core::record::Entry;
use syncline_core::{Key, ModelId};
use syncline_engine::{Failure, PageId, Timer};
use syncline_protocol::exchange::Looked;
use syncline_protocol::request::Request;
use syncline_store::{NextSync, Original};

/// A run of a device's engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The device.
    pub device: usize,
    /// How often it had crashed.
    pub incarnation: u64,
    /// The run.
    pub run: u64,
}

impl Address {
    /// The name of the run to the server.
    #[must_use]
    pub fn origin(self) -> String {
        format!("{}-{}-{}", self.device, self.incarnation, self.run)
    }
}

/// A batch of mutations under way.
#[derive(Clone, Debug)]
pub struct Flight {
    /// Its number.
    pub batch: u32,
    /// The most mutations of the next one.
    pub max: usize,
    /// Whether its mutations were sent before.
    pub in_doubt: bool,
    /// Whether it is a transaction group, applied as a whole or not at all.
    pub atomic: bool,
    /// Its records.
    pub records: Vec<(ModelId, Key)>,
    /// Why some of it has no outcome.
    pub unsure: Option<Failure>,
}

/// What a request was about; it comes back with the answer.
#[derive(Clone, Debug)]
pub enum Purpose {
    /// A page.
    Page {
        /// Which.
        page: PageId,
        /// The sync it belongs to.
        sync: NextSync,
    },
    /// Which of the records that the device holds are no longer in its scope (SYNC 2.8); the page waits for it.
    ScopeCheck {
        /// Which page.
        page: PageId,
        /// The page.
        fetched: Box<Fetched>,
        /// What is held, at which versions.
        held: Vec<(Key, i64)>,
    },
    /// A batch of mutations.
    Batch {
        /// The batch.
        flight: Flight,
        /// Its entries.
        entries: Vec<Entry>,
    },
    /// Before a batch whose outcome is unknown is sent again to a server without ids: a look at the record of the first
    /// of `left` (SYNC 2.2).
    Verify {
        /// The batch.
        flight: Flight,
        /// Entries whose record is looked at.
        left: Vec<Entry>,
        /// What is known of the others.
        looked: Vec<Looked>,
    },
    /// A mutation that was sent under an earlier schema, once more as it was (SYNC 1.13).
    Original {
        /// The batch.
        flight: Flight,
        /// What is to be done beside it.
        work: Resend,
        /// The mutation, as it is now.
        entry: Entry,
        /// As it was.
        original: Box<Original>,
    },
    /// A look at its record: what it says is to be read under the new schema.
    Shown {
        /// The batch.
        flight: Flight,
        /// What is to be done beside it.
        work: Resend,
        /// The mutation, and what was said of it.
        shown: Shown,
    },
    /// A look at the record of the first of `left`: they wait for what the server has in fields that are new (SYNC 1.13).
    Fill {
        /// Stands for the batch in which nothing was to be sent.
        flight: Flight,
        /// Entries whose record is asked for.
        left: Vec<Entry>,
    },
    /// A look at the first record that the answer did not hold (SYNC 1.8).
    Look {
        /// The batch.
        flight: Flight,
        /// What is known of it.
        known: Known,
    },
}

/// Something under way.
#[derive(Clone, Debug)]
pub enum Message {
    /// A request reaches the server.
    Request {
        /// Who asks.
        from: Address,
        /// Its number.
        number: u64,
        /// By which names it speaks.
        names: Names,
        /// The body.
        body: String,
        /// What it is about.
        purpose: Purpose,
    },
    /// An answer, or its absence, reaches a device.
    Answer {
        /// Who asked.
        to: Address,
        /// The request's number.
        number: u64,
        /// What it was about.
        purpose: Purpose,
        /// The body; `None`: time is up.
        body: Option<(u16, Vec<u8>)>,
    },
    /// A device's connection reaches the server, or does not.
    Connect {
        /// Who connects.
        from: Address,
        /// The connection.
        connection: u64,
    },
    /// A connection is open.
    Connected {
        /// Whose.
        to: Address,
        /// The connection.
        connection: u64,
    },
    /// A connection is gone, or was never there.
    Lost {
        /// Whose.
        to: Address,
        /// The connection.
        connection: u64,
    },
    /// A connection should be open by now.
    NotConnected {
        /// Whose.
        to: Address,
        /// The connection.
        connection: u64,
    },
    /// A connection's subscriptions to a model should run by now.
    Impatient {
        /// Whose.
        to: Address,
        /// The connection.
        connection: u64,
        /// The model.
        model: ModelId,
    },
    /// A subscription reaches the server.
    Subscribe {
        /// Who subscribes.
        from: Address,
        /// To what.
        subscriber: Subscriber,
        /// By which names.
        names: Names,
        /// In which words.
        request: Request,
        /// Whether they hold a filter.
        filtered: bool,
    },
    /// A subscription runs, or the server refuses it.
    Subscribed {
        /// Whose.
        to: Address,
        /// Which.
        subscriber: Subscriber,
        /// What the server says.
        said: Said,
    },
    /// An event reaches a device.
    Frame {
        /// Which subscription.
        subscriber: Subscriber,
        /// The frame.
        text: String,
    },
    /// A conflict handler has thought.
    Handler {
        /// Whose.
        to: Address,
        /// What about.
        thought: Thought,
    },
    /// A timer rings.
    Timer {
        /// Whose.
        to: Address,
        /// Which.
        timer: Timer,
        /// Which setting of it.
        setting: u64,
    },
}

impl Message {
    /// Whether it is no more than the passing of time.
    #[must_use]
    pub fn is_time(&self) -> bool {
        matches!(
            self,
            Message::Timer { .. }
                | Message::Answer { body: None, .. }
                | Message::NotConnected { .. }
                | Message::Impatient { .. }
        )
    }
}

/// A message and when it arrives; of two at once the one that was sent first.
pub struct Scheduled {
    /// When, in ms since the world began.
    pub at: u64,
    /// Its place in the order in which messages were sent.
    pub order: u64,
    /// The message.
    pub message: Message,
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Scheduled) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Scheduled {}
impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Scheduled) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Scheduled {
    fn cmp(&self, other: &Scheduled) -> Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl Volatile {
    /// Whether this request has been answered. The first answer counts; a time-out behind an answer is none.
    pub fn is_answered(&mut self, number: u64, body: Option<&(u16, Vec<u8>)>) -> bool {
        if body.is_some() {
            // A repeated answer is handed on: what it is about has to know it again.
            self.answered.insert(number);
            false
        } else {
            self.answered.contains(&number)
        }
    }
}
