//! A server in a process of its own, so that client and server share no allocator, no runtime and no lock.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::cpu::Cpu;
use crate::{Result, bare, child, ours};

/// The word on the command line that makes this program such a server.
pub(crate) const WORD: &str = "serve";

/// A running server; it ends with the value.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    output: Option<BufReader<ChildStdout>>,
    /// What it printed: where it listens.
    pub(crate) url: String,
}

/// What a server says of its commits when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Commits {
    pub(crate) commits: u64,
    /// The records that they wrote.
    pub(crate) records: u64,
}

impl Server {
    /// Starts the server `which` on the files in `dir`.
    ///
    /// # Errors
    /// It did not start.
    pub(crate) fn start(which: &str, dir: &Path) -> Result<Self> {
        let mut process = Command::new(child::binary("syncline-bench-server")?)
            .args([WORD, which])
            .arg(dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = process.stdout.take().map(BufReader::new);
        let mut url = String::new();
        if let Some(output) = &mut output {
            output.read_line(&mut url)?;
        }
        // Made before the check, so that a server that printed nothing is ended too.
        let server = Self { process, output, url: url.trim().to_owned() };
        if server.url.is_empty() {
            Err(format!("the {which} server did not start").into())
        } else {
            Ok(server)
        }
    }

    /// The processors' time of its process from now on.
    pub(crate) fn cpu(&self) -> Cpu {
        Cpu::of(self.process.id())
    }

    /// Ends it and asks what it committed.
    ///
    /// # Errors
    /// It does not say.
    pub(crate) fn end(mut self) -> Result<Commits> {
        drop(self.process.stdin.take());
        let mut said = String::new();
        if let Some(output) = &mut self.output {
            output.read_line(&mut said)?;
        }
        Ok(serde_json::from_str(&said)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends when its input does; what comes after a failed wait is not ours to mend.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Is that server, until the input ends.
///
/// # Errors
/// There is no such server, or it could not run.
pub(crate) fn run(which: &str, dir: &Path) -> Result<()> {
    let (stop, stopped) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        // Nothing is ever written to it: this returns when the other side is gone.
        let _ = std::io::stdin().read(&mut [0]);
        let _ = stop.send(());
    });
    let stopped = async {
        let _ = stopped.await;
    };
    match which {
        "bare" => bare::serve(dir, stopped),
        other => ours::serve(other, dir, stopped),
    }
}
