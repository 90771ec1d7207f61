//! Observers and live queries over a real store in memory. The clock is tokio's, which the tests hold still.

use super::Synced;
use super::live::{Live, LiveQuery};
use super::observers::{Observers, Receiver};
use super::queue::{LIMIT, Told};
use super::window::Plan;
use crate::DataStore;
use crate::shape::Shape;
use futures_util::FutureExt;
use std::sync::Arc;
use std::time::Duration;
use syncline_core::model::{FieldKind, FieldSource, Names};
use syncline_core::page::{Direction, Page, Sort};
use syncline_core::predicate::{Filter, Op};
use syncline_core::{Field, Key, Meta, Model, ModelId, Predicate, Record, Scalar, Schema, Value, Versioned};
use syncline_store::{Change as StoreChange, Source};
use tokio::time::Instant;

/// Notes of an id, a group and a rank.
fn schema() -> Arc<Schema> {
    let field = |name: &str, scalar| Field::new(name, FieldKind::Scalar(scalar), FieldSource::Declared);
    let id = Field { required: true, ..field("id", Scalar::Id) };
    let fields = vec![id, field("group", Scalar::String), field("rank", Scalar::Int)];
    let note = Model::new(ModelId(0), "Note", Names::new("Note", "Notes"), fields, vec![0]);
    Arc::new(Schema::new(vec![note], Vec::new()).unwrap())
}

fn note(id: &str, group: &str, rank: i64) -> Record {
    Record(vec![Value::text(id), Value::text(group), Value::Int(rank)])
}

fn equals(field: &str, value: &str) -> Predicate {
    Predicate::compare(field, Op::Eq(Value::text(value)))
}

fn bound(predicate: &Predicate) -> Filter {
    predicate.bind(schema().model(ModelId(0))).unwrap()
}

fn change(id: &str, before: Option<&str>, after: Option<&str>, source: Source) -> StoreChange {
    let record = |group: &str| note(id, group, 0);
    StoreChange {
        model: ModelId(0),
        key: Key::id(id),
        before: before.map(record),
        after: after.map(record),
        version: None,
        source,
    }
}

