//! Syncline beside bare programs: the least that could do the same job with the same libraries and the same
//! promises (see `terms.rs`). Only ratios from one run mean something; a machine's absolute figures do not.
//!
//! `cargo xtask bench` runs everything, `cargo xtask bench save --on disk --rounds 9` a part of it.
//!
//! Each round of each program is a process of its own, and so is the server it talks to: no round inherits memory,
//! caches or threads from another, and the memory of a device is that of its process. What a server does runs in the
//! binary `syncline-bench-server`, which has the allocator of the product's command; a device has the system's. What is
//! about the whole memory of a device runs in `syncline-bench-client`, which holds a client and nothing else.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time, and its tasks end with it")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to the terminal")]

mod args;
mod bare;
mod bench;
mod child;
mod cpu;
mod heap;
mod idle;
mod line;
mod load;
mod machine;
mod metric;
mod ours;
mod place;
mod post;
mod report;
mod rows;
mod run;
mod sample;
mod server;
mod terms;

use std::process::ExitCode;

/// Why a program could not run.
type Error = Box<dyn std::error::Error + Send + Sync>;
/// What a program gives back, or why it could not run.
type Result<T> = std::result::Result<T, Error>;

/// Is a device that has nothing to do, as the command line says.
pub fn client() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    ended(child::idle(&words))
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args::parse(&words) {
        Ok(args::Command::Help) => {
            println!("{}", args::usage());
            Ok(())
        }
        Ok(args::Command::Serve { which, dir }) => server::run(&which, &dir),
        Ok(args::Command::Round(round)) => child::run(&round),
        Ok(args::Command::Measure(wanted)) => run::run(&wanted),
        Err(message) => {
            eprintln!("{message}\n\n{}", args::usage());
            return ExitCode::from(2);
        }
    };
    ended(outcome)
}

fn ended(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
