//! Syncing: how what is written here reaches the cloud, and what others write comes here.
//!
//! # An API
//!
//! [`DataStoreBuilder::api`](crate::DataStoreBuilder::api) names what to sync with: an AWS AppSync API whose models
//! have conflict detection (as Amplify DataStore needs it), or a Syncline server.
//! [`AppSync::from_file`](crate::AppSync::from_file) reads it from `amplifyconfiguration.json`, `amplify_outputs.json`
//! or `aws-exports.js` as Amplify writes them; [`AppSync::api_key`](crate::AppSync::api_key) takes the endpoint and
//! the key. So far an API key is the only way to authenticate; a file that asks for another is refused and says so.
//!
//! Without an API everything else works as well. What is written waits in the outbox, and is sent when the same file
//! is opened with an API one day.
//!
//! # Starting and stopping
//!
//! The first operation on the store starts sync, in the background: nothing waits for the network.
//! [`DataStore::start`](crate::DataStore::start) starts it too, and returns once it has begun, not when it is done.
//! Then each model is subscribed to, what was missed is fetched (everything, the first time), and what waits in the
//! outbox is sent. Sending begins with the server's first answer and does not wait for the fetching.
//!
//! | call | does |
//! |---|---|
//! | [`start`](crate::DataStore::start) | starts, unless it has started |
//! | [`stop`](crate::DataStore::stop) | stops; everything stays, operations go on locally, and only `start` starts it again |
//! | [`clear`](crate::DataStore::clear) | stops, and removes everything from the file, also what was not sent; the next operation starts again |
//! | [`sync_now`](crate::DataStore::sync_now) | tries at once what waits to be tried again, and asks for what is new |
//! | [`flush`](crate::DataStore::flush) | waits until nothing is left to send, at most as long as it is told |
//! | [`synced`](crate::DataStore::synced) | waits until a model is in sync; [`is_synced`](crate::DataStore::is_synced) asks |
//! | [`close`](crate::DataStore::close) | ends sync and closes the file for all handles; what was not sent stays in it |
//!
//! Each of them may be called in any state, from many tasks at once, and given up at any time: what was begun is done to its
//! end.
//!
//! ```no_run
//! # use std::time::Duration;
//! # use syncline::{DataStore, Error};
//! use syncline::{AppSync, HubEvent, Verdict};
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let store = DataStore::builder(schema())
//!     .path("books.db")
//!     .api(AppSync::from_file("amplifyconfiguration.json")?)
//!     // This device wants only these. The closure is asked again at every start.
//!     .sync_expression::<Book>(|| Book::SHELF.ne(Shelf::Read))
//!     .open()
//!     .await?;
//!
//! let mut events = store.hub().listen();
//! store.start().await?;
//! events.wait_for(|event| *event == HubEvent::Ready).await; // for ever, if there is no server
//!
//! let saved = store.save(Book::new("Solaris")).await?; // on the disk
//! match saved.synced().await {
//!     Verdict::Applied { record, version } => println!("the cloud has it, as version {version}: {record:?}"),
//!     Verdict::Rejected(why) => println!("{:?}: {}", why.error_type, why.message),
//!     other => println!("{other:?}"),
//! }
//! for entry in store.outbox().parked()? {
//!     println!("{}", entry.describe(store.schema())); // what it was to write, and why it was refused
//! }
//! for conflict in store.conflicts(10)? {
//!     println!("{}", conflict.describe(store.schema()));
//! }
//! store.flush(Duration::from_secs(5)).await?; // before the application ends, for example
//! # Ok(())
//! # }
//! ```
//!
//! # The outbox
//!
//! Every save and delete puts a mutation into the outbox, in the commit that changes the record. It stays there,
//! across restarts, until the server has said what became of it. [`outbox`](crate::DataStore::outbox) lists what
//! waits ([`describe`](crate::record::Entry::describe) says an entry in a line), [`pending_count`](crate::DataStore::pending_count) counts it,
//! [`pending_counts`](crate::DataStore::pending_counts) tells whenever that number changes, and
//! [`sync_state`](crate::DataStore::sync_state) says how far one record is.
//!
//! Changes of one record are sent one after the other; those of different records together, many in one request, and
//! three requests at a time, none larger than the server takes. A record is created before those that refer to it. Several
//! changes of one record that were not sent yet become one, unless they have conditions or belong to a transaction; a record
//! that was made and deleted again is not sent at all. A record that is edited all the time, like one behind a slider, is
//! sent a few times a second, unless something waits for it with `synced` or `flush`.
//!
//! # Verdicts
//!
//! What became of a mutation is its [`Verdict`](crate::Verdict). `synced` waits for it: of a save, a delete, or a
//! transaction, which has a [`GroupVerdict`](crate::GroupVerdict). It brings the server's record, as the model that was saved,
//! where there is one: of `Applied` and `ConditionFailed` as the answer has it, of `Conflict` as it is known here.
//!
//! | verdict | means | what to do |
//! |---|---|---|
//! | `Applied` | the server has it; its record, which it brings, may differ in what others changed | nothing |
//! | `Superseded` | nothing of it was left to send: a newer record says it already, or a later change undid it or took its place | nothing |
//! | `Conflict` | somebody else had changed the same, which stays, and nothing of it was left | see [conflicts](#conflicts) |
//! | `ConditionFailed` | its condition did not hold at the cloud; the server's record shows again | decide anew by the record that it brings |
//! | `Rejected` | the server refused it for good: the error's type, as it spells it, its [class](crate::record::RejectionClass), and what it said; it is *parked* | see below |
//! | `Discarded` | [`discard`](crate::Outbox::discard) removed it | nothing |
//! | `Cleared` | [`clear`](crate::DataStore::clear) removed everything | nothing |
//! | `Closed` | the store was closed before; the mutation is in the outbox | open the store again |
//! | `NothingToSend` | the save changed nothing, or what was deleted had never been sent | nothing |
//!
//! A parked mutation stays in the outbox with its reason, and what it wrote stays visible here. It holds back what
//! depends on it and nothing else: later changes of the same fields after an update; every change of the record after
//! a create or a delete; and what refers to the record after a create. A save that changes all the fields of a parked
//! update takes its place and is sent, and deleting a record whose create is parked cancels both, except in a transaction.
//!
//! Somebody decides about it, a person or the application: [`retry`](crate::Outbox::retry) sends it once more, on the
//! server's record as it is now; [`edit`](crate::Outbox::edit) changes what it writes, and sends that;
//! [`discard`](crate::Outbox::discard) drops it, and the server's record shows again. Of a transaction all that is parked is
//! sent or dropped together. An application that does not want to decide each time says
//! [`on_rejected`](crate::DataStoreBuilder::on_rejected): with
//! [`RestoreRemote`](crate::OnRejected::RestoreRemote), what is refused is dropped, the server's record shows again, and what
//! was wanted is listed among the [conflicts](#conflicts).
//!
//! ```no_run
//! # use syncline::{DataStore, Error, Verdict};
//! # async fn repair(store: &DataStore) -> Result<(), Error> {
//! for entry in store.outbox().parked()? {
//!     match store.outbox().retry(&entry.id).await?.synced().await {
//!         Verdict::Rejected(_) => {} // it is parked again, under its new id
//!         settled => println!("{}: {settled:?}", entry.key),
//!     }
//! }
//! for entry in store.outbox().parked()? {
//!     store.outbox().discard(&entry.id).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # What happens
//!
//! [`DataStore::hub`](crate::DataStore::hub) tells [`HubEvent`](crate::HubEvent)s, whose names are those of Amplify's
//! hub. A start gives, in this order:
//!
//! 1. `NetworkStatus { active: true }`: the server answers, as requests show it. (`false`, if it does not.)
//! 2. `SubscriptionsEstablished`: changes come as they happen. (If no socket can be opened, this is missing, and each
//!    model is asked for what is new every minute or more often.)
//! 3. `SyncQueriesStarted`, once.
//! 4. `SyncReceived` for each record that is stored and `SyncProgress` for each page; then `ModelSynced` for each model,
//!    after those that it belongs to, with what changed by it; or `ModelDegraded`, if a model cannot be synced for now,
//!    with the reason. The others go on, and it is tried again.
//! 5. `SyncQueriesReady`: each model is one or the other.
//! 6. `OutboxStatus`: whether there was anything to send.
//! 7. `Ready`: and sending has begun.
//!
//! 3, 5 and 7 come once for each start; `ModelSynced` comes again whenever a model had to catch up, and after a lost
//! connection `NetworkStatus`, `SubscriptionsEstablished` and `ModelSynced` do. To wait for one model,
//! [`synced`](crate::DataStore::synced) is simpler.
//!
//! A mutation gives `OutboxMutationEnqueued` when it is about to be sent (not when it is saved), `OutboxStatus
//! { is_empty: false }` if it was empty before, and then one of: `SyncReceived` and `OutboxMutationProcessed`, when the
//! server has applied it; `OutboxMutationFailed`; `ConditionalSaveFailed`. `ConflictDetected` comes when it happens, and
//! `OutboxStatus { is_empty: true }` when nothing is left to send. What others write is a `SyncReceived`. A
//! [`SyncError`](crate::SyncError) comes with whatever goes wrong, also where that has an event of its own.
//!
//! These events have a [`HubElement`](crate::HubElement): the model's name, the key, what was done, the mutation's id, and
//! the record as an [`Item`](crate::Item) with its `_version`, `_lastChangedAt` and `_deleted` where it is the server's.
//!
//! ```
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), syncline::Error> {
//! # let store = syncline::DataStore::builder(schema()).in_memory().open().await?;
//! use syncline::{HubEvent, HubKind};
//!
//! let mut events = store.hub().listen_to(&[HubKind::SyncReceived, HubKind::NetworkStatus]);
//! # store.close().await;
//! while let Some(event) = events.next().await {
//!     match event {
//!         HubEvent::SyncReceived(element) => println!("{}: {:?}", element.key(), element.item()),
//!         HubEvent::Missed { count } => println!("too slow: {count} events are lost"),
//!         other => println!("{}", other.name()), // as the hub's channel spells it
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Nothing waits for a listener, and an event is made only if somebody listens to its kind: an application that does not
//! need `SyncReceived` says which others it does. A listener that is more than 1,024 events behind misses the oldest, and is
//! told how many by `Missed`.
//!
//! # Offline
//!
//! Operations do not notice; `NetworkStatus` says whether the server answers, as requests show it: nothing else is asked
//! about the network. The store tries again by itself, after a quarter of a second at first, and then at growing intervals
//! of up to 30 seconds (5 minutes where the server refuses, or asks to wait). With the first answer everything else that
//! waits is tried at once. An application that knows that the network is back says
//! [`sync_now`](crate::DataStore::sync_now), which tries all of it without waiting for its time.
//!
//! ```
//! # use std::time::Duration;
//! # use syncline::{DataStore, Error};
//! use syncline::{AppSync, HubEvent};
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let nobody = AppSync::api_key("http://127.0.0.1:9/graphql", "key"); // there is no server
//! let store = DataStore::builder(schema()).in_memory().api(nobody).open().await?;
//! let mut events = store.hub().listen();
//! store.save(Book::new("Solaris")).await?;
//! assert_eq!(store.query::<Book>().count().await?, 1);
//! assert_eq!(store.pending_count()?, 1);
//! events.wait_for(|event| *event == HubEvent::NetworkStatus { active: false }).await;
//!
//! let error = store.flush(Duration::from_millis(10)).await.unwrap_err();
//! assert!(matches!(error, Error::Timeout(_)) && error.is_retryable());
//! # Ok(())
//! # }
//! ```
//!
//! # Conflicts
//!
//! Two devices may change one record without knowing of each other. What arrives from the cloud is laid *under* the
//! changes that wait here, and a Syncline server merges what arrives there by the same rules:
//!
//! - A field that only one side changed keeps that side's value. A custom type counts field by field.
//! - Lists are merged: what one side removed is removed, what one side added is added.
//! - In a field that both sides changed in different ways, the server's value stays.
//! - A delete that was not sent yet gives way to a newer change by somebody else, and a change to somebody else's
//!   delete.
//! - A mutation of a transaction that meets a conflict is not settled: it is parked, with what was not sent of the
//!   others. A Syncline server does not settle it either, but refuses the transaction as a whole.
//!
//! Whatever is settled is listed in [`conflicts`](crate::DataStore::conflicts), a field with the values of both sides and
//! who won; the last 10,000 are kept. It is also told as `ConflictDetected`.
//!
//! An application that knows better settles the conflicts of a model itself, by an asynchronous function
//! ([`on_conflict`](crate::DataStoreBuilder::on_conflict), or
//! [`on_any_conflict`](crate::DataStoreBuilder::on_any_conflict) for all models). It sees a
//! [`Conflict`](crate::Conflict) with the record as it was, as this device has made it and as the server has it, and gives an
//! [`Answer`](crate::Answer):
//!
//! | answer | does |
//! |---|---|
//! | `Remote` | what happens without a handler, and what happens if it panics |
//! | `Local` | the change is sent again, on the newer record: where both sides changed, this device's values go out; what was deleted there is made anew, what was deleted here is deleted |
//! | `Merged(record)` | the record becomes this one |
//!
//! ```
//! # use syncline::{DataStore, Error};
//! use syncline::Answer;
//! # syncline::schema!("src/guide/schema.graphql");
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let store = DataStore::builder(schema())
//!     .in_memory()
//!     .on_conflict::<Book>(|conflict| async move {
//!         match (conflict.local, conflict.merged) {
//!             // Both titles, if both sides changed it; everything else as the rule says.
//!             (Some(mine), Some(mut merged)) if conflict.fields.iter().any(|field| field == "title") => {
//!                 merged.title = format!("{} / {}", merged.title, mine.title);
//!                 Answer::Merged(merged)
//!             }
//!             // What somebody else deleted stays deleted, and so on.
//!             _ => Answer::Remote,
//!         }
//!     })
//!     .open()
//!     .await?;
//! # drop(store);
//! # Ok(())
//! # }
//! ```
//!
//! While it thinks nothing of that record is sent, also after a restart, and the server's values show in what both sides
//! changed; everything else goes on, and the handler may read and write in the store itself. If the record changes meanwhile
//! it is asked again, five times at most; then the rule holds. `stop`, `clear` and closing cancel it, and the next start asks
//! again. A member of a transaction that it answers with anything but `Remote` is sent with its transaction. It is not asked
//! about a save of a value that was read before a change which has arrived since: there the rule holds.
//!
//! Where the server has a handler of its own (AppSync's `LAMBDA`),
//! [`server_settles`](crate::DataStoreBuilder::server_settles) leaves the conflicts of a model to that: a change that meets one
//! is sent as it is, on the version that it was made on.
//!
//! # A part of the records
//!
//! A *sync expression* ([`DataStoreBuilder::sync_expression`](crate::DataStoreBuilder::sync_expression)) is a
//! [predicate](crate::guide::predicates) that says which records of a model this device wants. Only those are fetched,
//! and of the changes that come live only those are kept; a record that ceases to satisfy it goes from this device.
//! What is saved here is sent in any case. The expression is given as a closure, which is asked at every start, so
//! that it can depend on a setting: change that, then `stop` and `start`. Another predicate than the last one fetches
//! the model anew and removes what it no longer selects, except records with changes that were not sent.
//!
//! # How much comes, and how
//!
//! Everything of a model is fetched once, in pages, and later only what changed. A page that the server refuses as too
//! large, or does not bring in time, is asked for in smaller ones, down to single records, and the pages grow again as that
//! works. An interrupted fetch goes on where it was, also after a restart. `SyncProgress` tells each page;
//! [`sync_status`](crate::DataStore::sync_status) says at any time how far a model is, and why not further.
//!
//! | builder | says |
//! |---|---|
//! | [`sync_max_records`](crate::DataStoreBuilder::sync_max_records) | at how many records the fetching of everything ends; the model is *partial* then, and keeps up with changes all the same |
//! | [`disable_subscriptions`](crate::DataStoreBuilder::disable_subscriptions) | that no socket is opened, so that changes come by asking: every half to whole minute, and with `sync_now` |
//! | [`safety_sync`](crate::DataStoreBuilder::safety_sync) | how often AppSync is asked for what it dropped, every 15 minutes if nothing is said |
//! | [`on_restore`](crate::DataStoreBuilder::on_restore) | what becomes of what this device knows and a server that was restored from a backup does not: it is listed among the conflicts, and also sent again with [`ResendLocal`](crate::OnRestore::ResendLocal) |
//!
//! A record that cannot be read or stored stops nothing. It is kept as it came, with the reason, and
//! [`quarantine`](crate::DataStore::quarantine) lists it until it comes well; what the device had of it stays. Fields that
//! this schema does not have, and enum values that it does not know, are no such case: a save of other fields leaves them
//! as they are.
//!
//! # What needs a Syncline server
//!
//! The protocol is AppSync's, and all of the above works with an AppSync API. With a Syncline server the two agree on
//! more:
//!
//! - A mutation that is sent twice, because an answer was lost, is applied once. Against AppSync the record is read
//!   first and compared, before anything with an unknown outcome is sent again.
//! - A change that a subscription lost is noticed with the next one. Against AppSync each model is asked for what is
//!   new every 15 minutes or more often.
//! - Pages of up to 10,000 records, bounded by their bytes. Against AppSync, 1,000.
//! - Up to 100 mutations in one request. Against AppSync, 25.
