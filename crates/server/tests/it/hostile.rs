//! Frames and bytes that no client sends: the server stays up.

use crate::support::{BLOG, PATIENCE, Socket, memory, post, service, start, start_with};
use futures_util::SinkExt;
use serde_json::json;
use std::time::Duration;
use syncline_server::ServerConfig;
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
