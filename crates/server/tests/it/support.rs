//! A running server, and clients for it.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use syncline_backend::{
    Allowance, Answer, Applied, Backend, BackendError, CommitObserver, List, ListPage, MemoryBackend, Purged,
    Retention, Row, Scope, Sync, SyncPage, Write,
};
use syncline_core::{Key, ModelId, Schema};
use syncline_protocol::realtime::Authorization;
use syncline_server::{Running, Server, ServerConfig, SystemClock, SystemEntropy};
use syncline_service::{Config, Conflicts, Limits, Service};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, Request};
use tokio_tungstenite::{WebSocketStream, client_async};

pub(crate) const BLOG: &str = include_str!("../../../schema/tests/fixtures/blog.graphql");
/// Nothing here takes that long; a test that would hang fails instead.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn schema(source: &str) -> Arc<Schema> {
    Arc::new(syncline_schema::compile(source, "test.graphql").unwrap())
}

pub(crate) fn service_config() -> Config {
    Config {
        api_keys: vec!["key".to_owned()],
        token_key: [7; 32],
        entropy: Arc::new(SystemEntropy::default()),
        limits: Limits::default(),
        extension: true,
        conflict: Conflicts::default(),
    }
}

pub(crate) fn service(backend: Arc<dyn Backend>) -> Arc<Service> {
    Arc::new(Service::new(backend, service_config()).unwrap())
}

pub(crate) fn memory(source: &str) -> Arc<dyn Backend> {
    Arc::new(MemoryBackend::new(schema(source), Arc::new(SystemClock)))
}

/// The blog in memory.
pub(crate) async fn start() -> Running {
    start_with(ServerConfig::default(), service(memory(BLOG))).await
}

pub(crate) async fn start_with(config: ServerConfig, service: Arc<Service>) -> Running {
    Server::bind(config, service).await.unwrap()
}

/// A client of plain HTTP. It trusts nobody, so that it need not read the system's certificates each time.
pub(crate) fn http() -> reqwest::Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).timeout(PATIENCE).build().unwrap()
}

