//! What is compared, and with which bound.

use crate::place::Kind;
use crate::sample::{Sample, median};

/// A figure of a pair of programs, the first being what the second is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Metric {
    /// The second's speed as a part of the first's.
    Speed,
    /// The second's median call, as a multiple of the first's.
    Latency,
    /// By how many MiB the second's process grew at its peak, in its worst round.
    Memory,
    /// The size of the second's file, as a multiple of the JSON that brought its records.
    File,
    /// How many queries of its own file the second made, in its worst round.
    Queries,
    /// The second's processors' time for one record or call, as a multiple of the first's.
    Cpu,
    /// How many records the second wrote in a commit, on average.
    Group,
    /// What each of the things that the second holds takes in memory, in KiB.
    Held,
    /// How many requests the second sent, in its worst round.
    Requests,
    /// How long the second's rounds take, in seconds.
    Seconds,
    /// How many milliseconds of the processors' time the second takes in a minute without work, in its worst round.
    Idle,
    /// How many MiB the second's process holds beside what SQLite does, in its worst round.
    Resident,
}

/// A bound that a metric has to keep.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Goal {
    pub(crate) metric: Metric,
    pub(crate) bound: f64,
    /// Only there.
    pub(crate) on: Option<Kind>,
}

/// A metric of the rounds that were run, with its bound if it has one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) metric: Metric,
    pub(crate) value: f64,
    pub(crate) bound: Option<f64>,
}

impl Metric {
    const ALL: [Self; 12] = [
        Self::Speed,
        Self::Latency,
        Self::Cpu,
        Self::Memory,
        Self::File,
        Self::Queries,
        Self::Group,
        Self::Held,
        Self::Requests,
        Self::Seconds,
        Self::Idle,
        Self::Resident,
    ];

    /// In JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Speed => "speed",
            Self::Latency => "latency",
            Self::Memory => "memoryMiB",
            Self::File => "file",
            Self::Queries => "queries",
            Self::Cpu => "cpu",
            Self::Group => "group",
            Self::Held => "heldKiB",
            Self::Requests => "requests",
            Self::Seconds => "seconds",
            Self::Idle => "idleMsPerMinute",
            Self::Resident => "residentMiB",
        }
    }

    /// Its value with what it is, in a table and in a sentence.
    pub(crate) fn text(self, value: f64) -> String {
        match self {
            Self::Speed => format!("{value:.2} x speed"),
            // A part of it is asked for in hundredths.
            Self::Latency if value < 0.1 => format!("{value:.3} x median"),
            Self::Latency => format!("{value:.2} x median"),
            Self::Cpu => format!("{value:.2} x CPU"),
            Self::Group => format!("{value:.1} a commit"),
            Self::Held => format!("{value:.2} KiB each"),
            Self::Requests => format!("{value:.0} requests"),
            Self::Seconds => format!("{value:.2} s"),
            Self::Idle => format!("{value:.1} ms/min"),
            Self::Resident => format!("{value:.1} MiB held"),
            Self::Memory => format!("{value:.0} MiB more"),
            Self::File => format!("{value:.2} x JSON"),
            Self::Queries => format!("{value:.0} queries"),
        }
    }

    /// A bound in a table, with as many digits as the value has.
    pub(crate) fn bound_text(self, bound: f64) -> String {
        let sign = if self.wants_more() { ">=" } else { "<=" };
        match self {
            Self::Memory
            | Self::Queries
            | Self::Held
            | Self::Group
            | Self::Requests
            | Self::Idle
            | Self::Resident => format!("{sign} {bound:.0}"),
            Self::Speed | Self::Latency | Self::File | Self::Cpu | Self::Seconds => {
                format!("{sign} {bound:.2}")
            }
        }
    }

    /// Whether more is better.
    fn wants_more(self) -> bool {
        matches!(self, Self::Speed | Self::Group)
    }

    /// From rounds that were run in turn. `None` if the programs do not say.
    ///
    /// Ratios are taken round by round, and of them the median: what the machine does meanwhile touches both programs of
    /// a round alike.
    fn of(self, first: &[Sample], second: &[Sample]) -> Option<f64> {
        let ratios = |ratio: fn(&Sample, &Sample) -> Option<f64>| {
            median(first.iter().zip(second).filter_map(|(first, second)| ratio(first, second)).collect())
        };
        match self {
            Self::Speed => ratios(|first, second| Some(second.rate() / first.rate())),
            Self::Latency => {
                ratios(|first, second| Some(second.p50?.as_secs_f64() / first.p50?.as_secs_f64()))
            }
            Self::Memory => {
                let most = second.iter().filter_map(|sample| sample.growth).max()?;
                Some(most as f64 / f64::from(1 << 20))
            }
            Self::File => median(second.iter().filter_map(|sample| sample.file).collect()),
            Self::Queries => Some(second.iter().filter_map(|sample| sample.queries).max()? as f64),
            Self::Cpu => ratios(|first, second| Some(second.cpu_each()? / first.cpu_each()?)),
            Self::Group => median(second.iter().filter_map(|sample| sample.group).collect()),
            Self::Held => Some(median(second.iter().filter_map(|sample| sample.held).collect())? / 1024.0),
            Self::Requests => Some(second.iter().filter_map(|sample| sample.requests).max()? as f64),
            Self::Seconds => median(second.iter().map(|sample| sample.total.as_secs_f64()).collect()),
            Self::Idle => {
                let parts = second.iter().filter_map(|sample| sample.idle);
                Some(parts.reduce(f64::max)? * 60_000.0)
            }
            Self::Resident => {
                let most = second.iter().filter_map(|sample| sample.resident).max()?;
                Some(most as f64 / f64::from(1 << 20))
            }
        }
    }
}

