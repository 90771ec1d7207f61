//! Predicates: which records. They filter queries and observers, are the conditions of saves and deletes, and say
//! which records a device syncs. One predicate selects the same records everywhere: in the local file, for an
//! observer, and at the server.
//!
//! # Comparing a field
//!
//! A generated model has a constant for each field, with a method for each operator. What the type of the field does
//! not have does not compile; whether the field is an `Option` makes no difference.
//!
//! | fields of type | operators |
//! |---|---|
//! | every type | [`exists`](crate::predicate::TypedField::exists) |
//! | every scalar, enums, and lists of those | `eq`, `ne`, `is_in`, `not_in`, `is_null`, `is_not_null` |
//! | numbers, text, ids, and the AWS scalars except `AWSJSON` | `lt`, `le`, `gt`, `ge`, `between` (both ends included) |
//! | text, ids, and the AWS scalars except `AWSTimestamp` | `begins_with`; `contains`, `not_contains` a part; `size` in UTF-8 bytes |
//! | lists of scalars and enums | `contains`, `not_contains` an item; `size` in items |
//! | lists of custom types | `size` in items |
//! | everything but lists, `AWSJSON` and custom types | `asc`, `desc`, to sort by |
//!
//! Numbers are compared as numbers, text and dates by their UTF-8 bytes: capital letters come before small ones, and
//! instants are in order if they are written in one form.
//!
//! A predicate is a value. `and`, `or` and `not` (or `!`) make a new one of others.
//! [`Predicate::all`](crate::Predicate::all) is every record. A predicate may have 1,000 comparisons and groups in 32
//! levels, and 10,000 values.
//!
//! # Null
//!
//! A predicate holds or does not hold; there is no third answer. Null is the same as a value that is missing. It is
//! equal to no value, and neither above nor below one. So on null `ne`, `not_in` and `not_contains` are true, and
//! `eq`, `gt`, `begins_with`, everything about `size` and the like are false, whose `not` is then true. Mind that
//! `PAGES.ne(204)` selects books without a number of pages too; `PAGES.ne(204).and(PAGES.is_not_null())` leaves them
//! out.
//!
//! ```
//! # use syncline::{DataStore, Error, Predicate};
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! # let store = DataStore::builder(schema()).in_memory().open().await?;
//! let books = [("Fiasco", Some(322), "war"), ("Eden", None, "planet"), ("Solaris", Some(204), "ocean")];
//! for (title, pages, tag) in books {
//!     store.save(Book { pages, tags: Some(vec![tag.to_owned()]), ..Book::new(title) }).await?;
//! }
//! for (predicate, expected) in [
//!     (Book::PAGES.gt(300), "Fiasco"),
//!     (Book::PAGES.ne(204), "Eden Fiasco"), // true on null
//!     (Book::PAGES.gt(300).not(), "Eden Solaris"), // so is this
//!     (Book::PAGES.is_null(), "Eden"),
//!     (Book::TITLE.begins_with("S").or(Book::TAGS.contains("planet")), "Eden Solaris"),
//!     (Book::TITLE.size().le(6).and(Book::SHELF.is_in([Shelf::ToRead])), "Eden Fiasco"),
//!     (Book::EDITION.exists(true), ""),
//!     (Predicate::all(), "Eden Fiasco Solaris"),
//! ] {
//!     let found = store.query::<Book>().filter(predicate).sort(Book::TITLE.asc()).await?;
//!     let titles: Vec<_> = found.iter().map(|book| book.title.as_str()).collect();
//!     assert_eq!(titles.join(" "), expected);
//! }
//!
//! // Queries: several sort keys, pages, and questions with short answers.
//! let books = || store.query::<Book>();
//! let page = books().sort(Book::SHELF.asc()).sort(Book::PAGES.desc()).page(1, 2).await?;
//! assert_eq!(page[0].title, "Eden"); // null is the smallest value, so it comes last
//! let first = books().filter(Book::PAGES.gt(200)).sort(Book::PAGES.asc()).first().await?;
//! assert_eq!(first.map(|book| book.title).as_deref(), Some("Solaris"));
//! assert_eq!(books().count().await?, 3);
//! assert!(!books().filter(Book::TITLE.eq("Ijon Tichy")).exists().await?);
//!
//! // How a query would be run: here by the index `byShelf` of the schema, on shelf and pages.
//! let explain = books().filter(Book::SHELF.eq(Shelf::ToRead)).sort(Book::PAGES.asc()).explain().await?;
//! assert_eq!(explain.indexes, ["Book by shelf, pages"]);
//! assert!(!explain.scans && !explain.sorts);
//! let some = Book::SHELF.is_in([Shelf::ToRead, Shelf::Reading]).and(Book::PAGES.gt(300));
//! assert!(!books().filter(some).explain().await?.scans);
//! let explain = books().filter(Book::TITLE.contains("o")).explain().await?;
//! assert!(explain.scans); // this looks at every book
//!
//! // A predicate of another model is an error, and names what is wrong.
//! let error = store.query::<Author>().filter(Book::PAGES.gt(1)).await.unwrap_err();
//! assert!(error.to_string().contains("Author has no field `pages`"), "{error}");
//! # Ok(())
//! # }
//! ```
//!
//! # Queries
//!
//! [`DataStore::query`](crate::DataStore::query) reads the local file and never waits for the network or for a write.
//! [`filter`](crate::Query::filter), [`sort`](crate::Query::sort) and [`page`](crate::Query::page) or
//! [`limit`](crate::Query::limit) say what; a second filter holds in addition, a second sort term decides among
//! records that the first leaves equal. In the end they are in the order of their keys, so that pages do not overlap.
//! A query is run when it is awaited, or by [`first`](crate::Query::first), [`count`](crate::Query::count) or
//! [`exists`](crate::Query::exists), which read no more than they need.
//!
//! # Indexes
//!
//! A record is found by its key without looking at others: by [`DataStore::get`](crate::DataStore::get), or by a
//! filter with `eq` on the key. So are records by the fields of an `@index` in the schema, from the first one on: `eq`
//! or `is_in` on each, and a range (`gt`, `between`…) on the next after them. An index also gives its order. A
//! `@hasMany` relation has the index it needs. Everything else looks at each record of the model.
//! [`Query::explain`](crate::Query::explain) says how it is for a query, without running it.
