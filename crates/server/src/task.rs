//! The only place that starts tasks. Each has a name and an owner, and ends with its owner.

use std::future::Future;
use tokio::task::JoinHandle;

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
