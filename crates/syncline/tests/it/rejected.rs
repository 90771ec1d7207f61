//! Refusals, and what the application wants to become of what was refused (SYNC 1.8).

use super::Post;
use super::api::Api;
use super::http::Request;
use super::line::Act;
use super::support::{device, flush, get, post, ready, scenarios, within};
use std::path::Path;
use syncline::record::{ConflictKind, MutationOp, Resolution};
use syncline::{DataStore, Error, OnRejected, SyncState, Verdict};
use tempfile::tempdir;

scenarios! {
    the_servers_record_shows_again_and_what_was_wanted_is_listed,
    nothing_is_restored_from_a_guess,
    a_condition_that_fails_without_a_record_is_looked_into,
}

const REFUSAL: &str = r#"{"data":null,"errors":[{"errorType":"ValidationError","message":"no poison"}]}"#;
const BLIND: &str = r#"{"data":{"m0":null},"errors":[{"path":["m0"],"data":null,
    "errorType":"ConditionalCheckFailedException","message":"the conditional request failed"}]}"#;
const FORBIDDEN: &str = r#"{"data":{"getPost":null},"errors":[{"path":["getPost"],
    "errorType":"Unauthorized","message":"Not Authorized to access getPost on type Query"}]}"#;

fn poisoned(request: &Request) -> bool {
    request.is_mutation() && request.body().contains("poison")
}

fn is_get(request: &Request) -> bool {
    request.body().contains("getPost(")
}

fn refused(answer: &'static str) -> impl Fn(&Request) -> Act {
    move |request| if poisoned(request) { Act::Answer(200, "", answer.to_owned()) } else { Act::Forward }
}

async fn restoring(files: &Path, api: &Api) -> DataStore {
    let builder = device(files, "a").api(api.line.api()).on_rejected::<Post>(OnRejected::RestoreRemote);
    let store = builder.open().await.unwrap();
    ready(&store).await;
    store
}

async fn the_servers_record_shows_again_and_what_was_wanted_is_listed(api: Api) {
    let files = tempdir().unwrap();
    let a = restoring(files.path(), &api).await;
    let kept = a.save(Post { rating: Some(1), ..post("kept") }).await.unwrap().into_inner();
    flush(&a).await;
    api.line.handle(refused(REFUSAL));
    a.stop().await.unwrap();
    let saved = a.save(Post { title: "poison".to_owned(), ..get(&a, &kept.id).await }).await.unwrap();
    let mutation = a.outbox().list().unwrap().remove(0).id;
    a.start().await.unwrap();
    let verdict = within("the refusal", saved.synced()).await;
    assert!(
        matches!(&verdict, Verdict::Rejected(why) if why.to_string().contains("no poison")),
        "{verdict:?}"
    );
    assert_eq!(get(&a, &kept.id).await.title, "kept");
    assert_eq!(a.outbox().list().unwrap(), []);
    assert_eq!(a.sync_state_by_id::<Post>(&kept.id).unwrap(), SyncState::Synced { version: 1 });
    let listed = a.conflicts(10).unwrap().remove(0);
    assert!(listed.at.is_some_and(|at| at > 1_600_000_000_000) && listed.version == Some(1), "{listed:?}");
    assert_eq!((listed.mutation.as_str(), listed.resolution), (mutation.as_str(), Resolution::Remote));
    let ConflictKind::Refused { op, wanted, reason } = &listed.kind else { panic!("{listed:?}") };
    assert!(*op == MutationOp::Update && reason.contains("no poison"), "{listed:?}");
    assert_eq!((wanted.0[0].base.as_text(), wanted.0[0].value.as_text()), (Some("kept"), Some("poison")));
}

async fn nothing_is_restored_from_a_guess(api: Api) {
    let files = tempdir().unwrap();
    let a = restoring(files.path(), &api).await;
    let kept = a.save(post("kept")).await.unwrap().into_inner();
    flush(&a).await;
    // The server has no such record.
    api.line.handle(refused(REFUSAL));
    let created = a.save(post("poison")).await.unwrap();
    let id = created.id.clone();
    assert!(matches!(within("the refusal", created.synced()).await, Verdict::Rejected { .. }));
    assert_eq!(get(&a, &id).await.title, "poison", "what was written stays");
    assert!(matches!(a.sync_state_by_id::<Post>(&id).unwrap(), SyncState::Rejected { .. }));
    a.outbox().discard(&a.outbox().parked().unwrap()[0].id).await.unwrap();
    // It does not show it; a condition fails without a word of what is there.
    api.line.handle(|request| match () {
        () if poisoned(request) => Act::Answer(200, "", BLIND.to_owned()),
        () if is_get(request) => Act::Answer(200, "", FORBIDDEN.to_owned()),
        () => Act::Forward,
    });
    let edited = Post { title: "poison".to_owned(), ..get(&a, &kept.id).await };
    let saved = a.save(edited).when(Post::TITLE.eq("kept")).await.unwrap();
    let verdict = within("the refusal", saved.synced()).await;
    assert!(
        matches!(&verdict, Verdict::Rejected(why) if why.to_string().contains("condition")),
        "{verdict:?}"
    );
    assert_eq!(get(&a, &kept.id).await.title, "poison");
    assert_eq!(a.outbox().parked().unwrap().len(), 1);
}

async fn a_condition_that_fails_without_a_record_is_looked_into(api: Api) {
    let files = tempdir().unwrap();
    let a = restoring(files.path(), &api).await;
    let kept = a.save(post("kept")).await.unwrap().into_inner();
    flush(&a).await;
    api.line.handle(refused(BLIND));
    let edited = Post { title: "poison".to_owned(), ..get(&a, &kept.id).await };
    let saved = a.save(edited).when(Post::TITLE.eq("kept")).await.unwrap();
    assert!(matches!(
        within("the verdict", saved.synced()).await,
        Verdict::ConditionFailed { record: Some(_) }
    ));
    assert_eq!(get(&a, &kept.id).await.title, "kept");
    assert_eq!(a.outbox().list().unwrap(), []);
    assert!(api.line.count(is_get) > 0, "the server was asked");
}

#[tokio::test]
async fn a_policy_is_for_a_model_of_the_schema() {
    let builder = DataStore::builder(super::schema()).on_rejected_by_name("Nothing", OnRejected::KeepLocal);
    let error = builder.open().await.unwrap_err();
    assert!(matches!(&error, Error::UnknownModel(name) if name == "Nothing"), "{error}");
}

/// A request that is refused as such, and a server that cannot show its record at first.
#[tokio::test]
async fn a_refusal_waits_until_the_servers_record_can_be_had() {
    const BUSY: &str = r#"{"data":{"getPost":null},"errors":[{"path":["getPost"],
        "errorType":"InternalFailure","message":"later"}]}"#;
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = restoring(files.path(), &api).await;
    let kept = a.save(post("kept")).await.unwrap().into_inner();
    flush(&a).await;
    let mut first = true;
    api.line.handle(move |request| match () {
        () if poisoned(request) => Act::Answer(400, "", "no poison".to_owned()),
        () if is_get(request) && std::mem::take(&mut first) => Act::Answer(200, "", BUSY.to_owned()),
        () => Act::Forward,
    });
    let saved = a.save(Post { title: "poison".to_owned(), ..get(&a, &kept.id).await }).await.unwrap();
    assert!(matches!(within("the refusal", saved.synced()).await, Verdict::Rejected { .. }));
    assert_eq!((get(&a, &kept.id).await.title.as_str(), a.outbox().list().unwrap().len()), ("kept", 0));
}
