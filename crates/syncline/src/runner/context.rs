//! What every task of a run needs.

use super::handle::RunnerParts;
use super::message::Message;
use crate::expression::{Evaluated, Expression};
use crate::transport::Http;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use syncline_core::{Model, ModelId};
use syncline_engine::{Event, Failure, PageId};
use tokio::sync::mpsc;

/// Whether the server speaks the extension (SYNC §4): not known, no, yes.
#[derive(Debug, Default)]
pub(super) struct Negotiated(AtomicU8);

impl Negotiated {
    pub(super) fn known(&self) -> Option<bool> {
        match self.0.load(Ordering::Acquire) {
            0 => None,
            1 => Some(false),
            _ => Some(true),
        }
    }

    pub(super) fn learn(&self, speaks: bool) {
        // An answer without it does not unlearn it: an error page of a proxy says nothing.
        if speaks || self.known().is_none() {
            self.0.store(1 + u8::from(speaks), Ordering::Release);
        }
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
