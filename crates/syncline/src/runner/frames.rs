//! The socket's part: opening it, subscribing, and handing each event to the writer.

use super::context::Context;
use super::fetch::bad_row;
use super::message::Message;
use super::verdicts::{after_remote, received};
use crate::hub::{HubKind, SyncErrorKind, SyncProcess};
use crate::transport::{Realtime, RealtimeEvent, Subscriber, TransportError};
use std::collections::{HashMap, HashSet};
use syncline_core::{ModelId, Predicate, Versioned};
use syncline_engine::{Event, Failure};
use syncline_protocol::RawJson;
use syncline_protocol::document::SubscriptionKind;
use syncline_protocol::exchange::{live_filter, refuses_filter, subscription_request};
use syncline_protocol::extension::Leave;
use syncline_protocol::response::{bad_event, parse_event};
use syncline_store::BadRow;
use tokio::sync::mpsc;

/// Events that may wait for the writer before the socket is held up. A server that cannot get rid of its frames cuts
/// the connection, and a delta sync finds the rest.
const QUEUE: usize = 1_024;

/// Opens the socket and runs it until it is lost.
pub(super) async fn socket(context: Context) {
    let (sink, mut events) = mpsc::channel(QUEUE);
    let (realtime, run) =
        match Realtime::open(&context.http, &context.origin, context.negotiated.speaks(), sink).await {
            Ok(opened) => opened,
            Err(error) => {
                tracing::debug!(%error, "the socket does not open");
                return lost(&context, error);
            }
        };
    let mut subscriptions = Subscriptions::new(realtime.subscriber());
    let _ = context.messages.send(Message::Socket(context.run, realtime));
    let handle = async {
        while let Some(event) = events.recv().await {
            if let Some(error) = subscriptions.handle(&context, event).await {
                return lost(&context, error);
            }
        }
    };
    tokio::join!(run, handle);
}

fn lost(context: &Context, error: TransportError) {
    context.trouble(SyncProcess::Subscribe, error.kind(), None, &error);
    let _ = context.messages.send(Message::SocketFailed(context.run, error.failure, error.reason));
}

/// Asks for the three subscriptions of a model.
pub(super) fn subscribe(context: &Context, realtime: &Realtime, model: ModelId) {
    for (place, kind) in SubscriptionKind::ALL.into_iter().enumerate() {
        let filter = filter(context, model, kind);
        let request = subscription_request(context.model(model), kind, filter);
        realtime.subscribe(&subscription_id(model, place), &request);
    }
}

/// The filter of a subscription; `None` if it has none.
fn filter(context: &Context, model: ModelId, kind: SubscriptionKind) -> Option<&Predicate> {
    let negotiated = context.negotiated.known() == Some(true);
    live_filter(&context.expression(model).predicate, kind, negotiated)
}

fn subscription_id(model: ModelId, place: usize) -> String {
    format!("{}-{place}", model.0)
}

/// The subscription with this id; `None` for an id that was not given out, whoever says it.
fn subscribed(context: &Context, id: &str) -> Option<(ModelId, usize)> {
    let (model, place) = id.split_once('-')?;
    let place = place.parse().ok().filter(|place| *place < SubscriptionKind::ALL.len())?;
    let model = model.parse().ok().filter(|model| *model < context.parts.schema.models().len())?;
    Some((ModelId(model), place))
}

/// What is known of the subscriptions of one socket.
struct Subscriptions {
    /// How to ask again.
    subscriber: Subscriber,
    /// The subscriptions that were asked for again, without their filter.
    unfiltered: HashSet<(ModelId, usize)>,
    /// Which of a model's subscriptions run.
    running: HashMap<ModelId, HashSet<usize>>,
    /// The sequence of the last frame of each subscription.
    last: HashMap<(ModelId, usize), Option<i64>>,
}

impl Subscriptions {
    fn new(subscriber: Subscriber) -> Subscriptions {
        let (unfiltered, running, last) = Default::default();
        Subscriptions { subscriber, unfiltered, running, last }
    }

    /// Handles an event of the socket; `Some`: the socket is lost.
    async fn handle(&mut self, context: &Context, event: RealtimeEvent) -> Option<TransportError> {
        match event {
            RealtimeEvent::Lost(error) => {
                tracing::debug!(%error, "the socket is lost");
                return Some(error);
            }
            RealtimeEvent::Started(id) => {
                let (model, place) = subscribed(context, &id)?;
                let running = self.running.entry(model).or_default();
                if running.insert(place) && running.len() == SubscriptionKind::ALL.len() {
                    context.event(Event::Subscribed(model));
                }
            }
            RealtimeEvent::Refused(id, error) => {
                let (model, place) = subscribed(context, &id)?;
                if self.goes_without_filter(context, model, place, &error) {
                    return None;
                }
                tracing::warn!(model = %context.model(model).name, %error, "the server refuses a subscription");
                context.trouble(SyncProcess::Subscribe, error.kind(), Some(model), &error);
                context.event(Event::SubscriptionFailed(model, error.failure));
            }
            RealtimeEvent::Data(id, payload) => {
                let (model, place) = subscribed(context, &id)?;
                self.data(context, model, place, &payload).await;
            }
        }
        None
    }

