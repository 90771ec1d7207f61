//! A running server: start, graceful end, reload.

use crate::config::ServerConfig;
use crate::connect::Acceptor;
use crate::error::{ReloadError, ServerError};
use crate::gate::Gate;
use crate::http::{App, router};
use crate::purge;
use crate::realtime::Hub;
use crate::task::Task;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use syncline_service::Service;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

/// Starts servers.
#[derive(Clone, Copy, Debug)]
pub struct Server;

/// A running server. Dropped without [`shutdown`](Running::shutdown) it ends at once, cutting off whoever is
/// connected.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    app: App,
    stop: watch::Sender<bool>,
    serving: Option<Task>,
    /// End with the server.
    _background: [Task; 2],
}

impl Server {
    /// Listens, and serves from now on.
    ///
    /// # Errors
    /// If it cannot listen there, or the address can be reached from outside and the configuration does not say so.
    pub async fn bind(config: ServerConfig, service: Arc<Service>) -> Result<Running, ServerError> {
        if !config.public && !config.listen.ip().is_loopback() {
            return Err(ServerError::NotLoopback(config.listen));
        }
        let listen = |source| ServerError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let hub = Arc::new(Hub::new(&service));
        let app = App { gate: Gate::new(service), hub: Arc::clone(&hub), config: Arc::new(config) };
        let delivering = Task::start("deliver events", async move { hub.run().await });
        let purging = Task::start("purge", purge::run(app.gate.clone(), Arc::clone(&app.config)));
        let (stop, stopping) = watch::channel(false);
        let acceptor = Acceptor { listener, router: router(app.clone()), config: Arc::clone(&app.config) };
        let serving = Task::start("serve http", acceptor.run(stopping));
        Ok(Running { address, app, stop, serving: Some(serving), _background: [delivering, purging] })
    }
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the API: `https` with a certificate, else `http`.
    #[must_use]
    pub fn graphql_url(&self) -> String {
        format!("http{}://{}/graphql", self.secure(), self.reachable())
    }

    /// The address of its subscriptions.
    #[must_use]
    pub fn realtime_url(&self) -> String {
        format!("ws{}://{}/graphql/realtime", self.secure(), self.reachable())
    }

    fn secure(&self) -> &'static str {
        if self.app.config.tls.is_some() { "s" } else { "" }
    }

    /// An address that can be connected to: a server on all addresses is on the loopback one, too.
    fn reachable(&self) -> SocketAddr {
        let ip = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        SocketAddr::new(ip, self.address.port())
    }

    /// Replaces the service by the one that `make` gives, without closing a socket. Requests wait meanwhile; the old
    /// service is let go before `make` is called, so that its store can be opened anew. Running subscriptions are begun
    /// anew; one that no longer fits ends with an error. Their clients see a gap in the sequence and make a delta sync.
    ///
    /// # Errors
    /// What `make` says. Until another reload succeeds, requests are answered with 503.
    pub async fn reload<E, F>(&self, make: impl FnOnce() -> F) -> Result<(), ReloadError<E>>
    where
        F: Future<Output = Result<Arc<Service>, E>>,
    {
        let mut closed = self.app.gate.close().await;
        let unheard = self.app.hub.detach().await;
        drop(closed.take());
        let made = make().await;
        // A mutation whose client did not wait for the answer may have been committed when the store was closed.
        if unheard.is_some_and(|unheard| unheard.any()) {
            self.app.hub.lose();
        }
        let service = made.map_err(ReloadError)?;
        self.app.hub.attach(&service);
        closed.put(service);
        Ok(())
    }

    /// Ends gracefully: first the sockets, whose clients then stop sending mutations, then HTTP, after the requests
    /// that run have been answered. Each step takes at most the configured time.
    pub async fn shutdown(mut self) {
        let patience = self.app.config.drain;
        if timeout(patience, self.app.hub.end()).await.is_err() {
            tracing::warn!("some sockets did not close in time");
        }
        self.stop.send_replace(true);
        if let Some(serving) = self.serving.take()
            && timeout(patience, serving.end()).await.is_err()
        {
            tracing::warn!("some requests were not answered in time");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Tasks end by themselves; the sockets' own do when they are told.
        self.app.hub.begin_end();
    }
}
