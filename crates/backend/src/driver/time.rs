//! The store's own time (SYNC 3.1).

use syncline_core::faults::{Rule, is_broken};

/// Gives commits their stamps and syncs their `startedAt`, so that no change can fall between the two.
///
/// A sync asks *before* it takes its snapshot. Whatever is stamped below its `startedAt` has then committed and is in
/// the snapshot; whatever is stamped later, by whatever clock, is at or above it.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The last stamp given.
    last: i64,
    /// No stamp may be below it: the highest `startedAt` handed out, or, after a restart, at least that.
    floor: i64,
    /// The oldest stamp whose commit is not known to be visible.
    uncommitted: Option<i64>,
}

impl Timeline {
    /// The timeline of a store whose last stamp was `last_stamp` and which handed out no `startedAt` above `ceiling`,
    /// in ms. Both are 0 for a new store.
    #[must_use]
    pub fn restore(last_stamp: i64, ceiling: i64) -> Timeline {
        Timeline { last: last_stamp, floor: ceiling, uncommitted: None }
    }

    /// The stamp of a write, in ms: now, unless the clock stepped back. Until [`Timeline::settled`] it counts as not yet
    /// visible.
    pub fn stamp(&mut self, now_ms: i64) -> i64 {
        let stamp = self.next(now_ms);
        self.last = stamp;
        self.uncommitted.get_or_insert(stamp);
        stamp
    }

    /// Everything stamped so far has committed and is visible, or never will be.
    pub fn settled(&mut self) {
        self.uncommitted = None;
    }

    /// The `startedAt` of a sync whose snapshot is taken after this call, in ms: the oldest stamp that the snapshot may
    /// lack, or, if every stamp has committed, the lowest that the next write can get (now, on a steady clock).
    pub fn started_at(&mut self, now_ms: i64) -> i64 {
        let honest = self.uncommitted.unwrap_or_else(|| self.next(now_ms));
        self.floor = self.floor.max(honest);
        if is_broken(Rule::StartedAt) { honest.saturating_add(BROKEN_BY_MS) } else { honest }
    }

    /// The highest `startedAt` handed out, in ms, or the ceiling it was restored with.
    #[must_use]
    pub fn highest_started_at(&self) -> i64 {
        self.floor
    }

    /// The store's own time, in ms: the latest stamp given or `startedAt` handed out, or the ceiling it was restored
    /// with.
    #[must_use]
    pub fn latest(&self) -> i64 {
        self.last.max(self.floor)
    }

    fn next(&self, now_ms: i64) -> i64 {
        now_ms.max(self.latest())
    }
}

/// How far ahead a `startedAt` is while the rule is switched off.
const BROKEN_BY_MS: i64 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_never_fall_below_a_started_at_or_each_other() {
        let mut time = Timeline::restore(50, 70);
        assert_eq!(time.stamp(10), 70, "the ceiling of the last run");
        time.settled();
        assert_eq!(time.stamp(100), 100);
        assert_eq!(time.started_at(200), 100, "the oldest stamp that may be invisible");
        assert_eq!(time.stamp(90), 100, "the clock stepped back");
        time.settled();
        assert_eq!(time.started_at(200), 200);
        assert_eq!(time.stamp(150), 200, "a started_at was handed out");
    }

    #[test]
    fn a_clock_at_its_limit_does_no_harm() {
        let mut time = Timeline::restore(0, 0);
        assert_eq!(time.stamp(i64::MAX), i64::MAX);
        time.settled();
        assert_eq!(time.started_at(0), i64::MAX);
        assert_eq!(Timeline::restore(0, 0).stamp(i64::MIN), 0);
    }
}