    /// Whether the server refuses the filter of a subscription, and was asked for it once more without.
    fn goes_without_filter(
        &mut self,
        context: &Context,
        model: ModelId,
        place: usize,
        error: &TransportError,
    ) -> bool {
        let kind = SubscriptionKind::ALL[place];
        let of_filter = error.failure == Failure::Refused || refuses_filter(&error.reason);
        if !of_filter || filter(context, model, kind).is_none() || !self.unfiltered.insert((model, place)) {
            return false;
        }
        let ir = context.model(model);
        tracing::debug!(model = %ir.name, %error, "a subscription goes without its filter");
        self.subscriber.subscribe(&subscription_id(model, place), &subscription_request(ir, kind, None));
        true
    }

    async fn data(&mut self, context: &Context, model: ModelId, place: usize, payload: &RawJson) {
        let ir = context.model(model);
        let event = match parse_event(ir, SubscriptionKind::ALL[place].field(ir), payload) {
            Ok(event) => event,
            Err(error) => {
                // What it said is not lost: a delta sync brings it, and until then it is kept as it came.
                tracing::warn!(model = %ir.name, %error, "an event cannot be read");
                context.trouble(SyncProcess::Subscribe, SyncErrorKind::BadRecord, Some(model), &error);
                let field = SubscriptionKind::ALL[place].field(ir);
                if let Some(bad) = bad_event(ir, field, payload, &error).filter(|bad| bad.key.is_some()) {
                    set_aside(context, model, bad_row(bad)).await;
                }
                return context.event(Event::Gap(model));
            }
        };
        if let Some(extension) = &event.extension {
            let last = self.last.insert((model, place), Some(extension.seq)).flatten();
            if !extension.follows(last) {
                context.event(Event::Gap(model));
            }
        }
        let Some(row) = event.row else {
            if let Some(left) = event.extension.and_then(|extension| extension.leave) {
                leave(context, model, left).await;
            }
            return;
        };
        if let Some(row) = context.echoes.hold(ir, row) {
            store(context, model, row).await;
        }
    }
}

/// Keeps a record that cannot be read.
async fn set_aside(context: &Context, model: ModelId, bad: BadRow) {
    let generation = context.generation;
    let kept = context.parts.writer.run(move |tx| {
        if tx.reads().generation()? == generation {
            tx.quarantine(model, &bad)?;
        }
        Ok(())
    });
    if let Err(error) = kept.await {
        tracing::error!(%error, "a record that cannot be read cannot be kept");
    }
}

/// Tells the writer that a record is no longer in scope (SYNC 2.8).
async fn leave(context: &Context, model: ModelId, left: Leave) {
    let (generation, lost) = (context.generation, context.clone());
    let submitted = context.parts.writer.submit(
        move |tx| {
            if tx.reads().generation()? == generation {
                tx.apply_leave(model, &left.key, left.left())?;
            }
            Ok(())
        },
        move |applied| {
            if let Err(error) = applied {
                tracing::error!(%error, "it cannot be stored that a record left the scope");
                lost.event(Event::Gap(model));
            }
        },
    );
    let _ = submitted.await;
}

/// Hands a frame's record to the writer.
pub(super) async fn store(context: &Context, model: ModelId, row: Versioned) {
    let generation = context.generation;
    let expression = context.expression(model).filter.clone();
    let (parts, lost) = (context.parts.clone(), context.clone());
    let told = parts.hub.wants(HubKind::SyncReceived);
    let submitted = context.parts.writer.submit(
        move |tx| {
            if tx.reads().generation()? != generation {
                return Ok(None);
            }
            if told {
                tx.keep_received();
            }
            let applied = tx.apply_frame(model, row, &expression)?;
            Ok(Some((applied, tx.received())))
        },
        move |applied| match applied {
            Ok(Some((applied, rows))) => {
                rows.iter().for_each(|row| received(&parts, model, row));
                after_remote(&parts, &applied.superseded, &applied.conflicts, &applied.parked);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "an event cannot be stored");
                lost.trouble(SyncProcess::Subscribe, SyncErrorKind::Local, Some(model), &error);
                lost.event(Event::Gap(model));
            }
        },
    );
    // A writer that is gone takes the runner with it.
    let _ = submitted.await;
}
