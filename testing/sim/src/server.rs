//! The server's side: the real service over a real backend, called inline.

use crate::history::SharedLog;
use crate::renamed::Renamed;
use crate::schemas::{Names, Schemas};
use crate::settings::{BackendKind, Settings};
use std::collections::HashMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use syncline_backend::{Backend, BackendError, Clock, ManualClock, MemoryBackend, Retention};
use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_core::Schema;
use syncline_protocol::realtime::data_frame;
use syncline_protocol::request::Request;
use syncline_service::{Call, Caller, Config, Conflicts, Entropy, Limits, Listener, Service, SubscriptionId};

/// How long the server remembers the ids of mutations, in ms: longer than any world lasts.
const IDS_MS: i64 = 1_000_000_000;

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

/// Whether a device is somebody's whom the server may not show everything.
#[must_use]
pub fn is_guest(device: usize) -> bool {
    device % 3 == 2
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

/// What the server says of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It runs.
    Runs,
    /// Not with this filter.
    NotFiltered,
    /// Not to this caller.
    No,
}

/// One service for those who speak by the old names, and one for the others.
struct Services {
    old: Service,
    new: Service,
}

impl Services {
    fn of(&self, names: Names) -> &Service {
        match names {
            Names::Old => &self.old,
            Names::New => &self.new,
        }
    }
}

/// How the server is started.
#[derive(Clone, Debug)]
struct Set {
    schema: Arc<Schema>,
    /// The same by other names.
    renamed: Arc<Schema>,
    kind: BackendKind,
    plain: bool,
    file: PathBuf,
    /// Signs page tokens.
    token_key: u8,
    /// Makes epochs.
    random: u8,
    clock: Arc<ManualClock>,
}

/// The server.
pub struct Server {
    set: Set,
    schemas: Schemas,
    log: SharedLog,
    /// How much of the log the copy of its file holds, if there is one.
    copied: Option<usize>,
    /// Whether the file is a copy that was put in its place.
    restored: bool,
    /// The backend, for the checks.
    pub backend: Arc<dyn Backend>,
    /// Whether it knows the old names no more.
    pub retired: bool,
    services: Services,
    subscribers: HashMap<(Names, SubscriptionId), Subscriber>,
}

impl Server {
    /// Starts a server with an empty store in `dir`.
    ///
    /// # Errors
    /// If the store cannot be opened.
    pub fn start(
        schemas: &Schemas,
        settings: &Settings,
        dir: &Path,
        clock: Arc<ManualClock>,
        log: SharedLog,
    ) -> Result<Server, String> {
        let set = Set {
            schema: Arc::clone(&schemas.server[0]),
            renamed: Arc::clone(&schemas.renamed[0]),
            kind: settings.backend,
            plain: settings.plain,
            file: dir.join("server.db"),
            token_key: 7,
            random: 3,
            clock,
        };
        let backend = set.open(false)?;
        backend.observe(log.clone());
        let services = set.serve(&backend)?;
        let (schemas, subscribers) = (schemas.clone(), HashMap::new());
        Ok(Server {
            set,
            schemas,
            log,
            copied: None,
            restored: false,
            backend,
            retired: false,
            services,
            subscribers,
        })
    }

    /// Its process ends. A server in memory has no disk: it only loses its connections.
    ///
    /// # Errors
    /// If the service cannot be replaced.
    pub fn stop(&mut self) -> Result<(), String> {
        self.subscribers.clear();
        if self.set.kind == BackendKind::Sqlite {
            // The file has one owner: the old one goes first.
            let Set { schema, clock, .. } = &self.set;
            self.backend = Arc::new(MemoryBackend::new(Arc::clone(schema), clock.clone()));
            self.services = self.set.serve(&self.backend)?;
        }
        Ok(())
    }

