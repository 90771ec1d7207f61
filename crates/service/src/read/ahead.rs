//! Where a sync goes on: page after page, or with several pages at once (SYNC 2.10).

use crate::context::{Context, Halt};
use crate::fingerprint::sync_cursor;
use syncline_backend::{ReadBy, Scope, Sync, SyncCursor, SyncPage, SyncPlace};
use syncline_core::Key;

/// Pages that may be asked for together with the next one: on a long line a sync then waits seldom.
const AHEAD: usize = 63;

/// The most bytes of keys that a token holds: where keys are long, fewer pages may be asked for at once.
const KEYS: usize = 8 << 10;

/// The tokens with which a sync goes on after `page`, which has so many records: the next page's, and those of all pages
/// that may be asked for at once, which begin with it. `bounds` are the keys with which this page and those after it end, if it is
/// one of such pages itself: then the token of the next is the one that was told before, unless the page did not get as
/// far as its bound.
pub(super) async fn following(
    ctx: &Context<'_>,
    query: &str,
    scope: &Scope,
    sync: &Sync,
    (page, records): (&SyncPage, usize),
    mut bounds: Vec<Key>,
) -> Result<(Option<String>, Vec<String>), Halt> {
    let seal =
        |cursor: &SyncCursor, bounds: &[Key]| ctx.service.tokens.seal(query, &sync_cursor(cursor, bounds));
    let behind = |key: &Key| SyncCursor {
        started_at: page.started_at,
        place: SyncPlace::Base { after: key.clone(), until: None },
    };
    let Some(next) = &page.next else {
        let next = bounds.split_first().map(|(first, rest)| seal(&behind(first), rest));
        return Ok((next, Vec::new()));
    };
    let mut ranges = Vec::new();
    // Who asks for pages of AppSync's size takes them one after the other.
    let large = ctx.negotiated && sync.limit > ctx.service.config.limits.max_page;
    if let SyncPlace::Base { after, .. } = &next.place
        && large
        && bounds.is_empty()
        && page.read == ReadBy::Key
    {
        // Somewhat fewer records than in this page: those that come may be larger, and a page that does not get as far
        // as its bound makes what was asked for behind it useless.
        let step = records - records / 8;
        bounds = ctx.service.backend.strides(scope, sync.model, after, step, AHEAD).await?;
        let mut left = KEYS;
        let room = |key: &&Key| {
            let bytes = left.checked_sub(key.to_text().len());
            left = bytes.unwrap_or_default();
            bytes.is_some()
        };
        bounds.truncate(bounds.iter().take_while(room).count());
        if !bounds.is_empty() {
            ranges.push(seal(next, &bounds));
        }
        let range = |place: usize| seal(&behind(&bounds[place]), &bounds[place + 1..]);
        ranges.extend((0..bounds.len()).map(range));
    }
    Ok((Some(seal(next, &bounds)), ranges))
}
