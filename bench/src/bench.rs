//! The benchmarks by name.

use crate::metric::{Goal, Metric};
use crate::place::{Kind, Place};
use crate::sample::Sample;
use crate::{Result, bare, ours};

/// One program of a pair.
#[derive(Debug)]
pub(crate) struct Program {
    /// In the table.
    pub(crate) label: &'static str,
    /// Makes the files with which every round begins, for `size` records or calls.
    pub(crate) prepare: fn(place: &Place, size: u32) -> Result<()>,
    /// One round, in a process of its own.
    pub(crate) run: fn(place: &Place, size: u32) -> Result<Sample>,
}

impl Program {
    /// For programs that begin with an empty folder.
    pub(crate) const NOTHING: fn(&Place, u32) -> Result<()> = |_, _| Ok(());
}

/// One thing that is measured.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) name: &'static str,
    /// Records or calls in a round.
    pub(crate) size: u32,
    /// The same in a smoke run, and in the round that warms up: still more than one page or batch where there are such.
    pub(crate) smoke: u32,
    /// The first is what the second is measured by.
    pub(crate) pair: [Program; 2],
    /// What is to be reached.
    pub(crate) goals: &'static [Goal],
    /// What stands in the way of a goal that is missed, as a sentence.
    pub(crate) why: &'static str,
}

const fn goal(metric: Metric, bound: f64) -> Goal {
    Goal { metric, bound, on: None }
}

const fn on(kind: Kind, metric: Metric, bound: f64) -> Goal {
    Goal { metric, bound, on: Some(kind) }
}

const HONEST: &str = "the bare program is not the least that could work, and ratios to it flatter.";
const SYNC: &str = "each record is checked against the schema and reconciled with what the device holds, and the \
    server plans, authorizes and stamps what it sends.";

/// All benchmarks, in the order in which they run. Those of the bare programs' own parts come first.
pub(crate) const ALL: [Bench; 14] = [
    Bench {
        name: "bare-json",
        size: 100_000,
        smoke: 2_000,
        pair: [bare::RAW_JSON, bare::JSON],
        goals: &[goal(Metric::Speed, 0.8)],
        why: HONEST,
    },
    Bench {
        name: "bare-merge",
        size: 100_000,
        smoke: 2_000,
        pair: [bare::RAW_MERGE, bare::MERGE],
        goals: &[goal(Metric::Speed, 0.8)],
        why: HONEST,
    },
    Bench {
        name: "save",
        size: 2_000,
        smoke: 20,
        pair: [bare::SAVE, ours::SAVE],
        goals: &[on(Kind::Disk, Metric::Speed, 0.6), on(Kind::Tmpfs, Metric::Speed, 0.35)],
        why: "a save goes to the writer's thread and back, and the outbox's tables and indexes put more pages into the \
            log than the bare program's one table.",
    },
    Bench {
        name: "save-64",
        size: 64 * 200,
        smoke: 64 * 2,
        pair: [bare::SAVE_GROUPS, ours::SAVE_TASKS],
        goals: &[on(Kind::Tmpfs, Metric::Speed, 0.5)],
        why: "each save wakes its task from the writer's thread, and writes the outbox's tables and indexes.",
    },
    Bench {
        name: "get",
        size: 50_000,
        smoke: 20,
        pair: [bare::GET, ours::GET],
        goals: &[goal(Metric::Speed, 0.5)],
        why: "a row becomes a record, and the record a model that remembers where it was read.",
    },
    Bench {
        name: "base-10k",
        size: 10_000,
        smoke: 1_100,
        pair: [bare::BASE, ours::BASE],
        goals: &[goal(Metric::Speed, 0.4), goal(Metric::Memory, 100.0)],
        why: SYNC,
    },
    Bench {
        name: "base-100k",
        size: 100_000,
        smoke: 1_100,
        pair: [bare::BASE, ours::BASE],
        goals: &[goal(Metric::Speed, 0.4), goal(Metric::Memory, 100.0), goal(Metric::File, 1.25)],
        why: SYNC,
    },
    Bench {
        name: "base-indexed",
        size: 100_000,
        smoke: 1_100,
        pair: [bare::BASE_INDEXED, ours::BASE_INDEXED],
        goals: &[],
        why: SYNC,
    },
    Bench {
        name: "base-random",
        size: 100_000,
        smoke: 1_100,
        pair: [bare::BASE_RANDOM, ours::BASE_RANDOM],
        goals: &[],
        why: SYNC,
    },
    Bench {
        name: "delta-random",
        size: 100_000,
        smoke: 1_100,
        pair: [bare::DELTA_RANDOM, ours::DELTA_RANDOM],
        goals: &[],
        why: SYNC,
    },
    Bench {
        name: "drain",
        size: 2_000,
        smoke: 120,
        pair: [bare::DRAIN, ours::DRAIN],
        goals: &[goal(Metric::Speed, 0.4)],
        why: "each mutation is claimed, remembered by its id, logged as a change, settled, and met \
            again as the device's own event.",
    },
    Bench {
        name: "propagate",
        size: 300,
        smoke: 5,
        pair: [bare::PROPAGATE, ours::PROPAGATE],
        goals: &[goal(Metric::Latency, 4.0)],
        why: "a save passes two writers, the engine, the server's change log and the matching of subscriptions.",
    },
    Bench {
        name: "live-others",
        size: 2_000,
        smoke: 20,
        pair: [ours::OTHERS, ours::OTHERS_LIVE],
        goals: &[goal(Metric::Queries, 0.0)],
        why: "a commit that touches no record of a query's result makes it query again.",
    },
    Bench {
        name: "live-matches",
        size: 2_000,
        smoke: 20,
        pair: [ours::MATCHES, ours::MATCHES_LIVE],
        goals: &[],
        why: "each new result is a list of all its records.",
    },
];
