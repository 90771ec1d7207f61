//! How much a page holds: the same in every store.

use syncline_core::{Model, Value};

use crate::{Allowance, BackendError, List, ListPage, Row};

/// What a record says beside its fields, with the names of that: about so many bytes of JSON.
const METADATA: usize = 80;

/// The bytes of a page of a list. Many large records are read in several pages, however many are asked for: DynamoDB ends
/// a page after one megabyte.
const LIST: usize = 16 << 20;

/// Counts the bytes of a page while it is read. A page holds one record at least, however large that is.
#[derive(Clone, Debug)]
pub struct Budget {
    /// The bytes of a record's names and metadata.
    frame: usize,
    left: usize,
    begun: bool,
}

impl Budget {
    /// A page of records of `model` with `most` bytes.
    #[must_use]
    pub fn new(model: &Model, most: usize) -> Budget {
        let frame = METADATA + model.fields.iter().map(|field| field.name.len() + 4).sum::<usize>();
        Budget { frame, left: most, begun: false }
    }

    /// A page of a list.
    #[must_use]
    pub fn list(model: &Model) -> Budget {
        Budget::new(model, LIST)
    }

    /// Whether the page has room for `row`, which is counted if it has. The page ends with the first that does not fit.
    pub fn takes(&mut self, row: &Row) -> bool {
        let bytes = self.frame + row.record.0.iter().map(bytes).sum::<usize>();
        let fits = !self.begun || bytes <= self.left;
        if fits {
            self.left = self.left.saturating_sub(bytes);
        }
        self.begun = true;
        fits
    }
}

/// Reads each of `lists` with `read`, until they come to more than `most`.
///
/// # Errors
/// The first of `read`.
pub fn list_each<'a>(
    lists: &'a [List],
    most: Allowance,
    mut read: impl FnMut(&'a List) -> Result<ListPage, BackendError>,
) -> Result<Vec<ListPage>, BackendError> {
    let mut pages = Vec::with_capacity(lists.len());
    let (mut records, mut size) = (0, 0);
    for list in lists {
        let page = read(list)?;
        records += page.rows.len();
        size += page.rows.iter().flat_map(|row| &row.record.0).map(bytes).sum::<usize>();
        pages.push(page);
        if records > most.records || size > most.bytes {
            break;
        }
    }
    Ok(pages)
}

/// The bytes of a value's JSON, near enough: numbers count alike, and what is escaped counts once.
fn bytes(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 4,
        Value::Int(_) | Value::Float(_) => 8,
        Value::Text(text) => text.len() + 2,
        Value::List(items) => 2 + items.iter().map(|item| bytes(item) + 1).sum::<usize>(),
        Value::Object(object) => {
            2 + object.0.iter().map(|(name, value)| name.len() + 4 + bytes(value)).sum::<usize>()
        }
    }
}
