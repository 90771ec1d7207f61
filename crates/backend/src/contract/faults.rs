//! Switching a rule off to show that its test notices.

use syncline_core::faults::Rule;

/// What `work` gives while `rule` is switched off on this thread; `None` without the feature `faults`, when there is
/// nothing to switch.
#[cfg(feature = "faults")]
pub(super) fn with_broken<T>(rule: Rule, work: impl FnOnce() -> T) -> Option<T> {
    use syncline_core::faults::break_rule;

    break_rule(Some(rule));
    let outcome = work();
    break_rule(None);
    Some(outcome)
}

/// What `work` gives while `rule` is switched off on this thread; `None` without the feature `faults`, when there is
/// nothing to switch.
#[cfg(not(feature = "faults"))]
pub(super) fn with_broken<T>(_rule: Rule, _work: impl FnOnce() -> T) -> Option<T> {
    None
}
