//! The store's time, shared by its writer and its readers (SYNC 3.1).

use std::sync::{Mutex, MutexGuard, PoisonError};

use syncline_backend::driver::Timeline;

use crate::meta::ClockRow;

/// How far the ceiling is raised above the `startedAt` that needs it, in ms: syncs write at most once in that time.
const STEP_MS: i64 = 1_000;

/// The timeline, and the durable ceiling above every `startedAt` handed out. After a restart stamps begin at the
/// ceiling; while the store is open the timeline knows the exact bound.
#[derive(Debug)]
pub(crate) struct Watermark(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    timeline: Timeline,
    ceiling: i64,
}

impl Watermark {
    /// The watermark of a store that was closed with this clock.
    pub(crate) fn new(clock: ClockRow) -> Watermark {
        let timeline = Timeline::restore(clock.stamp, clock.ceiling);
        Watermark(Mutex::new(Inner { timeline, ceiling: clock.ceiling }))
    }

    /// The stamp of a write, in ms; it counts as invisible until [`Watermark::settled`].
    pub(crate) fn stamp(&self, now_ms: i64) -> i64 {
        self.inner().timeline.stamp(now_ms)
    }

    /// What was stamped has committed, or never will.
    pub(crate) fn settled(&self) {
        self.inner().timeline.settled();
    }

    /// The `startedAt` of a sync, in ms, before its snapshot is taken; and the ceiling that must be durable before it
    /// is handed out, if the present one is too low.
    pub(crate) fn started_at(&self, now_ms: i64) -> (i64, Option<i64>) {
        let mut inner = self.inner();
        let started_at = inner.timeline.started_at(now_ms);
        let handed_out = inner.timeline.highest_started_at();
        (started_at, (handed_out > inner.ceiling).then(|| handed_out.saturating_add(STEP_MS)))
    }

    /// The store's own time, in ms.
    pub(crate) fn latest(&self) -> i64 {
        self.inner().timeline.latest()
    }

    /// The durable ceiling, in ms.
    pub(crate) fn ceiling(&self) -> i64 {
        self.inner().ceiling
    }

    /// The ceiling is durable at this height, in ms.
    pub(crate) fn raised(&self, ceiling: i64) {
        let mut inner = self.inner();
        inner.ceiling = inner.ceiling.max(ceiling);
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
