//! Observing: every committed change, in the order of the commits.

use crate::shape::Shape;
use futures_core::Stream;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use syncline_core::{Key, ModelId, Record};
use syncline_store::Change as StoreChange;
use tokio::sync::mpsc;

/// Where a change came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeSource {
    /// A save or delete on this device.
    Local,
    /// The cloud.
    Remote,
}

/// A committed change of one record.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<M> {
    /// The record is new here.
    Created {
        /// The record.
        item: M,
        /// Where it came from.
        source: ChangeSource,
    },
    /// The record changed.
    Updated {
        /// The record as it was.
        before: M,
        /// The record as it is.
        item: M,
        /// Where the change came from.
        source: ChangeSource,
    },
    /// The record is gone.
    Deleted {
        /// The record as it was.
        item: M,
        /// Where the change came from.
        source: ChangeSource,
    },
}

impl<M> Change<M> {
    /// The record the change is about, as it is, or was before it was deleted.
    pub fn item(&self) -> &M {
        match self {
            Change::Created { item, .. } | Change::Updated { item, .. } | Change::Deleted { item, .. } => {
                item
            }
        }
    }

    /// Where it came from.
    pub fn source(&self) -> ChangeSource {
        match self {
            Change::Created { source, .. }
            | Change::Updated { source, .. }
            | Change::Deleted { source, .. } => *source,
        }
    }
}

/// A change as the writer tells it: records, not yet models.
#[derive(Clone, Debug)]
pub(crate) struct RecordChange {
    pub(crate) key: Key,
    pub(crate) before: Option<Record>,
    pub(crate) after: Option<Record>,
    pub(crate) version: Option<i64>,
    pub(crate) source: ChangeSource,
}

/// Who observes what.
#[derive(Debug, Default)]
pub(crate) struct Observers {
    sinks: Mutex<Sinks>,
    /// Whether the observed models are others than the writer last asked for.
    changed: AtomicBool,
    /// Held by the writer while it writes a group. It comes before `sinks`.
    gate: Mutex<()>,
}

type Sinks = Vec<(ModelId, mpsc::UnboundedSender<Arc<RecordChange>>)>;

impl Observers {
    fn sinks(&self) -> MutexGuard<'_, Sinks> {
        self.sinks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Observes `model` from now on: every commit that ends after this is told. If nobody observed the model so far,
    /// this waits for the group that is being written, whose changes the store has not kept.
    pub(crate) fn add(&self, model: ModelId) -> mpsc::UnboundedReceiver<Arc<RecordChange>> {
        let (sink, changes) = mpsc::unbounded_channel();
        let mut sinks = self.sinks();
        let kept = !self.changed.load(Ordering::Acquire) && sinks.iter().any(|(other, _)| *other == model);
        if kept {
            sinks.push((model, sink));
        } else {
            drop(sinks);
            let _gate = self.gate();
            self.sinks().push((model, sink));
            self.changed.store(true, Ordering::Release);
        }
        changes
    }