    /// Starts again, over what is on its disk.
    ///
    /// # Errors
    /// If the store cannot be opened again.
    pub fn go_on(&mut self) -> Result<(), String> {
        if self.set.kind == BackendKind::Sqlite {
            self.backend = self.set.open(std::mem::take(&mut self.restored))?;
            self.backend.observe(self.log.clone());
        }
        self.services = self.set.serve(&self.backend)?;
        Ok(())
    }

    /// Whether it can be copied and restored, and be given other rules.
    #[must_use]
    pub fn has_disk(&self) -> bool {
        self.set.kind == BackendKind::Sqlite
    }

    /// Copies its file while it is stopped.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn copy(&mut self) -> Result<(), String> {
        for (from, to) in self.files() {
            if from.exists() {
                std::fs::copy(&from, &to).map_err(|error| error.to_string())?;
            }
        }
        self.copied = Some(self.log.len());
        Ok(())
    }

    /// Whether there is a copy.
    #[must_use]
    pub fn is_copied(&self) -> bool {
        self.copied.is_some()
    }

    /// Puts the copy in the place of its file while it is stopped. The copy is gone then: what is restored twice from
    /// one copy has the same versions twice.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn restore(&mut self) -> Result<(), String> {
        let Some(kept) = self.copied.take() else { return Ok(()) };
        for (file, copy) in self.files() {
            if file.exists() {
                std::fs::remove_file(&file).map_err(|error| error.to_string())?;
            }
            if copy.exists() {
                std::fs::rename(&copy, &file).map_err(|error| error.to_string())?;
            }
        }
        self.log.truncate(kept);
        self.set.random += 1;
        self.restored = true;
        Ok(())
    }

    /// Its file with its log, and where their copies are.
    fn files(&self) -> [(PathBuf, PathBuf); 2] {
        ["", "-wal"].map(|end| {
            let place = |name: &str| self.set.file.with_file_name(format!("{name}{end}"));
            (place("server.db"), place("copy.db"))
        })
    }

    /// From its next start on it has other rules, which let in whom they let in before.
    pub fn change_rules(&mut self) {
        let other = usize::from(Arc::ptr_eq(&self.set.schema, &self.schemas.server[0]));
        self.set.schema = Arc::clone(&self.schemas.server[other]);
        self.set.renamed = Arc::clone(&self.schemas.renamed[other]);
    }

    /// From its next start on it signs its tokens with another key.
    pub fn change_key(&mut self) {
        self.set.token_key = self.set.token_key.wrapping_add(1);
    }

    /// Forgets tombstones and changes that are older than this, in ms.
    ///
    /// # Errors
    /// If the backend waits or fails.
    pub fn purge(&self, older_ms: i64) -> Result<usize, String> {
        let retention = Retention { tombstones_ms: older_ms, changes_ms: older_ms, ids_ms: IDS_MS };
        let purged = now(self.backend.purge(self.set.clock.now_ms(), retention, 10_000))?;
        let purged = purged.map_err(|error| error.to_string())?;
        Ok(purged.tombstones + purged.changes)
    }

    /// The schema it has.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.set.schema
    }

    /// Whether it shows everything to this device: some are guests, as long as the rules are what they were first.
    #[must_use]
    pub fn shows_all(&self, device: usize) -> bool {
        !is_guest(device) || Arc::ptr_eq(&self.set.schema, &self.schemas.server[1])
    }

    /// Answers a request that speaks by these names.
    ///
    /// # Errors
    /// If the service waits.
    pub fn answer(&self, names: Names, body: &str) -> Result<(u16, Vec<u8>), String> {
        let negotiated = !self.set.plain;
        let call = Call { body: body.as_bytes(), negotiated, now_ms: self.set.clock.now_ms() };
        let response = now(self.services.of(names).execute(&Caller::api_key(), call))?;
        Ok((response.status, response.body))
    }

    /// Begins a subscription. What the service says of it.
    ///
    /// # Errors
    /// If the service refuses what nothing speaks against.
    pub fn subscribe(
        &mut self,
        (names, request): (Names, &Request),
        (subscriber, origin): (Subscriber, &str),
        filtered: bool,
    ) -> Result<Said, String> {
        let listener = match self.set.plain {
            true => Listener::AppSync,
            false => Listener::Syncline { origin: Some(origin) },
        };
        if names == Names::Old && self.retired {
            // It was sent before its device went on to the new names.
            return Ok(Said::No);
        }
        match self.services.of(names).subscribe(&Caller::api_key(), request, listener) {
            Ok(id) => {
                self.subscribers.insert((names, id), subscriber);
                Ok(Said::Runs)
            }
            // As the client does it: a refusal may be about the filter.
            Err(_) if filtered => Ok(Said::NotFiltered),
            Err(errors) => {
                let model = &self.set.schema.models()[subscriber.subscription.0];
                let refused = model.name == crate::schemas::HIDDEN;
                if refused { Ok(Said::No) } else { Err(format!("a subscription is refused: {errors:?}")) }
            }
        }
    }

    /// Ends the subscriptions of a device's other connections.
    pub fn hang_up(&mut self, device: usize, but: Option<u64>) {
        let gone =
            |subscriber: &Subscriber| subscriber.device == device && Some(subscriber.connection) != but;
        let ids: Vec<(Names, SubscriptionId)> =
            self.subscribers.iter().filter(|(_, subscriber)| gone(subscriber)).map(|(id, _)| *id).collect();
        for id in ids {
            self.services.of(id.0).unsubscribe(id.1);
            self.subscribers.remove(&id);
        }
    }

    /// The frames that are due, in the order of their commits.
    ///
    /// # Errors
    /// If the service waits.
    pub fn frames(&self) -> Result<Vec<(Subscriber, String)>, String> {
        let mut frames: Vec<(Subscriber, String)> = Vec::new();
        for names in [Names::Old, Names::New] {
            let due = now(self.services.of(names).due())?;
            frames.extend(due.frames.into_iter().filter_map(|frame| {
                let subscriber = *self.subscribers.get(&(names, frame.subscription))?;
                Some((subscriber, data_frame("s", &frame.data, frame.extension.as_ref())))
            }));
        }
        for (subscriber, text) in &mut frames {
            if !self.shows_all(subscriber.device) {
                *text = crate::hide::in_frame(text)?;
            }
        }
        // Who is told first is the service's business; here it must not depend on the order of a hash map.
        frames.sort_by_key(|(subscriber, _)| *subscriber);
        Ok(frames)
    }
}

