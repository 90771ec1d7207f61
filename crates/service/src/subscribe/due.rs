//! From commits to frames.

use super::group::Wanted;
use super::state::SubscriptionId;
use crate::answer::write_text;
use crate::context::{Context, Halt};
use crate::read;
use crate::render::Renderer;
use crate::service::Service;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use syncline_backend::Committed;
use syncline_protocol::extension::FrameExtension;

/// An event for one subscription; [`data_frame`](syncline_protocol::realtime::data_frame) makes its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// For whom.
    pub subscription: SubscriptionId,
    /// The JSON of its `data`, shared by all subscriptions that are told the same.
    pub data: Arc<str>,
    /// What is this subscription's own, if it negotiated.
    pub extension: Option<FrameExtension>,
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

    /// The same, of at most `changes` changes, so that one call holds a bounded number of frames.
    pub async fn due_of(&self, changes: usize) -> Due {
        let taken = self.subscriptions.take(changes);
        let mut due = Due { frames: Vec::new(), lost: taken.lost, more: taken.more };
        for change in &taken.changes {
            for (group, wanted) in self.subscriptions.matching(change) {
                let data: Arc<str> = match self.event(&wanted, change).await {
                    Ok(data) => data.into(),
                    Err(error) => {
                        tracing::warn!(?error, "an event could not be written");
                        due.lost = true;
                        continue;
                    }
                };
                self.subscriptions.members(group, |subscription, member| {
                    let extension = member.tell(change.after.seq);
                    due.frames.push(Frame { subscription, data: Arc::clone(&data), extension });
                });
            }
        }
        due
    }

    /// The data of an event: from the whole record, so that it never lacks what a mutation did not select.
    async fn event(&self, wanted: &Wanted, change: &Committed) -> Result<String, Halt> {
        let ctx = Context {
            service: self,
            caller: &wanted.caller,
            variables: &wanted.variables,
            negotiated: false,
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
        Ok(data)
    }
}
