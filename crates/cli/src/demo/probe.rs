//! The server as a plain GraphQL client sees it: nothing of Syncline's own client is between.

use super::trouble::{Trouble, within};
use crate::failure::Failure;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A client of one endpoint.
#[derive(Debug)]
pub(crate) struct Probe {
    client: reqwest::Client,
    endpoint: String,
    api_key: String,
}

/// A post, without where it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) title: String,
    pub(crate) body: Option<String>,
    pub(crate) rating: i64,
}

/// A post as the server holds it.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) id: String,
    pub(crate) seen: Seen,
    pub(crate) version: i64,
    pub(crate) deleted: bool,
}

/// What is asked of each post.
const FIELDS: &str = "id title body rating _version _deleted";
/// Posts per page.
const PAGE: usize = 1_000;

impl Probe {
    pub(crate) fn new(endpoint: &str, api_key: &str) -> Result<Probe, Failure> {
        // The client would not be made without one, although nothing here is encrypted. One that is there is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().build();
        let client =
            client.map_err(|error| Failure::plain(format!("the HTTP client cannot be made: {error}")))?;
        Ok(Probe { client, endpoint: endpoint.to_owned(), api_key: api_key.to_owned() })
    }

    /// Creates a post for each input, all in one document.
    pub(crate) async fn create(&self, inputs: &[Value]) -> Result<(), Trouble> {
        let (mut declared, mut fields, mut variables) = (String::new(), String::new(), Map::new());
        for (place, input) in inputs.iter().enumerate() {
            let _ = write!(declared, "$i{place}: CreatePostInput! ");
            let _ = write!(fields, "m{place}: createPost(input: $i{place}) {{ id }} ");
            variables.insert(format!("i{place}"), input.clone());
        }
        let document = format!("mutation Seed({declared}) {{ {fields}}}");
        self.data(&document, Value::Object(variables)).await.map(drop)
    }

    /// One post; tombstones included.
    pub(crate) async fn post(&self, id: &str) -> Result<Held, Trouble> {
        let document = format!("query Get($id: ID!) {{ getPost(id: $id) {{ {FIELDS} }} }}");
        let data = self.data(&document, json!({ "id": id })).await?;
        held(&data["getPost"])
    }

    /// All posts that are not deleted.
    pub(crate) async fn posts(&self) -> Result<BTreeMap<String, Seen>, Trouble> {
        let mut posts = BTreeMap::new();
        for held in self.list(&Value::Null).await? {
            posts.insert(held.id, held.seen);
        }
        Ok(posts)
    }

    /// The posts that `filter` selects and that are not deleted.
    pub(crate) async fn list(&self, filter: &Value) -> Result<Vec<Held>, Trouble> {
        let document = format!(
            "query List($filter: ModelPostFilterInput, $limit: Int, $nextToken: String) {{ \
             listPosts(filter: $filter, limit: $limit, nextToken: $nextToken) {{ items {{ {FIELDS} }} nextToken }} }}"
        );
        let (mut posts, mut token) = (Vec::new(), Value::Null);
        loop {
            let variables = json!({ "filter": filter, "limit": PAGE, "nextToken": token });
            let data = self.data(&document, variables).await?;
            let page = &data["listPosts"];
            let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
            for item in items {
                posts.push(held(item)?);
            }
            token = page["nextToken"].clone();
            if token.is_null() {
                posts.retain(|post| !post.deleted);
                return Ok(posts);
            }
        }
    }

    async fn data(&self, document: &str, variables: Value) -> Result<Value, Trouble> {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let request = self.client.post(&self.endpoint).header("x-api-key", &self.api_key);
        let request = request.header("content-type", "application/json").body(body);
        let answer = within("an answer of the server", async {
            Some(match request.send().await {
                Ok(response) => response.bytes().await,
                Err(error) => Err(error),
            })
        });
        let text =
            answer.await?.map_err(|error| Trouble::Failed(format!("the server does not answer: {error}")))?;
        let mut answer: Value = serde_json::from_slice(&text)
            .map_err(|error| Trouble::Failed(format!("the server's answer is not JSON: {error}")))?;
        match answer.get("errors") {
            None | Some(Value::Null) => Ok(answer["data"].take()),
            Some(errors) => Err(Trouble::Failed(format!("the server answers with errors: {errors}"))),
        }
    }
}

/// Reads a post.
fn held(item: &Value) -> Result<Held, Trouble> {
    let read = || {
        Some(Held {
            id: item["id"].as_str()?.to_owned(),
            seen: Seen {
                title: item["title"].as_str()?.to_owned(),
                body: item["body"].as_str().map(str::to_owned),
                rating: item["rating"].as_i64()?,
            },
            version: item["_version"].as_i64()?,
            deleted: item["_deleted"].as_bool().unwrap_or(false),
        })
    };
    read().ok_or_else(|| Trouble::wrong("a post of the server", "all its fields", item.to_string()))
}
