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
    /// Whether it speaks the extension; without it is what plain AppSync is.
    pub(crate) extension: bool,
    /// How long tombstones are kept from the next start on, in ms.
    pub(crate) tombstones_ms: i64,
    /// How long the change log is kept from the next start on, in ms.
    pub(crate) changes_ms: i64,
    /// How long the ids of mutations are remembered from the next start on, in ms.
    pub(crate) ids_ms: i64,
    /// The most records of a page, from the next start on; those of AppSync's size have one.
    pub(crate) page: Option<usize>,
    /// The next start is of a copy.
    is_copy: bool,
    /// How it settles version conflicts, from the next start on.
    pub(crate) conflict: Conflicts,
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
            changes_ms: ServiceLimits::default().change_retention_ms,
            ids_ms: ServiceLimits::default().id_retention_ms,
            page: None,
            is_copy: false,
            conflict: Conflicts::default(),
            running: None,
            line: Line::to(None).await,
        };
        let address = api.resume().await;
        api.line.mend(address);
        api
    }

    /// Starts the server, on the records it had; the line is not mended.
    pub(crate) async fn resume(&mut self) -> SocketAddr {
        let options = Options {
            place: Place::File(self.directory.path().join("api.db")),
            schema: Arc::clone(&self.schema),
            clock: Arc::new(SystemClock),
            random: if self.is_copy { [8; 16] } else { [7; 16] },
            threads: Threads::Threaded,
        };
        let copy = std::mem::take(&mut self.is_copy);
        let backend = if copy { SqliteBackend::open_restored(options) } else { SqliteBackend::open(options) };
        let backend = Arc::new(backend.unwrap());
        let config = ServiceConfig {
            api_keys: vec!["key".to_owned()],
            token_key: [7; 32],
            entropy: Arc::new(SystemEntropy::default()),
            limits: ServiceLimits {
                tombstone_horizon_ms: self.tombstones_ms,
                change_retention_ms: self.changes_ms,
                id_retention_ms: self.ids_ms,
                max_page: self.page.map_or(ServiceLimits::default().max_page, |_| 1),
                max_negotiated_page: self.page.unwrap_or(ServiceLimits::default().max_negotiated_page),
                ..ServiceLimits::default()
            },
            extension: self.extension,
            conflict: self.conflict.clone(),
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

    /// Copies what the server has, while it is down.
    pub(crate) async fn back_up(&mut self) {
        self.stop().await;
        std::fs::copy(self.directory.path().join("api.db"), self.directory.path().join("copy.db")).unwrap();
        let address = self.resume().await;
        self.line.mend(address);
    }

    /// Puts the copy in the place of what the server has.
    pub(crate) async fn restore(&mut self) {
        self.stop().await;
        for rest in ["api.db-wal", "api.db-shm"] {
            let _ = std::fs::remove_file(self.directory.path().join(rest));
        }
        std::fs::copy(self.directory.path().join("copy.db"), self.directory.path().join("api.db")).unwrap();
        self.is_copy = true;
        let address = self.resume().await;
        self.line.mend(address);
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running.as_ref().unwrap().0.address()
    }

    /// Asks the server itself, past the line and past the client.
    pub(crate) async fn ask(&self, query: &str) -> Value {
        let answer = self.post_query(query, false).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"].clone()
    }

    /// The same as a client that negotiates, and the whole answer.
    pub(crate) async fn negotiate(&self, query: &str) -> Value {
        self.post_query(query, true).await
    }

    async fn post_query(&self, query: &str, negotiates: bool) -> Value {
        // Whichever test comes first installs it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
        let mut request =
            client.post(format!("http://{}/graphql", self.address())).header("x-api-key", "key");
        if negotiates {
            request = request.header("x-syncline", "1");
        }
        let answer = request.body(json!({ "query": query }).to_string()).send().await.unwrap();
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
    }

    /// The server's record of a post.
    pub(crate) async fn post(&self, id: &str) -> Value {
        let query = format!("{{ getPost(id: \"{id}\") {{ title content rating _version _deleted }} }}");
        self.ask(&query).await["getPost"].clone()
    }
}