/// What has been told, in short: the id, or how many were missed.
fn told(receiver: &Receiver) -> String {
    let word = |told: Told| match told {
        Told::Change(change) => change.key.to_string(),
        Told::Missed(count) => format!("missed:{count}"),
        Told::Cleared => "cleared".to_owned(),
    };
    receiver.drain().into_iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_first_observer_of_a_model_waits_for_the_group_that_is_being_written() {
    let observers = Arc::new(Observers::default());
    let writing = observers.gate();
    let (heard, added) = std::sync::mpsc::channel();
    let first = Arc::clone(&observers);
    let thread = std::thread::spawn(move || heard.send(first.add(ModelId(0), None)).unwrap());
    assert!(added.recv_timeout(Duration::from_millis(100)).is_err(), "its changes are not kept yet");
    drop(writing);
    let changes = added.recv_timeout(Duration::from_secs(30)).unwrap();
    thread.join().unwrap();
    assert_eq!(observers.news(), Some(vec![ModelId(0)]));
    assert_eq!(observers.news(), None);

    let writing = observers.gate();
    let others = observers.add(ModelId(0), None);
    assert_eq!(observers.news(), None, "the changes are kept already: nobody waits");
    let echo = change("echo", Some("g"), Some("g"), Source::Remote);
    let foreign = StoreChange { model: ModelId(1), ..change("foreign", None, Some("g"), Source::Remote) };
    observers.tell(&[foreign, echo, change("a", None, Some("g"), Source::Remote)]);
    drop(writing);
    for changes in [&changes, &others] {
        assert_eq!(told(changes), "a", "another model's change and the echo are not told");
    }
    drop(changes);
    assert_eq!(observers.news(), None, "somebody still observes");
    drop(others);
    assert_eq!(observers.news(), Some(vec![]), "who is gone is forgotten at once");
}

/// A live query fixes the state that it reads, and then drops what has been told by then. A clear between the two would
/// be told for nothing, and what it removed would stay in the result.
#[tokio::test(flavor = "multi_thread")]
async fn a_clear_waits_while_a_live_query_begins_to_read() {
    let store = DataStore::builder(schema()).in_memory().open().await.unwrap();
    let observers = Arc::clone(&store.shared.observers);
    let (tell, held) = std::sync::mpsc::channel();
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    let reading = std::thread::spawn(move || {
        let _gate = observers.gate();
        tell.send(()).unwrap();
        wait.recv().unwrap();
    });
    held.recv().unwrap();
    let mut clear = Box::pin(store.clear());
    assert!(tokio::time::timeout(Duration::from_millis(100), &mut clear).await.is_err());
    go_on.send(()).unwrap();
    clear.await.unwrap();
    reading.join().unwrap();
}

#[test]
fn a_filter_selects_what_matches_before_or_after() {
    let key = equals("id", "a");
    for (name, predicate, expected) in [
        ("everything", Predicate::all(), "in out stays a a"),
        ("a group", equals("group", "g"), "in out stays"),
        ("a key", key.clone(), "a a"),
        ("a key and more", key.clone().and(equals("group", "h")), "a"),
        ("another key", equals("id", "zzz"), ""),
        ("either of two keys", key.or(equals("id", "in")), "in a a"),
    ] {
        for late in [false, true] {
            let observers = Arc::new(Observers::default());
            let mut receiver = observers.add(ModelId(0), None);
            let tell = || {
                observers.tell(&[
                    change("in", Some("x"), Some("g"), Source::Local),
                    change("out", Some("g"), None, Source::Local),
                    change("stays", Some("g"), Some("h"), Source::Remote),
                ]);
                observers.tell(&[change("a", None, Some("x"), Source::Local)]);
                observers.tell(&[change("a", Some("x"), Some("h"), Source::Local)]);
            };
            if late {
                tell();
            }
            receiver.filter(schema().model(ModelId(0)), bound(&predicate));
            if !late {
                tell();
            }
            assert_eq!(told(&receiver), expected, "{name}, late: {late}");
            drop(receiver);
            assert_eq!(observers.news(), Some(vec![]), "{name}: nothing is left of it");
        }
    }
    let observers = Arc::new(Observers::default());
    let one = observers.add(ModelId(0), Some(Key::id("b")));
    observers
        .tell(&[change("a", None, Some("g"), Source::Local), change("b", None, Some("g"), Source::Local)]);
    assert_eq!(told(&one), "b");
}

#[test]
fn an_observer_that_is_not_read_holds_so_much_and_no_more() {
    let observers = Arc::new(Observers::default());
    let receiver = observers.add(ModelId(0), None);
    for number in 0..25_000 {
        observers.tell(&[change(&number.to_string(), None, Some("g"), Source::Remote)]);
        assert!(number % 1_000 > 0 || receiver.queue().len() <= LIMIT + 1);
    }
    let all = told(&receiver);
    let mut words = all.split(' ');
    let missed: usize = words.next().unwrap().strip_prefix("missed:").unwrap().parse().unwrap();
    let rest: Vec<usize> = words.map(|word| word.parse().unwrap()).collect();
    assert_eq!(
        rest,
        (missed..25_000).collect::<Vec<_>>(),
        "what was missed is counted, the newest are there"
    );
    observers.tell(&[change("a", None, Some("g"), Source::Local)]);
    observers.cleared();
    observers.tell(&[change("b", None, Some("g"), Source::Local)]);
    assert_eq!(told(&receiver), "cleared b");
    observers.end();
    observers.tell(&[change("c", None, Some("g"), Source::Local)]);
    assert_eq!(told(&receiver), "");
}

/// A store, and a live query over it that takes the cloud for there.
struct World {
    store: DataStore,
    synced: Arc<Synced>,
    number: i64,
}

impl World {
    async fn new() -> World {
        let store = DataStore::builder(schema()).in_memory().open().await.unwrap();
        World { store, synced: Arc::new(Synced::new(1)), number: 0 }
    }

    fn observe(
        &self,
        filter: &Predicate,
        sort: &[Sort],
        page: Option<Page>,
        batches: bool,
    ) -> LiveQuery<Record> {
        let shape = Shape::new(Arc::clone(schema().model(ModelId(0))), |_, record, _| Ok(record.clone()));
        let mut receiver = self.store.shared.observers.add(ModelId(0), None);
        receiver.filter(&shape.model, bound(filter));
        let plan = Plan::new(bound(filter), sort.to_vec(), page);
        let readers = &self.store.shared.readers;
        LiveQuery::new(Live::new(shape, plan, receiver, readers, self.synced.watch(), batches))
    }

    /// A commit of records that come from the cloud: `None` is a tombstone.
    fn remote(&mut self, records: Vec<(String, Option<Record>)>) {
        self.number += 1;
        let version = self.number;
        let apply = move |tx: &mut syncline_store::Tx<'_>| {
            for (id, record) in records {
                let meta = Meta { version, last_changed_at: version, deleted: record.is_none() };
                let record = record.unwrap_or_else(|| note(&id, "", 0));
                tx.apply_frame(ModelId(0), Versioned { record, meta }, &Filter::All)?;
            }
            Ok(())
        };
        elsewhere(self.store.shared.writer.run(apply)).unwrap();
    }

    fn local(&mut self, id: &str, record: Option<Record>) {
        self.number += 1;
        let (id, mutation) = (Key::id(id), format!("m{}", self.number));
        let write = move |tx: &mut syncline_store::Tx<'_>| match record {
            Some(value) => {
                let save = syncline_store::Save {
                    model: ModelId(0),
                    value: &value,
                    read_as: None,
                    condition: None,
                    mutation,
                };
                tx.save(save).map(|_| ())
            }
            None => tx.delete(ModelId(0), &id, None, mutation).map(|_| ()),
        };
        elsewhere(self.store.shared.writer.run(write)).unwrap();
    }

    async fn result(&self, filter: &Predicate, sort: &[Sort], page: Option<Page>) -> Vec<Record> {
        let query =
            syncline_store::Query { model: ModelId(0), filter: bound(filter), sort: sort.to_vec(), page };
        let readers = Arc::clone(&self.store.shared.readers);
        let stored = tokio::task::spawn_blocking(move || readers.with_long(|reader| reader.query(&query)));
        stored.await.unwrap().unwrap().into_iter().map(|stored| stored.record).collect()
    }
}

