//! Claiming entries for a document.

use super::context::Context;
use syncline_core::{Key, ModelId};
use syncline_protocol::document::BATCH_SIZES;
use syncline_store::{Batch, ClaimLimits};

/// One writer transaction chooses entries, marks them sent and returns them (SYNC 1.2), and whether they had been sent
/// before: with `resend` those go first, without the ones that are put aside.
pub(super) async fn claim(
    context: &Context,
    max: usize,
    resend: bool,
    aside: Vec<String>,
) -> Result<Option<(Batch, bool)>, crate::Error> {
    let generation = context.generation;
    let room = Room::of(context, max);
    let claimed = context.parts.writer.run(move |tx| {
        if tx.reads().generation()? != generation {
            return Ok(None);
        }
        if resend && let Some(batch) = tx.in_doubt(room.limits(), &aside)? {
            return Ok(Some((batch, true)));
        }
        Ok(tx.claim(room.limits())?.map(|batch| (batch, false)))
    });
    claimed.await
}

/// Puts the mutation aside that would be sent again first, so that it does not hold up the others (I7).
pub(super) async fn put_first_aside(context: &Context) -> Result<(), crate::Error> {
    let (generation, aside) = (context.generation, context.aside.all());
    let room = Room::of(context, 1);
    let first = context.parts.writer.run(move |tx| {
        if tx.reads().generation()? != generation {
            return Ok(None);
        }
        tx.in_doubt(room.limits(), &aside)
    });
    for entry in first.await?.into_iter().flat_map(|batch| batch.entries) {
        tracing::warn!(mutation = %entry.id, "a mutation is answered badly again and again; others go first");
        context.aside.put(entry.id);
    }
    Ok(())
}

/// What a document may hold.
pub(super) struct Room {
    sizes: Vec<usize>,
    atomic_groups: bool,
    dependencies: bool,
    bytes: usize,
    resting: Vec<(ModelId, Key)>,
}

impl Room {
    /// With at most `max` mutations.
    pub(super) fn of(context: &Context, max: usize) -> Room {
        let said = &context.negotiated;
        let most = max.min(said.batch()).max(1);
        Room {
            sizes: BATCH_SIZES.into_iter().filter(|size| *size <= most).collect(),
            atomic_groups: said.atomic_max().is_some(),
            dependencies: said.stops_on_dependency(),
            bytes: said.batch_bytes(),
            resting: context.parts.verdicts.rests.all(),
        }
    }

    /// Besides what rests already.
    pub(super) fn rest(&mut self, records: &[(ModelId, Key)]) {
        self.resting.extend_from_slice(records);
    }

    pub(super) fn limits(&self) -> ClaimLimits<'_> {
        ClaimLimits {
            atomic_groups: self.atomic_groups,
            same_document_dependencies: self.dependencies,
            max_bytes: self.bytes,
            resting: &self.resting,
            ..ClaimLimits::of(&self.sizes)
        }
    }
}
