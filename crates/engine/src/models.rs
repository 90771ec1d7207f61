//! The models' part of the flow: who is synced when, and again.

use crate::engine::Out;
use crate::page_size::PageSize;
use crate::{Action, Backoff, Counts, Failure, ModelPlan, Notice, PageId, Timer};
use syncline_core::ModelId;

/// How long a model without live subscriptions goes without a sync, in ms.
const POLL_MS: u64 = 60_000;

/// After so many failures in a row, while others get answers, a model that should work soon counts as one that does not.
const DEGRADED_AFTER: u32 = 5;

/// After so many answers in a row that are no pages a model counts as one that does not work, whatever else is known: about
/// a minute, so that a server that starts again is not taken for one.
const DEGRADED_AFTER_ANSWERS: u32 = 10;

/// The models of a run, parents first.
#[derive(Debug)]
pub(crate) struct Models {
    flows: Vec<Flow>,
    safety_ms: Option<u64>,
    /// Pages that arrived in this run, of whichever model.
    answers: u64,
    told_started: bool,
    told_ready: bool,
}

#[derive(Debug)]
struct Flow {
    model: ModelId,
    parents: Vec<ModelId>,
    subscription: Subscription,
    sync: Sync,
    /// The number of the last sync.
    number: u32,
    /// Changes may have been missed since the last sync began: it must be synced (again).
    stale: bool,
    /// It was synced once in this run.
    synced: bool,
    /// The last page that was asked for did not come.
    silent: bool,
    /// It cannot be synced for now.
    degraded: bool,
    /// The last sync was a base sync that must be confirmed by a delta.
    confirming: bool,
    backoff: Backoff,
    size: PageSize,
    /// A cursor was refused since it was last synced.
    refused: bool,
    /// Failures that may pass by themselves, since a page of it was last stored.
    stuck: u32,
    /// How many pages had arrived in this run when the first of them happened.
    stuck_since: u64,
    /// How many of them were answers.
    stuck_answers: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subscription {
    Off,
    Asked,
    Live,
    Failed,
}

#[derive(Debug, PartialEq, Eq)]
enum Sync {
    Idle,
    /// After a failure, until the timer rings.
    Waiting,
    Running(Pages),
}

/// The pages of a sync under way: one may be stored while the next is on the wire or waits.
#[derive(Debug, PartialEq, Eq)]
struct Pages {
    /// The page that was last asked for.
    asked: u32,
    /// Whether it has arrived.
    arrived: bool,
    /// Whether another follows it.
    more: bool,
    /// Pages stored.
    applied: u32,
    /// Whether a page is being stored.
    applying: bool,
    /// Whether the server answers with everything.
    base: bool,
    /// Whether the subscriptions were live when it began.
    live: bool,
    counts: Counts,
}

impl Models {
    pub(crate) fn new(plans: Vec<ModelPlan>, max_page: usize, safety_ms: Option<u64>) -> Models {
        let flow = |plan: ModelPlan| Flow {
            model: plan.model,
            parents: plan.parents,
            subscription: Subscription::Off,
            sync: Sync::Idle,
            number: 0,
            stale: true,
            synced: false,
            silent: false,
            degraded: false,
            confirming: false,
            backoff: Backoff::default(),
            size: PageSize::new(max_page),
            refused: false,
            stuck: 0,
            stuck_since: 0,
            stuck_answers: 0,
        };
        let flows = plans.into_iter().map(flow).collect();
        Models { flows, safety_ms, answers: 0, told_started: false, told_ready: false }
    }

    pub(crate) fn ids(&self) -> Vec<ModelId> {
        self.flows.iter().map(|flow| flow.model).collect()
    }

    pub(crate) fn unsynced(&self) -> Vec<ModelId> {
        self.flows.iter().filter(|flow| !flow.synced || flow.stale).map(|flow| flow.model).collect()
    }

    fn flow(&mut self, model: ModelId) -> Option<&mut Flow> {
        self.flows.iter_mut().find(|flow| flow.model == model)
    }

    /// What the server says of itself.
    pub(crate) fn server_says(&mut self, max_page: usize, sequenced: bool) {
        if sequenced {
            self.safety_ms = None;
        }
        for flow in &mut self.flows {
            flow.size.set_most(max_page);
        }
    }

    pub(crate) fn subscribing(&mut self, model: ModelId) {
        if let Some(flow) = self.flow(model) {
            flow.subscription = Subscription::Asked;
        }
    }

