//! The stream of a query's results.
//!
//! It is driven by whoever reads it: what commits change waits in the observer's bounded queue until then, so that a slow
//! reader gets the newest result and nothing in between.

use super::merge::net;
use super::observers::Receiver;
use super::queue::Told;
use super::window::{Effect, Plan, Window, same};
use crate::Error;
use crate::readers::Readers;
use crate::shape::Shape;
use futures_core::Stream;
use futures_util::stream::unfold;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;
use syncline_store::Stored;
use tokio::sync::watch;
use tokio::time::Instant;

/// How long changes from the cloud are gathered while the model is not in sync yet.
const BATCH_TIME: Duration = Duration::from_secs(2);
/// How many changes from the cloud are gathered at the most: one page.
const BATCH: usize = 1_000;
/// How long it takes until a read that failed for the moment is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// The result of an observed query at one moment.
#[derive(Debug)]
pub struct Snapshot<M> {
    /// The records, filtered, in order, and of the page that was asked for. A record that did not change is the same
    /// `Arc` as in the snapshot before.
    pub items: Vec<Arc<M>>,
    /// Whether the model has been synced since sync was started: what the cloud had then is here. It says nothing about
    /// the connection, and is false without an API.
    pub is_synced: bool,
}

impl<M> Clone for Snapshot<M> {
    fn clone(&self) -> Snapshot<M> {
        Snapshot { items: self.items.clone(), is_synced: self.is_synced }
    }
}

/// The results of an observed query: the one at the beginning at once, and then one whenever something in it has changed.
///
/// - A change made on this device shows at once.
/// - While an API is configured and the model is not in sync yet, changes from the cloud are gathered: a snapshot comes
///   after 2 seconds or a page of 1,000 changes, whichever is first, and one when the model has come into sync. After that
///   they show at once too.
/// - Whoever reads slowly gets the newest result next, and not those in between.
/// - After [`DataStore::clear`](crate::DataStore::clear) the result is empty.
///
/// The file is queried for the first snapshot, for a page that has lost so many records that others must move up, and if
/// more than 10,000 changes came between two reads. Otherwise what a commit changed is enough. A record that does not fit
/// the model is left out, and logged.
///
/// The stream does not keep the store open. It ends when the store is gone, or when the file cannot be read, which
/// [`LiveQuery::error`] tells.
pub struct LiveQuery<M> {
    stream: Pin<Box<dyn Stream<Item = Snapshot<M>> + Send>>,
    error: Arc<Mutex<Option<Error>>>,
}

impl<M> fmt::Debug for LiveQuery<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveQuery").field("error", &self.error).finish_non_exhaustive()
    }
}

impl<M: Send + Sync + 'static> LiveQuery<M> {
    pub(super) fn new(live: Live<M>) -> LiveQuery<M> {
        let error = Arc::clone(&live.error);
        let step = |mut live: Box<Live<M>>| async move {
            let snapshot = live.next().await?;
            Some((snapshot, live))
        };
        LiveQuery { stream: Box::pin(unfold(Box::new(live), step)), error }
    }

    /// The next snapshot; `None` at the end. Cancelling loses nothing.
    pub async fn next(&mut self) -> Option<Snapshot<M>> {
        std::future::poll_fn(|context| self.stream.as_mut().poll_next(context)).await
    }

    /// Why the stream ended, if the file could not be read. It is told once.
    pub fn error(&mut self) -> Option<Error> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<M> Stream for LiveQuery<M> {
    type Item = Snapshot<M>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Snapshot<M>>> {
        self.stream.as_mut().poll_next(context)
    }
}

/// What the stream goes on from.
pub(super) struct Live<M> {
    shape: Shape<M>,
    plan: Arc<Plan>,
    receiver: Receiver,
    readers: Weak<Readers>,
    synced: watch::Receiver<Vec<bool>>,
    /// Whether changes from the cloud are gathered while the model is not in sync.
    batches: bool,
    window: Window<M>,
    /// Whether the window must be queried.
    unknown: bool,
    /// What was shown last.
    shown: Option<Snapshot<M>>,
    error: Arc<Mutex<Option<Error>>>,
}

