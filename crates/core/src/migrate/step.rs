//! The steps of a plan, in words.

use super::convert::Conversion;
use crate::model::Change;
use std::fmt;

/// One step from an old schema to a new one. Its text says what changes; [`Step::effects`] what that does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// A model that was not there.
    AddModel {
        /// Its name.
        model: String,
    },
    /// A model that is no longer there.
    DropModel {
        /// Its name.
        model: String,
    },
    /// A model that has another name.
    RenameModel {
        /// Its old name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// A field that was not there.
    AddField {
        /// Its model, by its new name.
        model: String,
        /// Its name.
        field: String,
        /// Whether stored records get a value by its `@default`.
        filled: bool,
    },
    /// A field that is no longer there.
    DropField {
        /// Its model, by its old name.
        model: String,
        /// Its name.
        field: String,
    },
    /// A field that has another name.
    RenameField {
        /// Its model, by its new name.
        model: String,
        /// Its old name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// A field of another type.
    Retype {
        /// Its model, by its new name.
        model: String,
        /// Its new name.
        field: String,
        /// Its old type, as GraphQL writes it.
        from: String,
        /// Its new type.
        to: String,
        /// How its values are brought over.
        conversion: Conversion,
    },
    /// A field that may be null now, or may not any more.
    Nullability {
        /// Its model, by its new name.
        model: String,
        /// Its new name.
        field: String,
        /// Whether it may not be null now.
        required: bool,
        /// Whether records in which it is null get a value by its `@default`.
        filled: bool,
    },
    /// A primary key made of other fields.
    KeyChange {
        /// Its model, by its old name.
        model: String,
        /// The old key.
        from: String,
        /// The new key.
        to: String,
    },
    /// An index that was not there.
    AddIndex {
        /// Its model, by its new name.
        model: String,
        /// The fields that it covers.
        fields: String,
    },
    /// An index that is no longer there.
    DropIndex {
        /// Its model, by its new name.
        model: String,
        /// The fields that it covered.
        fields: String,
    },
    /// Anything else, which changes nothing that is stored.
    Other(Change),
}

/// What a step does to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effects {
    /// To the rows of the model.
    pub rows: &'static str,
    /// To what waits in the outbox.
    pub pending: &'static str,
    /// Whether the model is fetched anew, and takes its records again at the versions it has.
    pub refill: bool,
}

impl Step {
    /// What it does to rows, to pending changes and to sync.
    #[must_use]
    pub fn effects(&self) -> Effects {
        let effects = |rows, pending, refill| Effects { rows, pending, refill };
        match self {
            Step::AddModel { .. } => effects("an empty table", "-", false),
            Step::DropModel { .. } => effects("removed", "refused if there are any, unless given up", false),
            Step::RenameModel { .. } => effects("kept", "renamed", true),
            Step::AddField { filled: true, .. } => {
                effects("get the default", "creates get the default", true)
            }
            Step::AddField { filled: false, .. } => effects("null until fetched", "kept", true),
            Step::DropField { .. } => {
                effects("lose the field", "refused if they speak of it, unless given up", false)
            }
            Step::RenameField { .. } => effects("kept", "renamed", true),
            Step::Retype { conversion: Conversion::Same, .. } => effects("kept", "kept", true),
            Step::Retype { conversion: Conversion::Exact, .. } => effects("converted", "converted", true),
            Step::Retype { conversion: Conversion::Checked, .. } => {
                effects("converted, or null until fetched", "converted, or parked with the old content", true)
            }
            Step::Retype { conversion: Conversion::Never, .. } => {
                effects("null until fetched", "parked with the old content if they speak of it", true)
            }
            Step::Nullability { required: false, .. } => effects("kept", "kept", false),
            Step::Nullability { filled: true, .. } => {
                effects("null becomes the default", "as the rows", true)
            }
            Step::Nullability { .. } => effects("kept, null until fetched", "kept", true),
            Step::KeyChange { .. } => {
                effects("removed and fetched anew", "refused if there are any, unless given up", true)
            }
            Step::AddIndex { .. } | Step::DropIndex { .. } | Step::Other(_) => effects("kept", "kept", false),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::AddModel { model } => write!(f, "model {model} is new"),
            Step::DropModel { model } => write!(f, "model {model} is gone"),
            Step::RenameModel { from, to } => write!(f, "model {from} is now called {to}"),
            Step::AddField { model, field, .. } => write!(f, "{model}.{field} is new"),
            Step::DropField { model, field } => write!(f, "{model}.{field} is gone"),
            Step::RenameField { model, from, to } => write!(f, "{model}.{from} is now called {to}"),
            Step::Retype { model, field, from, to, .. } => {
                write!(f, "{model}.{field} was {from} and is now {to}")
            }
            Step::Nullability { model, field, required: true, .. } => {
                write!(f, "{model}.{field} may not be null any more")
            }
            Step::Nullability { model, field, .. } => write!(f, "{model}.{field} may be null now"),
            Step::KeyChange { model, from, to } => {
                write!(f, "the primary key of {model} was ({from}) and is now ({to})")
            }
            Step::AddIndex { model, fields } => write!(f, "an index of {model} by {fields} is new"),
            Step::DropIndex { model, fields } => write!(f, "the index of {model} by {fields} is gone"),
            Step::Other(change) => change.fmt(f),
        }
    }
}
