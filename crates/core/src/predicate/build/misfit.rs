//! Where a stored value does not fit the Rust type that is to hold it.

use crate::Value;

/// A stored value that a Rust type cannot hold, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} {problem}")]
pub struct Misfit {
    /// The way to the part that does not fit, e.g. `[2].street`; empty if it is the value itself.
    pub path: String,
    /// What is wrong there.
    pub problem: MisfitProblem,
}

/// What is wrong with a stored value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MisfitProblem {
    /// Null, or nothing at all, where the type has no null.
    #[error("has no value")]
    Missing,
    /// A value of another type.
    #[error("has a value of another type")]
    Type,
}

impl Misfit {
    /// `value` itself does not fit.
    #[must_use]
    pub fn of(value: &Value) -> Misfit {
        let problem = if value.is_null() { MisfitProblem::Missing } else { MisfitProblem::Type };
        Misfit { path: String::new(), problem }
    }

    /// The same, seen from the list whose item it is.
    #[must_use]
    pub fn in_item(self, place: usize) -> Misfit {
        Misfit { path: format!("[{place}]{}", self.path), ..self }
    }

    /// The same, seen from the value whose part called `name` it is.
    #[must_use]
    pub fn in_part(self, name: &str) -> Misfit {
        Misfit { path: format!(".{name}{}", self.path), ..self }
    }
}
