//! What a process holds, from what the kernel says of it.

use super::within;
use std::collections::BTreeMap;
use std::path::Path;

/// Threads by their names, and how many files are open.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leaks {
    threads: BTreeMap<String, usize>,
    files: Vec<String>,
}

impl Leaks {
    pub(super) fn before() -> Leaks {
        Leaks { threads: threads(), files: kinds() }
    }

    /// That there is no more than before.
    pub(super) fn check(&self) {
        assert_eq!(Leaks::before(), *self, "after, and before");
    }
}

fn threads() -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    for thread in std::fs::read_dir("/proc/self/task").unwrap().flatten() {
        // One that ends at this moment has no name any more.
        if let Ok(name) = std::fs::read_to_string(thread.path().join("comm")) {
            *names.entry(name.trim().to_owned()).or_default() += 1;
        }
    }
    names
}

fn files() -> Vec<String> {
    let open = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    let target = |file: std::fs::DirEntry| std::fs::read_link(file.path()).ok();
    open.filter_map(target).map(|target| target.display().to_string()).collect()
}

/// What is open, without the numbers of sockets and pipes.
fn kinds() -> Vec<String> {
    let kind = |file: String| file.split(":[").next().unwrap_or_default().to_owned();
    let mut kinds: Vec<String> =
        files().into_iter().map(kind).filter(|kind| !kind.starts_with("/proc/")).collect();
    kinds.sort();
    kinds
}

pub(super) fn no_file_is_open_in(directory: &Path) {
    let directory = directory.display().to_string();
    let open: Vec<String> = files().into_iter().filter(|file| file.starts_with(&directory)).collect();
    assert_eq!(open, [] as [String; 0], "every store there is closed");
    let writers = threads().remove("syncline-writer").unwrap_or(0);
    assert_eq!(writers, 0, "so is every writer");
}

pub(super) async fn no_task_is_left() {
    let runtime = tokio::runtime::Handle::current();
    within("every task ends", async {
        while runtime.metrics().num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
