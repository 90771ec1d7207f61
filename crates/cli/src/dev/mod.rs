//! What `syncline dev` does: one API from one schema file, reloaded when the file grows.

mod keys;
mod reload;
mod serve;
mod signals;
mod watch;

use std::net::SocketAddr;
use std::path::PathBuf;

pub(crate) use serve::run;

/// What to serve, and where.
#[derive(Debug)]
pub(crate) struct Options {
    /// The schema file.
    pub(crate) schema: PathBuf,
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// The key that lets clients in, instead of the one in the data directory.
    pub(crate) api_key: Option<String>,
    /// Where records and keys are kept.
    pub(crate) data: PathBuf,
}