impl<M: Send + Sync + 'static> Live<M> {
    pub(super) fn new(
        shape: Shape<M>,
        plan: Plan,
        receiver: Receiver,
        readers: &Arc<Readers>,
        synced: watch::Receiver<Vec<bool>>,
        batches: bool,
    ) -> Live<M> {
        Live {
            shape,
            plan: Arc::new(plan),
            receiver,
            readers: Arc::downgrade(readers),
            synced,
            batches,
            window: Window::empty(),
            unknown: true,
            shown: None,
            error: Arc::default(),
        }
    }

    fn is_synced(&self) -> bool {
        self.synced.borrow().get(self.shape.model.id.0).copied().unwrap_or(false)
    }

    async fn next(&mut self) -> Option<Snapshot<M>> {
        loop {
            if !self.unknown {
                self.wait().await?;
            }
            // Looked at first: what was synced has been told by then.
            let is_synced = self.is_synced();
            let told = self.receiver.drain();
            self.apply(told);
            if self.unknown {
                self.query().await?;
            }
            if let Some(snapshot) = self.news(is_synced) {
                return Some(snapshot);
            }
        }
    }

    /// Waits until there is something to show, or at least to look at. `None`: the store is gone.
    async fn wait(&mut self) -> Option<()> {
        let mut due = None;
        loop {
            let synced = self.is_synced();
            if self.shown.as_ref().is_none_or(|shown| shown.is_synced != synced) {
                return Some(());
            }
            let gathers = self.batches && !synced;
            let told = self.receiver.queue().until(|state| {
                let full = !gathers || state.is_urgent() || state.len() >= BATCH || state.ended;
                (state.len() > 0 && (full || due.is_none())).then_some(full)
            });
            tokio::select! {
                biased;
                full = told => {
                    if full? {
                        return Some(());
                    }
                    due = Some(Instant::now() + BATCH_TIME);
                }
                changed = self.synced.changed() => changed.ok()?,
                () = reached(due) => return Some(()),
            }
        }
    }

    fn apply(&mut self, told: VecDeque<Told>) {
        let mut changes = Vec::with_capacity(told.len());
        for told in told {
            match told {
                Told::Change(change) => changes.push(change),
                Told::Missed(_) => self.unknown = true,
                Told::Cleared => {
                    changes.clear();
                    self.window = Window::empty();
                    self.unknown = false;
                }
            }
        }
        for net in net(&changes) {
            if self.unknown {
                // The query finds it.
                return;
            }
            let shape = &self.shape;
            self.unknown =
                self.window.apply(&self.plan, net, |stored| read(shape, stored)) == Effect::Unknown;
        }
    }

    /// Queries the window. `None`: the store is gone, or the file cannot be read.
    async fn query(&mut self) -> Option<()> {
        loop {
            let readers = self.readers.upgrade()?;
            let observers = self.receiver.observers();
            let queue = Arc::clone(self.receiver.queue());
            let (shape, plan) = (self.shape.clone(), Arc::clone(&self.plan));
            let earlier = std::mem::replace(&mut self.window, Window::empty());
            let queried = tokio::task::spawn_blocking(move || {
                let stored = readers.with_long(|reader| {
                    let observers = observers.upgrade();
                    // Between two groups: what has been told is in the file, and what will be told is not.
                    let gate = observers.as_ref().map(|observers| observers.gate());
                    reader.at_one_moment(|reads| {
                        queue.drain();
                        drop(gate);
                        reads.query(&plan.query(&shape.model))
                    })
                });
                stored.map(|stored| {
                    Window::of(&plan, &shape.model, stored, &earlier, |stored| read(&shape, stored))
                })
            });
            match queried.await {
                Ok(Ok(window)) => {
                    (self.window, self.unknown) = (window, false);
                    return Some(());
                }
                Ok(Err(error)) if error.is_retryable() => {
                    tracing::warn!(%error, "an observed query cannot be read for the moment");
                    reached(Some(Instant::now() + AGAIN)).await;
                }
                Ok(Err(error)) => return self.fail(error),
                Err(_) => return self.fail(Error::Closed),
            }
        }
    }

    fn fail(&self, error: Error) -> Option<()> {
        tracing::error!(%error, model = self.shape.model.name, "an observed query ends");
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        None
    }

    /// A snapshot, if it differs from the last one.
    fn news(&mut self, is_synced: bool) -> Option<Snapshot<M>> {
        let known = self.shown.as_ref().is_some_and(|shown| {
            shown.is_synced == is_synced && same(shown.items.iter(), self.window.shown(&self.plan))
        });
        if known {
            return None;
        }
        let items = self.window.shown(&self.plan).cloned().collect();
        let snapshot = Snapshot { items, is_synced };
        self.shown = Some(snapshot.clone());
        Some(snapshot)
    }
}

/// A record as the application reads it; `None` if it does not fit the model.
fn read<M>(shape: &Shape<M>, stored: &Stored) -> Option<M> {
    match shape.stored(stored) {
        Ok(item) => Some(item),
        Err(error) => {
            tracing::warn!(%error, "a record is left out of an observed query");
            None
        }
    }
}

/// Waits for a moment; for ever if there is none.
async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
