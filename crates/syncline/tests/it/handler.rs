//! Conflicts that the application settles itself, between devices and a real server (SYNC 1.6).

use super::api::Api;
use super::line::Act;
use super::support::{device, flush, get, online, post, ready, scenarios, until, within};
use super::{Comment, Post, schema};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syncline::record::{ConflictKind, QuestionKind, Resolution};
use syncline::{Answer, Conflict, DataStore, DataStoreBuilder, Error, HubEvent, Item};
use syncline_server::{ConflictHandler, Conflicts, HandlerError, Strategy};
use tempfile::tempdir;
use tokio::sync::{mpsc, oneshot};

scenarios! {
    each_kind_of_conflict_with_each_answer,
    nothing_of_the_record_is_sent_meanwhile_and_everything_else_is,
    it_is_asked_again_if_the_record_changes_while_it_thinks,
    after_five_rounds_the_servers_side_stays,
    stopping_clearing_and_closing_do_not_wait_for_it_and_it_is_asked_again,
    a_handler_that_is_there_no_more_leaves_it_to_the_rule,
    a_handler_may_use_the_store,
    a_handler_that_fails_counts_as_the_servers_side,
    what_the_server_has_merged_against_a_change_in_flight_is_asked_about_too,
    models_may_be_named_or_all_meant,
    what_a_save_meets_by_itself_is_told_like_any_conflict,
    handlers_that_never_answer_hold_up_no_other_model,
}

type Reply = oneshot::Sender<Answer<Post>>;

/// What a handler is asked, one after the other, to be answered by the test.
struct Questions(mpsc::UnboundedReceiver<(Conflict<Post>, Reply)>);

impl Questions {
    async fn next(&mut self) -> (Conflict<Post>, Reply) {
        within("a question", self.0.recv()).await.unwrap()
    }

    /// Nobody is asked.
    fn is_empty(&mut self) -> bool {
        self.0.try_recv().is_err()
    }
}

/// A device whose conflicts the test settles.
fn asking(directory: &Path, name: &str, api: &Api) -> (DataStoreBuilder, Questions) {
    let (ask, asked) = mpsc::unbounded_channel();
    let builder = device(directory, name).api(api.line.api()).on_conflict::<Post>(move |conflict| {
        let ask = ask.clone();
        async move {
            let (reply, answer) = oneshot::channel();
            ask.send((conflict, reply)).unwrap();
            // A test that drops the reply lets it think for ever.
            match answer.await {
                Ok(answer) => answer,
                Err(_) => std::future::pending().await,
            }
        }
    });
    (builder, Questions(asked))
}

/// Two devices that both have a post with this title; the second, which asks, is stopped.
async fn both_have(api: &Api, directory: &Path) -> (DataStore, DataStore, Questions, Post) {
    let a = online(directory, "a", api.line.api()).await;
    let (builder, questions) = asking(directory, "b", api);
    let b = builder.open().await.unwrap();
    ready(&b).await;
    let saved = a.save(Post { content: Some("C".to_owned()), ..post("T") }).await.unwrap().into_inner();
    until("B has it", &b, &saved.id, |post| post.is_some()).await;
    flush(&a).await;
    b.stop().await.unwrap();
    (a, b, questions, saved)
}

async fn edit(store: &DataStore, id: &str, title: &str) {
    let edited = Post { title: title.to_owned(), ..get(store, id).await };
    store.save(edited).await.unwrap();
}

/// Both devices change the title; the second meets that and asks.
async fn both_change(api: &Api, directory: &Path) -> (DataStore, DataStore, Questions, Post) {
    let (a, b, questions, saved) = both_have(api, directory).await;
    edit(&a, &saved.id, "R").await;
    flush(&a).await;
    edit(&b, &saved.id, "X").await;
    ready(&b).await;
    (a, b, questions, saved)
}

