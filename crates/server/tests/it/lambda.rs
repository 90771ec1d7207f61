//! Conflict handlers over HTTP, on a socket of their own: what they say is done, and what they get wrong hurts nobody.

use crate::support::{BLOG, PATIENCE, ask, memory, service_config, start_with};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use syncline_server::{HttpHandler, Running, ServerConfig};
use syncline_service::{Config, Conflicts, Service, Strategy};

type Answers = dyn Fn(&Value) -> Reply + Send + Sync;

/// What a handler does with a request.
enum Reply {
    /// Answers 200 with this.
    Json(Value),
    /// Writes these bytes, and closes the connection if they do not say how long they are.
    Bytes(Vec<u8>),
    /// Writes these bytes and then nothing, until the other side has had enough.
    Stall(&'static str),
}

/// A little web service.
struct Handler {
    url: String,
    requests: Mutex<Vec<Value>>,
    connections: AtomicUsize,
}

impl Handler {
    fn start(answers: impl Fn(&Value) -> Reply + Send + Sync + 'static) -> Arc<Handler> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/resolve", listener.local_addr().unwrap());
        let handler = Arc::new(Handler { url, requests: Mutex::default(), connections: AtomicUsize::new(0) });
        let (shared, answers): (_, Arc<Answers>) = (Arc::clone(&handler), Arc::new(answers));
        // It ends with the test's process: nothing else listens to it.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (handler, answers) = (Arc::clone(&shared), Arc::clone(&answers));
                std::thread::spawn(move || handler.serve(stream, &*answers));
            }
        });
        handler
    }

    fn serve(&self, mut stream: TcpStream, answers: &Answers) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        while let Some(request) = read_request(&mut reader) {
            let reply = answers(&request);
            self.requests.lock().unwrap().push(request);
            // Who has gone does not read.
            let _ = match reply {
                Reply::Json(json) => {
                    let body = json.to_string();
                    write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
                }
                Reply::Bytes(bytes) => {
                    let _ = stream.write_all(&bytes);
                    return;
                }
                Reply::Stall(text) => {
                    let _ = stream.write_all(text.as_bytes());
                    let _ = reader.read(&mut [0; 1]);
                    return;
                }
            };
        }
    }

    fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

/// The body of the next request; `None` at the end of the connection.
fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// A server with one post, "p", which has moved on to version 2.
async fn server(url: &str, patience: Duration) -> Running {
    let handler = HttpHandler::new(url, patience).unwrap();
    let conflict = Conflicts::all(Strategy::Lambda(Arc::new(handler)));
    let service = Service::new(memory(BLOG), Config { conflict, ..service_config() }).unwrap();
    let server = start_with(ServerConfig::default(), Arc::new(service)).await;
    for query in [
        "mutation { createPost(input: { id: \"p\", title: \"first\", status: DRAFT }) { id } }",
        "mutation { updatePost(input: { id: \"p\", title: \"theirs\", _version: 1 }) { id } }",
    ] {
        assert_eq!(ask(&server, query, json!({})).await.get("errors"), None);
    }
    server
}

const STALE: &str =
    "mutation { updatePost(input: { id: \"p\", title: \"mine\", _version: 1 }) { title _version _deleted } }";

fn error(answer: &Value) -> (&str, &str) {
    let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("no error: {answer}"));
    assert_eq!(errors.len(), 1, "{answer}");
    (errors[0]["errorType"].as_str().unwrap(), errors[0]["message"].as_str().unwrap())
}

#[tokio::test]
async fn what_a_handler_says_is_done() {
    for (action, title, deleted) in [
        (json!({ "action": "RESOLVE", "item": { "title": "both", "status": "DRAFT" } }), "both", Value::Null),
        (json!({ "action": "REMOVE" }), "theirs", json!(true)),
    ] {
        let handler = Handler::start(move |_| Reply::Json(action.clone()));
        let server = server(&handler.url, PATIENCE).await;
        let answer = ask(&server, STALE, json!({})).await;
        assert_eq!(
            answer,
            json!({ "data": { "updatePost": { "title": title, "_version": 3, "_deleted": deleted } } })
        );
        let asked = &handler.requests.lock().unwrap()[0];
        assert_eq!(asked["newItem"]["title"], "mine");
        assert_eq!(asked["existingItem"]["title"], "theirs");
        assert_eq!(asked["resolver"]["field"], "updatePost");
    }
    let handler = Handler::start(|_| Reply::Json(json!({ "action": "REJECT" })));
    let server = server(&handler.url, PATIENCE).await;
    for _ in 0..3 {
        let answer = ask(&server, STALE, json!({})).await;
        assert_eq!(error(&answer), ("ConflictUnhandled", "Conflict resolver rejects mutation."));
        assert_eq!(answer["errors"][0]["data"]["title"], "theirs");
    }
    assert_eq!(
        (handler.count(), handler.connections.load(Ordering::SeqCst)),
        (3, 1),
        "its connection is kept"
    );
}

