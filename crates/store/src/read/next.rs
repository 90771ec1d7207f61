//! How a sync begins and goes on.

use super::SyncState;
use crate::tx::received;
use syncline_core::Versioned;

/// The next request of a model's sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextSync {
    /// The token of the page to ask for; `None` for the first one, and after the last.
    pub token: Option<String>,
    /// The `startedAt` of the first page, once it is known, in ms since the epoch.
    pub started_at: Option<i64>,
    /// What the sync asks for: what changed since this time (ms since the epoch), or everything.
    pub last_sync: Option<i64>,
    /// Whether it asks for everything.
    pub base: bool,
    /// How many records it has brought so far, without tombstones.
    pub received: u64,
}

impl SyncState {
    /// How the next sync with this expression begins: where an interrupted one of the same expression ended, with what
    /// changed since the last complete one, or, after another expression, with everything.
    #[must_use]
    pub fn next(&self, expression: &str) -> NextSync {
        let same = self.expression.as_deref() == Some(expression);
        let last_sync = self.last_sync.filter(|_| same);
        match &self.progress {
            Some(progress) if progress.expression == expression => NextSync {
                token: Some(progress.token.clone()),
                started_at: Some(progress.started_at),
                last_sync: if progress.base { None } else { last_sync },
                base: progress.base,
                received: progress.received,
            },
            _ => {
                NextSync { token: None, started_at: None, last_sync, base: last_sync.is_none(), received: 0 }
            }
        }
    }

    /// The same where a base sync ends at `cap` records: one that ended at a lower cap does not count, and the next is a
    /// base sync.
    #[must_use]
    pub fn with_cap(mut self, cap: Option<u64>) -> SyncState {
        if self.partial.is_some_and(|ended| cap.is_none_or(|cap| cap > ended)) {
            self.last_sync = None;
        }
        self
    }

    /// Whether what the caller may see is no longer what it was at the last complete sync, so that what changed since
    /// then is not enough (SYNC 2.7).
    #[must_use]
    pub fn scope_changed(&self, base: bool, fingerprint: Option<&str>) -> bool {
        let known = self.fingerprint.as_deref();
        !base && known.is_some() && fingerprint.is_some() && known != fingerprint
    }
}

impl NextSync {
    /// How it goes on after a page: `token` is the next one's. The first page's time is kept, since later pages may
    /// have read later states.
    #[must_use]
    pub fn after(&self, token: Option<String>, started_at: Option<i64>) -> NextSync {
        NextSync { token, started_at: self.started_at.or(started_at), ..*self }
    }

    /// The same, after a page with these rows and so many that could not be read.
    #[must_use]
    pub fn counting(mut self, rows: &[Versioned], bad: usize) -> NextSync {
        self.received += received(rows.iter(), bad);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Progress;
    use syncline_core::ModelId;

    fn state(last_sync: Option<i64>, expression: Option<&str>, progress: Option<(&str, bool)>) -> SyncState {
        SyncState {
            model: ModelId(0),
            last_sync,
            expression: expression.map(str::to_owned),
            fingerprint: Some("f".to_owned()),
            progress: progress.map(|(expression, base)| Progress {
                token: "t".to_owned(),
                started_at: 7,
                base,
                expression: expression.to_owned(),
                received: 3,
            }),
            base_complete: last_sync.is_some(),
            partial: None,
        }
    }

    #[test]
    fn a_sync_goes_on_where_it_ended_or_begins_as_far_back_as_it_must() {
        let next = |token: Option<&str>, started_at, last_sync, base| NextSync {
            token: token.map(str::to_owned),
            started_at,
            last_sync,
            base,
            received: if token.is_some() { 3 } else { 0 },
        };
        for (name, state, expected) in [
            ("a new file", state(None, None, None), next(None, None, None, true)),
            ("the same expression", state(Some(5), Some("e"), None), next(None, None, Some(5), false)),
            ("another expression", state(Some(5), Some("x"), None), next(None, None, None, true)),
            (
                "interrupted base",
                state(Some(5), Some("x"), Some(("e", true))),
                next(Some("t"), Some(7), None, true),
            ),
            (
                "interrupted delta",
                state(Some(5), Some("e"), Some(("e", false))),
                next(Some("t"), Some(7), Some(5), false),
            ),
            (
                "interrupted with another",
                state(Some(5), Some("e"), Some(("x", true))),
                next(None, None, Some(5), false),
            ),
        ] {
            assert_eq!(state.next("e"), expected, "{name}");
        }
    }

    #[test]
    fn another_fingerprint_matters_to_a_delta_only() {
        let state = state(Some(5), Some("e"), None);
        for (base, fingerprint, changed) in [
            (false, Some("f"), false),
            (false, Some("g"), true),
            (false, None, false),
            (true, Some("g"), false),
        ] {
            assert_eq!(state.scope_changed(base, fingerprint), changed, "{base} {fingerprint:?}");
        }
    }

    #[test]
    fn a_cap_that_is_raised_asks_for_everything() {
        for (partial, cap, base) in [
            (None, None, false),
            (None, Some(10), false),
            (Some(10), Some(10), false),
            (Some(10), Some(5), false),
            (Some(10), Some(11), true),
            (Some(10), None, true),
        ] {
            let state = SyncState { partial, ..state(Some(5), Some("e"), None) };
            assert_eq!(state.with_cap(cap).next("e").base, base, "{partial:?} {cap:?}");
        }
    }

    #[test]
    fn the_time_of_the_first_page_stays() {
        let first = state(None, None, None).next("e").after(Some("t".to_owned()), Some(3));
        assert_eq!((first.started_at, first.after(None, Some(9)).started_at), (Some(3), Some(3)));
    }
}
