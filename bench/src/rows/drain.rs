//! Sending what waits in the outbox, and staying connected when nothing does.

use crate::bench::{Bench, Side, goal, on};
use crate::metric::Metric;
use crate::place::Kind;
use crate::{bare, ours};

const MUTATION: &str =
    "each mutation is claimed, planned as GraphQL, remembered by its id, logged as a change, and settled.";

/// Goals are about a server that waits for its disk (SYNC 1.3). `drain` is measured by the pipeline that the goal was set
/// by, in batches of 50; `drain-as-ours` shows beside it what Syncline costs where the bare program makes the same batches.
pub(super) const ROWS: &[Bench] = &[
    Bench {
        name: "drain",
        size: 10_000,
        smoke: 250,
        pair: [bare::DRAIN, ours::DRAIN],
        goals: &[on(Kind::Disk, Metric::Speed, 0.5)],
        why: MUTATION,
        ..Bench::USUAL
    },
    Bench {
        name: "drain-as-ours",
        size: 10_000,
        smoke: 250,
        pair: [bare::DRAIN_AS_OURS, ours::DRAIN],
        why: MUTATION,
        ..Bench::USUAL
    },
    Bench {
        name: "drain-single",
        size: 10_000,
        smoke: 20,
        pair: [bare::DRAIN_SINGLE, ours::DRAIN_SINGLE],
        goals: &[on(Kind::Disk, Metric::Speed, 0.5)],
        rounds: 3,
        why: MUTATION,
        ..Bench::USUAL
    },
    Bench {
        name: "drain-batches",
        size: 10_000,
        smoke: 250,
        pair: [ours::DRAIN_SINGLE, ours::DRAIN],
        goals: &[on(Kind::Disk, Metric::Speed, 8.0)],
        rounds: 3,
        why: "what is done for each mutation outweighs what is done for each request.",
        ..Bench::USUAL
    },
    Bench {
        name: "idle",
        side: Side::Client,
        size: 60,
        smoke: 1,
        pair: [bare::IDLE, ours::IDLE],
        goals: &[goal(Metric::Idle, 10.0), goal(Metric::Resident, 20.0)],
        places: &[Kind::Disk],
        rounds: 1,
        why: "timers wake the process, or what a base sync took from the allocator is not given back.",
        ..Bench::USUAL
    },
];
