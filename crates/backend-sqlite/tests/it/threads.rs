//! What the threads do.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use syncline_backend::contract::block_on;
use syncline_backend::{Answer, Applied, Backend, CommitObserver, Committed};
use syncline_backend_sqlite::{SqliteBackend, Threads};

use crate::harness::{apply, held, note, notes, options, sync};

/// Tells how many changes each commit had, and holds the writer up until it is let go on.
struct Gate {
    commits: Mutex<Sender<usize>>,
    go: Mutex<Receiver<()>>,
}

impl CommitObserver for Gate {
    fn committed(&self, changes: &Arc<[Committed]>) {
        self.commits.lock().unwrap().send(changes.len()).unwrap();
        self.go.lock().unwrap().recv().unwrap();
    }
}

fn poll<T>(answer: &mut Answer<'_, T>) -> Poll<Result<T, syncline_backend::BackendError>> {
    answer.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn what_waits_commits_together() {
    let directory = tempfile::tempdir().unwrap();
    let backend =
        SqliteBackend::open(options(&directory.path().join("a.db"), notes(), Threads::Threaded)).unwrap();
    let ((commits, committed), (go, gate)) = (channel(), channel());
    // The first sync of a second makes the ceiling of its `startedAt` durable; later ones only read.
    assert_eq!(held(&backend).len(), 0);
    backend.observe(Arc::new(Gate { commits: Mutex::new(commits), go: Mutex::new(gate) }));
    let mut first = backend.apply(vec![note(&backend, "first", "t")], false);
    assert!(poll(&mut first).is_pending());
    assert_eq!(committed.recv().unwrap(), 1);
    // The writer is held up; what comes now has to wait.
    let mut waiting: Vec<_> = (0..50)
        .map(|place| {
            let id = format!("n{place}");
            let write = note(&backend, &id, "t");
            let mut answer = backend.apply(vec![write, note(&backend, &id, "u")], place % 2 == 0);
            assert!(poll(&mut answer).is_pending());
            answer
        })
        .collect();
    assert_eq!(held(&backend).len(), 1, "readers do not wait for the writer");
    go.send(()).unwrap();
    assert_eq!(committed.recv().unwrap(), 100, "one commit for all of them");
    assert!(
        waiting.iter_mut().all(|answer| poll(answer).is_pending()),
        "no answer before the observers know"
    );
    go.send(()).unwrap();
    assert!(matches!(&block_on(first).unwrap()[..], [Applied::Written(_)]));
    for answer in waiting {
        let answers = block_on(answer).unwrap();
        assert!(matches!(&answers[..], [Applied::Written(_), Applied::Written(b)] if b.meta.version == 2));
    }
}

#[test]
fn inline_never_yields() {
    let directory = tempfile::tempdir().unwrap();
    let backend =
        SqliteBackend::open(options(&directory.path().join("a.db"), notes(), Threads::Inline)).unwrap();
    let mut answer = backend.apply(vec![note(&backend, "a", "t")], true);
    assert!(poll(&mut answer).is_ready());
    drop(answer);
    assert_eq!(held(&backend).len(), 1);
}

#[test]
fn a_decision_that_panics_is_its_own_trouble() {
    let directory = tempfile::tempdir().unwrap();
    let backend =
        SqliteBackend::open(options(&directory.path().join("a.db"), notes(), Threads::Threaded)).unwrap();
    let mut write = note(&backend, "a", "t");
    write.decide = Box::new(|_| panic!("a test's own panic"));
    assert!(apply(&backend, write).unwrap_err().is_transient());
    assert!(matches!(&apply(&backend, note(&backend, "a", "t")).unwrap()[..], [Applied::Written(_)]));
    assert_eq!(held(&backend).len(), 1);
}

#[test]
fn an_answer_that_nobody_waits_for_is_still_done() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.db");
    let backend = SqliteBackend::open(options(&path, notes(), Threads::Threaded)).unwrap();
    for place in 0..20 {
        let mut answer = backend.apply(vec![note(&backend, &format!("n{place}"), "t")], false);
        let _ = poll(&mut answer);
    }
    drop(backend);
    let backend = SqliteBackend::open(options(&path, notes(), Threads::Inline)).unwrap();
    assert_eq!(held(&backend).len(), 20, "an end does what waits");
}

#[test]
fn a_closed_store_answers_and_lets_go() {
    for threads in [Threads::Threaded, Threads::Inline] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.db");
        let backend = SqliteBackend::open(options(&path, notes(), threads)).unwrap();
        apply(&backend, note(&backend, "a", "t")).unwrap();
        backend.close();
        assert!(apply(&backend, note(&backend, "b", "t")).unwrap_err().is_transient());
        let model = backend.schema().models()[0].id;
        let scope = syncline_backend::Scope::new(
            syncline_core::predicate::Filter::all(),
            syncline_core::predicate::Filter::all(),
        );
        let got = block_on(backend.get(&scope, model, &[syncline_core::Key::id("a")]));
        assert!(got.unwrap_err().is_transient());
        let next = SqliteBackend::open(options(&path, notes(), threads)).unwrap();
        assert_eq!(held(&next).len(), 1);
        backend.close();
    }
}

#[test]
fn many_callers_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let backend =
        SqliteBackend::open(options(&directory.path().join("a.db"), notes(), Threads::Threaded)).unwrap();
    thread::scope(|scope| {
        for caller in 0..8 {
            let backend = &backend;
            scope.spawn(move || {
                for place in 0..25 {
                    let write = note(backend, &format!("c{caller}n{place}"), "t");
                    assert!(matches!(&apply(backend, write).unwrap()[..], [Applied::Written(_)]));
                    assert!(held(backend).len() > place);
                }
            });
        }
    });
    let page = sync(&backend, Some(1));
    let seqs: Vec<i64> = page.rows.iter().map(|row| row.seq).collect();
    assert_eq!(seqs, (1..=200).collect::<Vec<_>>());
}
