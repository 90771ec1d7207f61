//! `syncline api …`

use super::output::to_stdout;
use crate::failure::Failure;
use crate::schema_file::SchemaFile;
use clap::Subcommand;
use std::path::PathBuf;

/// What to do with an API.
#[derive(Debug, Subcommand)]
pub(crate) enum Api {
    /// Print the GraphQL schema of the API that is generated from a schema file
    GqlCompile {
        /// The schema file
        #[arg(long, value_name = "FILE", default_value = "schema.graphql")]
        schema: PathBuf,
        /// The cli.json of the Amplify project that the schema comes from, for its feature flags; without it, all are on
        #[arg(long, value_name = "FILE")]
        cli_json: Option<PathBuf>,
    },
}

impl Api {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Api::GqlCompile { schema, cli_json } => {
                let schema = SchemaFile::new(schema, cli_json.as_deref())?.load()?;
                to_stdout(&syncline_schema::api_sdl(&schema))
            }
        }
    }
}
