//! What can be wrong with an item.

use syncline_core::scalar::FieldError;

/// Something that an item, or the model that it is used with, does not have or accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemError {
    /// The model has no such field.
    #[error("{model} has no field `{field}`; it has {}", known.join(", "))]
    UnknownField {
        /// The model.
        model: String,
        /// The name that was asked for.
        field: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// The model has no such relation.
    #[error("{model} has no relation `{relation}`; it has {}", if known.is_empty() { "none".to_owned() } else { known.join(", ") })]
    UnknownRelation {
        /// The model.
        model: String,
        /// The name that was asked for.
        relation: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// The relation leads to any number of records.
    #[error("{model}.{relation} leads to any number of records; ask for them with related(…)")]
    Many {
        /// The model.
        model: String,
        /// The relation.
        relation: String,
    },
    /// The value is written by the server.
    #[error("{model}.{field} is written by the server; leave it as it is")]
    ReadOnly {
        /// The model.
        model: String,
        /// The field.
        field: String,
    },
    /// The field does not accept the value.
    #[error("{model}.{problem}")]
    Value {
        /// The model.
        model: String,
        /// Where, and what is wrong.
        problem: Box<FieldError>,
    },
    /// An item of another model.
    #[error("this is a record of {found}, and {expected} was expected")]
    OtherModel {
        /// The model that was expected.
        expected: String,
        /// The model of the item.
        found: String,
    },
    /// An item of a model of that name in another schema.
    #[error("this record of {model} was made with another schema; make it with this store's")]
    OtherSchema {
        /// The model.
        model: String,
    },
    /// JSON that is no object.
    #[error("a record of {model} is a JSON object")]
    NoObject {
        /// The model.
        model: String,
    },
}
