//! What the command line says.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// A to-do list that works offline and stays in sync.
///
/// Without a command it reads commands line by line, and shows what others change meanwhile.
#[derive(Debug, Parser)]
#[command(name = "todo", version)]
pub(crate) struct Line {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Where the list is.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The file that holds the list; it is made if it is not there
    #[arg(long, value_name = "FILE", default_value = "todo.db", env = "TODO_DB", global = true)]
    pub(crate) db: PathBuf,
    /// What to sync with: an endpoint's URL, or a configuration file such as amplifyconfiguration.json. Without it the
    /// list is local, and its changes wait
    #[arg(long, value_name = "CONFIG_OR_URL", env = "TODO_SERVER", global = true)]
    pub(crate) server: Option<String>,
    /// The key of the endpoint, where --server is a URL
    #[arg(long, value_name = "KEY", env = "TODO_API_KEY", hide_env_values = true, global = true)]
    pub(crate) api_key: Option<String>,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum Command {
    /// Add something to do
    Add {
        /// What there is to do
        #[arg(required = true, value_name = "TITLE")]
        title: Vec<String>,
    },
    /// Show the list
    List {
        /// Only what is still to do
        #[arg(long)]
        open: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Mark something as done
    Done {
        /// Its short id, as `list` shows it
        id: String,
    },
    /// Mark something as not done
    Undo {
        /// Its short id, as `list` shows it
        id: String,
    },
    /// Give something another title
    Edit {
        /// Its short id, as `list` shows it
        id: String,
        /// The new title
        #[arg(required = true, value_name = "TITLE")]
        title: Vec<String>,
    },
    /// Remove something from the list
    Remove {
        /// Its short id, as `list` shows it
        id: String,
    },
    /// Show the list, and every change as it happens, until Ctrl-C
    Watch,
}
