//! The `syncline` command: it wires the crates together and presents what they say. It holds no logic of its own.
//!
//! | module | holds |
//! |---|---|
//! | `commands` | what the command line says, one file per command |
//! | `conflict` | how version conflicts are settled, by flags and by Amplify's file |
//! | `demo` | the story that `syncline demo` tells and checks |
//! | `dev` | what `syncline dev` keeps, watches and reloads |
//! | `local_api` | one API on a local port: store, service and sockets |
//! | `failure`, `schema_file`, `style`, `logs`, `edge` | what all commands share |

mod commands;
mod conflict;
mod demo;
mod dev;
mod edge;
mod failure;
mod local_api;
mod logs;
mod schema_file;
mod style;

use clap::Parser;
use std::process::ExitCode;

/// A server's records are made by one thread and let go of by another, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A wrong flag ends here with exit code 2.
    let line = commands::Line::parse();
    logs::start(line.command.quiet());
    match line.command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}
