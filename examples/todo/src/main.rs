//! A to-do list in the terminal, on Syncline's public API: it works offline, and all who share a server share the list.
//!
//! | module | holds |
//! |---|---|
//! | `args` | what the command line says |
//! | `list` | what is done to the list: models, queries, saves, deletes |
//! | `link` | opening the file, and the way to the server |
//! | `live` | the list as it changes |
//! | `commands`, `watch`, `interactive` | the three ways to use it |
//! | `view`, `style` | how it looks |

mod args;
mod commands;
mod failure;
mod interactive;
mod link;
mod list;
mod live;
mod models;
mod style;
mod view;
mod watch;

use args::{Command, Line};
use clap::Parser;
use failure::Failure;
use std::io::Write;
use std::process::ExitCode;
use style::Style;

#[tokio::main]
async fn main() -> ExitCode {
    // A wrong flag ends here with exit code 2.
    let line = Line::parse();
    match run(&line).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.unread => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody reads stderr: there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(line: &Line) -> Result<(), Failure> {
    let style = Style::of_stdout();
    let (store, mut events) = link::open(&line.place).await?;
    match &line.command {
        Some(Command::Watch) => watch::run(&store, &mut events, style).await,
        Some(command) => commands::run(&store, &mut events, command, style).await,
        None => {
            let file = line.place.db.display();
            let place = match &line.place.server {
                Some(server) => format!("in {file}, shared through {server}"),
                None => format!("in {file}"),
            };
            interactive::run(&store, &mut events, &place, style).await
        }
    }
}
