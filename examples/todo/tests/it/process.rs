//! The program.

use super::api::Api;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Nothing here takes that long; a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(30);

/// One person's list: a file, and maybe a server.
pub(crate) struct List {
    db: PathBuf,
    server: Option<String>,
}

/// What a command printed.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) ok: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl List {
    pub(crate) fn new(directory: &Path, name: &str, api: Option<&Api>) -> List {
        List { db: directory.join(name), server: api.map(Api::url) }
    }

    /// The program, with nothing of the environment that changes what it does.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_todo"));
        for name in ["TODO_DB", "TODO_SERVER", "TODO_API_KEY", "NO_COLOR"] {
            command.env_remove(name);
        }
        command.arg("--db").arg(&self.db);
        if let Some(server) = &self.server {
            command.args(["--server", server, "--api-key", "key"]);
        }
        command.args(args);
        command
    }

    /// Does one command.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        let Output { status, stdout, stderr } = self.command(args).stdin(Stdio::null()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { ok: status.success(), out: text(stdout), err: text(stderr) }
    }

    /// Does one command that must succeed; what it printed.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert!(said.ok, "{args:?}: {said:?}");
        said.out
    }

    /// Adds something; its short id.
    pub(crate) fn add(&self, title: &str) -> String {
        let out = self.ok(&["add", title]);
        out.split_whitespace().next().unwrap().to_owned()
    }

    /// What it says as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.ok(&["list", "--json"])).unwrap()
    }

    /// The titles; those that are done in parentheses.
    pub(crate) fn titles(&self) -> Vec<String> {
        let said = self.json();
        let title = |todo: &serde_json::Value| {
            let title = todo["title"].as_str().unwrap();
            if todo["done"] == true { format!("({title})") } else { title.to_owned() }
        };
        said["todos"].as_array().unwrap().iter().map(title).collect()
    }

    /// Starts it without an end.
    pub(crate) fn start(&self, args: &[&str]) -> Session {
        let mut child = self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let out = child.stdout.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Session { input: child.stdin.take(), child, lines }
    }
}

/// A program that runs. It is killed when this is dropped.
pub(crate) struct Session {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Session {
    /// Types a line.
    pub(crate) fn type_line(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{line}").and_then(|()| input.flush()).unwrap();
    }

    /// Reads until a line holds this text.
    pub(crate) fn until(&self, text: &str) -> String {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(text) => return line,
                Ok(line) => seen.push(line),
                Err(_) => panic!("no line with {text:?} after {seen:#?}"),
            }
        }
    }

    /// Ends the input, and waits for the end; the lines until then.
    pub(crate) fn end(mut self) -> Vec<String> {
        drop(self.input.take());
        let rest = std::iter::from_fn(|| self.lines.recv_timeout(PATIENCE).ok()).collect();
        assert!(self.child.wait().unwrap().success());
        rest
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
