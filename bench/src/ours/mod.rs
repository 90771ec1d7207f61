//! Syncline's side of each benchmark, with the same [`terms`](crate::terms).
//!
//! Of what only the server does, the caller is a load generator, or the service is asked without a server.
//!
//! Else the device is the client's public API and the server the product's own, in a process of its own. What a device
//! needs beforehand it gets through that API too; the server's records for a base sync are written by its backend.

mod ask;
mod base;
mod delta;
mod device;
mod drain;
mod get;
mod idle;
mod live;
mod models;
mod mutations;
mod pages;
mod plans;
mod propagate;
mod rapid;
mod save;
mod seed;
mod server;
mod subscriptions;

pub(crate) use base::{BASE, BASE_APPSYNC, BASE_FAR, BASE_INDEXED, BASE_NEAR, BASE_RANDOM, DELTA_RANDOM};
pub(crate) use delta::{DELTA_FEW, DELTA_MANY};
pub(crate) use drain::{DRAIN, DRAIN_APPSYNC, DRAIN_FAR, DRAIN_NEAR, DRAIN_SINGLE};
pub(crate) use get::GET;
pub(crate) use idle::IDLE;
pub(crate) use live::{MATCHES, MATCHES_LIVE, OTHERS, OTHERS_LIVE};
pub(crate) use mutations::{MUTATIONS, pilot};
pub(crate) use pages::PAGES;
pub(crate) use plans::{GET_POST, PLAN_HIT, PLAN_MISS};
pub(crate) use propagate::PROPAGATE;
pub(crate) use rapid::{RAPID, RAPID_NEAR, RAPID_OFFLINE};
pub(crate) use save::{SAVE, SAVE_TASKS};
pub(crate) use server::serve;
pub(crate) use subscriptions::{RANGES, SAME};
