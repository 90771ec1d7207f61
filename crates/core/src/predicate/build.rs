//! Typed fields: what generated models offer to build predicates with, so that an operator that a field's type does
//! not support does not compile.

mod field;
mod traits;

pub use field::{SizeField, SortTerm, TypedField};
pub use traits::{Comparable, Containing, EnumValue, Equatable, FieldValue, Measurable, Prefixed, Sortable};
