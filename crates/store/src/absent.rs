//! The keys of records that are not shown but of which something is known: tombstones, evictions, pending deletes.
//!
//! A record that is new to the store is written without looking for what is known of it, if its key is not among these.

use crate::StoreError;
use rusqlite::Connection;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Hashes of keys. It may hold more than it must, never less: a key stays in it when a rollback or a new life of the
/// record would take it out, which only costs that one look.
#[derive(Debug, Default)]
pub(crate) struct Absent {
    keys: Option<HashSet<u64>>,
    hasher: RandomState,
}

impl Absent {
    /// Reads what the file knows, once. It must not be called in a transaction that has written something, which a
    /// rollback might bring back.
    pub(crate) fn load(&mut self, conn: &Connection) -> Result<(), StoreError> {
        if self.keys.is_some() {
            return Ok(());
        }
        let mut keys = HashSet::new();
        // Whichever of the pending records are shown: an insert of one of those fails by itself.
        let mut statement =
            conn.prepare("SELECT model, key FROM _absence UNION ALL SELECT model, key FROM _outbox")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text = |place| row.get_ref(place)?.as_str().map_err(rusqlite::Error::from);
            keys.insert(self.hash(text(0)?, text(1)?));
        }
        self.keys = Some(keys);
        Ok(())
    }

    /// Whether nothing can be known of this record unless it is shown.
    pub(crate) fn is_unknown(&self, model: &str, key: &str) -> bool {
        self.keys.as_ref().is_some_and(|keys| !keys.contains(&self.hash(model, key)))
    }

    /// The record is not shown from now on, and something is known of it.
    pub(crate) fn add(&mut self, model: &str, key: &str) {
        let hash = self.hash(model, key);
        if let Some(keys) = &mut self.keys {
            keys.insert(hash);
        }
    }

    fn hash(&self, model: &str, key: &str) -> u64 {
        self.hasher.hash_one((model, key))
    }
}
