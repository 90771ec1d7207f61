//! Opening a file: who holds it, whether it is ours, whether its schema fits; and only then writing to it.

mod connect;
mod create;
mod examine;
mod inspect;
mod lock;
mod migrate;
mod options;
mod steps;
mod upgrade;

pub(crate) use connect::{Place, connect_reader, hold_checkpoints, settle, tune_cache};
pub use examine::{Inspection, ModelFacts, Planned, examine, plan_migration};
pub(crate) use lock::FileLock;
pub use options::{Durability, Location, Migration, OpenOptions};
pub(crate) use steps::open;

/// The mark of our files in SQLite's header: `SYNC`.
pub(crate) const APPLICATION_ID: i32 = 0x5359_4e43;

/// The format of the store's own tables, which [`own_tables`](crate::layout::own_tables) makes. A file of an earlier one
/// is upgraded, one of a later one is refused; `tests/fixtures` has one of each layout that there has been.
pub(crate) const FORMAT: i32 = 3;
