//! The runner: carries the engine's effects out and feeds it what comes of them. It decides nothing.
//!
//! One task owns the engine; each effect that waits for something is a task of its own, which belongs to the run and
//! ends with it. What a task finds out comes back as a message with the number of its run.

mod fetch;
mod frames;
mod send;
mod state;
mod verdicts;

use crate::Error;
use crate::api::AppSync;
use crate::datastore::Verdicts;
use crate::expression::Evaluated;
use crate::hub::Hub;
use crate::task::detach;
use crate::transport::Http;
use crate::writer::Writer;
use state::RunnerTask;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use syncline_core::Schema;
use syncline_engine::Failure;
use syncline_protocol::ErrorClass;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

pub(crate) use state::Message;

/// What a runner is made of.
pub(crate) struct RunnerParts {
    pub(crate) schema: Arc<Schema>,
    pub(crate) writer: Writer,
    pub(crate) verdicts: Arc<Verdicts>,
    pub(crate) hub: Hub,
    pub(crate) api: AppSync,
    pub(crate) session: String,
}

/// A handle to the runner's task, which ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Runner {
    messages: mpsc::UnboundedSender<Message>,
    task: AbortHandle,
    mode: AtomicU8,
}

/// Nobody has said anything: the first operation starts sync.
const AUTOMATIC: u8 = 0;
/// Started.
const STARTED: u8 = 1;
/// Stopped on purpose: only `start` starts again.
const STOPPED: u8 = 2;

impl Runner {
    /// A runner that waits to be started.
    pub(crate) fn start_idle(parts: RunnerParts) -> Result<Runner, Error> {
        let http = Http::new(parts.api.clone())?;
        let (messages, queue) = mpsc::unbounded_channel();
        let task = detach(RunnerTask::new(parts, http, messages.clone()).run(queue));
        Ok(Runner { messages, task, mode: AtomicU8::new(AUTOMATIC) })
    }

    /// Whether an operation should start sync by itself.
    pub(crate) fn may_start(&self) -> bool {
        self.mode.load(Ordering::Acquire) == AUTOMATIC
    }

    /// Starts, and waits until the run has begun.
    pub(crate) async fn start(&self, expressions: Evaluated) -> Result<(), Error> {
        self.mode.store(STARTED, Ordering::Release);
        let (begun, wait) = oneshot::channel();
        self.tell(Message::Start(expressions, Some(begun)))?;
        wait.await.map_err(|_| Error::Closed)
    }

    /// Starts without waiting.
    pub(crate) fn start_in_background(&self, expressions: Evaluated) {
        if self.mode.compare_exchange(AUTOMATIC, STARTED, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            // A runner that is gone has nothing to start.
            let _ = self.tell(Message::Start(expressions, None));
        }
    }

    /// Stops, and waits until nothing of the run is left.
    pub(crate) async fn stop(&self) -> Result<(), Error> {
        self.mode.store(STOPPED, Ordering::Release);
        let (ended, wait) = oneshot::channel();
        self.tell(Message::Stop(ended))?;
        wait.await.map_err(|_| Error::Closed)
    }

    /// The next operation starts sync again.
    pub(crate) fn allow_start(&self) {
        self.mode.store(AUTOMATIC, Ordering::Release);
    }

    /// A mutation was added to the outbox.
    pub(crate) fn outbox_grew(&self) {
        let _ = self.tell(Message::OutboxGrew);
    }

    /// Tries everything that waits now.
    pub(crate) fn wake(&self) {
        let _ = self.tell(Message::Wake);
    }

    fn tell(&self, message: Message) -> Result<(), Error> {
        self.messages.send(message).map_err(|_| Error::Closed)
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the engine makes of a class of errors.
pub(crate) fn failure_of(class: ErrorClass) -> Failure {
    match class {
        ErrorClass::Transient { retry_after_s } => {
            Failure::Transient { retry_after_ms: retry_after_s.map(|seconds| seconds.saturating_mul(1_000)) }
        }
        ErrorClass::Auth => Failure::Auth,
        ErrorClass::Permanent | ErrorClass::Conflict | ErrorClass::Condition => Failure::Refused,
    }
}
