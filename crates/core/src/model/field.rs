//! Fields.

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

/// The type of a field, or of the items of a list field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A scalar.
    Scalar(Scalar),
    /// An enum; held as text.
    Enum(Arc<EnumType>),
}

impl FieldKind {
    /// The type's name in GraphQL.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            FieldKind::Scalar(scalar) => scalar.name(),
            FieldKind::Enum(ty) => &ty.name,
        }
    }

    /// How its values are held.
    #[must_use]
    pub fn storage(&self) -> Storage {
        match self {
            FieldKind::Scalar(scalar) => scalar.storage(),
            FieldKind::Enum(_) => Storage::Text,
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

/// A stored field. Relations are not fields; their foreign keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

impl Field {
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
