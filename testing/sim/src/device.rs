//! A device: the real store and the real engine, with the world in place of the network, the clock and the disk's owner.

use crate::random::Random;
use crate::schemas::{BLOG, Names, POST, field_of, known_as};
use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use syncline_core::faults::{Rule, is_broken};
use syncline_core::predicate::{Filter, Op, to_json};
use syncline_core::record::{Left, Settles};
use syncline_core::{Key, Model, ModelId, Predicate, Schema, Value, Versioned};
use syncline_engine::{Engine, ModelPlan, PageId, Start, Timer};
use syncline_protocol::exchange::Echoes;
use syncline_store::{BadRow, Batch, Durability, Location, NextSync, OpenOptions, Store};

/// How long a model with live subscriptions goes without a delta sync against plain AppSync, in ms (SYNC 1.14).
const SAFETY_MS: u64 = 15 * 60_000;

/// What a device asks for, in every version of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Everything.
    All,
    /// What is rated above this.
    Above(i64),
    /// What is rated below this.
    Below(i64),
    /// What has a body.
    Bodies,
}

impl Expression {
    fn on(self, model: &Model) -> Predicate {
        let compare = |name: &str, op| match field_of(model, name) {
            Some(field) => Predicate::compare(&model.fields[field].name, op),
            None => Predicate::All,
        };
        match self {
            Expression::All => Predicate::All,
            Expression::Above(rating) => compare("rating", Op::Gt(Value::Int(rating))),
            Expression::Below(rating) => compare("rating", Op::Lt(Value::Int(rating))),
            Expression::Bodies => compare("body", Op::Exists(true)),
        }
    }
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
    /// Records of it that cannot be read.
    pub bad: Vec<BadRow>,
    /// Records that are no longer in scope, since when.
    pub leaves: Vec<(Key, Left)>,
    /// Whether the server answered with everything.
    pub base: bool,
    /// The scope's fingerprint.
    pub fingerprint: Option<String>,
    /// The epoch of the server's store.
    pub epoch: Option<String>,
}

/// What a device forgets when its run ends.
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
    /// Mutations that were answered without an outcome, and wait for their turn to be sent again.
    pub aside: Vec<String>,
    /// Records that rest between two mutations.
    pub resting: Vec<(ModelId, Key)>,
    /// Batches that were claimed together with the outcomes of others.
    pub ahead: VecDeque<Batch>,
    /// Records that a conflict handler is asked about.
    pub asking: HashSet<(ModelId, Key)>,
    /// Frames that wait for the answer to a mutation of their record.
    pub echoes: Echoes,
}

/// A device.
pub struct Device {
    /// Its number.
    pub id: usize,
    /// Its file.
    file: PathBuf,
    /// The schema it was opened with.
    pub schema: Arc<Schema>,
    /// Its store. Gone only for a moment, while it is opened again.
    store: Option<Store>,
    /// Its engine.
    pub engine: Engine,
    /// What it forgets when its run ends.
    pub volatile: Volatile,
    /// Grows with every crash: what was under way before is lost.
    pub incarnation: u64,
    /// Whether it can reach the server.
    pub online: bool,
    /// Whether its person wants it to sync.
    pub wanted: bool,
    /// Its sync expression for blogs and posts.
    pub expression: Expression,
    /// Whether it ever had one that leaves something out.
    pub was_narrow: bool,
    /// Whether its schema got new fields: rows that were here before may lack their values.
    pub upgraded: bool,
    /// Whether somebody observes its records.
    observed: bool,
    /// Whether it speaks plain AppSync.
    plain: bool,
    /// Whether a record has begun or ceased to wait for its conflict handler.
    held: Arc<AtomicBool>,
    /// The most mutations in one document.
    batch: usize,
    /// The most records in one page.
    page: usize,
    /// Its own randomness.
    pub random: Random,
}