async fn each_kind_of_conflict_with_each_answer(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let (builder, mut questions) = asking(files.path(), "b", &api);
    let b = builder.open().await.unwrap();
    ready(&b).await;
    let merged = |conflict: &Conflict<Post>| {
        let known = conflict.merged.clone().or(conflict.local.clone()).unwrap();
        Post { title: "M".to_owned(), ..known }
    };
    for kind in [
        QuestionKind::Fields,
        QuestionKind::DeleteMeetsUpdate,
        QuestionKind::UpdateMeetsDelete,
        QuestionKind::CreateMeetsRecord,
    ] {
        for (place, won) in
            [Resolution::Remote, Resolution::Local, Resolution::Merged].into_iter().enumerate()
        {
            let at = format!("{kind:?}: {won:?}");
            let id = at.clone();
            let new = |title: &str| Post { id: id.clone(), content: Some("C".to_owned()), ..post(title) };
            if kind != QuestionKind::CreateMeetsRecord {
                a.save(new("T")).await.unwrap();
                until("B has it", &b, &id, |post| post.is_some()).await;
                flush(&a).await;
            }
            b.stop().await.unwrap();
            match kind {
                QuestionKind::Fields | QuestionKind::DeleteMeetsUpdate => edit(&a, &id, "R").await,
                QuestionKind::UpdateMeetsDelete => {
                    a.delete_by_id::<Post>(&*id).await.unwrap();
                }
                QuestionKind::CreateMeetsRecord => {
                    a.save(new("R")).await.unwrap();
                }
            }
            flush(&a).await;
            match kind {
                QuestionKind::Fields | QuestionKind::UpdateMeetsDelete => edit(&b, &id, "X").await,
                QuestionKind::DeleteMeetsUpdate => {
                    b.delete_by_id::<Post>(&*id).await.unwrap();
                }
                QuestionKind::CreateMeetsRecord => {
                    b.save(new("X")).await.unwrap();
                }
            }
            let mut events = b.hub().listen();
            b.start().await.unwrap();

            let (conflict, reply) = questions.next().await;
            assert_eq!((conflict.kind, conflict.key.to_string()), (kind, id.clone()), "{at}");
            let title = |post: &Option<Post>| post.as_ref().map(|post| post.title.clone());
            let titles = [&conflict.base, &conflict.local, &conflict.remote].map(title);
            let (base, local, remote) = match kind {
                QuestionKind::Fields => (Some("T"), Some("X"), Some("R")),
                QuestionKind::DeleteMeetsUpdate => (Some("T"), None, Some("R")),
                QuestionKind::UpdateMeetsDelete => (Some("T"), Some("X"), None),
                QuestionKind::CreateMeetsRecord => (None, Some("X"), Some("R")),
            };
            assert_eq!(titles, [base, local, remote].map(|title| title.map(str::to_owned)), "{at}");
            let changed = matches!(kind, QuestionKind::Fields | QuestionKind::CreateMeetsRecord);
            assert_eq!(conflict.fields, if changed { vec!["title"] } else { vec![] }, "{at}");
            let told = events.wait_for(|event| matches!(event, HubEvent::ConflictDetected(_)));
            reply
                .send(match won {
                    Resolution::Remote => Answer::Remote,
                    Resolution::Local => Answer::Local,
                    Resolution::Merged => Answer::Merged(merged(&conflict)),
                })
                .unwrap();
            let Some(HubEvent::ConflictDetected(told)) = within("it is told", told).await else { panic!() };
            assert_eq!((told.resolution, told.mutation.as_str()), (won, conflict.mutation.as_str()), "{at}");
            flush(&b).await;
            assert_eq!(b.conflicts(1).unwrap()[0].resolution, won, "{at}: it is listed");
            if kind == QuestionKind::UpdateMeetsDelete && won != Resolution::Remote && !api.extension {
                // Nothing continues a tombstone there: the new life of the record waits for its end (SYNC 2.3).
                let outbox = b.outbox().list().unwrap();
                let parked = outbox.iter().find(|entry| entry.key.to_string() == id).unwrap();
                assert!(parked.is_parked(), "{at}: {parked:?}");
                assert!(format!("{parked:?}").contains("IdTaken"), "{at}: {parked:?}");
                continue;
            }

            let expected = match (won, kind) {
                (Resolution::Remote, _) => remote,
                (Resolution::Local, _) => local,
                (Resolution::Merged, _) => Some("M"),
            };
            let agreed = |post: Option<&Post>| post.map(|post| post.title.as_str()) == expected;
            until(&at, &a, &id, agreed).await;
            until(&at, &b, &id, agreed).await;
            let server = api.post(&id).await;
            assert_eq!(server["_deleted"].as_bool() == Some(true), expected.is_none(), "{at}: {server}");
            if let Some(title) = expected {
                assert_eq!(
                    (server["title"].as_str(), server["content"].as_str()),
                    (Some(title), Some("C")),
                    "{at}"
                );
            }
            assert!(questions.is_empty(), "{at}: asked once ({place})");
        }
    }
    let parked = if api.extension { 0 } else { 2 };
    assert_eq!(b.pending_count().unwrap(), parked);
}

