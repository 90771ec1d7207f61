//! One API on a local port: store, service and sockets, put together.

use crate::conflict::ConflictOptions;
use crate::edge::random;
use crate::failure::Failure;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_core::Schema;
use syncline_server::{
    Running, Server, ServerConfig, ServerError, Service, ServiceConfig, ServiceLimits, SystemClock,
    SystemEntropy, Tls,
};

/// What an API is started with.
#[derive(Clone)]
pub(crate) struct Start {
    /// The file of its records.
    pub(crate) store: PathBuf,
    /// Where it listens; port 0 takes a free one.
    pub(crate) listen: SocketAddr,
    /// Lets callers in.
    pub(crate) api_key: String,
    /// Signs page tokens.
    pub(crate) token_key: [u8; 32],
    /// What it serves.
    pub(crate) schema: Arc<Schema>,
    /// The certificate to show; without one, it speaks plain HTTP only.
    pub(crate) tls: Option<Tls>,
    /// Whether the extension is offered.
    pub(crate) extension: bool,
    /// How version conflicts are settled.
    pub(crate) conflict: ConflictOptions,
}

/// Without the secrets.
impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start")
            .field("store", &self.store)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

/// An API that runs.
#[derive(Debug)]
pub(crate) struct LocalApi {
    start: Start,
    backend: Arc<SqliteBackend>,
    server: Running,
}

impl LocalApi {
    /// Opens the store and serves it.
    pub(crate) async fn start(start: Start) -> Result<LocalApi, Failure> {
        let (backend, service) = open(&start, &start.schema)?;
        let config = ServerConfig {
            listen: start.listen,
            // Whoever names an address that others can reach wants to be reached.
            public: !start.listen.ip().is_loopback(),
            tls: start.tls.clone(),
            ..ServerConfig::default()
        };
        match Server::bind(config, service).await {
            Ok(server) => Ok(LocalApi { start, backend, server }),
            Err(error @ ServerError::Listen { .. }) => {
                let help = "stop what listens there, or name another address with --listen ADDRESS";
                Err(Failure::new(error.to_string(), help))
            }
            Err(error) => Err(Failure::plain(error.to_string())),
        }
    }

    /// The schema that is served.
    pub(crate) fn schema(&self) -> &Schema {
        &self.start.schema
    }

    /// Where its GraphQL endpoint is.
    pub(crate) fn endpoint(&self) -> String {
        self.server.graphql_url()
    }

    /// Where it also is, without TLS; `None` if TLS is not spoken at all.
    pub(crate) fn plain_endpoint(&self) -> Option<String> {
        self.endpoint().strip_prefix("https://").map(|rest| format!("http://{rest}"))
    }

    /// Where its subscriptions are.
    pub(crate) fn realtime_endpoint(&self) -> String {
        self.server.realtime_url()
    }

    /// Serves `schema` from now on, which must only add to what is served. Requests wait meanwhile and sockets stay.
    ///
    /// # Errors
    /// If the store does not take it; the API then serves what it served before.
    pub(crate) async fn reload(&mut self, schema: Arc<Schema>) -> Result<(), Failure> {
        let LocalApi { start, backend, server } = self;
        let mut refused = None;
        let made = server.reload(async || {
            backend.close();
            let (opened, service) = match open(start, &schema) {
                Ok(opened) => opened,
                Err(failure) => {
                    refused = Some(failure);
                    open(start, &start.schema)?
                }
            };
            *backend = opened;
            Ok::<_, Failure>(service)
        });
        made.await.map_err(|error| Failure::plain(error.to_string()))?;
        match refused {
            Some(failure) => Err(failure),
            None => {
                start.schema = schema;
                Ok(())
            }
        }
    }

    /// Ends: sockets are told, requests that run are answered, the store is closed.
    pub(crate) async fn shutdown(self) {
        let LocalApi { backend, server, .. } = self;
        server.shutdown().await;
        backend.close();
    }
}

/// Opens the store for `schema`, with a service on it.
fn open(start: &Start, schema: &Arc<Schema>) -> Result<(Arc<SqliteBackend>, Arc<Service>), Failure> {
    let options = Options {
        place: Place::File(start.store.clone()),
        schema: Arc::clone(schema),
        clock: Arc::new(SystemClock),
        random: random()?,
        threads: Threads::Threaded,
    };
    let backend = SqliteBackend::open(options).map_err(|error| {
        Failure::new(error.to_string(), "another data directory (--data DIR) begins with an empty store")
    })?;
    let backend = Arc::new(backend);
    let config = ServiceConfig {
        api_keys: vec![start.api_key.clone()],
        token_key: start.token_key,
        entropy: Arc::new(SystemEntropy::default()),
        limits: ServiceLimits::default(),
        extension: start.extension,
        conflict: start.conflict.of(schema)?,
    };
    match Service::new(Arc::clone(&backend) as Arc<_>, config) {
        Ok(service) => Ok((backend, Arc::new(service))),
        Err(error) => Err(Failure::plain(error.to_string())),
    }
}
