//! How places in a schema are written: `Post`, `Post.title`.

/// `Post.title`.
pub(super) fn path(model: &str, field: &str) -> String {
    format!("{model}.{field}")
}

/// The model and, if one is named, the field.
pub(super) fn parts(path: &str) -> (&str, Option<&str>) {
    path.split_once('.').map_or((path, None), |(model, field)| (model, Some(field)))
}
