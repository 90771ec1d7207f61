//! Errors: what can go wrong, and what to do then.
//!
//! Every operation fails with [`Error`](crate::Error). Its text is one sentence that says what happened and what to do,
//! without secrets, so that it can be shown or logged as it is. What failed has changed nothing.
//!
//! [`Error::is_retryable`](crate::Error::is_retryable) says whether the same call may succeed later. If it is false, something has to change first:
//! the call, the file or the application.
//!
//! | error | when | what to do |
//! |---|---|---|
//! | [`ConditionFailed`](crate::Error::ConditionFailed) | the condition of a save or delete does not hold for the stored record | read the record again and decide anew |
//! | [`TransactionConflict`](crate::Error::TransactionConflict) | a record that a transaction used was changed meanwhile | run the transaction again from its first read, a few times at most |
//! | [`TransactionOver`](crate::Error::TransactionOver) | a transaction's handle was used after the closure | use it inside only |
//! | [`Timeout`](crate::Error::Timeout) | a [`flush`](crate::DataStore::flush) took too long; nothing is lost | wait again, or go on |
//! | [`Predicate`](crate::Error::Predicate) | a predicate or sort is about another model, or (in the dynamic API) does not fit its field | a mistake in the program: the message names the place |
//! | [`Item`](crate::Error::Item) | in the dynamic API: a field or relation that is not there, a value that does not fit | as above |
//! | [`UnknownModel`](crate::Error::UnknownModel), [`Model`](crate::Error::Model) | the store was opened with another schema than the types were made from | open it with their `schema()` |
//! | [`NoApi`](crate::Error::NoApi) | `start` or `flush` of a store without an API | give the builder one |
//! | [`Config`](crate::Error::Config) | the API's configuration cannot be read or used | correct what the message names |
//! | [`Closed`](crate::Error::Closed) | the store has ended | open it again |
//! | [`Store`](crate::Error::Store) | the file; see the next table | |
//!
//! Failures of the network are none of these: no operation waits for it. They are told by
//! [the hub](crate::guide::syncing#what-happens), and what the cloud refuses by the [verdict](crate::guide::syncing#verdicts).
//!
//! # The file
//!
//! [`StoreError`](crate::StoreError) says what is wrong with the file or with what was to be written. When a file cannot be opened, it is left as it was.
//!
//! | error | when | what to do |
//! |---|---|---|
//! | [`InUse`](crate::StoreError::InUse) | another process has it open, or another store of this one | close it there; retryable |
//! | [`SchemaChanged`](crate::StoreError::SchemaChanged) | the new schema is [more than additions](crate::guide::models#when-the-schema-changes) | open it with the old schema, or use another file |
//! | [`TooNew`](crate::StoreError::TooNew) | a newer version of Syncline wrote it | update the application |
//! | [`NotOurs`](crate::StoreError::NotOurs) | it is something else | another path |
//! | [`Damaged`](crate::StoreError::Damaged) | its content is not sound | restore a backup, or move it away and sync anew: what the cloud has comes again, what was not sent is in the damaged file |
//! | [`DiskFull`](crate::StoreError::DiskFull), [`DiskFailed`](crate::StoreError::DiskFailed), [`Io`](crate::StoreError::Io), [`Busy`](crate::StoreError::Busy) | the disk, or another program that looks at the file | make room, check the disk; retryable |
//! | [`ReadOnly`](crate::StoreError::ReadOnly) | it cannot be written | check its permissions |
//! | [`InvalidRecord`](crate::StoreError::InvalidRecord) | a value does not fit its field: too large, an empty key, an unknown value of an enum… | correct the field that it names |
//! | [`RecordDeleted`](crate::StoreError::RecordDeleted) | a model was saved that the server has deleted since it was read | let it go; or save it as a new record, from `new` and without its origin |
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
//!     Err(Error::ConditionFailed { model, key }) => assert_eq!((model.as_str(), key), ("Book", book.id.clone())),
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
