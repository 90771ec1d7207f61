//! How a server listens.

use crate::SystemClock;
use crate::tls::Tls;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use syncline_backend::Clock;

/// How a server listens, and its patience.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Where it listens. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether it may listen where other machines can reach it. Without this, only loopback addresses are taken.
    pub public: bool,
    /// The certificate to show. With it, the port answers TLS and plain HTTP, told apart by their first byte; without
    /// it, plain HTTP only.
    pub tls: Option<Tls>,
    /// How many connections there may be at once, sockets of subscriptions among them; the next ones wait until another
    /// has ended.
    pub connections: usize,
    /// The clock that requests are answered by.
    pub clock: Arc<dyn Clock>,
    /// How often a socket gets a `ka` frame.
    pub keep_alive: Duration,
    /// After how long without a frame a client shall give a socket up, as `connection_ack` says.
    pub connection_timeout: Duration,
    /// How long a socket may wait with `connection_init`.
    pub init_timeout: Duration,
    /// The frames that may wait for one socket. A socket that falls further behind is cut off.
    pub queue: usize,
    /// The bytes that may wait for one socket, likewise.
    pub queue_bytes: usize,
    /// How long a graceful end waits for sockets, and then for requests.
    pub drain: Duration,
    /// How long a TLS handshake may take.
    pub handshake_timeout: Duration,
    /// How long a connection may be silent before its first request and between requests, and how long the head of a
    /// request may take. More than the 90 s after which our own client gives up a connection that it does not use, so
    /// that none is closed just when a request is sent on it.
    pub idle_timeout: Duration,
    /// How long a client may take nothing at all of what is sent to it, on a socket as for an answer.
    pub stall_timeout: Duration,
    /// How long a request may take to arrive, and then to be answered.
    pub request_timeout: Duration,
    /// How often what is older than it is kept is removed from the store, the first time at the start (SYNC 3.11).
    pub purge_every: Duration,
    /// Answers of at least this many bytes are compressed, where the client accepts it.
    pub compress_from: u16,
}

impl Default for ServerConfig {
    fn default() -> ServerConfig {
        ServerConfig {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public: false,
            tls: None,
            connections: 16_384,
            clock: Arc::new(SystemClock),
            keep_alive: Duration::from_secs(30),
            connection_timeout: Duration::from_secs(300),
            init_timeout: Duration::from_secs(15),
            queue: 2_048,
            queue_bytes: 16 << 20,
            drain: Duration::from_secs(10),
            handshake_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(120),
            stall_timeout: Duration::from_secs(60),
            request_timeout: Duration::from_secs(30),
            purge_every: Duration::from_secs(600),
            compress_from: 1_024,
        }
    }
}
