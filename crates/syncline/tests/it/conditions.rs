//! Conditions of saves and deletes with every operator: judged by the local record first, then by the cloud's.

syncline::schema!("tests/it/conditions.graphql");

use super::api::Api;
use super::support::{flush, ready, scenarios, within};
use futures_util::future::BoxFuture;
use std::path::Path;
use syncline::scalar::{AwsDate, AwsTimestamp};
use syncline::{DataStore, Durability, Error, Predicate, Verdict};
use tempfile::tempdir;

scenarios! {
    crate::conditions::schema:
    each_operator_is_judged_here_and_at_the_cloud,
    a_condition_that_always_holds_is_about_its_record_alone,
    a_record_that_is_not_there_meets_no_condition,
}

fn day(text: &str) -> AwsDate {
    text.parse().unwrap()
}

fn at(seconds: i64) -> AwsTimestamp {
    AwsTimestamp::from(seconds)
}

/// What every condition holds for.
fn before(id: &str) -> Sample {
    Sample {
        id: id.to_owned(),
        text: Some("abc".to_owned()),
        n: Some(5),
        x: Some(1.5),
        flag: Some(true),
        mood: Some(Mood::Good),
        day: Some(day("2026-01-02")),
        at: Some(at(100)),
        tags: Some(vec![Some("a".to_owned()), Some("b".to_owned())]),
        ..Sample::new()
    }
}

/// What none of them holds for.
fn after(read: Sample) -> Sample {
    Sample {
        text: Some("xyz1".to_owned()),
        extra: Some("there".to_owned()),
        n: Some(9),
        x: Some(-2.5),
        flag: Some(false),
        mood: Some(Mood::Bad),
        day: Some(day("2027-03-04")),
        at: Some(at(200)),
        tags: Some(vec![Some("c".to_owned())]),
        ..read
    }
}

fn conditions() -> Vec<Predicate> {
    vec![
        Sample::TEXT.eq("abc"),
        Sample::TEXT.ne("xyz1"),
        Sample::TEXT.lt("b"),
        Sample::TEXT.le("abc"),
        Sample::TEXT.between("a", "b"),
        Sample::TEXT.begins_with("ab"),
        Sample::TEXT.contains("bc"),
        Sample::TEXT.not_contains("z"),
        Sample::TEXT.is_in(["abc", "q"]),
        Sample::TEXT.not_in(["xyz1", "q"]),
        Sample::TEXT.size().eq(3),
        Sample::TEXT.size().ne(4),
        Sample::TEXT.size().lt(4),
        Sample::TEXT.size().le(3),
        Sample::TEXT.size().between(1, 3),
        Sample::EXTRA.is_null(),
        Sample::EXTRA.exists(false),
        Sample::EXTRA.ne("there"),
        Sample::N.eq(5),
        Sample::N.ne(9),
        Sample::N.lt(6),
        Sample::N.le(5),
        Sample::N.between(4, 6),
        Sample::N.is_in([5, 6]),
        Sample::N.not_in([9]),
        Sample::X.eq(1.5),
        Sample::X.gt(0.0),
        Sample::X.ge(1.5),
        Sample::X.between(1.0, 2.0),
        Sample::FLAG.eq(true),
        Sample::FLAG.ne(false),
        Sample::MOOD.eq(Mood::Good),
        Sample::MOOD.ne(Mood::Bad),
        Sample::MOOD.is_in([Mood::Good]),
        Sample::DAY.eq(day("2026-01-02")),
        Sample::DAY.lt(day("2027-01-01")),
        Sample::DAY.begins_with("2026"),
        Sample::AT.le(at(100)),
        Sample::AT.between(at(99), at(101)),
        Sample::TAGS.contains("a"),
        Sample::TAGS.not_contains("c"),
        Sample::TAGS.size().eq(2),
        Sample::TAGS.size().gt(1),
        Sample::TAGS.size().ge(2),
        Sample::TEXT.eq("abc").and(Sample::N.eq(5)),
        Sample::TEXT.eq("q").or(Sample::N.eq(5)),
        !Sample::TEXT.eq("xyz1"),
        !(Sample::TEXT.eq("xyz1").and(Sample::N.gt(8)).or(Sample::FLAG.eq(false))),
    ]
}

