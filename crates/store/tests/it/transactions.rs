//! Transactions of the application: what they read, what stands in their way, and what they leave in the outbox.

use crate::support::*;
use std::sync::Arc;
use syncline_core::page::{Direction, Page, Sort};
use syncline_core::predicate::{Filter, Op};
use syncline_core::record::{EntryState, Outcome, ReadAs};
use syncline_core::{Predicate, Record, Schema, Value};
use syncline_store::{
    ClaimLimits, Edit, Group, GroupDone, ParkedWith, Query, Reads, RemotePage, RepairDone, Save, Snapshot,
    Snapshots, Store, StoreError, Stored,
};

/// Reads a record in a transaction, and saves it with these fields.
fn save(
    schema: &Schema,
    reads: &Reads,
    group: &mut Group,
    id: &str,
    fields: &[&str],
    mutation: &str,
) -> Result<Stored, StoreError> {
    let model = model_of(schema, id);
    let read = group.get(reads, model.id, &key(id))?;
    let mut value = read.as_ref().map_or_else(|| record(schema, id, &[]), |read| read.record.clone());
    set(model, &mut value, fields);
    let read_as = read.as_ref().map(|read| ReadAs { record: &read.record, version: read.version });
    let mutation = mutation.to_owned();
    group.save(reads, Save { model: model.id, value: &value, read_as, condition: None, mutation })
}

/// Saves outside of any transaction.
fn save_plain(store: &mut Store, id: &str, fields: &[&str], mutation: &str) {
    let schema = Arc::clone(store.schema());
    let model = model_of(&schema, id);
    let stored = store.reads().get(model.id, &key(id)).unwrap();
    let mut value = stored.as_ref().map_or_else(|| record(&schema, id, &[]), |stored| stored.record.clone());
    set(model, &mut value, fields);
    let read_as = stored.as_ref().map(|stored| ReadAs { record: &stored.record, version: stored.version });
    let mutation = mutation.to_owned();
    store
        .write(|tx| tx.save(Save { model: model.id, value: &value, read_as, condition: None, mutation }))
        .unwrap();
}

fn delete_plain(store: &mut Store, id: &str, mutation: &str) {
    let model = model_of(&Arc::clone(store.schema()), id).id;
    store.write(|tx| tx.delete(model, &key(id), None, mutation.to_owned())).unwrap();
}

fn frame(store: &mut Store, id: &str, version: i64, fields: &[&str]) {
    let schema = Arc::clone(store.schema());
    let row = versioned(&schema, id, version, version, fields);
    store.write(|tx| tx.apply_frame(model_of(&schema, id).id, row, &Filter::All)).unwrap();
}

fn apply(store: &mut Store, group: &Group) -> Result<GroupDone, StoreError> {
    store.write(|tx| tx.apply_group(group)).map(|(done, _)| done)
}

/// The outbox: id, operation, group, record.
fn outbox(store: &Store) -> Vec<String> {
    let entries = store.reads().outbox().unwrap().into_iter();
    entries
        .map(|entry| {
            let group = entry.group.map_or_else(|| "-".to_owned(), |group| group.to_string());
            format!("{} {:?} {group} {}", entry.id, entry.op, entry.key)
        })
        .collect()
}

fn begin(store: &Store) -> (Snapshots, Snapshot, Group) {
    let snapshots = Snapshots::of(store);
    let snapshot = snapshots.take().unwrap();
    (snapshots, snapshot, Group::default())
}

#[test]
fn a_snapshot_stays_as_it_is_and_holds_nobody_up() {
    let dir = Dir::new();
    for in_memory in [false, true] {
        let mut store = if in_memory { memory(blog()) } else { dir.open(blog()) };
        save_plain(&mut store, "p1", &["title=before"], "m1");
        let (snapshots, snapshot, _) = begin(&store);
        save_plain(&mut store, "p1", &["title=after"], "m2");
        save_plain(&mut store, "p2", &[], "m3");
        let query = Query::all(post(&blog()));
        assert_eq!(snapshot.query(&query).unwrap().len(), 1, "in memory: {in_memory}");
        assert_eq!(store.reads().query(&query).unwrap().len(), 2);
        snapshots.give_back(snapshot);
        // The next one is of now, whether or not it uses the same connection.
        let quick = snapshots.take_at_once().unwrap();
        assert_eq!(quick.is_none(), in_memory);
        let next = quick.map_or_else(|| snapshots.take(), Ok).unwrap();
        assert_eq!(next.query(&query).unwrap().len(), 2);
        assert!(snapshots.take_at_once().unwrap().is_none(), "the one connection is in use");
    }
}

