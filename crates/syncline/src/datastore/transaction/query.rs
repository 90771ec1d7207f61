//! Querying in a transaction.

use super::state::{Inner, Length};
use crate::Error;
use crate::datastore::query::bound;
use crate::shape::Shape;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use syncline_core::Predicate;
use syncline_core::page::Page;
use syncline_core::predicate::SortTerm;
use syncline_store::{Group, Query, Reads, StoreError};

/// A query in a transaction that has not run: `.await` it for its records, or ask for the [`first`](TxQuery::first) of
/// them, how many there are ([`count`](TxQuery::count)) or whether there is one ([`exists`](TxQuery::exists)). It sees what
/// the transaction has written.
#[derive(Debug)]
#[must_use = "a query runs when it is awaited"]
pub struct TxQuery<M> {
    inner: Arc<Inner>,
    shape: Result<Shape<M>, Error>,
    filter: Predicate,
    sorts: Vec<SortTerm>,
    page: Option<Page>,
}

impl<M: Send + 'static> TxQuery<M> {
    pub(super) fn new(inner: Arc<Inner>, shape: Result<Shape<M>, Error>) -> TxQuery<M> {
        TxQuery { inner, shape, filter: Predicate::All, sorts: Vec::new(), page: None }
    }

    /// Only records that satisfy `predicate`. Several filters must all hold.
    pub fn filter(mut self, predicate: Predicate) -> TxQuery<M> {
        self.filter = self.filter.and(predicate);
        self
    }

    /// Sorts by this term; a further call adds a term for records that are equal so far. Without any the order is
    /// that of the key.
    pub fn sort(mut self, term: SortTerm) -> TxQuery<M> {
        self.sorts.push(term);
        self
    }

    /// Only page `page` (the first is 0) of `limit` records each.
    pub fn page(mut self, page: u64, limit: u64) -> TxQuery<M> {
        self.page = Some(Page::new(page, limit));
        self
    }

    /// At most `limit` records.
    pub fn limit(self, limit: u64) -> TxQuery<M> {
        self.page(0, limit)
    }

    /// The first record, or of a page its first one; `None` if there is none.
    ///
    /// # Errors
    /// As awaiting the query: the filter or the sort does not fit the model, the file cannot be read, a stored record does
    /// not fit the model, or the transaction is over.
    pub async fn first(mut self) -> Result<Option<M>, Error> {
        let Page { offset, limit } = self.page.unwrap_or(Page { offset: 0, limit: 1 });
        self.page = Some(Page { offset, limit: limit.min(1) });
        Ok(self.run().await?.pop())
    }

    /// How many records there are, whatever the page. Counting them is not reading them: that others change is no
    /// conflict.
    ///
    /// # Errors
    /// As [`first`](TxQuery::first).
    pub async fn count(self) -> Result<u64, Error> {
        let (_, count) =
            self.ask(|group, reads, query| group.count(reads, query.model, &query.filter)).await?;
        Ok(count)
    }

    /// Whether there is any record, whatever the page. As with [`count`](TxQuery::count), nothing is read by it.
    ///
    /// # Errors
    /// As [`first`](TxQuery::first).
    pub async fn exists(self) -> Result<bool, Error> {
        let (_, found) =
            self.ask(|group, reads, query| group.exists(reads, query.model, &query.filter)).await?;
        Ok(found)
    }

    async fn run(self) -> Result<Vec<M>, Error> {
        let (shape, stored) = self.ask(|group, reads, query| group.query(reads, query)).await?;
        stored.into_iter().map(|stored| shape.owned(stored)).collect()
    }

    async fn ask<R: Send + 'static>(
        self,
        read: impl FnOnce(&mut Group, &Reads, &Query) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<(Shape<M>, R), Error> {
        let TxQuery { inner, shape, filter, sorts, page } = self;
        let shape = shape?;
        let query = bound(&shape.model, &filter, &sorts, page)?;
        let found = inner.run(Length::Long, move |group, reads| read(group, reads, &query)).await?;
        Ok((shape, found))
    }
}

impl<M: Send + 'static> IntoFuture for TxQuery<M> {
    type Output = Result<Vec<M>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
