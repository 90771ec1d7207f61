//! Reading a schema from its file.

use crate::failure::Failure;
use std::path::Path;
use std::sync::Arc;
use syncline_core::Schema;
use syncline_schema::Diagnostics;

/// The text of the schema file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| unreadable(path, &error.to_string()))
}

/// Why the file cannot be read.
pub(crate) fn unreadable(path: &Path, reason: &str) -> Failure {
    let shown = path.display();
    Failure::new(format!("{shown} cannot be read: {reason}"), "name the schema file with --schema FILE")
}

/// Compiles the schema. `path` is for messages.
pub(crate) fn compile(text: &str, path: &Path) -> Result<Arc<Schema>, Failure> {
    let compiled = syncline_schema::compile(text, &path.display().to_string());
    compiled.map(Arc::new).map_err(|found| refused(&found, path))
}

/// Reads and compiles the schema file.
pub(crate) fn load(path: &Path) -> Result<Arc<Schema>, Failure> {
    compile(&read(path)?, path)
}

fn refused(found: &Diagnostics, path: &Path) -> Failure {
    let count = match found.0.len() {
        1 => "one thing is".to_owned(),
        many => format!("{many} things are"),
    };
    Failure::plain(format!("{count} wrong with {}\n\n{found}", path.display()))
}
