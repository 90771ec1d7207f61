//! Relations between models.

use super::ModelId;

/// Which way a relation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// One record here, many there; the other side holds the key.
    HasMany,
    /// One record here, one there.
    HasOne,
    /// This side holds the key of a record there.
    BelongsTo,
}

/// A relation field. A record's own side is joined to the other by equality of `fields` here and `target_fields` there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The name of the field in GraphQL.
    pub name: String,
    /// Which way.
    pub kind: RelationKind,
    /// The model on the other side.
    pub target: ModelId,
    /// The fields on this side, by their places in this model.
    pub fields: Vec<usize>,
    /// The fields on the other side, by their places in the target model.
    pub target_fields: Vec<usize>,
    /// For a has-many: the index of the target model that it reads, by its place there; `None` for the primary key.
    pub index: Option<usize>,
    /// Whether it was declared non-null (for a has-many: its items).
    pub required: bool,
}
