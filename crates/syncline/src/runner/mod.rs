//! The runner: carries the engine's effects out and feeds it what comes of them. It decides nothing.
//!
//! One task owns the engine; each effect that waits for something is a task of its own, which belongs to the run and
//! ends with it. What a task finds out comes back as a message with the number of its run.

mod ahead;
mod ask;
mod claim;
mod context;
mod echo;
mod fetch;
mod fill;
mod frames;
mod handle;
mod hello;
mod message;
mod mode;
mod negotiated;
mod original;
mod progress;
mod publish;
mod refused;
mod run;
mod scope;
mod send;
mod settle;
mod task;
mod verdicts;
mod verify;

pub(crate) use handle::{Runner, RunnerNews, RunnerParts};
pub(crate) use progress::Statuses;
