//! A transaction of the application before it is written: what it has read, and what it is going to write.

mod buffer;
mod read;

pub use buffer::Group;
pub(crate) use buffer::Write;
