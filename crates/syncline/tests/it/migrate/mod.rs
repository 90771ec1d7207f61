//! A device whose application gets another schema while it has changes that nobody else knows.

mod old {
    syncline::schema!("tests/it/migrate/old.graphql");
}
mod new {
    syncline::schema!("tests/it/migrate/new.graphql");
}
mod less {
    syncline::schema!("tests/it/migrate/less.graphql");
}

use super::api::Api;
use super::line::Act;
use super::support::{flush, ready, within};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use syncline::{AppSync, DataStore, DataStoreBuilder, Durability, Error, Schema, StoreError};
use tempfile::tempdir;

fn device(directory: &Path, schema: Arc<Schema>) -> DataStoreBuilder {
    DataStore::builder(schema).path(directory.join("a")).durability(Durability::Relaxed)
}

async fn online(builder: DataStoreBuilder, api: AppSync) -> DataStore {
    let store = builder.api(api).open().await.unwrap();
    ready(&store).await;
    store
}

fn old_post(id: &str, title: &str) -> old::Post {
    old::Post { id: id.to_owned(), ..old::Post::new(title) }
}

/// A device with a post of the server, edited, and another that nobody has seen, with a comment.
async fn with_edits(directory: &Path, old_api: &Api) {
    let store = online(device(directory, old::schema()), old_api.line.api()).await;
    let saved =
        store.save(old::Post { stars: Some(3), ..old_post("p", "first") }).await.unwrap().into_inner();
    flush(&store).await;
    store.stop().await.unwrap();
    store.save(old::Post { title: "edited".to_owned(), stars: Some(4), ..saved }).await.unwrap();
    store.save(old_post("q", "new")).await.unwrap();
    let comment = old::Comment { id: "c".to_owned(), post_id: Some("q".to_owned()), ..old::Comment::new() };
    store.save(comment).await.unwrap();
}

async fn article(api: &Api, id: &str) -> Value {
    let query = format!("{{ getArticle(id: \"{id}\") {{ headline body stars lead _version }} }}");
    api.ask(&query).await["getArticle"].clone()
}

#[tokio::test]
async fn unsent_edits_reach_a_server_of_the_new_schema_under_their_new_names() {
    for extension in [true, false] {
        let files = tempdir().unwrap();
        with_edits(files.path(), &Api::serving(old::schema(), extension).await).await;
        // The server's data has been brought to the new schema as well.
        let api = Api::serving(new::schema(), extension).await;
        api.ask(
            "mutation { createArticle(input: {id: \"p\", headline: \"first\", stars: 3, lead: \"from the server\"}) { id } }",
        )
        .await;
        let store = online(device(files.path(), new::schema()), api.line.api()).await;
        flush(&store).await;
        let expected = json!({"headline": "edited", "body": null, "stars": 4.0, "lead": "from the server", "_version": 2});
        assert_eq!(article(&api, "p").await, expected);
        assert_eq!(article(&api, "q").await["headline"], "new");
        let comment = api.ask("{ getComment(id: \"c\") { articleId } }").await;
        assert_eq!(comment["getComment"]["articleId"], "q");
        let here = store.get::<new::Article>("p").await.unwrap().unwrap();
        assert_eq!(
            (here.headline.as_str(), here.stars, here.lead.as_deref()),
            ("edited", Some(4.0), Some("from the server"))
        );
        assert!(store.outbox().list().unwrap().is_empty());
    }
}

/// The device does not know yet what the server has in a field that is new to it, at the very version that it holds.
#[tokio::test]
async fn a_save_of_a_new_field_does_not_hide_what_it_was() {
    for extension in [true, false] {
        let files = tempdir().unwrap();
        let old_api = Api::serving(old::schema(), extension).await;
        let store = online(device(files.path(), old::schema()), old_api.line.api()).await;
        store.save(old_post("p", "first")).await.unwrap();
        flush(&store).await;
        drop(store);
        let api = Api::serving(new::schema(), extension).await;
        api.ask(
            "mutation { createArticle(input: {id: \"p\", headline: \"first\", lead: \"theirs\"}) { id } }",
        )
        .await;
        let store = device(files.path(), new::schema()).open().await.unwrap();
        let held = store.get::<new::Article>("p").await.unwrap().unwrap();
        assert_eq!(held.lead, None);
        store.save(new::Article { lead: Some("mine".to_owned()), ..held }).await.unwrap();
        drop(store);
        let store = online(device(files.path(), new::schema()), api.line.api()).await;
        flush(&store).await;
        assert_eq!(article(&api, "p").await["lead"], "theirs", "extension {extension}");
        let here = store.get::<new::Article>("p").await.unwrap().unwrap();
        assert_eq!(here.lead.as_deref(), Some("theirs"), "extension {extension}");
        assert_eq!(store.conflicts(10).unwrap().len(), 1, "extension {extension}");
        // Then it is known.
        store.save(new::Article { lead: Some("mine".to_owned()), ..here }).await.unwrap();
        flush(&store).await;
        assert_eq!(article(&api, "p").await["lead"], "mine", "extension {extension}");
    }
}

