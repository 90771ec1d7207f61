//! What people do and what befalls their devices and the server: one function for each story of the table.

mod act;
mod befall;
mod delete;
mod edit;
mod operate;
mod transact;

pub use act::{act, ids};
use act::{condition, model_of, pick};
pub use edit::FIELDS;
