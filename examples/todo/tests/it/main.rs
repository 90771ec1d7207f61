//! Two lists of the real program, and a real server in this process.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod api;
mod offline;
mod process;
mod words;

syncline::schema!("schema.graphql");
