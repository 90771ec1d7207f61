//! Syncline's side of each benchmark, under the name of the bare one, with the same [`terms`](crate::terms).
//!
//! The device is the client's public API and the server the product's own, in a process of its own. What a device
//! needs beforehand it gets through that API too; the server's records for a base sync are written by its backend.

mod base;
mod device;
mod drain;
mod get;
mod models;
mod propagate;
mod save;
mod seed;
mod server;

use crate::bench::Program;

pub(crate) use server::serve;

/// By name. A name that is missing here is measured bare only.
const PROGRAMS: [(&str, Program); 6] = [
    ("save", save::save),
    ("get", get::get),
    ("base-10k", base::base),
    ("base-100k", base::base),
    ("drain", drain::drain),
    ("propagate", propagate::propagate),
];

/// The program of that name.
pub(crate) fn program(name: &str) -> Option<Program> {
    PROGRAMS.iter().find(|(n, _)| *n == name).map(|(_, program)| *program)
}
