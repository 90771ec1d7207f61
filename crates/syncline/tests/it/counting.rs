//! Fields with `@merge` policies, changed on two devices at once: everybody's changes count, and each once.

syncline::schema!("tests/it/counting.graphql");

use super::api::Api;
use super::support::{flush, ready, scenarios, within};
use std::path::Path;
use syncline::{DataStore, Durability};
use tempfile::tempdir;

scenarios! {
    crate::counting::schema:
    what_two_devices_did_offline_counts_on_both,
}

async fn device(directory: &Path, name: &str, api: &Api) -> DataStore {
    let builder = DataStore::builder(schema()).path(directory.join(name)).durability(Durability::Relaxed);
    let store = builder.api(api.line.api()).open().await.unwrap();
    ready(&store).await;
    store
}

async fn page(store: &DataStore) -> Option<Page> {
    store.get::<Page>("p").await.unwrap()
}

/// Waits until the device's page is as `wanted`.
async fn until(what: &str, store: &DataStore, wanted: impl Fn(&Page) -> bool) {
    // Observed before it is looked at, so that no change falls between.
    let mut changes = store.observe::<Page>().unwrap();
    within(what, async {
        while !page(store).await.is_some_and(|page| wanted(&page)) {
            changes.next().await.unwrap();
        }
    })
    .await;
}

fn items(items: &[&str]) -> Option<Vec<Option<String>>> {
    Some(items.iter().map(|item| Some((*item).to_owned())).collect())
}

async fn what_two_devices_did_offline_counts_on_both(api: Api) {
    let files = tempdir().unwrap();
    let a = device(files.path(), "a", &api).await;
    let b = device(files.path(), "b", &api).await;
    let first = Page {
        visits: Some(5),
        best: Some(3),
        visitors: items(&["ann"]),
        log: items(&["made"]),
        ..Page::new()
    };
    a.save(Page { id: "p".to_owned(), ..first }).await.unwrap();
    until("B has it", &b, |_| true).await;
    a.stop().await.unwrap();
    b.stop().await.unwrap();
    let change = async |store: &DataStore, name: &str, best: i32| {
        let mut mine = page(store).await.unwrap();
        mine.title = Some(name.to_owned());
        mine.visits = mine.visits.map(|visits| visits + 1);
        mine.best = Some(best);
        mine.visitors.as_mut().unwrap().push(Some(name.to_owned()));
        mine.log.as_mut().unwrap().push(Some("seen".to_owned()));
        store.save(mine).await.unwrap();
    };
    change(&a, "a", 9).await;
    change(&b, "b", 4).await;
    a.start().await.unwrap();
    flush(&a).await;
    b.start().await.unwrap();
    flush(&b).await;
    let merged = |page: &Page| {
        (page.title.as_deref(), page.visits, page.best) == (Some("b"), Some(7), Some(9))
            && page.visitors == items(&["ann", "a", "b"])
            && page.log == items(&["made", "seen", "seen"])
    };
    until("A sees both", &a, merged).await;
    until("B sees both", &b, merged).await;
}

#[tokio::test]
async fn each_of_many_increments_counts_once() {
    const EACH: i32 = 60;
    let (api, files) = (Api::serving(schema(), true).await, tempdir().unwrap());
    let a = device(files.path(), "a", &api).await;
    let b = device(files.path(), "b", &api).await;
    a.save(Page { id: "p".to_owned(), visits: Some(0), ..Page::new() }).await.unwrap();
    until("B has it", &b, |_| true).await;
    let count = async |store: &DataStore| {
        let mut mine = page(store).await.unwrap();
        for _ in 0..EACH {
            mine.visits = mine.visits.map(|visits| visits + 1);
            mine = store.save(mine).await.unwrap().into_inner();
        }
        flush(store).await;
    };
    tokio::join!(count(&a), count(&b));
    until("A has counted all", &a, |page| page.visits == Some(2 * EACH)).await;
    until("B has counted all", &b, |page| page.visits == Some(2 * EACH)).await;
}
