//! Writes: mutations inside one transaction.

use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use syncline_backend::driver::{Put, Step, check_key, complete, key_fits, step, versions_since};
use syncline_backend::{Applied, BackendError, Clock, Committed, Current, Mutation, Rejection, Row, Write};
use syncline_core::record::MutationOp;
use syncline_core::{Key, ModelId, Value};

use crate::error::{fault, is_about_the_values};
use crate::table::Layout;
use crate::watermark::Watermark;
use crate::{log, meta};

/// The mutations of one `apply` call.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) writes: Vec<Write>,
    pub(crate) atomic: bool,
    /// Whether ids are remembered: always, unless the rule is switched off.
    pub(crate) remember: bool,
}

/// What one transaction is to do.
#[derive(Debug, Default)]
pub(crate) struct Group<'a> {
    /// Each in its own right: one that fails leaves the others alone.
    pub(crate) batches: Vec<&'a Batch>,
    /// The ceiling to raise, in ms.
    pub(crate) ceiling: Option<i64>,
}

/// What one transaction did.
#[derive(Debug)]
pub(crate) struct Done {
    /// The answers to each batch.
    pub(crate) answers: Vec<Vec<Applied>>,
    /// What committed, in order.
    pub(crate) changes: Vec<Committed>,
}

/// The one connection that writes.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) conn: Connection,
    pub(crate) layout: Arc<Layout>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) watermark: Arc<Watermark>,
    /// The last sequence number that committed.
    pub(crate) seq: i64,
}

impl Writer {
    /// Does all of `group` in one transaction. When this returns it is durable, or nothing of it has happened.
    ///
    /// # Errors
    /// A fault of the store.
    pub(crate) fn commit(&mut self, group: &Group<'_>) -> Result<Done, BackendError> {
        match self.attempt(group, false) {
            // Rare, and decisions may run again: all of it once more, each mutation where it can be undone alone.
            Err(Failed::Values(_)) => self.attempt(group, true),
            done => done,
        }
        .map_err(Failed::into_fault)
    }

    /// Does all of `group` in one transaction. With `each_alone` a mutation whose values SQLite cannot hold is refused;
    /// else it fails the attempt. Every savepoint copies the pages that are written in it, so it is not the rule.
    fn attempt(&mut self, group: &Group<'_>, each_alone: bool) -> Result<Done, Failed> {
        let fault = Failed::Store;
        let mut in_flight = InFlight { watermark: &self.watermark, settled: true };
        let context = Context { layout: &self.layout, clock: &*self.clock, watermark: &self.watermark };
        let tx = Transaction::new(&mut self.conn, TransactionBehavior::Immediate).map_err(fault)?;
        let mut run = Run { context, conn: tx, seq: self.seq, stamp: None, changes: Vec::new(), each_alone };
        let answers = group.batches.iter().map(|batch| run.batch(batch)).collect::<Result<_, _>>().map_err(
            |error| {
                if is_about_the_values(&error) { Failed::Values(error) } else { fault(error) }
            },
        )?;
        let Run { conn: tx, seq, stamp, changes, .. } = run;
        let ceiling = group.ceiling.filter(|ceiling| *ceiling > self.watermark.ceiling());
        if stamp.is_some() || ceiling.is_some() {
            let before = meta::clock(&tx).map_err(fault)?;
            let stamp = stamp.unwrap_or(before.stamp);
            let ceiling = ceiling.unwrap_or(before.ceiling);
            meta::set_clock(&tx, seq, stamp, ceiling).map_err(fault)?;
        }
        if let Err(error) = tx.commit() {
            in_flight.settled = false;
            return Err(fault(error));
        }
        self.seq = seq;
        if let Some(ceiling) = ceiling {
            self.watermark.raised(ceiling);
        }
        Ok(Done { answers, changes })
    }
}

/// Why an attempt did not succeed.
enum Failed {
    /// SQLite cannot hold some of the values.
    Values(rusqlite::Error),
    /// The store is at fault.
    Store(rusqlite::Error),
}

impl Failed {
    fn into_fault(self) -> BackendError {
        match self {
            Failed::Values(error) | Failed::Store(error) => fault(error),
        }
    }
}

/// The stamps of a transaction are in flight until it has ended, also by a panic in a decision. If the disk failed in
/// the middle of a commit they stay so until another one succeeds: a crash before that might bring the commit back, and
/// no sync may have promised by then that nothing so old can come.
struct InFlight<'a> {
    watermark: &'a Watermark,
    settled: bool,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if self.settled {
            self.watermark.settled();
        }
    }
}

#[derive(Clone, Copy)]
struct Context<'a> {
    layout: &'a Layout,
    clock: &'a dyn Clock,
    watermark: &'a Watermark,
}

/// A transaction in progress.
struct Run<'a> {
    context: Context<'a>,
    conn: Transaction<'a>,
    seq: i64,
    /// The last stamp.
    stamp: Option<i64>,
    changes: Vec<Committed>,
    /// Whether each mutation can be undone alone.
    each_alone: bool,
}

