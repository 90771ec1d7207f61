//! Asking for records whose edits wait for what the server has in fields that are new here: one by one, as soon as there
//! is nothing else to send, so that a model that cannot be synced holds back nothing for good (I7).

use super::context::Context;
use super::verdicts::{after_remote, received};
use super::verify::{Unread, get};
use crate::hub::HubKind;
use std::sync::Arc;
use syncline_core::Versioned;
use syncline_core::record::Entry;
use syncline_engine::Failure;
use syncline_store::{StoreError, Tx};

/// How many records are asked for before it is looked whether there is something to send.
const AT_ONCE: usize = 25;

/// What came of asking.
pub(super) enum Filled {
    /// Nothing waits for an answer.
    Nothing,
    /// Answers came, with why there are none for some, which are put aside.
    Done(Option<Failure>),
    /// Nobody answers.
    Unanswered(Failure),
}

/// Asks for the records of the first that wait.
pub(super) async fn fill(context: &Context) -> Result<Filled, crate::Error> {
    let (generation, aside) = (context.generation, context.aside.all());
    let without = aside.clone();
    let waiting = context.parts.writer.run(move |tx| {
        let current = tx.reads().generation()? == generation;
        if current { tx.reads().unfilled(AT_ONCE, &without) } else { Ok(Vec::new()) }
    });
    let waiting = waiting.await?;
    if waiting.is_empty() {
        return Ok(Filled::Nothing);
    }
    let mut unsure = None;
    for entry in waiting {
        match get(context, &entry).await {
            Ok(row) => store(context, entry, row).await?,
            Err(Unread::Unanswered(failure)) => {
                context.aside.keep(&aside);
                return Ok(Filled::Unanswered(failure));
            }
            Err(Unread::Answer(failure)) => {
                unsure = unsure.or(Some(failure));
                context.aside.put(entry.id);
            }
        }
    }
    Ok(Filled::Done(unsure))
}

/// Stores what the server has of the record of an entry.
async fn store(context: &Context, entry: Entry, row: Option<Versioned>) -> Result<(), crate::Error> {
    let (generation, model) = (context.generation, entry.model);
    let expression = context.expression(model).filter.clone();
    let parts = Arc::clone(&context.parts);
    let told = parts.hub.wants(HubKind::SyncReceived);
    let write = move |tx: &mut Tx<'_>| {
        if tx.reads().generation()? != generation {
            return Ok(None);
        }
        if told {
            tx.keep_received();
        }
        let applied = match tx.fill(model, &entry.key, row, &expression) {
            // Whatever the server says of it cannot be used; it is not asked again and again.
            Err(error @ StoreError::InvalidRecord { .. }) => {
                tracing::warn!(key = %entry.key, %error, "a record that was asked for cannot be stored");
                tx.fill(model, &entry.key, None, &expression)?
            }
            applied => applied?,
        };
        Ok(Some((applied, tx.received())))
    };
    let tell = move |done: &Option<_>| {
        if let Some((applied, rows)) = done {
            let applied: &syncline_store::Applied = applied;
            let rows: &Vec<Versioned> = rows;
            rows.iter().for_each(|row| received(&parts, model, row));
            after_remote(&parts, &applied.superseded, &applied.conflicts, &applied.parked);
        }
    };
    context.parts.writer.run_then(write, tell).await?;
    Ok(())
}
