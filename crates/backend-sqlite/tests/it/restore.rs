//! A store that is restored from a copy begins a new epoch (SYNC 2.6).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use syncline_backend::contract::block_on;
use syncline_backend::{
    Applied, Backend, BackendError, Decision, ManualClock, MutationId, Scope, Sync, SyncCursor, SyncKind,
    SyncPlace, Write,
};
use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_core::predicate::Filter;
use syncline_core::{Key, Meta};

use crate::harness::{apply, note, notes, schema};

/// What a client holds: versions decide, as in every client.
#[derive(Debug, Default, PartialEq)]
struct Device {
    records: BTreeMap<String, (String, Meta)>,
    last_sync: Option<i64>,
}

impl Device {
    /// A sync with all its pages; what kind it was.
    fn sync(&mut self, backend: &dyn Backend) -> SyncKind {
        let model = backend.schema().by_name("Note").unwrap().id;
        let mut sync = Sync {
            model,
            last_sync: self.last_sync,
            resume: None,
            limit: 2,
            max_bytes: usize::MAX,
            leaves: false,
        };
        loop {
            let page = block_on(backend.sync(&Scope::new(Filter::all(), Filter::all()), &sync)).unwrap();
            for row in page.rows {
                let text = |field: usize| row.record[field].as_text().unwrap().to_owned();
                let held = self.records.entry(text(0)).or_insert_with(|| (text(1), row.meta));
                if row.meta.version >= held.1.version {
                    *held = (text(1), row.meta);
                }
            }
            match page.next {
                Some(next) => sync.resume = Some(next),
                None => {
                    self.last_sync = Some(page.started_at);
                    return page.kind;
                }
            }
        }
    }
}

fn named(mut write: Write, id: &str) -> Write {
    write.mutation.id = Some(MutationId { principal: "me".to_owned(), id: id.to_owned() });
    write
}

fn removal(backend: &dyn Backend, id: &str) -> Write {
    Write { decide: Box::new(|_| Decision::Delete), ..note(backend, id, "") }
}

