//! An offline-first DataStore: typed models in a local SQLite file that sync by themselves over the AppSync protocol.

mod api;
mod datastore;
mod error;
mod expression;
mod hub;
mod id;
pub mod model;
mod observe;
mod readers;
mod runner;
mod task;
mod transport;
mod writer;

pub use api::AppSync;
pub use datastore::{
    Count, DataStore, DataStoreBuilder, Delete, Deleted, ModelKey, Query, Save, Saved, Verdict,
};
pub use error::Error;
pub use hub::{Hub, HubEvent, HubEvents};
pub use model::Model;
pub use observe::{Change, ChangeSource, Changes};
pub use syncline_core::page::Direction;
pub use syncline_core::{Key, Predicate, Record, Schema, Value, model as ir, predicate, record, scalar};
pub use syncline_macros::schema;
pub use syncline_store::{Durability, StoreError};

#[doc(hidden)]
pub use model::private as __private;
