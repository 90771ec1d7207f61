//! What every task of a run needs.

use super::echo::Echoes;
use super::handle::RunnerParts;
use super::message::Message;
use super::negotiated::Negotiated;
use crate::expression::{Evaluated, Expression};
use crate::transport::Http;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use syncline_core::{Model, ModelId};
use syncline_engine::{Event, Failure, PageId};
use syncline_store::Batch;
use tokio::sync::mpsc;

/// Batches that were claimed together with the outcomes of others, so that both share a commit.
#[derive(Debug, Default)]
pub(super) struct Ahead(Mutex<VecDeque<Batch>>);

impl Ahead {
    fn batches(&self) -> MutexGuard<'_, VecDeque<Batch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, batch: Batch) {
        self.batches().push_back(batch);
    }

    pub(super) fn take(&self) -> Option<Batch> {
        self.batches().pop_front()
    }

    pub(super) fn clear(&self) {
        self.batches().clear();
    }
}

/// Mutations that were answered without an outcome, and wait for their turn to be sent again.
#[derive(Debug, Default)]
pub(super) struct Aside(Mutex<Vec<String>>);

impl Aside {
    pub(super) fn put(&self, mutation: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(mutation);
    }

    pub(super) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was put aside since this was all does not wait any longer.
    pub(super) fn keep(&self, before: &[String]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|mutation| before.contains(mutation));
    }

    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// What every task of a run needs.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) run: u64,
    pub(super) parts: Arc<RunnerParts>,
    pub(super) http: Http,
    pub(super) messages: mpsc::UnboundedSender<Message>,
    pub(super) negotiated: Arc<Negotiated>,
    pub(super) expressions: Arc<Evaluated>,
    pub(super) aside: Arc<Aside>,
    pub(super) ahead: Arc<Ahead>,
    pub(super) echoes: Arc<Echoes>,
    /// The store's generation when the run began: what arrives after a `clear` is dropped (SYNC 1.12).
    pub(super) generation: u64,
}

impl Context {
    pub(super) fn event(&self, event: Event) {
        let _ = self.messages.send(Message::Event(self.run, event));
    }

    pub(super) fn page_failed(&self, page: PageId, failure: Failure, reason: String) {
        let _ = self.messages.send(Message::PageFailed(self.run, page, failure, reason));
    }

    pub(super) fn model(&self, id: ModelId) -> &Arc<Model> {
        self.parts.schema.model(id)
    }

    pub(super) fn expression(&self, id: ModelId) -> &Expression {
        &self.expressions[&id]
    }
}
