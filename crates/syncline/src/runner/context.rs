//! What every task of a run needs.

use super::echo::Echoes;
use super::handle::RunnerParts;
use super::message::Message;
use crate::expression::{Evaluated, Expression};
use crate::transport::Http;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use syncline_core::{Model, ModelId};
use syncline_engine::{Event, Failure, PageId};
use syncline_protocol::extension::ResponseExtension;
use syncline_store::Batch;
use tokio::sync::mpsc;

/// The most mutations in one document where the server does not say (AppSync: DESIGN §4).
const QUIET_BATCH: usize = 25;
/// The most records in one page; AppSync's limit.
const PAGE: usize = 1_000;
/// The most where the server bounds a page by its bytes (SYNC 2.10).
const LARGE_PAGE: usize = 10_000;

/// Whether the server speaks the extension (SYNC §4), and what it takes.
#[derive(Debug, Default)]
pub(super) struct Negotiated {
    /// Not known, no, yes.
    speaks: AtomicU8,
    /// The most mutations in one document; 0 if it does not say.
    batch: AtomicU32,
    /// The most bytes of a page; 0 if it does not say.
    page_bytes: AtomicU64,
}

impl Negotiated {
    pub(super) fn known(&self) -> Option<bool> {
        match self.speaks.load(Ordering::Acquire) {
            0 => None,
            1 => Some(false),
            _ => Some(true),
        }
    }

    /// The most mutations in one document.
    pub(super) fn batch(&self) -> usize {
        let said = usize::try_from(self.batch.load(Ordering::Acquire)).unwrap_or(usize::MAX);
        if said == 0 { QUIET_BATCH } else { said }
    }

    /// The most records in one page: more where the server bounds it by its bytes (SYNC 2.10).
    pub(super) fn max_page(&self) -> usize {
        if self.page_bytes.load(Ordering::Acquire) > 0 { LARGE_PAGE } else { PAGE }
    }

    /// Learns from an answer.
    pub(super) fn learn(&self, extension: Option<&ResponseExtension>) {
        // An answer without it does not unlearn it: an error page of a proxy says nothing.
        if let Some(extension) = extension {
            self.batch.store(extension.caps.max_batch, Ordering::Release);
            self.page_bytes.store(extension.caps.max_page_bytes, Ordering::Release);
            self.speaks.store(2, Ordering::Release);
        } else if self.known().is_none() {
            self.speaks.store(1, Ordering::Release);
        }
    }
}

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
