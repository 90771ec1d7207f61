//! The lives of a key: its versions begin again where the server has deleted the record and forgotten that (SYNC 1.9).

use crate::random::Random;
use crate::record::row;
use syncline_core::record::{LATER_LIFE_MS, Left, Presence, admits};
use syncline_core::{Meta, Versioned};

/// How long the server of this history keeps tombstones, in ms, and messages may be on their way.
const KEPT_MS: i64 = 100_000;

/// What the server says of one life of a key: its versions, the last of which may be a tombstone. `skew`: by how many ms
/// the clocks differ that stamp them.
fn life(random: &mut Random, begins: i64, skew: usize, ends: bool) -> Vec<Meta> {
    let versions = 1 + random.below(5) as i64;
    let mut at = begins;
    let stamp = |version| {
        at += random.below(30_000) as i64;
        let early = if skew == 0 { 0 } else { random.below(skew) as i64 };
        Meta { version, last_changed_at: at - early, deleted: ends && version == versions }
    };
    (1..=versions).map(stamp).collect()
}

/// The device hears of some of it, in any order, some of it twice, but of each life before the server forgets it.
fn check(seed: u64, skew: usize, tombstones: bool) {
    let mut random = Random::new(seed);
    let (mut known, mut begins) = (Presence::Unknown, 1_000_000);
    let lives = 1 + random.below(3);
    for number in 1..=lives {
        let ends = number < lives || random.below(2) == 0;
        let all = life(&mut random, begins, skew, ends);
        let last = all[all.len() - 1];
        begins = last.last_changed_at + KEPT_MS;
        let heard = |random: &mut Random, meta: &Meta| {
            (tombstones || !meta.deleted) && (*meta == last || random.below(4) > 0)
        };
        let mut messages: Vec<Meta> = all.into_iter().filter(|meta| heard(&mut random, meta)).collect();
        messages.extend(messages.clone().into_iter().filter(|_| random.below(3) == 0).collect::<Vec<_>>());
        for place in (1..messages.len()).rev() {
            messages.swap(place, random.below(place + 1));
        }
        let newest = messages.iter().copied().max_by_key(|meta| meta.version);
        for meta in messages {
            if admits(&known, meta, false) {
                // Some of it is out of the device's scope.
                let leaves =
                    !matches!(known, Presence::Unknown | Presence::Deleted(_)) && random.below(4) == 0;
                known = match meta.deleted {
                    true => Presence::Deleted(meta),
                    false if leaves => Presence::Evicted(Left {
                        version: meta.version,
                        changed_at: Some(meta.last_changed_at),
                    }),
                    false => Presence::Live(Versioned { meta, ..row(meta.version, "A/B/-") }),
                };
            }
        }
        let held = match &known {
            Presence::Live(held) => Some(held.meta),
            Presence::Deleted(meta) => Some(*meta),
            Presence::Evicted(left) => left.changed_at.map(|last_changed_at| Meta {
                version: left.version,
                last_changed_at,
                deleted: false,
            }),
            Presence::Unknown => None,
        };
        assert!(newest.is_none() || held == newest, "seed {seed}, life {number}: {held:?} of {newest:?}");
    }
}

#[test]
fn of_every_life_the_newest_version_is_known_in_whatever_order_it_is_told() {
    const { assert!(LATER_LIFE_MS < KEPT_MS) };
    for seed in 1..=20_000 {
        check(seed, 0, true);
        // Nobody says that it was deleted, and the clocks of several hosts differ.
        check(seed, 20_000, false);
    }
}

#[test]
fn a_newer_version_is_taken_whatever_its_stamp() {
    let known = Presence::Live(Versioned {
        meta: Meta { version: 3, last_changed_at: 10 * KEPT_MS, deleted: false },
        ..row(3, "A/B/-")
    });
    for at in [0, KEPT_MS, 10 * KEPT_MS] {
        assert!(admits(&known, Meta { version: 4, last_changed_at: at, deleted: false }, false), "{at}");
    }
}