/// What these rounds show: the speed, and whatever else the programs say. The goals are those of one place.
pub(crate) fn verdicts(goals: &[Goal], kind: Kind, first: &[Sample], second: &[Sample]) -> Vec<Verdict> {
    let all = Metric::ALL.into_iter().filter_map(|metric| {
        let goal = goals.iter().find(|goal| goal.metric == metric && goal.on.is_none_or(|on| on == kind));
        let bound = goal.map(|goal| goal.bound);
        // Every round takes its time; it is said where that is the point.
        if metric == Metric::Seconds && bound.is_none() {
            return None;
        }
        Some(Verdict { metric, value: metric.of(first, second)?, bound })
    });
    all.collect()
}

impl Verdict {
    /// Whether the bound is kept; `None` without one.
    pub(crate) fn is_kept(&self) -> Option<bool> {
        let Self { metric, value, bound } = self;
        bound.map(|bound| if metric.wants_more() { *value >= bound } else { *value <= bound })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn sample(millis: u64, growth: u64, file: f64) -> Sample {
        let time = Duration::from_millis(millis);
        Sample { growth: Some(growth << 20), file: Some(file), ..Sample::from_each(vec![time], time) }
    }

    #[test]
    fn ratios_are_of_rounds_in_turn() {
        // The machine was ten times slower in the second round, for both.
        let first = [sample(10, 1, 1.0), sample(100, 1, 1.0), sample(10, 1, 1.0)];
        let second = [sample(20, 7, 1.2), sample(200, 9, 1.3), sample(25, 8, 1.1)];
        let goal = |metric, bound, on| Goal { metric, bound, on };
        let goals = [
            goal(Metric::Speed, 0.4, None),
            goal(Metric::Latency, 1.9, Some(Kind::Disk)),
            goal(Metric::Memory, 9.0, None),
            goal(Metric::File, 1.1, Some(Kind::Tmpfs)),
        ];
        let found = verdicts(&goals, Kind::Disk, &first, &second);
        let found: Vec<_> = found
            .iter()
            .map(|verdict| (verdict.metric, verdict.metric.text(verdict.value), verdict.is_kept()))
            .collect();
        let expected = [
            (Metric::Speed, "0.50 x speed".to_owned(), Some(true)),
            (Metric::Latency, "2.00 x median".to_owned(), Some(false)),
            (Metric::Memory, "9 MiB more".to_owned(), Some(true)),
            (Metric::File, "1.20 x JSON".to_owned(), None),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_a_server_takes_is_by_the_record() {
        let server = |count, millis, group, held| Sample {
            cpu: Some(Duration::from_millis(millis)),
            group: Some(group),
            held: Some(held),
            ..Sample::whole(count, Duration::from_secs(1))
        };
        let first = [server(10, 10, 1.0, 0.0)];
        let second = [server(20, 50, 31.25, 1_536.0)];
        let goals = [Goal { metric: Metric::Cpu, bound: 2.0, on: None }];
        let found: Vec<_> = verdicts(&goals, Kind::Disk, &first, &second)
            .into_iter()
            .map(|verdict| (verdict.metric.text(verdict.value), verdict.is_kept()))
            .collect();
        let expected = [
            ("2.00 x speed", None),
            ("2.50 x CPU", Some(false)),
            ("31.2 a commit", None),
            ("1.50 KiB each", None),
        ];
        assert_eq!(found, expected.map(|(text, kept)| (text.to_owned(), kept)));
        assert_eq!(Metric::Latency.text(0.0312), "0.031 x median");
    }

    #[test]
    fn what_nobody_measured_has_no_verdict() {
        let rounds = [Sample::whole(1, Duration::from_secs(1))];
        let found = verdicts(&[], Kind::Tmpfs, &rounds, &rounds);
        assert_eq!(found, [Verdict { metric: Metric::Speed, value: 1.0, bound: None }]);
    }
}
