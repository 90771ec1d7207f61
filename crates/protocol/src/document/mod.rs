//! The documents a client sends.
//!
//! A document depends on the model, the kind of operation and the number of mutations only; values travel as
//! variables. So there are few of them, and both sides' caches hit (SYNC 2.4). Transaction groups, and mutations that
//! travel with what they depend on, are of several models and operations.

mod batch;
mod mutation;
mod query;
mod selection;
mod style;
mod subscription;
#[cfg(test)]
mod tests;

pub use batch::{BATCH_SIZES, alias, batch_size, condition_variable, input_variable};
pub use mutation::{Part, mutation, mutations};
pub use query::{get, key_variable, sync};
pub use style::Style;
pub use subscription::{SubscriptionKind, subscription};
