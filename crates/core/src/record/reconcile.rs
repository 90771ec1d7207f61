//! What a record that arrives does.

use super::handler::{Settlement, attempt, keep_base};
use super::rebase::{Judge, Pass, pass};
use super::{
    Answers, Conflict, Entry, Held, Local, Presence, Settled, Settles, cells, fold, fold::step, rebase,
    rebase_merging,
};
use crate::faults::{Rule, is_broken};
use crate::{Meta, Model, Record, Versioned};

/// What a record that arrived does.
#[derive(Clone, Debug, PartialEq)]
pub enum Reconciled {
    /// Nothing: the device already knows this version or a newer one.
    Skip,
    /// It is the server's record now.
    Apply {
        /// What the device knows now.
        local: Local,
        /// What the application sees now.
        visible: Option<Record>,
        /// Entries of which nothing is left.
        superseded: Vec<Entry>,
        /// What both sides had changed.
        conflicts: Vec<Conflict>,
    },
    /// It is the server's record now, and a conflict is for the application's handler to settle: the entries stay as they
    /// are, and nothing of the record is sent until then.
    AskHandler {
        /// What the device knows now.
        local: Local,
        /// What the application sees now.
        visible: Option<Record>,
    },
}

/// How much later a record with a version that is not newer must have changed to be a later life of its key, in ms.
///
/// - *A late message is not taken for one.* Stamps are made at the commit, however late a message arrives, and within a life
///   a lower version was stamped earlier or at the same time: on a Syncline server stamps never decrease, whatever its clock
///   does (SYNC 3.1); those of several hosts differ by what their clocks do, which is far less than this.
/// - *A later life is not missed.* Between the two the server has deleted the record and forgotten its tombstone, which it
///   keeps for longer than this. Where it keeps it for less, the key waits until its version passes the one that is known.
/// - *The reverse does not hold*: a version that is newer is taken whatever its stamp. An earlier life's last message would
///   have to be on its way for longer than tombstones are kept; a record that was imported with old stamps, or one of a
///   server whose clock was set back, would be refused for good.
/// - Over a tombstone any later stamp will do, as SYNC 1.9 says. Should the clocks of two hosts let a record pass that
///   changed before it was deleted, the next delta brings the tombstone again, whose version is the higher one.
pub const LATER_LIFE_MS: i64 = 60_000;

/// Whether a record with this metadata may replace what the device knows (I4, SYNC 1.9).
///
/// `accept_equal` lets the same version in again: after the scope's fingerprint changed, its readable fields may have
/// (SYNC 2.7).
#[must_use]
pub fn admits(known: &Presence, incoming: Meta, accept_equal: bool) -> bool {
    let later_life = is_later_life(known, incoming);
    cells::admitted(known, incoming, accept_equal, later_life);
    if is_broken(Rule::VersionCheck) || later_life {
        return true;
    }
    match known {
        Presence::Unknown => true,
        Presence::Evicted(left) => incoming.version >= left.version,
        Presence::Deleted(meta) => incoming.version > meta.version,
        Presence::Live(versioned) => {
            let version = versioned.meta.version;
            let same = accept_equal && incoming.version == version;
            incoming.version > version || same
        }
    }
}

/// Whether `incoming` is what is known, with other fields shown: its version is the same, and what the server does not show of
/// it is not (SYNC 1.8). Of a page that is the word on what may be read, whether it is more or less.
/// → an answer brings a record, of which a field is not shown; the rules change, and only then the first base sync asks for its
/// model: passed over as the same, the record goes on without what everybody may read by now.
#[must_use]
pub fn shows_otherwise(known: &Presence, incoming: &Versioned) -> bool {
    let Presence::Live(known) = known else { return false };
    known.meta == incoming.meta && known.record.unreadable().ne(incoming.record.unreadable())
}

/// Whether a record is another one than the one that is known, under the same key.
fn is_later_life(known: &Presence, incoming: Meta) -> bool {
    let later = |at: i64| incoming.last_changed_at > at.saturating_add(LATER_LIFE_MS);
    match known {
        Presence::Live(versioned) => {
            incoming.version <= versioned.meta.version && later(versioned.meta.last_changed_at)
        }
        // Over a tombstone a later life of the key starts again at version 1. Its own tombstone counts too.
        // → the delta brings only that; skipped as older, it would let a late frame of that life bring the record back.
        Presence::Deleted(meta) => {
            incoming.version <= meta.version && incoming.last_changed_at > meta.last_changed_at
        }
        // → it left at v6, was deleted while nobody told this device, was forgotten, and is made anew in its scope at v1.
        Presence::Evicted(left) => incoming.version < left.version && left.changed_at.is_some_and(later),
        Presence::Unknown => false,
    }
}

