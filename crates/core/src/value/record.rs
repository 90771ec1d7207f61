//! Records.

use super::Value;
use std::ops::{Index, IndexMut};

/// A record: one value per field of its model, in the order of [`Model::fields`](crate::Model::fields).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record(pub Vec<Value>);

impl Record {
    /// A record of `fields` nulls.
    #[must_use]
    pub fn empty(fields: usize) -> Record {
        Record(vec![Value::Null; fields])
    }
}

impl Index<usize> for Record {
    type Output = Value;
    fn index(&self, field: usize) -> &Value {
        &self.0[field]
    }
}

impl IndexMut<usize> for Record {
    fn index_mut(&mut self, field: usize) -> &mut Value {
        &mut self.0[field]
    }
}
