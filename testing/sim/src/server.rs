//! The server's side: the real service over a real backend, called inline.

use crate::history::SharedLog;
use crate::settings::BackendKind;
use std::collections::HashMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use syncline_backend::{Backend, ManualClock, MemoryBackend};
use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_core::Schema;
use syncline_protocol::realtime::data_frame;
use syncline_protocol::request::Request;
use syncline_service::{Call, Caller, Config, Conflicts, Entropy, Limits, Service, SubscriptionId};

/// Polls a future of the service once: over these backends it never waits.
///
/// # Errors
/// If it does wait.
pub fn now<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => Err("a future of the service waits, and nothing will wake it".to_owned()),
    }
}

#[derive(Debug)]
struct Counter(AtomicU64);

impl Entropy for Counter {
    fn next(&self) -> u128 {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed)) << 64 | 7
    }
}

/// Whose subscription a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subscriber {
    /// The device.
    pub device: usize,
    /// Its connection.
    pub connection: u64,
    /// The model and which of its three subscriptions.
    pub subscription: (usize, usize),
}

/// The server.
pub struct Server {
    schema: Arc<Schema>,
    kind: BackendKind,
    file: PathBuf,
    clock: Arc<ManualClock>,
    log: SharedLog,
    /// The backend, for the checks.
    pub backend: Arc<dyn Backend>,
    service: Service,
    subscribers: HashMap<SubscriptionId, Subscriber>,
}

impl Server {
    /// Starts a server with an empty store in `dir`.
    ///
    /// # Errors
    /// If the store cannot be opened.
    pub fn start(
        schema: Arc<Schema>,
        kind: BackendKind,
        dir: &Path,
        clock: Arc<ManualClock>,
        log: SharedLog,
    ) -> Result<Server, String> {
        let file = dir.join("server.db");
        let backend = open(&schema, kind, &file, &clock)?;
        backend.observe(log.clone());
        let service = serve(&backend)?;
        Ok(Server { schema, kind, file, clock, log, backend, service, subscribers: HashMap::new() })
    }

    /// Ends and starts again, over what is on its disk. A server in memory has none: it only loses its connections.
    ///
    /// # Errors
    /// If the store cannot be opened again.
    pub fn restart(&mut self) -> Result<(), String> {
        self.subscribers.clear();
        if self.kind == BackendKind::Sqlite {
            // The file has one owner: the old one goes first.
            self.backend = Arc::new(MemoryBackend::new(Arc::clone(&self.schema), self.clock.clone()));
            self.service = serve(&self.backend)?;
            self.backend = open(&self.schema, self.kind, &self.file, &self.clock)?;
            self.backend.observe(self.log.clone());
        }
        self.service = serve(&self.backend)?;
        Ok(())
    }

    /// Answers a request.
    ///
    /// # Errors
    /// If the service waits.
    pub fn answer(&self, body: &str) -> Result<(u16, Vec<u8>), String> {
        use syncline_backend::Clock;
        let call = Call { body: body.as_bytes(), negotiated: true, now_ms: self.clock.now_ms() };
        let response = now(self.service.execute(&Caller::api_key(), call))?;
        Ok((response.status, response.body))
    }

    /// Begins a subscription.
    ///
    /// # Errors
    /// If the service refuses it.
    pub fn subscribe(&mut self, request: &Request, subscriber: Subscriber) -> Result<(), String> {
        let id = self
            .service
            .subscribe(&Caller::api_key(), request, true)
            .map_err(|errors| format!("{errors:?}"))?;
        self.subscribers.insert(id, subscriber);
        Ok(())
    }

    /// Ends the subscriptions of a device's other connections.
    pub fn hang_up(&mut self, device: usize, but: Option<u64>) {
        let gone =
            |subscriber: &Subscriber| subscriber.device == device && Some(subscriber.connection) != but;
        let ids: Vec<SubscriptionId> =
            self.subscribers.iter().filter(|(_, subscriber)| gone(subscriber)).map(|(id, _)| *id).collect();
        for id in ids {
            self.service.unsubscribe(id);
            self.subscribers.remove(&id);
        }
    }

    /// The frames that are due, in the order of their commits.
    ///
    /// # Errors
    /// If the service waits.
    pub fn frames(&self) -> Result<Vec<(Subscriber, String)>, String> {
        let due = now(self.service.due())?;
        let frames = due.frames.into_iter();
        let mut frames: Vec<(Subscriber, String)> = frames
            .filter_map(|frame| {
                let subscriber = *self.subscribers.get(&frame.subscription)?;
                Some((subscriber, data_frame("s", &frame.data, frame.extension.as_ref())))
            })
            .collect();
        // Who is told first is the service's business; here it must not depend on the order of a hash map.
        frames.sort_by_key(|(subscriber, _)| *subscriber);
        Ok(frames)
    }
}

fn serve(backend: &Arc<dyn Backend>) -> Result<Service, String> {
    let config = Config {
        api_keys: vec!["key".to_owned()],
        token_key: [7; 32],
        entropy: Arc::new(Counter(AtomicU64::new(1))),
        limits: Limits::default(),
        extension: true,
        conflict: Conflicts::default(),
    };
    Service::new(Arc::clone(backend), config).map_err(|error| error.to_string())
}

fn open(
    schema: &Arc<Schema>,
    kind: BackendKind,
    file: &Path,
    clock: &Arc<ManualClock>,
) -> Result<Arc<dyn Backend>, String> {
    Ok(match kind {
        BackendKind::Memory => Arc::new(MemoryBackend::new(Arc::clone(schema), clock.clone())),
        BackendKind::Sqlite => {
            let options = Options {
                place: Place::File(file.to_owned()),
                schema: Arc::clone(schema),
                clock: clock.clone(),
                random: [3; 16],
                threads: Threads::Inline,
            };
            Arc::new(SqliteBackend::open(options).map_err(|error| error.to_string())?)
        }
    })
}
