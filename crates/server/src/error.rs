//! Errors of a server's start and reload.

use std::net::SocketAddr;

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The address is taken, or not one of this machine.
    #[error("cannot listen on {address}: {source}; choose another address, or port 0 for a free one")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The address can be reached from other machines, which was not asked for.
    #[error(
        "{0} can be reached from other machines; listen on 127.0.0.1, or say that the server is to be public"
    )]
    NotLoopback(SocketAddr),
}

/// Why a reload failed.
#[derive(Debug, thiserror::Error)]
#[error("the service could not be replaced, and requests are answered with 503 until it is: {0}")]
pub struct ReloadError<E>(pub E);