/// Waits on another thread, so that the clock that stands still is not moved on for want of anything else to do.
fn elsewhere<T: Send>(future: impl Future<Output = T> + Send) -> T {
    let wait = || tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future);
    std::thread::scope(|scope| scope.spawn(wait).join().unwrap())
}

async fn next(live: &mut LiveQuery<Record>) -> (Vec<Record>, bool) {
    let snapshot = live.next().await.unwrap();
    (snapshot.items.iter().map(|item| Record::clone(item)).collect(), snapshot.is_synced)
}

fn ids(snapshot: &(Vec<Record>, bool)) -> String {
    snapshot.0.iter().map(|record| record[0].as_text().unwrap()).collect::<Vec<_>>().join(" ")
}

fn quiet(live: &mut LiveQuery<Record>) -> bool {
    live.next().now_or_never().is_none()
}

#[tokio::test(start_paused = true)]
async fn changes_from_the_cloud_are_gathered_until_the_model_is_in_sync() {
    let mut world = World::new().await;
    world.remote(vec![("a".to_owned(), Some(note("a", "g", 1)))]);
    let mut live = world.observe(&Predicate::all(), &[], None, true);
    assert_eq!(ids(&next(&mut live).await), "a", "the first snapshot comes at once");

    // One change of the cloud waits for two seconds, and so do those that follow within them.
    world.remote(vec![("b".to_owned(), Some(note("b", "g", 1)))]);
    let begin = Instant::now();
    assert!(quiet(&mut live));
    world.remote(vec![("c".to_owned(), Some(note("c", "g", 1)))]);
    let snapshot = next(&mut live).await;
    assert_eq!((ids(&snapshot).as_str(), snapshot.1), ("a b c", false));
    assert_eq!(begin.elapsed(), Duration::from_secs(2));

    // An own save does not wait, and takes along what does.
    let begin = Instant::now();
    world.remote(vec![("d".to_owned(), Some(note("d", "g", 1)))]);
    assert!(quiet(&mut live));
    world.local("e", Some(note("e", "g", 1)));
    assert_eq!((ids(&next(&mut live).await).as_str(), begin.elapsed()), ("a b c d e", Duration::ZERO));

    // A page full does not wait.
    let page = (0..1_000).map(|number| format!("p{number:03}"));
    let page: Vec<_> = page.map(|id| (id.clone(), Some(note(&id, "g", 1)))).collect();
    world.remote(page);
    assert_eq!((next(&mut live).await.0.len(), begin.elapsed()), (1_005, Duration::ZERO));

    // Nor does coming into sync; what was told before it is in that snapshot. After that nothing waits.
    world.remote(vec![("f".to_owned(), Some(note("f", "g", 1)))]);
    assert!(quiet(&mut live));
    world.synced.set(ModelId(0));
    let snapshot = next(&mut live).await;
    assert_eq!((snapshot.0.len(), snapshot.1, begin.elapsed()), (1_006, true, Duration::ZERO));
    world.remote(vec![("h".to_owned(), Some(note("h", "g", 1)))]);
    assert_eq!((next(&mut live).await.0.len(), begin.elapsed()), (1_007, Duration::ZERO));
    assert!(quiet(&mut live));

    // Sync stops: that is news too.
    world.synced.reset();
    assert_eq!((next(&mut live).await.1, begin.elapsed()), (false, Duration::ZERO));
    assert!(quiet(&mut live));
}

