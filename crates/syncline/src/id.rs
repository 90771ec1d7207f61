//! Identifiers and randomness: with the runner's clock the only place that reads either.
//!
//! New records get a UUIDv7 (RFC 9562): ids that one process makes are in order, so that records lie in their table in
//! the order in which they were made, which is also the order in which a base sync brings them.

use std::hash::{BuildHasher, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::{Uuid, Variant, Version};

/// The random bits of a UUIDv7, all of them.
const TAIL: u32 = 74;
/// The latest time that an id can tell, in milliseconds since 1970.
const LATEST: u64 = (1 << 48) - 2;
/// How far apart at most two ids of one millisecond are: far enough not to be guessed from each other.
const STEP: u128 = 1 << 32;

/// A new identifier, above every one that this process made before.
#[must_use]
pub fn new_id() -> String {
    static LAST: Mutex<Last> = Mutex::new(Last { millis: 0, tail: 0 });
    let mut bytes = [0; 16];
    fill(&mut bytes);
    // The state is two numbers that are written together at the end, so a panic cannot leave it half done.
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    last.next(now(), u128::from_le_bytes(bytes)).to_string()
}

/// A random number.
#[must_use]
pub(crate) fn random() -> u64 {
    let mut bytes = [0; 8];
    fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// The time, in ms since the epoch.
pub(crate) fn now_ms() -> i64 {
    i64::try_from(now()).unwrap_or(i64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "an id begins with the time at which it was made")]
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).map_or(LATEST, |millis| millis.min(LATEST))
}

fn fill(bytes: &mut [u8]) {
    if getrandom::fill(bytes).is_err() {
        // A system without a source of randomness still has the keys with which the process seeds its hash maps.
        for chunk in bytes.chunks_mut(8) {
            let random = std::collections::hash_map::RandomState::new().build_hasher().finish().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}

/// The last id, from which the next one is made.
#[derive(Debug)]
struct Last {
    millis: u64,
    tail: u128,
}

impl Last {
    /// The next id at the time `now` (milliseconds since 1970) with these random bits. Within a millisecond, and while
    /// the clock stands behind the last id, the tail grows by a random step.
    fn next(&mut self, now: u64, random: u128) -> Uuid {
        let fresh = random >> (128 - TAIL);
        if now > self.millis {
            (self.millis, self.tail) = (now, fresh);
        } else {
            self.tail += 1 + random % STEP;
            if self.tail >> TAIL != 0 {
                (self.millis, self.tail) = (self.millis + 1, fresh);
            }
        }
        // 48 bits of time, 4 of version, 12 of tail, 2 of variant, 62 of tail.
        let high = self.tail >> 62;
        let low = self.tail & ((1 << 62) - 1);
        let bits = (u128::from(self.millis) << 80) | (high << 64) | low;
        let mut builder = uuid::Builder::from_u128(bits);
        builder.set_variant(Variant::RFC4122).set_version(Version::SortRand);
        builder.into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_process_are_in_order() {
        let ids: Vec<String> = (0..2_000).map(|_| new_id()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.iter().all(|id| Uuid::parse_str(id).is_ok_and(|id| id.get_version_num() == 7)));
    }

    #[test]
    fn the_clock_may_stand_or_go_back() {
        let mut last = Last { millis: 0, tail: 0 };
        let mut previous = last.next(1_000, 0);
        for (now, random) in [(1_000, 0), (999, 7), (0, u128::MAX), (1_001, 0), (1_001, u128::MAX), (5, 1)] {
            let next = last.next(now, random);
            assert!(next > previous, "{now} {random}");
            assert_eq!(next.get_variant(), Variant::RFC4122);
            previous = next;
        }
    }

    #[test]
    fn a_full_millisecond_borrows_from_the_next() {
        let mut last = Last { millis: 10, tail: (1 << TAIL) - 1 };
        let before = Last { millis: 10, tail: (1 << TAIL) - 2 }.next(10, 0);
        let id = last.next(10, 0);
        assert!(id > before);
        assert_eq!(last.millis, 11);
    }

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let make = || {
            let mut last = Last { millis: 0, tail: 0 };
            [3_u128, 1 << 100, 5].map(|random| last.next(1_700_000_000_000, random).to_string())
        };
        assert_eq!(make(), make());
        assert!(make()[0].starts_with("018bcfe5-6800-7"), "{}", make()[0]);
    }
}
