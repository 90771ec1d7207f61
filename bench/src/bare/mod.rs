//! The bare programs: no schema, no rules, no GraphQL, no observers, no retries. What they leave out is what
//! Syncline is for; what they share with it is in [`terms`](crate::terms).

mod base;
mod drain;
mod events;
mod files;
mod get;
mod group;
mod http;
mod idle;
mod pages;
mod parts;
mod propagate;
mod save;
mod server;
mod trips;
mod wire;

pub(crate) use base::{BASE, BASE_INDEXED, BASE_RANDOM, DELTA_RANDOM};
pub(crate) use drain::{DRAIN, DRAIN_AS_OURS, DRAIN_SINGLE};
pub(crate) use events::{RANGES, SAME};
pub(crate) use get::GET;
pub(crate) use group::{GROUP_COMMITS, GROUP_FILE};
pub(crate) use idle::IDLE;
pub(crate) use pages::PAGES;
pub(crate) use parts::{JSON, MERGE, RAW_JSON, RAW_MERGE};
pub(crate) use propagate::PROPAGATE;
pub(crate) use save::{SAVE, SAVE_GROUPS};
pub(crate) use server::serve;
pub(crate) use trips::{BATCH_TRIPS, PAGE_TRIPS};
