//! For those who know Amplify DataStore: what it is called there and here, and what is different.
//!
//! The schema is the same file, the protocol is the same, and the words are the same as far as Rust lets them be. What is said
//! of Amplify below is about its Swift and JavaScript libraries.
//!
//! # Calls
//!
//! | there | here | different |
//! |---|---|---|
//! | `DataStore.save(model)` | [`save`](crate::DataStore::save) | an update sends the fields that were changed, and no others |
//! | `Model.copyOf(model, draft => …)` | the fields are public: change them, and save | the model remembers what was read ([saving](crate::guide::saving#creating-and-changing)) |
//! | `save(model, where: p)`, `save(model, p)` | `save(model).`[`when`](crate::Save::when)`(p)` | a failure at the cloud shows the server's record again |
//! | `delete(model, where:)` | [`delete`](crate::DataStore::delete)`(model).when(p)` | the condition is checked at the cloud too |
//! | `delete(Type, withIdentifier:)`, `delete(Type, id)` | [`delete_by_id`](crate::DataStore::delete_by_id) | |
//! | `delete(Type, where: p)`, `delete(Type, p)` | [`delete_where`](crate::DataStore::delete_where) | what this device has selected is deleted: the predicate is not sent |
//! | `query(Type, byIdentifier:)`, `query(Type, id)` | [`get`](crate::DataStore::get) | a key of several fields is a [`Key`](crate::Key) |
//! | `query(Type, where:, sort:, paginate:)` | [`query`](crate::DataStore::query)`().filter(…).sort(…).page(…)` | also `first`, `count`, `exists`, `explain` |
//! | `.page(0, limit: 20)`, `{ page: 0, limit: 20 }` | [`.page(0, 20)`](crate::Query::page) | pages count from 0 there and here |
//! | `observe(Type)`, `publisher(for:)` | [`observe`](crate::DataStore::observe) | records that are deleted with others are told of; an answer to an own change is told of only where it changes something |
//! | `observe(Type, id)`, `observe(Type, p)` | [`observe_by_id`](crate::DataStore::observe_by_id), [`Changes::filter`](crate::Changes::filter) | what ceases to match is told of |
//! | `observeQuery` | [`observe_query`](crate::DataStore::observe_query) | own changes show at once, and what ceases to match goes at once, also during a sync |
//! | `start`, `stop`, `clear` | [`start`](crate::DataStore::start), [`stop`](crate::DataStore::stop), [`clear`](crate::DataStore::clear) | other calls may be made meanwhile: none is refused, and none is lost |
//! | `model.parent`, `model.children` (lazy) | a method for each relation ([models](crate::guide::models#relations)) | it asks the store each time |
//! | `isLoaded`, a `LazyReference` | the key is a field of the model | |
//! | no such thing | [`transaction`](crate::DataStore::transaction), [`outbox`](crate::DataStore::outbox), [`sync_state`](crate::DataStore::sync_state), [`flush`](crate::DataStore::flush), [`Saved::synced`](crate::Saved::synced) | |
//!
//! When another user signs in, Amplify asks for `clear`; so does this. Or give each user a file of their own by
//! [`path`](crate::DataStoreBuilder::path), so that what one had not sent waits for them.
//!
//! # Predicates
//!
//! | there | here |
//! |---|---|
//! | `Post.keys.rating > 4`, `p => p.rating.gt(4)` | `Post::RATING.gt(4)` |
//! | `&&`, `\|\|`, `!`; `p.and(p => [...])` | `and`, `or`, `not` or `!` |
//! | `QueryPredicateConstant.all`, `Predicates.ALL` | [`Predicate::all`](crate::Predicate::all) |
//! | `attributeExists(true)` | [`exists`](crate::predicate::TypedField::exists) |
//! | `in`, `notIn` (JavaScript) | `is_in`, `not_in` |
//! | `p.comments.author.name.eq(…)` (JavaScript, on related models) | query the related model, and filter by its keys |
//! | `SortDirection.ASCENDING`, `.ascending(…)` | `Post::RATING.asc()` |
//!
//! A predicate selects the same records in memory, in the file and at the cloud. `ne` is true on null everywhere.
//!
//! # Configuration
//!
//! | there | here |
//! |---|---|
//! | `amplifyconfiguration.json`, `amplify_outputs.json`, `aws-exports.js` | [`AppSync::from_file`](crate::AppSync::from_file) |
//! | `syncExpressions` | [`sync_expression`](crate::DataStoreBuilder::sync_expression); what a narrower one no longer selects goes from the device. Of two for one model the last counts, not the first |
//! | `maxRecordsToSync`, `syncMaxRecords` (10,000) | [`sync_max_records`](crate::DataStoreBuilder::sync_max_records); no limit, unless said |
//! | `syncPageSize` (1,000) | what the server takes, and less where an answer is too large or too late |
//! | `fullSyncInterval`, `syncInterval` (a day) | not needed: everything is fetched anew when the server can no longer say what was deleted |
//! | `conflictHandler` | [`on_conflict`](crate::DataStoreBuilder::on_conflict), for each model; it gets the record of before as well |
//! | `DISCARD` or `.applyRemote`; `.retryLocal`; a model or `.retry(model)` | [`Answer`](crate::Answer)`::Remote`; `Local`; `Merged` |
//! | `errorHandler` | [`HubEvent::SyncError`](crate::HubEvent::SyncError), see [below](#errors) |
//! | `disableSubscriptions` | [`disable_subscriptions`](crate::DataStoreBuilder::disable_subscriptions) |
//! | `authModeStrategyType`, `authModeStrategy` | there is none: so far an API key is the only way to authenticate |
//! | `storageAdapter` | always SQLite |
//!
//! # Events
//!
//! [`DataStore::hub`](crate::DataStore::hub) is the channel `datastore`. [`HubEvent::name`](crate::HubEvent::name) is the name
//! there, in the order [that the page on syncing says](crate::guide::syncing#what-happens).
//!
//! | there | here |
//! |---|---|
//! | `networkStatus`, `syncQueriesStarted`, `modelSynced`, `syncQueriesReady`, `ready`, `outboxStatus`, `outboxMutationProcessed`, `outboxMutationFailed`, `conditionalSaveFailed`, `syncReceived` | the same |
//! | `subscriptionsEstablished` (`subscriptionEstablished` in Swift) | `subscriptionsEstablished` |
//! | `outboxMutationEnqueued` | the same; told when the mutation is about to be sent, as in Swift |
//! | `storageSubscribed` (JavaScript), `syncStarted` (Swift) | none: `ready` tells that both has happened |
//! | `nonApplicableDataReceived` | `syncError` with [`BadRecord`](crate::SyncErrorKind::BadRecord), and [`quarantine`](crate::DataStore::quarantine) keeps the record |
//! | no such thing | `syncProgress`, `modelDegraded`, `conflictDetected`, `syncError` |
//!
//! # Errors
//!
//! What a call fails with is an [`Error`](crate::Error): `invalidCondition` is `ConditionFailed`, and the page on
//! [errors](crate::guide::errors) has the others. What goes wrong in the background is a [`SyncError`](crate::SyncError), with
//! the same parts as an `errorHandler` gets:
//!
//! | there (JavaScript) | here |
//! |---|---|
//! | `process`: `sync`, `mutate`, `subscribe` | [`process`](crate::SyncProcess) |
//! | `errorType`: `Transient`, `Unauthorized`, `BadRecord` | [`kind`](crate::SyncErrorKind) |
//! | `BadModel`, `ConfigError`, `Unknown` | `kind` is `Refused`; what is wrong with the configuration is said by `open` and `start` |
//! | `model`, `operation`, `localModel` | `model`, `element.op()`, and the record of `element.key()` |
//! | `remoteModel` | [`conflicts`](crate::DataStore::conflicts), and what a [verdict](crate::guide::syncing#verdicts) brings |
//! | `message`, `errorInfo`, `cause` | `message` |
//!
//! ```
//! # use syncline::{DataStore, Error};
//! use syncline::{AppSync, HubEvent, HubKind, SyncErrorKind};
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let nobody = AppSync::api_key("http://127.0.0.1:9/graphql", "key"); // there is no server
//! let store = DataStore::builder(schema()).in_memory().api(nobody).open().await?;
//! let mut errors = store.hub().listen_to(&[HubKind::SyncError]);
//! store.start().await?;
//! if let Some(HubEvent::SyncError(error)) = errors.next().await {
//!     assert_eq!(error.kind, SyncErrorKind::Transient); // it is tried again by itself
//!     println!("{error}"); // "Subscribe, Transient: Connection refused (os error 111)", for example
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What is not lost any more
//!
//! - A schema that changes keeps what was not sent ([migrating](crate::guide::migrating)).
//! - A mutation that the server refuses is parked and listed, and can be edited and sent again; it is not dropped.
//! - An edit made while another of the same record is on its way is sent after it, against what the server has by then.
//! - One model that fails stops no other, and nothing has to be started again by hand.
//! - A record that somebody deleted at the cloud while this device was away for long goes here too.
