//! The dynamic API: models by their names, for tools, bindings and whoever knows a schema only at run time.
//!
//! [`DataStore::model`](crate::DataStore::model) gives a [`DynamicModel`], whose operations are those of the typed API,
//! with [`Item`]s instead of generated types. Both may be used side by side on one store: each sees what the other
//! writes.
//!
//! ```
//! use syncline::{DataStore, Value};
//! # syncline::schema!("schema.graphql");
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = DataStore::builder(schema()).open().await?;
//! let posts = store.model("Post")?;
//!
//! let mut post = posts.new_item();
//! post.set("title", "Hello")?.set("status", "ACTIVE")?.set("rating", 5)?;
//! let post = posts.save(post).await?.into_inner();
//!
//! let rating = posts.field("rating")?;
//! let best = posts.query().filter(rating.gt(3)).sort(rating.desc()).await?;
//! assert_eq!(best, [post.clone()]);
//! assert_eq!(best[0].get("title"), Some(&Value::from("Hello")));
//!
//! // What is written here is what a generated type reads, and the other way round.
//! let typed = store.get::<Post>(post.key()).await?.ok_or("it has been saved")?;
//! assert_eq!(typed.title, "Hello");
//! assert_eq!(posts.item(&typed)?, post);
//! # Ok(())
//! # }
//! ```

mod error;
mod handle;
mod item;
mod json;
mod related;
mod transaction;

pub use error::ItemError;
pub use handle::DynamicModel;
pub use item::Item;
pub use transaction::TxModel;
