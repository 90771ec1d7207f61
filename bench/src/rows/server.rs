//! What a server does.

use crate::bench::{Bench, Program, Side, goal, on};
use crate::metric::Metric;
use crate::place::Kind;
use crate::{bare, ours};

/// Some of them in one process with what asks.
pub(super) const ROWS: &[Bench] = &[
    Bench {
        name: "server-sync",
        side: Side::Server,
        size: 100_000,
        smoke: 1_100,
        pair: [bare::PAGES, ours::PAGES],
        goals: &[goal(Metric::Cpu, 2.0)],
        why: "a page is planned, authorized and rendered field by field, and travels over HTTP, which the bare program \
            does without.",
        ..Bench::USUAL
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
        ..Bench::USUAL
    },
    Bench {
        name: "server-mutations",
        side: Side::Server,
        size: 64 * 400,
        smoke: 64 * 2,
        pair: [Program { prepare: ours::pilot, ..bare::GROUP_COMMITS }, ours::MUTATIONS],
        // Where nothing waits for a disk, the bare program has a processor for itself that HTTP takes from the other.
        goals: &[on(Kind::Disk, Metric::Speed, 0.5)],
        why: "each mutation comes over HTTP from another process, is parsed, authorized, decided and answered, and \
            its commit keeps indexes that the bare program has not.",
        ..Bench::USUAL
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
        ..Bench::USUAL
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
        ..Bench::USUAL
    },
    Bench {
        name: "subscribed-same",
        side: Side::Server,
        size: 200,
        smoke: 5,
        pair: [bare::SAME, ours::SAME],
        goals: &[goal(Metric::Latency, 3.0), goal(Metric::Held, 8.0)],
        why: "each subscriber is told which event came before.",
        ..Bench::USUAL
    },
    Bench {
        name: "subscribed-range",
        side: Side::Server,
        size: 500,
        smoke: 5,
        pair: [bare::RANGES, ours::RANGES],
        goals: &[goal(Metric::Latency, 3.0), goal(Metric::Held, 8.0)],
        why: "the ranges that hold an event's value have to be found, and each subscription keeps its own plan.",
        ..Bench::USUAL
    },
];
