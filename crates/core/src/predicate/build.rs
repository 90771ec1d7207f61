//! Fields to build predicates with: typed ones, which generated models offer, so that an operator that a field's type
//! does not support does not compile; and fields by name alone.

mod any;
mod field;
mod misfit;
mod size;
mod sort;
mod traits;

pub use any::AnyField;
pub use field::TypedField;
pub use misfit::{Misfit, MisfitProblem};
pub use size::SizeField;
pub use sort::SortTerm;
pub use traits::{Comparable, Containing, EnumValue, Equatable, FieldValue, Measurable, Prefixed, Sortable};
