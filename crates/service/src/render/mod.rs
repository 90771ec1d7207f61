//! Rows, written straight into the text of a response.

mod custom;
mod renderer;
mod value;
mod written;

pub(crate) use renderer::Renderer;
use value::write_value;
pub(crate) use written::{Slot, Written};