async fn device(directory: &Path, name: &str, api: &Api) -> DataStore {
    let builder = DataStore::builder(schema()).path(directory.join(name)).durability(Durability::Relaxed);
    let store = builder.api(api.line.api()).open().await.unwrap();
    ready(&store).await;
    store
}

async fn read(store: &DataStore, id: &str) -> Sample {
    store.get::<Sample>(id).await.unwrap().unwrap()
}

async fn each_operator_is_judged_here_and_at_the_cloud(api: Api) {
    let files = tempdir().unwrap();
    let (a, b) = (device(files.path(), "a", &api).await, device(files.path(), "b", &api).await);
    let conditions = conditions();
    // Of each condition a save and a delete of a record that stays, and of one that changes at the cloud meanwhile.
    const KINDS: [&str; 4] = ["save stays", "save changes", "delete stays", "delete changes"];
    let ids: Vec<String> =
        (0..conditions.len()).flat_map(|place| KINDS.map(|kind| format!("{place} {kind}"))).collect();
    for id in &ids {
        b.save(before(id)).await.unwrap();
    }
    flush(&b).await;
    a.stop().await.unwrap();
    ready(&a).await;
    assert_eq!(a.query::<Sample>().count().await.unwrap(), ids.len() as u64);
    a.stop().await.unwrap();
    for id in ids.iter().filter(|id| id.ends_with("changes")) {
        b.save(after(read(&b, id).await)).await.unwrap();
    }
    flush(&b).await;

    let mut verdicts = Vec::new();
    for (place, condition) in conditions.iter().enumerate() {
        for kind in KINDS {
            let id = format!("{place} {kind}");
            let opposite = !condition.clone();
            let sample = read(&a, &id).await;
            let edited = Sample { note: Some("edited".to_owned()), ..sample.clone() };
            let refused = |error: Option<Error>| {
                assert!(matches!(error, Some(Error::ConditionFailed { .. })), "{opposite:?}: {error:?}");
            };
            let verdict: BoxFuture<'static, Verdict<Sample>> = if kind.starts_with("save") {
                refused(a.save(edited.clone()).when(opposite.clone()).await.err());
                Box::pin(a.save(edited).when(condition.clone()).await.unwrap().synced())
            } else {
                refused(a.delete(sample.clone()).when(opposite.clone()).await.err());
                Box::pin(a.delete(sample).when(condition.clone()).await.unwrap().unwrap().synced())
            };
            verdicts.push((condition, id, verdict));
        }
    }
    ready(&a).await;
    for (condition, id, verdict) in verdicts {
        let verdict = within("a verdict", verdict).await;
        let shown = a.get::<Sample>(&*id).await.unwrap();
        let note = shown.and_then(|sample| sample.note);
        match id.split_once(' ').unwrap().1 {
            "save stays" => assert_eq!(
                (verdict.version(), note.as_deref()),
                (Some(2), Some("edited")),
                "{id}: {condition:?}"
            ),
            "delete stays" => assert_eq!(verdict.version(), Some(2), "{id}: {condition:?}"),
            // An unsent delete of a record that changed meanwhile may not even be sent (SYNC 1.5).
            "delete changes" if matches!(verdict, Verdict::Conflict { .. }) => {}
            _ => {
                assert!(matches!(verdict, Verdict::ConditionFailed { .. }), "{id}: {condition:?}");
                assert_eq!(read(&a, &id).await, after(before(&id)).with_times(&read(&a, &id).await), "{id}");
            }
        }
    }
}