#[test]
fn the_write_ahead_log_begins_anew_once_a_snapshot_is_given_back() {
    let dir = Dir::new();
    let mut store = dir.open(blog());
    store.bulk(true).unwrap();
    save_plain(&mut store, "p1", &[], "m0");
    let (snapshots, snapshot, _) = begin(&store);
    let long = "x".repeat(100_000);
    let wal = || std::fs::metadata(format!("{}-wal", dir.file().display())).unwrap().len();
    let write = |store: &mut Store, round: i64| frame(store, "p9", round, &[&format!("content={long}")]);
    for round in 1..=5 {
        write(&mut store, round);
        // A checkpoint.
        store.bulk(false).unwrap();
        store.bulk(true).unwrap();
    }
    let held = wal();
    snapshots.give_back(snapshot);
    store.bulk(false).unwrap();
    for round in 6..=30 {
        store.bulk(true).unwrap();
        write(&mut store, round);
        store.bulk(false).unwrap();
    }
    assert!(wal() <= held, "{} after {held}: it is used from its beginning", wal());
}

#[test]
fn what_a_transaction_reads_must_be_there_at_its_end() {
    type Use = fn(&Schema, &Reads, &mut Group);
    type Beside = fn(&mut Store);
    let nothing: Use = |_, _, _| {};
    let get: Use = |schema, reads, group| {
        group.get(reads, post(schema), &key("p1")).unwrap();
    };
    let get_none: Use = |schema, reads, group| {
        assert!(group.get(reads, post(schema), &key("p9")).unwrap().is_none());
    };
    let query: Use = |schema, reads, group| {
        let filter = Predicate::compare("title", Op::Eq(Value::text("one")));
        let filter = filter.bind(schema.by_name("Post").unwrap()).unwrap();
        assert_eq!(group.query(reads, &Query { filter, ..Query::all(post(schema)) }).unwrap().len(), 1);
    };
    let count: Use = |schema, reads, group| {
        assert_eq!(group.count(reads, post(schema), &Filter::All).unwrap(), 2);
        assert!(group.exists(reads, post(schema), &Filter::All).unwrap());
    };
    let delete: Use = |schema, reads, group| {
        group.delete(reads, post(schema), &key("p1"), None, "d".to_owned()).unwrap().unwrap();
    };
    let delete_none: Use = |schema, reads, group| {
        let gone = group.delete(reads, post(schema), &key("p9"), None, "d".to_owned()).unwrap();
        assert!(gone.is_none());
    };
    let save_one: Use = |schema, reads, group| {
        save(schema, reads, group, "p1", &["content=mine"], "s").unwrap();
    };
    let make: Use = |schema, reads, group| {
        let value = record(schema, "p9", &[]);
        let (model, mutation) = (post(schema), "s".to_owned());
        group.save(reads, Save { model, value: &value, read_as: None, condition: None, mutation }).unwrap();
    };
    let edit: Beside = |store| save_plain(store, "p1", &["content=theirs"], "b");
    let edit_other: Beside = |store| save_plain(store, "p2", &["content=theirs"], "b");
    let edit_far: Beside = |store| frame(store, "p1", 2, &["title=far"]);
    let echo: Beside = |store| frame(store, "p1", 2, &["title=one"]);
    let gone: Beside = |store| delete_plain(store, "p1", "b");
    let appear: Beside = |store| save_plain(store, "p9", &["title=one"], "b");
    let clear: Beside = |store| drop(store.write(|tx| tx.clear()).unwrap());
    let idle: Beside = |_| {};
    for (name, uses, beside, conflict) in [
        ("nothing, edited", nothing, edit, None),
        ("get, untouched", get, idle, None),
        ("get, edited", get, edit, Some("p1")),
        ("get, another edited", get, edit_other, None),
        ("get, edited far away", get, edit_far, Some("p1")),
        ("get, only the version moved", get, echo, None),
        ("get, deleted", get, gone, Some("p1")),
        ("get, cleared", get, clear, Some("p1")),
        ("get of nothing, appeared", get_none, appear, Some("p9")),
        ("get of nothing, cleared", get_none, clear, None),
        ("query, edited", query, edit, Some("p1")),
        ("query, one that it did not return", query, edit_other, None),
        ("query, another appeared", query, appear, None),
        ("count, edited", count, edit, None),
        ("count, appeared", count, appear, None),
        ("delete, edited", delete, edit, Some("p1")),
        ("delete, gone", delete, gone, Some("p1")),
        ("delete of nothing, appeared", delete_none, appear, Some("p9")),
        ("save, edited", save_one, edit, Some("p1")),
        ("save, another edited", save_one, edit_other, None),
        ("create, appeared", make, appear, Some("p9")),
        ("create, another edited", make, edit, None),
    ] {
        let schema = blog();
        let mut store = memory(Arc::clone(&schema));
        frame(&mut store, "p1", 1, &["title=one"]);
        frame(&mut store, "p2", 1, &["title=two"]);
        let (_, snapshot, mut group) = begin(&store);
        uses(&schema, &snapshot, &mut group);
        // Something is written in any case.
        save(&schema, &snapshot, &mut group, "c1", &["content=new"], "c").unwrap();
        beside(&mut store);
        let before = outbox(&store);
        match (apply(&mut store, &group), conflict) {
            (Ok(_), None) => assert!(outbox(&store).len() > before.len(), "{name}"),
            (Err(error), Some(id)) => {
                assert!(
                    matches!(&error, StoreError::TransactionConflict { model, key } if model == "Post" && key == id),
                    "{name}: {error}"
                );
                assert!(error.is_retryable());
                assert_eq!(outbox(&store), before, "{name}: something was written");
            }
            (result, _) => panic!("{name}: {result:?}"),
        }
    }
}

