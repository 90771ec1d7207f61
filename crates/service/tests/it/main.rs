//! The service over the memory backend: every future completes when it is polled once.

mod extension;
mod fuzz;
mod matrix;
mod merge;
mod queries;
mod refusals;
mod subscriptions;
mod support;
mod sync;
