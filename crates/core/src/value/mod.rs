//! Values and the records made of them.

mod json;
mod record;
mod types;
mod unreadable;

pub use json::{Shown, any_from_json, from_json, to_json};
pub use record::Record;
pub use types::{Object, Value, cmp_numbers};
