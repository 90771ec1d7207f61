//! The outbox and the conflict log.

use super::Reads;
use crate::codec::read_conflict;
use crate::outbox::{self, UNFILLED};
use crate::sql;
use crate::{StoreError, local};
use rusqlite::params;
use std::collections::HashSet;
use std::ops::{Deref, RangeInclusive};
use syncline_core::record::{Conflict, Entry};

/// A conflict, as it is listed.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedConflict {
    /// When it was met, in ms since the epoch by this device's clock; `None` if nobody told the time.
    pub at: Option<i64>,
    /// The version of the server's record that it was met at; `None` if there was none.
    pub version: Option<i64>,
    /// What met what, who won, and the mutation.
    pub conflict: Conflict,
}

impl Deref for LoggedConflict {
    type Target = Conflict;
    fn deref(&self) -> &Conflict {
        &self.conflict
    }
}

impl Reads {
    /// Every entry of the outbox, in its order.
    ///
    /// # Errors
    /// A damaged or unreadable file.
    pub fn outbox(&self) -> Result<Vec<Entry>, StoreError> {
        outbox::all(&self.conn, &self.tables)
    }

    /// How many entries the outbox holds.
    ///
    /// # Errors
    /// An unreadable file.
    pub fn outbox_len(&self) -> Result<u64, StoreError> {
        self.number("SELECT count(*) FROM _outbox")
    }

    /// How many entries have not been sent and are not parked.
    ///
    /// # Errors
    /// An unreadable file.
    pub fn unsent_len(&self) -> Result<u64, StoreError> {
        self.number("SELECT count(*) FROM _outbox WHERE state = 0")
    }

    /// How many entries will be sent, answered or decided about by themselves: those in flight, those that could be sent
    /// now, those whose record waits for its conflict handler, and those that wait for what the server has in fields that
    /// are new here. Whatever else waits does so for one of these, or for one that is parked; of the latter it is a person
    /// who has to decide.
    ///
    /// # Errors
    /// An unreadable file.
    pub fn unsettled_len(&self) -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT count(*) FROM _outbox AS own WHERE state = 1 OR ready = 1 OR (state = 0 AND EXISTS \
             (SELECT 1 FROM _held WHERE model = own.model AND key = own.key)) \
             OR (head = 1 OR grp IS NOT NULL) AND {UNFILLED}"
        );
        self.number(&sql)
    }

    /// How many entries could be sent now: the first of their record, waiting for no other.
    ///
    /// # Errors
    /// An unreadable file.
    pub fn ready_len(&self) -> Result<u64, StoreError> {
        self.number("SELECT count(*) FROM _outbox WHERE ready = 1")
    }

    /// Those of these mutations in flight that were not first sent within `times`, in ms since the epoch, or of which it is
    /// not known when: a server that forgets ids may have forgotten theirs (SYNC 2.1).
    ///
    /// # Errors
    /// An unreadable file.
    pub fn sent_outside(
        &self,
        mutations: &[String],
        times: RangeInclusive<i64>,
    ) -> Result<Vec<String>, StoreError> {
        let mut within = HashSet::new();
        let mut statement = self.conn.prepare_cached(
            "SELECT id FROM _outbox INDEXED BY _outbox_sent WHERE state = 1 AND claimed_at BETWEEN ?1 AND ?2",
        )?;
        let mut rows = statement.query(params![times.start(), times.end()])?;
        while let Some(row) = rows.next()? {
            within.insert(row.get::<_, String>(0)?);
        }
        Ok(mutations.iter().filter(|mutation| !within.contains(*mutation)).cloned().collect())
    }

    /// The entry with the id `mutation`.
    ///
    /// # Errors
    /// A damaged or unreadable file.
    pub fn entry(&self, mutation: &str) -> Result<Option<Entry>, StoreError> {
        outbox::by_id(&self.conn, &self.tables, mutation)
    }

    /// The newest conflicts, the newest first, at most `limit` of them. The log keeps the last
    /// [10,000](crate::Store).
    ///
    /// # Errors
    /// A damaged or unreadable file.
    pub fn conflicts(&self, limit: usize) -> Result<Vec<LoggedConflict>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT model, key, mutation, conflict, at, version FROM _conflicts ORDER BY seq DESC LIMIT ?1",
        )?;
        let mut rows = statement.query(params![i64::try_from(limit).unwrap_or(i64::MAX)])?;
        let mut conflicts = Vec::new();
        while let Some(row) = rows.next()? {
            let table = self.tables.named(&row.get::<_, String>(0)?)?;
            let key = local::read_key(table, &row.get::<_, String>(1)?)?;
            let text: String = row.get(3)?;
            let conflict = read_conflict(&table.model, key, row.get(2)?, &text)?;
            conflicts.push(LoggedConflict { at: row.get(4)?, version: row.get(5)?, conflict });
        }
        Ok(conflicts)
    }

    fn number(&self, sql: &str) -> Result<u64, StoreError> {
        Ok(sql::value::<i64>(&self.conn, sql, [])?.map_or(0, i64::unsigned_abs))
    }
}
