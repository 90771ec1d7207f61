//! The server as a plain GraphQL client sees it.

use crate::process::Dev;
use serde_json::{Value, json};

/// A client of one API.
#[derive(Debug)]
pub(crate) struct Graphql {
    client: reqwest::Client,
    endpoint: String,
    key: String,
}

impl Graphql {
    pub(crate) fn new(endpoint: &str, key: &str) -> Graphql {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Graphql { client: reqwest::Client::new(), endpoint: endpoint.to_owned(), key: key.to_owned() }
    }

    pub(crate) fn of(dev: &Dev) -> Graphql {
        Graphql::new(&dev.endpoint, &dev.key)
    }

    /// The status and the body of the answer.
    pub(crate) async fn post(&self, document: &str, variables: Value) -> (u16, Value) {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let request = self.client.post(&self.endpoint).header("x-api-key", &self.key).body(body);
        let response = request.header("content-type", "application/json").send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
    }

    /// The data of an answer without errors.
    pub(crate) async fn data(&self, document: &str, variables: Value) -> Value {
        let (status, mut body) = self.post(document, variables).await;
        assert!(status == 200 && body["errors"].is_null(), "{document}: {status} {body}");
        body["data"].take()
    }

    /// The items of a query that pages, all of them. The document takes `$nextToken`.
    pub(crate) async fn items(&self, field: &str, document: &str) -> Vec<Value> {
        let (mut items, mut token) = (Vec::new(), Value::Null);
        loop {
            let mut data = self.data(document, json!({ "nextToken": token })).await;
            let page = data[field].take();
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            token = page["nextToken"].clone();
            if token.is_null() {
                return items;
            }
        }
    }
}
