//! `POST /graphql` and what surrounds it.

use crate::support::{BLOG, Faulty, ask, http, memory, post, service, start, start_with};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use syncline_backend::Backend;
use syncline_server::ServerConfig;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_mutation_and_a_query() {
    let server = start().await;
    post(&server, "hello").await;
    let answer =
        ask(&server, "{ listPosts { items { title _version _lastChangedAt createdAt } } }", json!({})).await;
    let item = &answer["data"]["listPosts"]["items"][0];
    assert_eq!((&item["title"], &item["_version"]), (&json!("hello"), &json!(1)));
    assert!(item["createdAt"].as_str().unwrap().ends_with('Z'));
    assert!(item["_lastChangedAt"].as_i64().unwrap() > 1_700_000_000_000);
    server.shutdown().await;
}

#[tokio::test]
async fn statuses_headers_and_bodies() {
    let server = start().await;
    let url = server.graphql_url();
    let good = || json!({ "query": "{ __typename }" }).to_string();
    let key = Some(("x-api-key", "key"));
    for (name, header, body, status, error_type, part) in [
        ("good", key, good(), 200, None, "\"__typename\":\"Query\""),
        (
            "no key",
            None,
            good(),
            401,
            Some("UnauthorizedException"),
            "Valid authorization header not provided.",
        ),
        (
            "wrong key",
            Some(("x-api-key", "k")),
            good(),
            401,
            Some("UnauthorizedException"),
            "You are not authorized to make this call.",
        ),
        (
            "a token",
            Some(("authorization", "Bearer x")),
            good(),
            401,
            Some("UnauthorizedException"),
            "API keys only",
        ),
        ("no JSON", key, "x".to_owned(), 400, Some("MalformedHttpRequestException"), "not valid JSON"),
        ("empty", key, String::new(), 400, Some("MalformedHttpRequestException"), "not valid JSON"),
        (
            "too large",
            key,
            " ".repeat((1 << 20) + 1),
            413,
            Some("BadRequestException"),
            "more than 1048576 bytes",
        ),
        (
            "no key and too large",
            None,
            " ".repeat((1 << 20) + 1),
            401,
            Some("UnauthorizedException"),
            "authorization",
        ),
        ("a wrong document", key, json!({ "query": "{ nope }" }).to_string(), 200, None, "FieldUndefined"),
    ] {
        let mut request = http().post(&url).body(body);
        if let Some((header, value)) = header {
            request = request.header(header, value);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{name}");
        let found = answer.headers().get("x-amzn-errortype").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(found.as_deref(), error_type, "{name}");
        assert_eq!(answer.headers()["content-type"], "application/json;charset=UTF-8", "{name}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(part), "{name}: {text}");
        serde_json::from_str::<Value>(&text).unwrap();
    }
    server.shutdown().await;
}

/// The next response on a connection, as text.
async fn next_response(wire: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(wire.read_line(&mut head).await.unwrap() > 0, "the connection ended after: {head}");
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    wire.read_exact(&mut body).await.unwrap();
    head + &String::from_utf8(body).unwrap()
}

#[tokio::test]
async fn a_refusal_leaves_the_connection_usable_or_says_that_it_ends() {
    let server = start().await;
    let good = json!({ "query": "{ __typename }" }).to_string();
    let head = |line: &str, key: &str, length: usize| {
        format!("{line} HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\ncontent-length: {length}\r\n\r\n")
    };
    for (line, key, status) in [
        ("POST /graphql", "nobody", "HTTP/1.1 401"),
        ("PUT /graphql", "key", "HTTP/1.1 405"),
        ("POST /nowhere", "key", "HTTP/1.1 404"),
    ] {
        let mut wire = BufReader::new(TcpStream::connect(server.address()).await.unwrap());
        // Head and body come apart, as most clients send them.
        wire.write_all(head(line, key, good.len()).as_bytes()).await.unwrap();
        wire.write_all(good.as_bytes()).await.unwrap();
        let answer = next_response(&mut wire).await;
        assert!(answer.starts_with(status) && !answer.contains("connection: close"), "{line}: {answer}");
        wire.write_all((head("POST /graphql", "key", good.len()) + &good).as_bytes()).await.unwrap();
        assert!(next_response(&mut wire).await.starts_with("HTTP/1.1 200"), "{line}");
        // A large body is not waited for.
        wire.write_all(head(line, key, 100_000_000).as_bytes()).await.unwrap();
        let answer = next_response(&mut wire).await;
        assert!(answer.starts_with(status) && answer.contains("connection: close"), "{line}: {answer}");
        assert_eq!(wire.read(&mut [0]).await.unwrap(), 0, "{line}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn other_methods_and_places() {
    let server = start().await;
    let base = format!("http://{}", server.address());
    let get = |path: &str| http().get(format!("{base}{path}")).send();
    let hint = get("/graphql").await.unwrap();
    assert_eq!((hint.status().as_u16(), hint.headers()["allow"].to_str().unwrap()), (405, "POST"));
    assert!(hint.text().await.unwrap().contains("with POST"));
    let realtime = get("/graphql/realtime").await.unwrap();
    assert_eq!(realtime.status(), 426);
    assert!(realtime.text().await.unwrap().contains("WebSocket"));
    assert_eq!(get("/health").await.unwrap().text().await.unwrap(), "{\"status\":\"ok\"}");
    assert_eq!(get("/other").await.unwrap().status(), 404);
    server.shutdown().await;
}

#[tokio::test]
async fn browsers_may_call_from_anywhere() {
    let server = start().await;
    // What the JavaScript client sends with an API key, a token and IAM, and what Syncline's own clients add.
    for asked in [
        "x-api-key",
        "content-type,x-api-key,x-amz-user-agent",
        "authorization,content-type,x-amz-user-agent",
        "authorization,content-type,x-amz-date,x-amz-security-token,x-amz-user-agent",
        "accept,amz-sdk-invocation-id,amz-sdk-request,content-encoding,x-amz-content-sha256",
        "x-syncline,x-of-the-application",
    ] {
        let preflight = http()
            .request(reqwest::Method::OPTIONS, server.graphql_url())
            .header("origin", "https://app.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", asked)
            .send()
            .await
            .unwrap();
        assert_eq!(preflight.status(), 200, "{asked}");
        let header = |name: &str| preflight.headers()[name].to_str().unwrap();
        assert_eq!(header("access-control-allow-origin"), "*");
        assert_eq!(header("access-control-allow-headers"), asked);
        assert!(header("access-control-allow-methods").contains("POST"));
        assert_eq!(header("access-control-max-age"), "3600");
    }
    // An answer, also one that refuses, can be read from anywhere.
    for key in ["key", "wrong"] {
        let request = http().post(server.graphql_url()).header("origin", "https://app.example");
        let answer =
            request.header("x-api-key", key).body("{\"query\":\"{ __typename }\"}").send().await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        let exposed = answer.headers()["access-control-expose-headers"].to_str().unwrap();
        assert!(exposed.contains("x-amzn-errortype") && exposed.contains("retry-after"), "{exposed}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_accept_it() {
    let server = start().await;
    let ask = |query: &'static str, accept: &'static str| {
        http()
            .post(server.graphql_url())
            .header("x-api-key", "key")
            .header("accept-encoding", accept)
            .body(json!({ "query": query }).to_string())
            .send()
    };
    let large = "{ __schema { types { name fields { name } inputFields { name } } } }";
    let plain = ask(large, "identity").await.unwrap().bytes().await.unwrap();
    let packed = ask(large, "gzip").await.unwrap();
    assert!(plain.len() > 5_000, "{plain:?}");
    assert_eq!(packed.bytes().await.unwrap(), plain);
    let small = ask("{ __typename }", "gzip").await.unwrap();
    assert_eq!(small.content_length(), Some(31));
    server.shutdown().await;
}

#[tokio::test]
async fn a_fault_of_the_store_is_never_a_200() {
    for (transient, status, retry) in [(true, 503, Some("1")), (false, 500, None)] {
        let backend = Arc::new(Faulty { inner: memory(BLOG), fails: AtomicBool::new(false), transient });
        let server =
            start_with(ServerConfig::default(), service(Arc::clone(&backend) as Arc<dyn Backend>)).await;
        backend.fails.store(true, Ordering::SeqCst);
        for query in [
            "{ __typename getPost(id: 1) { id } }",
            "mutation { createPost(input: { title: \"t\", status: DRAFT }) { id } }",
        ] {
            let body = json!({ "query": query }).to_string();
            let answer =
                http().post(server.graphql_url()).header("x-api-key", "key").body(body).send().await.unwrap();
            assert_eq!(answer.status(), status, "{query}");
            assert_eq!(answer.headers().get("retry-after").map(|value| value.to_str().unwrap()), retry);
        }
        backend.fails.store(false, Ordering::SeqCst);
        post(&server, "works again").await;
        server.shutdown().await;
    }
}

#[tokio::test]
async fn the_extension_is_for_those_who_ask() {
    let server = start().await;
    let ask = |header: Option<&'static str>| {
        let mut request = http().post(server.graphql_url()).header("x-api-key", "key");
        if let Some(value) = header {
            request = request.header("x-syncline", value);
        }
        request.body(json!({ "query": "{ syncPosts { nextToken } }" }).to_string()).send()
    };
    for (header, negotiated) in [(Some("1"), true), (Some("2"), false), (None, false)] {
        let text = ask(header).await.unwrap().text().await.unwrap();
        assert_eq!(text.contains("\"syncline\""), negotiated, "{header:?}: {text}");
    }
    server.shutdown().await;
}
