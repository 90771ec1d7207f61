//! What a store must do.

use crate::{
    Allowance, Applied, BackendError, Committed, List, ListPage, Purged, Retention, Row, Scope, Sync,
    SyncPage, Write,
};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use syncline_core::{Key, ModelId, Schema};

/// A boxed future, so that a server can hold any backend.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a backend answers.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, BackendError>>;

/// What is done to a page where it was read.
pub type PageWork = Box<dyn FnOnce(&mut SyncPage) + Send>;

/// A store of versioned records.
///
/// A write is atomic and durable when its answer arrives: row, change log, sequence and mutation id commit together
/// (SYNC 1.3, 2.1, 3.2). Stamps never decrease along the sequence, and none is below a `started_at` already handed out,
/// across restarts and clock steps (SYNC 3.1).
pub trait Backend: Send + std::marker::Sync + std::fmt::Debug {
    /// The schema it stores.
    fn schema(&self) -> Arc<Schema>;

    /// The store's epoch: another text than before means that it was restored (SYNC 2.6).
    fn epoch(&self) -> String;

    /// The records with these keys, tombstones included, in the order of `keys`; `None` where there is no record or
    /// the scope does not select it.
    fn get<'a>(&'a self, scope: &'a Scope, model: ModelId, keys: &'a [Key]) -> Answer<'a, Vec<Option<Row>>>;

    /// A page of records by key or index order, tombstones included.
    fn list<'a>(&'a self, scope: &'a Scope, list: &'a List) -> Answer<'a, ListPage>;

    /// A page of each of these lists, in their order, all of one snapshot: the records that a level of relations leads
    /// to. It ends early once `most` is reached: then there are fewer pages than lists, and what was read is more than
    /// was allowed.
    fn list_each<'a>(
        &'a self,
        scope: &'a Scope,
        lists: &'a [List],
        most: Allowance,
    ) -> Answer<'a, Vec<ListPage>>;

    /// A page of a base or delta sync, tombstones included.
    fn sync<'a>(&'a self, scope: &'a Scope, sync: &'a Sync) -> Answer<'a, SyncPage>;

    /// The same, with `then` done to the page where it was read, before it is handed over: what is made of many rows is
    /// made cheapest by the thread that holds them. It must not wait for anything.
    fn sync_then<'a>(&'a self, scope: &'a Scope, sync: &'a Sync, then: PageWork) -> Answer<'a, SyncPage> {
        Box::pin(async move {
            let mut page = self.sync(scope, sync).await?;
            then(&mut page);
            Ok(page)
        })
    }

    /// Where pages of a base sync may begin that are asked for at once (SYNC 2.10): of the records in the scope whose
    /// keys come after `after`, the keys of each `step`-th, up to `count` of them. A store may name fewer, or none.
    fn strides<'a>(
        &'a self,
        scope: &'a Scope,
        model: ModelId,
        after: &'a Key,
        step: usize,
        count: usize,
    ) -> Answer<'a, Vec<Key>> {
        let _ = (scope, model, after, step, count);
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Applies mutations one after the other, each in a savepoint of its own; a rejected one does not stop the next.
    /// With `atomic` the first failure undoes them all, and every other mutation answers [`Applied::Aborted`].
    ///
    /// The scope judges reads only: whether a caller may write is part of `decide`.
    fn apply(&self, writes: Vec<Write>, atomic: bool) -> Answer<'_, Vec<Applied>>;

    /// One step of a purge at `now_ms` (SYNC 3.11): of what is older than `retention`, up to `most` tombstones, lines of
    /// the change log and mutation ids each, the oldest first, in one short transaction. What a sync has to know of it,
    /// that tombstones or log lines may be missing, is durable before: with a `most` of 0 only that is done.
    fn purge(&self, now_ms: i64, retention: Retention, most: usize) -> Answer<'_, Purged>;

    /// Calls `observer` with what commits from now on, in commit order, after each commit.
    fn observe(&self, observer: Arc<dyn CommitObserver>);
}

/// Told of commits. It must return at once: it is called on the path of every write.
pub trait CommitObserver: Send + std::marker::Sync {
    /// These changes are durable, in this order. They are shared: whoever wants to keep them copies nothing.
    fn committed(&self, changes: &Arc<[Committed]>);
}
