//! The schemas of the worlds: what people quarrel over.

use std::sync::Arc;
use syncline_core::Schema;

/// A blog, which has posts, and its posts. `{note}` is what a newer version adds, `{also}` a further rule that lets
/// nobody in who is not in already. Of `visits` every increment counts.
const SOUND: &str = r#"
type Blog @model @auth(rules: [{allow: public}{also}]) {
  id: ID!
  title: String!
  body: String
  rating: Int
  tags: [String]
  visits: Int @merge(policy: counter)
  posts: [Post] @hasMany(indexName: "byBlog", fields: ["id"])
}

type Post @model @auth(rules: [{allow: public}{also}]) {
  id: ID!
  title: String!
  body: String
  rating: Int
  tags: [String]
  visits: Int @merge(policy: counter)
  blogId: ID @index(name: "byBlog")
  blog: Blog @belongsTo(fields: ["blogId"])
  {note}
}
"#;

/// A model that the server lets nobody write, one that it lets nobody read, and one whose records the devices cannot always
/// read: what is a text at the server is a number to them.
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

type Odd @model @auth(rules: [{allow: public}]) {
  id: ID!
  title: String!
  size: {size}
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

/// The model of which not every record can be read.
pub const ODD: &str = "Odd";

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
        let compiled = |note: &str, also: &str, size: &str| {
            let mut text = SOUND.replace("{note}", note).replace("{also}", also);
            if poison {
                text.push_str(&POISON.replace("{size}", size));
            }
            syncline_schema::compile(&text, "sim.graphql").map(Arc::new).map_err(|error| error.to_string())
        };
        let (note, also) = ("note: String", ", {allow: private}");
        Ok(Schemas {
            device: [compiled("", "", "Int")?, compiled(note, "", "Int")?],
            server: [compiled(note, "", "String")?, compiled(note, also, "String")?],
        })
    }
}
