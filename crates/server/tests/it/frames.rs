//! Frames, each with its answer.

use crate::support::{BLOG, Socket, ask, memory, post, service_config, start, start_with};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use syncline_server::ServerConfig;
use syncline_service::{Config, Limits, Service};

const ON_CREATE: &str = "subscription S { onCreatePost { title _version } }";

#[tokio::test]
async fn start_data_stop_complete() {
    let server = start().await;
    let mut socket = Socket::ready(&server).await;
    socket.started("a", ON_CREATE, json!({})).await;
    let filtered =
        "subscription S($f: ModelSubscriptionPostFilterInput) { onCreatePost(filter: $f) { title } }";
    socket.started("b", filtered, json!({ "f": { "title": { "beginsWith": "x" } } })).await;
    post(&server, "one").await;
    post(&server, "x two").await;
    let data = |id: &str, post: Value| json!({ "id": id, "type": "data", "payload": { "data": { "onCreatePost": post } } });
    assert_eq!(socket.hear().await, data("a", json!({ "title": "one", "_version": 1 })));
    let mut two = [socket.hear().await, socket.hear().await];
    two.sort_by_key(|frame| frame["id"].as_str().unwrap().to_owned());
    assert_eq!(
        two,
        [data("a", json!({ "title": "x two", "_version": 1 })), data("b", json!({ "title": "x two" }))]
    );
    socket.send(json!({ "type": "stop", "id": "a" })).await;
    assert_eq!(socket.hear().await, json!({ "id": "a", "type": "complete" }));
    // One that does not run is not answered: the next frame is about the post.
    socket.send(json!({ "type": "stop", "id": "a" })).await;
    post(&server, "x three").await;
    assert_eq!(socket.hear().await, data("b", json!({ "title": "x three" })));
    socket.started("a", ON_CREATE, json!({})).await;
    server.shutdown().await;
}

