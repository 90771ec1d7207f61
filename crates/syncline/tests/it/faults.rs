//! Servers that answer wrongly, later or not at all: nothing is lost, nothing is asked in a tight loop.

use super::Post;
use super::api::Api;
use super::line::{Act, Line};
use super::support::{device, flush, online, post, ready, scenarios, within};
use std::path::Path;
use std::time::Duration;
use syncline::{AppSync, DataStore, Error, HubEvent, Saved};
use tempfile::tempdir;
use tokio::time::Instant;

scenarios! {
    a_batch_that_is_too_large_is_halved_until_it_fits,
    an_answer_with_another_record_stops_no_other_mutation,
    a_wrong_key_is_told_and_does_no_harm,
    a_key_that_is_let_in_again_recovers,
    where_sockets_do_not_open_the_device_syncs_without_and_calmly,
    garbage_for_every_sync_is_asked_for_ever_more_slowly,
    a_server_that_restarts_in_the_middle_of_a_sync_goes_on,
}

/// The line never sees `many` requests in two seconds.
async fn calm(line: &Line, many: usize) {
    let before = line.count(|_| true);
    let looked =
        tokio::time::timeout(Duration::from_secs(2), line.wait_for("too many", before + many, |_| true));
    assert!(looked.await.is_err(), "{} requests in two seconds", line.count(|_| true) - before);
}

/// Saves while every mutation is answered by `act`, for `times` times, at either kind of server.
async fn through(name: &str, times: usize, act: Act) -> Duration {
    let (speaking, plain) = (Api::start().await, Api::with(false).await);
    let (x, y) =
        tokio::join!(through_to(&speaking, name, times, act.clone()), through_to(&plain, name, times, act));
    x.min(y)
}

