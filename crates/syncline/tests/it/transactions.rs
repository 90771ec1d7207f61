//! Transactions: all or nothing, one state to read, and a conflict instead of a lost change.

use super::support::{device, get, ids, post, within};
use super::{Comment, Post};
use futures_util::future::join_all;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;
use syncline::{Change, DataStore, Error, GroupVerdict, Transaction};
use tempfile::{TempDir, tempdir};
use tokio::task::JoinSet;

/// A store in a file, and one in memory.
async fn both() -> [(Option<TempDir>, DataStore); 2] {
    let files = tempdir().unwrap();
    let on_disk = device(files.path(), "a").open().await.unwrap();
    [(Some(files), on_disk), (None, DataStore::builder(super::schema()).open().await.unwrap())]
}

async fn rated(store: &DataStore, title: &str, rating: i32) -> Post {
    store.save(Post { rating: Some(rating), ..post(title) }).await.unwrap().into_inner()
}

/// Adds to the rating of a post, in a transaction.
async fn add(tx: &Transaction, id: &str, number: i32) -> Result<Post, Error> {
    let mut post = tx.get::<Post>(id).await?.unwrap();
    post.rating = post.rating.map(|rating| rating + number);
    tx.save(post).await
}

fn is_conflict(error: &Error, id: &str) -> bool {
    matches!(error, Error::TransactionConflict { model, key } if model == "Post" && key == id)
        && error.is_retryable()
}

#[tokio::test]
async fn what_is_written_is_read_and_then_there_at_once() {
    for (_files, store) in both().await {
        let (from, to) = (rated(&store, "from", 10).await, rated(&store, "to", 0).await);
        let mut changes = store.observe::<Post>().unwrap();
        let done = store
            .transaction(|tx| {
                let (from, to) = (from.id.clone(), to.id.clone());
                let store = &store;
                async move {
                    add(&tx, &from, -3).await?;
                    add(&tx, &to, 2).await?;
                    let to = add(&tx, &to, 1).await?;
                    let comment =
                        tx.save(Comment { post_comments_id: Some(to.id.clone()), ..Comment::new("moved") });
                    let comment = comment.await?;
                    assert_eq!(tx.get::<Post>(&to.id).await?.unwrap().rating, Some(3));
                    let rich = tx.query::<Post>().filter(Post::RATING.gt(2)).sort(Post::RATING.asc()).await?;
                    assert_eq!(rich.iter().map(|post| post.rating.unwrap()).collect::<Vec<_>>(), [3, 7]);
                    let poorest = tx.query::<Post>().sort(Post::RATING.asc()).first().await?.unwrap();
                    assert_eq!((poorest.id == to.id, tx.query::<Post>().count().await?), (true, 2));
                    assert!(!tx.query::<Post>().filter(Post::RATING.gt(7)).exists().await?);
                    assert_eq!(comment.post(&tx).await?.unwrap().rating, Some(3));
                    assert_eq!(to.comments(&tx).limit(5).await?, [comment]);
                    // Nobody else sees anything yet.
                    assert_eq!(get(store, &from).await.rating, Some(10));
                    assert_eq!(store.query::<Comment>().count().await?, 0);
                    Ok::<_, Error>(to.rating)
                }
            })
            .await
            .unwrap();
        assert_eq!(done.value, Some(3));
        assert_eq!(
            (get(&store, &from.id).await.rating, get(&store, &to.id).await.rating),
            (Some(7), Some(3))
        );
        assert_eq!(store.query::<Comment>().count().await.unwrap(), 1);
        let outbox = store.outbox().list().unwrap();
        let grouped: Vec<_> = outbox.iter().filter(|entry| entry.group.is_some()).collect();
        assert_eq!(grouped.len(), 3, "one for each record: {grouped:?}");
        for (before, after) in [(10, 7), (0, 3)] {
            let change = within("a change", changes.next()).await.unwrap();
            let told = matches!(&change, Change::Updated { before: was, item, .. }
                if was.rating == Some(before) && item.rating == Some(after));
            assert!(told, "{change:?}");
        }
    }
}