#[test]
fn a_group_is_one_and_nothing_joins_it() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    frame(&mut store, "p1", 1, &["title=one"]);
    frame(&mut store, "p2", 1, &["title=two"]);
    save_plain(&mut store, "p1", &["title=before"], "m1");
    let (_, snapshot, mut group) = begin(&store);
    let step = |group: &mut Group, id: &str, fields: &[&str], mutation: &str| {
        save(&schema, &snapshot, group, id, fields, mutation).unwrap()
    };
    step(&mut group, "p1", &["title=first"], "g1");
    step(&mut group, "p3", &["title=made"], "g2");
    step(&mut group, "p1", &["title=second", "rating=1"], "g3");
    step(&mut group, "p4", &["title=made and unmade"], "g4");
    group.delete(&snapshot, post(&schema), &key("p4"), None, "g5".to_owned()).unwrap().unwrap();
    step(&mut group, "p2", &[], "g6");
    assert_eq!(outbox(&store), ["m1 Update - p1"], "nothing is written before its end");
    store.collect_changes([post(&schema)]);
    let (done, changes) = store.write(|tx| tx.apply_group(&group)).unwrap();
    let members: Vec<&str> = done.members.iter().map(|member| member.mutation.as_str()).collect();
    assert_eq!((members, done.ended.len()), (vec!["g1", "g2"], 0));
    save_plain(&mut store, "p1", &["title=after"], "m2");
    save_plain(&mut store, "p3", &["title=after"], "m3");
    assert_eq!(
        outbox(&store),
        ["m1 Update - p1", "g1 Update 1 p1", "g2 Create 1 p3", "m2 Update - p1", "m3 Update - p3"]
    );
    let title = schema.by_name("Post").unwrap().field("title").unwrap();
    let shown =
        |record: &Option<Record>| record.as_ref().map_or("-".to_owned(), |record| word(&record[title]));
    let changes: Vec<String> = changes
        .iter()
        .map(|change| format!("{} {}>{}", change.key, shown(&change.before), shown(&change.after)))
        .collect();
    assert_eq!(changes, ["p1 before>second", "p3 ->made"], "no state between is told");

    // The next group has another number; one that writes nothing leaves nothing.
    let (_, snapshot, mut group) = begin(&store);
    save(&schema, &snapshot, &mut group, "p2", &["rating=3"], "h1").unwrap();
    apply(&mut store, &group).unwrap();
    let mut group = Group::default();
    group.get(&snapshot, post(&schema), &key("p3")).unwrap();
    save(&schema, &snapshot, &mut group, "p3", &[], "h2").unwrap();
    assert!(group.is_empty());
    assert_eq!(apply(&mut store, &group).unwrap(), GroupDone::default());
    assert_eq!(outbox(&store).last().unwrap(), "h1 Update 2 p2");
}

