//! Looking into the file of a store without opening it: what it holds, whether it is sound, and what another schema would
//! make of it.
//!
//! The command `syncline doctor` shows the same. Nothing here changes the file, and another process may have it open. The
//! functions wait for the disk, so that they do not belong on a task of an asynchronous runtime.
//!
//! ```
//! use syncline::doctor;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # syncline::schema!("schema.graphql");
//! # let files = tempfile::tempdir()?;
//! # let path = files.path().join("blog.db");
//! # drop(syncline::DataStore::builder(schema()).path(&path).open().await?);
//! let found = doctor::examine(&path)?;
//! assert!(found.faults.is_empty());
//!
//! let planned = doctor::plan_migration(&path, &schema(), &doctor::Migration::default())?;
//! assert!(planned.plan.steps.is_empty() && planned.refusals.is_empty());
//! # Ok(())
//! # }
//! ```

pub use syncline_core::migrate::{Conversion, Discards, Effects, MigrationPlan, Refusal, Renames, Step};
pub use syncline_store::{Inspection, Migration, ModelFacts, Planned, examine, plan_migration};
