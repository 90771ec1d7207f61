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

    /// As [`Tasks::spawn`], and calls `lost` if the task ends in a panic: for whoever waits for what comes of it.
    pub(crate) fn spawn_awaited(
        &mut self,
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
        lost: impl FnOnce() + Send + 'static,
    ) -> AbortHandle {
        self.spawn(name, async move {
            if let Err(panic) = AssertUnwindSafe(task).catch_unwind().await {
                lost();
                std::panic::resume_unwind(panic);
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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn whoever_waits_for_a_task_hears_of_its_panic_and_of_nothing_else() {
        let (tell, mut told) = mpsc::unbounded_channel();
        let mut tasks = Tasks::default();
        for (name, panics) in [("well", false), ("ill", true)] {
            let tell = tell.clone();
            let task = async move { assert!(!panics, "as it should be") };
            tasks.spawn_awaited(name, task, move || tell.send(name).unwrap());
        }
        drop(tell);
        assert_eq!(told.recv().await, Some("ill"));
        assert_eq!(told.recv().await, None);
    }
}
