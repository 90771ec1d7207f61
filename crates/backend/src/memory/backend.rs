//! The backend itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use syncline_core::faults::{Rule, is_broken};
use syncline_core::{Key, ModelId, Schema};

use super::state::State;
use super::{apply, purge, query};
use crate::driver::list_each;
use crate::{
    Allowance, Answer, Applied, Backend, Clock, CommitObserver, Committed, List, ListPage, Purged, Retention,
    Row, Scope, Sync, SyncPage, Write,
};

/// A store that lives and dies with its process. Its futures never yield.
pub struct MemoryBackend {
    schema: Arc<Schema>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    observers: Mutex<Vec<Arc<dyn CommitObserver>>>,
}

impl MemoryBackend {
    /// An empty store for `schema`, stamped by `clock`.
    #[must_use]
    pub fn new(schema: Arc<Schema>, clock: Arc<dyn Clock>) -> MemoryBackend {
        let state = Mutex::new(State::new(schema.models().len()));
        MemoryBackend { schema, clock, state, observers: Mutex::new(Vec::new()) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn write(&self, writes: &[Write], atomic: bool) -> Vec<Applied> {
        let remember = !is_broken(Rule::MutationIds);
        let mut state = self.state();
        let now = self.clock.now_ms();
        let (answers, changes) = apply::apply(&mut state, &self.schema, now, writes, atomic, remember);
        // Taken before the state is let go, so that observers hear of commits in their order.
        let observers = lock(&self.observers);
        drop(state);
        tell(&observers, changes);
        answers
    }
}

/// A decision that panicked has changed nothing: it runs before anything is written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tell(observers: &[Arc<dyn CommitObserver>], changes: Vec<Committed>) {
    if observers.is_empty() || changes.is_empty() {
        return;
    }
    let changes: Arc<[Committed]> = changes.into();
    for observer in observers {
        observer.committed(&changes);
    }
}

impl std::fmt::Debug for MemoryBackend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryBackend").field("schema", &self.schema.version()).finish_non_exhaustive()
    }
}

impl Backend for MemoryBackend {
    fn schema(&self) -> Arc<Schema> {
        self.schema.clone()
    }

    fn epoch(&self) -> String {
        // Nothing is restored into memory: there is only ever one epoch.
        "memory".to_owned()
    }

    fn get<'a>(&'a self, scope: &'a Scope, model: ModelId, keys: &'a [Key]) -> Answer<'a, Vec<Option<Row>>> {
        Box::pin(async move { Ok(query::get(&self.state(), scope, self.schema.model(model), keys)) })
    }

    fn list<'a>(&'a self, scope: &'a Scope, list: &'a List) -> Answer<'a, ListPage> {
        Box::pin(async move { query::list(&self.state(), scope, self.schema.model(list.model), list) })
    }

    fn list_each<'a>(
        &'a self,
        scope: &'a Scope,
        lists: &'a [List],
        most: Allowance,
    ) -> Answer<'a, Vec<ListPage>> {
        Box::pin(async move {
            let state = self.state();
            list_each(lists, most, |list| query::list(&state, scope, self.schema.model(list.model), list))
        })
    }

    fn strides<'a>(
        &'a self,
        scope: &'a Scope,
        model: ModelId,
        after: &'a Key,
        step: usize,
        count: usize,
    ) -> Answer<'a, Vec<Key>> {
        Box::pin(async move {
            let model = self.schema.model(model);
            Ok(query::strides(&self.state(), scope, model, after, step, count))
        })
    }

    fn sync<'a>(&'a self, scope: &'a Scope, sync: &'a Sync) -> Answer<'a, SyncPage> {
        Box::pin(async move {
            let now = self.clock.now_ms();
            query::sync(&mut self.state(), now, scope, self.schema.model(sync.model), sync)
        })
    }

    fn apply(&self, writes: Vec<Write>, atomic: bool) -> Answer<'_, Vec<Applied>> {
        Box::pin(async move { Ok(self.write(&writes, atomic)) })
    }

    fn purge(&self, now_ms: i64, retention: Retention, most: usize) -> Answer<'_, Purged> {
        Box::pin(async move { Ok(purge::purge(&mut self.state(), now_ms, retention, most)) })
    }

    fn observe(&self, observer: Arc<dyn CommitObserver>) {
        lock(&self.observers).push(observer);
    }
}
