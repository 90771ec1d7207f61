//! The variables that go with the [documents](mod@crate::document).

mod condition;
mod input;
mod query;
#[cfg(test)]
mod tests;

pub use condition::condition;
pub use input::{
    Input, MutationVariables, create_input, delete_input, input, mutation_variables, takes_condition,
    update_input,
};
pub use query::{get_variables, subscription_variables, sync_variables};
pub use syncline_core::value::to_json;
