//! What the server has said of itself.

use syncline_protocol::extension::{Caps, ResponseExtension};
use tokio::sync::{Mutex, MutexGuard, watch};

/// The most mutations in one document where the server does not say (AppSync: DESIGN §4).
const QUIET_BATCH: usize = 25;
/// The most records in one page; AppSync's limit.
const PAGE: usize = 1_000;
/// The most where the server bounds a page by its bytes (SYNC 2.10).
const LARGE_PAGE: usize = 10_000;
/// The most bytes of a request where the server does not say.
const QUIET_BODY: u64 = 1 << 20;
/// What a request holds besides its mutations: what is selected of each model, and names.
const FRAME: u64 = 32 << 10;

/// Whether the server speaks the extension (SYNC §4), and what it takes.
#[derive(Debug, Default)]
pub(super) struct Negotiated {
    known: watch::Sender<Known>,
    asking: Mutex<()>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Known {
    /// It has not answered yet.
    #[default]
    Nothing,
    /// It does not speak it.
    Plain,
    /// It does.
    Speaks(Caps),
}

impl Negotiated {
    fn get(&self) -> Known {
        *self.known.borrow()
    }

    fn caps(&self) -> Caps {
        match self.get() {
            Known::Speaks(caps) => caps,
            Known::Nothing | Known::Plain => Caps::default(),
        }
    }

    /// The turn to ask: nobody else does until it is dropped.
    pub(super) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.asking.lock().await
    }

    pub(super) fn known(&self) -> Option<bool> {
        match self.get() {
            Known::Nothing => None,
            Known::Plain => Some(false),
            Known::Speaks(_) => Some(true),
        }
    }

    /// Waits until it is known that the server speaks it: for ever at one that does not.
    pub(super) async fn speaks(&self) {
        let mut known = self.known.subscribe();
        if known.wait_for(|known| matches!(known, Known::Speaks(_))).await.is_err() {
            std::future::pending().await
        }
    }

    /// The most mutations in one document.
    pub(super) fn batch(&self) -> usize {
        match size(self.caps().max_batch.into()) {
            0 => QUIET_BATCH,
            said => said,
        }
    }

    /// The most records in one page: more where the server bounds it by its bytes (SYNC 2.10).
    pub(super) fn max_page(&self) -> usize {
        if self.caps().max_page_bytes > 0 { LARGE_PAGE } else { PAGE }
    }

    /// The most mutations that are applied as a whole or not at all; `None` if the server does not do that, or nothing is
    /// known of it (SYNC 2.5).
    pub(super) fn atomic_max(&self) -> Option<usize> {
        Some(size(self.caps().atomic_max.into())).filter(|most| *most > 0)
    }

    /// Whether a document may hold what depends on what is in it (SYNC 2.4).
    pub(super) fn stops_on_dependency(&self) -> bool {
        self.caps().stop_on_dependency
    }

    /// How long the server remembers the id of a mutation that it has applied, in ms; `None` if it does not say
    /// (SYNC 2.1).
    pub(super) fn id_retention_ms(&self) -> Option<i64> {
        Some(self.caps().id_retention_ms).filter(|ms| *ms > 0)
    }

    /// The most bytes of the mutations of a request.
    pub(super) fn batch_bytes(&self) -> usize {
        let body = match self.caps().max_body_bytes {
            0 => QUIET_BODY,
            said => said,
        };
        size(body.saturating_sub(FRAME))
    }

    /// Learns from an answer.
    pub(super) fn learn(&self, extension: Option<&ResponseExtension>) {
        let said = match extension {
            Some(extension) => Known::Speaks(extension.caps),
            None => Known::Plain,
        };
        // An answer without it does not unlearn it: an error page of a proxy says nothing.
        self.known.send_if_modified(|known| {
            let learns = extension.is_some() || matches!(known, Known::Nothing);
            let news = learns && *known != said;
            if news {
                *known = said;
            }
            news
        });
    }
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn who_waits_for_a_server_that_speaks_it_hears_of_one_that_does_and_of_no_other() {
        let (caps, epoch, fields) = Default::default();
        let extension = ResponseExtension { v: 1, caps, epoch, fields };
        let negotiated = Negotiated::default();
        let mut waiting = std::pin::pin!(negotiated.speaks());
        for (extension, known, speaks) in
            [(None, Some(false), false), (Some(&extension), Some(true), true), (None, Some(true), true)]
        {
            negotiated.learn(extension);
            assert_eq!(negotiated.known(), known);
            assert_eq!(negotiated.speaks().now_or_never().is_some(), speaks);
        }
        assert_eq!(waiting.as_mut().now_or_never(), Some(()));
    }
}