#[test]
fn clients_that_have_seen_what_is_lost_come_to_what_is_restored() {
    let directory = tempfile::tempdir().unwrap();
    let (path, copy) = (directory.path().join("store.db"), directory.path().join("copy.db"));
    let clock = Arc::new(ManualClock::new(1_000));
    let options = |path: &Path, random| Options {
        place: Place::File(path.to_owned()),
        // A key of two fields beside the usual one.
        schema: schema(
            "type Note @public { id: ID! text: String! }
             type Pair @public { a: String! @primaryKey(sortKeyFields: [\"b\"]) b: Int! }",
        ),
        clock: clock.clone(),
        random,
        threads: Threads::Threaded,
    };
    let backend = SqliteBackend::open(options(&path, [1; 16])).unwrap();
    for (id, text) in [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("c", "5")] {
        apply(&backend, note(&backend, id, text)).unwrap();
    }
    apply(&backend, named(note(&backend, "e", "kept"), "m1")).unwrap();
    apply(&backend, removal(&backend, "d")).unwrap();
    let (mut early, mut late) = (Device::default(), Device::default());
    assert_eq!(early.sync(&backend), SyncKind::Base);
    backend.close();
    std::fs::copy(&path, &copy).unwrap();

    // What is lost: changes, a delete, a new record, a second life.
    let backend = SqliteBackend::open(options(&path, [1; 16])).unwrap();
    clock.set(2_000);
    for (id, text) in [("a", "lost"), ("a", "lost too"), ("f", "never was"), ("d", "alive")] {
        apply(&backend, named(note(&backend, id, text), text)).unwrap();
    }
    apply(&backend, removal(&backend, "b")).unwrap();
    assert_eq!(late.sync(&backend), SyncKind::Base);
    let (old_epoch, seq) = (backend.epoch(), 12);
    backend.close();

    std::fs::rename(&copy, &path).unwrap();
    clock.set(3_000);
    let backend = SqliteBackend::open_restored(options(&path, [2; 16])).unwrap();
    assert_ne!(backend.epoch(), old_epoch);
    let mut fresh = Device::default();
    assert_eq!(fresh.sync(&backend), SyncKind::Base);
    let version = |device: &Device, id: &str| device.records[id].1.version;
    assert_eq!(version(&fresh, "a"), 1_000_001);
    assert_eq!(version(&fresh, "c"), 1_000_002);
    assert!(fresh.records["d"].1.deleted);
    for device in [&mut early, &mut late] {
        assert_eq!(device.sync(&backend), SyncKind::Base, "a lastSync from before");
    }
    // A base sync does not bring it: our own client removes it then, a plain one keeps it until its next base sync.
    assert!(late.records.remove("f").is_some());
    assert_eq!(early.records, fresh.records);
    assert_eq!(late.records, fresh.records);

    // Pages from before are refused, and what goes on goes on from there.
    let model = backend.schema().by_name("Note").unwrap().id;
    for place in [
        SyncPlace::Base { after: Key::id("a"), until: None },
        SyncPlace::Delta { since: 1_500, after: 3, until: seq },
    ] {
        let resume = Some(SyncCursor { started_at: 2_000, place });
        let sync = Sync { model, last_sync: None, resume, limit: 2, max_bytes: usize::MAX, leaves: false };
        let answer = block_on(backend.sync(&Scope::new(Filter::all(), Filter::all()), &sync));
        assert!(matches!(answer, Err(BackendError::Cursor(_))), "{answer:?}");
    }
    let answers = apply(&backend, named(note(&backend, "e", "again"), "m1")).unwrap();
    assert!(matches!(&answers[..], [Applied::Repeated(Some(row))] if row.meta.version == 1_000_001));
    let answers = apply(&backend, named(note(&backend, "f", "never was"), "never was")).unwrap();
    assert!(
        matches!(&answers[..], [Applied::Written(row)] if row.meta.version == 1),
        "it is not known any more"
    );
    clock.set(4_000);
    apply(&backend, note(&backend, "a", "after")).unwrap();
    for device in [&mut early, &mut late, &mut fresh] {
        assert_eq!(device.sync(&backend), SyncKind::Delta);
        assert_eq!((version(device, "a"), device.records["a"].0.as_str()), (1_000_002, "after"));
        assert_eq!(device.records["f"].0, "never was");
    }
    // It is done once: the next start is an ordinary one.
    let epoch = backend.epoch();
    drop(backend);
    let backend = SqliteBackend::open(options(&path, [3; 16])).unwrap();
    assert_eq!(backend.epoch(), epoch);
    assert_eq!(late.sync(&backend), SyncKind::Delta);
    assert_eq!(late.records, fresh.records);
}

#[test]
fn merging_does_not_trust_a_base_from_before() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let options = |random| Options { random, ..crate::harness::options(&path, notes(), Threads::Inline) };
    let backend = SqliteBackend::open(options([1; 16])).unwrap();
    for text in ["1", "2", "3"] {
        apply(&backend, note(&backend, "a", text)).unwrap();
    }
    drop(backend);
    let backend = SqliteBackend::open_restored(options([2; 16])).unwrap();
    let since = |base: i64| {
        let mut write = note(&backend, "a", "");
        write.mutation.base_version = Some(base);
        let seen = Arc::new(std::sync::Mutex::new(None));
        let slot = seen.clone();
        write.decide = Box::new(move |current| {
            *slot.lock().unwrap() = current.since_base.map(<[_]>::len);
            Decision::Keep
        });
        apply(&backend, write).unwrap();
        *seen.lock().unwrap()
    };
    for (base, changes) in [(2, None), (3, None), (7, None), (1_000_003, Some(0))] {
        assert_eq!(since(base), changes, "since version {base}");
    }
    apply(&backend, note(&backend, "a", "4")).unwrap();
    assert_eq!(since(1_000_003), Some(1));
}
