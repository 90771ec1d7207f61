//! How long to wait before trying again.

use crate::Failure;

/// The first delay, in ms.
const FIRST_MS: u64 = 250;
/// The longest delay, in ms.
const LONGEST_MS: u64 = 30_000;
/// The longest delay where credentials or the request itself must change first, in ms.
const LONGEST_REFUSED_MS: u64 = 300_000;

/// Bounded exponential backoff with jitter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Forgets the failures.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// How many failures came in a row.
    #[must_use]
    pub fn failures(self) -> u32 {
        self.failures
    }

    /// Counts a failure and gives the delay, in ms: half of it fixed, half drawn from `random`, so that many clients
    /// do not come back at once. A delay the server asked for is a lower bound.
    pub fn next_ms(&mut self, failure: Failure, random: u64) -> u64 {
        let longest = match failure {
            Failure::Transient { .. } | Failure::Timeout => LONGEST_MS,
            Failure::TooLarge | Failure::Auth | Failure::Refused => LONGEST_REFUSED_MS,
        };
        let full = FIRST_MS.saturating_mul(1_u64 << self.failures.min(20)).min(longest);
        self.failures = self.failures.saturating_add(1);
        let jittered = full / 2 + random % (full / 2 + 1);
        match failure {
            Failure::Transient { retry_after_ms: Some(asked) } => {
                jittered.max(asked.min(LONGEST_REFUSED_MS)).saturating_add(random % 250)
            }
            _ => jittered,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_are_bounded_and_spread() {
        let mut backoff = Backoff::default();
        let transient = Failure::Transient { retry_after_ms: None };
        for failure in 0..40 {
            let full = (250_u64 << failure.min(20)).min(30_000);
            let delay = backoff.next_ms(transient, failure * 7919);
            assert!((full / 2..=full).contains(&delay), "failure {failure}: {delay} of {full}");
        }
        backoff.reset();
        assert!(backoff.next_ms(transient, 0) < backoff.next_ms(transient, u64::MAX));
        let asked = Failure::Transient { retry_after_ms: Some(5_000) };
        assert!(Backoff::default().next_ms(asked, 3) >= 5_000);
    }
}
