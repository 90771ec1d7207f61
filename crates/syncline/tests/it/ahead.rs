//! Pages of a base sync that are asked for ahead of their turn (SYNC 2.10).

use super::Post;
use super::api::Api;
use super::http::Request;
use super::line::Act;
use super::support::{device, flush, ids, online, post, ready, within};
use syncline::HubEvent;
use tempfile::tempdir;

/// Records in a page.
const PAGE: usize = 8;
/// Pages of a model that are on their way together at most: the one whose turn it is, and those before their turn.
const AT_ONCE: usize = 25;
/// Records at the server: the first page's, and more than may be on their way at once.
const ALL: usize = 400;

fn is_later_page(request: &Request) -> bool {
    request.is_sync("Posts") && request.body().contains("nextToken\":\"")
}

async fn filled(files: &std::path::Path) -> (Api, Vec<String>) {
    let mut api = Api::start().await;
    api.page = Some(PAGE);
    api.restart().await;
    let a = online(files, "a", api.line.api()).await;
    for number in 0..ALL {
        a.save(post(&number.to_string())).await.unwrap();
    }
    flush(&a).await;
    let mut all = ids(&a).await;
    all.sort_unstable();
    (api, all)
}

#[tokio::test]
async fn several_pages_are_on_their_way_at_once_and_each_is_asked_for_once() {
    let files = tempdir().unwrap();
    let (api, all) = filled(files.path()).await;
    api.line.handle(|request| if is_later_page(request) { Act::Hold } else { Act::Forward });
    let before = api.line.count(is_later_page);
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    let mut events = b.hub().listen();
    b.start().await.unwrap();
    // None of them has been answered yet.
    api.line.wait_for("many pages at once", before + AT_ONCE, is_later_page).await;
    assert_eq!(api.line.count(is_later_page), before + AT_ONCE);
    api.line.release();
    within("ready", events.wait_for(|event| *event == HubEvent::Ready)).await.unwrap();
    let mut held = ids(&b).await;
    held.sort_unstable();
    assert_eq!(held, all);
    // Pages of eight, or of seven where their ends were told before.
    let pages = api.line.count(is_later_page) - before;
    assert!((ALL / PAGE..=ALL / (PAGE - 1)).contains(&pages), "{pages}");
}

#[tokio::test]
async fn a_page_that_does_not_come_is_asked_for_again_and_nothing_is_missing() {
    let files = tempdir().unwrap();
    let (api, all) = filled(files.path()).await;
    let mut later = 0;
    api.line.handle(move |request| {
        if !is_later_page(request) {
            return Act::Forward;
        }
        later += 1;
        // In the middle of those that are on their way together, and once more.
        if [4, 9].contains(&later) { Act::Cut } else { Act::Forward }
    });
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    ready(&b).await;
    let mut held: Vec<String> = b.query::<Post>().await.unwrap().into_iter().map(|post| post.id).collect();
    held.sort_unstable();
    assert_eq!(held, all);
}
