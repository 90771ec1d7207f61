//! The bare programs: no schema, no rules, no GraphQL, no observers, no retries. What they leave out is what
//! Syncline is for; what they share with it is in [`terms`](crate::terms).

mod base;
mod drain;
mod files;
mod get;
mod http;
mod propagate;
mod save;
mod server;

pub(crate) use base::base;
pub(crate) use drain::drain;
pub(crate) use get::get;
pub(crate) use propagate::propagate;
pub(crate) use save::save;
pub(crate) use server::serve;