#[tokio::test]
async fn what_a_handler_gets_wrong_changes_nothing() {
    const FAILED: &str = "The conflict handler of Post failed. Send the mutation again.";
    const LATE: &str = "The conflict handler of Post did not answer in time. Send the mutation again.";
    const UNREADABLE: &str = "The conflict handler of Post gave no answer that can be read.";
    const KEY: &str = "The conflict handler of Post: it may not change 'id', which is part of the key.";
    let (soon, ever) = (Duration::from_secs(2), PATIENCE);
    let elsewhere = Handler::start(|_| Reply::Json(json!({ "action": "REMOVE" })));
    let redirect = format!("HTTP/1.1 307 Go\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", elsewhere.url);
    let huge = || {
        let mut bytes = b"HTTP/1.1 200 OK\r\n\r\n{\"action\":\"REMOVE\",\"more\":\"".to_vec();
        bytes.resize(bytes.len() + (3 << 20), b'x');
        bytes.extend_from_slice(b"\"}");
        bytes
    };
    type Case = (&'static str, Box<Answers>, Duration, &'static str, &'static str);
    let text = |text: &'static str| move |_: &Value| Reply::Bytes(text.as_bytes().to_vec());
    let cases: Vec<Case> = vec![
        (
            "500",
            Box::new(text("HTTP/1.1 500 Oops\r\ncontent-length: 19\r\n\r\n{\"action\":\"REMOVE\"}")),
            ever,
            "ConflictError",
            FAILED,
        ),
        ("nothing", Box::new(text("HTTP/1.1 204 No\r\n\r\n")), ever, "ConflictError", FAILED),
        ("no HTTP", Box::new(text("ready when you are\r\n\r\n")), ever, "ConflictError", FAILED),
        ("it hangs up", Box::new(text("")), ever, "ConflictError", FAILED),
        (
            "half of an answer",
            Box::new(text("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"action\":")),
            ever,
            "ConflictError",
            FAILED,
        ),
        (
            "garbage",
            Box::new(text("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>")),
            ever,
            "ConflictError",
            UNREADABLE,
        ),
        ("huge", Box::new(move |_| Reply::Bytes(huge())), ever, "ConflictError", FAILED),
        (
            "a redirect",
            Box::new(move |_| Reply::Bytes(redirect.clone().into_bytes())),
            ever,
            "ConflictError",
            FAILED,
        ),
        ("silent", Box::new(|_| Reply::Stall("")), soon, "ConflictError", LATE),
        (
            "a slow body",
            Box::new(|_| Reply::Stall("HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n{\"act")),
            soon,
            "ConflictError",
            LATE,
        ),
        (
            "another key",
            Box::new(|_| Reply::Json(json!({ "action": "RESOLVE", "item": { "id": "q", "title": "x" } }))),
            ever,
            "BadRequest",
            KEY,
        ),
    ];
    for (name, answers, patience, error_type, message) in cases {
        let handler = Handler::start(answers);
        let server = server(&handler.url, patience).await;
        let answer = ask(&server, STALE, json!({})).await;
        assert_eq!(error(&answer), (error_type, message), "{name}");
        assert_eq!(answer["data"], json!({ "updatePost": null }), "{name}");
        assert_eq!(handler.count(), 1, "{name}: a request that was sent is not sent again");
        let now = ask(&server, "{ getPost(id: \"p\") { title _version } }", json!({})).await;
        assert_eq!(now["data"]["getPost"], json!({ "title": "theirs", "_version": 2 }), "{name}");
    }
    assert_eq!(elsewhere.count(), 0, "records go nowhere but to the handler");
    // Nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = server(&format!("http://127.0.0.1:{port}/"), ever).await;
    assert_eq!(error(&ask(&server, STALE, json!({})).await), ("ConflictError", FAILED));
}

#[test]
fn a_handler_needs_a_url() {
    for url in ["", "resolve", "ftp://127.0.0.1/x", "http://"] {
        let error = HttpHandler::new(url, PATIENCE).unwrap_err().to_string();
        assert!(error.contains("no URL"), "{url}: {error}");
    }
}

#[tokio::test]
async fn the_secrets_in_its_url_are_not_told() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://user:secret@127.0.0.1:{port}/resolve?code=secret");
    let handler = HttpHandler::new(&url, PATIENCE).unwrap();
    let failed = syncline_service::ConflictHandler::ask(&handler, "{}".to_owned()).await.unwrap_err();
    assert!(!failed.to_string().contains("secret"), "{failed}");
    assert!(!format!("{handler:?}").contains("secret"), "{handler:?}");
}
