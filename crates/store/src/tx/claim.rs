//! Claiming what to send (SYNC 1.2).

use super::Tx;
use super::gather::{self, Room, Sent};
use super::resting::{Ready, Resting};
use crate::StoreError;
use crate::layout::Table;
use crate::local;
use crate::outbox::{GROUPED, STATE_SENT};
use crate::sql::execute;
use rusqlite::params;
use syncline_core::faults::{Rule, is_broken};
use syncline_core::record::{Entry, EntryState, MutationOp};
use syncline_core::{Key, ModelId};

/// How much to claim.
#[derive(Clone, Copy, Debug)]
pub struct ClaimLimits<'a> {
    /// The sizes a batch may have; the largest that is available is taken. None: nothing is claimed.
    pub sizes: &'a [usize],
    /// Whether entries that were sent and whose outcome is unknown go first, verbatim. While it is set they are
    /// returned again by every call until they are settled.
    pub resend: bool,
    /// Whether an entry may travel in one document with what it waits for, because the server stops where that fails
    /// (SYNC 2.4): with the create of a record that it refers to, of any model, and with the entry before it of its own
    /// record. What is sent so has no fixed size.
    pub same_document_dependencies: bool,
    /// Whether a transaction group goes as one, because the server applies it as a whole or not at all (SYNC 2.5). If not,
    /// its members go one after the other.
    pub atomic_groups: bool,
    /// About how many bytes the request may have: a batch ends before it has more. A mutation that is larger goes alone,
    /// and so does a group.
    pub max_bytes: usize,
    /// Records that rest: none of their entries is taken, unless it travels with what it waits for.
    pub resting: &'a [(ModelId, Key)],
}

impl<'a> ClaimLimits<'a> {
    /// Batches of these sizes, for a server of which nothing more is known.
    #[must_use]
    pub const fn of(sizes: &'a [usize]) -> ClaimLimits<'a> {
        ClaimLimits {
            sizes,
            resend: false,
            same_document_dependencies: false,
            atomic_groups: false,
            max_bytes: usize::MAX,
            resting: &[],
        }
    }
}

/// Mutations that travel in one document: of one model and operation, all with a condition or all without, at most one
/// of a record, unless the limits that it was claimed with allow more.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The model of the first.
    pub model: ModelId,
    /// The operation of the first.
    pub op: MutationOp,
    /// The entries, in the order in which they are to be applied.
    pub entries: Vec<Entry>,
    /// Whether they are a transaction group, to be applied as a whole or not at all.
    pub atomic: bool,
    /// Whether more could have been taken if the batch were larger.
    pub more: bool,
}

impl Batch {
    /// These entries, if there are any.
    pub(super) fn of(entries: Vec<Entry>, atomic: bool, more: bool) -> Option<Batch> {
        let first = entries.first()?;
        Some(Batch { model: first.model, op: first.op, entries, atomic, more })
    }
}