    /// A subscription that has just become live has a gap behind it; one that cannot be is synced without.
    pub(crate) fn subscribed(&mut self, model: ModelId, live: bool) {
        if let Some(flow) = self.flow(model) {
            flow.subscription = if live { Subscription::Live } else { Subscription::Failed };
            flow.stale = true;
        }
    }

    pub(crate) fn all_subscribed(&self) -> bool {
        self.flows.iter().all(|flow| matches!(flow.subscription, Subscription::Live | Subscription::Failed))
    }

    /// The server has said nothing of some subscriptions: those models are synced without.
    pub(crate) fn subscriptions_overdue(&mut self) {
        for flow in self.flows.iter_mut().filter(|flow| flow.subscription == Subscription::Asked) {
            flow.subscription = Subscription::Failed;
        }
    }

    pub(crate) fn socket_lost(&mut self) {
        for flow in &mut self.flows {
            flow.subscription = Subscription::Off;
            flow.stale = true;
        }
    }

    pub(crate) fn gap(&mut self, model: ModelId) {
        if let Some(flow) = self.flow(model) {
            flow.stale = true;
        }
    }

    /// Starts every sync that is due and whose parents are through. Syncs that do not depend on each other run side by
    /// side; a parent that cannot be synced holds nobody up (I7).
    pub(crate) fn begin(&mut self, out: &mut Out) {
        if !self.told_started && !self.flows.is_empty() {
            self.told_started = true;
            out.tell(Notice::SyncQueriesStarted { models: self.ids() });
        }
        for place in 0..self.flows.len() {
            let flow = &self.flows[place];
            let through = |parent: &ModelId| {
                self.flows.iter().any(|other| other.model == *parent && (other.synced || other.degraded))
            };
            if flow.stale && flow.sync == Sync::Idle && flow.parents.iter().all(through) {
                self.flows[place].start(out);
            }
        }
    }

    /// The flow that waits for something of this very sync.
    fn running(&mut self, id: PageId) -> Option<&mut Flow> {
        self.flow(id.model).filter(|flow| flow.number == id.sync && matches!(flow.sync, Sync::Running(_)))
    }

    /// Whether this page ends a time without answers for its model.
    pub(crate) fn is_heard_again(&mut self, id: PageId) -> bool {
        self.running(id).is_some_and(|flow| std::mem::take(&mut flow.silent))
    }

    pub(crate) fn arrived(&mut self, id: PageId, more: bool, base: bool, out: &mut Out) {
        let Some(Flow { sync: Sync::Running(pages), size, .. }) = self.running(id) else { return };
        if id.page != pages.asked || pages.arrived {
            return;
        }
        pages.arrived = true;
        pages.more = more;
        pages.base |= base;
        size.went_well();
        pages.next(id, size.limit(), out);
        self.answers += 1;
    }

    pub(crate) fn applied(&mut self, id: PageId, counts: Counts, socket_open: bool, out: &mut Out) {
        let safety_ms = self.safety_ms;
        let Some(flow) = self.running(id) else { return };
        let Sync::Running(pages) = &mut flow.sync else { return };
        if id.page != pages.applied || !pages.applying {
            return;
        }
        pages.applied += 1;
        pages.applying = false;
        pages.counts += counts;
        (flow.stuck, flow.stuck_answers) = (0, 0);
        pages.next(id, flow.size.limit(), out);
        if !pages.more && pages.waiting() == 0 && pages.arrived {
            let (base, unbroken, counts) = (pages.base, pages.live && socket_open, pages.counts);
            flow.finish(base, unbroken, counts, safety_ms, out);
            self.begin(out);
        }
    }

    pub(crate) fn failed(
        &mut self,
        id: PageId,
        failure: Failure,
        answered: bool,
        socket_open: bool,
        out: &mut Out,
    ) {
        let answers = self.answers;
        let Some(flow) = self.running(id) else { return };
        let less = matches!(failure, Failure::TooLarge | Failure::Timeout) && flow.size.cut();
        if failure == Failure::TooLarge && less {
            // It goes on where it was; there is nothing to wait for.
            return flow.start(out);
        }
        flow.sync = Sync::Waiting;
        flow.stale = true;
        flow.silent |= failure.is_transient();
        let delay_ms = flow.backoff.next_ms(failure, out.random);
        out.push(Action::SetTimer { timer: Timer::Model(id.model), delay_ms });
        if (!failure.is_transient() || flow.is_stuck(answers, answered, socket_open)) && !flow.degraded {
            flow.degraded = true;
            out.tell(Notice::ModelDegraded { model: id.model });
            self.begin(out);
        }
    }

    /// Whether a model was asked for again and again and nothing came of it: whoever waits for a first answer has waited
    /// long enough.
    pub(crate) fn are_long_unanswered(&self) -> bool {
        self.flows.iter().any(|flow| flow.stuck >= DEGRADED_AFTER)
    }