    /// While this is held, nobody begins to observe a model whose changes are not kept.
    pub(crate) fn gate(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The observed models, if they are others than last time: the store collects changes of these only.
    pub(crate) fn news(&self) -> Option<Vec<ModelId>> {
        let news = self.changed.swap(false, Ordering::AcqRel);
        news.then(|| self.sinks().iter().map(|(model, _)| *model).collect())
    }

    /// Tells a commit's changes; observers that are gone are forgotten.
    pub(crate) fn tell(&self, changes: &[StoreChange]) {
        if changes.is_empty() {
            return;
        }
        let mut sinks = self.sinks();
        let before = sinks.len();
        sinks.retain(|(_, sink)| !sink.is_closed());
        if sinks.len() != before {
            self.changed.store(true, Ordering::Release);
        }
        // Where only the version moved, as with the echo of an own save, there is nothing to tell.
        for change in changes.iter().filter(|change| change.before != change.after) {
            let mut shared = None;
            for (_, sink) in sinks.iter().filter(|(model, _)| *model == change.model) {
                let told = shared.get_or_insert_with(|| {
                    Arc::new(RecordChange {
                        key: change.key.clone(),
                        before: change.before.clone(),
                        after: change.after.clone(),
                        version: change.version,
                        source: match change.source {
                            syncline_store::Source::Local => ChangeSource::Local,
                            syncline_store::Source::Remote => ChangeSource::Remote,
                        },
                    })
                });
                let _ = sink.send(Arc::clone(told));
            }
        }
    }
}

/// The changes of one model, in commit order, from the moment [`DataStore::observe`](crate::DataStore::observe) was
/// called. It keeps what has not been read yet, so read it or drop it.
#[derive(Debug)]
pub struct Changes<M> {
    shape: Shape<M>,
    changes: mpsc::UnboundedReceiver<Arc<RecordChange>>,
}

impl<M> Changes<M> {
    pub(crate) fn new(shape: Shape<M>, changes: mpsc::UnboundedReceiver<Arc<RecordChange>>) -> Changes<M> {
        Changes { shape, changes }
    }

    /// The next change; `None` once the store is gone. Cancelling loses nothing.
    pub async fn next(&mut self) -> Option<Change<M>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<M> Stream for Changes<M> {
    type Item = Change<M>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Change<M>>> {
        loop {
            match self.changes.poll_recv(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(change)) => match typed(&self.shape, &change) {
                    Some(change) => return Poll::Ready(Some(change)),
                    None => {
                        tracing::warn!(model = self.shape.model.name, key = %change.key, "a change does not fit the model")
                    }
                },
            }
        }
    }
}

fn typed<M>(shape: &Shape<M>, change: &RecordChange) -> Option<Change<M>> {
    let item = |record: &Record, version| shape.item(record, version).ok();
    let source = change.source;
    match (&change.before, &change.after) {
        (None, Some(after)) => Some(Change::Created { item: item(after, change.version)?, source }),
        (Some(before), Some(after)) => {
            Some(Change::Updated { before: item(before, None)?, item: item(after, change.version)?, source })
        }
        (Some(before), None) => Some(Change::Deleted { item: item(before, None)?, source }),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_first_observer_of_a_model_waits_for_the_group_that_is_being_written() {
        let observers = Arc::new(Observers::default());
        let writing = observers.gate();
        let (told, added) = std::sync::mpsc::channel();
        let first = Arc::clone(&observers);
        let thread = std::thread::spawn(move || told.send(first.add(ModelId(1))).unwrap());
        assert!(added.recv_timeout(Duration::from_millis(100)).is_err(), "its changes are not kept yet");
        drop(writing);
        let mut changes = added.recv_timeout(Duration::from_secs(30)).unwrap();
        thread.join().unwrap();
        assert_eq!(observers.news(), Some(vec![ModelId(1)]));
        assert_eq!(observers.news(), None);

        let writing = observers.gate();
        let mut others = observers.add(ModelId(1));
        assert_eq!(observers.news(), None, "the changes are kept already: nobody waits");
        let change = |model| StoreChange {
            model,
            key: Key::id("a"),
            before: None,
            after: Some(Record::empty(1)),
            version: Some(2),
            source: syncline_store::Source::Remote,
        };
        let echo = StoreChange { before: Some(Record::empty(1)), ..change(ModelId(1)) };
        observers.tell(&[change(ModelId(0)), echo, change(ModelId(1))]);
        drop(writing);
        for changes in [&mut changes, &mut others] {
            assert_eq!(changes.try_recv().unwrap().source, ChangeSource::Remote);
            assert!(changes.try_recv().is_err(), "another model's change and the echo are not told");
        }

        drop((changes, others));
        observers.tell(&[change(ModelId(1))]);
        assert_eq!(observers.news(), Some(vec![]), "who is gone is forgotten");
    }
}
