//! One connection: TLS or plain, then HTTP/1.1.

use super::patient::Patient;
use crate::config::ServerConfig;
use crate::tls::Tls;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::pin::pin;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::timeout;

/// What begins every TLS connection: the type of a handshake record (RFC 8446 §5.1). No HTTP request begins with it.
const HANDSHAKE: u8 = 0x16;

/// About the most bytes of a request's head, and of what is read of a body at once. Heads come from anybody, and slowly. The
/// largest thing in them is a header object in base64.
const HEAD: usize = 128 << 10;

/// What all connections share.
#[derive(Debug)]
pub(super) struct Connections {
    pub(super) router: Router,
    pub(super) config: Arc<ServerConfig>,
    pub(super) stopping: watch::Receiver<bool>,
}

/// Returns when the server stops, or is gone.
pub(super) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

/// Serves a connection until either side ends it.
pub(super) async fn serve(connections: Arc<Connections>, socket: Patient) {
    let mut stopping = connections.stopping.clone();
    let Some(tls) = &connections.config.tls else { return http(&connections, socket).await };
    // Whoever has said nothing yet is not waited for.
    let opened = tokio::select! {
        () = stopped(&mut stopping) => return,
        opened = open(tls, &connections.config, socket) => opened,
    };
    match opened {
        Some(Opened::Plain(socket)) => http(&connections, socket).await,
        Some(Opened::Tls(stream)) => http(&connections, *stream).await,
        None => {}
    }
}

/// A connection on which HTTP can be spoken.
enum Opened {
    Plain(Patient),
    Tls(Box<tokio_rustls::server::TlsStream<Patient>>),
}

/// Looks at the first byte, and shakes hands if it begins TLS; `None` if the client takes too long or does it wrong.
async fn open(tls: &Tls, config: &ServerConfig, socket: Patient) -> Option<Opened> {
    let mut first = [0];
    match timeout(config.idle_timeout, socket.peek(&mut first)).await {
        Ok(Ok(1)) if first == [HANDSHAKE] => {}
        Ok(Ok(1)) => return Some(Opened::Plain(socket)),
        _ => return None,
    }
    match timeout(config.handshake_timeout, tls.acceptor().accept(socket)).await {
        Ok(Ok(stream)) => Some(Opened::Tls(Box::new(stream))),
        Ok(Err(error)) => {
            // Usually a client that does not trust the certificate.
            tracing::debug!(%error, "a TLS handshake failed");
            None
        }
        Err(_) => None,
    }
}

async fn http<I: AsyncRead + AsyncWrite + Unpin + Send + 'static>(connections: &Connections, io: I) {
    let Connections { router, config, stopping } = connections;
    let mut stopping = stopping.clone();
    let service = TowerToHyperService::new(router.clone());
    let mut builder = http1::Builder::new();
    // Also the time until the next request of a connection that is kept alive.
    builder.timer(TokioTimer::new()).header_read_timeout(config.idle_timeout).max_buf_size(HEAD);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), service).with_upgrades());
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = stopped(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection failed");
    }
}
