//! A query whose result is kept up to date.

use super::live::{Live, LiveQuery};
use super::window::Plan;
use crate::Error;
use crate::datastore::{DataStore, bound};
use crate::shape::Shape;
use syncline_core::Predicate;
use syncline_core::page::Page;
use syncline_core::predicate::SortTerm;

/// A query that is going to be observed: [`ObserveQuery::stream`] begins.
#[derive(Debug)]
#[must_use = "nothing is observed before stream() is called"]
pub struct ObserveQuery<M> {
    store: DataStore,
    shape: Result<Shape<M>, Error>,
    filter: Predicate,
    sorts: Vec<SortTerm>,
    page: Option<Page>,
}

impl<M: Send + Sync + 'static> ObserveQuery<M> {
    pub(crate) fn new(store: DataStore, shape: Result<Shape<M>, Error>) -> ObserveQuery<M> {
        ObserveQuery { store, shape, filter: Predicate::All, sorts: Vec::new(), page: None }
    }

    /// Only records that satisfy `predicate`. Several filters must all hold.
    pub fn filter(mut self, predicate: Predicate) -> ObserveQuery<M> {
        self.filter = self.filter.and(predicate);
        self
    }

    /// Sorts by this term; a further call adds a term for records that are equal so far. Records that all terms leave
    /// equal come in the order of their keys, as all do without any term.
    pub fn sort(mut self, term: SortTerm) -> ObserveQuery<M> {
        self.sorts.push(term);
        self
    }

    /// Only page `page` (the first is 0) of `limit` records each, whatever is on it at the time. What comes before it is
    /// kept in memory too.
    pub fn page(mut self, page: u64, limit: u64) -> ObserveQuery<M> {
        self.page = Some(Page::new(page, limit));
        self
    }

    /// At most `limit` records.
    pub fn limit(self, limit: u64) -> ObserveQuery<M> {
        self.page(0, limit)
    }

    /// Begins to observe. The stream's first snapshot is the result as it is now, and no commit after this call is
    /// missed. It takes as long as [`DataStore::observe`].
    ///
    /// # Errors
    /// If the schema has no such model, or the filter or the sort does not fit it.
    pub fn stream(self) -> Result<LiveQuery<M>, Error> {
        let ObserveQuery { store, shape, filter, sorts, page } = self;
        let shape = shape?;
        let query = bound(&shape.model, &filter, &sorts, page)?;
        store.start_quietly();
        let shared = &store.shared;
        let mut receiver = shared.observers.add(shape.model.id, None);
        receiver.filter(&shape.model, query.filter.clone());
        let plan = Plan::new(query.filter, query.sort, query.page);
        let synced = shared.synced.watch();
        let batches = shared.runner.is_some();
        Ok(LiveQuery::new(Live::new(shape, plan, receiver, &shared.readers, synced, batches)))
    }
}
