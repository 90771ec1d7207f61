//! One seed drives devices, a server and a cruel network; I1–I7 are checked.
//!
//! ```text
//! syncline-sim ci                      the fixed seeds, the corpus and the switched-off rules
//! syncline-sim seed CASE [--break RULE] [--shrink]
//!                                      one case, with its story: a seed, and what is taken away from its world, as in
//!                                      `41 --only 3,7-9 --devices 2 --without lose,crash`
//! syncline-sim explore [--seeds N] [--minutes M] [--from N] [--break RULE] [--all]
//!                                      seeds until one fails, which is made smaller (or, with --all, every one)
//! ```
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for people")]
#![expect(unreachable_pub, reason = "a program has no public items")]

mod cells;
mod check;
mod ci;
mod corpus;
mod device;
mod explore;
mod hide;
mod history;
mod play;
mod random;
mod renamed;
mod runner;
mod schemas;
mod script;
mod server;
mod settings;
mod shrink;
mod story;
mod world;

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words.split_first() {
        Some((&"ci", _)) => ci::ci(),
        Some((&"seed", rest)) => explore::seed(rest),
        Some((&"explore", rest)) => explore::explore(rest),
        // `cargo xtask sim --minutes M --seeds N`
        Some((&("--seeds" | "--minutes" | "--from" | "--all"), _)) => explore::explore(&words),
        _ => Err("say one of: ci, seed CASE, explore (see the head of main.rs)".to_owned()),
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
