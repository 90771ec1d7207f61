//! Syncline beside bare programs: the least that could do the same job with the same libraries and the same
//! promises (see [`terms`]). Only ratios from one run mean something; a machine's absolute figures do not.
//!
//! `cargo xtask bench` runs everything, `cargo xtask bench save --on disk --rounds 9` a part of it.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time, and its tasks end with it")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to the terminal")]

mod args;
mod bare;
mod bench;
mod machine;
mod ours;
mod place;
mod post;
mod report;
mod sample;
mod server;
mod terms;

use std::process::ExitCode;

/// What a program gives back, or why it could not run.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args::parse(&words) {
        Ok(args::Command::Help) => {
            println!("{}", args::USAGE);
            Ok(())
        }
        Ok(args::Command::Serve { which, dir }) => server::run(&which, &dir),
        Ok(args::Command::Measure(wanted)) => bench::run(&wanted),
        Err(message) => {
            eprintln!("{message}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
