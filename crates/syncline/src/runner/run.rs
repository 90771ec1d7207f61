//! What the runner keeps for a run, and how it carries effects out.

use super::ahead::{PageWish, Window, ask_ahead};
use super::context::Context;
use super::fetch::{Fetched, Reset};
use super::publish::hub_event;
use crate::task::Tasks;
use crate::transport::Realtime;
use std::collections::{HashMap, HashSet};
use std::time::Duration;
use syncline_core::ModelId;
use syncline_engine::{Action, Event, Failure, Notice, PageId, Timer};
use syncline_store::NextSync;
use tokio::task::AbortHandle;

/// Nobody is to blame but ourselves.
const SOON: Failure = Failure::Transient { retry_after_ms: None };

/// What the runner keeps for a run.
pub(super) struct Run {
    pub(super) context: Context,
    tasks: Tasks,
    timers: HashMap<Timer, AbortHandle>,
    pub(super) realtime: Option<Realtime>,
    /// The number of each model's sync under way: what belongs to an earlier one is not kept.
    latest: HashMap<ModelId, u32>,
    /// Pages that wait to be stored.
    pages: HashMap<PageId, Box<Fetched>>,
    /// Where each model's sync goes on.
    syncs: HashMap<ModelId, NextSync>,
    /// Pages of each model that are asked for before their turn.
    ahead: HashMap<ModelId, Window>,
    /// What to forget before a model's next sync begins.
    resets: HashMap<ModelId, Reset>,
    /// Models whose base sync is under way: while there are any, the store holds its checkpoints back.
    bases: HashSet<ModelId>,
    /// Whether it does.
    bulk: bool,
    /// Models whose scope changed: equal versions are accepted until they are in sync (SYNC 2.7).
    accept_equal: HashSet<ModelId>,
    /// Why each model's last sync failed.
    reasons: HashMap<ModelId, String>,
    /// Why the last page that did not come did not, or the socket did not open.
    last_reason: String,
}

impl Run {
    pub(super) fn new(context: Context) -> Run {
        let mut tasks = Tasks::default();
        context.parts.verdicts.rests.clear();
        tasks.spawn("rests", hurried(context.clone()));
        if context.parts.handlers.is_any() {
            tasks.spawn("conflicts", super::ask::conflicts(context.clone()));
        }
        Run {
            context,
            tasks,
            timers: HashMap::new(),
            realtime: None,
            latest: HashMap::new(),
            pages: HashMap::new(),
            syncs: HashMap::new(),
            ahead: HashMap::new(),
            resets: HashMap::new(),
            bases: HashSet::new(),
            bulk: false,
            accept_equal: HashSet::new(),
            reasons: HashMap::new(),
            last_reason: String::new(),
        }
    }

    /// Ends everything that is under way. What was handed to the writer has run to its end when this returns.
    pub(super) async fn end(self) {
        self.tasks.end().await;
        // Also where no base sync was under way: it comes behind whatever a task has left in the writer's queue.
        bulk(&self.context, false).await;
    }

    /// A page came. Whether it holds everything, and whether more follow.
    pub(super) fn keep(&mut self, page: PageId, mut fetched: Box<Fetched>) -> (bool, bool) {
        let (base, more) = (fetched.base, fetched.sync.token.is_some());
        // A late page of a sync that was given up must not move the cursor of the one under way.
        if self.latest.get(&page.model) == Some(&page.sync) {
            if base {
                self.bases.insert(page.model);
            }
            self.syncs.insert(page.model, fetched.sync.clone());
            let told = std::mem::take(&mut fetched.ahead);
            self.pages.insert(page, fetched);
            self.ask_ahead(page, told);
        }
        (base, more)
    }

    /// Pages that follow `page` may be asked for.
    pub(super) fn ask_ahead(&mut self, page: PageId, told: Vec<PageWish>) {
        if self.latest.get(&page.model) == Some(&page.sync) {
            self.ahead.entry(page.model).or_default().add(told);
            self.fill(page);
        }
    }

    fn fill(&mut self, page: PageId) {
        let (context, tasks) = (&self.context, &mut self.tasks);
        if let Some(window) = self.ahead.get_mut(&page.model) {
            window.fill(|wish, reply| tasks.spawn("ahead", ask_ahead(context.clone(), page, wish, reply)));
        }
    }

    /// A page did not come, or could not be stored.
    pub(super) fn failed(&mut self, page: PageId, reason: String) {
        self.last_reason.clone_from(&reason);
        self.reasons.insert(page.model, reason);
        // Until it is tried again the log is kept short.
        self.base_ended(page.model);
    }

    /// The socket does not open, or is lost.
    pub(super) fn socket_failed(&mut self, reason: String) {
        self.last_reason = reason;
    }

    fn base_ended(&mut self, model: ModelId) {
        if self.bases.remove(&model) && self.bases.is_empty() {
            self.bulk = false;
            let context = self.context.clone();
            self.tasks.spawn("bulk", async move {
                bulk(&context, false).await;
                // What the pages took of memory. On the writer's thread, where it holds up no task.
                let _ = context.parts.writer.alone(|_| syncline_heap::give_back()).await;
            });
        }
    }

