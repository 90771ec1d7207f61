//! Deletes that take along what belongs to the record, and deletes of many, up to the cloud and to another device.

use super::api::Api;
use super::support::{device, flush, ids, online, post, scenarios, until, within};
use super::{Comment, Post, PostStatus};
use futures_util::FutureExt;
use syncline::{Change, DataStore, Error, Predicate, Verdict};
use tempfile::tempdir;

scenarios! {
    the_comments_of_a_post_go_with_it_everywhere_and_before_it,
    many_are_deleted_in_one_commit_and_each_has_its_verdict,
}

fn comment(content: &str, post: &Post) -> Comment {
    Comment { post_comments_id: Some(post.id.clone()), ..Comment::new(content) }
}

async fn comments(store: &DataStore) -> u64 {
    store.query::<Comment>().count().await.unwrap()
}

/// A post with two comments, which the server has.
async fn furnish(store: &DataStore) -> Post {
    let parent = store.save(post("parent")).await.unwrap().into_inner();
    for content in ["one", "two"] {
        store.save(comment(content, &parent)).await.unwrap();
    }
    flush(store).await;
    parent
}

async fn the_comments_of_a_post_go_with_it_everywhere_and_before_it(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let parent = furnish(&a).await;
    let other = furnish(&a).await;
    until("B has it", &b, &other.id, |post| post.is_some()).await;
    let mut posts = a.observe::<Post>().unwrap();
    let mut children = a.observe::<Comment>().unwrap();
    let id = parent.id.clone();
    let deleted = a.delete(parent).await.unwrap().unwrap();
    assert_eq!(deleted.cascaded(), 2);
    for _ in 0..2 {
        let change = children.next().now_or_never().flatten();
        assert!(matches!(change, Some(Change::Deleted { .. })), "{change:?}");
    }
    assert!(
        matches!(posts.next().now_or_never().flatten(), Some(Change::Deleted { item, .. }) if item.id == id)
    );
    assert_eq!(within("the verdict", deleted.synced()).await.version(), Some(2));
    let order = std::cell::RefCell::new(Vec::new());
    api.line.count(|request| {
        let name = ["deleteComment", "deletePost"].into_iter().find(|name| request.body().contains(name));
        order.borrow_mut().extend(name);
        name.is_some()
    });
    let order = order.into_inner();
    let last_comment = order.iter().rposition(|name| *name == "deleteComment").unwrap();
    let first_post = order.iter().position(|name| *name == "deletePost").unwrap();
    assert!(last_comment < first_post, "{order:?}");
    assert_eq!((a.pending_count().unwrap(), comments(&a).await), (0, 2));
    until("B sees it", &b, &id, |post| post.is_none()).await;
    assert_eq!(comments(&b).await, 2, "the comments were deleted before");
    assert_eq!(api.post(&id).await["_deleted"], true);
}

async fn many_are_deleted_in_one_commit_and_each_has_its_verdict(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let kept = furnish(&a).await;
    for number in 0..60 {
        let post = Post { rating: Some(number), status: PostStatus::Draft, ..post("many") };
        let post = a.save(post).await.unwrap().into_inner();
        a.save(comment("gone with it", &post)).await.unwrap();
    }
    flush(&a).await;
    a.stop().await.unwrap();
    a.save(Post { status: PostStatus::Draft, ..post("never sent") }).await.unwrap();
    let deleted = a.delete_where::<Post>(Post::STATUS.eq(PostStatus::Draft)).await.unwrap();
    assert_eq!((deleted.items.len(), deleted.cascaded()), (61, 60));
    assert!(deleted.items.iter().all(|post| post.status == PostStatus::Draft));
    assert!(deleted.items.is_sorted_by(|a, b| a.id <= b.id));
    assert_eq!(a.pending_count().unwrap(), 120);
    a.start().await.unwrap();
    let titles: Vec<String> = deleted.items.iter().map(|post| post.title.clone()).collect();
    let verdicts = within("the verdicts", deleted.synced()).await;
    for (title, verdict) in titles.iter().zip(&verdicts) {
        let applied = Verdict::Applied { record: None, version: 2 };
        let expected = if title == "many" { applied } else { Verdict::NothingToSend };
        assert_eq!(*verdict, expected, "{title}");
    }
    let b = online(files.path(), "b", api.line.api()).await;
    assert_eq!(ids(&b).await, [kept.id]);
    assert_eq!((comments(&a).await, comments(&b).await), (2, 2));

    let all = a.delete_where::<Post>(Predicate::all()).await.unwrap();
    assert_eq!((all.items.len(), all.cascaded()), (1, 2));
    let none = a.delete_where::<Post>(Predicate::all()).await.unwrap();
    assert_eq!((none.into_inner(), comments(&a).await), (Vec::new(), 0));
}

#[tokio::test]
async fn a_predicate_that_selects_nothing_deletes_nothing_and_tells_nobody() {
    let files = tempdir().unwrap();
    let a = device(files.path(), "a").open().await.unwrap();
    a.save(post("kept")).await.unwrap();
    let (mut changes, waiting) = (a.observe::<Post>().unwrap(), a.pending_count().unwrap());
    for nothing in
        [Post::TITLE.eq("gone"), Predicate::all().not(), Post::TITLE.eq("kept").and(Post::RATING.gt(3))]
    {
        let deleted = a.delete_where::<Post>(nothing).await.unwrap();
        assert_eq!((deleted.items.len(), deleted.cascaded()), (0, 0));
        assert_eq!(deleted.synced().await, []);
    }
    assert!(changes.next().now_or_never().is_none());
    assert_eq!((a.pending_count().unwrap(), a.query::<Post>().count().await.unwrap()), (waiting, 1));
}

#[tokio::test]
async fn without_generated_types_it_is_the_same() {
    let files = tempdir().unwrap();
    let a = device(files.path(), "a").open().await.unwrap();
    let parent = a.save(post("parent")).await.unwrap().into_inner();
    a.save(comment("child", &parent)).await.unwrap();
    a.save(post("kept")).await.unwrap();
    let model = a.model("Post").unwrap();
    let deleted = model.delete_where(model.field("title").unwrap().eq("parent")).await.unwrap();
    assert_eq!((deleted.items.len(), deleted.cascaded(), comments(&a).await), (1, 1, 0));
    assert_eq!(deleted.items[0].get("title").and_then(|title| title.as_text()), Some("parent"));
    let refused =
        model.delete_where(Predicate::compare("nothing", syncline::predicate::Op::Exists(true))).await;
    assert!(matches!(refused, Err(Error::Predicate { .. })), "{refused:?}");
    assert_eq!(a.query::<Post>().count().await.unwrap(), 1, "nothing was deleted");
    let refused = a.delete_where::<Comment>(Post::TITLE.eq("x")).await.unwrap_err();
    assert!(refused.to_string().contains("Comment") && !refused.is_retryable(), "{refused}");
}
