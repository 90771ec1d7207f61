//! Observing: every committed change, in the order of the commits, and the results of queries kept up to date.

mod change;
mod changes;
mod clear;
mod live;
mod merge;
mod observers;
mod query;
mod queue;
mod synced;
mod window;

#[cfg(test)]
mod tests;

pub use change::{Change, ChangeSource};
pub use changes::Changes;
pub use live::{LiveQuery, Snapshot};
pub use query::ObserveQuery;

pub(crate) use clear::clear;
pub(crate) use observers::Observers;
pub(crate) use synced::Synced;
