//! What a new schema makes of what an old one has stored (SYNC 1.13): which rows are kept, how values and pending
//! changes are brought over, what is fetched anew, and what would be lost.
//!
//! [`plan`] compares two schemas and knows nothing of a file; what [`Spoken`] says of the pending changes decides
//! whether the plan may be carried out ([`MigrationPlan::refusals`]). Both are pure.

mod conflict;
mod convert;
mod entry;
mod loss;
mod model;
mod names;
mod plan;
mod predicate;
mod renames;
mod step;

pub use convert::{Conversion, Converted, convert};
pub use entry::MovedEntry;
pub use loss::{Discards, Refusal, Spoken};
pub use model::{FieldPlan, ModelPlan};
pub use plan::{MigrationPlan, plan};
pub use renames::Renames;
pub use step::{Effects, Step};
