//! Cursors, epochs, and clearing everything.

use super::{RemotePage, Tx, table};
use crate::layout::{OWN_TABLES, Table};
use crate::sql::{execute, exists};
use crate::{StoreError, outbox};
use rusqlite::params;
use syncline_core::ModelId;
use syncline_core::faults::{Rule, is_broken};

/// The sync that a page belongs to.
pub(super) struct Sync {
    /// The `startedAt` of its first page.
    pub(super) started_at: i64,
    /// Whether it fetches everything.
    pub(super) base: bool,
    /// Whether it replaces older rows, so that what it does not return has to go.
    pub(super) prune: bool,
    /// Whether equal versions are taken again, because the model has new fields.
    pub(super) refill: bool,
    /// The expression of the last complete sync; none that there is if rows of another one are here.
    pub(super) expression_before: Option<String>,
    /// Whether the scope is another one than at the last complete sync: then equal versions are taken again, because
    /// what may be read of them may be more (SYNC 2.7).
    pub(super) scope_changed: bool,
    /// How many records a base sync has brought so far.
    pub(super) received: u64,
    /// Whether the server was restored from a copy since the last base sync (SYNC 2.6).
    pub(super) restoring: bool,
}

/// Stands for the expressions of rows that no single expression has selected. It is no expression.
const MIXED: &str = "";