/// What a model that cannot be synced has in a field that is new here is asked for record by record (I7).
#[tokio::test]
async fn a_model_that_cannot_be_read_anew_holds_back_no_edit() {
    const BROKEN: &str = r#"{"data":null,"errors":[{"errorType":"InternalFailure","message":"always"}]}"#;
    for extension in [true, false] {
        let files = tempdir().unwrap();
        let old_api = Api::serving(old::schema(), extension).await;
        let store = online(device(files.path(), old::schema()), old_api.line.api()).await;
        for id in ["p", "q", "r"] {
            store.save(old_post(id, "first")).await.unwrap();
        }
        flush(&store).await;
        drop(store);
        let api = Api::serving(new::schema(), extension).await;
        for (id, lead) in [("p", "null"), ("q", "\"theirs\""), ("r", "null")] {
            let input = format!("{{id: \"{id}\", headline: \"first\", lead: {lead}}}");
            api.ask(&format!("mutation {{ createArticle(input: {input}) {{ id }} }}")).await;
        }
        api.line.handle(move |request| match request.body() {
            body if body.contains("syncArticles") => Act::Answer(200, "", BROKEN.to_owned()),
            // Nor is one of its records to be had.
            body if body.contains("getArticle(") && body.contains("\"r\"") => {
                Act::Answer(500, "", "not this one".to_owned())
            }
            _ => Act::Forward,
        });
        let store = device(files.path(), new::schema()).api(api.line.api()).open().await.unwrap();
        let mut saved = Vec::new();
        for id in ["r", "p", "q"] {
            let held = store.get::<new::Article>(id).await.unwrap().unwrap();
            saved.push(store.save(new::Article { lead: Some("mine".to_owned()), ..held }).await.unwrap());
        }
        let last = saved.remove(0);
        for saved in saved {
            within("its word", saved.synced()).await;
        }
        assert_eq!(article(&api, "p").await["lead"], "mine", "extension {extension}");
        assert_eq!(article(&api, "q").await["lead"], "theirs", "extension {extension}");
        assert_eq!(store.conflicts(10).unwrap().len(), 1, "extension {extension}");
        assert_eq!(store.pending_count().unwrap(), 1, "extension {extension}");
        // When it can be had, its edit goes too.
        api.line.handle(|request| match request.body() {
            body if body.contains("syncArticles") => Act::Answer(200, "", BROKEN.to_owned()),
            _ => Act::Forward,
        });
        within("its word", last.synced()).await;
        assert_eq!(article(&api, "r").await["lead"], "mine", "extension {extension}");
    }
}

#[tokio::test]
async fn what_is_in_flight_is_sent_as_it_was_and_then_under_the_new_schema() {
    for extension in [true, false] {
        let files = tempdir().unwrap();
        let old_api = Api::serving(old::schema(), extension).await;
        let store = online(device(files.path(), old::schema()), old_api.line.api()).await;
        let saved = store.save(old_post("p", "first")).await.unwrap().into_inner();
        flush(&store).await;
        // It leaves the device, and never arrives.
        old_api.line.handle(|request| if request.is_mutation() { Act::Cut } else { Act::Forward });
        store.save(old::Post { title: "in flight".to_owned(), ..saved }).await.unwrap();
        old_api.line.wait_for("a mutation", 2, |request| request.is_mutation()).await;
        drop(store);

        let api = Api::serving(new::schema(), extension).await;
        api.ask("mutation { createArticle(input: {id: \"p\", headline: \"first\"}) { id } }").await;
        let store = online(device(files.path(), new::schema()), api.line.api()).await;
        flush(&store).await;
        assert_eq!(article(&api, "p").await["headline"], "in flight");
        let asked = |name: &'static str| {
            api.line.count(move |request| request.is_mutation() && request.body().contains(name))
        };
        assert!(asked("updatePost") >= 1, "first as it was");
        assert_eq!(asked("updateArticle"), 1, "then as it is");
    }
}

