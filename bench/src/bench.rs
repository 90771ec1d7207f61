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

/// Whose work the programs of a pair do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Device,
    Server,
}

/// One thing that is measured.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) name: &'static str,
    pub(crate) side: Side,
    /// Records or calls in a round.
    pub(crate) size: u32,
    /// The same in a smoke run, and in the round that warms up: still more than one page or batch where there are such.
    pub(crate) smoke: u32,
    /// The first is what the second is measured by.
    pub(crate) pair: [Program; 2],
    /// What is to be reached.
    pub(crate) goals: &'static [Goal],
    /// Whether rounds change nothing in the files, so that all of them share those that were prepared.
    pub(crate) shared: bool,
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
pub(crate) const ALL: [Bench; 21] = [
    Bench {
        name: "bare-json",
        side: Side::Device,
        size: 100_000,
        smoke: 2_000,
        pair: [bare::RAW_JSON, bare::JSON],
        goals: &[goal(Metric::Speed, 0.8)],
        shared: false,
        why: HONEST,
    },
    Bench {
        name: "bare-merge",
        side: Side::Device,
        size: 100_000,
        smoke: 2_000,
        pair: [bare::RAW_MERGE, bare::MERGE],
        goals: &[goal(Metric::Speed, 0.8)],
        shared: false,
        why: HONEST,
    },
    Bench {
        name: "save",
        side: Side::Device,
        size: 2_000,
        smoke: 20,
        pair: [bare::SAVE, ours::SAVE],
        goals: &[on(Kind::Disk, Metric::Speed, 0.6), on(Kind::Tmpfs, Metric::Speed, 0.35)],
        shared: false,
        why: "a save goes to the writer's thread and back, and the outbox's tables and indexes put more pages into the \
            log than the bare program's one table.",
    },
    Bench {
        name: "save-64",
        side: Side::Device,
        size: 64 * 200,
        smoke: 64 * 2,
        pair: [bare::SAVE_GROUPS, ours::SAVE_TASKS],
        goals: &[on(Kind::Tmpfs, Metric::Speed, 0.5)],
        shared: false,
        why: "each save wakes its task from the writer's thread, and writes the outbox's tables and indexes.",
    },
    Bench {
        name: "get",
        side: Side::Device,
        size: 50_000,
        smoke: 20,
        pair: [bare::GET, ours::GET],
        goals: &[goal(Metric::Speed, 0.5)],
        shared: false,
        why: "a row becomes a record, and the record a model that remembers where it was read.",
    },
    Bench {
        name: "base-10k",
        side: Side::Device,
        size: 10_000,
        smoke: 1_100,
        pair: [bare::BASE, ours::BASE],
        goals: &[goal(Metric::Speed, 0.4), goal(Metric::Memory, 100.0)],
        shared: false,
        why: SYNC,
    },
    Bench {
        name: "base-100k",
        side: Side::Device,
        size: 100_000,
        smoke: 1_100,
        pair: [bare::BASE, ours::BASE],
        goals: &[goal(Metric::Speed, 0.4), goal(Metric::Memory, 100.0), goal(Metric::File, 1.25)],
        shared: false,
        why: SYNC,
    },
    Bench {
        name: "base-indexed",
        side: Side::Device,
        size: 100_000,
        smoke: 1_100,
        pair: [bare::BASE_INDEXED, ours::BASE_INDEXED],
        goals: &[],
        shared: false,
        why: SYNC,
    },
    Bench {
        name: "base-random",
        side: Side::Device,
        size: 100_000,
        smoke: 1_100,
        pair: [bare::BASE_RANDOM, ours::BASE_RANDOM],
        goals: &[],
        shared: false,
        why: SYNC,
    },
    Bench {
        name: "delta-random",
        side: Side::Device,
        size: 100_000,
        smoke: 1_100,
        pair: [bare::DELTA_RANDOM, ours::DELTA_RANDOM],
        goals: &[],
        shared: false,
        why: SYNC,
    },
    Bench {
        name: "drain",
        side: Side::Device,
        size: 2_000,
        smoke: 120,
        pair: [bare::DRAIN, ours::DRAIN],
        goals: &[goal(Metric::Speed, 0.4)],
        shared: false,
        why: "each mutation is claimed, remembered by its id, logged as a change, settled, and met \
            again as the device's own event.",
    },
    Bench {
        name: "propagate",
        side: Side::Device,
        size: 300,
        smoke: 5,
        pair: [bare::PROPAGATE, ours::PROPAGATE],
        goals: &[goal(Metric::Latency, 4.0)],
        shared: false,
        why: "a save passes two writers, the engine, the server's change log and the matching of subscriptions.",
    },
    Bench {
        name: "live-others",
        side: Side::Device,
        size: 2_000,
        smoke: 20,
        pair: [ours::OTHERS, ours::OTHERS_LIVE],
        goals: &[goal(Metric::Queries, 0.0)],
        shared: false,
        why: "a commit that touches no record of a query's result makes it query again.",
    },
    Bench {
        name: "live-matches",
        side: Side::Device,
        size: 2_000,
        smoke: 20,
        pair: [ours::MATCHES, ours::MATCHES_LIVE],
        goals: &[],
        shared: false,
        why: "each new result is a list of all its records.",
    },
    Bench {
        name: "server-sync",
        side: Side::Server,
        size: 100_000,
        smoke: 1_100,
        pair: [bare::PAGES, ours::PAGES],
        goals: &[goal(Metric::Cpu, 2.0)],
        shared: false,
        why: "a page is planned, authorized and rendered field by field, and travels over HTTP, which the bare program \
            does without.",
    },
    Bench {
        name: "server-delta",
        side: Side::Server,
        size: 1_000_000,
        smoke: 2_000,
        pair: [ours::DELTA_FEW, ours::DELTA_MANY],
        goals: &[goal(Metric::Latency, 3.0)],
        shared: true,
        why: "something of a delta sync grows with the table.",
    },
    Bench {
        name: "server-mutations",
        side: Side::Server,
        size: 64 * 400,
        smoke: 64 * 2,
        pair: [Program { prepare: ours::pilot, ..bare::GROUP_COMMITS }, ours::MUTATIONS],
        // Where nothing waits for a disk, the bare program has a processor for itself that HTTP takes from the other.
        goals: &[on(Kind::Disk, Metric::Speed, 0.5)],
        shared: false,
        why: "each mutation comes over HTTP from another process, is parsed, authorized, decided and answered, and \
            its commit keeps indexes that the bare program has not.",
    },
    Bench {
        name: "plan-hit",
        side: Side::Server,
        size: 50_000,
        smoke: 200,
        pair: [ours::GET_POST, ours::PLAN_HIT],
        goals: &[goal(Metric::Latency, 0.05)],
        shared: true,
        why: "a document is hashed and compared before its plan is used.",
    },
    Bench {
        name: "plan-miss",
        side: Side::Server,
        size: 5_000,
        smoke: 200,
        pair: [ours::GET_POST, ours::PLAN_MISS],
        goals: &[],
        shared: true,
        why: "a document is parsed and validated.",
    },
    Bench {
        name: "subscribed-same",
        side: Side::Server,
        size: 200,
        smoke: 5,
        pair: [bare::SAME, ours::SAME],
        goals: &[goal(Metric::Latency, 3.0), goal(Metric::Held, 8.0)],
        shared: false,
        why: "each subscriber is told which event came before.",
    },
    Bench {
        name: "subscribed-range",
        side: Side::Server,
        size: 500,
        smoke: 5,
        pair: [bare::RANGES, ours::RANGES],
        goals: &[goal(Metric::Latency, 3.0), goal(Metric::Held, 8.0)],
        shared: false,
        why: "the ranges that hold an event's value have to be found, and each subscription keeps its own plan.",
    },
];