impl Tx<'_> {
    /// Begins a sync with its first page, or finds the one that a later page continues.
    pub(super) fn continue_sync(&mut self, table: &Table, page: &RemotePage<'_>) -> Result<Sync, StoreError> {
        let name = &table.model.name;
        if page.epoch.is_some() && self.reads.epoch()? != page.epoch {
            return Err(StoreError::StalePage { model: name.clone() });
        }
        execute(self.conn(), "INSERT OR IGNORE INTO _sync (model) VALUES (?1)", params![name])?;
        let mut statement = self.conn().prepare_cached(
            "SELECT token, started_at, base, prune, refill, expression, fingerprint, progress_expression, \
             received, restoring, last_sync FROM _sync WHERE model = ?1",
        )?;
        let mut rows = statement.query(params![name])?;
        let Some(row) = rows.next()? else {
            return Err(StoreError::damaged("the sync state", "a model has none"));
        };
        let (token, started_at, base): (Option<String>, Option<i64>, Option<bool>) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let (prune, refill): (bool, bool) = (row.get(3)?, row.get(4)?);
        let mut expression_before: Option<String> = row.get(5)?;
        let fingerprint: Option<String> = row.get(6)?;
        let progress_expression: Option<String> = row.get(7)?;
        let (received, restoring): (i64, bool) = (row.get(8)?, row.get(9)?);
        let received = received.unsigned_abs();
        // One that ended at a cap has not met all of the restored store, but its cursor is of this epoch.
        let first_of_epoch = restoring && row.get::<_, Option<i64>>(10)?.is_none();
        drop(rows);
        let scope_changed =
            fingerprint.is_some() && page.fingerprint.is_some() && fingerprint != page.fingerprint;
        if first_of_epoch && !page.base {
            // It was asked for with the cursor of another epoch.
            return Err(StoreError::StalePage { model: name.clone() });
        }
        let Some(asked) = page.token else {
            let prune = page.base && exists(self.conn(), &format!("SELECT 1 FROM {}", table.name), [])?;
            execute(self.conn(), "DELETE FROM _seen WHERE model = ?1", params![name])?;
            if progress_expression.is_some_and(|given_up| given_up != page.expression_text) {
                // A sync with another expression was given up in the middle: what it brought may be selected by neither.
                execute(
                    self.conn(),
                    "UPDATE _sync SET expression = ?2 WHERE model = ?1",
                    params![name, MIXED],
                )?;
                expression_before = Some(MIXED.to_owned());
            }
            let (started_at, base) = (page.started_at, page.base);
            return Ok(Sync {
                started_at,
                base,
                prune,
                refill,
                expression_before,
                scope_changed,
                received: 0,
                restoring,
            });
        };
        match (started_at, base) {
            (Some(started_at), Some(base)) if token.as_deref() == Some(asked) => {
                // Without the rule, the cursor would pass what was written while the pages were fetched.
                let started_at = if is_broken(Rule::StartedAt) { page.started_at } else { started_at };
                Ok(Sync {
                    started_at,
                    base,
                    prune,
                    refill,
                    expression_before,
                    scope_changed,
                    received,
                    restoring,
                })
            }
            _ => Err(StoreError::StalePage { model: name.clone() }),
        }
    }

    pub(super) fn save_progress(
        &mut self,
        table: &Table,
        sync: &Sync,
        next: &str,
        expression: &str,
    ) -> Result<(), StoreError> {
        execute(
            self.conn(),
            "UPDATE _sync SET token = ?2, started_at = ?3, base = ?4, progress_expression = ?5, prune = ?6, \
             received = ?8, expression = CASE WHEN expression <> ?5 THEN ?7 ELSE expression END WHERE model = ?1",
            params![
                table.model.name,
                next,
                sync.started_at,
                sync.base,
                expression,
                sync.prune,
                MIXED,
                i64::try_from(sync.received).unwrap_or(i64::MAX)
            ],
        )?;
        Ok(())
    }

    pub(super) fn complete_sync(
        &mut self,
        table: &Table,
        sync: &Sync,
        expression: &str,
        fingerprint: Option<&str>,
        cut: Option<u64>,
    ) -> Result<(), StoreError> {
        execute(
            self.conn(),
            "UPDATE _sync SET last_sync = ?2, expression = ?3, fingerprint = ?4, \
             base_complete = base_complete OR ?5, refill = refill AND NOT (?5 AND ?6 = 0), \
             partial = CASE WHEN ?5 THEN ?6 ELSE partial END, restoring = restoring AND NOT (?5 AND ?6 = 0), received = 0, \
             token = NULL, started_at = NULL, base = NULL, progress_expression = NULL, prune = 0 WHERE model = ?1",
            params![
                table.model.name,
                sync.started_at,
                expression,
                fingerprint,
                sync.base,
                cut.map_or(0, |cut| i64::try_from(cut).unwrap_or(i64::MAX))
            ],
        )?;
        execute(self.conn(), "DELETE FROM _seen WHERE model = ?1", params![table.model.name])?;
        if sync.refill && sync.base && cut.is_none() {
            execute(self.conn(), "DELETE FROM _filled WHERE model = ?1", params![table.model.name])?;
            outbox::decide_filled(self.conn(), &table.model.name, None)?;
        }
        if sync.restoring && sync.base && cut.is_none() {
            execute(self.conn(), "DELETE FROM _restored WHERE model = ?1", params![table.model.name])?;
        }
        Ok(())
    }

    /// Forgets an interrupted sync of the model: the next one begins with its first page.
    ///
    /// # Errors
    /// An unknown model, or a failing disk.
    pub fn reset_progress(&mut self, model: ModelId) -> Result<(), StoreError> {
        let name = &table(self.reads, model)?.model.name;
        execute(
            self.conn(),
            "UPDATE _sync SET token = NULL, started_at = NULL, base = NULL, prune = 0, received = 0 WHERE model = ?1",
            params![name],
        )?;
        execute(self.conn(), "DELETE FROM _seen WHERE model = ?1", params![name])?;
        Ok(())
    }

    /// Forgets the cursor of the model and an interrupted sync: the next sync is a base sync. The expression and the
    /// fingerprint of the last complete one stay known until then.
    ///
    /// # Errors
    /// An unknown model, or a failing disk.
    pub fn reset_cursor(&mut self, model: ModelId) -> Result<(), StoreError> {
        self.reset_progress(model)?;
        let name = &table(self.reads, model)?.model.name;
        execute(self.conn(), "UPDATE _sync SET last_sync = NULL WHERE model = ?1", params![name])?;
        Ok(())
    }

    /// Remembers the server's epoch (SYNC 2.6).
    ///
    /// # Errors
    /// A failing disk.
    pub fn set_epoch(&mut self, epoch: &str) -> Result<(), StoreError> {
        execute(self.conn(), "INSERT OR REPLACE INTO _meta VALUES ('epoch', ?1)", params![epoch])?;
        Ok(())
    }

    /// Remembers the server's epoch. If it is another one than before, the server was restored: every model is fetched
    /// anew (SYNC 2.6). Whether it is.
    ///
    /// # Errors
    /// A failing disk.
    pub fn meet_epoch(&mut self, epoch: &str) -> Result<bool, StoreError> {
        let known = self.reads.epoch()?;
        if known.as_deref() == Some(epoch) {
            return Ok(false);
        }
        self.set_epoch(epoch)?;
        if known.is_some() {
            let models: Vec<ModelId> = self.reads.tables.all().iter().map(|table| table.model.id).collect();
            models.into_iter().try_for_each(|model| self.reset_cursor(model))?;
            self.mark_known()?;
        }
        Ok(known.is_some())
    }

    /// Removes every record, every mutation, every conflict and every cursor, and raises the generation (SYNC 1.12).
    /// The session stays. Observers are not told record by record: a new generation says it all. Returns it.
    ///
    /// # Errors
    /// A failing disk; then everything is as it was.
    pub fn clear(&mut self) -> Result<u64, StoreError> {
        let own = OWN_TABLES.iter().filter(|name| **name != "_meta").map(|name| (*name).to_owned());
        let models = self.reads.tables.all().iter().map(|table| table.name.clone());
        for name in own.chain(models) {
            self.conn().execute(&format!("DELETE FROM {name}"), [])?;
        }
        let generation = self.reads.generation()?.saturating_add(1);
        let sql = "UPDATE _meta SET value = ?1 WHERE name = 'generation'";
        execute(self.conn(), sql, params![generation.to_string()])?;
        execute(self.conn(), "DELETE FROM _meta WHERE name = 'epoch'", [])?;
        self.changes.list.clear();
        Ok(generation)
    }
}