#[test]
fn what_cannot_be_written_undoes_everything() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    frame(&mut store, "p1", 1, &["rating=1"]);
    let high = Predicate::compare("rating", Op::Gt(Value::Int(3)));
    let (_, snapshot, mut group) = begin(&store);
    let value = record(&schema, "p1", &["rating=2"]);
    let conditional = |group: &mut Group, condition: &Predicate| {
        let (model, mutation) = (post(&schema), "s".to_owned());
        let condition = Some(condition);
        group.save(&snapshot, Save { model, value: &value, read_as: None, condition, mutation })
    };
    // What fails at once is not added.
    let failed = conditional(&mut group, &high).unwrap_err();
    assert!(matches!(failed, StoreError::ConditionFailed { .. }), "{failed}");
    let invalid = save(&schema, &snapshot, &mut group, "p1", &["rating=3000000000"], "s").unwrap_err();
    assert!(matches!(invalid, StoreError::InvalidRecord { .. }), "{invalid}");
    assert!(group.is_empty());
    // In one transaction, its own writes count.
    save(&schema, &snapshot, &mut group, "p1", &["rating=4"], "a").unwrap();
    save(&schema, &snapshot, &mut group, "p2", &[], "b").unwrap();
    conditional(&mut group, &high).unwrap();
    apply(&mut store, &group).unwrap();
    assert_eq!(outbox(&store), ["a Update 1 p1", "b Create 1 p2", "s Update 1 p1"], "no condition is merged");
}

/// SplitMix64: numbers from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

/// Whatever a transaction reads after its writes is what is read when they have been written.
#[test]
fn what_is_read_over_the_buffer_is_what_is_written() {
    const IDS: [&str; 7] = ["p1", "p2", "p3", "p4", "c1", "c2", "c3"];
    let schema = blog();
    let (post_ir, comment_ir) = (schema.by_name("Post").unwrap(), schema.by_name("Comment").unwrap());
    for seed in 0..300 {
        let mut random = Random(seed);
        let mut store = memory(Arc::clone(&schema));
        let mut mutations = 0..;
        let mut fresh = || format!("m{}", mutations.next().unwrap_or(0));
        let field = |random: &mut Random, id: &str| match (id.starts_with('p'), random.below(3)) {
            (true, 0) => format!("rating={}", random.below(4)),
            (true, 1) => format!("title=t{}", random.below(3)),
            (true, _) => ["content=null", "content=x"][random.below(2) as usize].to_owned(),
            (false, 0) => format!("likes={}", random.below(4)),
            (false, 1) => format!("postCommentsId=p{}", random.below(4) + 1),
            (false, _) => format!("content=c{}", random.below(3)),
        };
        for _ in 0..6 {
            let id = IDS[random.below(7) as usize];
            let fields = field(&mut random, id);
            match random.below(3) {
                0 => frame(&mut store, id, random.below(3) as i64 + 1, &[&fields]),
                1 => delete_plain(&mut store, id, &fresh()),
                _ => save_plain(&mut store, id, &[&fields], &fresh()),
            }
        }
        let (_, snapshot, mut group) = begin(&store);
        let query = |random: &mut Random| {
            let model = if random.below(2) == 0 { post_ir } else { comment_ir };
            let number = if model.name == "Post" { "rating" } else { "likes" };
            let op = Op::Ge(Value::Int(random.below(4) as i64));
            let predicate =
                if random.below(3) == 0 { Predicate::All } else { Predicate::compare(number, op) };
            let place = model.field(number).unwrap();
            let direction = [Direction::Ascending, Direction::Descending][random.below(2) as usize];
            let sort = (random.below(2) == 0).then_some(Sort { field: place, direction });
            let page = (random.below(2) == 0).then(|| Page::new(random.below(3), random.below(4)));
            let filter = predicate.bind(model).unwrap();
            Query { model: model.id, filter, sort: sort.into_iter().collect(), page }
        };
        let mut asked: Vec<(Query, Vec<Record>)> = Vec::new();
        for _ in 0..5 {
            let id = IDS[random.below(7) as usize];
            if random.below(3) == 0 {
                let model = model_of(&schema, id).id;
                group.delete(&snapshot, model, &key(id), None, fresh()).unwrap();
            } else {
                let fields = field(&mut random, id);
                save(&schema, &snapshot, &mut group, id, &[&fields], &fresh()).unwrap();
            }
        }
        let records =
            |stored: Vec<Stored>| stored.into_iter().map(|stored| stored.record).collect::<Vec<_>>();
        let mut counts = Vec::new();
        for _ in 0..6 {
            let query = query(&mut random);
            counts.push(group.count(&snapshot, query.model, &query.filter).unwrap());
            let found = records(group.query(&snapshot, &query).unwrap());
            asked.push((query, found));
        }
        let held: Vec<Option<Record>> = IDS
            .iter()
            .map(|id| {
                let found = group.get(&snapshot, model_of(&schema, id).id, &key(id)).unwrap();
                found.map(|found| found.record)
            })
            .collect();
        apply(&mut store, &group).unwrap();
        for (id, expected) in IDS.iter().zip(held) {
            let found = store.reads().get(model_of(&schema, id).id, &key(id)).unwrap();
            assert_eq!(found.map(|found| found.record), expected, "seed {seed}: {id}");
        }
        for ((query, expected), count) in asked.into_iter().zip(counts) {
            assert_eq!(records(store.reads().query(&query).unwrap()), expected, "seed {seed}: {query:?}");
            assert_eq!(store.reads().count(query.model, &query.filter).unwrap(), count, "seed {seed}");
        }
    }
}