impl Tx<'_> {
    /// Chooses entries that may be sent and marks them sent; once the transaction is committed they are frozen until
    /// their outcome is known. The oldest that is ready says of which kind they are. `None`: there is nothing to send.
    ///
    /// # Errors
    /// A damaged file or a failing disk.
    pub fn claim(&mut self, limits: ClaimLimits<'_>) -> Result<Option<Batch>, StoreError> {
        let Some(most) = limits.sizes.iter().copied().max().filter(|most| *most > 0) else { return Ok(None) };
        if limits.resend
            && let Some(batch) = self.in_doubt(limits, &[])?
        {
            return Ok(Some(batch));
        }
        let resting = Resting::of(self.reads, limits.resting)?;
        let Some((table, shape)) = self.oldest_ready(&resting)? else { return Ok(None) };
        let grouped = shape >= GROUPED && limits.atomic_groups;
        let group = if grouped { gather::whole_group(self.reads, table, shape)? } else { None };
        let (mut entries, atomic, more) = match group {
            Some(members) => (members, true, true),
            None => {
                // Of a group that cannot go as one, the first goes alone, so that it is plain what is behind it.
                let most = if grouped { 1 } else { most };
                let room = gather::ready(self.reads, (table, shape), most, limits.max_bytes, &resting)?;
                let (entries, more) = self.with_dependents(room, limits, &EntryState::Unsent)?;
                (entries, false, more)
            }
        };
        for place in 0..entries.len() {
            let (before, rest) = entries.split_at_mut(place);
            if let Some(entry) = rest.first_mut() {
                let same = |other: &&Entry| other.model == entry.model && other.key == entry.key;
                let predecessor = before.iter().rev().find(same);
                self.rebase(entry, predecessor)?;
            }
        }
        self.mark_sent(&mut entries)?;
        let claimed = Batch::of(entries, atomic, more);
        self.changes.sends |= claimed.is_some();
        Ok(claimed)
    }

    /// The first entries whose outcome is unknown and that travel together, as `claim` returns them for `resend`, but
    /// without the mutations `aside`: one that never gets an outcome must not stop the others (I7), but those that it must
    /// come before. `None`: there are no others.
    ///
    /// A group of which several are in flight was sent as one, and is returned as one; if groups are not atomic any more,
    /// its members are returned one after the other, in their order.
    ///
    /// # Errors
    /// A damaged file or a failing disk.
    pub fn in_doubt(&self, limits: ClaimLimits<'_>, aside: &[String]) -> Result<Option<Batch>, StoreError> {
        let Some(most) = limits.sizes.iter().copied().max() else { return Ok(None) };
        let room = match gather::sent(self.reads, most, limits, aside)? {
            Sent::Group(members) => return Ok(Batch::of(members, true, false)),
            Sent::Batch(room) => room,
        };
        let (entries, _) = self.with_dependents(room, limits, &EntryState::Sent)?;
        let mut left: Vec<Entry> = Vec::new();
        for entry in entries {
            let name = &self.reads.tables.get(entry.model)?.model.name;
            let goes = |seq| left.iter().any(|other| other.seq == seq);
            let place = (entry.seq, name.as_str(), &*entry.key.to_text());
            if !aside.contains(&entry.id) && !gather::follows(self.reads, place, &goes)? {
                left.push(entry);
            }
        }
        Ok(Batch::of(left, false, false))
    }

    /// The entries of a batch, with those that may travel with them, and whether more could have been taken.
    fn with_dependents(
        &self,
        mut room: Room,
        limits: ClaimLimits<'_>,
        state: &EntryState,
    ) -> Result<(Vec<Entry>, bool), StoreError> {
        let found = room.entries.len();
        let full = room.full;
        if limits.same_document_dependencies
            && !full
            && room.entries.iter().all(|entry| entry.group.is_none())
        {
            gather::add_dependents(self.reads, &mut room, state)?;
        }
        if room.entries.len() == found {
            room.entries.truncate(fitting(limits.sizes, found));
        }
        let more = full || room.full || found > room.entries.len();
        Ok((room.entries, more))
    }

    /// The model and shape of the oldest entry that is ready. It probes the index once or twice for each pair that has
    /// any, however many it has: first the next shape of the same model, then the next model.
    fn oldest_ready(&self, resting: &Resting<'_>) -> Result<Option<(&'_ Table, i64)>, StoreError> {
        const NEXT_SHAPE: &str = "SELECT model, shape, seq FROM _outbox \
             WHERE ready = 1 AND model = ?1 AND shape > ?2 ORDER BY model, shape, seq LIMIT 1";
        const NEXT_MODEL: &str = "SELECT model, shape, seq FROM _outbox \
             WHERE ready = 1 AND model > ?1 ORDER BY model, shape, seq LIMIT 1";
        let probe = |sql: &str, params: &[&dyn rusqlite::ToSql]| -> Result<Option<Ready>, StoreError> {
            let mut statement = self.conn().prepare_cached(sql)?;
            let mut rows = statement.query(params)?;
            let row = rows.next()?;
            row.map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).transpose()
        };
        let mut oldest: Option<Ready> = None;
        let mut at = (String::new(), i64::MAX);
        loop {
            let mut found = probe(NEXT_SHAPE, params![at.0, at.1])?;
            if found.is_none() {
                found = probe(NEXT_MODEL, params![at.0])?;
            }
            let Some(found) = found else { break };
            at = (found.0.clone(), found.1);
            let Some(found) = resting.first_beside(self.conn(), found)? else { continue };
            if oldest.as_ref().is_none_or(|oldest| found.2 < oldest.2) {
                oldest = Some(found);
            }
        }
        oldest.map(|(model, shape, _)| Ok((self.reads.tables.named(&model)?, shape))).transpose()
    }

    /// Gives an entry the version that it goes out on, if that is not the one it has. `predecessor` is the one of its
    /// record that travels before it in the same document.
    fn rebase(&self, entry: &mut Entry, predecessor: Option<&Entry>) -> Result<(), StoreError> {
        if let Some(predecessor) = predecessor {
            // What it will be based on if nobody else comes between. If somebody does, the server sees it by the values
            // that the entry was made on (`bases`). What is for the server to settle names the version it was made on.
            let made = predecessor.base_version.unwrap_or(0).saturating_add(1);
            entry.base_version = Some(entry.base_version.map_or(made, |named| named.min(made)));
        } else if entry.base_version.is_none() && entry.op != MutationOp::Create {
            // What was before it is parked: it goes out on the server's record itself.
            let table = self.reads.tables.get(entry.model)?;
            entry.base_version = local::load(self.conn(), table, &entry.key)?.local.server.version();
        } else {
            return Ok(());
        }
        let sql = "UPDATE _outbox SET base_version = ?2 WHERE seq = ?1";
        execute(self.conn(), sql, params![entry.seq, entry.base_version])?;
        Ok(())
    }

    /// Marks these as sent, with one statement for all: it is run for each batch of a drain.
    fn mark_sent(&self, entries: &mut [Entry]) -> Result<(), StoreError> {
        if entries.is_empty() || is_broken(Rule::MarkBeforeSend) {
            return Ok(());
        }
        entries.iter_mut().for_each(|entry| entry.state = EntryState::Sent);
        let places: serde_json::Value = entries.iter().map(|entry| entry.seq).collect();
        let sql = "UPDATE _outbox SET state = ?2, head = 0, ready = 0, claimed_at = nullif(?3, 0) \
                   WHERE seq IN (SELECT value FROM json_each(?1))";
        execute(self.conn(), sql, params![places.to_string(), STATE_SENT, self.now_ms])?;
        Ok(())
    }
}

/// The largest of `sizes` that `available` entries fill. Fewer than the smallest go as they are, so that nothing waits.
fn fitting(sizes: &[usize], available: usize) -> usize {
    sizes.iter().copied().filter(|size| (1..=available).contains(size)).max().unwrap_or(available)
}
