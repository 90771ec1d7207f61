//! Where a model was read.

use std::fmt;
use std::sync::Arc;
use syncline_core::Record;

/// Where a model was read: the record as it was, and its version.
///
/// A save sends what differs from here, not what differs from the row that is in the store by then; so a change of
/// another field that arrived in between stays. A model that the application made has none, and its save creates.
///
/// It is no part of the model's value: any two are equal, and none is serialized or shown.
#[derive(Clone, Default)]
pub struct Origin(Option<Arc<Read>>);

struct Read {
    record: Record,
    version: Option<i64>,
}

impl Origin {
    /// Of a model that was not read.
    #[must_use]
    pub fn none() -> Origin {
        Origin(None)
    }

    /// Of a model read as `record`. `version` is its `_version`; none if the server has not answered yet.
    #[must_use]
    pub fn read(record: Record, version: Option<i64>) -> Origin {
        Origin(Some(Arc::new(Read { record, version })))
    }

    /// The record as it was read.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        self.0.as_ref().map(|read| &read.record)
    }

    /// Its `_version` then.
    #[must_use]
    pub fn version(&self) -> Option<i64> {
        self.0.as_ref().and_then(|read| read.version)
    }
}

impl PartialEq for Origin {
    /// Always: two models are equal if their fields are.
    fn eq(&self, _: &Origin) -> bool {
        true
    }
}

impl Eq for Origin {}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Origin")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syncline_core::Value;

    #[test]
    fn an_origin_is_no_part_of_the_value() {
        let read = Origin::read(Record(vec![Value::from("a")]), Some(3));
        assert_eq!(read, Origin::none());
        assert_eq!(format!("{read:?}"), "Origin");
        assert_eq!((read.version(), read.record()), (Some(3), Some(&Record(vec![Value::from("a")]))));
        assert_eq!((Origin::default().version(), Origin::default().record()), (None, None));
    }
}