#[test]
fn a_delete_takes_what_belongs_to_the_record_with_it() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    frame(&mut store, "p1", 1, &[]);
    frame(&mut store, "c1", 1, &["postCommentsId=p1"]);
    let (_, snapshot, mut group) = begin(&store);
    save(&schema, &snapshot, &mut group, "c2", &["postCommentsId=p1"], "g1").unwrap();
    save(&schema, &snapshot, &mut group, "c3", &[], "g2").unwrap();
    group.delete(&snapshot, post(&schema), &key("p1"), None, "g3".to_owned()).unwrap().unwrap();
    let left = group.query(&snapshot, &Query::all(comment(&schema))).unwrap();
    assert_eq!(left.len(), 1, "{left:?}");
    let done = apply(&mut store, &group).unwrap();
    assert_eq!(outbox(&store), ["g2 Create 1 c3", "g3.1 Delete 1 c1", "g3 Delete 1 p1"]);
    assert_eq!(done.members.len(), 3);
    let limits = ClaimLimits::of(&[5]);
    let batch = store.write(|tx| tx.claim(limits)).unwrap().0.unwrap();
    assert_eq!((batch.entries.len(), batch.entries[0].id.as_str()), (1, "g2"));
    assert_eq!(batch.entries[0].state, EntryState::Sent);
}

/// The outbox: id and state.
fn states(store: &Store) -> String {
    let entries = store.reads().outbox().unwrap().into_iter();
    let state = |entry: &syncline_core::record::Entry| match entry.state {
        EntryState::Unsent => "waits",
        EntryState::Sent => "sent",
        EntryState::Parked(_) => "parked",
    };
    entries.map(|entry| format!("{} {}", entry.id, state(&entry))).collect::<Vec<_>>().join(", ")
}

fn claim(store: &mut Store) -> String {
    let limits = ClaimLimits::of(&[1, 5]);
    let mut claimed = Vec::new();
    while let Some(batch) = store.write(|tx| tx.claim(limits)).unwrap().0 {
        claimed.extend(batch.entries.into_iter().map(|entry| entry.id));
    }
    claimed.join(" ")
}

fn settle(store: &mut Store, mutation: &str, outcome: Outcome) -> Vec<ParkedWith> {
    store.write(|tx| tx.settle(mutation, outcome)).unwrap().0.unwrap().parked_with
}

