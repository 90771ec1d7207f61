//! Querying the local records.

use super::DataStore;
use crate::Error;
use crate::shape::Shape;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use syncline_core::Predicate;
use syncline_core::page::{Page, Sort};
use syncline_core::predicate::{Filter, SortTerm};

/// A query that has not run: `.await` it for the records, or ask for [`Query::count`].
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

    /// Sorts by this term; a further call adds a term for records that are equal so far. Without any the order is
    /// that of the key.
    pub fn sort(mut self, term: SortTerm) -> Query<M> {
        self.sorts.push(term);
        self
    }

    /// Only page `page` (the first is 0) of `limit` records each.
    pub fn page(mut self, page: u64, limit: u64) -> Query<M> {
        self.page = Some(Page::new(page, limit));
        self
    }

    /// At most `limit` records.
    pub fn limit(self, limit: u64) -> Query<M> {
        self.page(0, limit)
    }

    /// How many records there are, whatever the page.
    pub fn count(self) -> Count<M> {
        Count { query: self }
    }

    /// The store, the shape, and the query by places.
    fn bind(self) -> Result<(DataStore, Shape<M>, syncline_store::Query), Error> {
        let Query { store, shape, filter, sorts, page } = self;
        let shape = shape?;
        let query = bound(&shape.model, &filter, &sorts, page)?;
        Ok((store, shape, query))
    }

    async fn run(self) -> Result<Vec<M>, Error> {
        let (store, shape, query) = self.bind()?;
        store.start_quietly();
        let readers = Arc::clone(&store.shared.readers);
        let stored = blocking(move || readers.with_long(|reader| reader.query(&query))).await?;
        stored.iter().map(|stored| shape.stored(stored)).collect()
    }

    async fn run_count(self) -> Result<u64, Error> {
        let (store, _, query) = self.bind()?;
        store.start_quietly();
        let readers = Arc::clone(&store.shared.readers);
        blocking(move || readers.with_long(|reader| reader.count(query.model, &query.filter))).await
    }
}

/// A query by the places of its fields.
fn bound(
    model: &syncline_core::Model,
    filter: &Predicate,
    sorts: &[SortTerm],
    page: Option<Page>,
) -> Result<syncline_store::Query, Error> {
    let misfit = |source| Error::Predicate { model: model.name.clone(), source: Box::new(source) };
    let filter: Filter = filter.bind(model).map_err(misfit)?;
    let sort = |term: &SortTerm| {
        let field = model.field(&term.field);
        field
            .map(|field| Sort { field, direction: term.direction })
            .ok_or_else(|| Error::Config(format!("{} has no field {} to sort by", model.name, term.field)))
    };
    let sort = sorts.iter().map(sort).collect::<Result<_, _>>()?;
    Ok(syncline_store::Query { model: model.id, filter, sort, page })
}

/// Runs a read of unbounded length where it holds nobody up.
async fn blocking<R: Send + 'static>(
    read: impl FnOnce() -> Result<R, Error> + Send + 'static,
) -> Result<R, Error> {
    tokio::task::spawn_blocking(read).await.map_err(|_| Error::Closed)?
}

impl<M: Send + 'static> IntoFuture for Query<M> {
    type Output = Result<Vec<M>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// A count that has not run: `.await` it.
#[derive(Debug)]
#[must_use = "a count runs when it is awaited"]
pub struct Count<M> {
    query: Query<M>,
}

impl<M: Send + 'static> IntoFuture for Count<M> {
    type Output = Result<u64, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.query.run_count())
    }
}
