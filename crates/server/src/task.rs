//! The only place that starts tasks. Each has a name and an owner, and ends with its owner.

use std::future::Future;
use tokio::task::{JoinHandle, JoinSet};

/// A running task. It is aborted when this is dropped.
#[derive(Debug)]
pub(crate) struct Task {
    name: &'static str,
    handle: JoinHandle<()>,
}

impl Task {
    /// Starts a task.
    #[expect(clippy::disallowed_methods, reason = "the task gets its name and its owner here")]
    pub(crate) fn start(name: &'static str, future: impl Future<Output = ()> + Send + 'static) -> Task {
        Task { name, handle: tokio::spawn(future) }
    }

    /// Waits for its end.
    pub(crate) async fn end(mut self) {
        if let Err(error) = (&mut self.handle).await {
            tracing::error!(task = self.name, %error, "a task failed");
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

/// Tasks of one owner that come and go. They are aborted when this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Tasks(JoinSet<()>);

impl Tasks {
    /// Starts one more.
    pub(crate) fn start(&mut self, future: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(future);
    }

    /// Whether none runs.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Waits until one has ended; without any, for ever.
    pub(crate) async fn ended(&mut self) {
        match self.0.join_next().await {
            Some(Ok(())) => {}
            Some(Err(error)) => tracing::error!(%error, "the task of a connection failed"),
            None => std::future::pending().await,
        }
    }
}
