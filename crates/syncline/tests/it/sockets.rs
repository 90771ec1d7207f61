//! A server whose HTTP is right and whose sockets say whatever they like.

use super::Post;
use super::api::Api;
use super::line::Act;
use super::support::{device, post, until, within};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use syncline::{AppSync, HubEvent, HubKind, SyncErrorKind, SyncProcess};
use tempfile::tempdir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

/// Says `frames` once a client has subscribed to everything, and then stays silent (or closes).
struct Liar {
    address: SocketAddr,
    /// What clients have asked for: the id and the request of each subscription.
    asked: watch::Receiver<Vec<(String, String)>>,
    _serving: JoinSet<()>,
}

#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// Confirms every subscription.
    Confirms,
    /// Says nothing of them.
    Silent,
    /// Answers `connection_init` only once it is asked for a subscription, with a word that takes the client in or not.
    Late(&'static str),
    /// Refuses those that carry a filter, in these words, and confirms the others.
    Refuses(&'static str),
    /// Refuses all of them: the caller may not.
    Forbids,
}

async fn liar(manner: Manner, frames: Vec<Message>) -> Liar {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut serving = JoinSet::new();
    let (note, asked) = watch::channel(Vec::new());
    serving.spawn(async move {
        let mut sockets = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            sockets.spawn(lie(stream, manner, frames.clone(), note.clone()));
        }
    });
    Liar { address, asked, _serving: serving }
}

/// An API whose HTTP is right, and whose sockets lead to a liar.
async fn lied_to(api: Api, manner: Manner, frames: Vec<Message>) -> (Api, Liar) {
    let liar = liar(manner, frames).await;
    let address = liar.address;
    api.line.handle(move |request| if request.is_socket() { Act::Elsewhere(address) } else { Act::Forward });
    (api, liar)
}

type Asked = watch::Sender<Vec<(String, String)>>;

async fn lie(stream: tokio::net::TcpStream, manner: Manner, frames: Vec<Message>, asked: Asked) {
    #[expect(clippy::result_large_err, reason = "the library's signature")]
    let protocol = |_: &Request, mut response: Response| {
        response.headers_mut().insert("sec-websocket-protocol", "graphql-ws".parse().unwrap());
        Ok(response)
    };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, protocol).await else { return };
    let mut started = 0;
    while let Some(Ok(Message::Text(text))) = socket.next().await {
        let frame: Value = serde_json::from_str(&text).unwrap();
        let answers = match frame["type"].as_str().unwrap() {
            "connection_init" if matches!(manner, Manner::Late(_)) => vec![],
            "connection_init" => {
                vec![json!({ "type": "connection_ack", "payload": { "connectionTimeoutMs": 300000 } })]
            }
            "start" => {
                let (id, data) = (frame["id"].as_str().unwrap(), frame["payload"]["data"].as_str().unwrap());
                asked.send_modify(|asked| asked.push((id.to_owned(), data.to_owned())));
                match manner {
                    Manner::Silent => vec![],
                    Manner::Late(word) => {
                        let payload = json!({ "connectionTimeoutMs": 300000, "errors": [] });
                        let first = (started == 0).then(|| json!({ "type": word, "payload": payload }));
                        first.into_iter().chain([json!({ "type": "start_ack", "id": id })]).collect()
                    }
                    Manner::Refuses(_) | Manner::Forbids
                        if manner == Manner::Forbids || data.contains("filter") =>
                    {
                        let errors = match manner {
                            Manner::Refuses(words) => json!([{ "errorType": "Unclear", "message": words }]),
                            _ => json!([{ "errorType": "Unauthorized", "message": "Not Authorized" }]),
                        };
                        vec![json!({ "type": "error", "id": id, "payload": { "errors": errors } })]
                    }
                    Manner::Confirms | Manner::Refuses(_) | Manner::Forbids => {
                        vec![json!({ "type": "start_ack", "id": id })]
                    }
                }
            }
            _ => vec![],
        };
        for answer in answers {
            let _ = socket.send(Message::text(answer.to_string())).await;
        }
        started += usize::from(frame["type"] == "start");
        if started == 6 {
            for frame in &frames {
                let _ = socket.send(frame.clone()).await;
            }
        }
    }
}