#[tokio::test]
async fn what_fails_leaves_nothing() {
    #[derive(Debug)]
    enum Mine {
        Changed,
        Store(Error),
    }
    impl From<Error> for Mine {
        fn from(error: Error) -> Mine {
            Mine::Store(error)
        }
    }
    for (_files, store) in both().await {
        let known = rated(&store, "known", 1).await;
        let before = store.outbox().list().unwrap();
        let refused = store
            .transaction(|tx| async move {
                tx.save(post("dropped")).await?;
                Err::<(), _>(Mine::Changed)
            })
            .await;
        assert!(matches!(refused, Err(Mine::Changed)));
        let refused = store
            .transaction(|tx| {
                let known = known.clone();
                async move {
                    tx.save(post("dropped")).await?;
                    tx.save(Post { title: "nul\0".to_owned(), ..known }).await?;
                    Ok::<_, Mine>(())
                }
            })
            .await;
        assert!(matches!(&refused, Err(Mine::Store(error)) if error.to_string().contains("Post.title")));
        let refused = store
            .transaction(|tx| {
                let known = known.clone();
                async move {
                    tx.save(post("dropped")).await?;
                    tx.delete(known).when(Post::RATING.gt(1)).await?;
                    Ok::<_, Error>(())
                }
            })
            .await;
        assert!(matches!(refused, Err(Error::ConditionFailed { .. })));
        // What failed is not part of it; the rest can go on.
        let done = store
            .transaction(|tx| {
                let known = known.clone();
                async move {
                    let failed = tx.save(known.clone()).when(Post::RATING.gt(1)).await;
                    assert!(matches!(failed, Err(Error::ConditionFailed { .. })));
                    assert!(tx.delete_by_id::<Post>("nothing").await?.is_none());
                    tx.save(known.clone()).await?;
                    Ok::<_, Error>(tx.get::<Post>(known.id).await?.is_some())
                }
            })
            .await
            .unwrap();
        assert!(done.value);
        assert_eq!(done.synced().await, GroupVerdict::NothingToSend);
        let mut task = JoinSet::new();
        task.spawn({
            let store = store.clone();
            async move {
                let run = |tx: Transaction| async move {
                    tx.save(post("dropped")).await?;
                    panic!("on purpose");
                    #[expect(unreachable_code, reason = "it gives the closure its type")]
                    Ok::<_, Error>(())
                };
                store.transaction(run).await.map(|_| ())
            }
        });
        assert!(task.join_next().await.unwrap().is_err());
        assert_eq!(store.outbox().list().unwrap(), before);
        assert_eq!(ids(&store).await, [known.id]);
    }
}

