//! Whether an operation starts sync by itself.

use std::sync::atomic::{AtomicU8, Ordering};

/// Nobody has said anything: the first operation starts sync.
const AUTOMATIC: u8 = 0;
/// Started, or about to.
const STARTED: u8 = 1;
/// Stopped on purpose: only `start` starts again.
const STOPPED: u8 = 2;

/// What was last said about starting. The handle sets it when something is asked for, and the runner's task again when
/// it does it, so that it is right whatever was asked for at once.
#[derive(Debug, Default)]
pub(super) struct Mode(AtomicU8);

impl Mode {
    /// Whether an operation should start sync by itself.
    pub(super) fn is_automatic(&self) -> bool {
        self.0.load(Ordering::Acquire) == AUTOMATIC
    }

    pub(super) fn automatic(&self) {
        self.0.store(AUTOMATIC, Ordering::Release);
    }

    pub(super) fn started(&self) {
        self.0.store(STARTED, Ordering::Release);
    }

    pub(super) fn stopped(&self) {
        self.0.store(STOPPED, Ordering::Release);
    }

    /// Whether the caller is the one operation that starts sync.
    pub(super) fn claim_start(&self) -> bool {
        self.0.compare_exchange(AUTOMATIC, STARTED, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}
