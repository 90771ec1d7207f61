//! `syncline api …`

use super::output::to_stdout;
use crate::failure::Failure;
use crate::schema_file;
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
    },
}

impl Api {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Api::GqlCompile { schema } => to_stdout(&syncline_schema::api_sdl(&*schema_file::load(&schema)?)),
        }
    }
}
