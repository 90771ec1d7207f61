//! What every task of a run needs.

use super::echo::Echoes;
use super::handle::RunnerParts;
use super::message::Message;
use super::negotiated::Negotiated;
use crate::expression::{Evaluated, Expression};
use crate::hub::{HubElement, HubEvent, HubKind, SyncError, SyncErrorKind, SyncProcess};
use crate::transport::Http;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use syncline_core::record::Entry;
use syncline_core::{Model, ModelId};
use syncline_engine::{Event, Failure, PageId};
use syncline_protocol::exchange::Dialect;
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
    /// The name of the run to the server, which does not tell its socket of its own mutations. No other run has it: what is
    /// still applied of one that has ended is told to those after it.
    pub(super) origin: Arc<str>,
    /// The store's generation when the run began: what arrives after a `clear` is dropped (SYNC 1.12).
    pub(super) generation: u64,
}

impl Context {
    pub(super) fn event(&self, event: Event) {
        let _ = self.messages.send(Message::Event(self.run, event));
    }

    /// Tells of what went wrong where nobody waits for it.
    pub(super) fn trouble(
        &self,
        process: SyncProcess,
        kind: SyncErrorKind,
        model: Option<ModelId>,
        message: impl fmt::Display,
    ) {
        self.parts.hub.tell_with(HubKind::SyncError, || {
            let model = model.map(|model| self.model(model).name.clone());
            HubEvent::SyncError(SyncError {
                process,
                kind,
                model,
                element: None,
                message: message.to_string(),
            })
        });
    }

    /// As [`Context::trouble`], about a mutation that is sent again.
    pub(super) fn mutation_trouble(&self, entry: &Entry, failure: Failure, message: &str) {
        self.parts.hub.tell_with(HubKind::SyncError, || {
            let ir = self.model(entry.model);
            HubEvent::SyncError(SyncError {
                process: SyncProcess::Mutate,
                kind: SyncErrorKind::of(failure),
                model: Some(ir.name.clone()),
                element: Some(HubElement::of_mutation(ir, &entry.key, entry.op, &entry.id, None)),
                message: message.to_owned(),
            })
        });
    }

    /// A page did not come, or cannot be stored; whether somebody `answered`.
    pub(super) fn page_failed(&self, page: PageId, failure: Failure, answered: bool, reason: String) {
        self.page_failed_as(page, failure, answered, SyncErrorKind::of(failure), reason);
    }

    /// The same, where more is known of the error than what becomes of it.
    pub(super) fn page_failed_as(
        &self,
        page: PageId,
        failure: Failure,
        answered: bool,
        kind: SyncErrorKind,
        reason: String,
    ) {
        self.trouble(SyncProcess::Sync, kind, Some(page.model), &reason);
        let _ = self.messages.send(Message::PageFailed(self.run, page, failure, answered, reason));
    }

    /// How to speak to a server that knows the extension.
    pub(super) fn syncline(&self) -> Dialect<'_> {
        Dialect::Syncline { session: &self.parts.session, origin: Some(&self.origin) }
    }

    pub(super) fn model(&self, id: ModelId) -> &Arc<Model> {
        self.parts.schema.model(id)
    }

    pub(super) fn expression(&self, id: ModelId) -> &Expression {
        &self.expressions[&id]
    }
}
