//! The runner's task and what it keeps for the current run.

use super::RunnerParts;
use super::fetch::{Fetched, Reset};
use crate::expression::{Evaluated, Expression};
use crate::hub::HubEvent;
use crate::task::Tasks;
use crate::transport::{Http, Realtime};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use syncline_core::{Model, ModelId};
use syncline_engine::{
    Action, Counts, Effect, Engine, Event, Failure, Input, ModelPlan, Notice, PageId, Start, Timer,
};
use syncline_store::NextSync;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

/// The most mutations in one document, until the server says what it takes (AppSync: DESIGN §4).
const MAX_BATCH: usize = 25;
/// Without sequence numbers on frames, a delta sync now and then finds what the socket lost without a word, in ms
/// (SYNC 1.14).
const SAFETY_MS: u64 = 15 * 60 * 1000;

/// What the runner is told.
#[derive(Debug)]
pub(crate) enum Message {
    Start(Evaluated, Option<oneshot::Sender<()>>),
    Stop(oneshot::Sender<()>),
    OutboxGrew,
    Wake,
    /// Something came of an effect of this run.
    Event(u64, Event),
    /// A page came, with what is to be stored.
    Page(u64, PageId, Box<Fetched>),
    /// The socket is open.
    Socket(u64, Realtime),
}

/// Whether the server speaks the extension (SYNC §4): not known, no, yes.
#[derive(Debug, Default)]
pub(super) struct Negotiated(AtomicU8);

impl Negotiated {
    pub(super) fn known(&self) -> Option<bool> {
        match self.0.load(Ordering::Acquire) {
            0 => None,
            1 => Some(false),
            _ => Some(true),
        }
    }

    pub(super) fn learn(&self, speaks: bool) {
        // An answer without it does not unlearn it: an error page of a proxy says nothing.
        if speaks || self.known().is_none() {
            self.0.store(1 + u8::from(speaks), Ordering::Release);
        }
    }
}

/// What every task of a run needs.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) run: u64,
    pub(super) parts: Arc<RunnerParts>,
    pub(super) http: Http,
    pub(super) messages: mpsc::UnboundedSender<Message>,
    pub(super) negotiated: Arc<Negotiated>,
    pub(super) expressions: Arc<Evaluated>,
    /// The store's generation when the run began: what arrives after a `clear` is dropped (SYNC 1.12).
    pub(super) generation: u64,
}

impl Context {
    pub(super) fn event(&self, event: Event) {
        let _ = self.messages.send(Message::Event(self.run, event));
    }

    pub(super) fn model(&self, id: ModelId) -> &Arc<Model> {
        self.parts.schema.model(id)
    }

    pub(super) fn expression(&self, id: ModelId) -> &Expression {
        &self.expressions[&id]
    }
}

/// What the runner keeps for a run.
struct Run {
    context: Context,
    tasks: Tasks,
    timers: HashMap<Timer, AbortHandle>,
    realtime: Option<Realtime>,
    /// Pages that wait to be stored.
    pages: HashMap<PageId, Box<Fetched>>,
    /// Where each model's sync goes on.
    syncs: HashMap<ModelId, NextSync>,
    /// What to forget before a model's next sync begins.
    resets: HashMap<ModelId, Reset>,
    /// Models whose base sync is under way: while there are any, the store holds its checkpoints back.
    bases: HashSet<ModelId>,
    /// Models whose scope changed: equal versions are accepted until they are in sync (SYNC 2.7).
    accept_equal: HashSet<ModelId>,
}

/// The one task that owns the engine.
pub(super) struct RunnerTask {
    engine: Engine,
    parts: Arc<RunnerParts>,
    http: Http,
    messages: mpsc::UnboundedSender<Message>,
    negotiated: Arc<Negotiated>,
    run: Option<Run>,
}

