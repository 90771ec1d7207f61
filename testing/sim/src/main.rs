//! One seed drives devices, a server and a cruel network; I1–I4 and I6 are checked.
//!
//! ```text
//! syncline-sim ci                      the fixed seeds, the corpus and the six switched-off rules
//! syncline-sim seed N [--break RULE]   one seed, with its story
//! syncline-sim explore [--seeds N] [--minutes M] [--from N] [--break RULE]
//! ```
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]
#![expect(unreachable_pub, reason = "a program has no public items")]

mod check;
mod corpus;
mod device;
mod history;
mod people;
mod play;
mod random;
mod runner;
mod server;
mod settings;
mod world;

use std::process::ExitCode;
use std::time::{Duration, Instant};
use syncline_core::faults::Rule;

/// Seeds that CI replays: about a minute on two cores.
const CI_SEEDS: u64 = 600;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let result = match words.first().map(String::as_str) {
        Some("ci") => ci(),
        Some("seed") => seed(&words[1..]),
        Some("explore") => explore(&words[1..]),
        _ => Err("say one of: ci, seed N, explore (see the head of main.rs)".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long the simulator takes is told to people, and bounds exploring"
)]
fn clock() -> Instant {
    Instant::now()
}

fn ci() -> Result<(), String> {
    let schema = play::schema()?;
    let began = clock();
    for seed in 0..CI_SEEDS {
        expect_good(&schema, seed)?;
    }
    println!("{CI_SEEDS} seeds hold, in {:.1} s", began.elapsed().as_secs_f64());
    let corpus = corpus::read()?;
    for case in &corpus.kept {
        expect_good(&schema, *case)?;
    }
    println!("{} seeds of the corpus hold", corpus.kept.len());
    for (rule, seeds) in &corpus.caught {
        for seed in seeds {
            expect_good(&schema, *seed)?;
        }
        let began = clock();
        let caught = seeds.iter().find_map(|seed| {
            play::play(&schema, *seed, Some(*rule), false).violation.map(|violation| (seed, violation))
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

fn expect_good(schema: &std::sync::Arc<syncline_core::Schema>, seed: u64) -> Result<(), String> {
    match play::play(schema, seed, None, false).violation {
        None => Ok(()),
        Some(violation) => Err(format!("seed {seed}: {violation}\nrepeat with: cargo xtask sim seed {seed}")),
    }
}

fn seed(words: &[String]) -> Result<(), String> {
    let seed = words.first().and_then(|word| word.parse().ok()).ok_or("seed wants a number")?;
    let rule = rule_of(words)?;
    println!("{:?}", settings::Settings::of(seed));
    let played = play::play(&play::schema()?, seed, rule, true);
    for line in &played.story {
        println!("{line}");
    }
    match played.violation {
        None => {
            println!("seed {seed} holds");
            Ok(())
        }
        Some(violation) => Err(format!("seed {seed}: {violation}")),
    }
}

fn explore(words: &[String]) -> Result<(), String> {
    let number = |name: &str| option(words, name).and_then(|word| word.parse::<u64>().ok());
    let from = number("--from").unwrap_or(0);
    let seeds = number("--seeds").unwrap_or(u64::MAX - from);
    let minutes = number("--minutes").unwrap_or(if seeds == u64::MAX - from { 1 } else { 24 * 60 });
    let rule = rule_of(words)?;
    let keep_going = words.iter().any(|word| word == "--all");
    let schema = play::schema()?;
    let began = clock();
    let mut played = 0;
    for seed in from..from + seeds {
        if began.elapsed() > Duration::from_secs(60 * minutes) {
            break;
        }
        if let Some(violation) = play::play(&schema, seed, rule, false).violation {
            let failed = format!("seed {seed}: {violation}");
            if !keep_going {
                return Err(failed);
            }
            println!("{failed}");
        }
        played += 1;
    }
    println!("{played} seeds played, in {:.1} s", began.elapsed().as_secs_f64());
    Ok(())
}

fn option<'a>(words: &'a [String], name: &str) -> Option<&'a String> {
    words.iter().position(|word| word == name).and_then(|place| words.get(place + 1))
}

fn rule_of(words: &[String]) -> Result<Option<Rule>, String> {
    option(words, "--break").map(|name| corpus::rule(name)).transpose()
}

fn short(text: &str) -> String {
    text.chars().take(140).collect()
}
