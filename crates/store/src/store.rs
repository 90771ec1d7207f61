//! The writer.

use crate::absent::Absent;
use crate::change::Changes;
use crate::open::{self, FileLock, Migration, OpenOptions, Place};
use crate::read::{Reader, Reads};
use crate::sql::execute;
use crate::tx::{Checker, Tx};
use crate::{Change, StoreError};
use std::sync::Arc;
use syncline_core::record::Settles;
use syncline_core::{ModelId, Schema};

/// The one writer of a local database.
///
/// Writes happen in a transaction that groups many operations: [`begin`](Store::begin), then
/// [`attempt`](Store::attempt) for each of them, then [`commit`](Store::commit), which pays for one `fsync`.
/// [`write`](Store::write) does all three for one operation.
///
/// The conflict log keeps the last 10,000 conflicts.
#[derive(Debug)]
pub struct Store {
    pub(crate) reads: Reads,
    place: Place,
    durability: open::Durability,
    changes: Changes,
    absent: Absent,
    state: State,
    bulk: bool,
    on_held: Option<Told>,
    /// The time, in ms since the epoch, as it was told last; 0 if it never was.
    now_ms: i64,
    /// Held for as long as the file is open.
    _lock: Option<FileLock>,
}

/// Who is told that a record is held, or is no longer.
struct Told(Box<dyn Fn() + Send>);

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

/// The state of the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Open,
    /// SQLite rolled the whole transaction back when an operation failed.
    Lost,
}

impl Store {
    /// Opens the file, or makes it. A file of another schema is brought to this one (SYNC 1.13). A file that is not a
    /// Syncline store, is newer or damaged, or holds pending changes that the new schema has no place for, is left
    /// untouched.
    ///
    /// # Errors
    /// See [`StoreError`]; all of its variants about files.
    pub fn open(options: OpenOptions) -> Result<Store, StoreError> {
        Store::open_migrating(options, &Migration::default())
    }