async fn nothing_of_the_record_is_sent_meanwhile_and_everything_else_is(api: Api) {
    let files = tempdir().unwrap();
    let (a, b, mut questions, saved) = both_change(&api, files.path()).await;
    let (_, reply) = questions.next().await;
    assert_eq!(get(&b, &saved.id).await.title, "R", "the server's value shows until it is settled");
    let other = b.save(post("other")).await.unwrap();
    assert_eq!(within("another record", other.synced()).await.version(), Some(1));
    assert_eq!(b.pending_count().unwrap(), 1);
    assert_eq!(api.post(&saved.id).await["title"], "R");
    reply.send(Answer::Local).unwrap();
    until("A sees it", &a, &saved.id, |post| post.is_some_and(|post| post.title == "X")).await;
    assert!(questions.is_empty());
}

async fn it_is_asked_again_if_the_record_changes_while_it_thinks(api: Api) {
    let files = tempdir().unwrap();
    let (a, b, mut questions, saved) = both_change(&api, files.path()).await;
    let (_, reply) = questions.next().await;
    // The server moves on.
    edit(&a, &saved.id, "S").await;
    until("B knows", &b, &saved.id, |post| post.is_some_and(|post| post.title == "S")).await;
    reply.send(Answer::Local).unwrap();
    let (conflict, reply) = questions.next().await;
    assert_eq!(conflict.remote.map(|post| post.title), Some("S".to_owned()));
    // And the application saves more.
    let mine = Post { content: Some("more".to_owned()), ..get(&b, &saved.id).await };
    b.save(mine).await.unwrap();
    reply.send(Answer::Local).unwrap();
    let (conflict, reply) = questions.next().await;
    let local = conflict.local.unwrap();
    assert_eq!((local.title.as_str(), local.content.as_deref()), ("X", Some("more")));
    reply.send(Answer::Local).unwrap();
    flush(&b).await;
    let server = api.post(&saved.id).await;
    assert_eq!((&server["title"], &server["content"]), (&"X".into(), &"more".into()));
    assert!(questions.is_empty());
}

async fn after_five_rounds_the_servers_side_stays(api: Api) {
    let files = tempdir().unwrap();
    let (a, b, mut questions, saved) = both_change(&api, files.path()).await;
    for round in 0..5 {
        let (_, reply) = questions.next().await;
        let title = format!("S{round}");
        edit(&a, &saved.id, &title).await;
        until("B knows", &b, &saved.id, |post| post.is_some_and(|post| post.title == title)).await;
        reply.send(Answer::Local).unwrap();
    }
    flush(&b).await;
    assert!(questions.is_empty());
    assert_eq!(b.conflicts(1).unwrap()[0].resolution, Resolution::Remote);
    assert_eq!((get(&b, &saved.id).await.title.as_str(), b.pending_count().unwrap()), ("S4", 0));
}

async fn stopping_clearing_and_closing_do_not_wait_for_it_and_it_is_asked_again(api: Api) {
    let files = tempdir().unwrap();
    let (_a, b, mut questions, saved) = both_change(&api, files.path()).await;
    let (_, mut first) = questions.next().await;
    within("stop", b.stop()).await.unwrap();
    within("it is cancelled", first.closed()).await;
    assert_eq!(b.pending_count().unwrap(), 1);
    b.start().await.unwrap();
    let (_, mut second) = questions.next().await;
    // As the process ends, or the application closes the file.
    drop(b);
    within("it is cancelled", second.closed()).await;
    let (builder, mut questions) = asking(files.path(), "b", &api);
    let b = builder.open().await.unwrap();
    ready(&b).await;
    let (conflict, mut third) = questions.next().await;
    assert_eq!(conflict.base.map(|post| post.title), Some("T".to_owned()), "what it was is kept");
    within("clear", b.clear()).await.unwrap();
    within("it is cancelled", third.closed()).await;
    ready(&b).await;
    until("the server's record", &b, &saved.id, |post| post.is_some_and(|post| post.title == "R")).await;
    assert_eq!(b.pending_count().unwrap(), 0);
    assert!(questions.is_empty());
}

