//! What ends the story early.

use crate::failure::Failure;
use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

/// How long anything may take before it counts as not happening.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a step did not pass.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Something is not as it must be.
    Wrong(Box<Wrong>),
    /// Something could not be done at all.
    Failed(String),
}

/// What is not as it must be.
#[derive(Debug)]
pub(crate) struct Wrong {
    /// What was looked at.
    pub(crate) what: String,
    /// What it must be.
    pub(crate) expected: String,
    /// What it is.
    pub(crate) found: String,
}

impl Trouble {
    /// `what` is `found` and not `expected`.
    pub(crate) fn wrong(
        what: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Trouble {
        Trouble::Wrong(Box::new(Wrong { what: what.into(), expected: expected.into(), found: found.into() }))
    }
}

impl From<syncline::Error> for Trouble {
    fn from(error: syncline::Error) -> Trouble {
        Trouble::Failed(error.to_string())
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble::Failed(failure.to_string())
    }
}

/// Checks that `what` is as expected.
pub(crate) fn equal<T: PartialEq + Debug>(what: &str, expected: &T, found: &T) -> Result<(), Trouble> {
    if expected == found {
        return Ok(());
    }
    Err(Trouble::wrong(what, format!("{expected:?}"), format!("{found:?}")))
}

/// Waits for `event`, which is told by `None` if it can no longer happen.
pub(crate) async fn within<T>(event: &str, wait: impl Future<Output = Option<T>>) -> Result<T, Trouble> {
    match tokio::time::timeout(PATIENCE, wait).await {
        Ok(Some(happened)) => Ok(happened),
        Ok(None) => Err(Trouble::wrong(event, "it happens", "it can no longer happen: the store is closed")),
        Err(_) => {
            let found = format!("it did not happen within {} s", PATIENCE.as_secs());
            Err(Trouble::wrong(event, "it happens", found))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_says_both_sides() {
        assert!(equal("posts", &1, &1).is_ok());
        let Err(Trouble::Wrong(wrong)) = equal("posts", &1, &2) else { panic!("1 is not 2") };
        assert_eq!((wrong.what.as_str(), &*wrong.expected, &*wrong.found), ("posts", "1", "2"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_happen_is_told() {
        for (wait, found) in [(Some(()), "within 10 s"), (None, "no longer")] {
            let wait = async {
                match wait {
                    Some(()) => std::future::pending().await,
                    None => None::<()>,
                }
            };
            let Err(Trouble::Wrong(wrong)) = within("rain", wait).await else { panic!("it does not happen") };
            assert!(wrong.found.contains(found), "{}", wrong.found);
        }
    }
}