fn page(store: &mut Store, id: &str, version: i64, fields: &[&str]) -> Vec<ParkedWith> {
    let schema = Arc::clone(store.schema());
    let page =
        RemotePage { base: false, ..base_page(vec![versioned(&schema, id, version, version, fields)]) };
    store.write(|tx| tx.apply_page(model_of(&schema, id).id, page)).unwrap().0.parked
}

fn arrive(store: &mut Store, row: syncline_core::Versioned, id: &str) -> Vec<ParkedWith> {
    let model = model_of(&Arc::clone(store.schema()), id).id;
    store.write(|tx| tx.apply_frame(model, row, &Filter::All)).unwrap().0.parked
}

/// The second and third members are parked while the first is on its way. It cannot be left alone by discarding them.
fn conflict_while_first_is_in_flight(store: &mut Store) {
    assert_eq!(claim(store), "g1");
    let parked = arrive(store, versioned(&blog(), "p2", 2, 2, &["title=theirs"]), "p2");
    assert_eq!(parked.len(), 2);
    let error = store.write(|tx| tx.discard("g3")).unwrap_err();
    assert!(matches!(&error, StoreError::StillInFlight { behind, .. } if behind == "g1"), "{error}");
}

/// The same, and what becomes of the first. Whatever is parked says why, in terms of the one that all began with.
fn while_first_is_in_flight(store: &mut Store, outcome: Outcome) -> Vec<ParkedWith> {
    conflict_while_first_is_in_flight(store);
    let found = settle(store, "g1", outcome);
    for parked in &found {
        let begins = "another mutation of its transaction, of Post p2, is parked: ";
        assert!(parked.reason.starts_with(begins), "{}", parked.reason);
    }
    found
}