impl Run<'_> {
    fn batch(&mut self, batch: &Batch) -> rusqlite::Result<Vec<Applied>> {
        if !batch.atomic {
            let mut answers = Vec::with_capacity(batch.writes.len());
            for write in &batch.writes {
                let answer = self.one(write, &answers, batch.remember)?;
                answers.push(answer);
            }
            return Ok(answers);
        }
        let (seq, changes) = (self.seq, self.changes.len());
        self.conn.execute_batch("SAVEPOINT batch")?;
        let mut answers = Vec::with_capacity(batch.writes.len());
        for (place, write) in batch.writes.iter().enumerate() {
            let answer = self.one(write, &answers, batch.remember)?;
            if answer.is_failure() {
                self.conn.execute_batch("ROLLBACK TO batch; RELEASE batch")?;
                self.seq = seq;
                self.changes.truncate(changes);
                let current = self.current(&write.mutation)?;
                let mut undone: Vec<Applied> = batch.writes.iter().map(|_| Applied::Aborted).collect();
                undone[place] = answer.with_current(current);
                return Ok(undone);
            }
            answers.push(answer);
        }
        self.conn.execute_batch("RELEASE batch")?;
        Ok(answers)
    }

    /// The mutation's row as it is now.
    fn current(&self, mutation: &Mutation) -> rusqlite::Result<Option<Row>> {
        let table = &self.context.layout.tables[mutation.model.0];
        if key_fits(&table.model, &mutation.key) { table.get(&self.conn, &mutation.key) } else { Ok(None) }
    }

    fn one(&mut self, write: &Write, earlier: &[Applied], remember: bool) -> rusqlite::Result<Applied> {
        let mutation = &write.mutation;
        let table = &self.context.layout.tables[mutation.model.0];
        if let Some(answer) = self.recall(mutation)? {
            return Ok(answer);
        }
        if let Err(rejection) = check_key(&table.model, mutation) {
            return Ok(Applied::Rejected { rejection, current: None });
        }
        let row = table.get(&self.conn, &mutation.key)?;
        let since_base = match versions_since(mutation.base_version, row.as_ref()) {
            Some(versions) => {
                let changes = log::changes(&self.conn, &table.model, &mutation.key, &versions)?;
                complete(versions, changes)
            }
            None => None,
        };
        let current = Current { row: row.as_ref(), since_base: since_base.as_deref(), earlier };
        match step(&table.model, mutation, current, &write.decide) {
            Step::Put(put) => self.put(mutation, row, put, remember),
            Step::Done(answer) => {
                if let (Applied::Kept(row), true) = (&answer, remember) {
                    self.remember(mutation, &mutation.key.to_text(), row.meta.version)?;
                }
                Ok(answer)
            }
        }
    }

    /// Writes; values which SQLite cannot hold are one mutation's trouble if it has a savepoint.
    fn put(
        &mut self,
        mutation: &Mutation,
        before: Option<Row>,
        mut put: Put,
        remember: bool,
    ) -> rusqlite::Result<Applied> {
        let seq = self.seq + 1;
        let stamp = self.context.watermark.stamp(self.context.clock.now_ms());
        let (op, changed) = (put.op, std::mem::take(&mut put.before));
        let after = Arc::new(put.into_row(stamp, seq));
        if self.each_alone {
            self.conn.execute_batch("SAVEPOINT mutation")?;
        }
        match self.write(mutation, before.is_some(), (op, &changed), &after, remember) {
            Ok(()) if self.each_alone => self.conn.execute_batch("RELEASE mutation")?,
            Ok(()) => {}
            Err(error) if self.each_alone && is_about_the_values(&error) => {
                self.conn.execute_batch("ROLLBACK TO mutation; RELEASE mutation")?;
                let rejection = Rejection::Invalid(format!("the store cannot hold the record: {error}"));
                return Ok(Applied::Rejected { rejection, current: before });
            }
            Err(error) => return Err(error),
        }
        self.seq = seq;
        self.stamp = Some(stamp);
        let (model, key) = (mutation.model, mutation.key.clone());
        let origin = mutation.origin.clone();
        self.changes.push(Committed { model, key, op, before, after: Arc::clone(&after), origin });
        Ok(Applied::Written(after))
    }

    fn write(
        &self,
        mutation: &Mutation,
        exists: bool,
        change: (MutationOp, &[(usize, Value)]),
        after: &Row,
        remember: bool,
    ) -> rusqlite::Result<()> {
        let table = &self.context.layout.tables[mutation.model.0];
        table.put(&self.conn, after, exists)?;
        let key = mutation.key.to_text();
        log::append(&self.conn, &table.model, (mutation, &key), change, after)?;
        if remember {
            self.remember(mutation, &key, after.meta.version)?;
        }
        Ok(())
    }

    fn remember(&self, mutation: &Mutation, key: &str, version: i64) -> rusqlite::Result<()> {
        let Some(id) = &mutation.id else { return Ok(()) };
        let model = &self.context.layout.tables[mutation.model.0].model;
        log::remember(&self.conn, id, model, key, version, self.context.clock.now_ms())
    }

    /// The answer to a mutation whose id is known.
    fn recall(&self, mutation: &Mutation) -> rusqlite::Result<Option<Applied>> {
        let Some(id) = &mutation.id else { return Ok(None) };
        let Some(known) = log::recall(&self.conn, id)? else { return Ok(None) };
        if known.principal != id.principal {
            return Ok(Some(Applied::ForeignId));
        }
        if !self.is_same(&known, mutation.model, &mutation.key) {
            let rejection = Rejection::reused_id();
            return Ok(Some(Applied::Rejected { rejection, current: None }));
        }
        self.current(mutation).map(|row| Some(Applied::Repeated(row)))
    }

    fn is_same(&self, known: &log::Remembered, model: ModelId, key: &Key) -> bool {
        known.model == self.context.layout.tables[model.0].model.name && known.key == key.to_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::limits::Limit;
    use syncline_backend::{Decide, Decision, ManualClock};
    use syncline_core::Record;

    fn writer() -> Writer {
        let source = "type Note @model @auth(rules: [{ allow: public }]) { text: String }";
        let schema = Arc::new(syncline_schema::compile(source, "notes.graphql").unwrap());
        let opened = crate::open::memory(schema, [0; 16]).unwrap();
        Writer {
            conn: opened.conn,
            layout: Arc::new(opened.layout),
            clock: Arc::new(ManualClock::new(1_000)),
            watermark: Arc::new(Watermark::new(opened.clock)),
            seq: 0,
        }
    }

    fn batch(writer: &Writer, notes: &[(&str, String)]) -> Batch {
        let model = &writer.layout.tables[0].model;
        let write = |(id, text): &(&str, String)| {
            let mut record = Record::empty(model.fields.len());
            record[model.field("id").unwrap()] = (*id).into();
            record[model.field("text").unwrap()] = text.as_str().into();
            let decide: Decide = Box::new(move |_| Decision::Write(record.clone()));
            let (model, key, op) = (model.id, Key::id(*id), MutationOp::Create);
            Write {
                mutation: Mutation {
                    model,
                    key,
                    op,
                    id: None,
                    base_version: None,
                    session: None,
                    origin: None,
                },
                decide,
            }
        };
        Batch { writes: notes.iter().map(write).collect(), atomic: false, remember: true }
    }

    fn commit(writer: &mut Writer, batches: &[Batch]) -> Result<Vec<Vec<Applied>>, BackendError> {
        let group = Group { batches: batches.iter().collect(), ceiling: None };
        writer.commit(&group).map(|done| done.answers)
    }

    #[test]
    fn a_commit_that_fails_leaves_nothing_and_no_promise() {
        let mut writer = writer();
        let batches = [batch(&writer, &[("a", "1".into())]), batch(&writer, &[("b", "2".into())])];
        writer.conn.commit_hook(Some(|| true)).unwrap();
        assert!(commit(&mut writer, &batches).unwrap_err().is_transient());
        writer.conn.commit_hook(None::<fn() -> bool>).unwrap();
        assert_eq!(meta::clock(&writer.conn).unwrap().seq, 0);
        assert_eq!(writer.watermark.started_at(5_000).0, 1_000, "its stamps may come back");
        let answers = commit(&mut writer, &batches).unwrap();
        assert!(matches!(&answers[..], [a, b] if matches!((&a[..], &b[..]),
            ([Applied::Written(a)], [Applied::Written(b)]) if (a.seq, b.seq) == (1, 2))));
        assert_eq!(writer.watermark.started_at(5_000).0, 5_000);
    }

    #[test]
    fn a_full_disk_fails_the_group_and_not_the_store() {
        let mut writer = writer();
        let batches = [batch(&writer, &[("a", "1".into())]), batch(&writer, &[("b", "x".repeat(100_000))])];
        let pages: i64 = writer.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        writer.conn.pragma_update(None, "max_page_count", pages + 2).unwrap();
        assert!(commit(&mut writer, &batches).unwrap_err().is_transient());
        writer.conn.pragma_update(None, "max_page_count", 1_000_000).unwrap();
        assert_eq!(commit(&mut writer, &batches).unwrap().len(), 2);
    }

    #[test]
    fn what_sqlite_cannot_hold_is_one_mutations_trouble() {
        let mut writer = writer();
        writer.conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, 10_000).unwrap();
        let notes = [("a", "1".into()), ("b", "x".repeat(20_000)), ("c", "3".into())];
        let batches = [batch(&writer, &notes)];
        let answers = commit(&mut writer, &batches).unwrap().remove(0);
        assert!(
            matches!(&answers[..], [
            Applied::Written(a),
            Applied::Rejected { rejection: Rejection::Invalid(_), current: None },
            Applied::Written(c),
        ] if (a.seq, c.seq) == (1, 2)),
            "{answers:?}"
        );
    }
}
