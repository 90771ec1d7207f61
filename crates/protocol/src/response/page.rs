//! Pages of a sync.

use super::ResponseError;
use super::bad::BadItem;
use super::envelope::{Envelope, Nullable, RootField, read_envelope, text_of};
use super::hidden::hidden;
use super::record::{ReadRecord, RecordSeed, read_record_hiding};
use super::value::ScalarSeed;
use crate::error::{GraphqlError, PathItem};
use crate::extension::ResponseExtension;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use syncline_core::scalar::Storage;
use syncline_core::{Model, Versioned};

/// A page of a sync.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncAnswer {
    /// The records, tombstones included, in the server's order.
    pub rows: Vec<Versioned>,
    /// Items that could not be read.
    pub bad: Vec<BadItem>,
    /// Where to go on; `None` after the last page.
    pub next_token: Option<String>,
    /// When the sync began, in ms of the server's clock: the next `lastSync`.
    pub started_at: Option<i64>,
    /// What a Syncline server adds.
    pub extension: Option<ResponseExtension>,
    /// Errors about parts of the page.
    pub errors: Vec<GraphqlError>,
}

/// Reads the answer to a sync of `model`.
///
/// # Errors
/// If there is no page in it.
pub fn parse_sync_page(model: &Model, body: &[u8]) -> Result<SyncAnswer, ResponseError> {
    let text = text_of(body)?;
    let read = |apart, errors: &ByItem<'_>| {
        let seed = PageSeed { model, apart, errors };
        read_envelope(text, RootField { name: &model.names.sync, seed })
    };
    // An item can also be broken in a way that stops the reader, such as a number that no double holds or half a
    // surrogate pair. Then each item is cut out first and read by itself.
    // So it is where the server does not show a field of some of them, which its errors say.
    let envelope = match read(false, &ByItem::new()) {
        Ok(read) if read.data.as_ref().is_none_or(is_whole) && !read.errors.iter().any(hides) => read,
        Ok(first) => read(true, &by_item(&first.errors))?,
        Err(_) => read(true, &ByItem::new())?,
    };
    let extension = envelope.extension();
    let Envelope {
        data: Some(Some(Some(Page { items: Some(items), next_token, started_at }))), errors, ..
    } = envelope
    else {
        return Err(envelope.refusal(&format!("data.{}.items", model.names.sync)));
    };
    let said = by_item(&errors);
    let mut rows = Vec::with_capacity(items.len());
    let mut bad = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        match item {
            Ok(read) => rows.push(read.versioned),
            Err(mut item) => {
                item.index = index;
                if let Some(first) = place(index).and_then(|place| said.get(&place)?.first()) {
                    item.reason = first.to_string();
                }
                bad.push(item);
            }
        }
    }
    Ok(SyncAnswer { rows, bad, next_token, started_at, extension, errors })
}

/// The errors about items, by the items' places: an answer may have many of both.
type ByItem<'e> = HashMap<u64, Vec<&'e GraphqlError>>;

/// The path of an error about an item is `[sync…, "items", index, …]`.
fn by_item(errors: &[GraphqlError]) -> ByItem<'_> {
    let mut by_item = ByItem::new();
    for error in errors {
        if let Some(PathItem::Index(index)) = error.path.as_deref().and_then(|path| path.get(2)) {
            by_item.entry(*index).or_default().push(error);
        }
    }
    by_item
}

fn place(index: usize) -> Option<u64> {
    u64::try_from(index).ok()
}

/// Whether an error is about a field of an item.
fn hides(error: &GraphqlError) -> bool {
    error.path.as_deref().is_some_and(|path| path.len() > 3)
}

/// Whether every item could be read. If not, those that could not are read apart, to be kept as they came.
fn is_whole(data: &Option<Option<Page>>) -> bool {
    let items = data.as_ref().and_then(Option::as_ref).and_then(|page| page.items.as_ref());
    items.is_none_or(|items| items.iter().all(Result::is_ok))
}

struct Page {
    items: Option<Vec<Result<ReadRecord, BadItem>>>,
    next_token: Option<String>,
    started_at: Option<i64>,
}

struct PageSeed<'m> {
    model: &'m Model,
    /// Whether each item is cut out before it is read.
    apart: bool,
    /// What the server says of the items then.
    errors: &'m ByItem<'m>,
}

impl<'de> DeserializeSeed<'de> for PageSeed<'_> {
    type Value = Page;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Page, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PageSeed<'_> {
    type Value = Page;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to be an object with items", self.model.names.sync)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page, A::Error> {
        let mut page = Page { items: None, next_token: None, started_at: None };
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            match &*name {
                "items" => {
                    let seed = ItemsSeed { model: self.model, apart: self.apart, errors: self.errors };
                    page.items = map.next_value_seed(Nullable(seed))?;
                }
                "nextToken" => page.next_token = map.next_value()?,
                "startedAt" => {
                    let found = map.next_value_seed(ScalarSeed(Storage::Int))?;
                    page.started_at = found.ok().and_then(|value| value.as_int());
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(page)
    }
}

struct ItemsSeed<'m> {
    model: &'m Model,
    apart: bool,
    errors: &'m ByItem<'m>,
}

impl<'de> DeserializeSeed<'de> for ItemsSeed<'_> {
    type Value = Vec<Result<ReadRecord, BadItem>>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ItemsSeed<'_> {
    type Value = Vec<Result<ReadRecord, BadItem>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("items to be a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        if self.apart {
            while let Some(raw) = seq.next_element::<&RawValue>()? {
                let said = place(items.len()).and_then(|place| Some((place, self.errors.get(&place)?)));
                let hidden = said.map(|(place, errors)| {
                    let name = |name: &str| PathItem::Field(name.to_owned());
                    let path = [name(&self.model.names.sync), name("items"), PathItem::Index(place)];
                    hidden(self.model, errors.iter().copied(), &path)
                });
                let hidden = hidden.unwrap_or_default();
                let read = read_record_hiding(self.model, raw.get(), &hidden);
                items.push(read.map_err(|reason| BadItem::new(self.model, raw.get(), reason)));
            }
        } else {
            let mut seen = Vec::with_capacity(self.model.fields.len());
            while let Some(item) =
                seq.next_element_seed(RecordSeed { model: self.model, seen: &mut seen, hidden: &[] })?
            {
                items.push(item.map_err(BadItem::unread));
            }
        }
        Ok(items)
    }
}
