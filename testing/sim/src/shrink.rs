//! Taking away from a failing case what it does not need to fail.

use crate::play::{Case, Stage};
use crate::settings::Fault;
use std::collections::BTreeSet;
use syncline_core::faults::Rule;

/// A smaller case that fails too, in the same way as far as the beginning of what is said goes. `go_on` is asked before
/// each try.
pub fn shrink(
    stage: &Stage,
    case: &Case,
    broken: Option<Rule>,
    violation: &str,
    go_on: &mut dyn FnMut() -> bool,
) -> Case {
    let kind = kind(violation);
    let mut fails = |smaller: &Case| {
        go_on() && stage.play(smaller, broken, false).violation.is_some_and(|found| kind_is(&found, &kind))
    };
    let mut best = case.clone();
    let all: BTreeSet<usize> = best.script().iter().map(|step| step.number).collect();
    best.variation.only = Some(all);
    if !fails(&best) {
        return case.clone();
    }
    loop {
        let before = best.clone();
        fewer_steps(&mut best, &mut fails);
        for (_, fault) in Fault::ALL {
            let mut smaller = best.clone();
            if smaller.variation.without.insert(fault) && fails(&smaller) {
                best = smaller;
            }
        }
        for devices in 1..best.settings().devices {
            let mut smaller = best.clone();
            smaller.variation.devices = Some(devices);
            if fails(&smaller) {
                best = smaller;
                break;
            }
        }
        if best == before {
            return best;
        }
    }
}

/// Takes steps away: half of them, a quarter, and so on down to single ones.
fn fewer_steps(best: &mut Case, fails: &mut dyn FnMut(&Case) -> bool) {
    let steps = |case: &Case| -> Vec<usize> { case.variation.only.iter().flatten().copied().collect() };
    let mut size = steps(best).len().div_ceil(2);
    while size > 0 {
        let mut from = 0;
        while from < steps(best).len() {
            let now = steps(best);
            let mut smaller = best.clone();
            let to = (from + size).min(now.len());
            smaller.variation.only = Some(now[..from].iter().chain(&now[to..]).copied().collect());
            if fails(&smaller) {
                *best = smaller;
            } else {
                from += size;
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
}

/// What a violation begins with: the invariant's number and the first words.
fn kind(violation: &str) -> String {
    violation.split(':').next().unwrap_or_default().chars().take(40).collect()
}

fn kind_is(violation: &str, kind: &str) -> bool {
    violation.starts_with(kind)
}
