//! Running the command.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How long anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The command, with nothing of the environment that changes what it prints.
pub(crate) fn syncline(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_syncline"));
    command.args(args).env_remove("SYNCLINE_LOG").env_remove("SYNCLINE_API_KEY").env_remove("NO_COLOR");
    command
}

/// Runs the command to its end.
pub(crate) fn run(args: &[&str]) -> Output {
    syncline(args).output().unwrap()
}

/// Runs the command, which must succeed, and returns what it prints.
pub(crate) fn stdout(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Writes a file and returns its path.
pub(crate) fn file(directory: &Path, name: &str, text: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// The path as an argument.
pub(crate) fn arg(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A process whose lines are read. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts it, with its stderr in the file `errors`.
    pub(crate) fn start(mut command: Command, errors: &Path) -> Process {
        std::fs::create_dir_all(errors.parent().unwrap()).unwrap();
        let errors = File::options().create(true).append(true).open(errors).unwrap();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let out = child.stdout.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            let mut out = BufReader::new(out);
            let mut line = String::new();
            // A line without its end was cut off by a kill: it is not a line.
            while out.read_line(&mut line).is_ok_and(|read| read > 0) && line.ends_with('\n') {
                if sender.send(line.trim_end().to_owned()).is_err() {
                    break;
                }
                line.clear();
            }
            let _ = out.read_to_end(&mut Vec::new());
        });
        Process { child, lines }
    }

    /// The next line; `None` at the end.
    pub(crate) fn line(&self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no line within {PATIENCE:?}"),
        }
    }

    /// The next lines, which must be there.
    pub(crate) fn lines(&self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.line().expect("the process ended")).collect()
    }

    /// What it prints until its end.
    pub(crate) fn rest(&self) -> Vec<String> {
        std::iter::from_fn(|| self.line()).collect()
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for its end, which its closed stdout announces.
    pub(crate) fn end(mut self) -> (ExitStatus, Vec<String>) {
        let rest = self.rest();
        (self.child.wait().unwrap(), rest)
    }

    /// Ends it with SIGKILL, and returns what it had printed.
    pub(crate) fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.rest()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `syncline dev` that has said it is ready.
#[derive(Debug)]
pub(crate) struct Dev {
    pub(crate) process: Process,
    pub(crate) endpoint: String,
    pub(crate) realtime: String,
    pub(crate) key: String,
    /// The file of the certificate to trust, if it made one.
    pub(crate) certificate: Option<String>,
    /// Where it also answers without TLS.
    pub(crate) plain: Option<String>,
}

impl Dev {
    /// Starts it on a free port.
    pub(crate) fn start(schema: &Path, data: &Path) -> Dev {
        Dev::start_with(schema, data, &[])
    }

    /// The same, with more flags.
    pub(crate) fn start_with(schema: &Path, data: &Path, flags: &[&str]) -> Dev {
        let args = ["dev", "--schema", arg(schema), "--data", arg(data), "--listen", "127.0.0.1:0"];
        let errors = data.with_extension("stderr");
        let process = Process::start(syncline(&[&args[..], flags].concat()), &errors);
        let ended = || format!("it ended: {}", std::fs::read_to_string(&errors).unwrap_or_default());
        let mut lines = Vec::new();
        loop {
            match process.line() {
                Some(line) if line == "Ready" => break,
                Some(line) => lines.push(line),
                None => panic!("{}", ended()),
            }
        }
        let mut take = |begin: &str| {
            let place = lines.iter().position(|line| line.starts_with(begin))?;
            Some(lines.remove(place)[begin.len()..].to_owned())
        };
        let dev = Dev {
            endpoint: take("GraphQL endpoint: ").unwrap(),
            realtime: take("Realtime endpoint: ").unwrap(),
            key: take("API key: ").unwrap(),
            certificate: take("Certificate: "),
            plain: take("Without TLS: "),
            process,
        };
        assert_eq!(lines, Vec::<String>::new());
        dev
    }
}