fn text(frame: &Value) -> Message {
    Message::text(frame.to_string())
}

#[tokio::test]
async fn frames_that_make_no_sense_do_no_harm() {
    let event = |id: &str, payload: Value| text(&json!({ "type": "data", "id": id, "payload": payload }));
    let post_with = |fields: Value| json!({ "data": { "onCreatePost": fields } });
    // So late that no base sync takes it for a record that the server has lost.
    let truth = event(
        "0-0",
        post_with(json!({
            "id": "true", "title": "t", "status": "ACTIVE", "_version": 1, "_lastChangedAt": 4_102_444_800_000_i64,
            "_deleted": null
        })),
    );
    let lies: Vec<(&str, Vec<Message>)> = vec![
        (
            "ids that were not given out",
            ["9-0", "0-9", "99999999999999999999-0", "-", "0", "0-0-0", "a-b"]
                .into_iter()
                .flat_map(|id| {
                    [
                        event(id, post_with(json!(null))),
                        text(&json!({ "type": "start_ack", "id": id })),
                        text(&json!({ "type": "error", "id": id, "payload": { "errors": [] } })),
                        text(&json!({ "type": "complete", "id": id })),
                    ]
                })
                .collect(),
        ),
        (
            "events of another form",
            vec![
                event("0-0", json!({ "data": null })),
                event("0-0", post_with(json!({ "id": "x" }))),
                event("0-0", post_with(json!({ "id": 7, "title": [], "_version": "a" }))),
                event(
                    "0-0",
                    post_with(json!({
                        "id": "x", "title": "t", "status": "ACTIVE", "_version": -1, "_lastChangedAt": 1, "_deleted": null
                    })),
                ),
                event("0-2", json!({ "data": { "onCreatePost": {} }, "errors": 3, "extensions": 4 })),
            ],
        ),
        (
            "holes in the sequence",
            (0..50)
                .map(|hole| {
                    event(
                        "0-0",
                        json!({
                            "data": { "onCreatePost": null },
                            "extensions": { "syncline": { "seq": hole * 10 + 5, "prev": hole * 10 } }
                        }),
                    )
                })
                .collect(),
        ),
        ("an end of every subscription", vec![text(&json!({ "type": "complete", "id": "0-0" }))]),
        ("no id", vec![event("", post_with(json!(null)))]),
        ("no payload", vec![event("0-0", json!(null))]),
        ("no JSON", vec![Message::text("nonsense")]),
        (
            "another type",
            vec![text(&json!({ "type": "surprise" })), text(&json!({ "type": "connection_ack" }))],
        ),
        ("bytes", vec![Message::binary(vec![0, 159, 146, 150])]),
        ("a refusal", vec![text(&json!({ "type": "connection_error", "payload": { "errors": [] } }))]),
        ("a close", vec![Message::Close(None)]),
    ];
    for (name, mut frames) in lies {
        // After most of them the socket goes on, and the next event is shown. The others are no frames: the socket is
        // given up, and a delta sync makes up for whatever they were to say.
        let goes_on =
            !matches!(name, "no id" | "no payload" | "no JSON" | "another type" | "a refusal" | "a close");
        frames.extend(goes_on.then(|| truth.clone()));
        let files = tempdir().unwrap();
        let (api, liar) = lied_to(Api::start().await, Manner::Confirms, frames).await;
        let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
        let mut events = a.hub().listen();
        a.start().await.unwrap();
        within(name, events.wait_for(|event| *event == HubEvent::Ready)).await.unwrap();
        if goes_on {
            until(name, &a, "true", |post| post.is_some()).await;
        }
        let saved = a.save(post("by HTTP")).await.unwrap();
        assert_eq!(within(name, saved.synced()).await.version(), Some(1), "{name}");
        let before = api.line.count(|_| true);
        let many = api.line.wait_for(name, before + 60, |_| true);
        assert!(tokio::time::timeout(Duration::from_secs(1), many).await.is_err(), "{name}: a tight loop");
        // A server that tells the truth again is believed.
        api.line.handle(|_| Act::Forward);
        drop(liar);
        a.stop().await.unwrap();
        super::support::ready(&a).await;
        let b = super::support::online(files.path(), "b", api.line.api()).await;
        let theirs = b.save(post("live")).await.unwrap().into_inner();
        until(name, &a, &theirs.id, |post| post.is_some()).await;
    }
}

