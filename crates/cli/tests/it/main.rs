//! The command as a process: what it prints, how it ends, and what it keeps when it is killed.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed step is a failed test")]

mod appsync;
mod bad_input;
mod client;
mod conflict;
mod demo;
mod dev;
mod doctor;
mod generate;
mod graphql;
mod kill;
mod process;
mod proxy;
mod reload;
mod secure;
