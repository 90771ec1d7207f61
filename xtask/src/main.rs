//! The project's own commands, called as `cargo xtask <command>`.
//!
//! `tidy` holds the rules that neither rustc nor clippy knows: who may depend on whom, how long a file may be,
//! which licences may come in. `test` and `ci` run everything that has to pass, one named step after the other;
//! among it the judges, tests with clients that are not ours.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to the terminal")]

mod command;
mod judge;
mod metadata;
mod plan;
mod steps;
mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match command::run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::from(2)
        }
    }
}
