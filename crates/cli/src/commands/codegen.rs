//! `syncline codegen …`

use super::output::to_file;
use crate::failure::Failure;
use crate::schema_file::SchemaFile;
use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

/// What to write.
#[derive(Debug, Subcommand)]
pub(crate) enum Codegen {
    /// Write the models of a schema for a frontend
    Models {
        /// What the models are for
        #[arg(long, value_enum)]
        target: Target,
        /// The schema file
        #[arg(long, value_name = "FILE", default_value = "schema.graphql")]
        schema: PathBuf,
        /// The cli.json of the Amplify project that the schema comes from, for its feature flags; without it, all are on
        #[arg(long, value_name = "FILE")]
        cli_json: Option<PathBuf>,
        /// The file to write; - is stdout
        #[arg(long, value_name = "FILE", default_value = "-")]
        out: PathBuf,
    },
}

/// What models are for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Target {
    /// A Rust module: the same that syncline::schema! makes
    Rust,
}

impl Codegen {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Codegen::Models { target, schema, cli_json, out } = self;
        let schema = SchemaFile::new(schema, cli_json.as_deref())?.load()?;
        let text = match target {
            Target::Rust => syncline_codegen::rust(&schema),
        };
        to_file(&text, &out)
    }
}
