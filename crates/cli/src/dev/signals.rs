//! The signals that end the server.

use crate::failure::Failure;

/// Waits to be told to end. The signals are caught from its making on.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Catches SIGINT and SIGTERM from now on.
    #[cfg(unix)]
    pub(crate) fn catch() -> Result<Signals, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let catch =
            |kind| signal(kind).map_err(|error| Failure::plain(format!("signals cannot be caught: {error}")));
        Ok(Signals { interrupt: catch(SignalKind::interrupt())?, terminate: catch(SignalKind::terminate())? })
    }

    /// Returns when one of them has come.
    #[cfg(unix)]
    pub(crate) async fn come(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Catches Ctrl+C.
    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "it can fail elsewhere")]
    pub(crate) fn catch() -> Result<Signals, Failure> {
        Ok(Signals {})
    }

    /// Returns when it has come.
    #[cfg(not(unix))]
    pub(crate) async fn come(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // It cannot be caught, so it ends the process as it always does.
            std::future::pending::<()>().await;
        }
    }
}
