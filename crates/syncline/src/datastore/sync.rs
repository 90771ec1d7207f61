//! What an application says and asks about sync.

use super::DataStore;
use crate::Error;
use crate::hub::Hub;
use crate::observe::clear;
use crate::runner::Runner;
use std::time::Duration;
use syncline_store::LoggedConflict;

impl DataStore {
    /// Starts syncing, unless it has started, and returns once that has begun, not when it is done. Every operation does
    /// this by itself.
    ///
    /// # Errors
    /// If no API is configured, a sync expression does not fit its model, or the store is closed.
    pub async fn start(&self) -> Result<(), Error> {
        self.runner()?.start(self.shared.expressions.evaluate(&self.shared.schema)?).await
    }

    /// Stops syncing. Everything stays, and operations go on locally until [`DataStore::start`].
    ///
    /// # Errors
    /// If the store is closed.
    pub async fn stop(&self) -> Result<(), Error> {
        match &self.shared.runner {
            Some(runner) => runner.stop().await,
            None => Ok(()),
        }
    }

    /// Removes everything from the local file, mutations that were not sent included, in one transaction. A save that
    /// commits after it is kept. Sync is stopped before and starts again with the next operation. Observers are told
    /// [`Change::Cleared`](crate::Change::Cleared) and not record by record.
    ///
    /// # Errors
    /// If the file cannot be written or the store is closed.
    pub async fn clear(&self) -> Result<(), Error> {
        if let Some(runner) = &self.shared.runner {
            return runner.clear().await;
        }
        clear(&self.shared.writer, &self.shared.announcer.verdicts, &self.shared.observers).await
    }

    /// Tries everything that waits for a retry now, and syncs every model once. After [`DataStore::stop`] it does nothing.
    pub fn sync_now(&self) {
        self.start_quietly();
        if let Some(runner) = &self.shared.runner {
            runner.wake();
        }
    }

    /// What happens inside, as events: [`Hub::listen`].
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.shared.announcer.hub
    }

    /// The latest conflicts, newest first, at most `limit`: when each was met, at which version of the server's record, what
    /// met what, who won, and by which mutation. The last 10,000 are kept.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn conflicts(&self, limit: usize) -> Result<Vec<LoggedConflict>, Error> {
        self.shared.readers.with(|reader| reader.conflicts(limit))
    }

    /// Waits until no mutation waits to be sent. Parked ones do not count, nor does what waits for them.
    ///
    /// # Errors
    /// [`Error::Timeout`] after `timeout`, with what stands in the way if that is known, [`Error::NoApi`] without an API.
    pub async fn flush(&self, timeout: Duration) -> Result<(), Error> {
        self.runner()?;
        self.start_quietly();
        let mut verdicts = self.shared.announcer.verdicts.listen();
        let _waiter = self.shared.announcer.verdicts.rests.wait();
        let done = async {
            loop {
                if self.shared.readers.with(|reader| reader.unsettled_len())? == 0 {
                    return Ok(());
                }
                verdicts.changed().await.map_err(|_| Error::Closed)?;
            }
        };
        tokio::time::timeout(timeout, done).await.unwrap_or_else(|_| {
            let waiting = "mutations still wait; they stay in the outbox and are sent when sync runs and the server answers";
            Err(Error::Timeout(match self.hub().trouble() {
                Some(trouble) => format!("{waiting} ({trouble})"),
                None => waiting.to_owned(),
            }))
        })
    }

    fn runner(&self) -> Result<&Runner, Error> {
        self.shared.runner.as_ref().ok_or(Error::NoApi)
    }

    /// Every operation starts sync by itself; what stands in the way of that is told where sync is asked for.
    pub(crate) fn start_quietly(&self) {
        if let Some(runner) = &self.shared.runner
            && runner.may_start()
        {
            match self.shared.expressions.evaluate(&self.shared.schema) {
                Ok(expressions) => runner.start_in_background(expressions),
                Err(error) => tracing::error!(%error, "sync does not start"),
            }
        }
    }
}
