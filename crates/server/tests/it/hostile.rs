//! Frames and bytes that no client sends: the server stays up.

use crate::support::{BLOG, PATIENCE, Socket, ask, memory, post, service, start, start_with};
use futures_util::SinkExt;
use serde_json::json;
use std::time::Duration;
use syncline_server::{Running, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn malformed_frames_get_an_error_each() {
    let server = start().await;
    let mut socket = Socket::ready(&server).await;
    for frame in [
        "",
        " ",
        "null",
        "7",
        "[]",
        "{",
        "{}",
        "\"start\"",
        "{\"type\":7}",
        "{\"type\":null,\"id\":{}}",
        "{\"type\":\"start\"}",
        "{\"type\":\"start\",\"id\":7,\"payload\":{}}",
        "{\"type\":\"start\",\"id\":\"x\",\"payload\":7}",
        "{\"type\":\"start\",\"id\":\"x\",\"payload\":{\"data\":7}}",
        "{\"type\":\"start\",\"id\":\"x\",\"payload\":{\"data\":\"{\"}}",
        "{\"type\":\"start\",\"id\":\"x\",\"payload\":{\"data\":\"{\\\"query\\\":\\\"\\\\u0000\\\"}\"}}",
        "{\"type\":\"stop\"}",
        "{\"type\":\"connection_ack\"}",
        "\u{0}",
        "{\"type\":\"\\ud800\"}",
        "{\"a\":{\"a\":{\"a\":[[[[]]]]}}}",
    ] {
        socket.stream.send(Message::text(frame)).await.unwrap();
        let answer = socket.hear().await;
        assert_eq!(answer["type"], "error", "{frame}: {answer}");
        assert!(answer["payload"]["errors"][0]["message"].is_string(), "{frame}: {answer}");
    }
    socket.stream.send(Message::binary(vec![0, 159, 146, 150])).await.unwrap();
    assert_eq!(socket.hear().await["type"], "error");
    socket.started("s", "subscription { onCreatePost { id } }", json!({})).await;
    server.shutdown().await;
}

#[tokio::test]
async fn random_and_huge_messages_end_at_most_their_own_socket() {
    let server = start().await;
    let mut state = 0x5eed_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for round in 0..30 {
        let mut socket = Socket::ready(&server).await;
        let size = usize::try_from(random() % 2_000).unwrap();
        let bytes: Vec<u8> = (0..size).map(|_| random().to_le_bytes()[0]).collect();
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let message = if round % 2 == 0 { Message::binary(bytes) } else { Message::text(text) };
        socket.stream.send(message).await.unwrap();
        assert_eq!(socket.hear().await["type"], "error");
    }
    let mut socket = Socket::ready(&server).await;
    // The server closes while we still send: either side may see the end first.
    let _ = socket.stream.send(Message::text("x".repeat(2 << 20))).await;
    while socket.message().await.is_some_and(|message| message.is_text()) {}
    post(&server, "still here").await;
    server.shutdown().await;
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let config = ServerConfig { request_timeout: Duration::from_millis(50), ..ServerConfig::default() };
    let server = start_with(config, service(memory(BLOG))).await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = b"POST /graphql HTTP/1.1\r\nhost: h\r\nx-api-key: key\r\ncontent-length: 100\r\nconnection: close\r\n\r\n{";
    stream.write_all(head).await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an answer").unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    server.shutdown().await;
}

#[tokio::test]
async fn raw_bytes_on_the_port_harm_nobody() {
    let server = start().await;
    let upgrade = "GET /graphql/realtime HTTP/1.1\r\nhost: h\r\nx-api-key: key\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                   sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    for bytes in [
        b"\x16\x03\x01\x00\x00".to_vec(),
        b"GET /\r\n\r\n".to_vec(),
        b"POST /graphql HTTP/1.1\r\nhost: h\r\nx-api-key: key\r\ncontent-length: 99999999999999\r\n\r\n".to_vec(),
        b"POST /graphql HTTP/1.1\r\nhost: h\r\nx-api-key: key\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_vec(),
        b"POST /graphql HTTP/1.1\r\nhost: h\r\nx-api-key: \xff\xfe\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}".to_vec(),
        [upgrade.as_bytes(), &[0xff, 0xff, 0x00, 0x80, 0x7f]].concat(),
    ] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        // A reset is an answer too.
        let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the connection ends");
    }
    post(&server, "still here").await;
    server.shutdown().await;
}

