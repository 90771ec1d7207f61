//! Typed models: a thin layer over records, written by [`schema!`](crate::schema) for each model of a schema.

mod error;
mod origin;
#[doc(hidden)]
pub mod private;
pub(crate) mod relation;
mod source;

pub use crate::id::new_id;
pub use error::ModelError;
pub use origin::Origin;
pub use source::Source;

use syncline_core::Record;

/// A model of the schema as a Rust type. Generated code implements it.
pub trait Model: Clone + Send + Sync + 'static {
    /// The model's name in the schema.
    const NAME: &'static str;

    /// The values in the order of the model's fields.
    fn to_record(&self) -> Record;

    /// The model from a record of its fields, with where it was read.
    ///
    /// # Errors
    /// If a value is missing or of another type, which is so if the schema of the record is not the model's.
    fn from_record(record: &Record, origin: Origin) -> Result<Self, ModelError>;

    /// Where it was read.
    fn origin(&self) -> &Origin;

    /// Says where it was read.
    fn set_origin(&mut self, origin: Origin);
}