    /// As [`Store::open`], for a file that has another schema, with what is to be known of the way from that to this one.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_migrating(options: OpenOptions, migration: &Migration) -> Result<Store, StoreError> {
        let durability = options.durability;
        let opened = open::open(options, migration)?;
        Ok(Store {
            reads: Reads { conn: opened.conn, tables: opened.tables },
            place: opened.place,
            durability,
            changes: Changes::default(),
            absent: Absent::default(),
            state: State::Idle,
            bulk: false,
            on_held: None,
            now_ms: 0,
            _lock: opened.lock,
        })
    }

    /// The schema it was opened with.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.reads.tables.schema
    }

    /// Another connection, which reads beside this one and sees every commit. Over a file it never waits for the
    /// writer; in memory it waits while a transaction is open, and gives up after some seconds.
    ///
    /// # Errors
    /// The file cannot be opened once more.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        let conn = open::connect_reader(&self.place, self.durability)?;
        open::tune_cache(&conn, &self.reads.tables);
        Ok(Reader(Reads { conn, tables: Arc::clone(&self.reads.tables) }))
    }

    /// Checks what is about to be saved, on any thread.
    #[must_use]
    pub fn checker(&self) -> Checker {
        Checker(Arc::clone(&self.reads.tables))
    }

    /// Where the file is, and how it is written.
    pub(crate) fn whereabouts(&self) -> (&Place, open::Durability) {
        (&self.place, self.durability)
    }

    /// Reads on the writer's own connection: they see what an open transaction has written so far.
    #[must_use]
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// From now on, commits return the changes of these models only. Until it is called they return none, which saves
    /// reading what was there before.
    pub fn collect_changes(&mut self, models: impl IntoIterator<Item = ModelId>) {
        self.changes.observe(models);
    }

    /// What time it is, in ms since the epoch. It is written beside what is listed for people, such as conflicts, and beside
    /// what is marked as sent ([`Reads::sent_outside`](crate::Reads::sent_outside)); the store decides nothing by it.
    pub fn tell_time(&mut self, now_ms: i64) {
        self.now_ms = now_ms;
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// One is open already, or the file is locked by another program.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        if self.state != State::Idle {
            return Err(StoreError::Misuse("a transaction is open already; commit or abort it first"));
        }
        execute(&self.reads.conn, "BEGIN IMMEDIATE", [])?;
        self.changes.list.clear();
        self.changes.sends = false;
        self.changes.held = false;
        self.state = State::Open;
        // Nothing is written yet: what it reads cannot be rolled back.
        if let Err(error) = self.absent.load(&self.reads.conn) {
            self.abort();
            return Err(error);
        }
        Ok(())
    }

    /// Runs one operation of the open transaction. If it fails, or panics, what it did is undone and the transaction
    /// goes on, with [`StoreError::TransactionLost`] as the one exception: a failure such as a full disk may end the
    /// whole transaction, and then every further call says so.
    ///
    /// # Errors
    /// What `op` says; or no transaction is open.
    pub fn attempt<R>(
        &mut self,
        op: impl FnOnce(&mut Tx<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        self.check_open()?;
        execute(&self.reads.conn, "SAVEPOINT operation", [])?;
        let mut guard = Savepoint { changes: self.changes.list.len(), store: self, kept: false };
        let result = op(&mut guard.store.tx());
        if result.is_ok() {
            execute(&guard.store.reads.conn, "RELEASE operation", [])?;
            guard.kept = true;
        }
        result
    }

    /// Like [`attempt`](Store::attempt), for an operation that finds out whether it can be done before it writes, such as
    /// [`Tx::save`]: it needs no savepoint, which would copy every page it touches. If it fails after it has written
    /// something, which only a failing disk or a panic can do, the whole transaction is lost.
    ///
    /// # Errors
    /// What `op` says; or no transaction is open.
    pub fn attempt_checked<R>(
        &mut self,
        op: impl FnOnce(&mut Tx<'_>) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        self.check_open()?;
        let written = self.reads.conn.total_changes();
        let mut guard = Checked { changes: self.changes.list.len(), written, store: self, kept: false };
        let result = op(&mut guard.store.tx());
        guard.kept = result.is_ok();
        result
    }

    /// Commits. When it returns, everything is on the disk as far as the chosen durability promises; the changes of
    /// observed models come in the order in which they happened.
    ///
    /// A transaction that claims mutations is on the disk at every durability, with all before it: what the server gets
    /// to know, this device does not forget.
    ///
    /// # Errors
    /// Nothing of the transaction was written; unless it claims mutations, durability is relaxed and the disk fails to
    /// keep it: then it may be there, and its mutations count as sent.
    pub fn commit(&mut self) -> Result<Vec<Change>, StoreError> {
        if let Err(error) = self.check_open() {
            self.abort();
            return Err(error);
        }
        if let Err(error) = execute(&self.reads.conn, "COMMIT", []) {
            self.abort();
            return Err(error);
        }
        self.state = State::Idle;
        if std::mem::take(&mut self.changes.sends) {
            open::settle(&self.place, self.durability)?;
        }
        if std::mem::take(&mut self.changes.held)
            && let Some(Told(told)) = &self.on_held
        {
            told();
        }
        Ok(std::mem::take(&mut self.changes.list))
    }

    /// Ends the transaction, if one is open, and undoes all of it.
    pub fn abort(&mut self) {
        self.roll_back("ROLLBACK");
        self.changes.list.clear();
        self.state = State::Idle;
    }

    /// One operation in a transaction of its own.
    ///
    /// # Errors
    /// What `op` says, or what [`begin`](Store::begin) and [`commit`](Store::commit) say.
    pub fn write<R>(
        &mut self,
        op: impl FnOnce(&mut Tx<'_>) -> Result<R, StoreError>,
    ) -> Result<(R, Vec<Change>), StoreError> {
        self.begin()?;
        let guard = Whole { store: self, kept: false };
        let mut guard = guard;
        let result = op(&mut guard.store.tx())?;
        guard.kept = true;
        let changes = guard.store.commit()?;
        Ok((result, changes))
    }

    /// Says who settles the conflicts of a model's records; this device if nobody says. To be called before anything is
    /// written, and once for a model; then
    /// [`release_held`](Store::release_held) for what was left by a handler that is there no more.
    pub fn settle_conflicts(&self, model: ModelId, by: Settles) {
        if let Ok(table) = self.reads.tables.get(model) {
            // What was said first holds.
            let _ = table.settles.set(by);
        }
    }

    /// Settles by the rule the records that are held for a handler which is there no more.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn release_held(&mut self) -> Result<(), StoreError> {
        if self.reads.holds_any()? {
            self.write(|tx| tx.release_held())?;
        }
        Ok(())
    }

    /// Calls `told` after each commit by which a record begins or ceases to wait for its conflict handler.
    pub fn on_held(&mut self, told: impl Fn() + Send + 'static) {
        self.on_held = Some(Told(Box::new(told)));
    }

    /// Prepares for a base sync (`true`), which writes much and is done once: the write-ahead log is not moved into
    /// the database until it ends (`false`), and then once. It changes no promise of durability.
    ///
    /// # Errors
    /// A transaction is open, or the disk fails.
    pub fn bulk(&mut self, on: bool) -> Result<(), StoreError> {
        if self.state != State::Idle {
            return Err(StoreError::Misuse("a transaction is open; commit or abort it first"));
        }
        if self.bulk != on {
            open::hold_checkpoints(&self.reads.conn, on)?;
            self.bulk = on;
        }
        Ok(())
    }

    fn tx(&mut self) -> Tx<'_> {
        self.changes.received = None;
        Tx {
            reads: &self.reads,
            changes: &mut self.changes,
            absent: &mut self.absent,
            now_ms: self.now_ms,
            quarantine: None,
        }
    }

    fn check_open(&self) -> Result<(), StoreError> {
        match self.state {
            State::Open => Ok(()),
            State::Idle => Err(StoreError::Misuse("no transaction is open; begin one first")),
            State::Lost => Err(StoreError::TransactionLost),
        }
    }

    /// Rolls back, unless SQLite has done so by itself. Whether that worked.
    fn roll_back(&self, sql: &str) -> bool {
        if self.reads.conn.is_autocommit() {
            return true;
        }
        let result = self.reads.conn.execute_batch(sql);
        if let Err(error) = &result {
            tracing::error!(%error, sql, "a rollback failed");
        }
        result.is_ok()
    }
}

/// Undoes an operation unless it was kept, also when it panics.
struct Savepoint<'a> {
    store: &'a mut Store,
    changes: usize,
    kept: bool,
}

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        self.store.changes.list.truncate(self.changes);
        let lost = self.store.reads.conn.is_autocommit();
        if lost || !self.store.roll_back("ROLLBACK TO operation; RELEASE operation") {
            self.store.roll_back("ROLLBACK");
            self.store.state = State::Lost;
        }
    }
}

/// Ends the transaction if an operation failed that has written something.
struct Checked<'a> {
    store: &'a mut Store,
    changes: usize,
    written: u64,
    kept: bool,
}

impl Drop for Checked<'_> {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        self.store.changes.list.truncate(self.changes);
        let conn = &self.store.reads.conn;
        if conn.is_autocommit() || conn.total_changes() != self.written {
            self.store.roll_back("ROLLBACK");
            self.store.state = State::Lost;
        }
    }
}

/// Undoes a transaction unless it was kept, also when its operation panics.
struct Whole<'a> {
    store: &'a mut Store,
    kept: bool,
}

impl Drop for Whole<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.store.abort();
        }
    }
}
