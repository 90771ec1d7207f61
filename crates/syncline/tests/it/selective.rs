//! Sync expressions.

use super::Post;
use super::api::Api;
use super::support::{device, flush, get, ids, online, post, until, within};
use syncline::{DataStore, Error, HubEvent};
use tempfile::tempdir;

fn rated(rating: i32) -> Post {
    Post { rating: Some(rating), ..post(&rating.to_string()) }
}

async fn opened(files: &std::path::Path, api: &Api, least: i32) -> (DataStore, bool) {
    let builder = device(files, "b")
        .api(api.line.api())
        // Of two the last counts.
        .sync_expression::<Post>(|| Post::RATING.lt(0))
        .sync_expression::<Post>(move || Post::RATING.ge(least));
    let store = builder.open().await.unwrap();
    let mut events = store.hub().listen();
    store.start().await.unwrap();
    let mut base = None;
    within("ready", async {
        loop {
            match events.next().await.unwrap() {
                HubEvent::ModelSynced { model, is_full_sync: whole, .. } if model == "Post" => {
                    base.get_or_insert(whole);
                }
                HubEvent::Ready => return,
                _ => {}
            }
        }
    })
    .await;
    (store, base.unwrap())
}

#[tokio::test]
async fn only_what_the_expression_selects_is_held_and_another_one_fetches_anew() {
    for extension in [true, false] {
        an_expression_selects(Api::with(extension).await).await;
    }
}

async fn an_expression_selects(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    for rating in 1..=5 {
        a.save(rated(rating)).await.unwrap();
    }
    flush(&a).await;
    let titles = async |store: &DataStore| {
        let posts = store.query::<Post>().sort(Post::TITLE.asc()).await.unwrap();
        posts.into_iter().map(|post| post.title).collect::<Vec<_>>().join("")
    };
    let (b, base) = opened(files.path(), &api, 4).await;
    assert_eq!((titles(&b).await.as_str(), base), ("45", true));
    drop(b);
    let (b, base) = opened(files.path(), &api, 4).await;
    assert_eq!(
        (titles(&b).await.as_str(), base),
        ("45", false),
        "the same expression goes on from its cursor"
    );
    drop(b);
    let (b, base) = opened(files.path(), &api, 2).await;
    assert_eq!((titles(&b).await.as_str(), base), ("2345", true), "a wider one");
    drop(b);
    let (b, base) = opened(files.path(), &api, 5).await;
    assert_eq!((titles(&b).await.as_str(), base), ("5", true), "a narrower one evicts");

    // Live, by the filters of the subscriptions and on the device.
    let (outside, inside) = (rated(1), rated(9));
    a.save(outside.clone()).await.unwrap();
    a.save(inside.clone()).await.unwrap();
    until("the one inside", &b, &inside.id, |post| post.is_some()).await;
    assert_eq!(b.get::<Post>(&*outside.id).await.unwrap(), None);
    let mut leaving = get(&a, &inside.id).await;
    leaving.rating = Some(0);
    a.save(leaving).await.unwrap();
    until("it leaves", &b, &inside.id, |post| post.is_none()).await;
    let mut entering = get(&a, &outside.id).await;
    entering.rating = Some(7);
    a.save(entering).await.unwrap();
    until("the other enters", &b, &outside.id, |post| post.is_some()).await;
    assert_eq!(ids(&b).await.len(), 2);
}

#[tokio::test]
async fn what_left_the_expression_while_nobody_looked_goes_with_the_next_delta() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let posts = [rated(5), rated(6), rated(7), rated(8)];
    for post in &posts {
        a.save(post.clone()).await.unwrap();
    }
    flush(&a).await;
    let (b, _) = opened(files.path(), &api, 4).await;
    assert_eq!(ids(&b).await.len(), 4);
    drop(b);
    // One leaves, one leaves and is deleted, one leaves and comes back, one stays.
    for (post, rating) in posts.iter().zip([0, 0, 0, 9]) {
        a.save(Post { rating: Some(rating), ..get(&a, &post.id).await }).await.unwrap();
        flush(&a).await;
    }
    a.delete_by_id::<Post>(&posts[1].id).await.unwrap();
    a.save(Post { rating: Some(10), ..get(&a, &posts[2].id).await }).await.unwrap();
    flush(&a).await;
    let (b, base) = opened(files.path(), &api, 4).await;
    assert!(!base, "a delta says so");
    let mut held = ids(&b).await;
    held.sort();
    let mut expected = [posts[2].id.clone(), posts[3].id.clone()];
    expected.sort();
    assert_eq!(held, expected);
}

#[tokio::test]
async fn an_expression_that_does_not_fit_its_model_is_refused_at_open() {
    let refused = DataStore::builder(super::schema())
        .sync_expression::<super::Comment>(|| Post::RATING.gt(1))
        .open()
        .await
        .unwrap_err();
    assert!(matches!(&refused, Error::Predicate { model, .. } if model == "Comment"), "{refused}");
}

#[tokio::test]
async fn what_an_edit_of_its_own_takes_out_of_the_expression_goes() {
    for extension in [true, false] {
        let (api, files) = (Api::with(extension).await, tempdir().unwrap());
        let (b, _) = opened(files.path(), &api, 4).await;
        let inside = rated(9);
        b.save(inside.clone()).await.unwrap();
        flush(&b).await;
        b.save(Post { rating: Some(0), ..get(&b, &inside.id).await }).await.unwrap();
        until("it leaves", &b, &inside.id, |post| post.is_none()).await;
        assert_eq!(b.pending_count().unwrap(), 0);
        let there = api.ask(&format!("{{ getPost(id: \"{}\") {{ rating }} }}", inside.id)).await;
        assert_eq!(there["getPost"]["rating"], 0, "extension {extension}");
    }
}
