//! A backend that counts how often it is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syncline_backend::{
    Allowance, Answer, Applied, Backend, CommitObserver, List, ListPage, Purged, Retention, Row, Scope, Sync,
    SyncPage, Write,
};
use syncline_core::{Key, ModelId, Schema};

/// Counts calls that read, and hands them on.
#[derive(Debug)]
pub(crate) struct Counting {
    pub(crate) inner: Arc<dyn Backend>,
    pub(crate) reads: AtomicUsize,
}

impl Counting {
    pub(crate) fn over(inner: Arc<dyn Backend>) -> Counting {
        Counting { inner, reads: AtomicUsize::new(0) }
    }

    /// The reads since this was asked last.
    pub(crate) fn reads(&self) -> usize {
        self.reads.swap(0, Ordering::Relaxed)
    }

    fn count(&self) -> &dyn Backend {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.inner.as_ref()
    }
}

impl Backend for Counting {
    fn schema(&self) -> Arc<Schema> {
        self.inner.schema()
    }
    fn epoch(&self) -> String {
        self.inner.epoch()
    }
    fn get<'a>(&'a self, scope: &'a Scope, model: ModelId, keys: &'a [Key]) -> Answer<'a, Vec<Option<Row>>> {
        self.count().get(scope, model, keys)
    }
    fn list<'a>(&'a self, scope: &'a Scope, list: &'a List) -> Answer<'a, ListPage> {
        self.count().list(scope, list)
    }
    fn list_each<'a>(
        &'a self,
        scope: &'a Scope,
        lists: &'a [List],
        most: Allowance,
    ) -> Answer<'a, Vec<ListPage>> {
        self.count().list_each(scope, lists, most)
    }
    fn sync<'a>(&'a self, scope: &'a Scope, sync: &'a Sync) -> Answer<'a, SyncPage> {
        self.count().sync(scope, sync)
    }
    fn apply(&self, writes: Vec<Write>, atomic: bool) -> Answer<'_, Vec<Applied>> {
        self.inner.apply(writes, atomic)
    }
    fn purge(&self, now_ms: i64, retention: Retention, most: usize) -> Answer<'_, Purged> {
        self.inner.purge(now_ms, retention, most)
    }
    fn observe(&self, observer: Arc<dyn CommitObserver>) {
        self.inner.observe(observer);
    }
}
