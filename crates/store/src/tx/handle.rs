//! The handle to a transaction.

use crate::StoreError;
use crate::absent::Absent;
use crate::change::{Changes, Source};
use crate::layout::Table;
use crate::local::{self, Loaded};
use crate::read::Reads;
use rusqlite::Connection;
use syncline_core::record::{Local, fold};
use syncline_core::{ModelId, Record};

/// One operation of a transaction. It is handed out by [`Store::attempt`](crate::Store::attempt) and
/// [`Store::write`](crate::Store::write).
#[derive(Debug)]
pub struct Tx<'a> {
    pub(crate) reads: &'a Reads,
    pub(crate) changes: &'a mut Changes,
    pub(crate) absent: &'a mut Absent,
}

impl Tx<'_> {
    /// Reads that see what this transaction has written so far.
    #[must_use]
    pub fn reads(&self) -> &Reads {
        self.reads
    }

    pub(super) fn conn(&self) -> &Connection {
        &self.reads.conn
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
