//! Logs, on stderr.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// The variable that says what is logged, for instance `debug` or `syncline_server=trace,warn`.
const VARIABLE: &str = "SYNCLINE_LOG";

/// Logs to stderr from now on: what `SYNCLINE_LOG` asks for; otherwise warnings, or nothing if `quiet`.
pub(crate) fn start(quiet: bool) {
    let otherwise = if quiet { "off" } else { "warn" };
    let filter = match std::env::var(VARIABLE) {
        Ok(asked) => EnvFilter::try_new(asked).unwrap_or_else(|_| EnvFilter::new(otherwise)),
        Err(_) => EnvFilter::new(otherwise),
    };
    let colour =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty());
    // There is one subscriber per process, and this is where it is set.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colour)
        .with_writer(std::io::stderr)
        .try_init();
}