/// A transaction that gives p1 and p2 another title, and makes c1; then what happens, and what is left.
#[test]
fn half_of_a_transaction_is_not_sent() {
    type Happens = fn(&mut Store) -> Vec<ParkedWith>;
    let applied = |store: &mut Store, mutation: &str, id: &str, version| {
        let fields: &[&str] = if id.starts_with('p') { &["title=mine"] } else { &[] };
        let row = versioned(&blog(), id, version, version, fields);
        settle(store, mutation, Outcome::Applied(row))
    };
    let cases: [(&str, Happens, &str, &str); 20] = [
        ("nothing", |_| Vec::new(), "", "g1 waits, g2 waits, g3 waits"),
        (
            "another field of one",
            |store| arrive(store, versioned(&blog(), "p1", 2, 2, &["title=one", "content=theirs"]), "p1"),
            "",
            "g1 waits, g2 waits, g3 waits",
        ),
        (
            "the same field of the first",
            |store| arrive(store, versioned(&blog(), "p1", 2, 2, &["title=theirs"]), "p1"),
            "g1 g2 g3",
            "g1 parked, g2 parked, g3 parked",
        ),
        (
            "the same field of the second",
            |store| arrive(store, versioned(&blog(), "p2", 2, 2, &["title=theirs"]), "p2"),
            "g2 g1 g3",
            "g1 parked, g2 parked, g3 parked",
        ),
        (
            "the same field, the same value",
            |store| arrive(store, versioned(&blog(), "p2", 2, 2, &["title=mine"]), "p2"),
            "",
            "g1 waits, g3 waits",
        ),
        (
            "in a page",
            |store| page(store, "p1", 2, &["title=theirs"]),
            "g1 g2 g3",
            "g1 parked, g2 parked, g3 parked",
        ),
        (
            "deleted elsewhere",
            |store| arrive(store, tombstone(&blog(), "p2", 2, 2), "p2"),
            "g2 g1 g3",
            "g1 parked, g2 parked, g3 parked",
        ),
        (
            "made elsewhere",
            |store| arrive(store, versioned(&blog(), "c1", 1, 1, &["content=theirs"]), "c1"),
            "g3 g1 g2",
            "g1 parked, g2 parked, g3 parked",
        ),
        (
            "the first is refused",
            |store| {
                assert_eq!(claim(store), "g1");
                settle(store, "g1", Outcome::Refused("no".into()))
            },
            "g2 g3",
            "g1 parked, g2 parked, g3 parked",
        ),
        (
            "the first's condition fails",
            |store| {
                assert_eq!(claim(store), "g1");
                settle(store, "g1", Outcome::ConditionFailed(None))
            },
            "g2 g3",
            "g2 parked, g3 parked",
        ),
        (
            "the first is in conflict",
            |store| {
                assert_eq!(claim(store), "g1");
                let current = versioned(&blog(), "p1", 2, 2, &["title=theirs"]);
                settle(store, "g1", Outcome::Conflict { current, fresh_id: "f1".to_owned() })
            },
            "f1 g2 g3",
            "f1 parked, g2 parked, g3 parked",
        ),
        (
            "the first is applied, and then the second meets a conflict",
            |store| {
                assert_eq!(claim(store), "g1");
                let row = versioned(&blog(), "p1", 2, 2, &["title=mine"]);
                assert!(settle(store, "g1", Outcome::Applied(row)).is_empty());
                arrive(store, versioned(&blog(), "p2", 2, 2, &["title=theirs"]), "p2")
            },
            "g2 g3",
            "g2 parked, g3 parked",
        ),
        (
            "a conflict while the first is in flight",
            |store| {
                assert_eq!(claim(store), "g1");
                arrive(store, versioned(&blog(), "p2", 2, 2, &["title=theirs"]), "p2")
            },
            "g2 g3",
            "g1 sent, g2 parked, g3 parked",
        ),
        (
            "a conflict while the first is in flight, which is applied",
            |store| {
                let row = versioned(&blog(), "p1", 2, 2, &["title=mine"]);
                while_first_is_in_flight(store, Outcome::Applied(row))
            },
            "",
            "g2 parked, g3 parked",
        ),
        (
            "a conflict while the first is in flight, which was not tried",
            |store| while_first_is_in_flight(store, Outcome::NotApplied { fresh_id: "f1".to_owned() }),
            "f1",
            "f1 parked, g2 parked, g3 parked",
        ),
        (
            "a conflict while the first is in flight, which meets another field",
            |store| {
                let current = versioned(&blog(), "p1", 2, 2, &["title=one", "content=theirs"]);
                while_first_is_in_flight(store, Outcome::Conflict { current, fresh_id: "f1".to_owned() })
            },
            "f1",
            "f1 parked, g2 parked, g3 parked",
        ),
        (
            "a conflict while the first is in flight, of which nobody knows",
            |store| {
                let current = versioned(&blog(), "p1", 2, 2, &["title=one", "content=theirs"]);
                while_first_is_in_flight(store, Outcome::Ambiguous { current, fresh_id: "f1".to_owned() })
            },
            "f1",
            "f1 parked, g2 parked, g3 parked",
        ),
        (
            "a conflict while the first is in flight, which is refused",
            |store| while_first_is_in_flight(store, Outcome::Refused("no".into())),
            "",
            "g1 parked, g2 parked, g3 parked",
        ),
        (
            "a conflict while the first is in flight, whose condition fails",
            |store| while_first_is_in_flight(store, Outcome::ConditionFailed(None)),
            "",
            "g2 parked, g3 parked",
        ),
        (
            "a person sends what is parked once more while the first is in flight",
            |store| {
                conflict_while_first_is_in_flight(store);
                store.write(|tx| tx.retry("g3", "f")).unwrap();
                // Of the second nothing is left: the server's title stays.
                assert_eq!(states(store), "g1 sent, f waits");
                settle(store, "g1", Outcome::NotApplied { fresh_id: "f1".to_owned() })
            },
            "",
            "f1 waits, f waits",
        ),
    ];
    for (name, happens, parked, left) in cases {
        let schema = blog();
        let mut store = memory(Arc::clone(&schema));
        frame(&mut store, "p1", 1, &["title=one"]);
        frame(&mut store, "p2", 1, &["title=two"]);
        let (_, snapshot, mut group) = begin(&store);
        for (id, fields, mutation) in
            [("p1", &["title=mine"][..], "g1"), ("p2", &["title=mine"], "g2"), ("c1", &[], "g3")]
        {
            save(&schema, &snapshot, &mut group, id, fields, mutation).unwrap();
        }
        apply(&mut store, &group).unwrap();
        let found: Vec<String> = happens(&mut store).into_iter().map(|parked| parked.mutation).collect();
        assert_eq!((found.join(" ").as_str(), states(&store).as_str()), (parked, left), "{name}");
        if !parked.is_empty() {
            assert_eq!(claim(&mut store), "", "{name}: parked is not sent");
        }
        // A person sends what is left once more, one after the other; it still goes in order.
        let left: Vec<String> = store.reads().outbox().unwrap().into_iter().map(|entry| entry.id).collect();
        for mutation in left.iter().rev() {
            if store.reads().entry(mutation).unwrap().is_some_and(|entry| entry.is_parked()) {
                store.write(|tx| tx.retry(mutation, &format!("{mutation}'"))).unwrap();
            }
        }
        let mut rounds = Vec::new();
        for _ in 0..4 {
            let sent: Vec<_> = store.reads().outbox().unwrap().into_iter().collect();
            for entry in sent.iter().filter(|entry| entry.state == EntryState::Sent) {
                let version = entry.base_version.unwrap_or(0) + 1;
                applied(&mut store, &entry.id, &entry.key.to_string(), version);
            }
            rounds.push(claim(&mut store));
        }
        assert_eq!(states(&store), "", "{name}: {rounds:?}");
        assert!(rounds.iter().all(|round| !round.contains(' ')), "{name}: {rounds:?}");
    }
}

