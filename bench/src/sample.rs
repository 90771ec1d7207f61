//! What one round of one program took, and how rounds become one figure.

use std::time::{Duration, Instant};

/// One round.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample {
    /// Records, or calls, that were handled.
    pub(crate) count: u32,
    /// For all of them.
    pub(crate) total: Duration,
    /// For each, where that has a meaning, in ascending order.
    pub(crate) each: Vec<Duration>,
}

impl Sample {
    /// A round of which only the whole was measured.
    pub(crate) fn whole(count: u32, total: Duration) -> Self {
        Self { count, total, each: Vec::new() }
    }

    /// Calls `step` once for every number below `count` and measures each.
    ///
    /// # Errors
    /// The first of `step`.
    pub(crate) fn of_each<E>(count: u32, mut step: impl FnMut(u32) -> Result<(), E>) -> Result<Self, E> {
        let mut each = Vec::with_capacity(count as usize);
        let start = Instant::now();
        for n in 0..count {
            let before = Instant::now();
            step(n)?;
            each.push(before.elapsed());
        }
        Ok(Self::from_each(each, start.elapsed()))
    }

    /// A round from the times of its calls.
    pub(crate) fn from_each(mut each: Vec<Duration>, total: Duration) -> Self {
        each.sort_unstable();
        Self { count: u32::try_from(each.len()).unwrap_or(u32::MAX), total, each }
    }

    /// How many in a second.
    pub(crate) fn rate(&self) -> f64 {
        f64::from(self.count) / self.total.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// The time that `percent` of the calls did not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> Option<Duration> {
        let last = self.each.len().checked_sub(1)?;
        self.each.get((self.each.len() * percent).div_ceil(100).saturating_sub(1).min(last)).copied()
    }
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
}

impl Figure {
    /// `None` without a round.
    pub(crate) fn of(samples: &[Sample]) -> Option<Self> {
        let mut rates: Vec<f64> = samples.iter().map(Sample::rate).collect();
        rates.sort_unstable_by(f64::total_cmp);
        let percentile = |percent| {
            let mut times: Vec<_> = samples.iter().filter_map(|sample| sample.percentile(percent)).collect();
            times.sort_unstable();
            times.get(times.len() / 2).copied()
        };
        Some(Self {
            rate: *rates.get(rates.len() / 2)?,
            slowest: *rates.first()?,
            fastest: *rates.last()?,
            p50: percentile(50),
            p99: percentile(99),
        })
    }

    /// How many times as long as `bare` this took: by the median call where calls were measured one by one,
    /// otherwise by the rate.
    pub(crate) fn times(&self, bare: &Self) -> f64 {
        match (self.p50, bare.p50) {
            (Some(ours), Some(bare)) => ours.as_secs_f64() / bare.as_secs_f64().max(f64::MIN_POSITIVE),
            _ => bare.rate / self.rate.max(f64::MIN_POSITIVE),
        }
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
        assert_eq!(
            (sample.count, sample.percentile(50), sample.percentile(99)),
            (100, Some(ms(50)), Some(ms(99)))
        );
        assert_eq!(Sample::from_each(vec![ms(7)], ms(7)).percentile(99), Some(ms(7)));
        assert_eq!(Sample::whole(10, ms(1)).percentile(50), None);
    }

    #[test]
    fn figures_are_medians() {
        let rounds = [1, 5, 2].map(|seconds| Sample::whole(10, ms(1000 * seconds)));
        let figure = Figure::of(&rounds).unwrap();
        assert_eq!((figure.rate, figure.slowest, figure.fastest), (5.0, 2.0, 10.0));
        assert_eq!(Figure::of(&[]), None);
    }

    #[test]
    fn the_ratio_is_of_the_time_taken() {
        let by_rate = |seconds: u64| Figure::of(&[Sample::whole(10, ms(1000 * seconds))]).unwrap();
        assert_eq!(by_rate(3).times(&by_rate(1)).round(), 3.0);
        let by_call = |n| Figure::of(&[Sample::from_each(vec![ms(n), ms(n), ms(900)], ms(1_000))]).unwrap();
        assert_eq!(by_call(4).times(&by_call(2)).round(), 2.0);
    }
}
