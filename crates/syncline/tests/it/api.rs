//! A server in this process, over a real file.

use super::line::Line;
use super::schema;
use super::support::PATIENCE;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use syncline::Schema;
use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_server::{
    Conflicts, Running, Server, ServerConfig, Service, ServiceConfig, ServiceLimits, SystemClock,
    SystemEntropy,
};
use tempfile::TempDir;

/// A running API, with a line in front of it.
pub(crate) struct Api {
    directory: TempDir,
    schema: Arc<Schema>,
    extension: bool,
    /// How long tombstones are kept from the next start on, in ms.
    pub(crate) tombstones_ms: i64,
    running: Option<(Running, Arc<SqliteBackend>)>,
    pub(crate) line: Line,
}

impl Api {
    /// A Syncline server.
    pub(crate) async fn start() -> Api {
        Api::with(true).await
    }

    /// With `extension` off it is what plain AppSync is.
    pub(crate) async fn with(extension: bool) -> Api {
        Api::serving(schema(), extension).await
    }

    /// The same with another schema.
    pub(crate) async fn serving(schema: Arc<Schema>, extension: bool) -> Api {
        let mut api = Api {
            directory: tempfile::tempdir().unwrap(),
            schema,
            extension,
            tombstones_ms: ServiceLimits::default().tombstone_horizon_ms,
            running: None,
            line: Line::to(None).await,
        };
        let address = api.resume().await;
        api.line.mend(address);
        api
    }

    /// Starts the server, on the records it had; the line is not mended.
    pub(crate) async fn resume(&mut self) -> SocketAddr {
        let backend = SqliteBackend::open(Options {
            place: Place::File(self.directory.path().join("api.db")),
            schema: Arc::clone(&self.schema),
            clock: Arc::new(SystemClock),
            random: [7; 16],
            threads: Threads::Threaded,
        });
        let backend = Arc::new(backend.unwrap());
        let config = ServiceConfig {
            api_keys: vec!["key".to_owned()],
            token_key: [7; 32],
            entropy: Arc::new(SystemEntropy::default()),
            limits: ServiceLimits { tombstone_horizon_ms: self.tombstones_ms, ..ServiceLimits::default() },
            extension: self.extension,
            conflict: Conflicts::default(),
        };
        let service = Arc::new(Service::new(Arc::clone(&backend) as Arc<_>, config).unwrap());
        let config = ServerConfig { purge_every: Duration::from_millis(50), ..ServerConfig::default() };
        let running = Server::bind(config, service).await.unwrap();
        let address = running.address();
        self.running = Some((running, backend));
        address
    }

    /// Cuts the line and ends the server.
    pub(crate) async fn stop(&mut self) {
        self.line.cut();
        if let Some((running, backend)) = self.running.take() {
            running.shutdown().await;
            backend.close();
        }
    }

    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        let address = self.resume().await;
        self.line.mend(address);
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().0.address()
    }

    /// Asks the server itself, past the line and past the client.
    pub(crate) async fn ask(&self, query: &str) -> Value {
        // Whichever test comes first installs it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
        let request = client.post(format!("http://{}/graphql", self.address())).header("x-api-key", "key");
        let answer = request.body(json!({ "query": query }).to_string()).send().await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"].clone()
    }

    /// The server's record of a post.
    pub(crate) async fn post(&self, id: &str) -> Value {
        let query = format!("{{ getPost(id: \"{id}\") {{ title content rating _version _deleted }} }}");
        self.ask(&query).await["getPost"].clone()
    }
}
