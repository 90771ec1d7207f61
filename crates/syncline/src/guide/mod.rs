//! How to use Syncline, a page for each concept.
//!
//! Every example is compiled and run by the tests; the one that needs a server is compiled.
//!
//! | page | says |
//! |---|---|
//! | [`models`] | what is generated from a schema, how values are made, relations, JSON, models without generated types |
//! | [`predicates`] | which records: operators, null, sorting, paging, what an index is good for |
//! | [`saving`] | creating, changing, conditions, deleting, transactions, and what is promised when a call returns |
//! | [`observing`] | every change as it is committed, and results of queries that stay up to date |
//! | [`syncing`] | an API, starting and stopping, the outbox, verdicts, events, conflicts, a part of the records only |
//! | [`migrating`] | another schema: what is kept, what is converted, what has to be said |
//! | [`errors`] | what can go wrong, and what to do then |
//! | [`amplify`] | for those who know Amplify DataStore: what it is called there and here, and what is different |
//!
//! Elsewhere in this documentation `SYNC 1.2` and `I2` are the numbers of rules and promises: the repository has them
//! in `docs/sync.md` and `ARCHITECTURE.md`.
//!
//! # The schema of the examples
//!
//! The examples share one schema: books, who wrote them, and what was thought of them.
//!
#![doc = concat!("```graphql\n", include_str!("schema.graphql"), "```")]
//!
//! Each begins with these lines, which are not shown again:
//!
//! ```
//! use syncline::{DataStore, Error};
//!
//! syncline::schema!("src/guide/schema.graphql");
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Error> {
//!     let store = DataStore::builder(schema()).in_memory().open().await?;
//!     // …
//! #   drop(store);
//!     Ok(())
//! }
//! ```

pub mod amplify;
pub mod errors;
pub mod migrating;
pub mod models;
pub mod observing;
pub mod predicates;
pub mod saving;
pub mod syncing;
