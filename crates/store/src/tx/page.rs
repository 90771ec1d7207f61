//! Pages of a sync: rows and cursor in one operation.

use super::quarantine::BadRow;
use super::remote::Equal;
use super::restore::LostRow;
use super::{Applied, Effect, ParkedWith, Tx, table};
use crate::layout::Table;
use crate::sql::{bind_own, bind_record, execute, exists};
use crate::{StoreError, validate};
use rusqlite::{Connection, params};
use syncline_core::faults::{Rule, is_broken};
use syncline_core::predicate::Filter;
use syncline_core::record::{Conflict, Left};
use syncline_core::{Key, ModelId, Versioned};

/// A page of a base or delta sync.
#[derive(Clone, Debug)]
pub struct RemotePage<'a> {
    /// Its rows.
    pub rows: Vec<Versioned>,
    /// Records that the server says are no longer in scope, since when (SYNC 2.8).
    pub leaves: Vec<(Key, Left)>,
    /// The sync expression, bound to the model.
    pub expression: &'a Filter,
    /// The sync expression as canonical JSON text, to know it again.
    pub expression_text: &'a str,
    /// Whether the server answered with everything rather than with what changed. The first page decides.
    pub base: bool,
    /// The `startedAt` of the answer, in ms since the epoch. The first page's becomes the next `last_sync`.
    pub started_at: i64,
    /// The token that this page was asked for with; `None` for the first page.
    pub token: Option<&'a str>,
    /// The token of the next page; `None` if this is the last.
    pub next: Option<String>,
    /// The scope's fingerprint, where the server gives one.
    pub fingerprint: Option<String>,
    /// The epoch of the server's store, where it gives one: a page of another epoch than the one met last is stale
    /// (SYNC 2.6).
    pub epoch: Option<String>,
    /// Whether a version that is already known is taken again, because its readable fields may have changed.
    pub accept_equal: bool,
    /// Records of the page that could not be read.
    pub bad: Vec<BadRow>,
    /// The base sync ends with this page though there is more, because this many records are enough: then nothing is
    /// removed for not having come.
    pub cut: Option<u64>,
}

/// What a page did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageDone {
    /// Records that appeared.
    pub added: u64,
    /// Records that changed.
    pub updated: u64,
    /// Records that went: deleted, out of scope, or not there any more when a base sync was complete.
    pub deleted: u64,
    /// Rows that changed nothing visible.
    pub skipped: u64,
    /// Rows that could not be stored; they stop nothing else (I7).
    pub refused: Vec<RefusedRow>,
    /// The ids of pending mutations of which nothing is left: a record already says it, or took precedence.
    pub superseded: Vec<String>,
    /// What both sides had changed.
    pub conflicts: Vec<Conflict>,
    /// Mutations of transactions that are parked because one of them met a conflict (SYNC 2.5).
    pub parked: Vec<ParkedWith>,
    /// Whether the sync is complete with this page.
    pub complete: bool,
    /// Whether it ends a base sync that brought the values of fields that are new here, for which updates waited.
    pub refilled: bool,
    /// What the device knew and a server that was restored from a copy does not (SYNC 2.6): [`Tx::restored`] is to be
    /// told of each in the same transaction.
    pub lost: Vec<LostRow>,
}

/// A row that could not be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// Its place in the page.
    pub index: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl PageDone {
    pub(super) fn count(&mut self, effect: Effect) {
        match effect {
            Effect::Added => self.added += 1,
            Effect::Updated => self.updated += 1,
            Effect::Deleted | Effect::Evicted => self.deleted += 1,
            Effect::Skipped | Effect::Unseen => self.skipped += 1,
        }
    }

    fn add(&mut self, applied: Applied) {
        self.count(applied.effect);
        self.superseded.extend(applied.superseded);
        self.conflicts.extend(applied.conflicts);
        self.parked.extend(applied.parked);
    }
}

