//! A page of a delta sync that also says what left its scope (SYNC 2.8): the same in every store.

use syncline_core::record::MutationOp;
use syncline_core::{Key, Meta, Model, Value};

use crate::driver::Budget;
use crate::{Leave, Row, Scope, Sync};

/// The most changed records that are looked at for one page. A page that comes to it is short and has a next one.
const LOOKED_AT: usize = 10_000;

/// A line of the change log, as it is undone.
#[derive(Clone, Debug, PartialEq)]
pub struct Undone {
    /// The version that the change made.
    pub version: i64,
    /// What it was.
    pub op: MutationOp,
    /// The fields that it changed, with their values before.
    pub before: Vec<(usize, Value)>,
}

/// Whether `scope` selected the record, alive, before one of `lines`: the log lines of its changes since a sync, newest
/// first. They end with the state at that sync. A client may hold what was in its scope at any time since then, for it
/// may have heard of it live.
///
/// # Errors
/// The first of `lines`.
pub fn was_visible<E>(
    scope: &Scope,
    row: &Row,
    lines: impl IntoIterator<Item = Result<Undone, E>>,
) -> Result<bool, E> {
    let mut record = row.record.clone();
    for line in lines {
        let line = line?;
        for (field, value) in line.before {
            record[field] = value;
        }
        let alive = match line.op {
            // Over nothing: there was no record before. Over a tombstone: that is all there was at that time.
            MutationOp::Create if line.version == 1 => return Ok(false),
            MutationOp::Create => false,
            MutationOp::Update | MutationOp::Delete => true,
        };
        if alive && scope.selects(&record, false) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a changed record is to a delta.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// In scope: the page brings it.
    Selected,
    /// No longer in scope: the page says so.
    Left,
    /// Out of scope all the time, or for another sync to tell.
    Never,
}

/// Collects such a page from the changed records, in the order of their sequence.
#[derive(Debug)]
pub struct DeltaPage {
    pub(crate) rows: Vec<Row>,
    pub(crate) leaves: Vec<Leave>,
    /// The sequence number of the last record looked at.
    pub(crate) end: Option<i64>,
    limit: usize,
    budget: Budget,
    looked_at: usize,
}

impl DeltaPage {
    /// An empty page of `sync`.
    #[must_use]
    pub fn new(model: &Model, sync: &Sync) -> DeltaPage {
        DeltaPage {
            rows: Vec::new(),
            leaves: Vec::new(),
            end: None,
            limit: sync.limit.max(1),
            budget: Budget::new(model, sync.max_bytes),
            looked_at: 0,
        }
    }

    /// Whether it takes no further record, so that none needs to be looked at.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.rows.len() + self.leaves.len() >= self.limit || self.looked_at >= LOOKED_AT
    }

    /// Takes the next changed record; false if the page has no room for it, and ends before it.
    pub fn takes(&mut self, model: &Model, row: Row, seen: Seen) -> bool {
        if seen == Seen::Selected && !self.budget.takes(&row) {
            return false;
        }
        self.looked_at += 1;
        self.end = Some(row.seq);
        match seen {
            Seen::Selected => self.rows.push(row),
            Seen::Left => {
                let Meta { version, last_changed_at: changed_at, .. } = row.meta;
                self.leaves.push(Leave { key: Key::of(model, &row.record), version, changed_at });
            }
            Seen::Never => {}
        }
        true
    }
}
