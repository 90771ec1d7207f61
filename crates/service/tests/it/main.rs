//! The service over the memory backend: every future completes when it is polled once.
#![allow(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "helpers of tests fail loudly, and take the values of their tables"
)]

mod agree;
mod batches;
mod counting;
mod documents;
mod extension;
mod filters;
mod fuzz;
mod guide;
mod introspection;
mod kinds;
mod leaving;
mod lists;
mod matrix;
mod merge;
mod operations;
mod queries;
mod refusals;
mod relations;
mod scalars;
mod spoken;
mod strategies;
mod subscriptions;
mod support;
mod sync;