/// Takes a record from a sync page or a live frame. While an entry of this record is in flight, only the server's
/// record changes and the fold shows the result; the entries behind it are rebased when its outcome is known.
#[must_use]
pub fn reconcile(model: &Model, mut local: Local, incoming: Versioned, accept_equal: bool) -> Reconciled {
    if !admits(&local.server, incoming.meta, accept_equal) {
        return Reconciled::Skip;
    }
    cells::reconciled(&local);
    keep_base(&mut local);
    if is_later_life(&local.server, incoming.meta) {
        // Of a later life this device has made nothing.
        local.own = None;
    }
    local.server = present(incoming);
    let (visible, superseded, conflicts) = settle_on(model, &mut local, None);
    if local.asks() {
        return Reconciled::AskHandler { local, visible };
    }
    Reconciled::Apply { local, visible, superseded, conflicts }
}

/// Brings the entries of a record in line with the server's record for a person who sends some of them once more, or has
/// written one anew. Who settles the record's conflicts does so as ever; but where members of groups are among them, all is
/// settled field by field, as [`rebase_merging`] says. An entry in flight comes first: its outcome does the rest.
#[must_use]
pub fn resume(model: &Model, mut local: Local) -> Settled {
    let grouped = local.entries.iter().any(|entry| entry.group.is_some());
    let merges = !local.in_flight() && (grouped || local.settles == Settles::Device);
    let (visible, superseded, conflicts) = if merges {
        let rebased = rebase_merging(model, &local.server, std::mem::take(&mut local.entries));
        (local.entries, local.held) = (rebased.entries, None);
        (rebased.visible, rebased.superseded, rebased.conflicts)
    } else {
        settle_on(model, &mut local, None)
    };
    Settled { local, visible, superseded, conflicts }
}

/// What the server's record is, alive or not.
pub(super) fn present(versioned: Versioned) -> Presence {
    if versioned.meta.deleted { Presence::Deleted(versioned.meta) } else { Presence::Live(versioned) }
}

/// Brings the entries in line with the server's record, and says what is visible then. `refused` is the id of an entry of
/// which the server has said that it is in conflict: if the server settles, that one is not sent as it is again.
pub(super) fn settle_on(model: &Model, local: &mut Local, refused: Option<&str>) -> Settlement {
    match local.settles {
        Settles::Handler => match attempt(model, local, &Answers::default()) {
            Ok(settled) => settled,
            Err(_) => {
                local.held.get_or_insert(Held { base: None, asks: true }).asks = true;
                (fold(model, &local.server, &local.entries), Vec::new(), Vec::new())
            }
        },
        _ if local.in_flight() => (fold(model, &local.server, &local.entries), Vec::new(), Vec::new()),
        Settles::Server => leave_to_server(model, local, refused),
        Settles::Device => {
            let rebased = rebase(model, &local.server, std::mem::take(&mut local.entries));
            local.entries = rebased.entries;
            (rebased.visible, rebased.superseded, rebased.conflicts)
        }
    }
}

/// An entry that meets a conflict stays as it is, and so do those behind it: it goes out on the version that it was made
/// on, so that the server asks its handler (SYNC 1.6).
fn leave_to_server(model: &Model, local: &mut Local, refused: Option<&str>) -> Settlement {
    let entries = std::mem::take(&mut local.entries);
    let first = entries.iter().find(|entry| !entry.is_parked()).and_then(|entry| entry.base_version);
    let opened = match pass(model, &local.server, entries, &Judge::Server { but: refused }) {
        Pass::Done(done) => {
            local.entries = done.entries;
            return (done.visible, done.superseded, done.conflicts);
        }
        Pass::Open(opened) => *opened,
    };
    let (mut before, mut entry) = (opened.before, opened.entry);
    // Without the version that all was made on it would go out on the server's, or on what is before it.
    entry.base_version = entry.base_version.or(first).or(Some(0));
    for entry in std::iter::once(entry).chain(opened.rest) {
        before.visible = step(model, before.visible.take(), &entry);
        before.entries.push(entry);
    }
    local.entries = before.entries;
    (before.visible, before.superseded, before.conflicts)
}
