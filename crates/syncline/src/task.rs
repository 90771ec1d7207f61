//! Tasks: each has a name, an owner and an end.

use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::task::{AbortHandle, JoinSet};

/// The tasks of one owner. They end when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    tasks: JoinSet<()>,
}

impl Tasks {
    /// Runs `task` until it ends or the owner is dropped. A panic in it is reported by the name.
    pub(crate) fn spawn(
        &mut self,
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> AbortHandle {
        while self.tasks.try_join_next().is_some() {}
        self.tasks.spawn(async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                tracing::error!(task = name, "a task ended in a panic");
            }
        })
    }

    /// Ends all tasks, and returns when none of them runs any more.
    pub(crate) async fn end(mut self) {
        self.tasks.shutdown().await;
    }

    /// Calls `ring` after `delay`, which begins now and not when the task gets its first turn.
    pub(crate) fn timer(&mut self, delay: Duration, ring: impl FnOnce() + Send + 'static) -> AbortHandle {
        #[expect(
            clippy::disallowed_methods,
            reason = "the engine asked for this delay; this is its one timer"
        )]
        let sleep = tokio::time::sleep(delay);
        self.spawn("timer", async move {
            sleep.await;
            ring();
        })
    }
}

/// Runs `task` on its own until it ends: for the one task that owns all others.
pub(crate) fn detach(task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
    #[expect(
        clippy::disallowed_methods,
        reason = "the runner owns every other task; its handle aborts it on drop"
    )]
    tokio::spawn(task).abort_handle()
}