async fn a_handler_that_is_there_no_more_leaves_it_to_the_rule(api: Api) {
    let files = tempdir().unwrap();
    let (_a, b, mut questions, saved) = both_change(&api, files.path()).await;
    let (_, _reply) = questions.next().await;
    drop(b);
    let b = online(files.path(), "b", api.line.api()).await;
    assert_eq!((get(&b, &saved.id).await.title.as_str(), b.pending_count().unwrap()), ("R", 0));
    assert_eq!(b.conflicts(1).unwrap()[0].resolution, Resolution::Remote);
}

async fn a_handler_may_use_the_store(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let saved = a.save(post("T")).await.unwrap().into_inner();
    flush(&a).await;
    let handler = |conflict: Conflict<Post>| async move {
        let settle = async {
            let store = conflict.store().ok_or(Error::Closed)?;
            let known = store.query::<Post>().filter(Post::TITLE.eq("the rule")).await?;
            // It writes, in a transaction and outside of one, also to the record that it is asked about.
            store
                .transaction(|tx| async move { tx.save(post("asked")).await.map(|_| ()) })
                .await?
                .into_inner();
            store.save(post("asked too")).await?.synced().await;
            let Some(mut merged) = conflict.merged else { return Ok(Answer::Remote) };
            merged.title = known[0].content.clone().unwrap_or_default();
            Ok::<_, Error>(Answer::Merged(merged))
        };
        settle.await.unwrap_or(Answer::Remote)
    };
    let b = device(files.path(), "b").api(api.line.api()).on_conflict::<Post>(handler).open().await.unwrap();
    ready(&b).await;
    b.save(Post { content: Some("by the rule".to_owned()), ..post("the rule") }).await.unwrap();
    flush(&b).await;
    b.stop().await.unwrap();
    edit(&a, &saved.id, "R").await;
    flush(&a).await;
    edit(&b, &saved.id, "X").await;
    ready(&b).await;
    until("it is settled", &a, &saved.id, |post| post.is_some_and(|post| post.title == "by the rule")).await;
    let asked = b.query::<Post>().filter(Post::TITLE.begins_with("asked")).count().await.unwrap();
    assert_eq!(asked, 2);
}

async fn a_handler_that_fails_counts_as_the_servers_side(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let handler = move |conflict: Conflict<Post>| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            match number {
                0 => panic!("a test's panic"),
                // Not the record that it was asked about.
                _ => Answer::Merged(Post { id: "another".to_owned(), ..conflict.remote.unwrap() }),
            }
        }
    };
    let b = device(files.path(), "b").api(api.line.api()).on_conflict::<Post>(handler).open().await.unwrap();
    ready(&b).await;
    for round in 1..=2 {
        let saved = a.save(post("T")).await.unwrap().into_inner();
        until("B has it", &b, &saved.id, |post| post.is_some()).await;
        flush(&a).await;
        b.stop().await.unwrap();
        edit(&a, &saved.id, "R").await;
        flush(&a).await;
        edit(&b, &saved.id, "X").await;
        ready(&b).await;
        flush(&b).await;
        assert_eq!(get(&b, &saved.id).await.title, "R");
        assert_eq!(b.conflicts(10).unwrap().len(), round);
        assert_eq!(asked.load(Ordering::SeqCst), round);
    }
}

