//! Models: what is generated from a schema, and how its values are used.
//!
//! # From a schema to Rust
//!
//! [`schema!`](crate::schema) reads a GraphQL schema when the application is compiled; `syncline codegen models
//! --target rust` writes the same code into a file. The examples are about [this
//! schema](crate::guide#the-schema-of-the-examples). It becomes
//!
//! - a struct for each `@model`, which implements [`Model`](crate::Model), with a constant for each field to build
//!   [predicates](crate::guide::predicates) with, and a method for each relation;
//! - a struct for each type without `@model`, whose values lie inside the records of models;
//! - an enum for each enum, with a variant `Unknown` for values that this schema does not have, because a newer
//!   version of the application may have written one. It is kept as it came;
//! - `fn schema()`, the description of it all, which a store is opened with. The database, the API and the [dynamic
//!   API](#without-generated-types) work from it.
//!
//! A mistake in the schema is a compile error with its file, line and column, and says what to write instead.
//!
//! | GraphQL | Rust |
//! |---|---|
//! | `ID`, `String` | `String` |
//! | `Int` | `i32` |
//! | `Float` | `f64` |
//! | `Boolean` | `bool` |
//! | `AWSDate`, `AWSTime`, `AWSDateTime`, `AWSTimestamp`, `AWSEmail`, `AWSJSON`, `AWSURL`, `AWSPhone`, `AWSIPAddress` | types of [`scalar`](crate::scalar), such as [`AwsDate`](crate::scalar::AwsDate) |
//! | an enum, a type without `@model` | its generated type |
//! | `T` without `!` | `Option<T>` |
//! | `[T!]!`, `[T!]`, `[T]!`, `[T]` | `Vec<T>`, `Option<Vec<T>>`, `Vec<Option<T>>`, `Option<Vec<Option<T>>>` |
//!
//! Names become Rust's: the field `firstName` is `first_name`, its constant `FIRST_NAME`, the value `TO_READ` of an
//! enum `ToRead`. A word that Rust keeps for itself is written `r#type`; a name that is taken gets an underscore at
//! its end.
//!
//! Some fields are there without being declared. `id: ID!` is one, unless the model declares it or another
//! `@primaryKey`. `createdAt` and `updatedAt` are written by the server, so that they are `None` until it has
//! answered; what an application writes to them is not sent. A relation has the key of the other record as a field,
//! unless the schema names fields for it: the author of a book is in its field `author_books_id`.
//!
//! # Making and changing values
//!
//! `new` takes what has to be there. An `id` is made (a UUIDv7, so that later records come later in the order of
//! keys), what has a `@default` gets it, and all else is `None`. The fields are public, so that a literal can fill up
//! what `new` left.
//!
//! ```
//! # use syncline::{DataStore, Key, Value};
//! use syncline::scalar::{AwsDate, AwsJson};
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let store = DataStore::builder(schema()).in_memory().open().await?;
//!
//! let lem = Author { born: Some(AwsDate::new("1921-09-12")?), ..Author::new("Stanisław Lem") };
//! let mut solaris = Book {
//!     pages: Some(204),
//!     tags: Some(vec!["ocean".to_owned()]),
//!     edition: Some(Edition { year: Some(1961), ..Edition::new("MON") }),
//!     notes: Some(AwsJson::of(&["read twice", "lent"])?),
//!     author_books_id: Some(lem.id.clone()),
//!     ..Book::new("Solaris")
//! };
//! assert_eq!(solaris.shelf, Shelf::ToRead); // the default of the schema
//!
//! // A scalar checks its text, and says what it accepts. It keeps the text as it was given.
//! let error = AwsDate::new("12.9.1921").unwrap_err().to_string();
//! assert!(error.contains("YYYY-MM-DD"), "{error}");
//!
//! // Two values are equal if their fields are; where they come from does not count.
//! solaris = store.save(solaris).await?.into_inner();
//! assert_eq!(store.get::<Book>(&solaris.id).await?, Some(solaris));
//!
//! // Where the key has several fields, a record is asked for with a `Key`.
//! store.save(Loan::new("ann", 7)).await?;
//! let key = Key(vec![Value::from("ann"), Value::from(7)]);
//! assert_eq!(store.get::<Loan>(key).await?, Some(Loan::new("ann", 7)));
//! # drop(lem);
//! # Ok(())
//! # }
//! ```
//!
//! A model that was read also holds its *origin*, the record as it was then ([`Model::origin`](crate::Model::origin)).
//! A save sends what differs from it, which [saving](crate::guide::saving#creating-and-changing) is about. So to
//! change a record, change the value that was read, and save that. A clone has the origin too; a value from `new` or
//! from JSON has none.
//!
//! Values are checked once more when a record is saved: an enum's `Unknown` that the schema does not have, or a text
//! that no database holds, is refused with an error that names the field. What was read and not changed is not
//! checked.
//!
//! # Relations
//!
//! A relation is a method that reads the other side from a store, or in a
//! [transaction](crate::DataStore::transaction). `@belongsTo` and `@hasOne` give the record, if it is on this device;
//! `@hasMany` gives a query, to be filtered and sorted further. `@manyToMany` goes over a model that joins the two
//! sides, with the name that `relationName` says: both sides have many of it. The two sides of a relation are saved
//! separately, in any order. What belongs to a record by `@hasMany` or `@hasOne` is [deleted with
//! it](crate::guide::saving#deleting). The last example on this page follows one in both directions.
//!
//! # As JSON
//!
//! Models, enums and custom types implement `serde`'s traits, with the names of the schema. The origin is no part of
//! it.
//!
//! # Without generated types
//!
//! [`DataStore::model`](crate::DataStore::model) gives a model by its name, for tools and whoever knows a schema at
//! run time only. Its records are [`Item`](crate::Item)s, whose fields are set and read by name. Whatever the typed
//! API does it does too, on the same store; what the compiler checks there is checked here when it runs
//! ([`dynamic`](crate::dynamic)).
//!
//! ```
//! # use syncline::DataStore;
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let store = DataStore::builder(schema()).in_memory().open().await?;
//! let lem = store.save(Author::new("Stanisław Lem")).await?.into_inner();
//! for (title, pages) in [("Solaris", 204), ("Fiasco", 322)] {
//!     let author = Some(lem.id.clone());
//!     store.save(Book { pages: Some(pages), author_books_id: author, ..Book::new(title) }).await?;
//! }
//!
//! // Relations: many, to be filtered and sorted further; and one.
//! let long = lem.books(&store).filter(Book::PAGES.gt(300)).await?;
//! assert_eq!(long[0].author(&store).await?, Some(lem.clone()));
//!
//! // JSON has the names of the schema.
//! let json = serde_json::to_value(&long[0])?;
//! assert_eq!((&json["title"], &json["shelf"]), (&"Fiasco".into(), &"TO_READ".into()));
//! let read: Book = serde_json::from_value(json)?;
//! assert_eq!(read, long[0]);
//!
//! // An enum keeps what it does not know.
//! let shelf: Shelf = serde_json::from_str(r#""LENT""#)?;
//! assert_eq!(shelf, Shelf::Unknown("LENT".to_owned()));
//!
//! // The same store without generated types.
//! let books = store.model("Book")?;
//! let mut item = books.get(&long[0].id).await?.ok_or("it has been saved")?;
//! item.set("shelf", "READ")?;
//! let saved = books.save(item).await?.into_inner();
//! assert_eq!(books.related_one("author", &saved).await?, Some(store.model("Author")?.item(&lem)?));
//! assert_eq!(saved.to_model::<Book>()?.shelf, Shelf::Read);
//! assert!(books.new_item().set("pages", "many").is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # When the schema changes
//!
//! A file of another schema is brought to the application's when it is opened, with its records and with what was not sent
//! yet: [migrating](crate::guide::migrating).
