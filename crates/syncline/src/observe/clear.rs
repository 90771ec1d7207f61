//! Emptying the store.

use super::Observers;
use crate::Error;
use crate::datastore::Verdicts;
use crate::writer::Writer;
use std::sync::Arc;

/// Empties the store in a commit of its own, so that what is told after it has happened after it. Those who wait for a
/// verdict and those who observe are told on the writer's thread, before anything that is saved later.
pub(crate) async fn clear(
    writer: &Writer,
    verdicts: &Arc<Verdicts>,
    observers: &Arc<Observers>,
) -> Result<(), Error> {
    let (verdicts, observers) = (Arc::clone(verdicts), Arc::clone(observers));
    let cleared = writer.alone(move |store| {
        // A live query that reads meanwhile would take word of this for older than what it reads.
        let _gate = observers.gate();
        store.write(|tx| tx.clear())?;
        verdicts.forget_all();
        observers.cleared();
        Ok(())
    });
    cleared.await?.map_err(|error: syncline_store::StoreError| error.into())
}