async fn what_the_server_has_merged_against_a_change_in_flight_is_asked_about_too(api: Api) {
    let files = tempdir().unwrap();
    let (a, b, mut questions, saved) = both_have(&api, files.path()).await;
    ready(&b).await;
    api.line.handle(|request| {
        if request.is_mutation() && request.body().contains("\"X\"") { Act::Hold } else { Act::Forward }
    });
    let mine = Post { title: "X".to_owned(), content: Some("mine".to_owned()), ..get(&b, &saved.id).await };
    let sent = b.save(mine).await.unwrap();
    api.line.wait_for("it is under way", 1, |request| request.body().contains("\"X\"")).await;
    edit(&a, &saved.id, "R").await;
    flush(&a).await;
    api.line.release();
    let (conflict, reply) = questions.next().await;
    assert_eq!((conflict.kind, conflict.fields), (QuestionKind::Fields, vec!["title".to_owned()]));
    let titles = [conflict.base, conflict.local, conflict.remote].map(|post| post.unwrap().title);
    assert_eq!(titles, ["T", "X", "R"]);
    assert_eq!(within("the verdict", sent.synced()).await.version(), Some(3));
    api.line.handle(|_| Act::Forward);
    reply.send(Answer::Local).unwrap();
    flush(&b).await;
    let server = api.post(&saved.id).await;
    assert_eq!((&server["title"], &server["content"]), (&"X".into(), &"mine".into()));
}

async fn models_may_be_named_or_all_meant(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let saved = a.save(post("T")).await.unwrap().into_inner();
    flush(&a).await;
    for (name, by_name) in [("b", true), ("c", false)] {
        let handler = move |conflict: Conflict<Item>| async move {
            let mut mine = conflict.merged.unwrap();
            assert_eq!(mine.model(), "Post");
            let local = conflict.local.unwrap();
            mine.set("title", format!("{name} {}", local.get("title").unwrap().as_text().unwrap())).unwrap();
            Answer::Merged(mine)
        };
        let builder = device(files.path(), name).api(api.line.api());
        let builder = match by_name {
            true => builder.on_conflict_by_name("Post", handler),
            false => builder.on_any_conflict(handler),
        };
        let store = builder.open().await.unwrap();
        ready(&store).await;
        store.stop().await.unwrap();
        edit(&a, &saved.id, &format!("before {name}")).await;
        flush(&a).await;
        edit(&store, &saved.id, "X").await;
        ready(&store).await;
        flush(&store).await;
        assert_eq!(api.post(&saved.id).await["title"], format!("{name} X"));
        until("A has it", &a, &saved.id, |post| post.is_some_and(|post| post.title == format!("{name} X")))
            .await;
    }
    let unknown =
        device(files.path(), "d").on_conflict_by_name("Nothing", |_| async { Answer::Remote }).open().await;
    assert!(matches!(unknown, Err(Error::UnknownModel(name)) if name == "Nothing"));
}

async fn what_a_save_meets_by_itself_is_told_like_any_conflict(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let saved = a.save(post("T")).await.unwrap().into_inner();
    until("B has it", &b, &saved.id, |post| post.is_some()).await;
    flush(&a).await;
    let read = get(&b, &saved.id).await;
    edit(&a, &saved.id, "R").await;
    until("B has A's", &b, &saved.id, |post| post.is_some_and(|post| post.title == "R")).await;
    for in_transaction in [false, true] {
        let mut events = b.hub().listen();
        let stale = Post { title: format!("X {in_transaction}"), ..read.clone() };
        let mine = stale.title.clone();
        if in_transaction {
            let run = |tx: syncline::Transaction| async move { tx.save(stale).await.map(|_| ()) };
            b.transaction(run).await.map(|_| ()).unwrap_or_else(|error: Error| panic!("{error}"));
        } else {
            let kept = b.save(stale).await.unwrap();
            assert_eq!(kept.title, "R");
        }
        let told = events.wait_for(|event| matches!(event, HubEvent::ConflictDetected(_)));
        let Some(HubEvent::ConflictDetected(told)) = within("it is told", told).await else { panic!() };
        assert!(
            matches!(&told.kind, ConflictKind::Field { local, .. } if local.as_text() == Some(&mine)),
            "{told:?}"
        );
        assert_eq!(*told, b.conflicts(1).unwrap()[0].conflict);
    }
}

