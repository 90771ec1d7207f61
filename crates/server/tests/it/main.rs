//! The server on a free loopback port, spoken to over HTTP and WebSockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "helpers of tests fail loudly, and take the values of their tables"
)]

mod frames;
mod handshake;
mod hostile;
mod http;
mod lambda;
mod lifecycle;
mod purge;
mod stores;
mod support;
mod tls;
