//! A device whose server is far away: every byte takes as long as [`line`](crate::line) says.

use crate::bench::{Bench, goal};
use crate::metric::Metric;
use crate::place::Kind;
use crate::{bare, ours};

/// What plain AppSync allows has no goal: it is shown beside the round trips that it takes.
pub(super) const ROWS: &[Bench] = &[
    Bench {
        name: "line-base",
        size: 100_000,
        smoke: 1_100,
        pair: [ours::BASE_NEAR, ours::BASE_FAR],
        goals: &[goal(Metric::Speed, 0.5)],
        rounds: 3,
        why: "the socket, its subscriptions, the first page and connections for the others take six round trips.",
        ..Bench::USUAL
    },
    Bench {
        name: "line-drain",
        size: 1_000,
        smoke: 120,
        pair: [ours::DRAIN_NEAR, ours::DRAIN_FAR],
        goals: &[goal(Metric::Seconds, 2.0)],
        rounds: 3,
        why: "three batches are under way at once, and each takes a round trip.",
        ..Bench::USUAL
    },
    Bench {
        name: "rapid",
        size: 1_000,
        smoke: 50,
        pair: [ours::RAPID_OFFLINE, ours::RAPID],
        goals: &[goal(Metric::Requests, 20.0)],
        rounds: 3,
        why: "each round trip takes along what was saved during the one before it, and saving took many of them.",
        ..Bench::USUAL
    },
    Bench {
        name: "rapid-near",
        size: 1_000,
        smoke: 50,
        pair: [ours::RAPID_OFFLINE, ours::RAPID_NEAR],
        goals: &[goal(Metric::Requests, 20.0)],
        rounds: 3,
        why: "a record that is edited while its last mutation is on its way rests, up to 256 ms, before it is sent again.",
        ..Bench::USUAL
    },
    Bench {
        name: "line-base-appsync",
        size: 100_000,
        smoke: 1_100,
        pair: [bare::PAGE_TRIPS, ours::BASE_APPSYNC],
        places: &[Kind::Disk],
        rounds: 1,
        ..Bench::USUAL
    },
    Bench {
        name: "line-drain-appsync",
        size: 1_000,
        smoke: 120,
        pair: [bare::BATCH_TRIPS, ours::DRAIN_APPSYNC],
        places: &[Kind::Disk],
        rounds: 1,
        ..Bench::USUAL
    },
];