/// Sends a request with the right key; the answer's body.
pub(crate) async fn ask(server: &Running, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let answer =
        http().post(server.graphql_url()).header("x-api-key", "key").body(body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

pub(crate) async fn post(server: &Running, title: &str) {
    let query = "mutation M($t: String!) { createPost(input: { title: $t, status: DRAFT }) { id } }";
    let answer = ask(server, query, json!({ "t": title })).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
}

pub(crate) fn key() -> Authorization {
    Authorization::api_key("127.0.0.1", "key", None)
}

/// A realtime client that speaks and hears JSON.
pub(crate) struct Socket {
    pub(crate) stream: WebSocketStream<Wire>,
    pub(crate) protocol: Option<String>,
}

/// What a socket runs over: TCP, or TLS over it.
pub(crate) trait Carrier: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Carrier for S {}
pub(crate) type Wire = Box<dyn Carrier>;

/// An upgrade request with these headers.
pub(crate) fn upgrade(url: &str, headers: &[(&'static str, &str)]) -> Request<()> {
    let mut request = url.into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    request
}

impl Socket {
    pub(crate) async fn open(request: Request<()>) -> Socket {
        let uri = request.uri();
        let address = format!("{}:{}", uri.host().unwrap(), uri.port_u16().unwrap());
        let tcp = TcpStream::connect(address).await.unwrap();
        Socket::over(Box::new(tcp), request).await
    }

    /// Opened over a connection that is there.
    pub(crate) async fn over(wire: Wire, request: Request<()>) -> Socket {
        let (stream, response) = timeout(PATIENCE, client_async(request, wire)).await.unwrap().unwrap();
        let protocol =
            response.headers().get("sec-websocket-protocol").map(|value| value.to_str().unwrap().to_owned());
        Socket { stream, protocol }
    }

    /// Opened with headers, and initialised.
    pub(crate) async fn ready(server: &Running) -> Socket {
        let mut socket = Socket::connected(server).await;
        socket.init(json!({ "type": "connection_init" })).await;
        socket
    }

    pub(crate) async fn connected(server: &Running) -> Socket {
        let headers = [("x-api-key", "key"), ("sec-websocket-protocol", "graphql-ws")];
        Socket::open(upgrade(&server.realtime_url(), &headers)).await
    }

    pub(crate) async fn init(&mut self, frame: Value) {
        self.send(frame).await;
        assert_eq!(
            self.hear().await,
            json!({ "type": "connection_ack", "payload": { "connectionTimeoutMs": 300_000 } })
        );
        assert_eq!(self.hear().await, json!({ "type": "ka" }));
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.stream.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next message, whatever it is.
    pub(crate) async fn message(&mut self) -> Option<Message> {
        timeout(PATIENCE, self.stream.next()).await.expect("a message in time").and_then(Result::ok)
    }

    /// The next text frame.
    pub(crate) async fn hear(&mut self) -> Value {
        match self.message().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("no text but {other:?}"),
        }
    }

    /// The code of the close frame that comes next.
    pub(crate) async fn closed(&mut self) -> u16 {
        match self.message().await {
            Some(Message::Close(Some(frame))) => frame.code.into(),
            other => panic!("not closed but {other:?}"),
        }
    }

    /// Sends `start`; with the key unless `authorization` says otherwise.
    pub(crate) async fn start(&mut self, id: &str, query: &str, variables: Value) {
        let data = json!({ "query": query, "variables": variables }).to_string();
        self.send(json!({
            "id": id, "type": "start",
            "payload": { "data": data, "extensions": { "authorization": { "x-api-key": "key", "host": "h" } } }
        }))
        .await;
    }

    /// Sends `start` and hears `start_ack`.
    pub(crate) async fn started(&mut self, id: &str, query: &str, variables: Value) {
        self.start(id, query, variables).await;
        assert_eq!(self.hear().await, json!({ "id": id, "type": "start_ack" }));
    }
}

/// A backend that fails when it is told to.
#[derive(Debug)]
pub(crate) struct Faulty {
    pub(crate) inner: Arc<dyn Backend>,
    pub(crate) fails: AtomicBool,
    pub(crate) transient: bool,
}

impl Faulty {
    fn fault(&self) -> Option<BackendError> {
        let error = if self.transient { BackendError::Transient } else { BackendError::Unusable };
        self.fails.load(Ordering::SeqCst).then(|| error("made to fail".to_owned()))
    }
}

impl Backend for Faulty {
    fn schema(&self) -> Arc<Schema> {
        self.inner.schema()
    }
    fn epoch(&self) -> String {
        self.inner.epoch()
    }
    fn get<'a>(&'a self, scope: &'a Scope, model: ModelId, keys: &'a [Key]) -> Answer<'a, Vec<Option<Row>>> {
        match self.fault() {
            Some(error) => Box::pin(async { Err(error) }),
            None => self.inner.get(scope, model, keys),
        }
    }
    fn list<'a>(&'a self, scope: &'a Scope, list: &'a List) -> Answer<'a, ListPage> {
        self.inner.list(scope, list)
    }
    fn list_each<'a>(
        &'a self,
        scope: &'a Scope,
        lists: &'a [List],
        most: Allowance,
    ) -> Answer<'a, Vec<ListPage>> {
        self.inner.list_each(scope, lists, most)
    }
    fn sync<'a>(&'a self, scope: &'a Scope, sync: &'a Sync) -> Answer<'a, SyncPage> {
        self.inner.sync(scope, sync)
    }
    fn apply(&self, writes: Vec<Write>, atomic: bool) -> Answer<'_, Vec<Applied>> {
        match self.fault() {
            Some(error) => Box::pin(async { Err(error) }),
            None => self.inner.apply(writes, atomic),
        }
    }
    fn purge(&self, now_ms: i64, retention: Retention, most: usize) -> Answer<'_, Purged> {
        self.inner.purge(now_ms, retention, most)
    }
    fn observe(&self, observer: Arc<dyn CommitObserver>) {
        self.inner.observe(observer);
    }
}
