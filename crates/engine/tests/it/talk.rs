//! Small conversations with the engine: what happens, and what it must want then.

use syncline_core::ModelId;
use syncline_engine::{Action, Counts, Engine, Event, Failure, Input, ModelPlan, PageId, Start};

pub(crate) const POST: ModelId = ModelId(0);
pub(crate) const COMMENT: ModelId = ModelId(1);
pub(crate) const OFFLINE: Failure = Failure::Transient { retry_after_ms: None };

pub(crate) fn start() -> Input {
    Input::Start(Start {
        models: vec![
            ModelPlan { model: POST, parents: vec![] },
            ModelPlan { model: COMMENT, parents: vec![POST] },
        ],
        max_batch: 25,
        max_page: 1_000,
        safety_ms: None,
    })
}

pub(crate) struct Conversation {
    pub(crate) engine: Engine,
}

impl Conversation {
    pub(crate) fn begin() -> (Conversation, Vec<Action>) {
        let mut conversation = Conversation { engine: Engine::new(0) };
        let actions = conversation.input(start());
        (conversation, actions)
    }

    pub(crate) fn input(&mut self, input: Input) -> Vec<Action> {
        self.engine.step(input, 0).into_iter().map(|effect| effect.action).collect()
    }

    pub(crate) fn event(&mut self, event: Event) -> Vec<Action> {
        let run = self.engine.run();
        self.input(Input::Event { run, event })
    }

    pub(crate) fn connect(&mut self) -> Vec<Action> {
        self.event(Event::SocketOpened);
        self.event(Event::Subscribed(POST));
        self.event(Event::Subscribed(COMMENT))
    }

    /// Answers a whole sync of one page.
    pub(crate) fn sync(&mut self, model: ModelId, sync: u32, base: bool) -> Vec<Action> {
        let page = PageId { model, sync, page: 0 };
        let mut actions = self.event(Event::PageArrived { page, more: false, base });
        actions.extend(self.event(Event::PageApplied { page, counts: Counts::default() }));
        actions
    }
}

pub(crate) fn page(model: ModelId, sync: u32, page: u32) -> PageId {
    PageId { model, sync, page }
}

/// What is wanted as long as nothing is too large.
pub(crate) fn fetch(model: ModelId, sync: u32, place: u32) -> Action {
    Action::Fetch { page: page(model, sync, place), limit: 1_000 }
}

pub(crate) fn claimed(batch: u32, full: bool, in_doubt: bool) -> Event {
    Event::BatchClaimed { batch, full, in_doubt }
}
