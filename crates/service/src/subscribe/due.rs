//! From commits to frames.

use super::group::Wanted;
use super::state::{SubscriptionId, Told};
use crate::answer::write_text;
use crate::context::{Context, Halt};
use crate::read;
use crate::render::Renderer;
use crate::service::Service;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use syncline_backend::Committed;
use syncline_protocol::extension::{FrameExtension, Leave};
use syncline_protocol::realtime::event_frame;

/// Frames at which no further change is taken: they are held until they have been handed out.
const ENOUGH: usize = 4_096;

/// An event for one subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// For whom.
    pub subscription: SubscriptionId,
    /// The JSON of its `data`, shared by all subscriptions that are told the same.
    pub data: Arc<str>,
    /// The JSON of its list of errors, if there are any.
    pub errors: Option<Arc<str>>,
    /// What is this subscription's own, if it negotiated.
    pub extension: Option<FrameExtension>,
}

impl Frame {
    /// The text of the frame, for the subscription that the client calls `id`.
    #[must_use]
    pub fn to_text(&self, id: &str) -> String {
        event_frame(id, &self.data, self.errors.as_deref(), self.extension.as_ref())
    }
}

/// What is due to subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Events, in the order of their commits.
    pub frames: Vec<Frame>,
    /// Whether events were lost: then every subscriber must be cut off, so that it makes a delta sync.
    pub lost: bool,
    /// Whether more waits.
    pub more: bool,
}

impl Service {
    /// Takes what is due since the last call, in commit order. To keep that order, call it from one place.
    pub async fn due(&self) -> Due {
        self.due_of(usize::MAX).await
    }

    /// The same, of at most `changes` changes, and of no further one once there are thousands of frames.
    pub async fn due_of(&self, changes: usize) -> Due {
        let mut due = Due::default();
        for _ in 0..changes {
            if due.frames.len() >= ENOUGH {
                break;
            }
            let Some(change) = self.subscriptions.take() else { break };
            for told in self.subscriptions.told(&change) {
                let event = if told.leaves {
                    Ok(Event::of_leave(&told.wanted))
                } else {
                    self.event(&told.wanted, &change).await
                };
                match event {
                    Ok(event) => self.tell(&told, &change, &event, &mut due.frames),
                    Err(error) => {
                        tracing::warn!(?error, "an event could not be written");
                        due.lost = true;
                    }
                }
            }
        }
        let (lost, more) = self.subscriptions.news();
        due.lost |= lost;
        due.more = more;
        due
    }

    /// Adds the frames of an event: of each member of the group, or, if the record has left its scope, of each that
    /// negotiated. Clients of plain AppSync know nothing of that.
    fn tell(&self, told: &Told, change: &Committed, event: &Event, frames: &mut Vec<Frame>) {
        let leave = || Leave {
            key: change.key.clone(),
            version: change.after.meta.version,
            changed_at: Some(change.after.meta.last_changed_at),
        };
        self.subscriptions.members(told.group, |subscription, member| {
            let hears = if told.leaves { member.negotiated } else { member.is_told_of(change) };
            if !hears {
                return;
            }
            frames.push(Frame {
                subscription,
                data: Arc::clone(&event.data),
                errors: event.errors.clone(),
                extension: member.tell(change.after.seq, told.leaves.then(leave)),
            });
        });
    }

    /// The data of an event: from the whole record, so that it never lacks what a mutation did not select.
    async fn event(&self, wanted: &Wanted, change: &Committed) -> Result<Event, Halt> {
        let ctx = Context {
            service: self,
            caller: &wanted.caller,
            variables: &wanted.variables,
            negotiated: false,
            extension: None,
            now_ms: 0,
            records: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        };
        let related = read::related(&ctx, wanted.model, &wanted.selection, vec![&change.after]).await?;
        let mut data = String::from("{");
        write_text(&mut data, &wanted.alias);
        data.push(':');
        let mut errors = Vec::new();
        Renderer::new(&mut data, &mut errors, &wanted.alias).nullable_record(
            &wanted.selection,
            Some(&change.after),
            &related,
        );
        data.push('}');
        let errors = (!errors.is_empty()).then(|| serde_json::to_string(&errors).ok()).flatten();
        Ok(Event { data: data.into(), errors: errors.map(Arc::from) })
    }
}

/// What all subscriptions of a group are told.
struct Event {
    data: Arc<str>,
    errors: Option<Arc<str>>,
}

impl Event {
    /// A record has left the scope: what it is now is not told.
    fn of_leave(wanted: &Wanted) -> Event {
        let mut data = String::from("{");
        write_text(&mut data, &wanted.alias);
        data.push_str(":null}");
        Event { data: data.into(), errors: None }
    }
}