/// What a condition like this does in Amplify's Swift library, where it is written as `or 1 = 1`: it saves over every
/// record, and deletes all of them (`spec/client.md` §1.5).
async fn a_condition_that_always_holds_is_about_its_record_alone(api: Api) {
    let files = tempdir().unwrap();
    let (a, b) = (device(files.path(), "a", &api).await, device(files.path(), "b", &api).await);
    let always: [fn() -> Predicate; 4] = [
        Predicate::all,
        || Predicate::all().and(Predicate::all()),
        || Sample::N.eq(5).or(Predicate::all()),
        || !(!Predicate::all()),
    ];
    for id in ["kept", "saved", "0", "1", "2", "3"] {
        a.save(before(id)).await.unwrap();
    }
    flush(&a).await;
    for (round, condition) in always.into_iter().enumerate() {
        let note = Some(format!("{round} {:?}", condition()));
        let edited = Sample { note: note.clone(), ..read(&a, "saved").await };
        let saved = a.save(edited).when(condition()).await.unwrap();
        let verdict = within("the save", saved.synced()).await;
        assert!(verdict.version().is_some(), "{note:?}: {verdict:?}");
        let deleted = a.delete_by_id::<Sample>(round.to_string()).when(condition()).await.unwrap().unwrap();
        assert_eq!(within("the delete", deleted.synced()).await.version(), Some(2), "{note:?}");
        for store in [&a, &b] {
            store.stop().await.unwrap();
            ready(store).await;
            let found =
                store.query::<Sample>().filter(Sample::ID.gt("4")).sort(Sample::ID.asc()).await.unwrap();
            let found: Vec<_> = found.into_iter().map(|sample| (sample.id, sample.note)).collect();
            assert_eq!(found, [("kept".to_owned(), None), ("saved".to_owned(), note.clone())]);
            assert_eq!(store.query::<Sample>().count().await.unwrap(), 5 - round as u64, "{note:?}");
        }
    }
}

/// A save is refused, whatever the condition; of a delete there is nothing to do. At the cloud, both fail as any other
/// condition.
async fn a_record_that_is_not_there_meets_no_condition(api: Api) {
    let files = tempdir().unwrap();
    let (a, b) = (device(files.path(), "a", &api).await, device(files.path(), "b", &api).await);
    for condition in [Sample::EXTRA.is_null(), Sample::N.ne(5), Sample::N.eq(5)] {
        let refused = a.save(before("nobody")).when(condition.clone()).await;
        assert!(
            matches!(&refused, Err(Error::ConditionFailed { key, .. }) if key == "nobody"),
            "{refused:?}"
        );
        assert!(a.delete_by_id::<Sample>("nobody").when(condition.clone()).await.unwrap().is_none());
        assert!(a.delete(before("nobody")).when(condition).await.unwrap().is_none());
    }
    assert_eq!((a.pending_count().unwrap(), a.query::<Sample>().count().await.unwrap()), (0, 0));
    // What always holds is no condition.
    a.save(before("somebody")).when(Predicate::all()).await.unwrap();
    flush(&a).await;

    // Here it is there, at the cloud it is not any more.
    for (id, is_save) in [("one", true), ("two", false)] {
        a.save(before(id)).await.unwrap();
        flush(&a).await;
        b.stop().await.unwrap();
        ready(&b).await;
        a.stop().await.unwrap();
        b.delete_by_id::<Sample>(id).await.unwrap();
        flush(&b).await;
        let sample = read(&a, id).await;
        let verdict: BoxFuture<'static, Verdict<Sample>> = if is_save {
            let edited = Sample { note: Some("edited".to_owned()), ..sample };
            Box::pin(a.save(edited).when(Sample::N.eq(5)).await.unwrap().synced())
        } else {
            Box::pin(a.delete(sample).when(Sample::N.eq(5)).await.unwrap().unwrap().synced())
        };
        ready(&a).await;
        let verdict = within("a verdict", verdict).await;
        assert!(verdict.version().is_none(), "{id}: {verdict:?}");
        assert_eq!(a.get::<Sample>(id).await.unwrap(), None, "{id}");
        assert_eq!(a.pending_count().unwrap(), 0, "{id}");
    }
}

impl Sample {
    /// With the times that the server wrote.
    fn with_times(self, of: &Sample) -> Sample {
        Sample { created_at: of.created_at.clone(), updated_at: of.updated_at.clone(), ..self }
    }
}
