//! What CI plays: fixed seeds, the corpus, and the switched-off rules.

use crate::cells::{self, Taken};
use crate::clock;
use crate::corpus;
use crate::explore::{each, report, short};
use crate::play::{Case, Stage};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Seeds that CI replays: about three minutes, with what is kept, on two cores that do nothing else.
const SEEDS: u64 = 2_000;

/// Plays all of it.
///
/// # Errors
/// What did not hold.
pub fn ci() -> Result<(), String> {
    let stage = Stage::new()?;
    let began = clock();
    let (told, mut cells) = hold(&stage, (0..SEEDS).map(Case::of).collect())?;
    println!("{SEEDS} seeds hold, in {:.1} s", began.elapsed().as_secs_f64());
    let told: Vec<String> = told.iter().map(|(what, often)| format!("{often} {what}")).collect();
    println!("in them: {}", told.join(", "));
    let corpus = corpus::read()?;
    let kept = corpus.kept.len();
    let (_, more) = hold(&stage, corpus.kept)?;
    println!("{kept} cases of the corpus hold");
    cells::add(&mut cells, more);
    println!("{}", cells::judge(&cells)?);
    for (rule, seeds) in &corpus.caught {
        hold(&stage, seeds.iter().copied().map(Case::of).collect())?;
        let began = clock();
        let caught = seeds.iter().find_map(|seed| {
            let violation = stage.play(&Case::of(*seed), Some(*rule), false).violation;
            violation.map(|violation| (seed, violation))
        });
        let took = began.elapsed();
        match caught {
            Some((seed, violation)) if took < Duration::from_secs(5) => {
                let shown = short(&violation);
                println!("without {rule:?}, seed {seed} fails after {:.1} s: {shown}", took.as_secs_f64());
            }
            Some((seed, _)) => {
                return Err(format!("without {rule:?}, it takes {took:?} until seed {seed} fails"));
            }
            None => {
                return Err(format!(
                    "without {rule:?}, no recorded seed fails: record others (explore --break … --all)"
                ));
            }
        }
    }
    Ok(())
}

/// What was done how often, and which cells of the tables of decisions were taken.
type Counts = (BTreeMap<&'static str, u64>, Taken);

/// Plays cases that must hold, and counts.
fn hold(stage: &Stage, cases: Vec<Case>) -> Result<Counts, String> {
    let counts: Mutex<Counts> = Mutex::default();
    let mut failed = Vec::new();
    each(
        cases.into_iter(),
        |case| {
            let played = stage.play(case, None, false);
            let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
            for (what, often) in played.told {
                *counts.0.entry(what).or_default() += often;
            }
            cells::add(&mut counts.1, played.cells);
            played.violation.map(|violation| (case.clone(), violation))
        },
        &mut failed,
    );
    match failed.into_iter().next() {
        None => Ok(counts.into_inner().unwrap_or_else(PoisonError::into_inner)),
        Some((case, violation)) => Err(report(stage, &case, None, &violation)),
    }
}
