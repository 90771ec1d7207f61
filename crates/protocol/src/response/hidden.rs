//! Fields that the server does not show: null in the answer, with an error about their place (SYNC 1.8).

use crate::error::{ErrorType, GraphqlError, PathItem};
use syncline_core::Model;

/// The fields of a record of `model` that the server says it does not show, where `place` is the path of the record in the
/// answer.
pub(super) fn hidden<'e>(
    model: &Model,
    errors: impl IntoIterator<Item = &'e GraphqlError>,
    place: &[PathItem],
) -> Vec<usize> {
    let unauthorized = |error: &&GraphqlError| error.error_type == Some(ErrorType::Unauthorized);
    let about = |error: &GraphqlError| match error.path.as_deref()?.strip_prefix(place)?.first()? {
        PathItem::Field(name) => model.field(name),
        PathItem::Index(_) => None,
    };
    errors.into_iter().filter(unauthorized).filter_map(about).collect()
}

/// The path of a root field.
pub(super) fn root(name: &str) -> Vec<PathItem> {
    vec![PathItem::Field(name.to_owned())]
}
