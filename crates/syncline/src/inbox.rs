//! The receiving end of a queue of orders, each of which somebody waits for.

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, error, unbounded_channel};

/// Receives orders. When it goes, so does every order that nobody will carry out any more, and with it what its sender
/// waits for the answer with.
///
/// A bare receiver leaves one behind that is being sent in that very moment: tokio drops what is in the queue, and what
/// arrives there an instant later stays until the last sender is gone. Whoever has sent it would wait for as long.
#[derive(Debug)]
pub(crate) struct Inbox<T>(UnboundedReceiver<T>);

/// A queue.
pub(crate) fn inbox<T>() -> (UnboundedSender<T>, Inbox<T>) {
    let (sender, receiver) = unbounded_channel();
    (sender, Inbox(receiver))
}

impl<T> Inbox<T> {
    /// The next order; `None` once nobody can send any more. Cancelling loses nothing.
    pub(crate) async fn next(&mut self) -> Option<T> {
        self.0.recv().await
    }

    /// As [`Inbox::next`], for a thread that may wait.
    pub(crate) fn blocking_next(&mut self) -> Option<T> {
        self.0.blocking_recv()
    }

    /// The next order, if there is one now.
    pub(crate) fn try_next(&mut self) -> Option<T> {
        self.0.try_recv().ok()
    }
}

impl<T> Drop for Inbox<T> {
    fn drop(&mut self) {
        self.0.close();
        // Empty is not the end: a send that has begun before the close is counted already, and about to arrive.
        while !matches!(self.0.try_recv(), Err(error::TryRecvError::Disconnected)) {
            std::thread::yield_now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use tokio::sync::oneshot::{self, error::TryRecvError};

    /// A bare receiver leaves a few of these behind.
    #[test]
    fn nobody_waits_for_what_is_sent_as_the_inbox_goes() {
        const ROUNDS: usize = 30_000;
        let (hand_over, inboxes) = std::sync::mpsc::channel::<Inbox<oneshot::Sender<()>>>();
        let together = Barrier::new(2);
        let mut left_behind = 0;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for inbox in inboxes {
                    together.wait();
                    drop(inbox);
                    together.wait();
                }
            });
            for round in 0..ROUNDS {
                let (orders, inbox) = inbox();
                let (order, mut answer) = oneshot::channel();
                hand_over.send(inbox).unwrap();
                together.wait();
                // A little earlier or later each time.
                (0..round % 64).for_each(|_| std::hint::spin_loop());
                let _ = orders.send(order);
                together.wait();
                left_behind += usize::from(answer.try_recv() == Err(TryRecvError::Empty));
            }
            drop(hand_over);
        });
        assert_eq!(left_behind, 0);
    }
}