/// More records of a model wait for their handler than are asked about at once, and a record of another model is settled all
/// the same (I7).
async fn handlers_that_never_answer_hold_up_no_other_model(api: Api) {
    const STUCK: u64 = 40;
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let saves = (0..STUCK).map(|number| a.save(post(&number.to_string())).into_future());
    let posts = futures_util::future::join_all(saves).await;
    let comment = a.save(Comment::new("T")).await.unwrap().into_inner();
    flush(&a).await;
    let b = device(files.path(), "b")
        .api(api.line.api())
        .on_conflict::<Post>(|_| std::future::pending())
        .on_conflict::<Comment>(|_| async { Answer::Local });
    let b = b.open().await.unwrap();
    ready(&b).await;
    b.stop().await.unwrap();
    for saved in &posts {
        let id = &saved.as_ref().unwrap().id;
        edit(&a, id, "R").await;
        edit(&b, id, "X").await;
    }
    a.save(Comment { content: "R".to_owned(), ..comment.clone() }).await.unwrap();
    flush(&a).await;
    let read = b.get::<Comment>(&comment.id).await.unwrap().unwrap();
    b.save(Comment { content: "X".to_owned(), ..read }).await.unwrap();
    assert_eq!(b.pending_count().unwrap(), STUCK + 1);
    b.start().await.unwrap();
    // What is sent before this device has heard of the other's change is merged by the server, and the handler is asked
    // then: its answer is one more mutation.
    let mut counts = b.pending_counts();
    let settled = async { while counts.next().await.unwrap().unwrap() != STUCK {} };
    within("the other model is settled", settled).await;
    let query = format!("{{ getComment(id: \"{}\") {{ content }} }}", comment.id);
    assert_eq!(api.ask(&query).await["getComment"]["content"], "X");
}

/// A handler at the server: it puts both titles together, and rejects one of them.
#[derive(Debug, Default)]
struct Together(AtomicUsize);

impl ConflictHandler for Together {
    fn ask(
        &self,
        request: String,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Vec<u8>, HandlerError>> + Send + '_>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let request: serde_json::Value = serde_json::from_str(&request).unwrap();
        let title = |item: &str| request[item]["title"].as_str().unwrap().to_owned();
        let (new, existing) = (title("newItem"), title("existingItem"));
        let mut item = request["newItem"].clone();
        item["title"] = format!("{existing}+{new}").into();
        let reply = match new.as_str() {
            "rejected" => serde_json::json!({ "action": "REJECT" }),
            _ => serde_json::json!({ "action": "RESOLVE", "item": item }),
        };
        Box::pin(async move { Ok(reply.to_string().into_bytes()) })
    }
}

#[tokio::test]
async fn a_handler_of_the_server_is_asked_where_it_settles() {
    let files = tempdir().unwrap();
    let mut api = Api::serving(schema(), true).await;
    let handler = Arc::new(Together::default());
    api.conflict = Conflicts::all(Strategy::Lambda(Arc::clone(&handler) as Arc<_>));
    api.restart().await;
    let a = online(files.path(), "a", api.line.api()).await;
    let b = device(files.path(), "b").api(api.line.api()).server_settles::<Post>().open().await.unwrap();
    for (mine, settled, content) in [("X", "R+X", "mine"), ("rejected", "R", "mine")] {
        ready(&b).await;
        let saved = a.save(post("T")).await.unwrap().into_inner();
        until("B has it", &b, &saved.id, |post| post.is_some()).await;
        flush(&a).await;
        b.stop().await.unwrap();
        edit(&a, &saved.id, "R").await;
        flush(&a).await;
        let edited =
            Post { title: mine.to_owned(), content: Some("mine".to_owned()), ..get(&b, &saved.id).await };
        b.save(edited).await.unwrap();
        let asked = handler.0.load(Ordering::SeqCst);
        ready(&b).await;
        flush(&b).await;
        assert_eq!(handler.0.load(Ordering::SeqCst), asked + 1, "{mine}");
        let server = api.post(&saved.id).await;
        assert_eq!((&server["title"], &server["content"]), (&settled.into(), &content.into()), "{mine}");
        assert_eq!(get(&b, &saved.id).await.title, settled, "{mine}");
        until("A has it", &a, &saved.id, |post| post.is_some_and(|post| post.title == settled)).await;
        assert_eq!(b.conflicts(1).unwrap()[0].resolution, Resolution::Remote, "{mine}: it is listed");
        b.stop().await.unwrap();
    }
}
