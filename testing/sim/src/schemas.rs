//! The schemas of the worlds: what people quarrel over.

use std::sync::Arc;
use syncline_core::Schema;

/// A blog, which has posts, and its posts. `{note}` is what a newer version adds, `{also}` a further rule that lets
/// nobody in who is not in already.
const SOUND: &str = r#"
type Blog @model @auth(rules: [{allow: public}{also}]) {
  id: ID!
  title: String!
  body: String
  rating: Int
  tags: [String]
  posts: [Post] @hasMany(indexName: "byBlog", fields: ["id"])
}

type Post @model @auth(rules: [{allow: public}{also}]) {
  id: ID!
  title: String!
  body: String
  rating: Int
  tags: [String]
  blogId: ID @index(name: "byBlog")
  blog: Blog @belongsTo(fields: ["blogId"])
  {note}
}
"#;

/// A model that the server lets nobody write, and one that it lets nobody read.
const POISON: &str = r#"
type Vault @model @auth(rules: [{allow: public, operations: [read]}]) {
  id: ID!
  title: String!
  body: String
  rating: Int
  tags: [String]
}

type Hidden @model @auth(rules: [{allow: public, operations: [create]}]) {
  id: ID!
  title: String!
}
"#;

/// The names of models that can be read and written by everybody.
pub const BLOG: &str = "Blog";
/// See [`BLOG`].
pub const POST: &str = "Post";
/// The model that nobody can write.
pub const VAULT: &str = "Vault";
/// The model that nobody can read.
pub const HIDDEN: &str = "Hidden";

/// The schemas of one kind of world.
#[derive(Clone, Debug)]
pub struct Schemas {
    /// What a device may have: the older version and the newer one.
    pub device: [Arc<Schema>; 2],
    /// What the server may have: the newer version, with one set of rules or the other.
    pub server: [Arc<Schema>; 2],
}

impl Schemas {
    /// The schemas, compiled.
    ///
    /// # Errors
    /// If one does not compile.
    pub fn new(poison: bool) -> Result<Schemas, String> {
        let compiled = |note: &str, also: &str| {
            let mut text = SOUND.replace("{note}", note).replace("{also}", also);
            if poison {
                text.push_str(POISON);
            }
            syncline_schema::compile(&text, "sim.graphql").map(Arc::new).map_err(|error| error.to_string())
        };
        let (note, also) = ("note: String", ", {allow: private}");
        Ok(Schemas {
            device: [compiled("", "")?, compiled(note, "")?],
            server: [compiled(note, "")?, compiled(note, also)?],
        })
    }
}