impl RunnerTask {
    pub(super) fn new(
        parts: RunnerParts,
        http: Http,
        messages: mpsc::UnboundedSender<Message>,
    ) -> RunnerTask {
        RunnerTask {
            engine: Engine::new(0),
            parts: Arc::new(parts),
            http,
            messages,
            negotiated: Arc::default(),
            run: None,
        }
    }

    pub(super) async fn run(mut self, mut queue: mpsc::UnboundedReceiver<Message>) {
        while let Some(message) = queue.recv().await {
            match message {
                Message::Start(expressions, begun) => {
                    self.start(expressions).await;
                    begun.map(|begun| begun.send(()));
                }
                Message::Stop(ended) => {
                    self.step(Input::Stop);
                    // Aborts what is under way; what was handed to the writer runs to its end.
                    if let Some(ended) = self.run.take()
                        && !ended.bases.is_empty()
                    {
                        bulk(ended.context.clone(), false).await;
                    }
                    let _ = ended.send(());
                }
                Message::OutboxGrew => self.step(Input::OutboxGrew),
                Message::Wake => self.step(Input::Wake),
                Message::Event(run, event) => self.event(run, event),
                Message::Page(run, page, fetched) => self.page(run, page, fetched),
                Message::Socket(run, realtime) => {
                    if let Some(current) = self.current(run) {
                        current.realtime = Some(realtime);
                        self.event(run, Event::SocketOpened);
                    }
                }
            }
        }
    }

    fn current(&mut self, run: u64) -> Option<&mut Run> {
        self.run.as_mut().filter(|current| current.context.run == run)
    }

    async fn start(&mut self, expressions: Evaluated) {
        if self.engine.is_running() {
            return;
        }
        let generation = self.parts.writer.run(|tx| tx.reads().generation()).await;
        let generation = match generation {
            Ok(generation) => generation,
            Err(error) => return tracing::error!(%error, "sync does not start"),
        };
        let context = Context {
            run: self.engine.run() + 1,
            parts: Arc::clone(&self.parts),
            http: self.http.clone(),
            messages: self.messages.clone(),
            negotiated: Arc::clone(&self.negotiated),
            expressions: Arc::new(expressions),
            generation,
        };
        self.run = Some(Run {
            context,
            tasks: Tasks::default(),
            timers: HashMap::new(),
            realtime: None,
            pages: HashMap::new(),
            syncs: HashMap::new(),
            resets: HashMap::new(),
            bases: HashSet::new(),
            accept_equal: HashSet::new(),
        });
        let models = plans(&self.parts.schema);
        let safety_ms = (self.negotiated.known() != Some(true)).then_some(SAFETY_MS);
        self.step(Input::Start(Start { models, max_batch: MAX_BATCH, safety_ms }));
    }

    fn event(&mut self, run: u64, event: Event) {
        if let Event::SocketLost(_) = event
            && let Some(current) = self.current(run)
        {
            current.realtime = None;
        }
        self.step(Input::Event { run, event });
    }

    fn page(&mut self, run: u64, page: PageId, fetched: Box<Fetched>) {
        let Some(current) = self.current(run) else { return };
        let (more, base) = (fetched.sync.token.is_some(), fetched.base);
        current.syncs.insert(page.model, fetched.sync.clone());
        current.pages.insert(page, fetched);
        if base && current.bases.insert(page.model) && current.bases.len() == 1 {
            current.tasks.spawn("bulk", bulk(current.context.clone(), true));
        }
        self.event(run, Event::PageArrived { page, more, base });
    }

    fn step(&mut self, input: Input) {
        for effect in self.engine.step(input, crate::id::random()) {
            self.perform(effect);
        }
    }

