//! One listener's end.

use super::channel::Shared;
use super::{HubEvent, HubKind};
use futures_core::Stream;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// How many events wait for a slow listener: so many of the kinds that come for each record, and so many others.
pub(super) const BACKLOG: usize = 1024;

/// What a listener has not read yet.
#[derive(Debug)]
pub(super) struct Listener {
    /// The kinds that are wanted, a bit for each.
    pub(super) wanted: u32,
    unread: Mutex<Unread>,
}

#[derive(Debug, Default)]
struct Unread {
    /// Events with their places, so that both queues are read in order.
    few: VecDeque<(u64, HubEvent)>,
    many: VecDeque<(u64, HubEvent)>,
    /// The place of the next event.
    next: u64,
    /// Events that were dropped since it was last said.
    missed: u64,
    ended: bool,
    waker: Option<Waker>,
}

impl Unread {
    fn take(&mut self) -> Option<HubEvent> {
        if self.missed > 0 {
            return Some(HubEvent::Missed { count: std::mem::take(&mut self.missed) });
        }
        let place = |queue: &VecDeque<(u64, HubEvent)>| queue.front().map_or(u64::MAX, |(place, _)| *place);
        let queue = if place(&self.few) < place(&self.many) { &mut self.few } else { &mut self.many };
        queue.pop_front().map(|(_, event)| event)
    }
}

impl Listener {
    pub(super) fn new(wanted: u32, ended: bool) -> Listener {
        Listener { wanted, unread: Mutex::new(Unread { ended, ..Unread::default() }) }
    }

    fn unread(&self) -> MutexGuard<'_, Unread> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an event until it is read. Returns who waits for it.
    pub(super) fn put(&self, event: HubEvent) -> Option<Waker> {
        let mut unread = self.unread();
        let place = unread.next;
        unread.next += 1;
        let queue = if event.kind().is_many() { &mut unread.many } else { &mut unread.few };
        let full = queue.len() >= BACKLOG;
        if full {
            queue.pop_front();
        }
        queue.push_back((place, event));
        unread.missed += u64::from(full);
        unread.waker.take()
    }

    /// Nothing more comes. Returns who waits.
    pub(super) fn end(&self) -> Option<Waker> {
        let mut unread = self.unread();
        unread.ended = true;
        unread.waker.take()
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Option<HubEvent>> {
        let mut unread = self.unread();
        match unread.take() {
            Some(event) => Poll::Ready(Some(event)),
            None if unread.ended => Poll::Ready(None),
            None => {
                unread.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// The events a listener receives, in order.
///
/// Nothing waits for a listener. Up to 1,024 events of the kinds that there may be one of for each record
/// ([`SyncReceived`](HubKind::SyncReceived), [`SyncProgress`](HubKind::SyncProgress),
/// [`OutboxMutationEnqueued`](HubKind::OutboxMutationEnqueued),
/// [`OutboxMutationProcessed`](HubKind::OutboxMutationProcessed) and [`SyncError`](HubKind::SyncError)), and up to 1,024 others, wait until they are read; beyond
/// that the oldest of them are dropped, and [`HubEvent::Missed`] says how many.
#[derive(Debug)]
pub struct HubEvents {
    pub(super) listener: Arc<Listener>,
    pub(super) hub: Arc<Shared>,
}

impl HubEvents {
    /// The next event; `None` once the store is closed. Cancelling loses nothing.
    pub async fn next(&mut self) -> Option<HubEvent> {
        std::future::poll_fn(|context| self.listener.poll(context)).await
    }

    /// The next event that `wanted` accepts; `None` once the store is closed. Those before it are not told any more.
    pub async fn wait_for(&mut self, mut wanted: impl FnMut(&HubEvent) -> bool) -> Option<HubEvent> {
        loop {
            let event = self.next().await?;
            if wanted(&event) {
                return Some(event);
            }
        }
    }
}

impl Stream for HubEvents {
    type Item = HubEvent;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<HubEvent>> {
        self.listener.poll(context)
    }
}

impl Drop for HubEvents {
    fn drop(&mut self) {
        self.hub.leave(&self.listener);
    }
}

/// The bits of some kinds; that events were missed is always told.
pub(super) fn bits(kinds: &[HubKind]) -> u32 {
    kinds.iter().fold(HubKind::Missed.bit(), |bits, kind| bits | kind.bit())
}
