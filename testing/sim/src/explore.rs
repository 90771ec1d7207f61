//! Playing one case for a person to read, or many seeds until one fails.

use crate::cells::{self, Taken};
use crate::clock;
use crate::corpus::rule;
use crate::play::{Case, Stage};
use crate::settings::Variation;
use crate::shrink::shrink;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use syncline_core::faults::Rule;

/// How long a failing case is made smaller.
const SHRINKING: Duration = Duration::from_secs(60);

/// A cell that is taken so seldom is rare.
const RARE: u64 = 3;

/// The last lines of a story that are printed when a seed fails among many.
const SHOWN: usize = 60;

/// Plays one case and tells its story.
///
/// # Errors
/// What did not hold.
pub fn seed(words: &[&str]) -> Result<(), String> {
    let seed = words.first().and_then(|word| word.parse().ok()).ok_or("seed wants a number")?;
    let (rule, mut case) = (rule_of(words)?, Case { seed, variation: Variation::read(words)? });
    let stage = Stage::new()?;
    if words.contains(&"--shrink")
        && let Some(violation) = stage.play(&case, rule, false).violation
    {
        case = smaller(&stage, &case, rule, &violation);
    }
    println!("{:?}", case.settings());
    let played = stage.play(&case, rule, true);
    for line in &played.story {
        println!("{line}");
    }
    match played.violation {
        None => {
            println!("seed {case} holds; {:?}", played.told);
            Ok(())
        }
        Some(violation) => Err(format!("seed {case}: {violation}")),
    }
}

fn smaller(stage: &Stage, case: &Case, rule: Option<Rule>, violation: &str) -> Case {
    let began = clock();
    shrink(stage, case, rule, violation, &mut || began.elapsed() < SHRINKING)
}

/// What a failing case looks like, made smaller, and how to play it again.
pub fn report(stage: &Stage, case: &Case, rule: Option<Rule>, violation: &str) -> String {
    let small = smaller(stage, case, rule, violation);
    let played = stage.play(&small, rule, true);
    let left = played.story.len().saturating_sub(SHOWN);
    let story = played.story[left..].join("\n");
    let found = played.violation.unwrap_or_else(|| violation.to_owned());
    format!(
        "{story}\nseed {}: {violation}\nmade smaller: {found}\nrepeat with: cargo xtask sim seed {small}",
        case.seed
    )
}

/// Plays seeds, on every core, until one fails or the time is over.
///
/// # Errors
/// What did not hold.
pub fn explore(words: &[&str]) -> Result<(), String> {
    let number = |name: &str| option(words, name).and_then(|word| word.parse::<u64>().ok());
    let from = number("--from").unwrap_or(0);
    let seeds = number("--seeds").unwrap_or(u64::MAX - from);
    let minutes = number("--minutes").unwrap_or(if seeds == u64::MAX - from { 1 } else { 24 * 60 });
    let (rule, all) = (rule_of(words)?, words.contains(&"--all"));
    let stage = Stage::new()?;
    let began = clock();
    let deadline = Duration::from_secs(60 * minutes);
    let cases = (from..from.saturating_add(seeds)).map(Case::of);
    let mut failed = Vec::new();
    let (taken, first): (Mutex<Taken>, Mutex<BTreeMap<String, u64>>) = Default::default();
    let played = each(
        cases,
        |case| {
            if began.elapsed() > deadline {
                return Some(None);
            }
            let done = stage.play(case, rule, false);
            for cell in done.cells.keys() {
                let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
                let seed = first.entry(cell.clone()).or_insert(case.seed);
                *seed = case.seed.min(*seed);
            }
            cells::add(&mut taken.lock().unwrap_or_else(PoisonError::into_inner), done.cells);
            let violation = done.violation?;
            if all {
                println!("seed {case}: {}", short(&violation));
                return None;
            }
            Some(Some((case.clone(), violation)))
        },
        &mut failed,
    );
    // Which seeds to keep for what is rarely taken.
    let taken = taken.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (cell, seed) in first.into_inner().unwrap_or_else(PoisonError::into_inner) {
        if taken.get(&cell).is_some_and(|often| *often <= RARE) {
            println!("seed {seed} is the first to take {cell}");
        }
    }
    let cells = cells::judge(&taken);
    println!("{}", cells.unwrap_or_else(|missing| missing));
    println!("{played} seeds played, in {:.1} s", began.elapsed().as_secs_f64());
    match failed.into_iter().flatten().next() {
        Some((case, violation)) => Err(report(&stage, &case, rule, &violation)),
        None => Ok(()),
    }
}

/// Calls `play` with each case, on every core, until it returns something; those are collected. How many it was called with.
pub fn each<T: Send>(
    cases: impl Iterator<Item = Case> + Send,
    play: impl Fn(&Case) -> Option<T> + Sync,
    found: &mut Vec<T>,
) -> u64 {
    let (cases, results, played) = (Mutex::new(cases), Mutex::new(found), AtomicU64::new(0));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let lock = || results.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while lock().is_empty() {
                    let next = cases.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(case) = next else { return };
                    if let Some(result) = play(&case) {
                        lock().push(result);
                    }
                    played.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    played.into_inner()
}

fn option<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    words.iter().position(|word| *word == name).and_then(|place| words.get(place + 1).copied())
}

fn rule_of(words: &[&str]) -> Result<Option<Rule>, String> {
    option(words, "--break").map(rule).transpose()
}

/// The beginning of a text.
pub fn short(text: &str) -> String {
    text.chars().take(160).collect()
}