#[tokio::test]
async fn a_commit_costs_no_query_and_shows_only_if_it_shows_something() {
    let mut world = World::new().await;
    let many = (0..5_000).map(|number| format!("n{number:05}"));
    let many: Vec<_> = many.map(|id| (id.clone(), Some(note(&id, "g", 1)))).collect();
    world.remote(many);
    let by_rank = [Sort { field: 2, direction: Direction::Descending }];
    let mut live = world.observe(&equals("group", "g"), &by_rank, None, false);
    let first = live.next().await.unwrap();
    let reads = world.store.reads();
    assert!(reads >= 1);

    world.local("x", Some(note("x", "h", 9)));
    world.local("x", None);
    world.remote(vec![("y".to_owned(), Some(note("y", "h", 9)))]);
    assert!(quiet(&mut live), "no record of the result has changed");
    world.local("z", Some(note("z", "g", 1)));
    world.local("z", None);
    assert!(quiet(&mut live), "what came and went between two reads has changed nothing");
    world.local("n00007", Some(note("n00007", "g", 5)));
    let second = live.next().await.unwrap();
    assert_eq!(second.items[0][0].as_text(), Some("n00007"));
    let kept = second.items.iter().filter(|item| first.items.iter().any(|old| Arc::ptr_eq(old, item)));
    assert_eq!(kept.count(), 4_999, "what has not changed is the same");
    world.local("n00009", Some(note("n00009", "h", 5)));
    assert_eq!(live.next().await.unwrap().items.len(), 4_999, "it left the result");
    world.local("n00009", Some(note("n00009", "g", 1)));
    assert_eq!(live.next().await.unwrap().items.len(), 5_000, "and came back");
    assert_eq!(world.store.reads(), reads, "nothing was queried");
}

