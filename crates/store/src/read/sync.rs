//! How far each model's sync has come, and what the store remembers of itself and the server.

use super::Reads;
use crate::StoreError;
use crate::layout::Table;
use crate::sql;
use rusqlite::params;
use syncline_core::ModelId;

/// How far an interrupted sync has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The token of the next page.
    pub token: String,
    /// The `startedAt` of its first page, in ms since the epoch: the next `last_sync`.
    pub started_at: i64,
    /// Whether it fetches everything.
    pub base: bool,
    /// The sync expression it was begun with, as canonical JSON text.
    pub expression: String,
    /// How many records it has brought, without tombstones.
    pub received: u64,
}

/// What is known of a model's sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncState {
    /// The model.
    pub model: ModelId,
    /// Where the next delta sync starts, in ms since the epoch; `None` if it must be a base sync.
    pub last_sync: Option<i64>,
    /// The sync expression of the last complete sync, as canonical JSON text.
    pub expression: Option<String>,
    /// The scope fingerprint of the last complete sync (SYNC 2.7).
    pub fingerprint: Option<String>,
    /// An interrupted sync that can go on.
    pub progress: Option<Progress>,
    /// Whether a base sync has ever been completed.
    pub base_complete: bool,
    /// The cap at which the last base sync ended though there was more; `None` if it brought everything.
    pub partial: Option<u64>,
}

impl Reads {
    /// The state of every model's sync, in the order of the schema.
    ///
    /// # Errors
    /// An unreadable file.
    pub fn sync_states(&self) -> Result<Vec<SyncState>, StoreError> {
        self.tables.all().iter().map(|table| self.state_of(table)).collect()
    }

    /// The state of one model's sync.
    ///
    /// # Errors
    /// An unknown model or an unreadable file.
    pub fn sync_state(&self, model: ModelId) -> Result<SyncState, StoreError> {
        self.state_of(self.tables.get(model)?)
    }

    fn state_of(&self, table: &Table) -> Result<SyncState, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT last_sync, expression, fingerprint, base_complete, token, started_at, base, progress_expression, \
             received, partial FROM _sync WHERE model = ?1",
        )?;
        let mut rows = statement.query(params![table.model.name])?;
        let mut state = SyncState {
            model: table.model.id,
            last_sync: None,
            expression: None,
            fingerprint: None,
            progress: None,
            base_complete: false,
            partial: None,
        };
        let Some(row) = rows.next()? else { return Ok(state) };
        state.last_sync = row.get(0)?;
        state.expression = row.get(1)?;
        state.fingerprint = row.get(2)?;
        state.base_complete = row.get(3)?;
        let (token, started_at): (Option<String>, Option<i64>) = (row.get(4)?, row.get(5)?);
        let (base, expression): (Option<bool>, Option<String>) = (row.get(6)?, row.get(7)?);
        if let (Some(token), Some(started_at)) = (token, started_at) {
            let (base, expression) = (base.unwrap_or(true), expression.unwrap_or_default());
            let received = row.get::<_, i64>(8)?.unsigned_abs();
            state.progress = Some(Progress { token, started_at, base, expression, received });
        }
        state.partial = Some(row.get::<_, i64>(9)?.unsigned_abs()).filter(|cap| *cap > 0);
        Ok(state)
    }

    /// The server's epoch, as last seen (SYNC 2.6).
    ///
    /// # Errors
    /// An unreadable file.
    pub fn epoch(&self) -> Result<Option<String>, StoreError> {
        self.meta("epoch")
    }

    /// The id of this file's author session, a UUID (SYNC 3.4).
    ///
    /// # Errors
    /// A damaged or unreadable file.
    pub fn session(&self) -> Result<String, StoreError> {
        self.meta("session")?.ok_or_else(|| StoreError::damaged("the file", "it has no session"))
    }

    /// How often the store has been cleared (SYNC 1.12).
    ///
    /// # Errors
    /// A damaged or unreadable file.
    pub fn generation(&self) -> Result<u64, StoreError> {
        let text = self.meta("generation")?.unwrap_or_default();
        text.parse().map_err(|_| StoreError::damaged("the file", "its generation is not a number"))
    }

    fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        sql::value(&self.conn, "SELECT value FROM _meta WHERE name = ?1", params![name])
    }
}
