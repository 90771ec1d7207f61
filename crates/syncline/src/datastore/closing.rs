//! The end of a store.

use super::{DataStore, Shared};
use crate::task::detach;
use std::sync::Arc;
use tokio::sync::oneshot;

impl DataStore {
    /// Ends sync and closes the file, whatever other handles there are, and returns when that is done: what has been
    /// handed in so far is written then, and the file can be opened again, moved or removed. Every later call of any
    /// handle says that the store is closed, streams end, and who waits for the cloud's word on a mutation is told
    /// [`Verdict::Closed`](crate::Verdict::Closed). What was not sent stays in the file and is sent after the next open.
    ///
    /// It is done to its end, also if nobody waits for it any more, and closing twice is no error. It waits for queries
    /// that are being read; a transaction whose closure goes on meanwhile fails at its end.
    ///
    /// Dropping the last handle closes the store as well, but holds up the thread that does it until the last write is on
    /// the disk.
    ///
    /// ```
    /// # syncline::schema!("schema.graphql");
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), syncline::Error> {
    /// # use syncline::{DataStore, Error};
    /// let store = DataStore::builder(schema()).in_memory().open().await?;
    /// let other = store.clone();
    /// store.close().await;
    /// assert!(matches!(other.query::<Post>().await, Err(Error::Closed)));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close(&self) {
        let shared = Arc::clone(&self.shared);
        let (closed, wait) = oneshot::channel();
        detach(async move {
            shared.close().await;
            // Whoever asked may have gone.
            let _ = closed.send(());
        });
        // It is gone only with its runtime.
        let _ = wait.await;
    }
}

impl Shared {
    /// Each step may be done twice, and at once.
    async fn close(self: Arc<Shared>) {
        if let Some(runner) = &self.runner {
            runner.close().await;
        }
        self.writer.close_in_background().await;
        let (readers, snapshots) = (Arc::clone(&self.readers), Arc::clone(&self.snapshots));
        // A query may be long. Closing fails only with the runtime.
        let _ = tokio::task::spawn_blocking(move || {
            readers.close();
            snapshots.close();
        })
        .await;
        self.tell_the_end();
    }
}
