//! Groups: identical subscriptions, matched once and serialized once per event (SYNC 3.7).

use super::state::SubscriptionId;
use crate::caller::Caller;
use crate::exec::{Selection, Values};
use std::collections::BTreeMap;
use std::sync::Arc;
use syncline_backend::{Committed, Row};
use syncline_core::ModelId;
use syncline_core::predicate::Filter;
use syncline_core::record::MutationOp;
use syncline_protocol::extension::{FrameExtension, Leave};

/// What makes subscriptions identical: their text, their values and the kind of their caller. Documents come from
/// libraries, so that equal subscriptions have equal texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GroupKey {
    pub(super) document: String,
    pub(super) operation: Option<String>,
    pub(super) variables: String,
    pub(super) principal: &'static str,
}

/// What the subscriptions of a group ask for.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(super) model: ModelId,
    pub(super) op: MutationOp,
    /// What the caller may see and wants to see.
    pub(super) scope: Filter,
    /// The root field's key in the data.
    pub(super) alias: String,
    pub(super) selection: Selection,
    pub(super) caller: Caller,
    pub(super) variables: Values,
}

impl Wanted {
    /// Whether a record is in the group's scope, also as a tombstone.
    fn selects(&self, row: &Row) -> bool {
        self.scope.matches(&row.record, row.meta.deleted)
    }

    /// Whether this change is an event for the group: by the record as it is after the change.
    pub(super) fn hears_of(&self, change: &Committed) -> bool {
        self.selects(&change.after)
    }

    /// Whether the record was in the group's scope before this change and no longer is (SYNC 2.8).
    pub(super) fn loses(&self, change: &Committed) -> bool {
        change.before.as_ref().is_some_and(|before| self.selects(before)) && !self.selects(&change.after)
    }
}

/// A group.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) wanted: Arc<Wanted>,
    pub(super) members: BTreeMap<SubscriptionId, Member>,
}

/// One subscription of a group.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) negotiated: bool,
    /// Whose mutations it is not told of.
    pub(super) origin: Option<Arc<str>>,
    /// The sequence of the last event it was told of.
    pub(super) last: Option<i64>,
}

impl Member {
    /// Whether it is told of this change: not of its own, which its answer tells of.
    pub(super) fn is_told_of(&self, change: &Committed) -> bool {
        self.origin.is_none() || self.origin != change.origin
    }

    /// What a frame for the event `seq` says beside its data; notes that it was told.
    pub(super) fn tell(&mut self, seq: i64, leave: Option<Leave>) -> Option<FrameExtension> {
        let prev = self.last.replace(seq);
        self.negotiated.then_some(FrameExtension { seq, prev, leave })
    }
}
