//! Connections that only read.

use super::Reads;
use std::ops::Deref;

/// A connection that reads beside the writer and sees every commit. Reading through it cannot change anything.
///
/// It may move to another thread; a pool gives each thread its own.
#[derive(Debug)]
pub struct Reader(pub(crate) Reads);

impl Deref for Reader {
    type Target = Reads;
    fn deref(&self) -> &Reads {
        &self.0
    }
}
