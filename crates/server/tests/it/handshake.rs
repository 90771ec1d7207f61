//! The ways in which clients open the socket.

use crate::support::{Socket, key, start, upgrade};
use serde_json::json;
use syncline_protocol::realtime::{Authorization, client_protocols};

#[tokio::test]
async fn all_three_variants_open_it() {
    let server = start().await;
    let url = server.realtime_url();
    let header = key().to_base64();
    let escaped = header.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let protocols = client_protocols(&key());
    for (name, url, headers, protocol) in [
        (
            "query",
            format!("{url}?header={header}&payload=e30="),
            vec![("sec-websocket-protocol", "graphql-ws")],
            Some("graphql-ws"),
        ),
        (
            "query, escaped",
            format!("{url}?header={escaped}&payload=e30%3D"),
            vec![("sec-websocket-protocol", "graphql-ws")],
            Some("graphql-ws"),
        ),
        (
            "subprotocol",
            url.clone(),
            vec![("sec-websocket-protocol", protocols.as_str())],
            Some("graphql-ws"),
        ),
        (
            "headers",
            url.clone(),
            vec![("x-api-key", "key"), ("sec-websocket-protocol", "graphql-ws")],
            Some("graphql-ws"),
        ),
        ("headers alone", url.clone(), vec![("x-api-key", "key")], None),
    ] {
        let mut socket = Socket::open(upgrade(&url, &headers)).await;
        assert_eq!(socket.protocol.as_deref(), protocol, "{name}");
        socket.init(json!({ "type": "connection_init" })).await;
    }
    server.shutdown().await;
}

#[tokio::test]
async fn whoever_is_not_let_in_is_told_on_the_socket() {
    let server = start().await;
    let url = server.realtime_url();
    let wrong = client_protocols(&Authorization::api_key("h", "wrong", None));
    let token = client_protocols(&Authorization::token("h", "jwt"));
    for (name, url, headers, error_type, code) in [
        (
            "a wrong key",
            url.clone(),
            vec![("sec-websocket-protocol", wrong.as_str())],
            "UnauthorizedException",
            401,
        ),
        (
            "a token",
            url.clone(),
            vec![("sec-websocket-protocol", token.as_str())],
            "UnauthorizedException",
            401,
        ),
        (
            "nothing",
            url.clone(),
            vec![("sec-websocket-protocol", "graphql-ws")],
            "UnauthorizedException",
            401,
        ),
        (
            "nonsense",
            format!("{url}?header=%25%25&payload=e30="),
            vec![("sec-websocket-protocol", "graphql-ws")],
            "BadRequestException",
            400,
        ),
    ] {
        let mut socket = Socket::open(upgrade(&url, &headers)).await;
        socket.send(json!({ "type": "connection_init" })).await;
        let frame = socket.hear().await;
        assert_eq!(frame["type"], "connection_error", "{name}");
        assert_eq!(frame["payload"]["errors"][0]["errorType"], error_type, "{name}");
        assert_eq!(frame["payload"]["errors"][0]["errorCode"], code, "{name}");
        assert_eq!(socket.closed().await, 4401, "{name}");
    }
    server.shutdown().await;
}
