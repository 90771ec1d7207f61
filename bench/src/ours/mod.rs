//! Syncline's side of each benchmark, with the same [`terms`](crate::terms).
//!
//! The device is the client's public API and the server the product's own, in a process of its own. What a device
//! needs beforehand it gets through that API too; the server's records for a base sync are written by its backend.

mod base;
mod device;
mod drain;
mod get;
mod live;
mod models;
mod propagate;
mod save;
mod seed;
mod server;

pub(crate) use base::{BASE, BASE_INDEXED, BASE_RANDOM, DELTA_RANDOM};
pub(crate) use drain::DRAIN;
pub(crate) use get::GET;
pub(crate) use live::{MATCHES, MATCHES_LIVE, OTHERS, OTHERS_LIVE};
pub(crate) use propagate::PROPAGATE;
pub(crate) use save::{SAVE, SAVE_TASKS};
pub(crate) use server::serve;