#[tokio::test]
async fn who_does_not_read_gets_the_newest_result() {
    let mut world = World::new().await;
    let mut live = world.observe(&Predicate::all(), &[], Some(Page::new(0, 3)), false);
    assert_eq!(ids(&next(&mut live).await), "");
    let mut expected = String::new();
    for round in 0..6_u32 {
        for part in 0..=(round % 2) * 12 {
            let id = |number: usize| format!("{:02}-{part:02}-{number:04}", 99 - round);
            let some: Vec<_> =
                (0..1_000).map(|number| (id(number), Some(note(&id(number), "g", 1)))).collect();
            world.remote(some);
            expected = format!("{}", 99 - round);
        }
        let snapshot = next(&mut live).await;
        assert!(snapshot.0.len() == 3 && ids(&snapshot).starts_with(&expected), "{}", ids(&snapshot));
        assert!(quiet(&mut live));
    }
    world.store.clear().await.unwrap();
    assert_eq!(next(&mut live).await, (Vec::new(), false));
    world.local("a", Some(note("a", "g", 1)));
    assert_eq!(ids(&next(&mut live).await), "a");
    let World { store, .. } = world;
    drop(store);
    assert!(live.next().await.is_none() && live.error().is_none());
}

#[tokio::test]
async fn at_any_time_a_snapshot_is_what_the_query_finds() {
    let sort = |field, direction| Sort { field, direction };
    let (up, down) = (Direction::Ascending, Direction::Descending);
    let orders: [&[Sort]; 4] =
        [&[], &[sort(2, up)], &[sort(1, down), sort(2, up)], &[sort(2, down), sort(0, down)]];
    let pages =
        [None, Some(Page::new(0, 4)), Some(Page::new(1, 5)), Some(Page::new(0, 0)), Some(Page::new(3, 20))];
    let filters = [Predicate::all(), equals("group", "a"), equals("group", "a").not()];
    let mut seed = 1_u64;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut world = World::new().await;
    let mut all = Vec::new();
    for order in orders {
        for page in pages {
            for filter in &filters {
                all.push((filter, order, page, world.observe(filter, order, page, false), None));
            }
        }
    }
    let (mut snapshots, mut quiets) = (0, 0);
    for round in 0..120_u64 {
        for _ in 0..=random(6) {
            let id = format!("{:02}", random(60));
            let group = ["a", "b", "c"][usize::try_from(random(3)).unwrap()];
            let gone = random(if round / 30 % 2 == 0 { 6 } else { 2 }) == 0;
            let record = (!gone).then(|| note(&id, group, i64::try_from(random(5)).unwrap()));
            match random(4) {
                0 => world.remote(vec![(id, record)]),
                _ => world.local(&id, record),
            }
        }
        for (filter, order, page, live, shown) in &mut all {
            let expected = world.result(filter, order, *page).await;
            if shown.as_ref() == Some(&expected) {
                quiets += 1;
                continue;
            }
            let found = tokio::time::timeout(Duration::from_secs(30), next(live)).await;
            let found = found
                .unwrap_or_else(|_| panic!("round {round}: no snapshot for {filter:?} {order:?} {page:?}"));
            assert_eq!(found.0, expected, "round {round}: {filter:?} {order:?} {page:?}");
            *shown = Some(expected);
            snapshots += 1;
        }
    }
    for (filter, order, page, live, _) in &mut all {
        let more = tokio::time::timeout(Duration::from_millis(1), live.next()).await;
        assert!(more.is_err(), "a snapshot in which nothing has changed: {filter:?} {order:?} {page:?}");
    }
    assert!(snapshots > 1_000 && quiets > 500, "{snapshots} {quiets}");
}