/// What is done to one parked member of a transaction is done to all of it that is parked.
#[test]
fn a_repair_of_one_member_is_one_of_the_whole() {
    type Repair = fn(&mut Store) -> Option<RepairDone>;
    let edit: Repair = |store| {
        let (entry, shown) = store.reads().left_by("g2").unwrap().unwrap();
        let mut value = shown.clone();
        set(model_of(&blog(), "p2"), &mut value, &["title=mended"]);
        let edit = Edit { entry: &entry, shown: &shown, value: &value, fresh_id: "f".to_owned() };
        store.write(|tx| tx.edit(edit)).unwrap().0
    };
    let cases: [(&str, Repair, &str, &str, &str); 3] = [
        (
            "retry",
            |store| store.write(|tx| tx.retry("g2", "f")).ok().map(|(done, _)| done),
            "g2>f g1>f.1 g3>f.2",
            "f.1 waits, f waits, f.2 waits",
            "mine mine",
        ),
        ("edit", edit, "g2>f g1>f.1 g3>f.2", "f.1 waits, f waits, f.2 waits", "mine mended"),
        (
            "discard",
            |store| store.write(|tx| tx.discard("g2")).ok().map(|(done, _)| done),
            "g2> g1> g3>",
            "",
            "one two",
        ),
    ];
    for (name, repair, repaired, left, titles) in cases {
        let schema = blog();
        let mut store = memory(Arc::clone(&schema));
        frame(&mut store, "p1", 1, &["title=one"]);
        frame(&mut store, "p2", 1, &["title=two"]);
        let (_, snapshot, mut group) = begin(&store);
        for (id, fields, mutation) in
            [("p1", &["title=mine"][..], "g1"), ("p2", &["title=mine"], "g2"), ("c1", &[], "g3")]
        {
            save(&schema, &snapshot, &mut group, id, fields, mutation).unwrap();
        }
        apply(&mut store, &group).unwrap();
        assert_eq!(claim(&mut store), "g1", "{name}");
        settle(&mut store, "g1", Outcome::Refused("no".into()));
        assert_eq!(states(&store), "g1 parked, g2 parked, g3 parked", "{name}");
        let done = repair(&mut store).unwrap();
        let shown: Vec<String> = done
            .repaired
            .iter()
            .map(|repaired| format!("{}>{}", repaired.mutation, repaired.fresh.as_deref().unwrap_or("")))
            .collect();
        assert_eq!((done.key, shown.join(" ").as_str()), (key("p2"), repaired), "{name}");
        assert_eq!(states(&store), left, "{name}");
        let title = schema.by_name("Post").unwrap().field("title").unwrap();
        let found = ["p1", "p2"]
            .map(|id| word(&store.reads().get(post(&schema), &key(id)).unwrap().unwrap().record[title]));
        assert_eq!(found.join(" "), titles, "{name}");
        assert_eq!(claim(&mut store), if left.is_empty() { "" } else { "f.1" }, "{name}: in its order");
    }
}
