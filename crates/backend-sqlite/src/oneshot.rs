//! One answer from one thread to one future, with any runtime or none.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Both ends.
pub(crate) fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let slot = Arc::new(Mutex::new(Slot { answer: None, closed: false, waker: None }));
    (Sender(slot.clone()), Receiver(slot))
}

struct Slot<T> {
    answer: Option<T>,
    closed: bool,
    waker: Option<Waker>,
}

/// Answers once; dropped without an answer it closes the channel.
pub(crate) struct Sender<T>(Arc<Mutex<Slot<T>>>);

/// Waits for the answer: `None` if there will be none.
pub(crate) struct Receiver<T>(Arc<Mutex<Slot<T>>>);

impl<T> Sender<T> {
    /// Answers. It does no harm if nobody waits any more.
    pub(crate) fn send(self, answer: T) {
        if let Some(waker) = self.put(answer) {
            waker.wake();
        }
    }

    /// Answers, and leaves it to the caller to wake the other side: one who has many answers gives them all before the
    /// first of those who wait takes the processor.
    #[must_use]
    pub(crate) fn put(self, answer: T) -> Option<Waker> {
        let mut slot = lock(&self.0);
        (slot.answer, slot.closed) = (Some(answer), true);
        slot.waker.take()
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut slot = lock(&self.0);
        slot.closed = true;
        let waker = slot.waker.take();
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut slot = lock(&self.0);
        if slot.closed {
            return Poll::Ready(slot.answer.take());
        }
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

fn lock<T>(slot: &Mutex<T>) -> MutexGuard<'_, T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
