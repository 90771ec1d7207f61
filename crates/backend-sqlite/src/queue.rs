//! A bounded queue between the calling futures and the store's threads.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Jobs for the threads of one kind.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    wake: Condvar,
    capacity: usize,
}

#[derive(Debug)]
struct State<T> {
    jobs: VecDeque<T>,
    closed: bool,
}

/// Why a job was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The queue is full.
    Full,
    /// The threads have ended or are about to.
    Closed,
}

impl<T> Queue<T> {
    pub(crate) fn new(capacity: usize) -> Queue<T> {
        let state = Mutex::new(State { jobs: VecDeque::new(), closed: false });
        Queue { state, wake: Condvar::new(), capacity }
    }

    /// Adds a job, if there is room.
    pub(crate) fn push(&self, job: T) -> Result<(), Refused> {
        let mut state = self.state();
        if state.closed {
            return Err(Refused::Closed);
        }
        if state.jobs.len() >= self.capacity {
            return Err(Refused::Full);
        }
        state.jobs.push_back(job);
        drop(state);
        self.wake.notify_one();
        Ok(())
    }

    /// Waits for jobs and takes up to `most` of them, oldest first. Empty once the queue is closed and drained.
    pub(crate) fn take(&self, most: usize) -> Vec<T> {
        let mut state = self.state();
        while state.jobs.is_empty() && !state.closed {
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let most = most.min(state.jobs.len());
        state.jobs.drain(..most).collect()
    }

    /// Takes no more jobs; those in the queue are still done.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.wake.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_drained_before_it_ends() {
        let queue = Queue::new(2);
        assert_eq!((queue.push(1), queue.push(2), queue.push(3)), (Ok(()), Ok(()), Err(Refused::Full)));
        assert_eq!(queue.take(1), [1]);
        assert_eq!(queue.push(3), Ok(()));
        queue.close();
        assert_eq!(queue.push(4), Err(Refused::Closed));
        assert_eq!((queue.take(9), queue.take(9)), (vec![2, 3], vec![]));
    }
}
