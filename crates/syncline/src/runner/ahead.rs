//! Pages that are asked for before their turn: on a long line a sync waits once for several (SYNC 2.10).
//!
//! The engine goes from page to page and knows nothing of it. When its turn comes to a page that was asked for already,
//! the answer is here or on its way; it is read and stored in its turn like any other. Until then it stays as it came,
//! which takes the least memory.

use super::context::Context;
use super::message::Message;
use crate::transport::TransportError;
use std::collections::VecDeque;
use syncline_core::ModelId;
use syncline_engine::PageId;
use syncline_protocol::exchange::{PageQuery, page_request};
use syncline_protocol::response::parse_extension;
use syncline_store::NextSync;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// Pages of a model that are on their way or wait for their turn.
const MOST: usize = 24;

/// A page that is to be asked for.
#[derive(Clone, Debug)]
pub(super) struct PageWish {
    pub(super) model: ModelId,
    pub(super) sync: NextSync,
    /// The most records.
    pub(super) limit: usize,
    /// Whether its answer tells of pages that follow it.
    tells: bool,
}

impl PageWish {
    pub(super) fn new(model: ModelId, sync: NextSync, limit: usize) -> PageWish {
        PageWish { model, sync, limit, tells: true }
    }

    /// The pages that begin where `ranges` say, with which a sync goes on as `sync` says.
    pub(super) fn following(&self, sync: &NextSync, ranges: Vec<String>) -> Vec<PageWish> {
        let last = ranges.len().saturating_sub(1);
        let wish = |(place, token)| PageWish {
            sync: NextSync { token: Some(token), ..sync.clone() },
            tells: place == last,
            ..self.clone()
        };
        ranges.into_iter().enumerate().map(wish).collect()
    }

    /// Whether this is the page with which a sync goes on that takes so many records at once.
    fn is(&self, sync: &NextSync, limit: usize) -> bool {
        self.sync.token == sync.token && self.limit <= limit
    }

    /// What the answer tells of pages that follow it. It is read for good when its turn comes.
    fn told(&self, answer: &Answer) -> Vec<PageWish> {
        let Some(body) = answer.as_ref().ok().filter(|_| self.tells) else { return Vec::new() };
        let extension = parse_extension(body).ok().flatten();
        let field = extension.and_then(|extension| extension.fields.into_values().next());
        self.following(&self.sync, field.map(|field| field.ranges).unwrap_or_default())
    }
}

/// The answer to the request of a page, or why there is none.
pub(super) type Answer = Result<Vec<u8>, TransportError>;

/// Asks for a page.
pub(super) async fn ask(context: &Context, wish: &PageWish) -> Answer {
    let request = page_request(PageQuery {
        model: context.model(wish.model),
        expression: &context.expression(wish.model).predicate,
        last_sync: wish.sync.last_sync,
        token: wish.sync.token.as_deref(),
        limit: wish.limit,
    });
    context.http.post(request.to_json()).await
}

/// Asks for a page of the sync `page` before its turn.
pub(super) async fn ask_ahead(
    context: Context,
    page: PageId,
    wish: PageWish,
    reply: oneshot::Sender<Answer>,
) {
    let answer = ask(&context, &wish).await;
    let told = wish.told(&answer);
    if !told.is_empty() {
        let _ = context.messages.send(Message::Ahead(context.run, page, told));
    }
    // Its turn may never come.
    let _ = reply.send(answer);
}

/// A page that was asked for. Nobody asks any more once this is dropped.
#[derive(Debug)]
pub(super) struct UnderWay {
    wish: PageWish,
    answer: oneshot::Receiver<Answer>,
    task: AbortHandle,
}

impl UnderWay {
    /// Its answer; `None` if the task that asked is gone.
    pub(super) async fn answer(mut self) -> Option<Answer> {
        (&mut self.answer).await.ok()
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The pages of one model that are asked for before their turn, in their order.
#[derive(Debug, Default)]
pub(super) struct Window {
    under_way: VecDeque<UnderWay>,
    wishes: VecDeque<PageWish>,
}

impl Window {
    /// More of them, behind those that are known.
    pub(super) fn add(&mut self, wishes: Vec<PageWish>) {
        self.wishes.extend(wishes);
    }

    /// Has `spawn` ask for as many as there may be.
    pub(super) fn fill(&mut self, mut spawn: impl FnMut(PageWish, oneshot::Sender<Answer>) -> AbortHandle) {
        while self.under_way.len() < MOST
            && let Some(wish) = self.wishes.pop_front()
        {
            let (reply, answer) = oneshot::channel();
            let task = spawn(wish.clone(), reply);
            self.under_way.push_back(UnderWay { wish, answer, task });
        }
    }

    /// The page with which the sync goes on, if it was asked for. Those before it are not wanted any more.
    pub(super) fn take(&mut self, sync: &NextSync, limit: usize) -> Option<UnderWay> {
        if let Some(place) = self.under_way.iter().position(|page| page.wish.is(sync, limit)) {
            self.under_way.drain(..place);
            return self.under_way.pop_front();
        }
        if let Some(place) = self.wishes.iter().position(|wish| wish.is(sync, limit)) {
            // It is asked for now.
            self.under_way.clear();
            self.wishes.drain(..=place);
        }
        None
    }
}