#[tokio::test]
async fn updates_and_deletes() {
    let server = start().await;
    let mut socket = Socket::ready(&server).await;
    socket.started("u", "subscription { onUpdatePost { id title _version } }", json!({})).await;
    socket.started("d", "subscription { onDeletePost { id _deleted _version } }", json!({})).await;
    let query = "mutation {
        a: createPost(input: { id: \"p\", title: \"a\", status: DRAFT }) { id }
        b: updatePost(input: { id: \"p\", title: \"b\", _version: 1 }) { id }
        c: deletePost(input: { id: \"p\", _version: 2 }) { id }
    }";
    ask(&server, query, json!({})).await;
    let payload = |frame: Value| frame["payload"]["data"].clone();
    assert_eq!(
        payload(socket.hear().await),
        json!({ "onUpdatePost": { "id": "p", "title": "b", "_version": 2 } })
    );
    assert_eq!(
        payload(socket.hear().await),
        json!({ "onDeletePost": { "id": "p", "_deleted": true, "_version": 3 } })
    );
    server.shutdown().await;
}

#[tokio::test]
async fn a_negotiated_socket_shows_sequences() {
    let server = start().await;
    let mut socket = Socket::connected(&server).await;
    socket.init(json!({ "type": "connection_init", "payload": { "x-syncline": "1" } })).await;
    socket.started("a", ON_CREATE, json!({})).await;
    post(&server, "one").await;
    post(&server, "two").await;
    let first = socket.hear().await["payload"]["extensions"]["syncline"].clone();
    let second = socket.hear().await["payload"]["extensions"]["syncline"].clone();
    assert_eq!(first["prev"], Value::Null);
    assert_eq!(second["prev"], first["seq"]);
    assert!(second["seq"].as_i64() > first["seq"].as_i64());
    server.shutdown().await;
}

#[tokio::test]
async fn what_cannot_be_started() {
    let config = Config { limits: Limits { max_subscriptions: 2, ..Limits::default() }, ..service_config() };
    let service = Arc::new(Service::new(memory(BLOG), config).unwrap());
    let server = start_with(ServerConfig::default(), service).await;
    let mut socket = Socket::connected(&server).await;
    let error = |frame: Value, id: &str| {
        assert_eq!((&frame["type"], &frame["id"]), (&json!("error"), &json!(id)), "{frame}");
        let error = &frame["payload"]["errors"][0];
        (
            error["errorType"].as_str().unwrap_or_default().to_owned(),
            error["message"].as_str().unwrap().to_owned(),
        )
    };
    socket.start("a", ON_CREATE, json!({})).await;
    assert!(error(socket.hear().await, "a").1.contains("connection_init"));
    socket.init(json!({ "type": "connection_init" })).await;
    socket.started("a", ON_CREATE, json!({})).await;
    socket.start("a", ON_CREATE, json!({})).await;
    assert_eq!(error(socket.hear().await, "a").0, "DuplicatedOperationError");
    socket.start("b", "subscription { onCreatePots { id } }", json!({})).await;
    assert!(error(socket.hear().await, "b").1.contains("FieldUndefined"));
    socket.start("b", "{ listPosts { nextToken } }", json!({})).await;
    assert_eq!(error(socket.hear().await, "b").0, "UnsupportedOperation");
    socket.start("b", "subscription { onCreatePost(owner: \"x\") { id } }", json!({})).await;
    assert!(error(socket.hear().await, "b").1.contains("UnknownArgument: Unknown field argument owner"));
    let data = json!({ "query": ON_CREATE }).to_string();
    let authorization = json!({ "authorization": { "x-api-key": "wrong" } });
    socket
        .send(json!({ "type": "start", "id": "b", "payload": { "data": data, "extensions": authorization } }))
        .await;
    assert_eq!(error(socket.hear().await, "b").0, "UnauthorizedException");
    socket.send(json!({ "type": "start", "id": "b", "payload": { "data": "{}" } })).await;
    assert_eq!(error(socket.hear().await, "b").0, "MalformedHttpRequestException");
    // Without an authorization of its own it is the socket's.
    socket.send(json!({ "type": "start", "id": "b", "payload": { "data": data } })).await;
    assert_eq!(socket.hear().await["type"], "start_ack");
    socket.start("c", ON_CREATE, json!({})).await;
    assert_eq!(
        error(socket.hear().await, "c"),
        ("MaxSubscriptionsReachedError".to_owned(), "Max number of 2 subscriptions reached".to_owned())
    );
    socket.send(json!({ "type": "dance", "id": "c" })).await;
    assert_eq!(error(socket.hear().await, "c").0, "UnsupportedOperation");
    server.shutdown().await;
}

#[tokio::test]
async fn signs_of_life_come_by_themselves() {
    let config = ServerConfig { keep_alive: Duration::from_millis(20), ..ServerConfig::default() };
    let server = start_with(config, crate::support::service(memory(BLOG))).await;
    let mut socket = Socket::ready(&server).await;
    for _ in 0..3 {
        assert_eq!(socket.hear().await, json!({ "type": "ka" }));
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_socket_that_says_nothing_is_closed() {
    let config = ServerConfig { init_timeout: Duration::from_millis(20), ..ServerConfig::default() };
    let server = start_with(config, crate::support::service(memory(BLOG))).await;
    let mut socket = Socket::connected(&server).await;
    assert_eq!(socket.hear().await["type"], "connection_error");
    assert_eq!(socket.closed().await, 1002);
    server.shutdown().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off_alone() {
    // By the number of frames that wait, and by their bytes.
    for config in [
        ServerConfig { queue: 8, ..ServerConfig::default() },
        ServerConfig { queue_bytes: 1 << 20, ..ServerConfig::default() },
    ] {
        let server = start_with(config, crate::support::service(memory(BLOG))).await;
        let mut slow = Socket::ready(&server).await;
        let mut quick = Socket::ready(&server).await;
        slow.started("s", "subscription { onCreatePost { title content } }", json!({})).await;
        quick.started("q", "subscription { onCreatePost { title } }", json!({})).await;
        // More than the buffers of a loopback connection hold.
        let content = "x".repeat(200_000);
        let query = "mutation M($i: CreatePostInput!) { createPost(input: $i) { id } }";
        for number in 0..80 {
            let title = number.to_string();
            let input = json!({ "title": title, "content": content, "status": "DRAFT" });
            ask(&server, query, json!({ "i": input })).await;
            assert_eq!(quick.hear().await["payload"]["data"]["onCreatePost"]["title"], json!(title));
        }
        let mut heard = 0;
        while let Some(message) = slow.message().await {
            if message.is_text() {
                heard += 1;
            }
        }
        assert!(heard < 80, "the slow client was not cut off");
        post(&server, "still there").await;
        assert_eq!(quick.hear().await["payload"]["data"]["onCreatePost"]["title"], "still there");
        server.shutdown().await;
    }
}

#[tokio::test]
async fn errors_have_the_shapes_of_appsync() {
    let limits = Limits { max_subscription_bytes: 2_000, ..Limits::default() };
    let service = Arc::new(Service::new(memory(BLOG), Config { limits, ..service_config() }).unwrap());
    let server = start_with(ServerConfig::default(), service).await;
    let mut socket = Socket::ready(&server).await;
    let filtered =
        "subscription S($f: ModelSubscriptionPostFilterInput) { onCreatePost(filter: $f) { title } }";
    let eleven = json!({ "or": vec![json!({ "rating": { "eq": 1 } }); 11] });
    let long = format!("subscription {{ onCreatePost {{ {} }} }}", "title ".repeat(400));
    for (query, variables, error) in [
        (
            filtered,
            json!({ "f": eleven }),
            json!({ "message": "Filters combination exceed maximum limit 10 for subscription.", "errorCode": 400 }),
        ),
        (
            filtered,
            json!({ "f": { "not": {} } }),
            json!({ "message": "The variables input contains a field name 'not' that is not defined for input object \
                                type 'ModelSubscriptionPostFilterInput'" }),
        ),
        (
            &long,
            json!({}),
            json!({ "errorType": "LimitExceededError",
                    "message": "The subscriptions of a connection may have 2000 bytes of ids, documents, their plans and variables." }),
        ),
    ] {
        socket.start("s", query, variables).await;
        let expected = json!({ "id": "s", "type": "error", "payload": { "errors": [error] } });
        assert_eq!(socket.hear().await, expected);
    }
    let id = "s".repeat(2_000);
    socket.start(&id, "subscription { onCreatePost { title } }", json!({})).await;
    assert_eq!(
        socket.hear().await["payload"]["errors"][0]["errorType"],
        "LimitExceededError",
        "its id is kept"
    );
    socket.send(json!({ "type": "dance", "id": "d" })).await;
    let unsupported = json!({ "errorType": "UnsupportedOperation", "errorCode": 400,
                              "message": "dance not supported through the realtime channel" });
    let expected = json!({ "id": "d", "type": "error", "payload": { "errors": [unsupported] } });
    assert_eq!(socket.hear().await, expected);
    server.shutdown().await;
}

#[tokio::test]
async fn a_negotiated_socket_is_told_of_leaves() {
    let server = start().await;
    let mut plain = Socket::ready(&server).await;
    let mut own = Socket::connected(&server).await;
    own.init(json!({ "type": "connection_init", "payload": { "x-syncline": "1" } })).await;
    let query = "subscription S($f: ModelSubscriptionPostFilterInput) { onUpdatePost(filter: $f) { title } }";
    for socket in [&mut plain, &mut own] {
        socket.started("s", query, json!({ "f": { "rating": { "gt": 3 } } })).await;
    }
    let updates = "mutation {
        a: createPost(input: { id: \"p\", title: \"a\", status: DRAFT, rating: 5 }) { id }
        b: updatePost(input: { id: \"p\", rating: 1, _version: 1 }) { id }
        c: updatePost(input: { id: \"p\", rating: 4, _version: 2 }) { id }
    }";
    ask(&server, updates, json!({})).await;
    let left = own.hear().await;
    let extension = &left["payload"]["extensions"]["syncline"];
    let (seq, at) = (extension["seq"].clone(), extension["leave"]["_lastChangedAt"].clone());
    assert!(at.is_i64(), "{left}");
    let leave = json!({ "key": ["p"], "_version": 2, "_lastChangedAt": at });
    assert_eq!(
        left["payload"],
        json!({
            "data": { "onUpdatePost": null },
            "extensions": { "syncline": { "seq": seq, "prev": null, "leave": leave } },
        })
    );
    assert_eq!(own.hear().await["payload"]["extensions"]["syncline"]["prev"], seq);
    let payload = json!({ "data": { "onUpdatePost": { "title": "a" } } });
    assert_eq!(plain.hear().await, json!({ "id": "s", "type": "data", "payload": payload }));
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_subscriptions_hear_what_is_theirs() {
    let service = crate::support::service(memory(BLOG));
    let server = start_with(ServerConfig::default(), Arc::clone(&service)).await;
    let filtered =
        "subscription S($f: ModelSubscriptionPostFilterInput) { onCreatePost(filter: $f) { title } }";
    let mut sockets = Vec::new();
    for _ in 0..10 {
        let mut socket = Socket::ready(&server).await;
        // Half of them are identical, on all sockets; of the others each has a range of its own.
        for number in 0..500 {
            socket.start(&format!("same {number}"), ON_CREATE, json!({})).await;
            let low = sockets.len() * 500 + number;
            let range = json!({ "f": { "rating": { "between": [low, low] } } });
            socket.start(&format!("own {number}"), filtered, range).await;
        }
        for _ in 0..1_000 {
            assert_eq!(socket.hear().await["type"], "start_ack");
        }
        sockets.push(socket);
    }
    let stats = service.subscription_stats();
    assert_eq!((stats.subscriptions, stats.groups, stats.ranged, stats.unhashed), (10_000, 5_001, 5_000, 1));
    let query =
        "mutation M($r: Int) { createPost(input: { title: \"t\", status: DRAFT, rating: $r }) { id } }";
    ask(&server, query, json!({ "r": 1_234 })).await;
    for (place, socket) in sockets.iter_mut().enumerate() {
        let mut ids = Vec::new();
        let count = if place == 2 { 501 } else { 500 };
        for _ in 0..count {
            let frame = socket.hear().await;
            assert_eq!(frame["type"], "data");
            ids.push(frame["id"].as_str().unwrap().to_owned());
        }
        let own: Vec<&String> = ids.iter().filter(|id| id.starts_with("own")).collect();
        assert_eq!(own, if place == 2 { vec!["own 234"] } else { vec![] });
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
    server.shutdown().await;
    assert_eq!(service.subscription_stats().groups, 0);
}
