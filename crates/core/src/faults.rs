//! Switches that break one rule of the design on purpose, so that the simulator can show that it notices.
//!
//! It also counts which cells of the tables of decisions are taken, so that the simulator can show that it misses none.
//!
//! Without the feature `faults` every question is answered `false` by a constant, and the optimiser removes it.

/// A rule that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A device never replaces a record with an older `_version` (I4).
    VersionCheck,
    /// An entry is marked as sent before its bytes leave (SYNC 1.2).
    MarkBeforeSend,
    /// `startedAt` never exceeds the watermark, and the first page's is the next `lastSync` (SYNC 3.1).
    StartedAt,
    /// A pending update keeps the version and values it was made from (SYNC 1.1).
    KeepBase,
    /// The server remembers the ids of the mutations it applied (SYNC 2.1).
    MutationIds,
    /// An input of an earlier run is dropped (SYNC 1.12).
    RunNumbers,
}

#[cfg(feature = "faults")]
mod switch {
    use super::Rule;
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;

    thread_local! {
        static BROKEN: Cell<Option<Rule>> = const { Cell::new(None) };
        static CELLS: RefCell<BTreeMap<String, u64>> = const { RefCell::new(BTreeMap::new()) };
    }

    /// Switches `rule` off on this thread, or all rules on again with `None`.
    pub fn break_rule(rule: Option<Rule>) {
        BROKEN.with(|broken| broken.set(rule));
    }

    /// Whether `rule` is switched off on this thread.
    #[must_use]
    pub fn is_broken(rule: Rule) -> bool {
        BROKEN.with(|broken| broken.get() == Some(rule))
    }

    /// Counts that a cell of a table of decisions was taken on this thread.
    pub(crate) fn cell(name: impl FnOnce() -> String) {
        CELLS.with_borrow_mut(|cells| *cells.entry(name()).or_default() += 1);
    }

    /// How often each cell was taken on this thread since this was last asked.
    #[must_use]
    pub fn taken_cells() -> BTreeMap<String, u64> {
        CELLS.take()
    }
}

#[cfg(feature = "faults")]
pub(crate) use switch::cell;
#[cfg(feature = "faults")]
pub use switch::{break_rule, is_broken, taken_cells};

/// Whether `rule` is switched off: never, in a product build.
#[cfg(not(feature = "faults"))]
#[must_use]
#[inline(always)]
pub const fn is_broken(_rule: Rule) -> bool {
    false
}

/// Counts that a cell of a table of decisions was taken: not in a product build.
#[cfg(not(feature = "faults"))]
#[inline(always)]
pub(crate) fn cell(_name: impl FnOnce() -> String) {}