#[tokio::test]
async fn subscriptions_that_are_never_confirmed_do_not_hold_the_sync_up() {
    let files = tempdir().unwrap();
    let (api, _liar) = lied_to(Api::start().await, Manner::Silent, vec![]).await;
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    super::support::ready(&a).await;
}

/// On a long line the answer to the first frame would be a round trip.
#[tokio::test]
async fn starts_do_not_wait_for_the_answer_to_the_first_frame_of_a_server_that_takes_them_in_order() {
    for (word, taken_in) in [("connection_ack", true), ("connection_error", false)] {
        let files = tempdir().unwrap();
        let (api, mut liar) = lied_to(Api::start().await, Manner::Late(word), vec![]).await;
        let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
        let mut events = a.hub().listen();
        a.start().await.unwrap();
        within(word, liar.asked.wait_for(|asked| asked.len() >= 6)).await.unwrap();
        let told = |event: &HubEvent| match event {
            HubEvent::SubscriptionsEstablished => taken_in,
            HubEvent::SyncError(error) => !taken_in && error.process == SyncProcess::Subscribe,
            _ => false,
        };
        within(word, events.wait_for(told)).await.unwrap();
        // Without a socket the device syncs all the same.
        super::support::ready(&a).await;
    }
}

#[tokio::test]
async fn a_subscription_whose_filter_is_refused_goes_without() {
    // As AppSync says it, and as nobody is known to.
    for words in [
        "Validation error of type UnknownArgument: Unknown field argument filter @ 'onCreatePost'",
        "Filters exceed maximum attributes limit 5 for subscription.",
        "Filters combination exceed maximum limit 10 for subscription.",
        "subscription filter uses same fieldName multiple time",
        "The variables input contains a field name 'not' that is not defined",
        "The variables input contains a field that is not defined for input object type 'X'",
        "we do not like it",
    ] {
        let files = tempdir().unwrap();
        let (api, mut liar) = lied_to(Api::with(false).await, Manner::Refuses(words), vec![]).await;
        let builder = device(files.path(), "a").api(api.line.api());
        let a = builder.sync_expression::<Post>(|| Post::RATING.ge(4)).open().await.unwrap();
        let mut events = a.hub().listen();
        a.start().await.unwrap();
        within(words, events.wait_for(|event| *event == HubEvent::SubscriptionsEstablished)).await.unwrap();
        let asked = within(words, liar.asked.wait_for(|asked| asked.len() >= 8)).await.unwrap().clone();
        let of = |id: &str| -> Vec<bool> {
            asked.iter().filter(|(asked, _)| asked == id).map(|(_, data)| data.contains("filter")).collect()
        };
        // An update that leaves the expression is heard of, whatever the filter.
        let posts = ["0-0", "0-1", "0-2"].map(of);
        assert_eq!(posts, [vec![true, false], vec![false], vec![true, false]], "{words}");
        assert_eq!(["1-0", "1-1", "1-2"].map(of), [[false]; 3], "{words}: no expression, no filter");
    }
}

/// As where a rule lets nobody listen: the model is synced by asking, and the application is told.
#[tokio::test]
async fn subscriptions_that_are_forbidden_are_told_and_the_device_syncs_without() {
    let files = tempdir().unwrap();
    let (api, _liar) = lied_to(Api::start().await, Manner::Forbids, vec![]).await;
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    let mut errors = a.hub().listen_to(&[HubKind::SyncError]);
    super::support::ready(&a).await;
    let is_it = |event: &HubEvent| {
        matches!(event, HubEvent::SyncError(error) if error.process == SyncProcess::Subscribe
            && error.kind == SyncErrorKind::Unauthorized && error.model.as_deref() == Some("Comment"))
    };
    within("it is told", errors.wait_for(is_it)).await.unwrap();
    let b = super::support::online(
        files.path(),
        "b",
        AppSync::api_key(format!("http://{}/graphql", api.address()), "key"),
    )
    .await;
    let theirs = b.save(post("asked for")).await.unwrap();
    let id = theirs.id.clone();
    within("applied", theirs.synced()).await;
    a.sync_now();
    until("it is fetched", &a, &id, |post| post.is_some()).await;
}
