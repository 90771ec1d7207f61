//! Claiming what to send (SYNC 1.2).

use super::Tx;
use crate::StoreError;
use crate::layout::Table;
use crate::local::{self, read_key};
use crate::outbox::{self, STATE_SENT};
use crate::sql::execute;
use rusqlite::params;
use syncline_core::ModelId;
use syncline_core::faults::{Rule, is_broken};
use syncline_core::record::{Entry, EntryState, MutationOp};

/// How much to claim.
#[derive(Clone, Copy, Debug)]
pub struct ClaimLimits<'a> {
    /// The sizes a batch may have; the largest that is available is taken. None: nothing is claimed.
    pub sizes: &'a [usize],
    /// Whether entries that were sent and whose outcome is unknown go first, verbatim. While it is set they are
    /// returned again by every call until they are settled.
    pub resend: bool,
    /// Whether an entry may travel in one document with the create that it waits for, because the server stops where
    /// that fails (SYNC 2.4).
    pub same_document_dependencies: bool,
}

/// Mutations that travel in one document: of one model and operation, all with a condition or all without.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The model.
    pub model: ModelId,
    /// The operation.
    pub op: MutationOp,
    /// The entries, in the order of the outbox; at most one per record.
    pub entries: Vec<Entry>,
    /// Whether they have conditions.
    pub conditional: bool,
    /// Whether more could have been taken if the batch were larger.
    pub more: bool,
}