#[tokio::test]
async fn a_handle_is_of_no_use_after_the_end() {
    let files = tempdir().unwrap();
    let store = device(files.path(), "a").open().await.unwrap();
    let kept: Mutex<Vec<Transaction>> = Mutex::default();
    for fails in [false, true] {
        let result = store
            .transaction(|tx| async {
                tx.get::<Post>("nothing").await?;
                kept.lock().unwrap().push(tx);
                if fails { Err(Error::NoApi) } else { Ok(()) }
            })
            .await;
        assert_eq!(result.is_err(), fails);
    }
    for tx in kept.into_inner().unwrap() {
        for refused in [
            tx.get::<Post>("nothing").await.map(|_| ()),
            tx.query::<Post>().await.map(|_| ()),
            tx.save(post("too late")).await.map(|_| ()),
            tx.delete_by_id::<Post>("nothing").await.map(|_| ()),
        ] {
            let refused = refused.unwrap_err();
            assert!(matches!(refused, Error::TransactionOver) && !refused.is_retryable(), "{refused}");
        }
    }
    assert_eq!(store.outbox().list().unwrap(), []);
    // Nor does it keep the file open.
    drop(store);
    device(files.path(), "a").open().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_a_closure_and_whoever_is_overtaken_is_told() {
    for (_files, store) in both().await {
        let (a, b) = (rated(&store, "a", 1).await, rated(&store, "b", 1).await);
        let run = store.transaction(|tx| {
            let (store, a, b) = (&store, a.clone(), b.clone());
            async move {
                assert_eq!(add(&tx, &a.id, 1).await?.rating, Some(2));
                // Others read and write, as many as want to.
                let writes = (0..50).map(|n| store.save(post(&n.to_string())).into_future());
                let done = within("the others", join_all(writes)).await;
                assert!(done.into_iter().all(|saved| saved.is_ok()));
                store.save(Post { rating: Some(7), ..b.clone() }).await?;
                assert_eq!(store.query::<Post>().count().await?, 52);
                assert_eq!(tx.query::<Post>().count().await?, 2, "it sees one state");
                let b = tx.get::<Post>(&b.id).await?.unwrap();
                Ok::<_, Error>(b.rating)
            }
        });
        let refused = within("the transaction", run).await.unwrap_err();
        assert!(is_conflict(&refused, &b.id), "{refused}");
        assert_eq!((get(&store, &a.id).await.rating, get(&store, &b.id).await.rating), (Some(1), Some(7)));

        // One within another is another.
        let nested = store.transaction(|outer| {
            let (store, a) = (&store, a.clone());
            async move {
                add(&outer, &a.id, 1).await?;
                store
                    .transaction(|inner| async move {
                        add(&inner, &a.id, 10).await?;
                        Ok::<_, Error>(())
                    })
                    .await?;
                Ok::<_, Error>(())
            }
        });
        let refused = within("the outer one", nested).await.unwrap_err();
        assert!(is_conflict(&refused, &a.id), "{refused}");
        assert_eq!(get(&store, &a.id).await.rating, Some(11), "the inner one has been written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_change_is_lost_among_many_that_try_again() {
    const TASKS: i32 = 8;
    const EACH: i32 = 10;
    for (_files, store) in both().await {
        let (a, b) = (rated(&store, "a", 0).await.id, rated(&store, "b", 0).await.id);
        let tasks = (0..TASKS).map(|task| {
            let (store, a, b) = (store.clone(), a.clone(), b.clone());
            async move {
                for _ in 0..EACH {
                    loop {
                        let (first, second) = if task % 2 == 0 { (&a, &b) } else { (&b, &a) };
                        let moved = store.transaction(|tx| async move {
                            add(&tx, first, 1).await?;
                            add(&tx, second, 1).await?;
                            Ok::<_, Error>(())
                        });
                        match moved.await {
                            Ok(_) => break,
                            Err(error) => assert!(error.is_retryable(), "{error}"),
                        }
                    }
                }
            }
        });
        within("all of them", tasks.collect::<JoinSet<()>>().join_all()).await;
        let expected = Some(TASKS * EACH);
        assert_eq!((get(&store, &a).await.rating, get(&store, &b).await.rating), (expected, expected));
    }
}

#[tokio::test]
async fn a_clear_meanwhile_is_a_conflict_for_what_was_read() {
    for (_files, store) in both().await {
        let known = rated(&store, "known", 1).await;
        let refused = store
            .transaction(|tx| {
                let (store, id) = (&store, known.id.clone());
                async move {
                    add(&tx, &id, 1).await?;
                    store.clear().await
                }
            })
            .await
            .unwrap_err();
        assert!(is_conflict(&refused, &known.id), "{refused}");
        assert_eq!((ids(&store).await.len(), store.pending_count().unwrap()), (0, 0));
        // What it only makes is kept: it commits after the clear.
        let done = store
            .transaction(|tx| {
                let store = &store;
                async move {
                    let made = tx.save(post("made")).await?;
                    store.clear().await?;
                    Ok::<_, Error>(made.id)
                }
            })
            .await
            .unwrap();
        assert_eq!(ids(&store).await, [done.into_inner()]);
    }
}

/// A closure that does not end for long goes on with a newer state, if nothing that it has read is another there.
#[tokio::test]
async fn an_old_state_is_let_go() {
    for (files, store) in both().await {
        let (a, b) = (rated(&store, "a", 1).await, rated(&store, "b", 1).await);
        for overtaken in [false, true] {
            let result = store
                .transaction(|tx| {
                    let (store, a, b) = (&store, a.clone(), b.clone());
                    async move {
                        add(&tx, &a.id, 1).await?;
                        store.save(Post { rating: Some(5), ..get(store, &b.id).await }).await?;
                        assert_eq!(tx.query::<Post>().filter(Post::RATING.eq(5)).count().await?, 0);
                        if overtaken {
                            store.save(Post { rating: Some(9), ..get(store, &a.id).await }).await?;
                        }
                        tokio::time::pause();
                        tokio::time::advance(Duration::from_secs(11)).await;
                        tokio::time::resume();
                        // The timer's task may stand behind others.
                        let newer = async {
                            while tx.query::<Post>().filter(Post::RATING.eq(5)).count().await? == 0 {
                                tokio::task::yield_now().await;
                            }
                            Ok::<_, Error>(())
                        };
                        within("a newer state", newer).await?;
                        assert!(
                            !overtaken,
                            "another state is read, though what was read is not the same there"
                        );
                        add(&tx, &a.id, 1).await?;
                        store.save(Post { rating: Some(1), ..get(store, &b.id).await }).await?;
                        Ok::<_, Error>(())
                    }
                })
                .await;
            match result {
                Ok(_) => assert_eq!((get(&store, &a.id).await.rating, overtaken), (Some(3), false)),
                Err(error) => assert!(overtaken && is_conflict(&error, &a.id), "{error}"),
            }
        }
        drop(files);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn given_up_anywhere_it_was_done_or_not() {
    for (_files, store) in both().await {
        let (mut done, mut undone) = (0, 0);
        for round in 0..80 {
            let known = rated(&store, "known", 1).await;
            let (made, id) = (post("made"), known.id.clone());
            let made_id = made.id.clone();
            let finished = {
                let mut run = pin!(store.transaction(|tx| async move {
                    add(&tx, &id, 1).await?;
                    tx.query::<Post>().filter(Post::RATING.gt(0)).await?;
                    tx.save(made).await?;
                    tx.delete_by_id::<Post>(&id).await?;
                    tx.save(Comment::new("made")).await?;
                    Ok::<_, Error>(())
                }));
                let mut polls = 0;
                let given_up = poll_fn(|context| {
                    if polls == round % 20 {
                        return Poll::Ready(None);
                    }
                    polls += 1;
                    run.as_mut().poll(context).map(Some)
                });
                within("a turn", given_up).await.map(Result::unwrap).is_some()
            };
            // What was handed to the writer has been done when this returns.
            store.delete_by_id::<Post>("nothing").await.unwrap();
            let there = (
                store.get::<Post>(&known.id).await.unwrap().is_none(),
                store.get::<Post>(&made_id).await.unwrap().is_some(),
                store.query::<Comment>().count().await.unwrap() == 1,
            );
            let outbox = store.outbox().list().unwrap();
            match there {
                (true, true, true) => {
                    done += 1;
                    assert_eq!(outbox.iter().filter(|entry| entry.group.is_some()).count(), 3);
                }
                (false, false, false) => {
                    undone += 1;
                    assert!(!finished && outbox.iter().all(|entry| entry.group.is_none()), "{outbox:?}");
                }
                between => panic!("{between:?} after {} polls: {outbox:?}", round % 20),
            }
            store.clear().await.unwrap();
        }
        assert!(done > 0 && undone > 0, "{done} {undone}");
    }
}
