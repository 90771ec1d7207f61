//! What a device does by itself, and with a server beside it.

use super::{HONEST, SYNC};
use crate::bench::{Bench, goal, on};
use crate::metric::Metric;
use crate::place::Kind;
use crate::{bare, ours};

/// Those of the bare programs' own parts come first.
pub(super) const ROWS: &[Bench] = &[
    Bench {
        name: "bare-json",
        size: 100_000,
        smoke: 2_000,
        pair: [bare::RAW_JSON, bare::JSON],
        goals: &[goal(Metric::Speed, 0.8)],
        why: HONEST,
        ..Bench::USUAL
    },
    Bench {
        name: "bare-merge",
        size: 100_000,
        smoke: 2_000,
        pair: [bare::RAW_MERGE, bare::MERGE],
        goals: &[goal(Metric::Speed, 0.8)],
        why: HONEST,
        ..Bench::USUAL
    },
    Bench {
        name: "save",
        size: 2_000,
        smoke: 20,
        pair: [bare::SAVE, ours::SAVE],
        goals: &[on(Kind::Disk, Metric::Speed, 0.6), on(Kind::Tmpfs, Metric::Speed, 0.35)],
        why: "a save goes to the writer's thread and back, and the outbox's tables and indexes put more pages into the \
            log than the bare program's one table.",
        ..Bench::USUAL
    },
    Bench {
        name: "save-64",
        size: 64 * 200,
        smoke: 64 * 2,
        pair: [bare::SAVE_GROUPS, ours::SAVE_TASKS],
        goals: &[on(Kind::Tmpfs, Metric::Speed, 0.5)],
        why: "each save wakes its task from the writer's thread, and writes the outbox's tables and indexes.",
        ..Bench::USUAL
    },
    Bench {
        name: "get",
        size: 50_000,
        smoke: 20,
        pair: [bare::GET, ours::GET],
        goals: &[goal(Metric::Speed, 0.5)],
        why: "a row becomes a record, and the record a model that remembers where it was read.",
        ..Bench::USUAL
    },
    Bench {
        name: "base-10k",
        size: 10_000,
        smoke: 1_100,
        pair: [bare::BASE, ours::BASE],
        goals: &[goal(Metric::Speed, 0.4), goal(Metric::Memory, 100.0)],
        why: SYNC,
        ..Bench::USUAL
    },
    Bench {
        name: "base-100k",
        size: 100_000,
        smoke: 1_100,
        pair: [bare::BASE, ours::BASE],
        goals: &[goal(Metric::Speed, 0.4), goal(Metric::Memory, 100.0), goal(Metric::File, 1.25)],
        why: SYNC,
        ..Bench::USUAL
    },
    Bench {
        name: "base-indexed",
        size: 100_000,
        smoke: 1_100,
        pair: [bare::BASE_INDEXED, ours::BASE_INDEXED],
        goals: &[],
        why: SYNC,
        ..Bench::USUAL
    },
    Bench {
        name: "base-random",
        size: 100_000,
        smoke: 1_100,
        pair: [bare::BASE_RANDOM, ours::BASE_RANDOM],
        goals: &[],
        why: SYNC,
        ..Bench::USUAL
    },
    Bench {
        name: "delta-random",
        size: 100_000,
        smoke: 1_100,
        pair: [bare::DELTA_RANDOM, ours::DELTA_RANDOM],
        goals: &[],
        why: SYNC,
        ..Bench::USUAL
    },
    Bench {
        name: "propagate",
        size: 300,
        smoke: 5,
        pair: [bare::PROPAGATE, ours::PROPAGATE],
        goals: &[goal(Metric::Latency, 4.0)],
        why: "a save passes two writers, the engine, the server's change log and the matching of subscriptions.",
        ..Bench::USUAL
    },
    Bench {
        name: "live-others",
        size: 2_000,
        smoke: 20,
        pair: [ours::OTHERS, ours::OTHERS_LIVE],
        goals: &[goal(Metric::Queries, 0.0)],
        why: "a commit that touches no record of a query's result makes it query again.",
        ..Bench::USUAL
    },
    Bench {
        name: "live-matches",
        size: 2_000,
        smoke: 20,
        pair: [ours::MATCHES, ours::MATCHES_LIVE],
        goals: &[],
        why: "each new result is a list of all its records.",
        ..Bench::USUAL
    },
];
