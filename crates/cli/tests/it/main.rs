//! The command as a process: what it prints, how it ends, and what it keeps when it is killed.

mod bad_input;
mod client;
mod demo;
mod dev;
mod generate;
mod graphql;
mod kill;
mod process;
mod reload;
