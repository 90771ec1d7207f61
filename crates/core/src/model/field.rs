//! Fields.

use crate::Value;
use crate::scalar::{Scalar, Storage};
use std::sync::Arc;

/// An enum type of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumType {
    /// Its name.
    pub name: String,
    /// Its values, in declared order.
    pub values: Vec<String>,
}

/// A type of the schema that is no model: a value of several fields, held inside a record (what Amplify calls a
/// non-model type). It never contains itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomType {
    /// Its name.
    pub name: String,
    /// Its fields, in declared order: scalars, enums, other custom types, and lists of them.
    pub fields: Vec<Field>,
}

/// The type of a field, or of the items of a list field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A scalar.
    Scalar(Scalar),
    /// An enum; held as text.
    Enum(Arc<EnumType>),
    /// A custom type; held as an object.
    Custom(Arc<CustomType>),
}

impl FieldKind {
    /// The type's name in GraphQL.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            FieldKind::Scalar(scalar) => scalar.name(),
            FieldKind::Enum(ty) => &ty.name,
            FieldKind::Custom(ty) => &ty.name,
        }
    }

    /// How its values are held.
    #[must_use]
    pub fn storage(&self) -> Storage {
        match self {
            FieldKind::Scalar(scalar) => scalar.storage(),
            FieldKind::Enum(_) => Storage::Text,
            FieldKind::Custom(_) => Storage::Object,
        }
    }

    /// The custom type, if it is one.
    #[must_use]
    pub fn custom(&self) -> Option<&Arc<CustomType>> {
        match self {
            FieldKind::Custom(ty) => Some(ty),
            FieldKind::Scalar(_) | FieldKind::Enum(_) => None,
        }
    }
}

/// What a list field says of its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListKind {
    /// Whether an item may not be null.
    pub item_required: bool,
}

/// Where a field comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldSource {
    /// The schema declares it.
    Declared,
    /// The implicit `id: ID!`.
    ImplicitId,
    /// `createdAt` or `updatedAt` (or their new names), filled by the server: read-only for the client unless declared.
    Timestamp,
    /// A foreign key that a relation brings along.
    ForeignKey,
    /// The owner that an `@auth` rule names and nobody declares: filled by the server, read-only for the client.
    Owner,
}

/// How a field is settled that two sides have changed since their common base: the directive `@merge(policy: …)`, which
/// is Syncline's own. Without one, a single value keeps the server's, and a list merges item by item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MergePolicy {
    /// The server's value stays.
    Server,
    /// The value that arrives at the server later wins: on a device, its own.
    Client,
    /// The greater value; any value is greater than none.
    Max,
    /// The smaller value; none is not smaller than any.
    Min,
    /// A list as a set: what either side added is in it, what either side removed is not.
    Union,
    /// A list that grows at its end: what both sides appended is in it, the server's first.
    Append,
    /// A number that is counted up and down: the differences add up.
    Counter,
}

impl MergePolicy {
    /// Each, by its name in the directive.
    pub const NAMED: [(&'static str, MergePolicy); 7] = [
        ("server", MergePolicy::Server),
        ("client", MergePolicy::Client),
        ("max", MergePolicy::Max),
        ("min", MergePolicy::Min),
        ("union", MergePolicy::Union),
        ("append", MergePolicy::Append),
        ("counter", MergePolicy::Counter),
    ];
}

/// A stored field. Relations are not fields; their foreign keys are.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name in GraphQL, also the name of its column.
    pub name: String,
    /// Its type, or the type of its items.
    pub kind: FieldKind,
    /// Whether it may not be null (for a list: the list itself).
    pub required: bool,
    /// Set for a list.
    pub list: Option<ListKind>,
    /// Where it comes from.
    pub source: FieldSource,
    /// Whether only the server writes it: never in a mutation's input, null until the server has answered.
    pub read_only: bool,
    /// The value of `@default`: what a new record has if nobody says otherwise.
    pub default: Option<Value>,
    /// How it is settled when two sides have changed it.
    pub merge: Option<MergePolicy>,
}

impl Eq for Field {}

impl Field {
    /// A nullable field with nothing special to it.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: FieldKind, source: FieldSource) -> Field {
        Field {
            name: name.into(),
            kind,
            required: false,
            list: None,
            source,
            read_only: false,
            default: None,
            merge: None,
        }
    }

    /// Whether its values are held as JSON text in a column of SQL.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.is_list() || self.kind.storage() == Storage::Object
    }

    /// Whether both sides' changes of it go into the result, so that whoever merges must know what it was before them:
    /// lists, objects and counters.
    #[must_use]
    pub fn merges_by_difference(&self) -> bool {
        match self.merge {
            Some(MergePolicy::Union | MergePolicy::Append | MergePolicy::Counter) => true,
            Some(MergePolicy::Server | MergePolicy::Client | MergePolicy::Max | MergePolicy::Min) => false,
            None => self.is_json(),
        }
    }

    /// How it is held in a column: a list is JSON text.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.list.is_some()
    }

    /// Its type as GraphQL writes it, e.g. `[String!]!`.
    #[must_use]
    pub fn type_name(&self) -> String {
        let bang = if self.required { "!" } else { "" };
        match self.list {
            Some(list) => {
                let item = if list.item_required { "!" } else { "" };
                format!("[{}{item}]{bang}", self.kind.name())
            }
            None => format!("{}{bang}", self.kind.name()),
        }
    }
}
