//! The flow of sync as a pure state machine: [`Engine::step`] takes what happened and says what to do.
//!
//! The engine decides *when*: to open the socket, subscribe, fetch a page, apply it, claim and send mutations, wait and
//! try again. It holds counts, never records. It knows no clock, no socket, no SQL and no JSON: time comes as delays it
//! asks for, randomness with each input. Whoever runs it (the client's runner, the simulator) carries the effects out
//! and feeds the results back, in any order, late, or never.
//!
//! Every effect carries the number of its run, and so does what comes of it; inputs of an earlier run are dropped
//! (SYNC 1.12).

mod backoff;
mod effect;
mod engine;
mod input;
mod models;
mod page_size;
mod rest;
mod sender;
mod socket;

pub use backoff::Backoff;
pub use effect::{Action, Effect, Notice, Timer};
pub use engine::Engine;
pub use input::{Counts, Event, Failure, Input, ModelPlan, PageId, Start};