/// Sends a request and waits until its answer begins: the connection has its place then.
async fn connected(server: &Running) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: h\r\n\r\n").await.unwrap();
    timeout(PATIENCE, stream.readable()).await.unwrap().unwrap();
    stream
}

#[tokio::test]
async fn connections_have_places_and_who_takes_no_answers_loses_its_own() {
    let config = ServerConfig {
        connections: 1,
        stall_timeout: Duration::from_millis(50),
        idle_timeout: 10 * PATIENCE,
        ..ServerConfig::default()
    };
    let server = start_with(config, service(memory(BLOG))).await;
    let mut greedy = connected(&server).await;
    let body = json!({ "query": "{ __schema { types { name fields { name } inputFields { name } } } }" });
    let body = body.to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: h\r\nx-api-key: key\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    // More than the system's buffers hold, and never read.
    let flood = request.repeat(2_000);
    let (_, answer) = tokio::join!(
        greedy.write_all(flood.as_bytes()),
        timeout(PATIENCE, ask(&server, "{ __typename }", json!({})))
    );
    assert_eq!(answer.expect("a place becomes free")["data"]["__typename"], "Query");
    server.shutdown().await;
}

#[tokio::test]
async fn a_socket_keeps_the_place_of_its_connection() {
    let config = ServerConfig { connections: 1, ..ServerConfig::default() };
    let server = start_with(config, service(memory(BLOG))).await;
    let mut socket = Socket::ready(&server).await;
    let next = async {
        let mut stream = connected(&server).await;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        answer
    };
    let mut next = Box::pin(next);
    // The other connection waits while the socket lives, whatever it asks.
    for number in 0..50 {
        let id = format!("s{number}");
        tokio::select! {
            biased;
            _ = &mut next => panic!("there was a place"),
            () = socket.started(&id, "subscription { onCreatePost { id } }", json!({})) => {}
        }
    }
    drop(socket);
    assert_eq!(&timeout(PATIENCE, next).await.unwrap(), b"HTTP/1.1 200");
    server.shutdown().await;
}

#[tokio::test]
async fn a_close_frame_is_answered() {
    let server = start().await;
    for ready in [true, false] {
        let mut socket = if ready { Socket::ready(&server).await } else { Socket::connected(&server).await };
        socket.stream.send(Message::Close(None)).await.unwrap();
        assert!(matches!(socket.message().await, Some(Message::Close(_))), "initialised: {ready}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_body_that_is_given_up_ends_its_connection_with_a_word() {
    let server = start().await;
    let head = "POST /graphql HTTP/1.1\r\nhost: h\r\nx-api-key: key\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("{:x}\r\n{}\r\n", 64 << 10, "x".repeat(64 << 10));
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let send = async {
        writer.write_all(head.as_bytes()).await?;
        for _ in 0..20 {
            writer.write_all(chunk.as_bytes()).await?;
        }
        std::io::Result::Ok(())
    };
    let hear = async {
        let mut heard = Vec::new();
        while !heard.windows(4).any(|end| end == b"\r\n\r\n") {
            assert!(timeout(PATIENCE, reader.read_buf(&mut heard)).await.unwrap().unwrap() > 0);
        }
        String::from_utf8_lossy(&heard).into_owned()
    };
    // It may be told before it has sent everything.
    let (_, heard) = tokio::join!(send, hear);
    assert!(heard.starts_with("HTTP/1.1 413") && heard.contains("connection: close"), "{heard}");
    server.shutdown().await;
}

#[tokio::test]
async fn a_head_has_a_size() {
    let server = start().await;
    for (size, good) in [(100 << 10, true), (400 << 10, false)] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        let long = "x".repeat(size);
        let head = format!("GET /health HTTP/1.1\r\nhost: h\r\nconnection: close\r\nx-long: {long}\r\n\r\n");
        // It may be refused before it has been sent, and then the answer may be lost.
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap();
        assert_eq!(answer.starts_with(b"HTTP/1.1 200"), good, "{size}");
        assert!(good || answer.is_empty() || answer.starts_with(b"HTTP/1.1 431"), "{size}");
    }
    server.shutdown().await;
}
