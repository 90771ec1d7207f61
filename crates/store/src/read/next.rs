//! How a sync begins and goes on.

use super::SyncState;

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
            },
            _ => NextSync { token: None, started_at: None, last_sync, base: last_sync.is_none() },
        }
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
            }),
            base_complete: last_sync.is_some(),
        }
    }

    #[test]
    fn a_sync_goes_on_where_it_ended_or_begins_as_far_back_as_it_must() {
        let next = |token: Option<&str>, started_at, last_sync, base| NextSync {
            token: token.map(str::to_owned),
            started_at,
            last_sync,
            base,
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
    fn the_time_of_the_first_page_stays() {
        let first = state(None, None, None).next("e").after(Some("t".to_owned()), Some(3));
        assert_eq!((first.started_at, first.after(None, Some(9)).started_at), (Some(3), Some(3)));
    }
}
