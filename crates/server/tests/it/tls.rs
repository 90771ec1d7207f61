//! TLS and plain HTTP on one port.

use crate::support::{BLOG, PATIENCE, Socket, ask, http, key, memory, post, service, start_with, upgrade};
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use syncline_protocol::realtime::client_protocols;
use syncline_server::{Clock, Running, ServerConfig, SystemClock, Tls, TlsError};
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// A certificate, the authority that signed it, and its key, as PEM.
struct Issued {
    chain: String,
    authority: String,
    key: String,
}

const DAY: time::Duration = time::Duration::days(1);

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(SystemClock.now_ms() / 1_000).unwrap()
}

/// For this machine, valid between these times.
fn issue(from: OffsetDateTime, to: OffsetDateTime) -> Issued {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let mut own = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    (own.not_before, own.not_after) = (from, to);
    let key = KeyPair::generate().unwrap();
    let own = own.signed_by(&key, &authority).unwrap();
    Issued {
        chain: format!("{}{}", own.pem(), authority.pem()),
        authority: authority.pem(),
        key: key.serialize_pem(),
    }
}

fn good() -> Issued {
    issue(now() - DAY, now() + DAY)
}

async fn secure(config: ServerConfig) -> (Running, Issued) {
    let issued = good();
    let tls = Tls::from_pem(issued.chain.as_bytes(), issued.key.as_bytes(), SystemClock.now_ms()).unwrap();
    assert!(tls.is_for("localhost") && tls.is_for("127.0.0.1") && !tls.is_for("example.com"));
    let server = start_with(ServerConfig { tls: Some(tls), ..config }, service(memory(BLOG))).await;
    (server, issued)
}

fn client(issued: &Issued) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(issued.authority.as_bytes()).unwrap()).unwrap();
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

fn plain(url: &str) -> String {
    url.replace("https://", "http://").replace("wss://", "ws://")
}

#[tokio::test]
async fn one_port_answers_both() {
    let (server, issued) = secure(ServerConfig::default()).await;
    let url = server.graphql_url();
    assert!(url.starts_with("https://127.0.0.1:") && server.realtime_url().starts_with("wss://"), "{url}");

    // Sockets of both kinds hear what either kind of request writes.
    let request = upgrade(&server.realtime_url(), &[("sec-websocket-protocol", &client_protocols(&key()))]);
    let tcp = TcpStream::connect(server.address()).await.unwrap();
    let name = "127.0.0.1".try_into().unwrap();
    let stream = TlsConnector::from(Arc::new(client(&issued))).connect(name, tcp).await.unwrap();
    let mut wss = Socket::over(Box::new(stream), request).await;
    assert_eq!(wss.protocol.as_deref(), Some("graphql-ws"));
    let headers = [("x-api-key", "key"), ("sec-websocket-protocol", "graphql-ws")];
    let mut ws = Socket::open(upgrade(&plain(&server.realtime_url()), &headers)).await;
    ws.init(json!({ "type": "connection_init" })).await;
    ws.started("s", "subscription { onCreatePost { title } }", json!({})).await;
    wss.init(json!({ "type": "connection_init" })).await;
    wss.started("t", "subscription { onCreatePost { title } }", json!({})).await;

    let https = reqwest::Client::builder()
        .tls_backend_preconfigured(client(&issued))
        .timeout(PATIENCE)
        .build()
        .unwrap();
    for (client, url, title) in [(&https, url.clone(), "secure"), (&http(), plain(&url), "plain")] {
        let query = "mutation M($t: String!) { createPost(input: { title: $t, status: DRAFT }) { title } }";
        let body = json!({ "query": query, "variables": { "t": title } }).to_string();
        let answer = client.post(url).header("x-api-key", "key").body(body).send().await.unwrap();
        assert_eq!(
            answer.text().await.unwrap(),
            format!("{{\"data\":{{\"createPost\":{{\"title\":\"{title}\"}}}}}}")
        );
        for event in [ws.hear().await, wss.hear().await] {
            assert_eq!(event["payload"]["data"]["onCreatePost"]["title"], title);
        }
    }
    server.shutdown().await;
}

#[tokio::test]
async fn whoever_does_not_trust_the_certificate_is_not_served() {
    let (server, issued) = secure(ServerConfig::default()).await;
    let others = good();
    let tcp = TcpStream::connect(server.address()).await.unwrap();
    let connector = TlsConnector::from(Arc::new(client(&others)));
    let error = connector.connect("127.0.0.1".try_into().unwrap(), tcp).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    let tcp = TcpStream::connect(server.address()).await.unwrap();
    let connector = TlsConnector::from(Arc::new(client(&issued)));
    let error = connector.connect("example.com".try_into().unwrap(), tcp).await.unwrap_err();
    assert!(error.to_string().contains("not valid for name"), "{error}");
    server.shutdown().await;
}

