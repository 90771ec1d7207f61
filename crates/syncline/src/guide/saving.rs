//! Saving: creating, changing and deleting records, alone or together, and what is promised when a call returns.
//!
//! # Creating and changing
//!
//! [`DataStore::save`](crate::DataStore::save) does both. A value from `new` is created. A value that was read is
//! compared with its origin, the record as it was read, and what differs is written: a field that somebody else
//! changed in the meantime stays as they left it. If the save changes that field too, the later of two saves on this
//! device counts, and against a change from the cloud it is a [conflict](crate::guide::syncing#conflicts). A save that
//! changes nothing writes nothing.
//!
//! [`Saved`](crate::Saved) holds the model as it is stored. Go on from that one, since its origin is up to date; it
//! can be used like the model, and [`into_inner`](crate::Saved::into_inner) takes the model out.
//!
//! A value without origin whose key is there already (one from JSON, or with an id of the application's own choice) is
//! not refused: its fields that are not null are written over the record's. The key of a record cannot be changed.
//!
//! # Conditions
//!
//! [`when`](crate::Save::when) makes a save or delete depend on the stored record, by a
//! [predicate](crate::guide::predicates). It is checked here first, and what fails then is
//! [`Error::ConditionFailed`](crate::Error::ConditionFailed). It is checked once more at the cloud, where the record
//! may be another one by then: [`synced`](crate::Saved::synced) tells of that, and the server's record shows again. A
//! record that is not there satisfies no condition, so that a new record cannot be saved with one.
//! ([`Predicate::all`](crate::Predicate::all) is no condition.) A delete of a record that is not there has nothing to do,
//! whatever the condition.
//!
//! # Deleting
//!
//! [`DataStore::delete`](crate::DataStore::delete) takes a model, [`delete_by_id`](crate::DataStore::delete_by_id) a
//! key. With a record goes what belongs to it by `@hasMany` and `@hasOne`, and what belongs to that, as far as it is
//! on this device, in one commit. Each record has its own mutation, and what belongs to a record is sent before it.
//! [`delete_where`](crate::DataStore::delete_where) deletes all that a predicate selects, in one commit too.
//!
//! ```
//! # use syncline::{DataStore, Error};
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! # let store = DataStore::builder(schema()).in_memory().open().await?;
//! let mut mine = store.save(Book::new("Solaris")).await?.into_inner();
//!
//! // Somebody else changes another field of it meanwhile. Only what differs from what was read is written.
//! let theirs = Book { shelf: Shelf::Read, ..mine.clone() };
//! store.save(theirs).await?;
//! mine.pages = Some(204);
//! let saved = store.save(mine).await?;
//! assert_eq!((saved.pages, &saved.shelf), (Some(204), &Shelf::Read));
//! let book = saved.into_inner();
//!
//! // A condition.
//! let lent = Book { title: "Solaris (lent)".to_owned(), ..book.clone() };
//! let refused = store.save(lent).when(Book::SHELF.eq(Shelf::Reading)).await;
//! assert!(matches!(refused, Err(Error::ConditionFailed { .. })));
//!
//! // Reviews belong to their book and go with it.
//! for stars in [5, 1] {
//!     store.save(Review::new(stars, &book.id)).await?;
//! }
//! let deleted = store.delete(book).await?;
//! assert_eq!(deleted.map(|deleted| deleted.cascaded()), Some(2));
//! assert!(store.delete_by_id::<Book>("nobody").await?.is_none());
//!
//! // Many at once.
//! for title in ["Eden", "Fiasco"] {
//!     store.save(Book::new(title)).await?;
//! }
//! let gone = store.delete_where::<Book>(Book::TITLE.begins_with("E")).await?;
//! assert_eq!(gone.items.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Transactions
//!
//! [`DataStore::transaction`](crate::DataStore::transaction) runs a closure whose writes happen together or not at
//! all. Inside it, everything goes through the handle that the closure gets: its reads see one state of the file with
//! the transaction's own writes over it. Nobody waits for the closure. Instead, at its end, the records that it has
//! read and written are compared with what is there then, and if one was changed meanwhile, by this application or by
//! the cloud, nothing is written and the result is [`Error::TransactionConflict`](crate::Error::TransactionConflict).
//! Run it again then, from its first read. (A record that a query did not find is not compared, and neither is a
//! count.) An `Err` from the closure also leaves everything as it was, and may be of a type of the application's own
//! that is `From<Error>`.
//!
//! In the outbox a transaction is one group. A Syncline server applies it as a whole or not at all: if one of its
//! mutations is refused, or somebody else changed the same field of a record, nothing of it is applied and all of it is
//! parked. A transaction may have as many mutations as the server applies at once, 100 if it is not configured otherwise;
//! a larger one is refused with [`Error::TransactionTooLarge`](crate::Error::TransactionTooLarge). (What is deleted with
//! a record counts.) If the device does not know the server yet, it is written, and parked when it turns out.
//!
//! AppSync has nothing of the kind. There the mutations are sent one by one, in their order, so that others may see a
//! part of it for a moment. If one is refused, or the device learns of a
//! [conflict](crate::guide::syncing#conflicts) before it is sent, it is parked, and so is everything of the transaction
//! that was not sent yet. What was applied by then stays; [`Committed::synced`](crate::Committed::synced) says how many
//! those are. A conflict that only the server knows of is settled there field by field, as for any other save, and listed.
//!
//! ```
//! # use syncline::{DataStore, Error};
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! # let store = DataStore::builder(schema()).in_memory().open().await?;
//! let id = store.save(Book { pages: Some(0), ..Book::new("Notebook") }).await?.id.clone();
//!
//! let mut rounds = 0;
//! let done = loop {
//!     rounds += 1;
//!     let done = store.transaction(|tx| {
//!         let (store, id) = (&store, &id);
//!         async move {
//!             let Some(mut book) = tx.get::<Book>(id).await? else { return Ok(None) };
//!             if rounds == 1 {
//!                 // Somebody else is faster. (This save is no part of the transaction.)
//!                 store.save(Book { pages: Some(100), ..book.clone() }).await?;
//!             }
//!             book.pages = book.pages.map(|pages| pages + 1);
//!             let book = tx.save(book).await?;
//!             tx.save(Review::new(4, &book.id)).await?;
//!             assert_eq!(book.reviews(&tx).count().await?, 1); // it sees what it wrote
//!             Ok::<_, Error>(Some(book))
//!         }
//!     });
//!     match done.await {
//!         Err(Error::TransactionConflict { .. }) if rounds < 5 => {}
//!         done => break done?,
//!     }
//! };
//! assert_eq!((rounds, done.value.and_then(|book| book.pages)), (2, Some(101)));
//! assert_eq!(store.query::<Review>().count().await?, 1); // the first round left nothing
//! # Ok(())
//! # }
//! ```
//!
//! # What "saved" means
//!
//! When a save, a delete or a transaction returns Ok, the record and the mutation that will be sent are in the file,
//! written in one commit. From then on the change is applied at the server once, or settled as a
//! [conflict](crate::guide::syncing#conflicts) and listed, or parked with its reason. Only
//! [`DataStore::clear`](crate::DataStore::clear) drops it.
//!
//! [`Durability`](crate::Durability) says what a power cut may take. `Full`, the default, means that the commit has
//! reached the disk: nothing that has returned is lost. With `Relaxed` it has reached the operating system: a crash of
//! the application loses nothing, but a power cut takes the commits since they were last put on the disk, which
//! happens about every 16 MB of writes, before anything is sent, and when the file is closed. The file is sound at
//! either level.
//!
//! Writes at the same time share a commit, so that it is faster to have many under way than to await each before the
//! next. Each of them still succeeds or fails alone; what has to happen together is a transaction.
//!
//! A call that is given up (its future dropped, as by `select!` or a timeout) has been done or has not, and never a
//! part of it. A save that was not awaited at all was never begun.
//!
//! # The file
//!
//! [`DataStoreBuilder::path`](crate::DataStoreBuilder::path) names the file. While it is open there are more beside
//! it, which end in `-wal`, `-shm` and `.lock`; what was written last is in the first of them, so copy a store only
//! while it is closed. One process owns it at a time, with as many handles and tasks as it likes: a second one gets
//! [`StoreError::InUse`](crate::StoreError::InUse), which names the first. Without a path the store is in memory, and
//! gone with its last handle.
//!
//! ```
//! # use syncline::{DataStore, Durability, Error, StoreError};
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = tempfile::tempdir()?;
//! # let file = directory.path().join("books.db");
//! let open = || DataStore::builder(schema()).path(&file).durability(Durability::Full).open();
//! let store = open().await?;
//! let saved = store.save(Book::new("Solaris")).await?.into_inner();
//!
//! let second = open().await;
//! assert!(matches!(second, Err(Error::Store(StoreError::InUse { .. }))));
//!
//! // The file is closed when the last handle is dropped, and can be opened again at once.
//! drop(store);
//! let store = open().await?;
//! assert_eq!(store.get::<Book>(&saved.id).await?, Some(saved));
//! assert_eq!(store.pending_count()?, 1); // to be sent once there is an API
//! # Ok(())
//! # }
//! ```
