//! What one round of one program took, and how rounds become one figure.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// One round.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// Records, or calls, that were handled.
    pub(crate) count: u32,
    /// For all of them.
    pub(crate) total: Duration,
    /// The time that half of the calls did not exceed, where calls were measured one by one.
    pub(crate) p50: Option<Duration>,
    /// The same for 99 of 100.
    pub(crate) p99: Option<Duration>,
    /// By how much the process grew at its peak, in bytes.
    pub(crate) growth: Option<u64>,
    /// The size of the device's file, in bytes of the JSON that brought its records.
    pub(crate) file: Option<f64>,
    /// Reads of the device's file that the calls caused.
    pub(crate) queries: Option<u64>,
    /// The processors' time for all of them, of the process that is measured: a server's without its callers'.
    pub(crate) cpu: Option<Duration>,
    /// Records in a commit, on average.
    pub(crate) group: Option<f64>,
    /// What one of the things that are held takes in memory, in bytes.
    pub(crate) held: Option<f64>,
    /// Requests that were sent for the calls.
    pub(crate) requests: Option<u64>,
    /// The processors' time of a process that has nothing to do, as a part of the time that passes.
    pub(crate) idle: Option<f64>,
    /// The memory that the process holds beside what SQLite does, in bytes.
    pub(crate) resident: Option<u64>,
}

/// Calls before the measured ones: they prepare statements and fill caches.
pub(crate) fn warm(count: u32) -> u32 {
    count.div_ceil(20)
}

impl Sample {
    /// A round of which only the whole was measured.
    pub(crate) fn whole(count: u32, total: Duration) -> Self {
        Self { count, total, ..Self::default() }
    }

    /// Calls `step` once for every number below `warm(count) + count`, and measures the last `count` calls.
    ///
    /// # Errors
    /// The first of `step`.
    pub(crate) fn of_each<E>(count: u32, mut step: impl FnMut(u32) -> Result<(), E>) -> Result<Self, E> {
        let warm = warm(count);
        (0..warm).try_for_each(&mut step)?;
        let mut each = Vec::with_capacity(count as usize);
        let start = Instant::now();
        for n in warm..warm + count {
            let before = Instant::now();
            step(n)?;
            each.push(before.elapsed());
        }
        Ok(Self::from_each(each, start.elapsed()))
    }

    /// A round from the times of its calls.
    pub(crate) fn from_each(mut each: Vec<Duration>, total: Duration) -> Self {
        each.sort_unstable();
        let percentile = |percent: usize| {
            let place = (each.len() * percent).div_ceil(100).saturating_sub(1);
            each.get(place).copied()
        };
        Self {
            p50: percentile(50),
            p99: percentile(99),
            ..Self::whole(u32::try_from(each.len()).unwrap_or(u32::MAX), total)
        }
    }

    /// The same for calls too short to be measured one by one: the times are those of `batch` calls together, of which
    /// only the middle means something.
    pub(crate) fn from_batches(batches: Vec<Duration>, batch: u32, total: Duration) -> Self {
        let Self { count, p50, .. } = Self::from_each(batches, total);
        Self { p50: p50.map(|p50| p50 / batch), ..Self::whole(count * batch, total) }
    }

    /// The processors' time of one record or call, in seconds.
    pub(crate) fn cpu_each(&self) -> Option<f64> {
        Some(self.cpu?.as_secs_f64() / f64::from(self.count.max(1)))
    }

    /// How many in a second.
    pub(crate) fn rate(&self) -> f64 {
        f64::from(self.count) / self.total.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// The middle one; `None` of none.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Several rounds of one program.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    /// Median of the rounds' rates, and their range.
    pub(crate) rate: f64,
    pub(crate) slowest: f64,
    pub(crate) fastest: f64,
    /// Medians of the rounds' percentiles.
    pub(crate) p50: Option<Duration>,
    pub(crate) p99: Option<Duration>,
    /// The median processors' time of one record or call.
    pub(crate) cpu: Option<Duration>,
}

impl Figure {
    /// `None` without a round.
    pub(crate) fn of(samples: &[Sample]) -> Option<Self> {
        let rates: Vec<f64> = samples.iter().map(Sample::rate).collect();
        let middle = |of: fn(&Sample) -> Option<Duration>| {
            let times = samples.iter().filter_map(of).map(|time| time.as_secs_f64()).collect();
            median(times).map(Duration::from_secs_f64)
        };
        Some(Self {
            slowest: rates.iter().copied().reduce(f64::min)?,
            fastest: rates.iter().copied().reduce(f64::max)?,
            rate: median(rates)?,
            p50: middle(|sample| sample.p50),
            p99: middle(|sample| sample.p99),
            cpu: middle(|sample| sample.cpu_each().map(Duration::from_secs_f64)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn percentiles_are_of_the_calls() {
        let sample = Sample::from_each((1..=100).rev().map(ms).collect(), ms(5_050));
        assert_eq!((sample.count, sample.p50, sample.p99), (100, Some(ms(50)), Some(ms(99))));
        assert_eq!(Sample::from_each(vec![ms(7)], ms(7)).p99, Some(ms(7)));
        assert_eq!(Sample::from_each(Vec::new(), ms(7)).p99, None);
    }

    #[test]
    fn the_first_calls_are_not_measured() {
        let mut seen = Vec::new();
        let sample = Sample::of_each(40, |n| {
            seen.push(n);
            Ok::<_, ()>(())
        });
        assert_eq!((sample.unwrap().count, warm(40)), (40, 2));
        assert!(seen.into_iter().eq(0..42));
        assert_eq!(Sample::of_each(40, Err), Err(0));
    }

    #[test]
    fn figures_are_medians() {
        let rounds = [1, 5, 2].map(|seconds| Sample::whole(10, ms(1000 * seconds)));
        let figure = Figure::of(&rounds).unwrap();
        assert_eq!((figure.rate, figure.slowest, figure.fastest, figure.p50), (5.0, 2.0, 10.0, None));
        let cpu = |millis| Sample { cpu: Some(ms(millis)), ..Sample::whole(10, ms(100)) };
        assert_eq!(Figure::of(&[cpu(30), cpu(10), cpu(20)]).unwrap().cpu, Some(ms(2)));
        let batches = Sample::from_batches([1, 3, 2].map(ms).to_vec(), 10, ms(6));
        assert_eq!((batches.count, batches.p50, batches.p99), (30, Some(ms(2) / 10), None));
        assert_eq!(Figure::of(&[]), None);
    }
}
