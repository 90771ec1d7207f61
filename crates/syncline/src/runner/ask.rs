//! Asking the application's conflict handlers, outside of any transaction (SYNC 1.6).
//!
//! A record that waits for its handler is held in the file. Its handler runs in a task of its own, which nobody waits for:
//! when the run ends it is cancelled, and the record is asked about again in the next.

use super::context::Context;
use super::message::Message;
use super::verdicts::after_remote;
use crate::datastore::{Asked, Handler};
use crate::task::detach;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use syncline_core::record::{Answer, Answers, Local, Question};
use syncline_core::{Key, ModelId};
use syncline_store::Answered;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// How often a handler is asked about a record that changes while it thinks; then the rule without a handler holds.
const MOST_ROUNDS: usize = 5;
/// Records of a model whose handlers run at once. One that never answers holds up no other model (I7).
const AT_ONCE: usize = 32;

/// Asks about every record that is held, now and whenever one comes to it.
pub(super) async fn conflicts(context: Context) {
    let told = Arc::clone(&context.parts.handlers.told);
    let mut asking: FuturesUnordered<BoxFuture<'_, (ModelId, Key)>> = FuturesUnordered::new();
    let mut under_way: HashMap<ModelId, HashSet<Key>> = HashMap::new();
    loop {
        // What is told from here on is looked at in the next round.
        match held(&context).await {
            Ok(held) => {
                for (model, key) in held {
                    let of_model = under_way.entry(model).or_default();
                    if of_model.len() < AT_ONCE && of_model.insert(key.clone()) {
                        asking.push(Box::pin(settle(&context, (model, key))));
                    }
                }
            }
            Err(error) => {
                tracing::error!(%error, "it cannot be read which records wait for a conflict handler")
            }
        }
        // Where a record waits no more there may be something to send.
        let _ = context.messages.send(Message::OutboxGrew);
        loop {
            tokio::select! {
                () = told.notified() => break,
                Some((model, key)) = asking.next() => {
                    under_way.entry(model).or_default().remove(&key);
                }
            }
        }
    }
}

async fn held(context: &Context) -> Result<Vec<(ModelId, Key)>, crate::Error> {
    let generation = context.generation;
    let held = context.parts.writer.run(move |tx| {
        if tx.reads().generation()? == generation { tx.reads().held() } else { Ok(Vec::new()) }
    });
    held.await
}

/// Asks about a record until it is settled.
async fn settle(context: &Context, record: (ModelId, Key)) -> (ModelId, Key) {
    if let Err(error) = rounds(context, &record).await {
        tracing::error!(%error, key = %record.1, "a conflict cannot be settled now");
    }
    record
}

async fn rounds(context: &Context, (model, key): &(ModelId, Key)) -> Result<(), crate::Error> {
    let Some(handler) = context.parts.handlers.of(*model) else { return Ok(()) };
    let (mut seen, mut answers) = (None, Answers::default());
    let mut rounds = 1;
    loop {
        let (local, question) = match write(context, *model, key, seen.take(), answers.clone()).await? {
            Some(Answered::Ask { changed: true, .. }) if rounds == MOST_ROUNDS => {
                tracing::warn!(%key, rounds, "a record changes whenever its conflict handler is asked");
                answers = Answers::remote();
                continue;
            }
            Some(Answered::Ask { local, question, changed }) => {
                if changed {
                    rounds += 1;
                    answers = Answers::default();
                }
                (local, question)
            }
            Some(Answered::Settled(_)) | None => return Ok(()),
        };
        let mutation = question.mutation.clone();
        let version = local.server.version();
        let Some(answer) = ask(context, handler, (*model, key.clone()), *question, version).await else {
            return Ok(());
        };
        answers.add(mutation, answer);
        seen = Some(local);
    }
}

/// Writes what follows from the answers, or says what to ask next. `None`: the store was cleared meanwhile.
async fn write(
    context: &Context,
    model: ModelId,
    key: &Key,
    seen: Option<Box<Local>>,
    answers: Answers,
) -> Result<Option<Answered>, crate::Error> {
    let (generation, key, parts) = (context.generation, key.clone(), Arc::clone(&context.parts));
    let answered = context.parts.writer.run_then(
        move |tx| {
            if tx.reads().generation()? != generation {
                return Ok(None);
            }
            tx.answer(model, &key, seen.as_deref(), &answers).map(Some)
        },
        move |answered| {
            if let Some(Answered::Settled(done)) = answered {
                after_remote(&parts, &done.superseded, &done.conflicts, &done.parked);
            }
        },
    );
    answered.await
}

/// The handler's word; the server's side if it fails. `None`: it was ended.
async fn ask(
    context: &Context,
    handler: &Arc<dyn Handler>,
    (model, key): (ModelId, Key),
    question: Question,
    version: Option<i64>,
) -> Option<Answer> {
    let ir = context.model(model);
    let remote = question.remote.clone();
    let asked = Asked {
        model: Arc::clone(ir),
        key: key.clone(),
        question,
        version,
        store: context.parts.handlers.store(),
    };
    let (tell, told) = oneshot::channel();
    let handler = Arc::clone(handler);
    let task = detach(async move {
        let answer = AssertUnwindSafe(async { handler.ask(asked).await }).catch_unwind().await;
        // Whoever asked may have gone.
        let _ = tell.send(answer);
    });
    let _cancelled = CancelOnDrop(task);
    let Ok(answer) = told.await.ok()? else {
        tracing::error!(model = %ir.name, %key, "a conflict handler ended in a panic; the server's side stays");
        return Some(Answer::Remote);
    };
    let answer = answer.and_then(|answer| match answer {
        Answer::Merged(record) => {
            let checked = context.parts.checker.check_answer(model, &key, remote.as_ref(), &record);
            Ok(Answer::Merged(checked?))
        }
        other => Ok(other),
    });
    Some(answer.unwrap_or_else(|error| {
        tracing::error!(model = %ir.name, %key, %error, "a conflict cannot be settled so; the server's side stays");
        Answer::Remote
    }))
}

/// A handler's task ends with whoever waits for it.
struct CancelOnDrop(AbortHandle);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
