//! What a complete base sync removes (SYNC 1.9, 1.11).

use super::restore::LostRow;
use super::state::Sync;
use super::{Effect, PageDone, Tx};
use crate::change::Source;
use crate::layout::Table;
use crate::read::versioned;
use crate::sql::{execute, exists};
use crate::{StoreError, local};
use rusqlite::params;
use syncline_core::predicate::Filter;
use syncline_core::record::{Left, Presence};
use syncline_core::{Key, Versioned};

/// How long before the start of a base sync the server must have last changed a record for its absence to be forgotten,
/// in ms: a day, which no frame and no page spends on its way.
const ABSENCE_KEPT_MS: i64 = 24 * 60 * 60 * 1_000;

impl Tx<'_> {
    /// Removes the rows that a complete base sync proved to be gone, and the absences that it made unnecessary. One that
    /// was not `whole`, because it ended at a cap, proves nothing: then only what the expression does not select goes.
    pub(super) fn tidy(
        &mut self,
        table: &Table,
        sync: &Sync,
        expression: &Filter,
        expression_text: &str,
        whole: bool,
        done: &mut PageDone,
    ) -> Result<(), StoreError> {
        if sync.prune {
            let whole = whole && !self.has_seen(table, "")?;
            let narrowed = sync.expression_before.as_deref().is_some_and(|before| before != expression_text);
            for (key, fate) in self.doomed(table, sync, expression, narrowed, whole)? {
                let before = local::load(self.conn(), table, &key)?;
                if !before.local.entries.is_empty() {
                    continue;
                }
                if sync.restoring && matches!(fate, Presence::Unknown) {
                    done.lost.extend(before.visible.clone().map(|local| LostRow::unknown(&key, local)));
                }
                let mut after = before.local.clone();
                after.server = fate;
                after.own = None;
                self.store(table, before, &after, None, Source::Remote)?;
                done.count(Effect::Deleted);
            }
        }
        if !whole {
            return Ok(());
        }
        let sql = "DELETE FROM _absence WHERE model = ?1 AND last_changed_at < ?2 AND NOT EXISTS \
                   (SELECT 1 FROM _outbox WHERE _outbox.model = _absence.model AND _outbox.key = _absence.key)";
        execute(
            self.conn(),
            sql,
            params![table.model.name, sync.started_at.saturating_sub(ABSENCE_KEPT_MS)],
        )?;
        Ok(())
    }

    /// The rows that have to go and what is known of them then. Selected and not returned: nothing, so that a later
    /// life or a later scope can bring it back at any version. No longer selected: evicted at its version.
    fn doomed(
        &self,
        table: &Table,
        sync: &Sync,
        expression: &Filter,
        narrowed: bool,
        whole: bool,
    ) -> Result<Vec<(Key, Presence)>, StoreError> {
        let name = &table.model.name;
        let pending = exists(self.conn(), "SELECT 1 FROM _outbox WHERE model = ?1", params![name])?;
        let mut statement = self.conn().prepare(&table.select)?;
        let mut rows = statement.query([])?;
        let mut doomed = Vec::new();
        while let Some(row) = rows.next()? {
            if pending && row.get_ref(table.columns.len())? == rusqlite::types::ValueRef::Null {
                // The server has never seen it: a create is pending.
                continue;
            }
            // A row with pending entries is passed over when it comes to removing it.
            let Ok(Versioned { record, meta }) = versioned(table, row) else { continue };
            let key = Key::of(&table.model, &record);
            if !expression.matches(&record, false) {
                if narrowed {
                    let changed_at = Some(meta.last_changed_at);
                    doomed.push((key, Presence::Evicted(Left { version: meta.version, changed_at })));
                }
            } else if whole {
                let key_text = key.to_text();
                // The stamps of another epoch say nothing about this one's.
                let old = meta.last_changed_at < sync.started_at
                    || (sync.restoring && self.was_known(table, &key_text, meta.version)?);
                if old && !self.has_seen(table, &key_text)? {
                    doomed.push((key, Presence::Unknown));
                }
            }
        }
        Ok(doomed)
    }

    /// Whether the base sync has returned the record; without a key: something whose key could not be read.
    fn has_seen(&self, table: &Table, key_text: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM _seen WHERE model = ?1 AND key = ?2";
        exists(self.conn(), sql, params![table.model.name, key_text])
    }
}
