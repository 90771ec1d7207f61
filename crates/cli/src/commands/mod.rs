//! What the command line says: one file per command.

mod api;
mod codegen;
mod demo;
mod dev;
mod doctor;
mod output;

use crate::failure::Failure;
use clap::{Parser, Subcommand};

/// An offline-first DataStore and the sync server behind it.
#[derive(Debug, Parser)]
#[command(name = "syncline", version, arg_required_else_help = true)]
pub(crate) struct Line {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show two devices that sync through a server, and check every step
    Demo(demo::Demo),
    /// Serve one API from one schema file, for development
    Dev(dev::Dev),
    /// Look into the file of a store: what it holds, and what another schema would make of it
    Doctor(doctor::Doctor),
    /// Write code from a schema
    #[command(subcommand)]
    Codegen(codegen::Codegen),
    /// Look at an API
    #[command(subcommand)]
    Api(api::Api),
}

impl Command {
    /// Whether warnings in between would only disturb.
    pub(crate) fn quiet(&self) -> bool {
        matches!(self, Command::Demo(_))
    }

    /// Does it.
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Command::Demo(demo) => demo.run(),
            Command::Dev(dev) => dev.run(),
            Command::Doctor(doctor) => doctor.run(),
            Command::Codegen(codegen) => codegen.run(),
            Command::Api(api) => api.run(),
        }
    }
}
