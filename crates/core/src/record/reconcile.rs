//! What a record that arrives does.

use super::{Conflict, Entry, Local, Presence, fold, rebase};
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
}

/// Whether a record with this metadata may replace what the device knows (I4, SYNC 1.9).
///
/// `accept_equal` lets the same version in again: after the scope's fingerprint changed, its readable fields may have
/// (SYNC 2.7).
#[must_use]
pub fn admits(known: &Presence, incoming: Meta, accept_equal: bool) -> bool {
    if is_broken(Rule::VersionCheck) {
        return true;
    }
    match known {
        Presence::Unknown => true,
        Presence::Evicted(version) => incoming.version >= *version,
        Presence::Deleted(meta) => {
            // A later life of the key starts again at version 1.
            let later_life = !incoming.deleted && incoming.last_changed_at > meta.last_changed_at;
            incoming.version > meta.version || later_life
        }
        Presence::Live(versioned) => {
            let version = versioned.meta.version;
            incoming.version > version || (accept_equal && incoming.version == version)
        }
    }
}

/// Takes a record from a sync page or a live frame. While an entry of this record is in flight, only the server's
/// record changes and the fold shows the result; the entries behind it are rebased when its outcome is known.
#[must_use]
pub fn reconcile(model: &Model, mut local: Local, incoming: Versioned, accept_equal: bool) -> Reconciled {
    if !admits(&local.server, incoming.meta, accept_equal) {
        return Reconciled::Skip;
    }
    local.server = present(incoming);
    let in_flight = local.in_flight();
    let (visible, superseded, conflicts) = settle_on(model, &mut local, in_flight);
    Reconciled::Apply { local, visible, superseded, conflicts }
}

/// What the server's record is, alive or not.
pub(super) fn present(versioned: Versioned) -> Presence {
    if versioned.meta.deleted { Presence::Deleted(versioned.meta) } else { Presence::Live(versioned) }
}

/// Brings the entries in line with the server's record, and says what is visible then.
pub(super) fn settle_on(
    model: &Model,
    local: &mut Local,
    in_flight: bool,
) -> (Option<Record>, Vec<Entry>, Vec<Conflict>) {
    if in_flight {
        (fold(model, &local.server, &local.entries), Vec::new(), Vec::new())
    } else {
        let rebased = rebase(model, &local.server, std::mem::take(&mut local.entries));
        local.entries = rebased.entries;
        (rebased.visible, rebased.superseded, rebased.conflicts)
    }
}
