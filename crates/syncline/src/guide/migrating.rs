//! When the schema changes: what becomes of the records and of what was not sent yet.
//!
//! A file remembers the schema that it was written with. When an application opens it with another one, it is brought over
//! in one transaction: it is of the old schema or of the new one, never between, whenever the process ends.
//!
//! | what changes | records | changes that wait to be sent |
//! |---|---|---|
//! | a model, a field that may be null, an index, a relation is new | kept | kept |
//! | a field that may not be null is new, with a `@default` | get the default | creates get it |
//! | the same without a default | kept, null until they are fetched | kept; the cloud refuses a create without it |
//! | a model or a field [has another name](#names) | kept | kept, under the new name |
//! | a field has [another type](#types) | converted, or null until they are fetched | converted, or parked |
//! | a field may be null now | kept | kept |
//! | a field may not be null any more | kept; null becomes the `@default`, if there is one | as the records |
//! | values of an enum come and go | kept, also those that are gone | kept |
//! | a model or a field is gone | removed | [refused](#what-would-be-lost), if there are any |
//! | the primary key is another one | removed and fetched anew | refused, if there are any |
//!
//! A model of which something may be missing is fetched anew in the background; until then the records are there as far as
//! they were converted.
//!
//! What was sent and not answered is sent once more as it was. If the server has no place for it any more, it gets the
//! change under the new schema: nothing is applied twice, and nothing is forgotten.
//!
//! # Names
//!
//! A new name cannot be told from a field that is gone and another that is new, so it has to be said, in the schema:
//!
//! ```graphql
//! type Article @model @renamedFrom(name: "Post") @auth(rules: [{ allow: public }]) {
//!   headline: String! @renamedFrom(name: "title")
//! }
//! ```
//!
//! or by [`rename`](crate::DataStoreBuilder::rename). The directive is Syncline's and never appears in the API. Both may
//! stay: they count for files that have the old name and not the new one. What has had several names says so several times,
//! the last of them first, and a file may have missed some of them.
//!
//! ```
//! # syncline::schema!("schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), syncline::Error> {
//! let store = syncline::DataStore::builder(schema())
//!     .rename("Volume", "Book")
//!     .rename("Volume.name", "title")
//!     .in_memory()
//!     .open()
//!     .await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Types
//!
//! | from | to | |
//! |---|---|---|
//! | `Int` | `Float` | each value |
//! | `Float` | `Int` | whole numbers |
//! | any scalar, an enum | `String` | each value |
//! | `String` | any other scalar, an enum | what says one |
//! | one value | a list of it | each value |
//! | a list | a list of another type | item by item |
//! | a custom type | a custom type | field by field |
//!
//! Values without a counterpart are null in a record until it is fetched. A change that waits to be sent and holds one is
//! parked instead, with all that it was: [`Outbox::original`](crate::Outbox::original) shows it, and
//! [`Outbox::edit`](crate::Outbox::edit) says what it is to be now.
//!
//! # What would be lost
//!
//! A change of the schema that leaves no place for what was not sent is refused with
//! [`StoreError::SchemaChanged`](crate::StoreError::SchemaChanged), which names each model and field and leaves the file as
//! it was. Open it with the old schema and let it be sent, say what was renamed, or give it up:
//!
//! ```
//! # syncline::schema!("schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), syncline::Error> {
//! let store = syncline::DataStore::builder(schema())
//!     .discard_on_migration(["Draft", "Book.subtitle"])
//!     .in_memory()
//!     .open()
//!     .await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Beforehand
//!
//! `syncline doctor --db blog.db --schema schema.graphql --migrate-plan` shows each step for a file, and what would be
//! refused, without touching it; [`doctor`](crate::doctor) does the same from a program.
