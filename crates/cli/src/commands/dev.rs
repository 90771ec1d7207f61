//! `syncline dev`

use crate::dev;
use crate::failure::Failure;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What to serve, and where.
#[derive(Debug, Args)]
pub(crate) struct Dev {
    /// The schema file; its additions are served as soon as it is saved
    #[arg(long, value_name = "FILE", default_value = "schema.graphql")]
    schema: PathBuf,
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:20002")]
    listen: SocketAddr,
    /// The key that lets clients in; without it one is made and kept in the data directory
    #[arg(long, value_name = "KEY", env = "SYNCLINE_API_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// Where records and keys are kept
    #[arg(long, value_name = "DIR", default_value = ".syncline/dev")]
    data: PathBuf,
}

impl Dev {
    pub(crate) fn run(self) -> Result<(), Failure> {
        dev::run(&dev::Options {
            schema: self.schema,
            listen: self.listen,
            api_key: self.api_key,
            data: self.data,
        })
    }
}
