//! The handle that a store holds.

use super::message::Message;
use super::mode::Mode;
use super::negotiated::Negotiated;
use super::progress::Statuses;
use super::task::RunnerTask;
use crate::Error;
use crate::api::AppSync;
use crate::datastore::{Handlers, Receiving, Rejections, Verdicts};
use crate::expression::Evaluated;
use crate::hub::Hub;
use crate::inbox::inbox;
use crate::observe::{Observers, Synced};
use crate::readers::Readers;
use crate::task::detach;
use crate::transport::Http;
use crate::writer::Writer;
use std::sync::Arc;
use syncline_core::Schema;
use syncline_store::Checker;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

/// What a runner is made of.
pub(crate) struct RunnerParts {
    pub(crate) schema: Arc<Schema>,
    pub(crate) writer: Writer,
    pub(crate) readers: Arc<Readers>,
    pub(crate) verdicts: Arc<Verdicts>,
    pub(crate) observers: Arc<Observers>,
    pub(crate) synced: Arc<Synced>,
    pub(crate) hub: Hub,
    pub(crate) api: AppSync,
    pub(crate) session: String,
    pub(crate) rejections: Rejections,
    pub(crate) receiving: Receiving,
    pub(crate) statuses: Arc<Statuses>,
    pub(crate) handlers: Arc<Handlers>,
    pub(crate) checker: Checker,
}

/// A handle to the runner's task, which ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Runner {
    news: RunnerNews,
    task: AbortHandle,
    mode: Arc<Mode>,
    negotiated: Arc<Negotiated>,
}

/// Tells the runner what happens on the device. It does not keep it alive.
#[derive(Clone, Debug)]
pub(crate) struct RunnerNews {
    messages: mpsc::UnboundedSender<Message>,
}

impl RunnerNews {
    /// A mutation was added to the outbox.
    pub(crate) fn outbox_grew(&self) {
        // A runner that is gone sends nothing.
        let _ = self.messages.send(Message::OutboxGrew);
    }
}

impl Runner {
    /// A runner that waits to be started.
    pub(crate) fn start_idle(parts: RunnerParts) -> Result<Runner, Error> {
        let http = Http::new(parts.api.clone())?;
        let (messages, queue) = inbox();
        let mode = Arc::new(Mode::default());
        let negotiated = Arc::new(Negotiated::default());
        let task = RunnerTask::new(parts, http, messages.clone(), Arc::clone(&mode), Arc::clone(&negotiated));
        Ok(Runner { news: RunnerNews { messages }, task: detach(task.run(queue)), mode, negotiated })
    }

    /// What tells it of news.
    pub(crate) fn news(&self) -> RunnerNews {
        self.news.clone()
    }

    /// The most mutations that the server applies as a whole or not at all, if it does and has said so.
    pub(crate) fn atomic_max(&self) -> Option<usize> {
        self.negotiated.atomic_max()
    }

    /// Whether an operation should start sync by itself.
    pub(crate) fn may_start(&self) -> bool {
        self.mode.is_automatic()
    }

    /// Starts, and waits until the run has begun.
    pub(crate) async fn start(&self, expressions: Evaluated) -> Result<(), Error> {
        self.mode.started();
        let (begun, wait) = oneshot::channel();
        self.tell(Message::Start(expressions, Some(begun)))?;
        wait.await.map_err(|_| Error::Closed)?
    }

    /// Starts without waiting.
    pub(crate) fn start_in_background(&self, expressions: Evaluated) {
        if self.mode.claim_start() {
            // A runner that is gone has nothing to start.
            let _ = self.tell(Message::Start(expressions, None));
        }
    }

    /// Stops, and waits until nothing of the run is left.
    pub(crate) async fn stop(&self) -> Result<(), Error> {
        self.mode.stopped();
        let (ended, wait) = oneshot::channel();
        self.tell(Message::Stop(ended))?;
        wait.await.map_err(|_| Error::Closed)
    }

    /// Stops, empties the store, and lets the next operation start again. It is one message, so that no start can come
    /// between, and it is done to the end even if nobody waits for it any more.
    pub(crate) async fn clear(&self) -> Result<(), Error> {
        self.mode.stopped();
        let (cleared, wait) = oneshot::channel();
        self.tell(Message::Clear(cleared))?;
        wait.await.map_err(|_| Error::Closed)?
    }

    /// Ends for good, and waits until nothing of the run is left.
    pub(crate) async fn close(&self) {
        let (ended, wait) = oneshot::channel();
        // It may have ended already.
        if self.tell(Message::Close(ended)).is_ok() {
            let _ = wait.await;
        }
    }

    /// Tries everything that waits now.
    pub(crate) fn wake(&self) {
        let _ = self.tell(Message::Wake);
    }

    fn tell(&self, message: Message) -> Result<(), Error> {
        self.news.messages.send(message).map_err(|_| Error::Closed)
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.task.abort();
    }
}
