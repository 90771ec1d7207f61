//! What a device knows of one record.

use super::{Entry, Held, Settles};
use crate::{Meta, Versioned};

/// What the device knows of the server's record: three kinds of absence, and presence (SYNC 1.9).
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// Nothing is known.
    Unknown,
    /// It was here and left the device's scope; it may come back.
    Evicted(Left),
    /// The server deleted it.
    Deleted(Meta),
    /// The server's record, as last seen.
    Live(Versioned),
}

/// What is known of a record that left the device's scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The version at which it left, or a later one that is out of scope as well.
    pub version: i64,
    /// When the server made that version, in ms since the epoch; `None`: it is not known.
    pub changed_at: Option<i64>,
}

impl Presence {
    /// The server's record, if it is alive.
    #[must_use]
    pub fn live(&self) -> Option<&Versioned> {
        match self {
            Presence::Live(versioned) => Some(versioned),
            _ => None,
        }
    }

    /// The last version seen.
    #[must_use]
    pub fn version(&self) -> Option<i64> {
        match self {
            Presence::Unknown => None,
            Presence::Evicted(left) => Some(left.version),
            Presence::Deleted(meta) => Some(meta.version),
            Presence::Live(versioned) => Some(versioned.meta.version),
        }
    }
}

/// The versions `from..=to` of a record were all made by this device, one after the other: `from` is the version the
/// first of those mutations was based on. A save of a value read at or after `from` therefore meets no foreign change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnRange {
    /// The version before the first own change.
    pub from: i64,
    /// The version after the last one.
    pub to: i64,
}

/// What a device knows of one record: the first term of the fold and the terms after it, in order (SYNC 1.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    /// The server's record.
    pub server: Presence,
    /// The entries of this record, in order: sent ones first.
    pub entries: Vec<Entry>,
    /// Which versions this device made itself.
    pub own: Option<OwnRange>,
    /// Who settles what both sides changed.
    pub settles: Settles,
    /// What the application's conflict handler needs; only if it is the one who settles.
    pub held: Option<Held>,
}

impl Local {
    /// A record whose conflicts this device settles, and of which no version is its own.
    #[must_use]
    pub fn new(server: Presence, entries: Vec<Entry>) -> Local {
        Local { server, entries, own: None, settles: Settles::default(), held: None }
    }

    /// Whether the application's conflict handler is to be asked: until it has answered, nothing of the record is sent.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.held.as_ref().is_some_and(|held| held.asks)
    }

    /// Whether an entry's outcome is unknown.
    #[must_use]
    pub fn in_flight(&self) -> bool {
        self.entries.iter().any(|entry| entry.state == super::EntryState::Sent)
    }

    /// Whether somebody else changed the record after `version`.
    #[must_use]
    pub fn foreign_since(&self, version: i64) -> bool {
        let Some(now) = self.server.version() else { return false };
        let own = self.own.is_some_and(|own| own.to == now && own.from <= version);
        now > version && !own
    }
}
