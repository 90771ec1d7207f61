//! Indexes.

/// An `@index`, or the index that a has-many brings along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its fields, hash field first, by their places in the model.
    pub fields: Vec<usize>,
    /// The name of its query, if it has one.
    pub query: Option<String>,
}

/// A condition on the sort part of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyCondition {
    /// Equal.
    Eq(Vec<crate::Value>),
    /// Below.
    Lt(Vec<crate::Value>),
    /// At most.
    Le(Vec<crate::Value>),
    /// Above.
    Gt(Vec<crate::Value>),
    /// At least.
    Ge(Vec<crate::Value>),
    /// From the first to the second, both included.
    Between(Vec<crate::Value>, Vec<crate::Value>),
    /// Text that starts so.
    BeginsWith(Vec<crate::Value>),
}