/// What a device is made with.
#[derive(Debug)]
pub struct Making<'a> {
    /// Its schema.
    pub schema: &'a Arc<Schema>,
    /// Where its file is.
    pub dir: &'a Path,
    /// Its randomness.
    pub random: Random,
    /// Whether it speaks plain AppSync.
    pub plain: bool,
    /// The most mutations in one document.
    pub batch: usize,
    /// The most records in one page.
    pub page: usize,
}

impl Device {
    /// A device with an empty file.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn new(id: usize, making: Making<'_>) -> Result<Device, String> {
        let Making { schema, dir, random, plain, batch, page } = making;
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
            expression: Expression::All,
            was_narrow: false,
            upgraded: false,
            // What nobody observes is written by other statements.
            observed: id.is_multiple_of(2),
            plain,
            held: Arc::default(),
            batch,
            page,
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

    /// Opens its file with another schema; nothing is under way.
    ///
    /// # Errors
    /// If its file cannot be opened.
    pub fn upgrade(&mut self, schema: &Arc<Schema>) -> Result<(), String> {
        self.schema = Arc::clone(schema);
        self.upgraded = true;
        self.crash()
    }

    fn open(&mut self) -> Result<(), String> {
        let options = OpenOptions {
            location: Location::File(self.file.clone()),
            schema: Arc::clone(&self.schema),
            durability: Durability::Full,
            holder: format!("device {}", self.id),
            fresh_session: format!("session-{}", self.id),
        };
        let mut store = Store::open(options).map_err(|error| error.to_string())?;
        if self.observed {
            store.collect_changes(self.schema.models().iter().map(|model| model.id));
        }
        if self.has_handler() {
            for model in self.schema.models().iter().filter(|model| crate::runner::is_handled(&model.name)) {
                store.settle_conflicts(model.id, Settles::Handler);
            }
            let held = Arc::clone(&self.held);
            store.on_held(move || held.store(true, Ordering::Relaxed));
        }
        self.store = Some(store);
        Ok(())
    }

    /// A model, as it knows it.
    #[must_use]
    pub fn model(&self, model: ModelId) -> Arc<Model> {
        Arc::clone(self.schema.model(model))
    }

    /// By which names it speaks to the server.
    #[must_use]
    pub fn names(&self) -> Names {
        Names::of(&self.schema)
    }

    /// The sync expression of a model.
    #[must_use]
    pub fn expression(&self, model: ModelId) -> Predicate {
        let model = self.schema.model(model);
        match known_as(&model.name) {
            BLOG | POST => self.expression.on(model),
            _ => Predicate::All,
        }
    }

    /// The sync expression of a model, as a filter and as text, to know it again.
    ///
    /// # Errors
    /// If it does not fit the model.
    pub fn filter(&self, model: ModelId) -> Result<(Filter, String), String> {
        let expression = self.expression(model);
        let filter = expression.bind(self.schema.model(model)).map_err(|error| error.to_string())?;
        Ok((filter, to_json(&expression).to_string()))
    }

    /// Whether it says again to a restored server what that has lost (SYNC 2.6).
    #[must_use]
    pub fn resends(&self) -> bool {
        self.id % 2 == 1
    }

    /// Whether it settles conflicts of posts by a handler of its own.
    #[must_use]
    pub fn has_handler(&self) -> bool {
        self.id == 1
    }

    /// Whether a record has begun or ceased to wait for its conflict handler since this was last asked.
    pub fn is_told_of_held(&self) -> bool {
        self.held.swap(false, Ordering::Relaxed)
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
        let safety_ms = self.plain.then_some(SAFETY_MS);
        Start { models: models.collect(), max_batch: self.batch, max_page: self.page, safety_ms }
    }

    /// Whether an input of `run` still counts.
    #[must_use]
    pub fn is_current(&self, run: u64) -> bool {
        run == self.engine.run() || is_broken(Rule::RunNumbers)
    }
}
