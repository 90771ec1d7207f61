//! Records from the server, one at a time.

use super::group::grouped;
use super::{ParkedWith, Tx, table};
use crate::change::Source;
use crate::layout::Table;
use crate::{StoreError, local, validate};
use syncline_core::predicate::Filter;
use syncline_core::record::{Conflict, Left, Presence, Reconciled, admits, reconcile, shows_otherwise};
use syncline_core::{Key, Meta, ModelId, Versioned};

/// What a record from the server did.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// What became of the record.
    pub effect: Effect,
    /// The ids of pending mutations of which nothing is left: the record already says it, or took precedence.
    pub superseded: Vec<String>,
    /// What both sides had changed.
    pub conflicts: Vec<Conflict>,
    /// Mutations of transactions that are parked because one of them met a conflict (SYNC 2.5).
    pub parked: Vec<ParkedWith>,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the device knows this version or a newer one, or the record is out of scope and unknown.
    Skipped,
    /// Nothing that is visible: the device knows more than before.
    Unseen,
    /// A record appeared.
    Added,
    /// A record changed, or its version did.
    Updated,
    /// A record went.
    Deleted,
    /// A record left the sync expression and went (SYNC 1.9).
    Evicted,
}

/// Which records of the version that is known are taken again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Equal {
    /// None: a frame may be late.
    Skip,
    /// Those of which other fields are shown than of what is held.
    Shown,
    /// All: the scope is another one (SYNC 2.7), or the model has new fields.
    Take,
}

impl From<Effect> for Applied {
    fn from(effect: Effect) -> Applied {
        Applied { effect, superseded: Vec::new(), conflicts: Vec::new(), parked: Vec::new() }
    }
}

impl Tx<'_> {
    /// Takes a record from a live frame. One that the sync expression does not select is ignored if it is unknown and
    /// evicted if it is held and nothing is pending on it; tombstones always count.
    ///
    /// # Errors
    /// A record that cannot be stored, because it has no key or a value of another type.
    pub fn apply_frame(
        &mut self,
        model: ModelId,
        row: Versioned,
        expression: &Filter,
    ) -> Result<Applied, StoreError> {
        let table = table(self.reads, model)?;
        let mut row = row;
        let key = validate::remote(table, &mut row.record)?;
        self.note_unreadable(table, &row.record)?;
        if self.has_quarantine(table)? {
            self.readable_again(table, &key, row.meta.version)?;
        }
        self.apply_remote(table, &key, row, expression, Equal::Skip)
    }

    /// Takes note that a record is no longer in the device's scope (SYNC 2.8). It goes, unless edits of it are pending: then
    /// their outcome decides.
    ///
    /// # Errors
    /// An unknown model, or a failing disk.
    pub fn apply_leave(&mut self, model: ModelId, key: &Key, left: Left) -> Result<Effect, StoreError> {
        let table = table(self.reads, model)?;
        self.leave_scope(table, key, left)
    }

    pub(super) fn leave_scope(&mut self, table: &Table, key: &Key, left: Left) -> Result<Effect, StoreError> {
        let before = local::load(self.conn(), table, key)?;
        if !before.local.entries.is_empty() {
            return Ok(Effect::Skipped);
        }
        // Who is asked what is gone does not say since when, unless that is what is known already.
        let known = match &before.local.server {
            Presence::Live(known) if known.meta.version == left.version => Some(known.meta.last_changed_at),
            Presence::Evicted(known) if known.version == left.version => known.changed_at,
            _ => None,
        };
        let changed_at = left.changed_at.or(known);
        self.evict(table, before, Left { changed_at, ..left }, true)
    }

    pub(super) fn apply_remote(
        &mut self,
        table: &Table,
        key: &Key,
        row: Versioned,
        expression: &Filter,
        equal: Equal,
    ) -> Result<Applied, StoreError> {
        let before = local::load(self.conn(), table, key)?;
        let accept_equal = match equal {
            Equal::Skip => false,
            Equal::Shown => shows_otherwise(&before.local.server, &row),
            Equal::Take => true,
        };
        let selected = row.meta.deleted || expression.matches(&row.record, false);
        if !selected && before.local.entries.is_empty() {
            let left = Left { version: row.meta.version, changed_at: Some(row.meta.last_changed_at) };
            return Ok(self.evict(table, before, left, accept_equal)?.into());
        }
        let arrived = self.changes.received.is_some().then(|| row.clone());
        let reconciled = reconcile(&table.model, before.local.clone(), row, accept_equal);
        let (after, visible, superseded, conflicts) = match reconciled {
            Reconciled::Apply { local, visible, superseded, conflicts } => {
                (local, visible, superseded, conflicts)
            }
            Reconciled::AskHandler { local, visible } => (local, visible, Vec::new(), Vec::new()),
            Reconciled::Skip => return Ok(Effect::Skipped.into()),
        };
        arrived.iter().for_each(|row| self.changes.receive(row));
        self.log(table, &before.key_text, after.server.version(), &conflicts)?;
        let effect = match (&before.visible, &visible) {
            (None, None) => Effect::Unseen,
            (None, Some(_)) => Effect::Added,
            (Some(_), Some(_)) => Effect::Updated,
            (Some(_), None) => Effect::Deleted,
        };
        let entries = grouped(&before.local.entries);
        self.store(table, before, &after, visible.as_ref(), Source::Remote)?;
        let parked = self.park_groups(&entries, &after.entries, None)?;
        let superseded = superseded.into_iter().map(|entry| entry.id).collect();
        Ok(Applied { effect, superseded, conflicts, parked })
    }

    /// Takes note that a record is out of scope at this version.
    fn evict(
        &mut self,
        table: &Table,
        before: local::Loaded,
        left: Left,
        accept_equal: bool,
    ) -> Result<Effect, StoreError> {
        let effect = match before.local.server {
            Presence::Live(_) => Effect::Evicted,
            Presence::Evicted(_) => Effect::Unseen,
            Presence::Unknown | Presence::Deleted(_) => return Ok(Effect::Skipped),
        };
        let (version, last_changed_at) = (left.version, left.changed_at.unwrap_or(0));
        let meta = Meta { version, last_changed_at, deleted: false };
        if !admits(&before.local.server, meta, accept_equal) {
            return Ok(Effect::Skipped);
        }
        let mut after = before.local.clone();
        after.server = Presence::Evicted(left);
        self.store(table, before, &after, None, Source::Remote)?;
        Ok(effect)
    }
}
