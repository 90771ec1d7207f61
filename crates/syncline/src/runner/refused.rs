//! What is refused for good, where the application wants the server's record to show again then.

use super::context::Context;
use super::verify::{Unread, get};
use syncline_core::record::{Entry, Outcome};
use syncline_engine::Failure;

/// Gets the server's record for each refusal after which it is to show. Where the server has none, or does not show it, the
/// refusal stays what it is, and the mutation is parked: nothing is restored from a guess (SYNC 1.8). Where it does not
/// answer, the mutation is put aside; that is the failure.
pub(super) async fn restored(
    context: &Context,
    outcomes: Vec<(Entry, Outcome)>,
) -> (Vec<(Entry, Outcome)>, Option<Failure>) {
    let (mut settled, mut failed) = (Vec::with_capacity(outcomes.len()), None);
    for (entry, outcome) in outcomes {
        let Outcome::Refused(reason) = outcome else {
            settled.push((entry, outcome));
            continue;
        };
        // Of a transaction, all is parked: half of it must not be undone (SYNC 2.5).
        if entry.group.is_some() || !context.parts.rejections.restores(entry.model) {
            settled.push((entry, Outcome::Refused(reason)));
            continue;
        }
        match get(context, &entry).await {
            Ok(Some(current)) => settled.push((entry, Outcome::Restored { current, reason })),
            Ok(None) => settled.push((entry, Outcome::Refused(reason))),
            Err(Unread::Unanswered(failure) | Unread::Answer(failure)) => {
                failed = failed.or(Some(failure));
                context.aside.put(entry.id);
            }
        }
    }
    (settled, failed)
}
