//! The handle to a transaction.

use crate::StoreError;
use crate::absent::Absent;
use crate::change::{Changes, Source};
use crate::layout::Table;
use crate::local::{self, Loaded};
use crate::read::Reads;
use rusqlite::Connection;
use syncline_core::record::{Conflict, Local, fold};
use syncline_core::{ModelId, Record, Versioned};

/// One operation of a transaction. It is handed out by [`Store::attempt`](crate::Store::attempt) and
/// [`Store::write`](crate::Store::write).
#[derive(Debug)]
pub struct Tx<'a> {
    pub(crate) reads: &'a Reads,
    pub(crate) changes: &'a mut Changes,
    pub(crate) absent: &'a mut Absent,
    /// The time, in ms since the epoch, as the store was told it; 0 if it was not.
    pub(crate) now_ms: i64,
    /// Whether anything of any model is set aside, once somebody wanted to know.
    pub(crate) quarantine: Option<bool>,
}

impl Tx<'_> {
    /// Reads that see what this transaction has written so far.
    #[must_use]
    pub fn reads(&self) -> &Reads {
        self.reads
    }

    /// From now on the operation keeps the server's records that it stores, for [`Tx::received`].
    pub fn keep_received(&mut self) {
        self.changes.received = Some(Vec::new());
    }

    /// The server's records that the operation has stored since [`Tx::keep_received`], also where pending mutations hide
    /// them.
    #[must_use]
    pub fn received(&mut self) -> Vec<Versioned> {
        self.changes.received.take().unwrap_or_default()
    }

    pub(super) fn conn(&self) -> &Connection {
        &self.reads.conn
    }

    /// Notes that the server does not show a field of a record that has come: reads of the model look for that from now on.
    pub(super) fn note_unreadable(&self, table: &Table, record: &Record) -> Result<(), StoreError> {
        if record.unreadable().next().is_some() {
            let sql = "INSERT OR IGNORE INTO _unreadable VALUES (?1)";
            crate::sql::execute(self.conn(), sql, [&table.model.name])?;
        }
        Ok(())
    }

    /// Adds to the conflict log what a decision about the record `key_text` met, whose server record is `version`.
    pub(super) fn log(
        &self,
        table: &Table,
        key_text: &str,
        version: Option<i64>,
        conflicts: &[Conflict],
    ) -> Result<(), StoreError> {
        let met = local::Met { at: self.now_ms, version };
        local::log(self.conn(), table, key_text, met, conflicts)
    }

    pub(super) fn store(
        &mut self,
        table: &Table,
        before: Loaded,
        after: &Local,
        visible: Option<&Record>,
        source: Source,
    ) -> Result<(), StoreError> {
        let shown = if after.entries.is_empty() { after.server.live().is_some() } else { visible.is_some() };
        if !shown {
            self.absent.add(&table.model.name, &before.key_text);
        }
        local::store(&self.reads.conn, table, self.changes, before, after, visible, source)
    }
}

/// What the application sees of a record.
pub(crate) fn visible(table: &Table, local: &Local) -> Option<Record> {
    fold(&table.model, &local.server, &local.entries)
}

/// The table of a model, borrowed apart from the transaction.
pub(super) fn table(reads: &Reads, model: ModelId) -> Result<&Table, StoreError> {
    reads.tables.get(model)
}
