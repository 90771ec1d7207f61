//! A step of a purge.

use syncline_core::{Key, ModelId};

use super::state::{Remembered, State};
use crate::{Purged, Retention};

pub(super) fn purge(state: &mut State, now_ms: i64, retention: Retention, most: usize) -> Purged {
    let cuts = retention.cuts(now_ms, state.time.latest());
    let gone = tombstones(state, cuts.tombstones);
    if !gone.is_empty() {
        state.horizon = state.horizon.max(cuts.tombstones);
    }
    let old = lines(state, cuts.changes);
    if !old.is_empty() {
        state.log_from = state.log_from.max(cuts.changes);
    }
    let mut ids: Vec<(u64, i64, String)> = state.ids.iter().map(remembered).collect();
    ids.sort_unstable();
    // The oldest, up to the first that is kept.
    let ids: Vec<_> = ids.into_iter().take_while(|(_, stamp, _)| *stamp < cuts.ids).collect();

    for (model, key) in gone.iter().take(most) {
        state.models[model.0].remove(key);
    }
    // A tombstone takes its record's lines with it.
    let old: Vec<_> = lines(state, cuts.changes);
    for (seq, model, key) in old.iter().take(most) {
        if let Some(stored) = state.models[model.0].get_mut(key) {
            stored.log.retain(|line| line.seq != *seq);
        }
    }
    for (_, _, id) in ids.iter().take(most) {
        state.ids.remove(id);
    }
    let removed = |there: usize| there.min(most);
    Purged {
        tombstones: removed(gone.len()),
        changes: removed(old.len()),
        ids: removed(ids.len()),
        more: [gone.len(), old.len(), ids.len()].into_iter().any(|there| there > most),
    }
}

fn remembered((id, known): (&String, &Remembered)) -> (u64, i64, String) {
    (known.place, known.stamp, id.clone())
}

/// The tombstones stamped before `cut`: model after model, the oldest first.
fn tombstones(state: &State, cut: i64) -> Vec<(ModelId, Key)> {
    let mut found = Vec::new();
    for (model, rows) in state.models.iter().enumerate() {
        let old = |(_, stored): &(&Key, &super::state::Stored)| {
            stored.row.meta.deleted && stored.row.meta.last_changed_at < cut
        };
        let mut gone: Vec<_> =
            rows.iter().filter(old).map(|(key, stored)| (stored.row.seq, key.clone())).collect();
        gone.sort_unstable_by_key(|(seq, _)| *seq);
        found.extend(gone.into_iter().map(|(_, key)| (ModelId(model), key)));
    }
    found
}

/// The log lines stamped before `cut`, the oldest first.
fn lines(state: &State, cut: i64) -> Vec<(i64, ModelId, Key)> {
    let mut found = Vec::new();
    for (model, rows) in state.models.iter().enumerate() {
        for (key, stored) in rows {
            let old = stored.log.iter().filter(|line| state.stamp(line.seq) < cut);
            found.extend(old.map(|line| (line.seq, ModelId(model), key.clone())));
        }
    }
    found.sort_unstable_by_key(|(seq, _, _)| *seq);
    found
}
