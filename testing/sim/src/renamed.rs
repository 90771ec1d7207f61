//! One store under two names: what an API that has renamed a model or a field does while there are clients that know the
//! old names only. Models and fields have the same places, so that nothing but the names differs.

use std::sync::Arc;
use syncline_backend::{
    Allowance, Answer, Applied, Backend, CommitObserver, List, ListPage, Purged, Retention, Row, Scope, Sync,
    SyncPage, Write,
};
use syncline_core::{Key, ModelId, Schema};

/// A store by the names of another schema.
#[derive(Debug)]
pub struct Renamed {
    /// The store.
    pub store: Arc<dyn Backend>,
    /// The names.
    pub schema: Arc<Schema>,
}

impl Backend for Renamed {
    fn schema(&self) -> Arc<Schema> {
        Arc::clone(&self.schema)
    }

    fn epoch(&self) -> String {
        self.store.epoch()
    }

    fn get<'a>(&'a self, scope: &'a Scope, model: ModelId, keys: &'a [Key]) -> Answer<'a, Vec<Option<Row>>> {
        self.store.get(scope, model, keys)
    }

    fn list<'a>(&'a self, scope: &'a Scope, list: &'a List) -> Answer<'a, ListPage> {
        self.store.list(scope, list)
    }

    fn list_each<'a>(
        &'a self,
        scope: &'a Scope,
        lists: &'a [List],
        most: Allowance,
    ) -> Answer<'a, Vec<ListPage>> {
        self.store.list_each(scope, lists, most)
    }

    fn sync<'a>(&'a self, scope: &'a Scope, sync: &'a Sync) -> Answer<'a, SyncPage> {
        self.store.sync(scope, sync)
    }

    fn strides<'a>(
        &'a self,
        scope: &'a Scope,
        model: ModelId,
        after: &'a Key,
        step: usize,
        count: usize,
    ) -> Answer<'a, Vec<Key>> {
        self.store.strides(scope, model, after, step, count)
    }

    fn apply(&self, writes: Vec<Write>, atomic: bool) -> Answer<'_, Vec<Applied>> {
        self.store.apply(writes, atomic)
    }

    fn purge(&self, now_ms: i64, retention: Retention, most: usize) -> Answer<'_, Purged> {
        self.store.purge(now_ms, retention, most)
    }

    fn observe(&self, observer: Arc<dyn CommitObserver>) {
        self.store.observe(observer);
    }
}
