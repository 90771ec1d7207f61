//! Which cells of the tables of decisions are taken: what the simulator counts (see [`crate::faults`]). It decides nothing,
//! and is nothing in a product build.

use super::{Entry, EntryState, Local, MutationOp, Presence, Rebased};
use crate::Meta;
use crate::faults::cell;

fn op_name(op: MutationOp) -> &'static str {
    match op {
        MutationOp::Create => "create",
        MutationOp::Update => "update",
        MutationOp::Delete => "delete",
    }
}

/// The table of coalescing: the last entry of a record, and what comes in.
pub(super) fn coalesced(local: &Local, incoming: &Entry) {
    cell(|| {
        let last = local.entries.last();
        let row = last.map_or_else(|| "nothing".to_owned(), pending);
        let op = op_name(incoming.op);
        // What is in flight, parked or conditional takes nothing in, of whatever group.
        let group = last.filter(|last| last.joins(last)).and_then(|last| last.group);
        let column = match (&incoming.condition, incoming.group) {
            (Some(_), _) => format!("conditional {op}"),
            (None, None) => op.to_owned(),
            (None, own) if group.is_some() && group != own => format!("{op} of another group"),
            (None, Some(_)) => format!("{op} of a group"),
        };
        format!("coalesce: {row} × {column}")
    });
}

fn pending(entry: &Entry) -> String {
    let op = op_name(entry.op);
    match &entry.state {
        EntryState::Sent => format!("sent {op}"),
        EntryState::Parked(_) => format!("parked {op}"),
        EntryState::Unsent if entry.condition.is_some() => format!("conditional {op}"),
        EntryState::Unsent if entry.group.is_some() => format!("{op} of a group"),
        EntryState::Unsent => op.to_owned(),
    }
}

/// The table of what may replace what.
pub(super) fn admitted(known: &Presence, incoming: Meta, accept_equal: bool, later_life: bool) {
    cell(|| {
        let row = match known {
            Presence::Unknown => "unknown",
            Presence::Evicted(_) => "evicted",
            Presence::Deleted(_) => "deleted",
            Presence::Live(_) => "live",
        };
        let what = if incoming.deleted { "tombstone" } else { "record" };
        let version = match known.version().map(|known| incoming.version.cmp(&known)) {
            None => "",
            Some(_) if later_life => ", of a later life",
            Some(std::cmp::Ordering::Less) => ", older",
            Some(std::cmp::Ordering::Equal) if accept_equal => ", the same, in another scope",
            Some(std::cmp::Ordering::Equal) => ", the same",
            Some(std::cmp::Ordering::Greater) => ", newer",
        };
        format!("reconcile: {row} × {what}{version}")
    });
}

/// The table of what a record that is taken meets.
pub(super) fn reconciled(local: &Local) {
    cell(|| {
        let has = |state: fn(&EntryState) -> bool| local.entries.iter().any(|entry| state(&entry.state));
        let (sent, unsent) = (local.in_flight(), has(|state| *state == EntryState::Unsent));
        let row = match (sent, unsent, local.entries.is_empty()) {
            (_, _, true) => "nothing pending",
            (true, true, _) => "something in flight, and more behind it",
            (true, false, _) => "something in flight",
            (false, true, _) => "something unsent",
            (false, false, _) => "something parked",
        };
        format!("reconcile: taken over {row}")
    });
}

/// Where an entry stands when it is rebased.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    op: MutationOp,
    group: bool,
    over: &'static str,
    entries: usize,
    conflicts: usize,
}

impl Standing {
    pub(super) fn of(server: &Presence, entry: &Entry, done: &Rebased) -> Standing {
        let over = match (&done.visible, server) {
            (Some(_), _) => "a record",
            (None, Presence::Deleted(_)) => "a tombstone",
            (None, _) => "nothing",
        };
        Standing {
            op: entry.op,
            group: entry.group.is_some(),
            over,
            entries: done.entries.len(),
            conflicts: done.conflicts.len(),
        }
    }

    /// The table of rebasing: the entry, what it meets, and what is left of it.
    pub(super) fn rebased(self, done: &Rebased) {
        cell(|| {
            let group = if self.group { " of a group" } else { "" };
            let left = if done.entries.len() > self.entries { "kept" } else { "gone" };
            let conflict = if done.conflicts.len() > self.conflicts { ", with a conflict" } else { "" };
            format!("rebase: {}{group} over {}: {left}{conflict}", op_name(self.op), self.over)
        });
    }
}
