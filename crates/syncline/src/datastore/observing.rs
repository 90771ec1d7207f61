//! Deleting many, and observing more than every change.

use super::{DataStore, DeleteWhere, ModelKey};
use crate::Error;
use crate::model::Model;
use crate::observe::{Changes, ObserveQuery};
use crate::shape::Shape;
use syncline_core::{Key, Predicate};

impl DataStore {
    /// Deletes every record that satisfies `predicate` ([`Predicate::all`] for all of them), and what belongs to them by
    /// has-many and has-one, in one commit. It is all done or not at all, and everything else that writes waits meanwhile.
    /// Each record has its own mutation.
    ///
    /// ```
    /// # syncline::schema!("schema.graphql");
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), syncline::Error> {
    /// # let store = syncline::DataStore::builder(schema()).in_memory().open().await?;
    /// store.save(Post::new("old", PostStatus::Inactive)).await?;
    /// let deleted = store.delete_where::<Post>(Post::STATUS.eq(PostStatus::Inactive)).await?;
    /// assert_eq!(deleted.items[0].title, "old");
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete_where<M: Model>(&self, predicate: Predicate) -> DeleteWhere<M> {
        DeleteWhere::new(self.clone(), self.shape(), predicate)
    }

    /// Like [`DataStore::observe`], of the record with this id, or `Key` where the key has several fields. It costs nothing
    /// when other records change.
    ///
    /// # Errors
    /// If the schema has no such model.
    pub fn observe_by_id<M: Model>(&self, id: impl Into<ModelKey>) -> Result<Changes<M>, Error> {
        Ok(self.observe_key_as(self.shape()?, id.into().0))
    }

    /// Observes the result of a query: [`ObserveQuery::filter`], [`sort`](ObserveQuery::sort) and
    /// [`page`](ObserveQuery::page) say which, [`stream`](ObserveQuery::stream) begins.
    ///
    /// ```
    /// # syncline::schema!("schema.graphql");
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), syncline::Error> {
    /// # let store = syncline::DataStore::builder(schema()).in_memory().open().await?;
    /// let mut best = store.observe_query::<Post>().sort(Post::RATING.desc()).limit(10).stream()?;
    /// store.save(Post { rating: Some(5), ..Post::new("good", PostStatus::Active) }).await?;
    /// while let Some(snapshot) = best.next().await {
    ///     if snapshot.items.iter().any(|post| post.title == "good") {
    ///         break;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn observe_query<M: Model>(&self) -> ObserveQuery<M> {
        ObserveQuery::new(self.clone(), self.shape())
    }

    /// How many reads of the local file this store has made, all its handles together: for tests and measurements.
    #[doc(hidden)]
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.shared.readers.count()
    }

    pub(crate) fn observe_key_as<M>(&self, shape: Shape<M>, key: Key) -> Changes<M> {
        self.start_quietly();
        let changes = self.shared.observers.add(shape.model.id, Some(key));
        Changes::new(shape, changes)
    }
}
