//! An offline-first DataStore: typed models in a local SQLite file that sync by themselves over the AppSync protocol.
//!
//! The models come from a GraphQL schema. [`schema!`] reads it and writes a struct for each `@model`, an enum for each
//! enum, and `fn schema()`:
//!
//! ```graphql
//! enum PostStatus { ACTIVE INACTIVE }
//!
//! type Post @model @auth(rules: [{ allow: public }]) {
//!   id: ID!
//!   title: String!
//!   rating: Int
//!   status: PostStatus!
//! }
//! ```
//!
//! Everything an application does is local, and works with and without a server:
//!
//! ```
//! use syncline::{Change, DataStore, Error};
//!
//! syncline::schema!("schema.graphql");
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = DataStore::builder(schema()).in_memory().open().await?; // or .path("blog.db")
//! let mut changes = store.observe::<Post>()?;
//!
//! // A model is created by its first save. When that returns, it is on the disk.
//! let mut post = store.save(Post::new("Hello", PostStatus::Active)).await?.into_inner();
//! assert!(matches!(changes.next().await, Some(Change::Created { item, .. }) if item == post));
//!
//! // Later saves write what has changed since it was read, and nothing else.
//! post.rating = Some(5);
//! let post = store.save(post).await?.into_inner();
//!
//! // Conditions and queries are checked against the schema by the compiler.
//! let refused = store.save(post.clone()).when(Post::RATING.lt(3)).await;
//! assert!(matches!(refused, Err(Error::ConditionFailed { .. })));
//! let best = store
//!     .query::<Post>()
//!     .filter(Post::RATING.gt(3).and(Post::STATUS.eq(PostStatus::Active)))
//!     .sort(Post::RATING.desc())
//!     .page(0, 20)
//!     .await?;
//! assert_eq!(best, [post.clone()]);
//!
//! let id = post.id.clone();
//! store.delete(post).await?;
//! assert_eq!(store.get::<Post>(id).await?, None);
//! # Ok(())
//! # }
//! ```
//!
//! The [`guide`] has a page for each concept: [models](guide::models), [predicates](guide::predicates),
//! [saving](guide::saving), [observing](guide::observing), [syncing](guide::syncing), [errors](guide::errors); and one for
//! those who come [from Amplify](guide::amplify).
//! Without generated types, models are used by their names: [`dynamic`].
//!
//! # Sync
//!
//! With [`DataStoreBuilder::api`] the store syncs by itself from the first operation on. What was written waits in the
//! outbox, also across restarts, until the server has applied it, settled it by the conflict rule (listed in
//! [`DataStore::conflicts`]) or refused it; a refused mutation is parked with its reason in [`DataStore::outbox`].
//! [`Saved::synced`] waits for that [`Verdict`], [`DataStore::flush`] for all of them, and [`DataStore::hub`] tells what
//! happens meanwhile. [`DataStoreBuilder::sync_expression`] says which records a device wants.
//!
//! # Threads and files
//!
//! A store runs within a Tokio runtime. One thread of its own writes, and many writes at once share a commit; reads
//! never wait for it. A call that is cancelled has been done or has not, never a part of it. One process owns a file at
//! a time; when the last handle is dropped, or [`DataStore::close`] has returned, the file is closed, and can be opened
//! again at once.

mod api;
mod datastore;
pub mod doctor;
pub mod dynamic;
mod error;
mod expression;
pub mod guide;
mod hub;
mod id;
mod inbox;
pub mod model;
mod observe;
mod pace;
mod readers;
mod rests;
mod runner;
mod shape;
mod task;
mod transport;
mod writer;

pub use api::AppSync;
pub use datastore::{
    Answer, Committed, Conflict, ConflictHandler, DataStore, DataStoreBuilder, Delete, DeleteWhere, Deleted,
    DeletedAll, GroupVerdict, ModelKey, OnRejected, OnRestore, Outbox, PendingCounts, Quarantined, Query,
    Retried, Save, Saved, SyncState, SyncStatus, Transaction, TxDelete, TxQuery, TxSave, Verdict,
};
#[doc(inline)]
pub use dynamic::{DynamicModel, Item, ItemError, TxModel};
pub use error::Error;
pub use hub::{
    Hub, HubElement, HubEvent, HubEvents, HubKind, SyncError, SyncErrorKind, SyncProcess, SyncProgress,
};
#[doc(inline)]
pub use model::Model;
pub use observe::{Change, ChangeSource, Changes, LiveQuery, ObserveQuery, Snapshot};
/// The description of models (*IR*: intermediate representation) that `schema()` gives.
///
pub use syncline_core::model as ir;
pub use syncline_core::page::Direction;
/// What waits in the outbox ([`Entry`](record::Entry)), conflicts ([`Conflict`](record::Conflict)), and how they are decided.
///
pub use syncline_core::record;
pub use syncline_core::{Key, Predicate, Record, Schema, Value, predicate, scalar, value};
pub use syncline_macros::schema;
pub use syncline_store::{Durability, Explain, LoggedConflict, Original, StoreError};

#[doc(hidden)]
pub use model::private as __private;

/// The program in the README, so that it compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
