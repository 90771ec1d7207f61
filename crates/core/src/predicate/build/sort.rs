//! What to sort by.

use crate::Model;
use crate::page::{Direction, Sort};
use crate::predicate::{PredicateError, PredicateProblem};

/// A term of a sort, by the field's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortTerm {
    /// The field's name.
    pub field: String,
    /// Which way.
    pub direction: Direction,
}

impl SortTerm {
    /// Sorts by the field called `field`.
    pub fn new(field: impl Into<String>, direction: Direction) -> SortTerm {
        SortTerm { field: field.into(), direction }
    }

    /// Resolves the name.
    ///
    /// # Errors
    /// If the model has no such field, or the field is a list or of a custom type.
    pub fn bind(&self, model: &Model) -> Result<Sort, PredicateError> {
        let wrong = |problem| PredicateError { path: format!("sort.{}", self.field), problem };
        let Some(field) = model.field(&self.field) else {
            return Err(wrong(PredicateProblem::UnknownField {
                model: model.name.clone(),
                field: self.field.clone(),
                known: model.fields.iter().map(|field| field.name.clone()).collect(),
            }));
        };
        if model.fields[field].is_json() {
            return Err(wrong(PredicateProblem::Unsortable { type_name: model.fields[field].type_name() }));
        }
        Ok(Sort { field, direction: self.direction })
    }
}