    pub(super) fn perform(&mut self, action: Action) {
        let context = self.context.clone();
        match action {
            Action::OpenSocket if !context.parts.receiving.subscribes => context.event(Event::NoSocket),
            Action::OpenSocket => {
                self.tasks.spawn("hello", super::hello::greet(context.clone()));
                let lost = context.clone();
                let lost = move || lost.event(Event::SocketLost(SOON));
                self.tasks.spawn_awaited("socket", super::frames::socket(context), lost);
            }
            Action::CloseSocket => self.realtime = None,
            Action::Subscribe(model) => match &self.realtime {
                Some(realtime) => super::frames::subscribe(&context, realtime, model),
                None => {
                    context.event(Event::SubscriptionFailed(model, SOON));
                }
            },
            Action::Fetch { page, limit } => self.fetch(context, page, limit),
            Action::Apply(page) => self.apply(context, page),
            Action::ResetCursor { model, scope_changed } => {
                self.syncs.remove(&model);
                self.resets.insert(model, Reset { scope_changed });
                if scope_changed {
                    self.accept_equal.insert(model);
                }
            }
            Action::Send { batch, max, resend, skip } => {
                let wish = super::send::Wish { batch, max, resend, skip };
                let lost = context.clone();
                // If one of them is to blame, it is put aside in the end.
                let failed = Event::BatchFailed { batch, size: 1, failure: SOON, answered: true };
                self.tasks
                    .spawn_awaited("send", super::send::send(context, wish), move || lost.event(failed));
            }
            Action::SetTimer { timer, delay_ms } => {
                let ring = move || context.event(Event::Timer(timer));
                let handle = self.tasks.timer(Duration::from_millis(delay_ms), ring);
                if let Some(earlier) = self.timers.insert(timer, handle) {
                    earlier.abort();
                }
            }
            Action::Publish(notice) => self.publish(&notice),
        }
    }

    fn fetch(&mut self, context: Context, page: PageId, limit: usize) {
        if page.page == 0 {
            self.latest.insert(page.model, page.sync);
            self.syncs.remove(&page.model);
            self.ahead.remove(&page.model);
            self.pages.retain(|kept, _| kept.model != page.model);
        }
        let sync = self.syncs.get(&page.model).cloned();
        let reset = self.resets.remove(&page.model);
        let window = self.ahead.get_mut(&page.model);
        let under_way = window.zip(sync.as_ref()).and_then(|(window, sync)| window.take(sync, limit));
        let lost = failed(&context, page);
        let fetch = super::fetch::fetch(context, page, limit, sync, reset, under_way);
        self.tasks.spawn_awaited("fetch", fetch, lost);
        self.fill(page);
    }

    fn apply(&mut self, context: Context, page: PageId) {
        let Some(fetched) = self.pages.remove(&page) else { return };
        let accept_equal = self.accept_equal.contains(&page.model);
        let begin_bulk = !self.bulk && !self.bases.is_empty();
        self.bulk |= begin_bulk;
        let lost = failed(&context, page);
        let apply = async move {
            if begin_bulk {
                bulk(&context, true).await;
            }
            super::fetch::apply(context, page, *fetched, accept_equal).await;
        };
        self.tasks.spawn_awaited("apply", apply, lost);
    }

    fn publish(&mut self, notice: &Notice) {
        let (mut reason, mut partial) = (String::new(), false);
        match notice {
            Notice::ModelSynced { model, .. } => {
                self.accept_equal.remove(model);
                self.reasons.remove(model);
                self.base_ended(*model);
                self.context.parts.synced.set(*model);
                self.context.parts.statuses.works(*model, None);
                partial = self.context.parts.statuses.of(*model).partial;
            }
            Notice::ModelDegraded { model } => {
                reason = self.reasons.get(model).cloned().unwrap_or_default();
                self.context.parts.statuses.works(*model, Some(reason.clone()));
            }
            _ => {}
        }
        self.context.parts.hub.tell(hub_event(&self.context.parts.schema, notice, &reason, partial));
        if *notice == (Notice::NetworkStatus { active: false }) {
            self.context.parts.hub.cannot_reach(&self.last_reason);
        }
    }
}

/// Tells that what was to become of a page ended in a panic.
fn failed(context: &Context, page: PageId) -> impl FnOnce() + Send + use<> {
    let context = context.clone();
    move || context.page_failed(page, SOON, false, "a task ended in a panic".to_owned())
}

/// Ends the pause of records that somebody waits for.
async fn hurried(context: Context) {
    loop {
        context.parts.verdicts.rests.hurried().await;
        context.event(Event::Timer(Timer::Rest));
    }
}

/// Begins or ends a time of much writing (DESIGN §7).
async fn bulk(context: &Context, on: bool) {
    match context.parts.writer.alone(move |store| store.bulk(on)).await {
        Ok(Ok(())) | Err(_) => {}
        Ok(Err(error)) => tracing::warn!(%error, on, "checkpoints cannot be held back or done"),
    }
}
