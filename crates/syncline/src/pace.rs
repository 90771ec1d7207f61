//! How to wait for the writer's thread and for work for it.
//!
//! Waking a thread that sleeps costs more than a commit to fast storage. Where commits are that quick, both sides look
//! again for as long as one takes before they go to sleep: the writer for its next job, and a caller who is alone with
//! its job for the answer. On a slow disk, with one core, or with many callers, nobody looks twice.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

/// Commits that take longer than this many nanoseconds are worth a sleep.
const QUICK: u64 = 150_000;
/// Looks, each of some 0.1 to 0.3 microseconds: together about as long as the longest quick commit.
const LOOKS: u32 = 600;
/// Pauses between two looks.
const PAUSES: u32 = 4;

/// How long groups have taken lately, and how many callers wait.
#[derive(Debug)]
pub(crate) struct Pace {
    /// A moving average in nanoseconds.
    nanos: AtomicU64,
    /// Callers between handing in a job and its answer.
    callers: AtomicUsize,
    /// Whether two threads can run at once.
    parallel: bool,
}

impl Pace {
    pub(crate) fn new() -> Pace {
        let parallel = std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1);
        Pace { nanos: AtomicU64::new(u64::MAX), callers: AtomicUsize::new(0), parallel }
    }

    /// Runs one group and takes its time.
    #[expect(clippy::disallowed_methods, reason = "the time decides nothing but how to wait")]
    pub(crate) fn measure<R>(&self, group: impl FnOnce() -> R) -> R {
        let begin = Instant::now();
        let result = group();
        let took = u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let before = self.nanos.load(Ordering::Relaxed);
        let average = if before == u64::MAX { took } else { before / 4 * 3 + took / 4 };
        self.nanos.store(average, Ordering::Relaxed);
        result
    }

    /// Looks for something again and again, for a short time, if that can be worth it.
    pub(crate) fn spin<R>(&self, mut look: impl FnMut() -> Option<R>) -> Option<R> {
        if !self.parallel || self.nanos.load(Ordering::Relaxed) > QUICK {
            return None;
        }
        for _ in 0..LOOKS {
            if let Some(found) = look() {
                return Some(found);
            }
            (0..PAUSES).for_each(|_| std::hint::spin_loop());
        }
        None
    }
}

/// A caller with a job, until it goes.
pub(crate) struct Turn<'p> {
    pace: &'p Pace,
    alone: bool,
}

impl<'p> Turn<'p> {
    pub(crate) fn take(pace: &'p Pace) -> Turn<'p> {
        Turn { pace, alone: pace.callers.fetch_add(1, Ordering::Relaxed) == 0 }
    }

    /// Looks for the answer, if no other caller waits: it would wait longer for this one's look than for its own answer.
    pub(crate) fn spin<R>(&self, look: impl FnMut() -> Option<R>) -> Option<R> {
        if self.alone { self.pace.spin(look) } else { None }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.pace.callers.fetch_sub(1, Ordering::Relaxed);
    }
}
