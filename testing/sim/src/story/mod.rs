//! What people do and what befalls their devices and the server: one function for each story of the table.

mod act;
mod befall;
mod bereave;
mod delete;
mod edit;
mod exile;
mod operate;
mod stranger;
mod transact;

pub use act::{act, ids};
use act::{condition, model_of, pass, pick};
pub use edit::{COUNTER, FIELDS, LIST, RETYPED};
pub use stranger::odd_ids;