async fn through_to(api: &Api, name: &str, times: usize, act: Act) -> Duration {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let mut left = times;
    api.line.handle(move |request| {
        if request.is_mutation() && left > 0 {
            left -= 1;
            return act.clone();
        }
        Act::Forward
    });
    let began = Instant::now();
    let saved =
        futures_util::future::join_all((0..8).map(|n| a.save(post(&n.to_string())).into_future())).await;
    for saved in saved {
        let saved = saved.unwrap();
        let id = saved.id.clone();
        assert_eq!(within(name, saved.synced()).await.version(), Some(1), "{name}");
        assert_eq!(api.post(&id).await["_version"], 1, "{name}: applied once");
    }
    assert_eq!(a.pending_count().unwrap(), 0, "{name}");
    let mutations = api.line.count(super::http::Request::is_mutation);
    assert!(mutations <= times + 16, "{name}: {mutations} mutations");
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn mutations_survive_whatever_the_server_answers() {
    let html = "<html><body>Bad gateway, and no JSON</body></html>".to_owned();
    tokio::join!(
        through("garbage", 2, Act::Answer(200, "", "\u{0}\u{1}garbage".to_owned())),
        through("empty", 2, Act::Answer(200, "", String::new())),
        through("another form", 2, Act::Answer(200, "", "[1,2,3]".to_owned())),
        through("500", 2, Act::Answer(500, "", html.clone())),
        through("502", 2, Act::Answer(502, "content-type: text/html\r\n", html)),
        through("a cut connection", 2, Act::Cut),
        through("a lost answer", 2, Act::LoseAnswer),
        through("nobody is let in", 1, Act::Answer(401, "", "{}".to_owned())),
    );
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_not_asked_before() {
    let waited = through("503", 1, Act::Answer(503, "retry-after: 2\r\n", String::new())).await;
    assert!(waited >= Duration::from_secs(2), "{waited:?}");
}

async fn a_batch_that_is_too_large_is_halved_until_it_fits(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    a.stop().await.unwrap();
    for number in 0..30 {
        a.save(post(&number.to_string())).await.unwrap();
    }
    api.line.handle(|request| {
        if request.is_mutation() && request.body().contains("m2:") {
            return Act::Answer(413, "", "too large".to_owned());
        }
        Act::Forward
    });
    a.start().await.unwrap();
    flush(&a).await;
    assert_eq!(a.pending_count().unwrap(), 0, "none is parked");
    let refused = api.line.count(|request| request.is_mutation() && request.body().contains("m2:"));
    assert!((1..20).contains(&refused), "{refused} batches were too large");
}

async fn an_answer_with_another_record_stops_no_other_mutation(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    api.line.handle(|request| {
        if request.is_mutation() && request.body().contains("poison") && !request.body().contains("m1:") {
            let record =
                r#"{"id":"another","title":"poison","status":"ACTIVE","createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z","_version":1,"_lastChangedAt":1,"_deleted":null}"#;
            return Act::Answer(200, "", format!(r#"{{"data":{{"m0":{record}}}}}"#));
        }
        Act::Forward
    });
    let poison = a.save(post("poison")).await.unwrap().into_inner();
    api.line.wait_for("the poison is sent", 1, |request| request.body().contains("poison")).await;
    let saved = a.save(post("other")).await.unwrap();
    assert_eq!(within("another", saved.synced()).await.version(), Some(1));
    assert_eq!(a.pending_count().unwrap(), 1, "it waits");
    assert_eq!(a.get::<crate::Post>(&poison.id).await.unwrap().unwrap().title, "poison");
}

async fn a_wrong_key_is_told_and_does_no_harm(api: Api) {
    let files = tempdir().unwrap();
    let wrong = AppSync::api_key(api.line.endpoint(), "wrong");
    let a = device(files.path(), "a").api(wrong).open().await.unwrap();
    let mut events = a.hub().listen();
    let saved = a.save(post("kept")).await.unwrap();
    let degraded = |event: &HubEvent| matches!(event, HubEvent::ModelDegraded { .. });
    let event = within("it is told", events.wait_for(degraded)).await.unwrap();
    let HubEvent::ModelDegraded { reason, .. } = event else { panic!("{event:?}") };
    assert!(reason.contains("401") && reason.contains("API key"), "{reason}");
    calm(&api.line, 40).await;
    assert_eq!(a.pending_count().unwrap(), 1, "nothing is lost");
    assert!(matches!(a.flush(Duration::from_millis(1)).await, Err(Error::Timeout(_))));
    let id = saved.id.clone();
    drop((saved, a, events));
    let a = online(files.path(), "a", api.line.api()).await;
    flush(&a).await;
    assert_eq!(api.post(&id).await["title"], "kept", "with the right key it is sent");
}

async fn a_key_that_is_let_in_again_recovers(api: Api) {
    let files = tempdir().unwrap();
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    api.line.handle(|_| Act::Answer(401, "", "{}".to_owned()));
    let mut events = a.hub().listen();
    let saved = a.save(post("kept")).await.unwrap();
    within("degraded", events.wait_for(|event| matches!(event, HubEvent::ModelDegraded { .. }))).await;
    api.line.handle(|_| Act::Forward);
    a.sync_now();
    assert_eq!(within("sent", saved.synced()).await.version(), Some(1));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_waited_for() {
    let files = tempdir().unwrap();
    let line = Line::to(None).await;
    let a = device(files.path(), "a").api(line.api()).open().await.unwrap();
    let saved = a.save(post("early")).await.unwrap();
    calm(&line, 40).await;
    let api = Api::start().await;
    line.mend(api.address());
    assert_eq!(within("sent", saved.synced()).await.version(), Some(1));
}

async fn where_sockets_do_not_open_the_device_syncs_without_and_calmly(api: Api) {
    let files = tempdir().unwrap();
    api.line.handle(
        |request| {
            if request.is_socket() { Act::Answer(502, "", String::new()) } else { Act::Forward }
        },
    );
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    ready(&a).await;
    let saved = a.save(post("by HTTP alone")).await.unwrap();
    assert_eq!(within("sent", saved.synced()).await.version(), Some(1));
    calm(&api.line, 40).await;
}

async fn garbage_for_every_sync_is_asked_for_ever_more_slowly(api: Api) {
    let files = tempdir().unwrap();
    for body in ["garbage", "{}", r#"{"data":{"syncPosts":null}}"#, r#"{"data":null,"errors":[]}"#] {
        api.line.handle(move |request| {
            if request.body().contains("sync") && !request.is_mutation() {
                Act::Answer(200, "", body.to_owned())
            } else {
                Act::Forward
            }
        });
        let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
        a.start().await.unwrap();
        calm(&api.line, 40).await;
        api.line.handle(|_| Act::Forward);
        let mut events = a.hub().listen();
        a.sync_now();
        within(body, events.wait_for(|event| matches!(event, HubEvent::ModelSynced { .. }))).await.unwrap();
    }
}

async fn a_server_that_restarts_in_the_middle_of_a_sync_goes_on(mut api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let saves = (0..2_500).map(|number| a.save(post(&number.to_string())).into_future());
    assert!(futures_util::future::join_all(saves).await.iter().all(Result::is_ok));
    flush(&a).await;
    let before = api.line.count(|request| request.is_sync("Posts"));
    api.line.handle(move |request| {
        if request.is_sync("Posts") && request.body().contains("nextToken\":\"") {
            Act::Hold
        } else {
            Act::Forward
        }
    });
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    let mut events = b.hub().listen();
    b.start().await.unwrap();
    api.line.wait_for("the second page", before + 2, |request| request.is_sync("Posts")).await;
    // The page that is held is lost with the connection; those that are asked for after it go through.
    api.line.handle(|_| Act::Forward);
    api.restart().await;
    within("ready", events.wait_for(|event| *event == HubEvent::Ready)).await.unwrap();
    assert_eq!(b.query::<super::Post>().count().await.unwrap(), 2_500);
    let next = a.save(post("after")).await.unwrap();
    assert_eq!(within("sent", next.synced()).await.version(), Some(1));
}

#[tokio::test]
async fn an_endpoint_that_is_none_is_refused_at_open() {
    for endpoint in ["", "nonsense", "ftp://example.org/graphql"] {
        let builder = DataStore::builder(super::schema()).api(AppSync::api_key(endpoint, "key"));
        let refused = builder.open().await.unwrap_err();
        assert!(
            matches!(&refused, Error::Config(_)) && refused.to_string().contains("endpoint"),
            "{refused}"
        );
    }
}

/// Two posts are made whose answers are lost, at a server that remembers no ids: it is asked about each, in this order,
/// which `respond` may answer. Gives the device, and whoever waits for their verdicts.
async fn in_doubt(
    (api, files): (&Api, &Path),
    mut respond: impl FnMut(&str) -> Act + Send + 'static,
) -> (DataStore, [Saved<Post>; 2]) {
    let a = online(files, "a", api.line.api()).await;
    a.stop().await.unwrap();
    let named = |id: &str| Post { id: id.to_owned(), ..post(id) };
    let saved = [a.save(named("ill")).await.unwrap(), a.save(named("other")).await.unwrap()];
    let mut lost = true;
    api.line.handle(move |request| {
        if request.is_mutation() && std::mem::take(&mut lost) {
            return Act::LoseAnswer;
        }
        let asked = |id: &&str| request.body().contains(&format!(":\"{id}\"}}"));
        let asked = ["ill", "other"].into_iter().find(asked).filter(|_| request.body().contains("getPost("));
        asked.map_or(Act::Forward, &mut respond)
    });
    a.start().await.unwrap();
    (a, saved)
}

#[tokio::test]
async fn what_is_put_aside_while_the_line_breaks_is_not_forgotten() {
    const BUSY: &str = r#"{"data":{"getPost":null},"errors":[{"path":["getPost"],
        "errorType":"InternalFailure","message":"later"}]}"#;
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    let (mut busy, mut cut) = (true, true);
    let respond = move |id: &str| match id {
        "ill" if std::mem::take(&mut busy) => Act::Answer(200, "", BUSY.to_owned()),
        "other" if std::mem::take(&mut cut) => Act::Cut,
        _ => Act::Forward,
    };
    let (_a, saved) = in_doubt((&api, files.path()), respond).await;
    for saved in saved {
        assert_eq!(within("its word", saved.synced()).await.version(), Some(1));
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_asked_about_stops_no_other_mutation() {
    for status in [400, 413, 500, 503] {
        let (api, files) = (Api::with(false).await, tempdir().unwrap());
        let respond = move |id: &str| match id {
            "ill" => Act::Answer(status, "", "not this one".to_owned()),
            _ => Act::Forward,
        };
        let (a, [_ill, other]) = in_doubt((&api, files.path()), respond).await;
        assert_eq!(within("its word", other.synced()).await.version(), Some(1));
        assert_eq!(a.pending_count().unwrap(), 1, "it waits");
    }
}

/// SYNC 2.1: sent blind, what a server has forgotten would be applied twice.
#[tokio::test]
async fn what_a_server_may_have_forgotten_is_asked_about_before_it_is_sent_again() {
    for (ids_ms, mutations) in [(1, 1), (60_000, 2)] {
        let (mut api, files) = (Api::start().await, tempdir().unwrap());
        api.ids_ms = ids_ms;
        api.restart().await;
        let (_a, saved) = in_doubt((&api, files.path()), |_| Act::Forward).await;
        for saved in saved {
            assert_eq!(within("its word", saved.synced()).await.version(), Some(1));
        }
        assert_eq!(api.line.count(super::http::Request::is_mutation), mutations, "{ids_ms} ms");
    }
}

/// The answer to a create and the update behind it is lost with the request, the server may have forgotten their ids, and
/// somebody else makes the record: the update names the version that is there, and is nobody's edit of it.
#[tokio::test]
async fn what_went_behind_a_create_of_which_nobody_can_tell_hides_nothing() {
    let (mut api, files) = (Api::start().await, tempdir().unwrap());
    api.ids_ms = 1;
    api.restart().await;
    let a = online(files.path(), "a", api.line.api()).await;
    a.stop().await.unwrap();
    let mine = a.save(Post { id: "p".to_owned(), ..post("mine") }).await.unwrap().into_inner();
    let next = Post { title: "mine too".to_owned(), ..mine };
    a.save(next).when(Post::TITLE.ne("nothing")).await.unwrap();
    api.line.handle(|request| if request.is_mutation() { Act::Cut } else { Act::Forward });
    a.start().await.unwrap();
    let both = |request: &super::http::Request| {
        request.is_mutation()
            && request.body().contains("createPost(")
            && request.body().contains("updatePost(")
    };
    api.line.wait_for("both", 1, both).await;
    api.ask("mutation { createPost(input: {id: \"p\", title: \"theirs\", status: ACTIVE}) { id } }").await;
    api.line.handle(|_| Act::Forward);
    flush(&a).await;
    let title = api.ask("{ getPost(id: \"p\") { title } }").await["getPost"]["title"].clone();
    assert_eq!(title, "theirs");
    assert_eq!(super::support::get(&a, "p").await.title, "theirs");
    assert!(!a.conflicts(10).unwrap().is_empty(), "it is listed");
}
