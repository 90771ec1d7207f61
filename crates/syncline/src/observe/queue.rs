//! What one observer has not read yet. It is bounded: beyond that the observer is told how much it missed.

use super::change::{ChangeSource, RecordChange};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use syncline_core::predicate::Filter;

/// How many changes wait for an observer at the most.
pub(crate) const LIMIT: usize = 10_000;

/// What an observer is told.
#[derive(Clone, Debug)]
pub(super) enum Told {
    Change(Arc<RecordChange>),
    /// This many changes were dropped.
    Missed(u64),
    /// The store was emptied.
    Cleared,
}

/// The queue between the writer's thread and one observer.
#[derive(Debug, Default)]
pub(super) struct Queue(Mutex<State>);

#[derive(Debug, Default)]
pub(super) struct State {
    filter: Filter,
    told: VecDeque<Told>,
    /// How many of them are changes made on this device, or no changes of a record.
    urgent: usize,
    /// Nothing more is told.
    pub(super) ended: bool,
    waker: Option<Waker>,
}

impl State {
    pub(super) fn len(&self) -> usize {
        self.told.len()
    }

    /// Whether something waits that is not a change made elsewhere.
    pub(super) fn is_urgent(&self) -> bool {
        self.urgent > 0
    }

    fn matches(&self, change: &RecordChange) -> bool {
        let matches =
            |record: &Option<_>| record.as_ref().is_some_and(|record| self.filter.matches(record, false));
        matches(&change.before) || matches(&change.after)
    }

    fn put(&mut self, told: Told) {
        self.urgent += usize::from(urgent(&told));
        self.told.push_back(told);
    }

    fn take(&mut self) -> Option<Told> {
        let told = self.told.pop_front()?;
        self.urgent -= usize::from(urgent(&told));
        Some(told)
    }

    fn empty(&mut self) -> VecDeque<Told> {
        self.urgent = 0;
        std::mem::take(&mut self.told)
    }
}

fn urgent(told: &Told) -> bool {
    !matches!(told, Told::Change(change) if change.source == ChangeSource::Remote)
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells a change, if it is one of those that are wanted. Returns who waits for it.
    pub(super) fn tell(&self, change: &Arc<RecordChange>) -> Option<Waker> {
        let mut state = self.state();
        if !state.matches(change) {
            return None;
        }
        if state.len() >= LIMIT {
            let lost = state.empty().into_iter().map(|told| match told {
                Told::Change(_) | Told::Cleared => 1,
                Told::Missed(count) => count,
            });
            let lost = lost.sum();
            state.put(Told::Missed(lost));
        }
        state.put(Told::Change(Arc::clone(change)));
        state.waker.take()
    }

    /// Tells that the store was emptied: whatever was told before does not matter any more.
    pub(super) fn clear(&self) -> Option<Waker> {
        let mut state = self.state();
        state.empty();
        state.put(Told::Cleared);
        state.waker.take()
    }

    /// Tells that there is nothing more to tell.
    pub(super) fn end(&self) -> Option<Waker> {
        let mut state = self.state();
        state.ended = true;
        state.waker.take()
    }

    /// From now on, and of what has been told already, only changes of records that `filter` selects before or after.
    pub(super) fn filter(&self, filter: Filter) {
        let mut state = self.state();
        state.filter = filter.readable();
        for told in state.empty() {
            if !matches!(&told, Told::Change(change) if !state.matches(change)) {
                state.put(told);
            }
        }
    }

    /// The next; `None` after the end.
    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<Option<Told>> {
        let mut state = self.state();
        match state.take() {
            Some(told) => Poll::Ready(Some(told)),
            None if state.ended => Poll::Ready(None),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Waits until the state is as `wanted`, or nothing more is told.
    pub(super) async fn until<R>(&self, wanted: impl Fn(&State) -> Option<R>) -> Option<R> {
        std::future::poll_fn(|context| {
            let mut state = self.state();
            let found = wanted(&state);
            if found.is_some() || state.ended {
                return Poll::Ready(found);
            }
            state.waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// How much waits to be read.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.state().len()
    }

    /// Everything that has been told.
    pub(super) fn drain(&self) -> VecDeque<Told> {
        self.state().empty()
    }
}
