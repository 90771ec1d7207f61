//! The records of a page, written by the thread that read them.

use super::Renderer;
use crate::exec::{RootField, Selection};
use crate::read::Related;
use std::sync::{Arc, OnceLock};
use syncline_backend::PageWork;
use syncline_protocol::GraphqlError;

/// The records of a page as JSON, with the errors met on the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Written {
    /// A list of them.
    pub(super) json: String,
    pub(super) errors: Vec<GraphqlError>,
    /// Their bytes.
    pub(super) said: usize,
    /// Whether they are more than an answer may have: then they are not complete.
    pub(super) full: bool,
    /// How many there are.
    pub(crate) records: usize,
}

impl Written {
    /// What they weigh, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.json.len()
    }
}

/// Where the records of a page are written to.
#[derive(Debug, Default)]
pub(crate) struct Slot(Arc<OnceLock<Written>>);

impl Slot {
    /// Work that takes the records out of the page and writes them as `root` selects them, up to `most` bytes. `None` if
    /// that takes more than the page: if what lies behind relations is selected too, or they are selected twice.
    pub(crate) fn work(&self, root: &RootField, most: usize) -> Option<PageWork> {
        let mut sets = root.selection.record_sets();
        let (key, records) = sets.next()?;
        if sets.next().is_some() || records.relations().next().is_some() {
            return None;
        }
        let (root, key, records): (String, String, Selection) =
            (root.key.clone(), key.to_owned(), records.clone());
        let slot = Arc::clone(&self.0);
        Some(Box::new(move |page| {
            let rows = std::mem::take(&mut page.rows);
            let mut written = Written { records: rows.len(), ..Written::default() };
            written.json.reserve(rows.len() * (records.width() + TEXT));
            let mut renderer = Renderer::new(&mut written.json, &mut written.errors, &root).at_most(most);
            renderer.items(&key, &records, &rows, Related::NONE);
            (written.full, written.said) = (renderer.is_full(), renderer.said());
            // Nobody else writes to it.
            let _ = slot.set(written);
        }))
    }

    /// What was written.
    pub(crate) fn take(self) -> Option<Written> {
        Arc::try_unwrap(self.0).map_or_else(|shared| shared.get().cloned(), OnceLock::into_inner)
    }
}

/// The bytes of text that a record may well have: a page that has more grows.
const TEXT: usize = 100;
