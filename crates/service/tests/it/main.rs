//! The service over the memory backend: every future completes when it is polled once.
#![allow(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "helpers of tests fail loudly, and take the values of their tables"
)]

mod agree;
mod counting;
mod extension;
mod fuzz;
mod kinds;
mod matrix;
mod merge;
mod queries;
mod refusals;
mod relations;
mod subscriptions;
mod support;
mod sync;