impl Set {
    fn serve(&self, backend: &Arc<dyn Backend>) -> Result<Services, String> {
        let config = || Config {
            api_keys: vec!["key".to_owned()],
            token_key: [self.token_key; 32],
            entropy: Arc::new(Counter(AtomicU64::new(1))),
            limits: Limits::default(),
            extension: !self.plain,
            conflict: Conflicts::default(),
        };
        let renamed = Renamed { store: Arc::clone(backend), schema: Arc::clone(&self.renamed) };
        let serve = |store| Service::new(store, config()).map_err(|error| error.to_string());
        Ok(Services { old: serve(Arc::clone(backend))?, new: serve(Arc::new(renamed))? })
    }

    fn open(&self, restored: bool) -> Result<Arc<dyn Backend>, String> {
        Ok(match self.kind {
            BackendKind::Memory => Arc::new(MemoryBackend::new(Arc::clone(&self.schema), self.clock.clone())),
            BackendKind::Sqlite => {
                let options = Options {
                    place: Place::File(self.file.clone()),
                    schema: Arc::clone(&self.schema),
                    clock: self.clock.clone(),
                    random: [self.random; 16],
                    threads: Threads::Inline,
                };
                let open = if restored { SqliteBackend::open_restored } else { SqliteBackend::open };
                let opened = open(options).map_err(|error: BackendError| error.to_string())?;
                Arc::new(opened)
            }
        })
    }
}