#[tokio::test]
async fn what_is_in_flight_keeps_a_field_that_the_application_no_longer_has() {
    for extension in [true, false] {
        let (mut api, files) = (Api::serving(old::schema(), extension).await, tempdir().unwrap());
        let store = online(device(files.path(), old::schema()), api.line.api()).await;
        let saved = store.save(old_post("p", "first")).await.unwrap().into_inner();
        flush(&store).await;
        api.line.handle(|request| if request.is_mutation() { Act::Cut } else { Act::Forward });
        store.save(old::Post { title: "in flight".to_owned(), ..saved }).await.unwrap();
        api.line.wait_for("a mutation", 2, |request| request.is_mutation()).await;
        drop(store);

        api.line.handle(|_| Act::Forward);
        api.restart().await;
        let store = online(device(files.path(), less::schema()), api.line.api()).await;
        flush(&store).await;
        let post = api.ask("{ getPost(id: \"p\") { title _version } }").await["getPost"].clone();
        assert_eq!(post, json!({"title": "in flight", "_version": 2}));
        assert!(store.outbox().list().unwrap().is_empty());
    }
}

/// The server still speaks the old schema, and somebody else has made the record meanwhile: the update that went behind the
/// create names the version that is there, and is nobody's edit of it.
#[tokio::test]
async fn what_is_in_flight_behind_another_is_not_sent_before_it_is_known_what_became_of_that() {
    let (mut api, files) = (Api::serving(old::schema(), true).await, tempdir().unwrap());
    let store = online(device(files.path(), old::schema()), api.line.api()).await;
    store.stop().await.unwrap();
    let mine = store.save(old_post("p", "mine")).await.unwrap().into_inner();
    let next = old::Post { title: "mine too".to_owned(), ..mine };
    store.save(next).when(old::Post::TITLE.ne("nothing")).await.unwrap();
    api.line.handle(|request| if request.is_mutation() { Act::Cut } else { Act::Forward });
    store.start().await.unwrap();
    api.line
        .wait_for("both", 1, |request| request.is_mutation() && request.body().contains("updatePost("))
        .await;
    drop(store);
    api.ask("mutation { createPost(input: {id: \"p\", title: \"theirs\"}) { id } }").await;
    api.line.handle(|_| Act::Forward);
    api.restart().await;
    let store = online(device(files.path(), less::schema()), api.line.api()).await;
    flush(&store).await;
    let post = api.ask("{ getPost(id: \"p\") { title _version } }").await["getPost"].clone();
    assert_eq!(post, json!({"title": "theirs", "_version": 1}));
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_until_it_is_given_up() {
    let files = tempdir().unwrap();
    let path = files.path().join("a");
    let store = device(files.path(), old::schema()).open().await.unwrap();
    store.save(old::Post { body: Some("b".to_owned()), ..old_post("p", "local") }).await.unwrap();
    store.save(old::Comment { id: "c".to_owned(), ..old::Comment::new() }).await.unwrap();
    drop(store);
    let before = std::fs::read(&path).unwrap();
    let refused = device(files.path(), less::schema()).open().await.unwrap_err();
    let Error::Store(StoreError::SchemaChanged { changes, .. }) = &refused else { panic!("{refused}") };
    let places: Vec<&str> = changes.iter().filter_map(|change| change.split(':').next()).collect();
    assert_eq!(places, ["Post.title", "Comment"]);
    assert_eq!(std::fs::read(&path).unwrap(), before, "untouched");

    let told = device(files.path(), less::schema()).discard_on_migration(["Post.title", "Comment"]);
    let store = told.open().await.unwrap();
    let post = within("a read", store.get::<less::Post>("p")).await.unwrap().unwrap();
    assert_eq!(post.body.as_deref(), Some("b"));
    assert_eq!(store.outbox().list().unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_converted_is_parked_with_its_old_content() {
    const OLD: &str = "\"Int\"";
    let files = tempdir().unwrap();
    let retyped = |from: &str, to: &str| -> Arc<Schema> {
        let json = old::schema().to_json();
        assert!(json.contains(from), "{json}");
        Arc::new(Schema::from_json(&json.replace(from, to)).unwrap())
    };
    let doubles = device(files.path(), retyped(OLD, "\"Float\"")).open().await.unwrap();
    let posts = doubles.model("Post").unwrap();
    let mut item = posts.new_item();
    item.set("title", "t").unwrap();
    item.set("stars", 2.5).unwrap();
    posts.save(item).await.unwrap();
    drop((doubles, posts));
    let store = device(files.path(), old::schema()).open().await.unwrap();
    let parked = store.outbox().parked().unwrap();
    let original = store.outbox().original(&parked[0].id).unwrap().unwrap();
    assert_eq!(original.shown()["changes"]["stars"], json!([null, 2.5]));
    assert_eq!(store.query::<old::Post>().await.unwrap()[0].stars, None);
    // A person says what it should have been.
    store.outbox().edit::<old::Post>(&parked[0].id, |post| post.stars = Some(3)).await.unwrap();
    let entries = store.outbox().list().unwrap();
    assert!(entries.len() == 1 && !entries[0].is_parked());
    assert!(store.outbox().original(&entries[0].id).unwrap().is_none());
}
