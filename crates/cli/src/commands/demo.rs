//! `syncline demo`

use crate::demo;
use crate::failure::Failure;
use clap::Args;
use std::path::PathBuf;

/// How to show it.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Print one JSON object per check
    #[arg(long)]
    json: bool,
    /// Keep the files of the server and the devices in this directory, which must be new or empty
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

impl Demo {
    pub(crate) fn run(self) -> Result<(), Failure> {
        demo::run(self.json, self.keep.as_deref())
    }
}