impl Tx<'_> {
    /// Chooses entries that may be sent and marks them sent; once the transaction is committed they are frozen until
    /// their outcome is known. `None`: there is nothing to send.
    ///
    /// # Errors
    /// A damaged file or a failing disk.
    pub fn claim(&mut self, limits: ClaimLimits<'_>) -> Result<Option<Batch>, StoreError> {
        let Some(most) = limits.sizes.iter().copied().max().filter(|most| *most > 0) else { return Ok(None) };
        if limits.resend
            && let Some(batch) = self.in_doubt(limits.sizes, &[])?
        {
            return Ok(Some(batch));
        }
        let Some((table, shape)) = self.oldest_ready()? else { return Ok(None) };
        let mut entries = self.ready(table, shape, most)?;
        if limits.same_document_dependencies && entries.len() < most {
            self.add_dependents(table, shape, most, &mut entries)?;
        }
        let found = entries.len();
        entries.truncate(fitting(limits.sizes, found));
        let more = found == most || found > entries.len();
        for entry in &mut entries {
            self.mark_sent(table, entry)?;
        }
        let claimed = batch(table, entries).map(|batch| Batch { more, ..batch });
        self.changes.sends |= claimed.is_some();
        Ok(claimed)
    }

    /// The first entries whose outcome is unknown and that travel together, as `claim` returns them for `resend`, but
    /// without the mutations `aside`: one that never gets an outcome must not stop the others (I7). `None`: there are
    /// no others.
    ///
    /// # Errors
    /// A damaged file or a failing disk.
    pub fn in_doubt(&self, sizes: &[usize], aside: &[String]) -> Result<Option<Batch>, StoreError> {
        let Some(most) = sizes.iter().copied().max() else { return Ok(None) };
        Ok(self.sent(most, aside)?.map(|mut batch| {
            batch.entries.truncate(fitting(sizes, batch.entries.len()));
            batch
        }))
    }

    fn sent(&self, most: usize, aside: &[String]) -> Result<Option<Batch>, StoreError> {
        let mut statement = self.conn().prepare_cached(
            "SELECT seq, id, op, patch, base_version, condition, grp, state, error, model, key, shape \
             FROM _outbox INDEXED BY _outbox_sent WHERE state = 1 ORDER BY seq",
        )?;
        let mut rows = statement.query([])?;
        let mut wanted: Option<(&Table, i64)> = None;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()?.filter(|_| entries.len() < most) {
            if !aside.is_empty() && aside.contains(&row.get(1)?) {
                continue;
            }
            let name: String = row.get(9)?;
            let shape = row.get(11)?;
            let (table, first) = *wanted.get_or_insert((self.reads.tables.named(&name)?, shape));
            if table.model.name == name && first == shape {
                entries.push(outbox::read_entry(table, read_key(table, &row.get::<_, String>(10)?)?, row)?);
            }
        }
        Ok(wanted.and_then(|(table, _)| batch(table, entries)))
    }

    /// The model and shape of the oldest entry that is ready. It probes the index once or twice for each pair that has
    /// any, however many it has: first the next shape of the same model, then the next model.
    fn oldest_ready(&self) -> Result<Option<(&'_ Table, i64)>, StoreError> {
        type Found = (String, i64, i64);
        const NEXT_SHAPE: &str = "SELECT model, shape, seq FROM _outbox \
             WHERE ready = 1 AND model = ?1 AND shape > ?2 ORDER BY model, shape, seq LIMIT 1";
        const NEXT_MODEL: &str = "SELECT model, shape, seq FROM _outbox \
             WHERE ready = 1 AND model > ?1 ORDER BY model, shape, seq LIMIT 1";
        let probe = |sql: &str, params: &[&dyn rusqlite::ToSql]| -> Result<Option<Found>, StoreError> {
            let mut statement = self.conn().prepare_cached(sql)?;
            let mut rows = statement.query(params)?;
            let row = rows.next()?;
            row.map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).transpose()
        };
        let mut oldest: Option<Found> = None;
        let mut at = (String::new(), i64::MAX);
        loop {
            let mut found = probe(NEXT_SHAPE, params![at.0, at.1])?;
            if found.is_none() {
                found = probe(NEXT_MODEL, params![at.0])?;
            }
            let Some(found) = found else { break };
            at = (found.0.clone(), found.1);
            if oldest.as_ref().is_none_or(|oldest| found.2 < oldest.2) {
                oldest = Some(found);
            }
        }
        oldest.map(|(model, shape, _)| Ok((self.reads.tables.named(&model)?, shape))).transpose()
    }

    fn ready(&self, table: &Table, shape: i64, most: usize) -> Result<Vec<Entry>, StoreError> {
        let mut statement = self.conn().prepare_cached(
            "SELECT seq, id, op, patch, base_version, condition, grp, state, error, key FROM _outbox \
             WHERE ready = 1 AND model = ?1 AND shape = ?2 ORDER BY seq LIMIT ?3",
        )?;
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![table.model.name, shape, limit])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push(outbox::read_entry(table, read_key(table, &row.get::<_, String>(9)?)?, row)?);
        }
        Ok(entries)
    }

    /// Adds entries of the same shape that wait for nothing but creates in the same document, behind these.
    fn add_dependents(
        &self,
        table: &Table,
        shape: i64,
        most: usize,
        entries: &mut Vec<Entry>,
    ) -> Result<(), StoreError> {
        let mut place = 0;
        while let Some(parent) = entries.get(place).filter(|_| entries.len() < most) {
            if parent.op != MutationOp::Create {
                return Ok(());
            }
            let mut statement = self.conn().prepare_cached(
                "SELECT child.seq, id, op, patch, base_version, condition, grp, state, error, child.key \
                 FROM _parent JOIN _outbox AS child ON child.seq = _parent.seq \
                 WHERE _parent.model = ?1 AND _parent.key = ?2 AND child.model = ?1 AND child.shape = ?3 \
                 AND head = 1 AND ready = 0 AND grp IS NULL ORDER BY child.seq",
            )?;
            let mut rows = statement.query(params![table.model.name, parent.key.to_text(), shape])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(outbox::read_entry(table, read_key(table, &row.get::<_, String>(9)?)?, row)?);
            }
            for child in found {
                if entries.len() < most && self.waits_only_for(&child, entries)? {
                    entries.push(child);
                }
            }
            place += 1;
        }
        Ok(())
    }

    fn waits_only_for(&self, child: &Entry, entries: &[Entry]) -> Result<bool, StoreError> {
        if entries.iter().any(|entry| entry.seq == child.seq) {
            return Ok(false);
        }
        let blockers = outbox::blockers(self.conn(), child.seq)?;
        Ok(blockers.iter().all(|seq| entries.iter().any(|entry| entry.seq == *seq)))
    }

    fn mark_sent(&self, table: &Table, entry: &mut Entry) -> Result<(), StoreError> {
        if entry.base_version.is_none() && entry.op != MutationOp::Create {
            // What was before it is parked: it goes out on the server's record itself.
            entry.base_version = local::load(self.conn(), table, &entry.key)?.local.server.version();
        }
        if is_broken(Rule::MarkBeforeSend) {
            return Ok(());
        }
        entry.state = EntryState::Sent;
        let sql = "UPDATE _outbox SET state = ?2, base_version = ?3, head = 0, ready = 0 WHERE seq = ?1";
        execute(self.conn(), sql, params![entry.seq, STATE_SENT, entry.base_version])?;
        Ok(())
    }
}

/// The largest of `sizes` that `available` entries fill. Fewer than the smallest go as they are, so that nothing waits.
fn fitting(sizes: &[usize], available: usize) -> usize {
    sizes.iter().copied().filter(|size| (1..=available).contains(size)).max().unwrap_or(available)
}

fn batch(table: &Table, entries: Vec<Entry>) -> Option<Batch> {
    let first = entries.first()?;
    let (op, conditional) = (first.op, first.condition.is_some());
    Some(Batch { model: table.model.id, op, entries, conditional, more: false })
}
