//! The only place that asks the system for randomness.

use std::sync::atomic::{AtomicU64, Ordering};
use syncline_backend::Clock;
use syncline_service::Entropy;

/// The system's randomness.
#[derive(Debug, Default)]
pub struct SystemEntropy {
    /// Counts the times the system had none to give.
    failures: AtomicU64,
}

impl Entropy for SystemEntropy {
    fn next(&self) -> u128 {
        let mut bytes = [0; 16];
        if getrandom::fill(&mut bytes).is_ok() {
            return u128::from_le_bytes(bytes);
        }
        // Without a source of randomness (no system that Syncline runs on) ids must at least differ.
        let time = u128::from(crate::SystemClock.now_ms().unsigned_abs());
        time << 64 | u128::from(self.failures.fetch_add(1, Ordering::Relaxed))
    }
}