    pub(crate) fn refused(&mut self, id: PageId, scope_changed: bool, socket_open: bool, out: &mut Out) {
        let Some(flow) = self.running(id) else { return };
        out.push(Action::ResetCursor { model: id.model, scope_changed });
        // A server that refuses every cursor must not be asked in a tight loop.
        if std::mem::replace(&mut flow.refused, true) {
            self.failed(id, Failure::Refused, true, socket_open, out);
        } else {
            flow.start(out);
            if let Sync::Running(pages) = &mut flow.sync
                && scope_changed
            {
                // What frames said meanwhile was judged by what is known of another scope or epoch: a delta says it again.
                pages.live = false;
            }
        }
    }

    /// The model's timer rang: after a failure it is tried again, and an idle one is synced to be safe.
    pub(crate) fn retry(&mut self, model: ModelId, out: &mut Out) {
        let Some(flow) = self.flow(model) else { return };
        flow.stale = true;
        if flow.sync == Sync::Waiting {
            flow.sync = Sync::Idle;
        }
        self.begin(out);
    }

    /// What waits after a failure is tried at once.
    pub(crate) fn wake(&mut self, out: &mut Out) {
        for flow in &mut self.flows {
            if flow.sync == Sync::Waiting {
                flow.sync = Sync::Idle;
            }
        }
        self.begin(out);
    }

    /// Says once that every model is synced or degraded; whether that is so.
    pub(crate) fn tell_ready(&mut self, out: &mut Out) -> bool {
        if !self.told_ready && self.flows.iter().all(|flow| flow.synced || flow.degraded) && self.told_started
        {
            self.told_ready = true;
            out.tell(Notice::SyncQueriesReady);
        }
        self.told_ready
    }
}

impl Flow {
    fn start(&mut self, out: &mut Out) {
        self.stale = false;
        self.number += 1;
        self.sync = Sync::Running(Pages {
            asked: 0,
            arrived: false,
            more: false,
            applied: 0,
            applying: false,
            base: false,
            live: self.subscription == Subscription::Live,
            counts: Counts::default(),
        });
        let page = PageId { model: self.model, sync: self.number, page: 0 };
        out.push(Action::Fetch { page, limit: self.size.limit() });
    }

    /// Counts a failure that may pass by itself. Whether it is this model that does not work, and not the network: the
    /// socket is open, others got answers meanwhile, or the failures are answers and there is no end of them (I7).
    fn is_stuck(&mut self, answers: u64, answered: bool, socket_open: bool) -> bool {
        if self.stuck == 0 {
            self.stuck_since = answers;
        }
        self.stuck = self.stuck.saturating_add(1);
        self.stuck_answers = if answered { self.stuck_answers.saturating_add(1) } else { 0 };
        self.stuck >= DEGRADED_AFTER && (socket_open || answers > self.stuck_since)
            || self.stuck_answers >= DEGRADED_AFTER_ANSWERS
    }

    /// A base sync counts only after an unbroken socket since before it, or a delta from its start (SYNC 1.11).
    fn finish(&mut self, base: bool, unbroken: bool, counts: Counts, safety_ms: Option<u64>, out: &mut Out) {
        self.sync = Sync::Idle;
        self.backoff.reset();
        self.refused = false;
        self.degraded = false;
        self.confirming = base && !unbroken && !self.confirming;
        self.stale |= self.confirming;
        self.synced = true;
        out.tell(Notice::ModelSynced { model: self.model, base, counts });
        let again = if self.subscription == Subscription::Live { safety_ms } else { Some(POLL_MS) };
        if let Some(again) = again {
            let delay_ms = again / 2 + out.random % (again / 2 + 1);
            out.push(Action::SetTimer { timer: Timer::Model(self.model), delay_ms });
        }
    }
}

impl Pages {
    /// Pages that have arrived and are not stored.
    fn waiting(&self) -> u32 {
        self.asked + u32::from(self.arrived) - self.applied
    }

    /// Stores pages one after the other, and asks for the next as soon as the last is in, while at most one waits.
    fn next(&mut self, id: PageId, limit: usize, out: &mut Out) {
        if !self.applying && self.waiting() > 0 {
            self.applying = true;
            out.push(Action::Apply(PageId { page: self.applied, ..id }));
        }
        if self.arrived && self.more && self.waiting() <= 1 {
            self.asked += 1;
            self.arrived = false;
            out.push(Action::Fetch { page: PageId { page: self.asked, ..id }, limit });
        }
    }
}
