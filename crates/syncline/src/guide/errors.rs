//! Errors: what can go wrong, and what to do then.
//!
//! Every operation fails with [`Error`](crate::Error). Its text is a sentence that says what happened and what to do,
//! and holds no secrets, so that it can be shown or logged as it is. What failed has changed nothing.
//! [`is_retryable`](crate::Error::is_retryable) says whether the same call may succeed later. If it is false,
//! something has to change first: the call, the file or the application.
//!
//! | error | when | what to do |
//! |---|---|---|
//! | [`ConditionFailed`] | a condition does not hold for the stored record | read the record again, decide anew |
//! | [`TransactionConflict`] | a record that a transaction used was changed meanwhile | run it again, a few times at most |
//! | [`TransactionTooLarge`] | the server applies so many mutations at once and no more | make several transactions of it |
//! | [`TransactionOver`] | a transaction's handle was used after its closure | use it inside only |
//! | [`Timeout`] | a [`flush`](crate::DataStore::flush) took too long; nothing is lost | wait again, or go on |
//! | [`Predicate`] | a filter, condition or sort does not fit the model | correct the place that it names |
//! | [`Item`] | the same of a field, relation or value of the dynamic API | the same |
//! | [`UnknownModel`], [`Model`] | the store was opened with another schema than the types are from | use their `schema()` |
//! | [`NoApi`] | `start` or `flush` without an API | give the builder one |
//! | [`Config`] | the configuration of the API cannot be read or used | correct what it names |
//! | [`Closed`] | the store has ended | open it again |
//! | [`Store`] | the file, or a value that does not fit | see the next table |
//!
//! Failures of the network are none of these, since no operation waits for it. They are told by [the
//! hub](crate::guide::syncing#what-happens), and what the cloud refuses by the
//! [verdict](crate::guide::syncing#verdicts). Whatever goes wrong in the background is also a
//! [`SyncError`](crate::SyncError) there: where it happened, of which kind it is, and what it is about. An application that
//! wants one place for all of it, such as a log, listens to [`HubKind::SyncError`](crate::HubKind::SyncError); its text is a line.
//!
//! # The file
//!
//! [`StoreError`](crate::StoreError) says what is wrong with the file, or with what was to be written. A file that
//! cannot be opened is left as it was. These are the ones that an application may meet:
//!
//! | error | when | what to do |
//! |---|---|---|
//! | [`InUse`] | another process has it open, or another store of this one | close it there |
//! | [`SchemaChanged`] | pending changes have [no place in the new schema](crate::guide::migrating#what-would-be-lost) | send them first, say what was renamed, or give them up |
//! | [`TooNew`] | a newer version of Syncline wrote it | update the application |
//! | [`NotOurs`] | it is something else | name another path |
//! | [`Damaged`] | its content is not sound | restore a backup; or move it away and sync anew, without what it had not sent |
//! | [`DiskFull`], [`DiskFailed`], [`Io`] | the disk, its permissions, or a directory that is not there | what the message says |
//! | [`Busy`] | another program holds a lock on it | try again |
//! | [`ReadOnly`] | it cannot be written | check its permissions |
//! | [`InvalidRecord`] | a value does not fit its field | correct the field that it names |
//! | [`RecordDeleted`] | a save of a model that the server has deleted since it was read | let it go, or save its values as a new one |
//!
//! [`ConditionFailed`]: crate::Error::ConditionFailed
//! [`TransactionConflict`]: crate::Error::TransactionConflict
//! [`TransactionOver`]: crate::Error::TransactionOver
//! [`TransactionTooLarge`]: crate::Error::TransactionTooLarge
//! [`Timeout`]: crate::Error::Timeout
//! [`Predicate`]: crate::Error::Predicate
//! [`Item`]: crate::Error::Item
//! [`UnknownModel`]: crate::Error::UnknownModel
//! [`Model`]: crate::Error::Model
//! [`NoApi`]: crate::Error::NoApi
//! [`Config`]: crate::Error::Config
//! [`Closed`]: crate::Error::Closed
//! [`Store`]: crate::Error::Store
//! [`InUse`]: crate::StoreError::InUse
//! [`SchemaChanged`]: crate::StoreError::SchemaChanged
//! [`TooNew`]: crate::StoreError::TooNew
//! [`NotOurs`]: crate::StoreError::NotOurs
//! [`Damaged`]: crate::StoreError::Damaged
//! [`DiskFull`]: crate::StoreError::DiskFull
//! [`DiskFailed`]: crate::StoreError::DiskFailed
//! [`Io`]: crate::StoreError::Io
//! [`Busy`]: crate::StoreError::Busy
//! [`ReadOnly`]: crate::StoreError::ReadOnly
//! [`InvalidRecord`]: crate::StoreError::InvalidRecord
//! [`RecordDeleted`]: crate::StoreError::RecordDeleted
//!
//! ```
//! # use syncline::{DataStore, Error};
//! use syncline::StoreError;
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let store = DataStore::builder(schema()).in_memory().open().await?;
//! let book = store.save(Book::new("Solaris")).await?.into_inner();
//!
//! // A condition that does not hold: decide anew. The stored record is as it was.
//! match store.delete(book.clone()).when(Book::SHELF.eq(Shelf::Read)).await {
//!     Err(Error::ConditionFailed { key, .. }) => assert_eq!(key, book.id),
//!     other => panic!("{other:?}"),
//! }
//!
//! // A value that does not fit: the error names the field.
//! let shelf = Shelf::Unknown("LENT".to_owned());
//! match store.save(Book { shelf, ..book }).await {
//!     Err(Error::Store(StoreError::InvalidRecord { place, .. })) => assert_eq!(place, "Book.shelf"),
//!     other => panic!("{other:?}"),
//! }
//!
//! // A file that is something else, and is left alone.
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("letter.txt");
//! std::fs::write(&path, "Dear Sir or Madam")?;
//! let error = DataStore::builder(schema()).path(&path).open().await.unwrap_err();
//! assert!(matches!(error, Error::Store(StoreError::NotOurs { .. })) && !error.is_retryable());
//! assert_eq!(std::fs::read_to_string(&path)?, "Dear Sir or Madam");
//!
//! // An API that a program cannot do without.
//! assert!(matches!(store.start().await, Err(Error::NoApi)));
//! # Ok(())
//! # }
//! ```
