//! What a device knew and a server that was restored from a copy does not (SYNC 2.6).

use super::{PageDone, Save, Tx, table};
use crate::change::Source;
use crate::layout::Table;
use crate::sql::{execute, exists};
use crate::{StoreError, local};
use rusqlite::params;
use syncline_core::record::{Conflict, ConflictKind, Presence, ReadAs, Resolution};
use syncline_core::{Key, Meta, ModelId, Record, Value, Versioned};

/// What a restore adds to every version (SYNC 2.6): what is left of a version says how often the record had changed,
/// before and after it.
const LEAP: i64 = 1_000_000;

/// Keys that are read at a time.
const HELD: usize = 1_000;

/// Stands for the mutation of a conflict that no mutation of this device met, but what the server has lost.
const BY_RESTORE: &str = "restore";

/// A record that the device knew in a later state than the copy that the server was restored from.
#[derive(Clone, Debug, PartialEq)]
pub struct LostRow {
    /// The record.
    pub key: Key,
    /// What the device knew; `None`: that it was deleted.
    pub local: Option<Record>,
    /// What the server has now.
    pub server: Option<Versioned>,
    /// Edits of it wait to be sent: they decide, and nothing else is sent.
    pub pending: bool,
}

/// What became of such a record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RestoreDone {
    /// What is listed.
    pub conflicts: Vec<Conflict>,
    /// The mutation that says it to the server once more.
    pub mutation: Option<String>,
}

impl LostRow {
    /// A record that the server does not know.
    pub(super) fn unknown(key: &Key, local: Record) -> LostRow {
        LostRow { key: key.clone(), local: Some(local), server: None, pending: false }
    }

    fn alive(&self) -> Option<&Versioned> {
        self.server.as_ref().filter(|row| !row.meta.deleted)
    }
}

