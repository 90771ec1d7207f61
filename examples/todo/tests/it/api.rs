//! The server.

use super::schema;
use std::net::SocketAddr;
use std::sync::Arc;
use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_server::{
    Conflicts, Running, Server, ServerConfig, Service, ServiceConfig, ServiceLimits, SystemClock,
    SystemEntropy,
};
use tokio::runtime::Runtime;

/// An API that runs until it is dropped.
pub(crate) struct Api {
    runtime: Runtime,
    running: Option<(Running, Arc<SqliteBackend>)>,
    directory: tempfile::TempDir,
    address: SocketAddr,
}

impl Api {
    pub(crate) fn start() -> Api {
        let mut api = Api {
            runtime: Runtime::new().unwrap(),
            running: None,
            directory: tempfile::tempdir().unwrap(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        api.resume();
        api
    }

    /// Serves, on the records and at the address that it had.
    pub(crate) fn resume(&mut self) {
        let backend = SqliteBackend::open(Options {
            place: Place::File(self.directory.path().join("api.db")),
            schema: schema(),
            clock: Arc::new(SystemClock),
            random: [7; 16],
            threads: Threads::Threaded,
        });
        let backend = Arc::new(backend.unwrap());
        let config = ServiceConfig {
            api_keys: vec!["key".to_owned()],
            token_key: [7; 32],
            entropy: Arc::new(SystemEntropy::default()),
            limits: ServiceLimits::default(),
            extension: true,
            conflict: Conflicts::default(),
        };
        let service = Arc::new(Service::new(Arc::clone(&backend) as Arc<_>, config).unwrap());
        let config = ServerConfig { listen: self.address, ..ServerConfig::default() };
        let running = self.runtime.block_on(Server::bind(config, service)).unwrap();
        self.address = running.address();
        self.running = Some((running, backend));
    }

    pub(crate) fn stop(&mut self) {
        if let Some((running, backend)) = self.running.take() {
            self.runtime.block_on(running.shutdown());
            backend.close();
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/graphql", self.address)
    }
}
