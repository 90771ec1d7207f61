//! The server over SQLite files: what was answered is there after the end, a reload opens the file anew, writers at
//! the same time do not get in each other's way.

use crate::support::{BLOG, Socket, ask, post, schema, service, start_with};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use syncline_backend::Backend;
use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_server::{ServerConfig, SystemClock};

fn open(file: &Path, source: &str) -> Arc<SqliteBackend> {
    let options = Options {
        place: Place::File(file.to_owned()),
        schema: schema(source),
        clock: Arc::new(SystemClock),
        random: [1; 16],
        threads: Threads::Threaded,
    };
    Arc::new(SqliteBackend::open(options).unwrap())
}

async fn titles(server: &syncline_server::Running) -> usize {
    let answer = ask(server, "{ listPosts(limit: 1000) { items { title } } }", json!({})).await;
    answer["data"]["listPosts"]["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("store.db");
    for round in 0..3 {
        let backend = open(&file, BLOG);
        let server =
            start_with(ServerConfig::default(), service(Arc::clone(&backend) as Arc<dyn Backend>)).await;
        assert_eq!(titles(&server).await, round * 20);
        let posts = (0..20).map(|number| {
            let server = &server;
            async move { post(server, &number.to_string()).await }
        });
        futures_util::future::join_all(posts).await;
        server.shutdown().await;
        backend.close();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reload_adds_a_field_to_the_file_and_keeps_the_socket() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("store.db");
    let mut backend = open(&file, BLOG);
    let server = start_with(ServerConfig::default(), service(Arc::clone(&backend) as Arc<dyn Backend>)).await;
    let mut socket = Socket::ready(&server).await;
    socket.started("s", "subscription { onCreatePost { title } }", json!({})).await;
    post(&server, "before").await;
    assert_eq!(socket.hear().await["payload"]["data"]["onCreatePost"]["title"], "before");
    let more = BLOG.replace("title: String!", "title: String!\n  subtitle: String");
    server
        .reload(async || {
            backend.close();
            backend = open(&file, &more);
            Ok::<_, String>(service(Arc::clone(&backend) as Arc<dyn Backend>))
        })
        .await
        .unwrap();
    let query =
        "mutation { createPost(input: { title: \"after\", subtitle: \"s\", status: DRAFT }) { subtitle } }";
    assert_eq!(ask(&server, query, json!({})).await["data"]["createPost"]["subtitle"], "s");
    assert_eq!(socket.hear().await["payload"]["data"]["onCreatePost"]["title"], "after");
    assert_eq!(titles(&server).await, 2);
    server.shutdown().await;
    backend.close();
}
