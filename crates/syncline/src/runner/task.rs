//! The one task that owns the engine.

use super::context::{Ahead, Aside, Context};
use super::handle::RunnerParts;
use super::message::Message;
use super::mode::Mode;
use super::negotiated::Negotiated;
use super::run::Run;
use crate::Error;
use crate::expression::Evaluated;
use crate::id::new_id;
use crate::inbox::Inbox;
use crate::observe::clear;
use crate::transport::Http;
use std::sync::Arc;
use syncline_core::ModelId;
use syncline_core::model::RelationKind;
use syncline_engine::{Engine, Event, Input, ModelPlan, Start, Timer};
use tokio::sync::mpsc;

/// The most mutations in one document, whatever the server takes: its answer should come soon.
const MAX_BATCH: usize = 100;

/// The one task that owns the engine.
pub(super) struct RunnerTask {
    engine: Engine,
    parts: Arc<RunnerParts>,
    http: Http,
    messages: mpsc::UnboundedSender<Message>,
    mode: Arc<Mode>,
    negotiated: Arc<Negotiated>,
    run: Option<Run>,
}

impl RunnerTask {
    pub(super) fn new(
        parts: RunnerParts,
        http: Http,
        messages: mpsc::UnboundedSender<Message>,
        mode: Arc<Mode>,
        negotiated: Arc<Negotiated>,
    ) -> RunnerTask {
        RunnerTask {
            engine: Engine::new(0),
            parts: Arc::new(parts),
            http,
            messages,
            mode,
            negotiated,
            run: None,
        }
    }

    pub(super) async fn run(mut self, mut queue: Inbox<Message>) {
        while let Some(message) = queue.next().await {
            // Whoever asked may have gone; it is done all the same.
            match message {
                Message::Start(expressions, begun) => {
                    let started = self.start(expressions).await;
                    match begun {
                        Some(begun) => drop(begun.send(started)),
                        None => {
                            started.unwrap_or_else(|error| tracing::error!(%error, "sync does not start"))
                        }
                    }
                }
                Message::Stop(ended) => {
                    self.end().await;
                    self.mode.stopped();
                    let _ = ended.send(());
                }
                Message::Close(ended) => {
                    self.end().await;
                    let _ = ended.send(());
                    // Whoever has asked for something since is told that the store is closed.
                    return;
                }
                Message::Clear(cleared) => {
                    let _ = cleared.send(self.clear().await);
                }
                Message::OutboxGrew => self.step(Input::OutboxGrew),
                Message::Wake => {
                    self.nothing_is_aside();
                    self.step(Input::Wake);
                }
                Message::Event(run, event) => self.event(run, event),
                Message::Page(run, page, fetched) => {
                    if let Some(current) = self.current(run) {
                        let (base, more) = current.keep(page, fetched);
                        self.event(run, Event::PageArrived { page, more, base });
                    }
                }
                Message::Ahead(run, page, told) => {
                    if let Some(current) = self.current(run) {
                        current.ask_ahead(page, told);
                    }
                }
                Message::PageFailed(run, page, failure, answered, reason) => {
                    if let Some(current) = self.current(run) {
                        current.failed(page, reason);
                        self.event(run, Event::PageFailed { page, failure, answered });
                    }
                }
                Message::SocketFailed(run, failure, reason) => {
                    if let Some(current) = self.current(run) {
                        current.socket_failed(reason);
                        self.event(run, Event::SocketLost(failure));
                    }
                }
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

    async fn start(&mut self, expressions: Evaluated) -> Result<(), Error> {
        if self.engine.is_running() {
            self.mode.started();
            return Ok(());
        }
        let generation = match self.parts.writer.run(|tx| tx.reads().generation()).await {
            Ok(generation) => generation,
            Err(error) => {
                // The next operation tries again.
                self.mode.automatic();
                return Err(error);
            }
        };
        self.mode.started();
        self.run = Some(Run::new(Context {
            run: self.engine.run() + 1,
            parts: Arc::clone(&self.parts),
            http: self.http.clone(),
            messages: self.messages.clone(),
            negotiated: Arc::clone(&self.negotiated),
            expressions: Arc::new(expressions),
            aside: Arc::new(Aside::default()),
            ahead: Arc::new(Ahead::default()),
            echoes: Arc::default(),
            origin: new_id().into(),
            generation,
        }));
        let models = plans(&self.parts.schema);
        let safety_ms = (self.negotiated.known() != Some(true)).then(|| self.parts.receiving.safety_ms());
        let max_page = self.negotiated.max_page();
        self.step(Input::Start(Start { models, max_batch: MAX_BATCH, max_page, safety_ms }));
        Ok(())
    }

    async fn end(&mut self) {
        self.step(Input::Stop);
        if let Some(ended) = self.run.take() {
            ended.end().await;
        }
        self.parts.synced.reset();
        self.parts.statuses.reset();
    }

    /// Ends the run and empties the store.
    async fn clear(&mut self) -> Result<(), Error> {
        self.end().await;
        let cleared = clear(&self.parts.writer, &self.parts.verdicts, &self.parts.observers).await;
        self.mode.automatic();
        cleared
    }

    fn event(&mut self, run: u64, event: Event) {
        if let Some(current) = self.current(run) {
            match event {
                Event::SocketLost(_) => current.realtime = None,
                Event::Timer(Timer::Doubts) => current.context.aside.clear(),
                Event::Timer(Timer::Rest) => current.context.parts.verdicts.rests.clear(),
                _ => {}
            }
        }
        self.step(Input::Event { run, event });
    }

    fn nothing_is_aside(&mut self) {
        if let Some(run) = &self.run {
            run.context.aside.clear();
            self.parts.verdicts.rests.clear();
        }
    }

    fn step(&mut self, input: Input) {
        for effect in self.engine.step(input, crate::id::random()) {
            if let Some(current) = self.current(effect.run) {
                current.perform(effect.action);
            }
        }
    }
}

/// Which model is synced after which: those it belongs to, as far as they come before it.
fn plans(schema: &syncline_core::Schema) -> Vec<ModelPlan> {
    let order = schema.parents_first();
    let plan = |(place, &model): (usize, &ModelId)| {
        let relations = &schema.model(model).relations;
        let owners = relations
            .iter()
            .filter(|relation| relation.kind == RelationKind::BelongsTo)
            .map(|relation| relation.target);
        let mut parents: Vec<ModelId> = owners.filter(|parent| order[..place].contains(parent)).collect();
        parents.dedup();
        ModelPlan { model, parents }
    };
    order.iter().enumerate().map(plan).collect()
}
