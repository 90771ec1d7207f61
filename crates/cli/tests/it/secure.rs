//! `syncline dev` with TLS: our own client over it, and what is said of certificates that cannot be used.

use crate::client::todo::{Todo, schema};
use crate::graphql::Graphql;
use crate::process::{Dev, PATIENCE, arg, file, run};
use serde_json::json;
use std::path::Path;
use syncline::{AppSync, DataStore};

const SCHEMA: &str = include_str!("todo.graphql");

#[tokio::test(flavor = "multi_thread")]
async fn devices_sync_over_a_certificate_that_they_trust() {
    let directory = tempfile::tempdir().unwrap();
    let path = file(directory.path(), "schema.graphql", SCHEMA);
    let data = directory.path().join("data");
    let dev = Dev::start_with(&path, &data, &["--tls-self-signed"]);
    assert!(dev.endpoint.starts_with("https://127.0.0.1:"), "{}", dev.endpoint);
    assert_eq!(dev.realtime, format!("{}/realtime", dev.endpoint.replace("https://", "wss://")));
    let certificate = dev.certificate.as_deref().unwrap();
    let trusted = std::fs::read(certificate).unwrap();
    let device = |name: &str| {
        let api = AppSync::api_key(&dev.endpoint, &dev.key).trust(&trusted).unwrap();
        DataStore::builder(schema()).path(directory.path().join(name)).api(api).open()
    };
    let (one, two) = (device("one.db").await.unwrap(), device("two.db").await.unwrap());
    let mut changes = two.observe::<Todo>().unwrap();
    let heard = async {
        one.save(Todo::new("Over TLS")).await.unwrap().synced().await;
        while let Some(change) = changes.next().await {
            if change.item().is_some_and(|item| item.title == "Over TLS") {
                return;
            }
        }
        panic!("the store is closed");
    };
    tokio::time::timeout(PATIENCE, heard).await.expect("the other device hears of it");

    for nonsense in ["", "nonsense", "-----BEGIN CERTIFICATE-----\nMIIB"] {
        let error = AppSync::api_key(&dev.endpoint, &dev.key).trust(nonsense).unwrap_err().to_string();
        assert!(error.contains("certificate to trust"), "{error}");
    }

    // The same port answers plain HTTP.
    let plain = dev.plain.as_deref().unwrap();
    assert_eq!(plain, dev.endpoint.replace("https://", "http://"));
    let listed = Graphql::new(plain, &dev.key).data("{ listTodos { items { title } } }", json!({})).await;
    assert_eq!(listed, json!({ "listTodos": { "items": [{ "title": "Over TLS" }] } }));

    // What a client trusts stays over a restart; the files of the certificate can be given by name, too.
    let certificate = certificate.to_owned();
    drop((one, two, changes));
    dev.process.signal("TERM");
    dev.process.end();
    let dev = Dev::start_with(&path, &data, &["--tls-self-signed"]);
    assert_eq!(dev.certificate.as_deref(), Some(certificate.as_str()));
    assert_eq!(std::fs::read(&certificate).unwrap(), trusted);
    dev.process.signal("TERM");
    dev.process.end();
    let own = data.join("tls.pem");
    let dev = Dev::start_with(&path, &data, &["--tls-cert", arg(&own), "--tls-key", arg(&own)]);
    assert!(dev.endpoint.starts_with("https://") && dev.certificate.is_none() && dev.plain.is_some());
    let client = reqwest::Client::builder()
        .tls_certs_merge([reqwest::Certificate::from_pem(&trusted).unwrap()])
        .build()
        .unwrap();
    assert_eq!(client.post(&dev.endpoint).send().await.unwrap().status(), 401);
}

#[test]
fn certificates_that_cannot_be_used_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let schema = file(directory.path(), "schema.graphql", SCHEMA);
    let data = directory.path().join("data");
    // Two of them: the key of one does not belong to the other.
    let pair = |name: &str| {
        let data = directory.path().join(name);
        let dev = Dev::start_with(&schema, &data, &["--tls-self-signed"]);
        dev.process.signal("TERM");
        dev.process.end();
        data.join("tls.pem")
    };
    let (one, two) = (pair("one"), pair("two"));
    let missing = directory.path().join("missing.pem");
    let nonsense = file(directory.path(), "nonsense.pem", "nonsense");
    let check = |certificate: &Path, key: &Path, parts: &[&str]| {
        let (certificate, key) = (arg(certificate), arg(key));
        let args = ["dev", "--schema", arg(&schema), "--data", arg(&data), "--listen", "127.0.0.1:0"];
        let output = run(&[&args[..], &["--tls-cert", certificate, "--tls-key", key]].concat());
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{errors}");
        for part in parts {
            assert!(errors.contains(part), "no {part:?} in {errors}");
        }
    };
    check(&missing, &one, &["missing.pem cannot be read", "help: ", "--tls-cert FILE"]);
    check(&one, &missing, &["missing.pem cannot be read", "--tls-key FILE"]);
    check(&nonsense, &one, &["nonsense.pem", "there is no certificate in it", "help: --tls-cert takes"]);
    check(&one, &nonsense, &["there is no private key in it"]);
    check(&one, &two, &["does not belong to the certificate"]);
    for (flags, part) in [
        (&["--tls-cert", "c"][..], "--tls-key <FILE>"),
        (&["--tls-key", "k"], "--tls-cert <FILE>"),
        (&["--tls-self-signed", "--tls-cert", "c", "--tls-key", "k"], "cannot be used with"),
    ] {
        let output = run(&[&["dev"], flags].concat());
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && errors.contains(part), "{flags:?}: {errors}");
    }
}