impl Tx<'_> {
    /// Lists a record that a page found lost ([`PageDone::lost`](super::PageDone::lost)), and, with the id of a mutation,
    /// says to the server once more what the device knew. Without one the server's record stays.
    ///
    /// # Errors
    /// An unknown model, or a failing disk.
    pub fn restored(
        &mut self,
        model: ModelId,
        lost: &LostRow,
        resend: Option<String>,
    ) -> Result<RestoreDone, StoreError> {
        let resend = resend.filter(|_| !lost.pending);
        let resolution = if resend.is_some() { Resolution::Local } else { Resolution::Remote };
        let named = resend.clone().unwrap_or_else(|| BY_RESTORE.to_owned());
        let table = table(self.reads, model)?;
        let conflicts: Vec<Conflict> = differences(table, lost)
            .into_iter()
            .map(|kind| Conflict { model, key: lost.key.clone(), mutation: named.clone(), kind, resolution })
            .collect();
        let version = lost.server.as_ref().map(|row| row.meta.version);
        self.log(table, &lost.key.to_text(), version, &conflicts)?;
        let mutation = match resend {
            Some(mutation) => self.say_again(table, lost, mutation)?,
            None => None,
        };
        Ok(RestoreDone { conflicts, mutation })
    }

    fn say_again(
        &mut self,
        table: &Table,
        lost: &LostRow,
        mutation: String,
    ) -> Result<Option<String>, StoreError> {
        let model = table.model.id;
        let Some(local) = &lost.local else {
            let done = self.delete(model, &lost.key, None, mutation)?;
            return Ok(done.and_then(|done| done.mutation));
        };
        let server = lost.alive();
        let read_as =
            server.map(|server| ReadAs { record: &server.record, version: Some(server.meta.version) });
        // What was not shown is not said again.
        let mut local = local.clone();
        for place in local.unreadable().collect::<Vec<_>>() {
            local[place] = server.map_or(Value::Null, |server| server.record[place].clone());
        }
        let save = Save { model, value: &local, read_as, condition: None, mutation };
        match self.save(save) {
            Ok(done) => Ok(done.mutation),
            // It was stored before this schema, which would not accept it: it is listed, that must do.
            Err(StoreError::InvalidRecord { place, reason }) => {
                tracing::warn!(place, reason, "a record that the server has lost cannot be sent again");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Notes what is known of the server's records, as of an epoch that is over: the next base sync of each model meets
    /// another.
    pub(super) fn mark_known(&self) -> Result<(), StoreError> {
        let conn = self.conn();
        for table in self.reads.tables.all() {
            // Frames may have brought records before the first sync began.
            execute(conn, "INSERT OR IGNORE INTO _sync (model) VALUES (?1)", params![table.model.name])?;
        }
        execute(conn, "UPDATE _sync SET restoring = 1", [])?;
        for beside in ["_absence", "_server"] {
            let sql = format!("INSERT OR REPLACE INTO _restored SELECT model, key, version FROM {beside}");
            execute(conn, &sql, [])?;
        }
        for table in self.reads.tables.all() {
            let mut after: Option<Key> = None;
            loop {
                let held = self.reads.held_keys(table.model.id, after.as_ref(), HELD)?;
                for (key, version) in &held {
                    let sql = "INSERT OR REPLACE INTO _restored VALUES (?1, ?2, ?3)";
                    execute(conn, sql, params![table.model.name, key.to_text(), version])?;
                }
                match held.into_iter().next_back() {
                    Some((last, _)) => after = Some(last),
                    None => break,
                }
            }
        }
        Ok(())
    }

    /// Whether the record is still what it was when the server was found restored.
    pub(super) fn was_known(&self, table: &Table, key_text: &str, version: i64) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM _restored WHERE model = ?1 AND key = ?2 AND version = ?3";
        exists(self.conn(), sql, params![table.model.name, key_text, version])
    }

    /// Finds out which of these rows the device knows in a later state of an earlier epoch, before they are stored.
    pub(super) fn compare(
        &mut self,
        table: &Table,
        rows: &[(Key, Versioned)],
        done: &mut PageDone,
    ) -> Result<(), StoreError> {
        for (key, row) in rows {
            let before = local::load(self.conn(), table, key)?;
            let pending = !before.local.entries.is_empty();
            // What a frame of this epoch brought is not older than the page, whether it came after the device had heard of
            // the epoch or before.
            let known = match &before.local.server {
                Presence::Live(held) => Some(held.meta),
                Presence::Deleted(meta) => Some(*meta),
                Presence::Unknown | Presence::Evicted(_) => None,
            };
            let version = before.local.server.version();
            let old = match version {
                Some(version) if !known.is_some_and(|known| follows(known, row.meta)) => {
                    self.was_known(table, &before.key_text, version)?
                }
                _ => false,
            };
            let later = |version: i64| version % LEAP > row.meta.version % LEAP;
            match &before.local.server {
                Presence::Live(held) if old && later(held.meta.version) => {
                    let (local, server) = (Some(held.record.clone()), Some(row.clone()));
                    let lost = LostRow { key: key.clone(), local, server, pending };
                    if !differences(table, &lost).is_empty() {
                        done.lost.push(lost);
                    }
                }
                Presence::Deleted(meta) if old && later(meta.version) && !row.meta.deleted => {
                    let server = Some(row.clone());
                    done.lost.push(LostRow { key: key.clone(), local: None, server, pending });
                }
                _ => {}
            }
            // A record that was made anew after the restore counts from 1 again, and the versions of another epoch say
            // nothing about it.
            if old && !pending && version.is_some_and(|known| known >= row.meta.version) {
                let mut after = before.local.clone();
                (after.server, after.own) = (Presence::Unknown, None);
                self.store(table, before, &after, None, Source::Remote)?;
            }
        }
        Ok(())
    }
}

/// Whether `known` was made of `copied` after the restore: both have had as many leaps, and it changed later.
fn follows(known: Meta, copied: Meta) -> bool {
    let leaps = |meta: Meta| meta.version / LEAP;
    leaps(copied) > 0
        && leaps(known) == leaps(copied)
        && known.version > copied.version
        && known.last_changed_at > copied.last_changed_at
}

/// In what the device's knowledge and the server's differ.
fn differences(table: &Table, lost: &LostRow) -> Vec<ConflictKind> {
    let Some(local) = &lost.local else { return vec![ConflictKind::DeleteMeetsUpdate] };
    let server = lost.alive();
    let mut kinds = Vec::new();
    if server.is_none() {
        kinds.push(ConflictKind::UpdateMeetsDelete);
    }
    for (field, described) in table.model.fields.iter().enumerate() {
        let remote = server.map_or(&Value::Null, |server| &server.record[field]);
        let hidden = local[field].is_unreadable() || remote.is_unreadable();
        if !described.read_only && !table.model.is_key(field) && !hidden && local[field] != *remote {
            kinds.push(ConflictKind::Field {
                field,
                base: remote.clone(),
                local: local[field].clone(),
                remote: remote.clone(),
            });
        }
    }
    kinds
}
