//! The schemas of the worlds: what people quarrel over.

use std::sync::Arc;
use syncline_core::{Model, Schema, Value};

/// A blog, which has posts, and its posts. `{note}` is what a newer version adds, `{also}` a further rule that lets
/// nobody in who is not in already. Of `visits` every increment counts. The newest version calls posts and their rating by
/// other names: `{post}` and `{rating}`.
const SOUND: &str = r#"
type Blog @model @auth(rules: [{allow: public}{also}]) {
  id: ID!
  title: String!
  body: String
  rating: Int
  tags: [String]
  visits: Int @merge(policy: counter)
  posts: [{post}] @hasMany(indexName: "byBlog", fields: ["id"])
}

type {post} @model{wasPost} @auth(rules: [{allow: public}{also}]) {
  id: ID!
  title: String!
  body: String
  {rating}: Int{wasRating}
  tags: [String]
  visits: Int @merge(policy: counter)
  secret: String
  blogId: ID @index(name: "byBlog")
  blog: Blog @belongsTo(fields: ["blogId"])
  {note}
  {typed}
}
"#;

/// Fields that are of other types in the newest version of the schema: what they are called, and what they are first, at
/// the server, which serves all versions, and last.
const TYPED: [&str; 3] =
    ["mark: Int\n  kind: String", "mark: Float\n  kind: String", "mark: Float\n  kind: Kind"];

/// How many values the enum has that one of them is last.
pub const KINDS: usize = 60;

/// One of the values of the enum.
#[must_use]
pub fn kind(number: usize) -> String {
    format!("K{number}")
}

/// A value as every version of the schema can tell it from others: whole numbers are integers.
#[must_use]
pub fn known_value(value: &Value) -> Value {
    match value {
        Value::Float(float) if float.fract() == 0.0 && float.abs() < 1e15 => Value::Int(*float as i64),
        other => other.clone(),
    }
}

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

/// What the newest version of the schema calls by another name, and what the others call it.
const RENAMED: [(&str, &str); 2] = [("Article", POST), ("score", "rating")];

/// The name in every version of the schema but the newest of what is called `name` in one of them.
#[must_use]
pub fn known_as(name: &str) -> &str {
    RENAMED.iter().find(|(new, _)| *new == name).map_or(name, |(_, old)| old)
}

/// The model that all but the newest version of the schema call `name`.
#[must_use]
pub fn model_of<'s>(schema: &'s Schema, name: &str) -> Option<&'s Arc<Model>> {
    schema.models().iter().find(|model| known_as(&model.name) == name)
}

/// The place of the field that all but the newest version of the schema call `name`.
#[must_use]
pub fn field_of(model: &Model, name: &str) -> Option<usize> {
    model.fields.iter().position(|field| known_as(&field.name) == name)
}

/// By which names a client speaks to the server, which knows both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Names {
    /// Those that everything had first.
    Old,
    /// Those of the newest version of the schema.
    New,
}

impl Names {
    /// The names of this version of the schema.
    #[must_use]
    pub fn of(schema: &Schema) -> Names {
        if schema.by_name(POST).is_some() { Names::Old } else { Names::New }
    }
}

/// The names of models that can be read and written by everybody.
pub const BLOG: &str = "Blog";
/// See [`BLOG`].
pub const POST: &str = "Post";
/// The model that nobody can write.
pub const VAULT: &str = "Vault";
/// The model that nobody can read.
pub const HIDDEN: &str = "Hidden";

/// The field that the server does not always show to everybody.
pub const SECRET: &str = "secret";

/// The model of which not every record can be read.
pub const ODD: &str = "Odd";

/// The schemas of one kind of world.
#[derive(Clone, Debug)]
pub struct Schemas {
    /// What a device may have, each version newer than the one before it: the last calls some things by other names.
    pub device: [Arc<Schema>; 3],
    /// What the server may have: the newer version, with one set of rules or the other.
    pub server: [Arc<Schema>; 2],
    /// The same by the other names.
    pub renamed: [Arc<Schema>; 2],
}

impl Schemas {
    /// The schemas, compiled.
    ///
    /// # Errors
    /// If one does not compile.
    pub fn new(poison: bool, retypes: bool) -> Result<Schemas, String> {
        const OLD: [&str; 4] = ["Post", "", "rating", ""];
        const NEW: [&str; 4] =
            ["Article", " @renamedFrom(name: \"Post\")", "score", " @renamedFrom(name: \"rating\")"];
        let typed = TYPED.map(|typed| if retypes { typed } else { "" });
        let compiled = |names: [&str; 4], note: &str, also: &str, (size, typed): (&str, &str)| {
            let mut text = SOUND.replace("{note}", note).replace("{also}", also).replace("{typed}", typed);
            for (place, name) in ["{post}", "{wasPost}", "{rating}", "{wasRating}"].into_iter().zip(names) {
                text = text.replace(place, name);
            }
            if poison {
                text.push_str(&POISON.replace("{size}", size));
            }
            if typed.contains("Kind") {
                let values: Vec<String> = (0..KINDS).map(kind).collect();
                text.push_str(&format!("enum Kind {{ {} }}", values.join(" ")));
            }
            syncline_schema::compile(&text, "sim.graphql").map(Arc::new).map_err(|error| error.to_string())
        };
        let (note, also, served) = ("note: String", ", {allow: private}", ("String", typed[1]));
        Ok(Schemas {
            device: [
                compiled(OLD, "", "", ("Int", typed[0]))?,
                compiled(OLD, note, "", ("Int", typed[0]))?,
                compiled(NEW, note, "", ("Int", typed[2]))?,
            ],
            server: [compiled(OLD, note, "", served)?, compiled(OLD, note, also, served)?],
            renamed: [compiled(NEW, note, "", served)?, compiled(NEW, note, also, served)?],
        })
    }
}