/// Connects, says `bytes`, and waits until the server ends the connection.
async fn given_up(server: &Running, bytes: &[u8]) {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut heard = Vec::new();
    // A reset is an end too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut heard)).await.expect("the connection ends");
}

#[tokio::test]
async fn whoever_does_not_go_on_is_given_up() {
    let short = Duration::from_millis(50);
    // The start of a ClientHello of 512 bytes, which does not go on.
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    let (server, _) = secure(ServerConfig {
        handshake_timeout: short,
        idle_timeout: PATIENCE * 10,
        ..ServerConfig::default()
    })
    .await;
    for bytes in [&hello[..1], hello] {
        given_up(&server, bytes).await;
    }
    // What is no TLS after all ends at once, with or without a limit of time.
    given_up(&server, b"\x16GET / HTTP/1.1\r\n\r\n").await;
    server.shutdown().await;
    let idle = || ServerConfig { idle_timeout: short, ..ServerConfig::default() };
    let (server, _) = secure(idle()).await;
    for bytes in [&b""[..], b"POST /graphql HTTP/1.1\r\nhost:"] {
        given_up(&server, bytes).await;
    }
    server.shutdown().await;
    let server = start_with(idle(), service(memory(BLOG))).await;
    for bytes in [&b""[..], b"POST /graphql HTTP/1.1\r\nhost:", b"GET /health HTTP/1.1\r\nhost: h\r\n\r\n"] {
        given_up(&server, bytes).await;
    }
    server.shutdown().await;
}

#[tokio::test]
async fn an_end_does_not_wait_for_those_who_say_nothing() {
    let patient =
        || ServerConfig { drain: PATIENCE * 10, idle_timeout: PATIENCE * 10, ..ServerConfig::default() };
    let (secure, _) = secure(patient()).await;
    let plain = start_with(patient(), service(memory(BLOG))).await;
    for (server, bytes) in [(secure, &b""[..]), (plain, b"")] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        timeout(PATIENCE, server.shutdown()).await.expect("an end in time");
        assert_eq!(stream.read(&mut [0]).await.unwrap_or(0), 0);
    }
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let server = start_with(ServerConfig::default(), service(memory(BLOG))).await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    for _ in 0..3 {
        let body = "{\"query\":\"{ __typename }\"}";
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: h\r\nx-api-key: key\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        while !heard.ends_with(b"{\"data\":{\"__typename\":\"Query\"}}") {
            let read = timeout(PATIENCE, stream.read_buf(&mut heard)).await.unwrap().unwrap();
            assert!(read > 0, "{}", String::from_utf8_lossy(&heard));
        }
    }
    post(&server, "others meanwhile").await;
    let answer = ask(&server, "{ __typename }", json!({})).await;
    assert_eq!(answer["data"]["__typename"], "Query");
    server.shutdown().await;
}

#[test]
fn what_is_wrong_with_a_certificate_is_said() {
    let issued = good();
    let other = good();
    let now_ms = SystemClock.now_ms();
    let (expired, future) = (issue(now() - DAY * 2, now() - DAY), issue(now() + DAY, now() + DAY * 2));
    let cut = &issued.chain[..issued.chain.len() / 4];
    let garbled = issued.chain.replacen("MI", "!!", 1);
    let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let no_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for (chain, key, part) in [
        ("", issued.key.as_str(), "no certificate in it"),
        ("nonsense", &issued.key, "no certificate in it"),
        (&issued.key, &issued.key, "no certificate in it"),
        (cut, &issued.key, "the certificate cannot be read"),
        (&garbled, &issued.key, "the certificate cannot be read"),
        (no_certificate, &issued.key, "certificate 1 of the chain is not one"),
        (&format!("{}{no_certificate}", issued.chain), &issued.key, "certificate 3 of the chain is not one"),
        (&issued.chain, "", "no private key in it"),
        (&issued.chain, &issued.chain, "no private key in it"),
        (&issued.chain, &issued.key[..60], "the key cannot be read"),
        (&issued.chain, no_key, "cannot be used"),
        (&issued.chain, &other.key, "does not belong to the certificate"),
        (&expired.chain, &expired.key, "certificate 1 of the chain expired at 20"),
        (&future.chain, &future.key, "is not valid before 20"),
    ] {
        let error = Tls::from_pem(chain.as_bytes(), key.as_bytes(), now_ms).unwrap_err();
        assert!(error.to_string().contains(part), "{error}: {part}");
    }
    let both = format!("{}{}", issued.key, issued.chain);
    let tls = Tls::from_pem(both.as_bytes(), both.as_bytes(), now_ms).unwrap();
    assert!(tls.is_valid_at(now_ms) && !tls.is_valid_at(now_ms + 2 * 86_400_000));
    assert_eq!(format!("{tls:?}"), "Tls { certificates: 2, .. }");
    let error = Tls::from_pem(expired.chain.as_bytes(), expired.key.as_bytes(), now_ms).unwrap_err();
    assert!(matches!(error, TlsError::Expired { number: 1, .. }));
}
