//! How an operation turns records into what its caller works with: a generated type, or a dynamic item. Every operation
//! is written once, over a shape.

use crate::model::{Model, ModelError, Origin};
use crate::{Error, Schema};
use std::fmt;
use std::sync::Arc;
use syncline_core::Record;
use syncline_store::Stored;

/// A model of the schema, and how its records are read as `M`.
pub(crate) struct Shape<M> {
    /// The model.
    pub(crate) model: Arc<syncline_core::Model>,
    read: fn(&Arc<syncline_core::Model>, &Record, Origin) -> Result<M, ModelError>,
}

impl<M> Shape<M> {
    /// Of `model`, whose records are read by `read`.
    pub(crate) fn new(
        model: Arc<syncline_core::Model>,
        read: fn(&Arc<syncline_core::Model>, &Record, Origin) -> Result<M, ModelError>,
    ) -> Shape<M> {
        Shape { model, read }
    }

    /// `record` as it was read at `version`.
    pub(crate) fn item(&self, record: &Record, version: Option<i64>) -> Result<M, ModelError> {
        (self.read)(&self.model, record, Origin::read(record.clone(), version))
    }

    /// A stored record.
    pub(crate) fn stored(&self, stored: &Stored) -> Result<M, Error> {
        Ok(self.item(&stored.record, stored.version)?)
    }

    /// A stored record that nobody else needs: the origin keeps it, so that nothing is copied but what `M` holds.
    pub(crate) fn owned(&self, stored: Stored) -> Result<M, Error> {
        let origin = Origin::read(stored.record, stored.version);
        let shared = origin.clone();
        Ok((self.read)(&self.model, shared.record().unwrap_or(&Record(Vec::new())), origin)?)
    }
}

impl<M: Model> Shape<M> {
    /// Of a generated type.
    pub(crate) fn typed(schema: &Schema) -> Result<Shape<M>, Error> {
        let model = schema.by_name(M::NAME).ok_or_else(|| Error::UnknownModel(M::NAME.to_owned()))?;
        Ok(Shape::new(Arc::clone(model), |_, record, origin| M::from_record(record, origin)))
    }
}

impl<M> Clone for Shape<M> {
    fn clone(&self) -> Shape<M> {
        Shape { model: Arc::clone(&self.model), read: self.read }
    }
}

impl<M> fmt::Debug for Shape<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shape").field(&self.model.name).finish()
    }
}
