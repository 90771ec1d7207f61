//! For those who write a driver: what is the same in every store. Shape checks, what a decision comes to, how much a
//! page holds, how a sync goes from page to page, and the store's time.

mod budget;
mod fit;
mod leaves;
mod step;
mod sync_plan;
mod time;

pub use budget::{Budget, list_each};
pub use fit::{check_key, check_record, key_fits};
pub(crate) use fit::{misfit, values_fit};
pub use leaves::{DeltaPage, Seen, Undone, was_visible};
pub use step::{Put, Step, complete, step, versions_since};
pub use sync_plan::{Leaving, SyncPlan};
pub use time::Timeline;
