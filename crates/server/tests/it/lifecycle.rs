//! Start, reload and end.

use crate::support::{BLOG, PATIENCE, Socket, ask, http, memory, post, service, start, start_with};
use serde_json::{Value, json};
use std::net::SocketAddr;
use syncline_server::{Server, ServerConfig, ServerError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

#[tokio::test]
async fn addresses_that_are_refused() {
    let server = start().await;
    let bind = |listen: SocketAddr| {
        Server::bind(ServerConfig { listen, ..ServerConfig::default() }, service(memory(BLOG)))
    };
    let taken = bind(server.address()).await.unwrap_err();
    assert!(matches!(taken, ServerError::Listen { .. }) && taken.to_string().contains("port 0"), "{taken}");
    let public = bind("0.0.0.0:0".parse().unwrap()).await.unwrap_err();
    assert!(matches!(public, ServerError::NotLoopback(_)), "{public}");
    server.shutdown().await;
}

#[tokio::test]
async fn an_end_closes_sockets_first_and_frees_the_port() {
    let server = start().await;
    let address = server.address();
    let mut socket = Socket::ready(&server).await;
    let url = server.graphql_url();
    let end = tokio::join!(timeout(PATIENCE, server.shutdown()), socket.closed());
    assert!(end.0.is_ok());
    assert_eq!(end.1, 1001);
    assert!(http().post(url).send().await.is_err());
    let again =
        start_with(ServerConfig { listen: address, ..ServerConfig::default() }, service(memory(BLOG))).await;
    again.shutdown().await;
}

#[tokio::test]
async fn a_request_that_runs_is_answered_after_the_sockets_are_closed() {
    let server =
        start_with(ServerConfig { drain: PATIENCE, ..ServerConfig::default() }, service(memory(BLOG))).await;
    let mut socket = Socket::ready(&server).await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let body =
        json!({ "query": "mutation { createPost(input: { title: \"t\", status: DRAFT }) { title } }" });
    let body = body.to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: h\r\nx-api-key: key\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // Says that the server has begun to answer: it asks for the body.
    let mut heard = Vec::new();
    while !heard.ends_with(b"\r\n\r\n") {
        assert!(timeout(PATIENCE, stream.read_buf(&mut heard)).await.unwrap().unwrap() > 0);
    }
    assert!(heard.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&heard));
    let client = async {
        assert_eq!(socket.closed().await, 1001);
        drop(socket);
        stream.write_all(body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an answer").unwrap();
        answer
    };
    let (answer, ()) = tokio::join!(client, server.shutdown());
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("{\"title\":\"t\"}}}"), "{answer}");
}

#[tokio::test]
async fn a_dropped_server_lets_go_of_its_sockets() {
    let server = start().await;
    let mut socket = Socket::ready(&server).await;
    drop(server);
    assert_eq!(socket.closed().await, 1001);
}

#[tokio::test]
async fn a_reload_keeps_sockets_and_begins_subscriptions_anew() {
    let server = start().await;
    let mut socket = Socket::ready(&server).await;
    socket.started("kept", "subscription { onCreatePost { title } }", json!({})).await;
    socket.started("gone", "subscription { onCreateComment { content } }", json!({})).await;
    post(&server, "before").await;
    let next = "type Post @model @auth(rules: [{ allow: public }]) { id: ID! title: String! status: String more: Int }";
    server.reload(async || Ok::<_, String>(service(memory(next)))).await.unwrap();
    assert_eq!(socket.hear().await["payload"]["data"]["onCreatePost"]["title"], "before");
    let error = socket.hear().await;
    assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("gone")));
    let query = "mutation { createPost(input: { title: \"after\", more: 1 }) { more } }";
    assert_eq!(ask(&server, query, json!({})).await["data"]["createPost"]["more"], 1);
    assert_eq!(socket.hear().await["payload"]["data"]["onCreatePost"]["title"], "after");
    socket.send(json!({ "type": "stop", "id": "kept" })).await;
    assert_eq!(socket.hear().await["type"], "complete");
    server.shutdown().await;
}

/// A mutation whose client does not wait any more may be committed when the store is closed, after the last event.
#[tokio::test]
async fn what_is_committed_during_a_reload_cuts_subscribers_off() {
    let backend = memory(BLOG);
    let server = start_with(ServerConfig::default(), service(std::sync::Arc::clone(&backend))).await;
    let mut socket = Socket::ready(&server).await;
    socket.started("s", "subscription { onCreatePost { title } }", json!({})).await;
    let late = async || {
        let other = service(std::sync::Arc::clone(&backend));
        let key = syncline_protocol::realtime::Authorization::api_key("h", "key", None);
        let caller = other.authenticate(&key).unwrap();
        let query = "mutation { createPost(input: { title: \"late\", status: DRAFT }) { id } }";
        let body = json!({ "query": query }).to_string();
        let call = syncline_service::Call { body: body.as_bytes(), negotiated: false, now_ms: 1 };
        assert_eq!(other.execute(&caller, call).await.status, 200);
        Ok::<_, String>(service(memory(BLOG)))
    };
    server.reload(late).await.unwrap();
    let lost = socket.hear().await;
    assert_eq!(lost["type"], "connection_error", "{lost}");
    assert_eq!(socket.closed().await, 1013);
    server.shutdown().await;
}

#[tokio::test]
async fn a_failed_reload_answers_503_until_the_next() {
    let server = start().await;
    let mut socket = Socket::ready(&server).await;
    socket.started("s", "subscription { onCreatePost { title } }", json!({})).await;
    let error = server.reload(async || Err("no disk")).await.unwrap_err();
    assert!(error.to_string().contains("no disk"), "{error}");
    let send = || {
        http()
            .post(server.graphql_url())
            .header("x-api-key", "key")
            .body("{\"query\":\"{ __typename }\"}")
            .send()
    };
    let answer = send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (503, "1"));
    socket.start("t", "subscription { onCreatePost { title } }", json!({})).await;
    assert_eq!(socket.hear().await["payload"]["errors"][0]["errorType"], "ServiceUnavailableException");
    server.reload(async || Ok::<_, String>(service(memory(BLOG)))).await.unwrap();
    assert_eq!(send().await.unwrap().status(), 200);
    post(&server, "again").await;
    assert_eq!(socket.hear().await["payload"]["data"]["onCreatePost"]["title"], "again");
    server.shutdown().await;
}

#[tokio::test]
async fn a_socket_that_ends_takes_its_subscriptions_along() {
    let service = service(memory(BLOG));
    let server = start_with(ServerConfig::default(), std::sync::Arc::clone(&service)).await;
    let mut first = Socket::ready(&server).await;
    let mut second = Socket::ready(&server).await;
    for socket in [&mut first, &mut second] {
        socket.started("s", "subscription { onCreatePost { title } }", json!({})).await;
    }
    assert_eq!(service.subscription_stats().subscriptions, 2);
    drop(first);
    // Its end is seen when its connection ends; each post gives the server a turn.
    let mut turns = 0;
    while service.subscription_stats().subscriptions > 1 {
        post(&server, "turn").await;
        let _: Value = second.hear().await;
        turns += 1;
        assert!(turns < 1_000, "the subscription stays");
    }
    server.shutdown().await;
    assert_eq!(service.subscription_stats().subscriptions, 0);
}
