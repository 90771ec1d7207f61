//! Observing: every change as it is committed, and results of queries that stay up to date.
//!
//! # Changes
//!
//! [`DataStore::observe`](crate::DataStore::observe) gives every committed change of a model's records, this device's
//! own and those from the cloud, in the order of the commits. [`Change`](crate::Change) says what happened, with the
//! record before and after, and where it came from. Changes are told after the commit, never before.
//!
//! [`Changes::filter`](crate::Changes::filter) keeps those of records that satisfy a predicate before or after the
//! change. So a record that ceases to satisfy it is told of too: as an update whose `item` does not satisfy it.
//! [`observe_by_id`](crate::DataStore::observe_by_id) is about one record, and costs nothing when others change.
//!
//! To show records and keep them up to date by hand, observe first and query then: no change falls between. [Observed
//! queries](#queries) do that for you.
//!
//! # Slow readers
//!
//! Up to 10,000 changes wait to be read. If more come, they are dropped, and [`Change::Missed`](crate::Change::Missed)
//! says how many: query again then, and go on reading. After [`DataStore::clear`](crate::DataStore::clear) there is
//! one [`Change::Cleared`](crate::Change::Cleared), and not a delete for each record. Writers never wait for readers.
//!
//! # Queries
//!
//! [`DataStore::observe_query`](crate::DataStore::observe_query) takes a filter, sort terms and a page, as a query
//! does, and [`stream`](crate::ObserveQuery::stream) gives [`Snapshot`](crate::Snapshot)s of the result. The first
//! comes at once and shows what is in the file, and then one comes whenever something in the result has changed.
//! Records are in an `Arc`, and one that did not change is the same `Arc` as before, so that a comparison of pointers
//! tells what to draw again. The result is kept in memory: give a large one a page. It is not queried again for each
//! commit; what a commit changed is enough.
//!
//! What this device saves shows at once. While a model is not in sync yet, what comes from the cloud is gathered: a
//! snapshot comes after 2 seconds or 1,000 changes, and one when the model is in sync. A slow reader gets the newest
//! result and none between.
//!
//! [`Snapshot::is_synced`](crate::Snapshot::is_synced) says whether the model has been synced since sync was started,
//! so that an application can tell "nothing there" from "nothing there yet". It says nothing about the connection, is
//! false again after [`stop`](crate::DataStore::stop), and always false without an API.
//!
//! ```
//! # use std::sync::Arc;
//! # use syncline::{DataStore, Error};
//! use syncline::{Change, ChangeSource};
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! # let store = DataStore::builder(schema()).in_memory().open().await?;
//! let mut reading = store.observe::<Book>()?.filter(Book::SHELF.eq(Shelf::Reading))?;
//! let long = store.observe_query::<Book>().filter(Book::PAGES.gt(200)).sort(Book::PAGES.desc());
//! let mut long = long.limit(10).stream()?;
//! assert!(long.next().await.is_some_and(|snapshot| snapshot.items.is_empty())); // the first one, at once
//!
//! let book = Book { pages: Some(204), ..Book::new("Solaris") }; // to read
//! let book = store.save(book).await?.into_inner();
//! let book = store.save(Book { shelf: Shelf::Reading, ..book }).await?.into_inner(); // begins to match
//! store.save(Book { shelf: Shelf::Read, ..book }).await?; // ceases to
//! for expected in [Shelf::Reading, Shelf::Read] {
//!     let Some(Change::Updated { item, source, .. }) = reading.next().await else { panic!("an update") };
//!     assert_eq!((item.shelf, source), (expected, ChangeSource::Local));
//! }
//!
//! // Three commits since the first snapshot: the next one is the newest.
//! let Some(before) = long.next().await else { panic!("a snapshot") };
//! assert_eq!((before.items.len(), &before.items[0].shelf), (1, &Shelf::Read));
//! store.save(Book { pages: Some(322), ..Book::new("Fiasco") }).await?;
//! let Some(after) = long.next().await else { panic!("a snapshot") };
//! assert_eq!(after.items[0].title, "Fiasco");
//! assert!(Arc::ptr_eq(&after.items[1], &before.items[0])); // it did not change
//! # Ok(())
//! # }
//! ```
//!
//! Both are a `Stream` of the crate `futures-core`, and have a `next` of their own. To give up a `next` loses nothing.
//! They do not keep the store open, and end when it is gone. An observed query also ends when the file cannot be read,
//! which [`LiveQuery::error`](crate::LiveQuery::error) tells.