impl Tx<'_> {
    /// Takes a page: its rows, and how far the sync has come. With the last page the first one's `startedAt` becomes
    /// the cursor; a complete base sync that replaces older rows also removes what it did not return (SYNC 1.11).
    ///
    /// # Errors
    /// [`StoreError::StalePage`] if the page does not continue the stored sync, or is of an epoch that is over.
    pub fn apply_page(&mut self, model: ModelId, page: RemotePage<'_>) -> Result<PageDone, StoreError> {
        let table = table(self.reads, model)?;
        let mut sync = self.continue_sync(table, &page)?;
        if sync.base && page.token.is_none() {
            self.forget_quarantine(table)?;
        }
        let mut done = PageDone::default();
        let mut bad = page.bad;
        let mut rows = Vec::with_capacity(page.rows.len());
        for (index, mut row) in page.rows.into_iter().enumerate() {
            match validate::remote(table, &mut row.record) {
                Ok(key) => {
                    self.note_unreadable(table, &row.record)?;
                    rows.push((key, row));
                }
                Err(error) => {
                    let reason = error.to_string();
                    bad.push(BadRow::unfit(&table.model, &row, reason.clone()));
                    done.refused.push(RefusedRow { index, reason });
                }
            }
        }
        for bad in &bad {
            self.set_aside(table, bad)?;
        }
        sync.received += received(rows.iter().map(|(_, row)| row), bad.len());
        // In key order the rows of a page touch each part of the table once.
        if !rows.is_sorted_by(|(a, _), (b, _)| a <= b) {
            rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        if sync.prune {
            let live = rows.iter().filter(|(_, row)| !row.meta.deleted);
            remember(self.conn(), table, live.map(|(key, _)| key.to_text()))?;
            // What came and could not be read is not gone. One whose key is not known may be any of those here.
            let unread = bad.iter().map(|bad| bad.key.as_ref().map_or_else(String::new, Key::to_text));
            remember(self.conn(), table, unread)?;
        }
        if sync.restoring {
            self.compare(table, &rows, &mut done)?;
        }
        let again = page.accept_equal || sync.refill || sync.scope_changed;
        let equal = if again { Equal::Take } else { Equal::Shown };
        self.merge(table, rows, page.expression, equal, &mut done)?;
        for (key, left) in page.leaves {
            done.count(self.leave_scope(table, &key, left)?);
            self.readable_again(table, &key, left.version)?;
        }
        match page.next {
            Some(next) => self.save_progress(table, &sync, &next, page.expression_text)?,
            None => {
                if sync.base {
                    let whole = page.cut.is_none();
                    self.tidy(table, &sync, page.expression, page.expression_text, whole, &mut done)?;
                }
                let fingerprint = page.fingerprint.as_deref();
                self.complete_sync(table, &sync, page.expression_text, fingerprint, page.cut)?;
                done.complete = true;
                done.refilled = sync.refill && sync.base;
            }
        }
        Ok(done)
    }

    fn merge(
        &mut self,
        table: &Table,
        rows: Vec<(Key, Versioned)>,
        expression: &Filter,
        equal: Equal,
        done: &mut PageDone,
    ) -> Result<(), StoreError> {
        let name = &table.model.name;
        // Nobody wants to know what was there, so that SQLite may compare the versions by itself.
        let plain = !self.changes.wants(table.model.id) && !is_broken(Rule::VersionCheck);
        let pending = exists(self.conn(), "SELECT 1 FROM _outbox WHERE model = ?1", params![name])?;
        let mut absent = exists(self.conn(), "SELECT 1 FROM _absence WHERE model = ?1", params![name])?;
        let set_aside = self.has_quarantine(table)?;
        let hides = equal == Equal::Shown && self.reads.hides(table)?;
        for (key, row) in rows {
            if set_aside {
                self.readable_again(table, &key, row.meta.version)?;
            }
            let simple = plain && !row.meta.deleted && expression.matches(&row.record, false);
            if simple && !((pending || absent) && is_special(self.conn(), name, &key)?) {
                let effect = upsert(self.conn(), table, &row, equal == Equal::Take)?;
                if effect == Effect::Skipped && hides {
                    done.add(self.apply_remote(table, &key, row, expression, equal)?);
                    continue;
                }
                if effect != Effect::Skipped {
                    self.changes.receive(&row);
                }
                done.count(effect);
            } else {
                done.add(self.apply_remote(table, &key, row, expression, equal)?);
                absent = true;
            }
        }
        Ok(())
    }
}

/// Whether anything but a row is known of the record.
fn is_special(conn: &Connection, model: &str, key: &Key) -> Result<bool, StoreError> {
    exists(
        conn,
        "SELECT 1 FROM _outbox WHERE model = ?1 AND key = ?2 \
         UNION ALL SELECT 1 FROM _absence WHERE model = ?1 AND key = ?2",
        params![model, key.to_text()],
    )
}

/// Writes a record of which nothing but a row can be known; the same decision as `admits` takes, in the statement.
fn upsert(
    conn: &Connection,
    table: &Table,
    row: &Versioned,
    accept_equal: bool,
) -> Result<Effect, StoreError> {
    let (version, changed) = (Some(row.meta.version), Some(row.meta.last_changed_at));
    let mut insert = conn.prepare_cached(&table.insert)?;
    let place = bind_record(&mut insert, &row.record, version, changed)?;
    bind_own(&mut insert, place, None)?;
    if insert.raw_execute()? == 1 {
        return Ok(Effect::Added);
    }
    let mut update =
        conn.prepare_cached(if accept_equal { &table.update_same } else { &table.update_older })?;
    bind_record(&mut update, &row.record, version, changed)?;
    Ok(if update.raw_execute()? == 1 { Effect::Updated } else { Effect::Skipped })
}

/// How many records a page has brought, as the cap of a base sync counts them: tombstones are none.
pub(crate) fn received<'r>(rows: impl Iterator<Item = &'r Versioned>, bad: usize) -> u64 {
    let live = rows.filter(|row| !row.meta.deleted).count();
    u64::try_from(live + bad).unwrap_or(u64::MAX)
}

/// Notes the keys that a base sync over older rows returned.
fn remember(conn: &Connection, table: &Table, keys: impl Iterator<Item = String>) -> Result<(), StoreError> {
    for key in keys {
        let sql = "INSERT OR IGNORE INTO _seen VALUES (?1, ?2)";
        execute(conn, sql, params![table.model.name, key])?;
    }
    Ok(())
}
