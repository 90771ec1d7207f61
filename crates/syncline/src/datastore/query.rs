//! Querying the local records.

use super::DataStore;
use crate::Error;
use crate::shape::Shape;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use syncline_core::page::{Page, Sort};
use syncline_core::predicate::{PredicateError, SortTerm};
use syncline_core::{Model, Predicate};
use syncline_store::{Explain, Reader, StoreError};

/// A query that has not run: `.await` it for its records, or ask for the [`first`](Query::first) of them, how
/// many there are ([`count`](Query::count)), whether there is one ([`exists`](Query::exists)), or how they would be found
/// ([`explain`](Query::explain)). It reads the local file only.
#[derive(Debug)]
#[must_use = "a query runs when it is awaited"]
pub struct Query<M> {
    store: DataStore,
    shape: Result<Shape<M>, Error>,
    filter: Predicate,
    sorts: Vec<SortTerm>,
    page: Option<Page>,
}

impl<M: Send + 'static> Query<M> {
    pub(crate) fn new(store: DataStore, shape: Result<Shape<M>, Error>) -> Query<M> {
        Query { store, shape, filter: Predicate::All, sorts: Vec::new(), page: None }
    }

    /// Only records that satisfy `predicate`. Several filters must all hold.
    pub fn filter(mut self, predicate: Predicate) -> Query<M> {
        self.filter = self.filter.and(predicate);
        self
    }

    /// Sorts by this term; a further call adds a term for records that are equal so far. Numbers are compared as
    /// numbers, text and dates by their UTF-8 bytes, `false` is before `true`, and null is before everything.
    /// Records that all terms leave equal come in the order of their keys, ascending, as all do without any term.
    pub fn sort(mut self, term: SortTerm) -> Query<M> {
        self.sorts.push(term);
        self
    }

    /// Only page `page` (the first is 0) of `limit` records each. A page after the last one is empty, and so is one of
    /// no records.
    pub fn page(mut self, page: u64, limit: u64) -> Query<M> {
        self.page = Some(Page::new(page, limit));
        self
    }

    /// At most `limit` records.
    pub fn limit(self, limit: u64) -> Query<M> {
        self.page(0, limit)
    }

    /// The first record, or of a page its first one; `None` if there is none.
    ///
    /// # Errors
    /// As awaiting the query: the filter or the sort does not fit the model, the file cannot be read, or a stored record
    /// does not fit the model.
    pub async fn first(mut self) -> Result<Option<M>, Error> {
        let Page { offset, limit } = self.page.unwrap_or(Page { offset: 0, limit: 1 });
        self.page = Some(Page { offset, limit: limit.min(1) });
        Ok(self.run().await?.pop())
    }

    /// How many records there are, whatever the page.
    ///
    /// # Errors
    /// As [`first`](Query::first).
    pub async fn count(self) -> Result<u64, Error> {
        let (_, count) = self.ask(|reader, query| reader.count(query.model, &query.filter)).await?;
        Ok(count)
    }

    /// Whether there is any record, whatever the page. It looks no further than the first one.
    ///
    /// # Errors
    /// As [`first`](Query::first).
    pub async fn exists(self) -> Result<bool, Error> {
        let (_, found) = self.ask(|reader, query| reader.exists(query.model, &query.filter)).await?;
        Ok(found)
    }

    /// How the records would be found: the SQL, the indexes it uses, and whether it walks every record. Nothing is
    /// queried. A filter by the fields of an `@index`, the first of them with `eq`, needs to look at what it finds only.
    ///
    /// # Errors
    /// As [`first`](Query::first).
    pub async fn explain(self) -> Result<Explain, Error> {
        let (_, explain) = self.ask(|reader, query| reader.explain(query)).await?;
        Ok(explain)
    }

    async fn run(self) -> Result<Vec<M>, Error> {
        let (shape, stored) = self.ask(|reader, query| reader.query(query)).await?;
        stored.into_iter().map(|stored| shape.owned(stored)).collect()
    }

    /// Checks the query, and runs `read` with it where it holds nobody up.
    async fn ask<R: Send + 'static>(
        self,
        read: impl FnOnce(&Reader, &syncline_store::Query) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<(Shape<M>, R), Error> {
        let Query { store, shape, filter, sorts, page } = self;
        let shape = shape?;
        let query = bound(&shape.model, &filter, &sorts, page)?;
        store.start_quietly();
        let readers = Arc::clone(&store.shared.readers);
        let read = move || readers.with_long(|reader| read(reader, &query));
        let found = tokio::task::spawn_blocking(read).await.map_err(|_| Error::Closed)??;
        Ok((shape, found))
    }
}

/// A query by the places of its fields.
pub(crate) fn bound(
    model: &Model,
    filter: &Predicate,
    sorts: &[SortTerm],
    page: Option<Page>,
) -> Result<syncline_store::Query, Error> {
    let misfit =
        |source: PredicateError| Error::Predicate { model: model.name.clone(), source: Box::new(source) };
    let filter = filter.bind(model).map_err(misfit)?;
    let sort = sorts.iter().map(|term| term.bind(model)).collect::<Result<Vec<Sort>, _>>().map_err(misfit)?;
    Ok(syncline_store::Query { model: model.id, filter, sort, page })
}

impl<M: Send + 'static> IntoFuture for Query<M> {
    type Output = Result<Vec<M>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
