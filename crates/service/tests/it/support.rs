//! A service under test, and how to talk to it.

use serde_json::{Value, json};
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use syncline_backend::{Backend, BoxFuture, Clock, ManualClock, MemoryBackend};
use syncline_service::{
    Call, Caller, Config, ConflictHandler, Conflicts, Entropy, HandlerError, Limits, Response, Service,
    Strategy,
};

pub(crate) const BLOG: &str = include_str!("../../../schema/tests/fixtures/blog.graphql");
pub(crate) const NOW: i64 = 1_700_000_000_000;

/// Polls a future once. Nothing in the service or the memory backend ever waits.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future is not ready"),
    }
}

/// Counts, so that ids can be told apart.
#[derive(Debug, Default)]
struct Counter(AtomicU64);

impl Entropy for Counter {
    fn next(&self) -> u128 {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) clock: Arc<ManualClock>,
}

pub(crate) fn config() -> Config {
    Config {
        api_keys: vec!["key".to_owned()],
        token_key: [7; 32],
        entropy: Arc::new(Counter::default()),
        limits: Limits::default(),
        extension: true,
        conflict: Conflicts::default(),
    }
}

/// The blog, with this strategy for all models.
pub(crate) fn with_strategy(strategy: Strategy) -> World {
    World::with(BLOG, Config { conflict: Conflicts::all(strategy), ..config() })
}

type Says = dyn Fn(&Value) -> Result<Value, HandlerError> + Send + Sync;

/// A conflict handler that answers what the test says, and remembers what it was asked.
pub(crate) struct Handler {
    says: Box<Says>,
    pub(crate) asked: Mutex<Vec<Value>>,
}

impl Handler {
    pub(crate) fn new(
        says: impl Fn(&Value) -> Result<Value, HandlerError> + Send + Sync + 'static,
    ) -> Arc<Handler> {
        Arc::new(Handler { says: Box::new(says), asked: Mutex::default() })
    }
}

impl std::fmt::Debug for Handler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handler")
    }
}

impl ConflictHandler for Handler {
    fn ask(&self, request: String) -> BoxFuture<'_, Result<Vec<u8>, HandlerError>> {
        let request: Value = serde_json::from_str(&request).unwrap();
        self.asked.lock().unwrap().push(request.clone());
        let answer = (self.says)(&request).map(|answer| match answer {
            // Not JSON, but what is in the text.
            Value::String(text) => text.into_bytes(),
            answer => answer.to_string().into_bytes(),
        });
        Box::pin(std::future::ready(answer))
    }
}

impl World {
    /// The blog.
    pub(crate) fn new() -> World {
        World::with(BLOG, config())
    }

    pub(crate) fn with(schema: &str, config: Config) -> World {
        World::over(schema, config, |memory| memory)
    }

    /// With what `wrap` makes of the backend.
    pub(crate) fn over(
        schema: &str,
        config: Config,
        wrap: impl FnOnce(Arc<dyn Backend>) -> Arc<dyn Backend>,
    ) -> World {
        let schema = syncline_schema::compile(schema, "test.graphql").unwrap();
        let clock = Arc::new(ManualClock::new(NOW));
        let backend = MemoryBackend::new(Arc::new(schema), Arc::clone(&clock) as Arc<_>);
        World { service: Service::new(wrap(Arc::new(backend)), config).unwrap(), clock }
    }

    /// Sends a body as it is.
    pub(crate) fn send(&self, body: &[u8], negotiated: bool) -> Response {
        let call = Call { body, negotiated, now_ms: self.clock.now_ms() };
        now(self.service.execute(&Caller::api_key(), call))
    }

    /// A plain request; the answer must be JSON with status 200.
    pub(crate) fn ask(&self, query: &str, variables: Value) -> Value {
        self.ask_as(&json!({ "query": query, "variables": variables }), false)
    }

    /// A negotiated request with an extension.
    pub(crate) fn ask_negotiated(&self, query: &str, variables: Value, extension: Value) -> Value {
        let extensions = json!({ "syncline": extension });
        self.ask_as(&json!({ "query": query, "variables": variables, "extensions": extensions }), true)
    }

    fn ask_as(&self, body: &Value, negotiated: bool) -> Value {
        let response = self.send(body.to_string().as_bytes(), negotiated);
        assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
        serde_json::from_slice(&response.body).unwrap()
    }

    /// A query without variables; its `data`. There must be no errors.
    pub(crate) fn data(&self, query: &str) -> Value {
        let mut answer = self.ask(query, json!({}));
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].take()
    }

    /// The message of the only error of a query.
    pub(crate) fn message(&self, query: &str, variables: Value) -> String {
        let answer = self.ask(query, variables);
        let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("no error: {query}: {answer}"));
        errors[0]["message"].as_str().unwrap().to_owned()
    }

    /// Creates a post; only what is given is set.
    pub(crate) fn post(&self, input: Value) -> Value {
        let query = "mutation M($input: CreatePostInput!) { createPost(input: $input) { id _version } }";
        let answer = self.ask(query, json!({ "input": input }));
        assert_eq!(answer.get("errors"), None);
        answer["data"]["createPost"].clone()
    }
}

/// A small generator of numbers (xorshift); the seed is the test's.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (most.max(1) as u64)).unwrap()
    }
}
