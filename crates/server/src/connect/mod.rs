//! Connections: accepting them, telling TLS from plain HTTP, and serving HTTP/1.1 on both.

mod accept;
mod patient;
mod serve;

pub(crate) use accept::Acceptor;
