//! Running a transaction.

use super::state::{Inner, told};
use super::{Committed, Transaction};
use crate::Error;
use crate::datastore::{DataStore, Verdict};
use crate::runner::Runner;
use std::future::Future;
use std::sync::Arc;
use syncline_store::Group;

impl DataStore {
    /// Runs `run` as a transaction: its writes happen together or not at all, and are one group in the outbox. A Syncline
    /// server applies it as a whole; to AppSync its mutations are sent one by one, in their order. They are written in one commit after the closure has returned Ok; if it returns Err, or the call is
    /// cancelled before that, nothing is.
    ///
    /// The closure gets a handle, through which it reads and writes. Its reads see one state of the file, as it was at the
    /// first of them, with its own writes over it. Nobody waits for the closure: others read and write meanwhile. So at
    /// the end every record that the transaction has read, saved or deleted is compared with what is there then, also
    /// that there was none; if one is not what it was, the result is [`Error::TransactionConflict`] and nothing is
    /// written. Records that a query did not return, and counts, are not compared.
    ///
    /// A conflict is not retried by itself, since what else the closure does is its own: run the transaction again while
    /// [`Error::is_retryable`] says so, a few times at most, and read everything anew in the closure.
    ///
    /// The [guide](crate::guide::saving#transactions) has an example.
    ///
    /// A state that is being read keeps the write-ahead log of the file from beginning anew, so it is let go after ten
    /// seconds, and the log grows by what is written in that time at the most. A closure that goes on after that reads
    /// a newer state, if everything it has read is the same there, and otherwise gets [`Error::TransactionConflict`]
    /// from its next call. What it has read is kept in memory until its end.
    ///
    /// Inside of the closure, calls of the store itself, another transaction included, have nothing to do with this one.
    ///
    /// # Errors
    /// What the closure says; [`Error::TransactionConflict`]; [`Error::TransactionTooLarge`] if the server is known not to
    /// apply so many at once; what a save or delete says whose condition does not hold, or
    /// whose value does not fit, at the end; that the file cannot be written, or the store is closed.
    pub async fn transaction<R, E, F, Fut>(&self, run: F) -> Result<Committed<R>, E>
    where
        F: FnOnce(Transaction) -> Fut,
        Fut: Future<Output = Result<R, E>>,
        E: From<Error>,
    {
        if self.shared.writer.is_closed() {
            return Err(Error::Closed.into());
        }
        self.start_quietly();
        let inner = Inner::begin(&self.shared.schema, &self.shared.snapshots);
        let abandoned = Abandoned(&inner);
        let value = run(Transaction::new(Arc::clone(&inner))).await?;
        let mut group = inner.end().await?;
        group.limit(self.shared.runner.as_ref().and_then(Runner::atomic_max));
        drop(abandoned);
        let members = if group.is_empty() { Vec::new() } else { self.write_group(group).await? };
        Ok(Committed::new(value, members, self.clone()))
    }

    /// Writes what a transaction collected. Who is told of it is told on the writer's thread, also if nobody waits.
    async fn write_group(&self, group: Group) -> Result<Vec<super::committed::Member>, Error> {
        let announcer = self.shared.announcer.clone();
        let schema = Arc::clone(&self.shared.schema);
        let (tell, told_members) = std::sync::mpsc::sync_channel(1);
        let done = self.shared.writer.run_then(
            move |tx| tx.apply_group(&group),
            move |done| {
                for ended in &done.ended {
                    announcer.verdicts.tell(ended, Verdict::Superseded);
                }
                let members = done.members.iter().filter_map(|member| {
                    let name = &schema.model(member.model).name;
                    let waiting = announcer.note(Some(&member.mutation), &[]);
                    waiting.map(|waiting| (name.clone(), member.key.clone(), waiting))
                });
                let members: Vec<_> = members.collect();
                announcer.outbox_grew();
                announcer.conflicts(&done.conflicts);
                let _ = tell.send(members);
            },
        );
        done.await.map_err(|error| match error {
            Error::Store(error) => told(error),
            other => other,
        })?;
        Ok(told_members.try_recv().unwrap_or_default())
    }
}

/// Ends a transaction whose closure failed, panicked or was cancelled.
struct Abandoned<'a>(&'a Inner);

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}
