//! Fields that the server has and does not show (SYNC 1.8).

use super::api::Api;
use super::kinds::{self, Address, Person};
use super::line::Act;
use super::support::{device, get, ready};
use super::{Post, PostStatus};
use syncline::{DataStore, Predicate, Value};
use tempfile::tempdir;

/// A page whose one post does not show its title, which is required, its rating and its status.
const PAGE: &str = r#"{"data":{"syncPosts":{"items":[{"id":"p1","title":null,"status":null,"rating":null,
    "content":"shown","_version":3,"_lastChangedAt":1700000000000,"_deleted":null}],
    "nextToken":null,"startedAt":1700000000001}},
    "errors":[{"path":["syncPosts","items",0,"title"],"data":null,"errorType":"Unauthorized","message":"no"},
    {"path":["syncPosts","items",0,"status"],"data":null,"errorType":"Unauthorized","message":"no"},
    {"path":["syncPosts","items",0,"rating"],"data":null,"errorType":"Unauthorized","message":"no"}]}"#;

#[tokio::test]
async fn what_the_server_does_not_show_is_no_value_and_no_change() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    api.line.handle(|request| match request.body().contains("syncPosts(") {
        true => Act::Answer(200, "", PAGE.to_owned()),
        false => Act::Forward,
    });
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    ready(&a).await;
    a.stop().await.unwrap();
    let shown = get(&a, "p1").await;
    assert_eq!((shown.title.as_str(), shown.rating, shown.content.as_deref()), ("", None, Some("shown")));
    assert_eq!(a.unreadable(&shown).unwrap(), ["title", "rating", "status"]);
    let item = a.model("Post").unwrap().get("p1").await.unwrap().unwrap();
    assert_eq!(item.get("rating"), Some(&Value::Null));

    // No predicate on it holds, nor its negation: in SQL, and in Rust.
    let (of_rating, of_title) = (Post::RATING.is_null(), Post::TITLE.eq(""));
    for predicate in [
        of_rating.clone(),
        !of_rating,
        Post::RATING.ne(5),
        Post::RATING.lt(5),
        Post::RATING.exists(false),
        of_title.clone(),
        !of_title,
        Post::TITLE.begins_with(""),
        Post::STATUS.ne(PostStatus::Draft),
        Post::CONTENT.eq("shown").and(Post::RATING.ne(5)),
    ] {
        let query = a.query::<Post>().filter(predicate.clone());
        assert_eq!(query.count().await.unwrap(), 0, "{predicate:?}");
        assert_eq!(a.query::<Post>().filter(predicate.clone()).await.unwrap(), [], "{predicate:?}");
        assert!(a.save(shown.clone()).when(predicate.clone()).await.is_err(), "{predicate:?}");
        assert_eq!(a.delete_where::<Post>(predicate.clone()).await.unwrap().items, [], "{predicate:?}");
    }
    for predicate in [Predicate::all(), Post::CONTENT.eq("shown")] {
        assert_eq!(a.query::<Post>().filter(predicate).count().await.unwrap(), 1);
    }

    // A save leaves it alone; so does one of a pending mutation.
    let edited = Post { content: Some("edited".to_owned()), ..shown };
    a.save(edited).await.unwrap();
    let changed = |entry: &syncline::record::Entry| entry.patch.0.len();
    let entry = a.outbox().list().unwrap().remove(0);
    assert_eq!(changed(&entry), 1, "{entry:?}");
    a.outbox().edit::<Post>(&entry.id, |post| post.content = Some("again".to_owned())).await.unwrap();
    let entry = a.outbox().list().unwrap().remove(0);
    assert_eq!((changed(&entry), entry.patch.0[0].value.as_text()), (1, Some("again")), "{entry:?}");
    assert_eq!(a.unreadable(&get(&a, "p1").await).unwrap(), ["title", "rating", "status"]);
    // What is written is a value like any other.
    a.save(Post { rating: Some(4), ..get(&a, "p1").await }).await.unwrap();
    assert_eq!(a.query::<Post>().filter(Post::RATING.eq(4)).count().await.unwrap(), 1);
    drop(a);
    let again = device(files.path(), "a").open().await.unwrap();
    assert_eq!(again.unreadable(&get(&again, "p1").await).unwrap(), ["title", "status"]);
}

/// A page whose one person does not show where they live, which is required.
const PERSON: &str = r#"{"data":{"syncPeople":{"items":[{"id":"x","name":"Ann","home":null,"_version":1,
    "_lastChangedAt":1700000000000,"_deleted":null}],"nextToken":null,"startedAt":1700000000001}},
    "errors":[{"path":["syncPeople","items",0,"home"],"data":null,"errorType":"Unauthorized","message":"no"}]}"#;

#[tokio::test]
async fn what_is_required_and_not_shown_is_empty_whatever_its_type() {
    let (api, files) = (Api::serving(kinds::schema(), true).await, tempdir().unwrap());
    api.line.handle(|request| match request.body().contains("syncPeople(") {
        true => Act::Answer(200, "", PERSON.to_owned()),
        false => Act::Forward,
    });
    let builder = DataStore::builder(kinds::schema()).path(files.path().join("a"));
    let a = builder.api(api.line.api()).open().await.unwrap();
    ready(&a).await;
    a.stop().await.unwrap();
    let person = a.get::<Person>("x").await.unwrap().unwrap();
    assert_eq!(person.home, Address::new(""));
    assert_eq!(a.unreadable(&person).unwrap(), ["home"]);
    // It stays what it is at the server.
    a.save(Person { name: "Bea".to_owned(), ..person }).await.unwrap();
    let entry = a.outbox().list().unwrap().remove(0);
    assert_eq!(entry.patch.0.len(), 1, "{entry:?}");
}

#[tokio::test]
async fn a_sync_expression_on_what_is_not_shown_does_not_hold() {
    for (expression, held) in [
        (Post::CONTENT.eq("shown"), true),
        (Post::RATING.ne(5), false),
        (!Post::RATING.eq(5), false),
        (Post::RATING.lt(5), false),
    ] {
        let (api, files) = (Api::start().await, tempdir().unwrap());
        api.line.handle(|request| match request.body().contains("syncPosts(") {
            true => Act::Answer(200, "", PAGE.to_owned()),
            false => Act::Forward,
        });
        let wanted = expression.clone();
        let builder = device(files.path(), "a").sync_expression::<Post>(move || wanted.clone());
        let a = builder.api(api.line.api()).open().await.unwrap();
        ready(&a).await;
        assert_eq!(a.get::<Post>("p1").await.unwrap().is_some(), held, "{expression:?}");
    }
}