    fn perform(&mut self, Effect { run, action }: Effect) {
        let Some(current) = self.run.as_mut().filter(|current| current.context.run == run) else { return };
        let context = current.context.clone();
        match action {
            Action::OpenSocket => {
                current.tasks.spawn("socket", super::frames::socket(context));
            }
            Action::CloseSocket => current.realtime = None,
            Action::Subscribe(model) => match &current.realtime {
                Some(realtime) => super::frames::subscribe(&context, realtime, model),
                None => {
                    let gone = Failure::Transient { retry_after_ms: None };
                    context.event(Event::SubscriptionFailed(model, gone));
                }
            },
            Action::Fetch(page) => {
                let sync = current.syncs.get(&page.model).filter(|_| page.page > 0).cloned();
                let reset = current.resets.remove(&page.model);
                current.tasks.spawn("fetch", super::fetch::fetch(context, page, sync, reset));
            }
            Action::Apply(page) => {
                if let Some(fetched) = current.pages.remove(&page) {
                    let accept_equal = current.accept_equal.contains(&page.model);
                    current.tasks.spawn("apply", super::fetch::apply(context, page, *fetched, accept_equal));
                }
            }
            Action::ResetCursor { model, scope_changed } => {
                current.syncs.remove(&model);
                current.resets.insert(model, Reset { scope_changed });
                if scope_changed {
                    current.accept_equal.insert(model);
                }
            }
            Action::Send { batch, max, resend } => {
                current.tasks.spawn("send", super::send::send(context, batch, max, resend));
            }
            Action::SetTimer { timer, delay_ms } => {
                let ring = move || context.event(Event::Timer(timer));
                let handle = current.tasks.timer(Duration::from_millis(delay_ms), ring);
                if let Some(earlier) = current.timers.insert(timer, handle) {
                    earlier.abort();
                }
            }
            Action::Publish(notice) => {
                if let Notice::ModelSynced { model, .. } = &notice {
                    current.accept_equal.remove(model);
                    if current.bases.remove(model) && current.bases.is_empty() {
                        current.tasks.spawn("bulk", bulk(context, false));
                    }
                }
                self.publish(&notice);
            }
        }
    }

    fn publish(&self, notice: &Notice) {
        let name = |model: &ModelId| self.parts.schema.model(*model).name.clone();
        self.parts.hub.tell(match notice {
            Notice::NetworkStatus { active } => HubEvent::NetworkStatus { active: *active },
            Notice::SubscriptionsEstablished => HubEvent::SubscriptionsEstablished,
            Notice::SyncQueriesStarted { models } => {
                HubEvent::SyncQueriesStarted { models: models.iter().map(name).collect() }
            }
            Notice::ModelSynced { model, base, counts: Counts { added, updated, deleted } } => {
                HubEvent::ModelSynced {
                    model: name(model),
                    base: *base,
                    added: *added,
                    updated: *updated,
                    deleted: *deleted,
                }
            }
            Notice::ModelDegraded { model } => HubEvent::ModelDegraded { model: name(model) },
            Notice::SyncQueriesReady => HubEvent::SyncQueriesReady,
            Notice::Ready => HubEvent::Ready,
            Notice::OutboxStatus { is_empty } => HubEvent::OutboxStatus { is_empty: *is_empty },
        });
    }
}

/// Begins or ends a time of much writing (DESIGN §7).
async fn bulk(context: Context, on: bool) {
    match context.parts.writer.alone(move |store| store.bulk(on)).await {
        Ok(Ok(())) | Err(_) => {}
        Ok(Err(error)) => tracing::warn!(%error, on, "checkpoints cannot be held back or done"),
    }
}

/// Which model is synced after which: those it belongs to, as far as they come before it.
fn plans(schema: &syncline_core::Schema) -> Vec<ModelPlan> {
    let order = schema.parents_first();
    let plan = |(place, &model): (usize, &ModelId)| {
        let relations = &schema.model(model).relations;
        let owners = relations
            .iter()
            .filter(|relation| relation.kind == syncline_core::model::RelationKind::BelongsTo)
            .map(|relation| relation.target);
        let mut parents: Vec<ModelId> = owners.filter(|parent| order[..place].contains(parent)).collect();
        parents.dedup();
        ModelPlan { model, parents }
    };
    order.iter().enumerate().map(plan).collect()
}
