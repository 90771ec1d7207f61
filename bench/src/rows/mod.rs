//! The benchmarks by name.

mod device;
mod drain;
mod line;
mod server;

use crate::bench::Bench;

const HONEST: &str = "the bare program is not the least that could work, and ratios to it flatter.";
const SYNC: &str = "each record is checked against the schema and reconciled with what the device holds, and the \
    server plans, authorizes and stamps what it sends.";

/// All benchmarks, in the order in which they run.
pub(crate) fn all() -> impl Iterator<Item = &'static Bench> {
    [device::ROWS, drain::ROWS, line::ROWS, server::ROWS].into_iter().flatten()
}
