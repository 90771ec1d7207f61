//! Who observes what, and telling them.

use super::change::{ChangeSource, RecordChange};
use super::queue::{Queue, Told};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use syncline_core::predicate::{FieldRef, Filter, Op};
use syncline_core::{Key, Model, ModelId};
use syncline_store::Change as StoreChange;

/// Who observes what.
#[derive(Debug, Default)]
pub(crate) struct Observers {
    sinks: Mutex<Sinks>,
    /// Whether the observed models are others than the writer last asked for.
    changed: AtomicBool,
    /// Held by the writer while it writes a group. It comes before `sinks`.
    gate: Mutex<()>,
}

#[derive(Debug, Default)]
struct Sinks {
    models: HashMap<ModelId, OfModel>,
    last: u64,
    /// The store is closed.
    ended: bool,
}

/// Who observes a model: every record, or one of them, who are found by its key.
#[derive(Debug, Default)]
struct OfModel {
    all: HashMap<u64, Arc<Queue>>,
    by_key: HashMap<Key, HashMap<u64, Arc<Queue>>>,
}

impl OfModel {
    fn each(&self) -> impl Iterator<Item = &Arc<Queue>> {
        self.all.values().chain(self.by_key.values().flat_map(HashMap::values))
    }

    fn of(&self, key: &Key) -> impl Iterator<Item = &Arc<Queue>> {
        self.all.values().chain(self.by_key.get(key).into_iter().flat_map(HashMap::values))
    }

    fn put(&mut self, number: u64, key: Option<&Key>, queue: Arc<Queue>) {
        let place = match key {
            Some(key) => self.by_key.entry(key.clone()).or_default(),
            None => &mut self.all,
        };
        place.insert(number, queue);
    }

    fn take(&mut self, number: u64, key: Option<&Key>) {
        let Some(key) = key else {
            self.all.remove(&number);
            return;
        };
        if let Some(of_key) = self.by_key.get_mut(key) {
            of_key.remove(&number);
            if of_key.is_empty() {
                self.by_key.remove(key);
            }
        }
    }
}

impl Observers {
    fn sinks(&self) -> MutexGuard<'_, Sinks> {
        self.sinks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Observes `model` from now on, or the record with this key: every commit that ends after this is told. If nobody
    /// observed the model so far, this waits for the group that is being written, whose changes the store has not kept.
    pub(crate) fn add(self: &Arc<Self>, model: ModelId, key: Option<Key>) -> Receiver {
        let queue = Arc::new(Queue::default());
        let mut sinks = self.sinks();
        let kept = !self.changed.load(Ordering::Acquire) && sinks.models.contains_key(&model);
        let mut gate = None;
        if !kept {
            drop(sinks);
            gate = Some(self.gate());
            sinks = self.sinks();
        }
        sinks.last += 1;
        let number = sinks.last;
        if sinks.ended {
            queue.end();
        } else {
            sinks.models.entry(model).or_default().put(number, key.as_ref(), Arc::clone(&queue));
        }
        if gate.is_some() {
            self.changed.store(true, Ordering::Release);
        }
        Receiver { observers: Arc::downgrade(self), model, key, number, queue }
    }

    /// While this is held, no group is written, and nobody begins to observe a model whose changes are not kept.
    pub(crate) fn gate(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The observed models, if they are others than last time: the store collects changes of these only.
    pub(crate) fn news(&self) -> Option<Vec<ModelId>> {
        let news = self.changed.swap(false, Ordering::AcqRel);
        news.then(|| self.sinks().models.keys().copied().collect())
    }

    /// Tells a commit's changes.
    pub(crate) fn tell(&self, changes: &[StoreChange]) {
        let mut wakers = Vec::new();
        if !changes.is_empty() {
            let sinks = self.sinks();
            // Where only the version moved, as with the echo of an own save, there is nothing to tell.
            for change in changes.iter().filter(|change| change.before != change.after) {
                let Some(model) = sinks.models.get(&change.model) else { continue };
                let mut shared = None;
                for queue in model.of(&change.key) {
                    let told = shared.get_or_insert_with(|| Arc::new(record_change(change)));
                    wakers.extend(queue.tell(told));
                }
            }
        }
        wake(wakers);
    }

    /// Tells that the store was emptied.
    pub(crate) fn cleared(&self) {
        let wakers =
            self.sinks().models.values().flat_map(OfModel::each).filter_map(|queue| queue.clear()).collect();
        wake(wakers);
    }

    /// Tells that the store is closed. Nobody is told anything after that.
    pub(crate) fn end(&self) {
        let mut sinks = self.sinks();
        sinks.ended = true;
        let models = std::mem::take(&mut sinks.models);
        drop(sinks);
        wake(models.values().flat_map(OfModel::each).filter_map(|queue| queue.end()).collect());
    }
}

/// Wakes those who wait, when no lock is held any more.
fn wake(wakers: Vec<Waker>) {
    wakers.into_iter().for_each(Waker::wake);
}

fn record_change(change: &StoreChange) -> RecordChange {
    RecordChange {
        key: change.key.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
        version: change.version,
        source: match change.source {
            syncline_store::Source::Local => ChangeSource::Local,
            syncline_store::Source::Remote => ChangeSource::Remote,
        },
    }
}

/// The observer's end. When it is dropped nothing is kept for it any more.
#[derive(Debug)]
pub(crate) struct Receiver {
    observers: Weak<Observers>,
    model: ModelId,
    key: Option<Key>,
    number: u64,
    queue: Arc<Queue>,
}

impl Receiver {
    pub(super) fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    pub(super) fn observers(&self) -> Weak<Observers> {
        Weak::clone(&self.observers)
    }

    /// From now on, and of what has been told already, only changes of records that `filter` selects before or after.
    /// If it selects a single record by its key, nothing else is even looked at.
    pub(super) fn filter(&mut self, model: &Model, filter: Filter) {
        if let (None, Some(key), Some(observers)) =
            (&self.key, key_of(model, &filter), self.observers.upgrade())
        {
            let mut sinks = observers.sinks();
            if let Some(of_model) = sinks.models.get_mut(&self.model) {
                of_model.take(self.number, None);
                of_model.put(self.number, Some(&key), Arc::clone(&self.queue));
                self.key = Some(key);
            }
        }
        self.queue.filter(filter);
    }

    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<Option<Told>> {
        self.queue.poll(context)
    }

    pub(super) fn drain(&self) -> VecDeque<Told> {
        self.queue.drain()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let Some(observers) = self.observers.upgrade() else { return };
        let mut sinks = observers.sinks();
        let Some(of_model) = sinks.models.get_mut(&self.model) else { return };
        of_model.take(self.number, self.key.as_ref());
        if of_model.all.is_empty() && of_model.by_key.is_empty() {
            sinks.models.remove(&self.model);
            observers.changed.store(true, Ordering::Release);
        }
    }
}

/// The key of the only record that `filter` can select, if its form says so.
fn key_of(model: &Model, filter: &Filter) -> Option<Key> {
    let terms = match filter {
        Filter::And(terms) => terms.as_slice(),
        one => std::slice::from_ref(one),
    };
    let value = |&place: &usize| {
        terms.iter().find_map(|term| match term {
            Filter::Term(term) if term.field == FieldRef::Stored(place) => match &term.op {
                Op::Eq(value) if !value.is_null() => Some(value.clone()),
                _ => None,
            },
            _ => None,
        })
    };
    model.key.iter().map(value).collect::<Option<Vec<_>>>().map(Key)
}
