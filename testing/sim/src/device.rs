//! A device: the real store and the real engine, with the world in place of the network, the clock and the disk's owner.

use crate::random::Random;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syncline_core::faults::{Rule, is_broken};
use syncline_core::predicate::to_json;
use syncline_core::record::{Entry, Outcome};
use syncline_core::{ModelId, Predicate, Schema, Versioned};
use syncline_engine::{Engine, ModelPlan, PageId, Start, Timer};
use syncline_protocol::exchange::Look;
use syncline_store::{Durability, Location, NextSync, OpenOptions, Store};

/// What a request was about; it comes back with the answer.
#[derive(Clone, Debug)]
pub enum Purpose {
    /// A page.
    Page {
        /// Which.
        page: PageId,
        /// The sync it belongs to.
        sync: NextSync,
    },
    /// A batch of mutations.
    Batch {
        /// Its number.
        batch: u32,
        /// Its entries.
        entries: Vec<Entry>,
    },
    /// A look at the record of the first of these.
    Look {
        /// The batch.
        batch: u32,
        /// Entries whose record is looked at.
        looks: Vec<(Entry, Look)>,
        /// What is known of the others.
        outcomes: Vec<(Entry, Outcome)>,
    },
}

/// A page that waits to be stored.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The sync it belongs to, as it goes on after this page.
    pub sync: NextSync,
    /// The token it was asked for with.
    pub asked: Option<String>,
    /// Its rows.
    pub rows: Vec<Versioned>,
    /// Whether the server answered with everything.
    pub base: bool,
    /// The scope's fingerprint.
    pub fingerprint: Option<String>,
}

/// What a device forgets when it crashes.
#[derive(Debug, Default)]
pub struct Volatile {
    /// The connection, if there is one.
    pub connection: Option<u64>,
    /// The connection that is being tried.
    pub connecting: Option<u64>,
    /// Which of a model's three subscriptions run on it, as bits.
    pub running: HashMap<ModelId, u8>,
    /// The sequence of the last frame of each subscription.
    pub last: HashMap<(usize, usize), i64>,
    /// Pages that wait to be stored.
    pub pages: HashMap<PageId, Fetched>,
    /// How each model's sync goes on.
    pub chains: HashMap<ModelId, NextSync>,
    /// Models whose scope changed.
    pub accept_equal: HashSet<ModelId>,
    /// Timers: which incarnation of each is the latest.
    pub timers: HashMap<Timer, u64>,
    /// The store's generation when the run began.
    pub generation: u64,
    /// Requests that were answered: their time-out is none.
    pub answered: HashSet<u64>,
}

/// A device.
pub struct Device {
    /// Its number.
    pub id: usize,
    /// Its file.
    file: PathBuf,
    schema: Arc<Schema>,
    /// Its store. Gone only for a moment, while it is opened again.
    store: Option<Store>,
    /// Its engine.
    pub engine: Engine,
    /// What it forgets when it crashes.
    pub volatile: Volatile,
    /// Grows with every crash: what was under way before is lost.
    pub incarnation: u64,
    /// Whether it can reach the server.
    pub online: bool,
    /// Whether its person wants it to sync.
    pub wanted: bool,
    /// Its sync expression.
    pub expression: Predicate,
    /// Its own randomness.
    pub random: Random,
}

impl Device {
    /// A device with an empty file in `dir`.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn new(id: usize, schema: &Arc<Schema>, dir: &Path, random: Random) -> Result<Device, String> {
        let mut device = Device {
            id,
            file: dir.join(format!("device-{id}.db")),
            schema: Arc::clone(schema),
            store: None,
            engine: Engine::new(0),
            volatile: Volatile::default(),
            incarnation: 0,
            online: true,
            wanted: true,
            expression: Predicate::All,
            random,
        };
        device.open()?;
        Ok(device)
    }

    /// Its store.
    ///
    /// # Errors
    /// If it could not be opened again after a crash.
    pub fn store(&mut self) -> Result<&mut Store, String> {
        self.store.as_mut().ok_or_else(|| "the store is gone".to_owned())
    }

    /// The process ends without a word and starts again.
    ///
    /// # Errors
    /// If its file cannot be opened.
    pub fn crash(&mut self) -> Result<(), String> {
        self.incarnation += 1;
        self.store = None;
        self.open()?;
        self.engine = Engine::new(0);
        self.volatile = Volatile::default();
        Ok(())
    }

    fn open(&mut self) -> Result<(), String> {
        let options = OpenOptions {
            location: Location::File(self.file.clone()),
            schema: Arc::clone(&self.schema),
            durability: Durability::Full,
            holder: format!("device {}", self.id),
            fresh_session: format!("session-{}", self.id),
        };
        self.store = Some(Store::open(options).map_err(|error| error.to_string())?);
        Ok(())
    }

    /// The expression as text, to know it again.
    #[must_use]
    pub fn expression_text(&self) -> String {
        to_json(&self.expression).to_string()
    }

    /// What a run begins with.
    #[must_use]
    pub fn start(&self) -> Start {
        let models = self.schema.parents_first().iter().map(|&model| {
            let relations = &self.schema.model(model).relations;
            let owner = |relation: &&syncline_core::model::Relation| {
                relation.kind == syncline_core::model::RelationKind::BelongsTo
            };
            let parents = relations.iter().filter(owner).map(|relation| relation.target).collect();
            ModelPlan { model, parents }
        });
        Start { models: models.collect(), max_batch: 5, safety_ms: None }
    }

    /// Whether an input of `run` still counts.
    #[must_use]
    pub fn is_current(&self, run: u64) -> bool {
        run == self.engine.run() || is_broken(Rule::RunNumbers)
    }
}
