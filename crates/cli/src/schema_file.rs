//! Reading a schema from its file.

use crate::failure::Failure;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syncline_core::Schema;
use syncline_schema::{Compiled, Diagnostics, Features};

/// A schema file, and the feature flags of the Amplify project that it comes from.
#[derive(Clone, Debug)]
pub(crate) struct SchemaFile {
    path: PathBuf,
    features: Features,
}

impl SchemaFile {
    /// The schema file at `path`. `cli_json` is the project's `amplify/cli.json`; without it, all flags are on.
    pub(crate) fn new(path: PathBuf, cli_json: Option<&Path>) -> Result<SchemaFile, Failure> {
        let features = cli_json.map(features).transpose()?.unwrap_or_default();
        Ok(SchemaFile { path, features })
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The text of the file.
    pub(crate) fn read(&self) -> Result<String, Failure> {
        std::fs::read_to_string(&self.path).map_err(|error| self.unreadable(&error.to_string()))
    }

    /// Why the file cannot be read.
    pub(crate) fn unreadable(&self, reason: &str) -> Failure {
        let shown = self.path.display();
        Failure::new(format!("{shown} cannot be read: {reason}"), "name the schema file with --schema FILE")
    }

    /// Compiles what the file says. Warnings go to stderr.
    pub(crate) fn compile(&self, text: &str) -> Result<Arc<Schema>, Failure> {
        let compiled = syncline_schema::compile_with(text, &self.path.display().to_string(), self.features);
        let Compiled { schema, warnings } = compiled.map_err(|found| refused(&found, &self.path))?;
        for warning in warnings {
            // Nobody reads stderr: there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "warning: {warning}\n");
        }
        Ok(Arc::new(schema))
    }

    /// Reads and compiles the file.
    pub(crate) fn load(&self) -> Result<Arc<Schema>, Failure> {
        self.compile(&self.read()?)
    }
}

fn features(path: &Path) -> Result<Features, Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(
            format!("{shown} cannot be read: {error}"),
            "name the project's cli.json with --cli-json FILE",
        )
    })?;
    Features::from_cli_json(&text)
        .map_err(|error| Failure::new(format!("{shown} cannot be used: {error}"), error.hint()))
}

fn refused(found: &Diagnostics, path: &Path) -> Failure {
    let count = match found.0.len() {
        1 => "one thing is".to_owned(),
        many => format!("{many} things are"),
    };
    Failure::plain(format!("{count} wrong with {}\n\n{found}", path.display()))
}
