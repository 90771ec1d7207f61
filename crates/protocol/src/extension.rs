//! What Syncline adds to AppSync, for those who ask for it (SYNC §4).
//!
//! A client asks with the header [`HEADER`]`: 1` (on the socket: a key of that name in the payload of
//! `connection_init`), and sends [`RequestExtension`] only to an endpoint that has answered with a
//! [`ResponseExtension`]. Unknown keys are ignored on both sides, and what cannot be read at all counts as absent for
//! a client: plain AppSync always works.

use crate::raw::RawJson;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use syncline_core::Key;
use syncline_core::record::Left;

/// The header by which a client asks.
pub const HEADER: &str = "x-syncline";
/// The value of the header, and the version of the extension.
pub const VERSION: u32 = 1;
/// The key in the payload of `connection_init` by which a socket says whose it is: see [`RequestExtension::origin`].
pub const ORIGIN: &str = "x-syncline-origin";
/// The longest id, session or origin, in bytes.
pub const LONGEST_NAME: usize = 128;

/// Whether `text` can be an id, a session or an origin: it is not empty, not too long, and has no U+0000.
#[must_use]
pub fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len()) && !text.contains('\0')
}

/// The key inside `extensions`.
pub const KEY: &str = "syncline";

/// `extensions.syncline` of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestExtension {
    /// The sending device's session, for rule 3.4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Who sends, for as long as it runs. The sockets that named the same origin in their `connection_init`
    /// ([`ORIGIN`]) are not told of these mutations: their answer says the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The id of the mutation behind each alias (SYNC 2.1).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub mutations: BTreeMap<String, String>,
    /// All mutations of the document or none.
    #[serde(skip_serializing_if = "is_false")]
    pub atomic: bool,
    /// Do not try a mutation whose record, or a record it belongs to, was to be written by one before it that failed
    /// (SYNC 2.4).
    #[serde(skip_serializing_if = "is_false")]
    pub stop_on_dependency: bool,
    /// For the sync field with each alias: keys that the client holds, in their order; the answer says which of them the
    /// scope no longer selects (SYNC 2.8). For a client whose last sync is older than the server's change log.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub scope_check: BTreeMap<String, Vec<WireKey>>,
    /// What the fields of an update were before the device changed them, by alias and field, as values of the field
    /// (SYNC 1.6).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub bases: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
}

/// `extensions.syncline` of a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseExtension {
    /// The version of the extension that the server speaks.
    pub v: u32,
    /// What the server can do.
    pub caps: Caps,
    /// The epoch of the server's store (SYNC 2.6).
    pub epoch: String,
    /// What is to be said about single root fields, by alias.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldExtension>,
}

/// What a server can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Caps {
    /// The most aliased mutations in one document; 0 if it does not say.
    pub max_batch: u32,
    /// The most bytes of a sync page; 0 if it does not say.
    pub max_page_bytes: u64,
    /// The most bytes of a request's body; 0 if it does not say.
    #[serde(skip_serializing_if = "is_zero")]
    pub max_body_bytes: u64,
    /// The most mutations in an atomic document; 0 if there are no atomic documents.
    pub atomic_max: u32,
    /// Whether `stopOnDependency` is obeyed.
    #[serde(skip_serializing_if = "is_false")]
    pub stop_on_dependency: bool,
    /// How long the server remembers the ids of mutations, in ms (SYNC 2.1).
    pub id_retention_ms: i64,
    /// How long tombstones live, in ms: a `lastSync` older than that is answered as base.
    pub tombstone_horizon_ms: i64,
}

/// How a sync field was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SyncKind {
    /// With everything in scope.
    Base,
    /// With what changed since `lastSync`.
    Delta,
}

/// What is to be said about one root field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FieldExtension {
    /// For a sync field: base or delta.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<SyncKind>,
    /// For a sync field: what the caller may see of the model; another one than before asks for a base sync
    /// (SYNC 2.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// For a delta: the records that left the scope since `lastSync`, of the changes that this page is about (SYNC 2.8).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaves: Option<Vec<Leave>>,
    /// For a delta: the server's change log does not reach back to `lastSync`, so that there are no `leaves`; a
    /// [`scope_check`](RequestExtension::scope_check) can tell.
    #[serde(skip_serializing_if = "is_false")]
    pub leaves_incomplete: bool,
    /// Of the keys of a [`scope_check`](RequestExtension::scope_check), those that are not in the scope or nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<Vec<WireKey>>,
    /// For a page of a base sync: the tokens of pages that may be asked for at once, the next one first. Each ends where
    /// the one after it begins, and the last tells of those that follow it (SYNC 2.10). Who follows `nextToken` alone
    /// comes by the same pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<String>,
    /// For a sync field: what the server read for it (SYNC 3.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Explain>,
}

/// What a server read for a page of a sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explain {
    /// Which range.
    pub read: ReadBy,
    /// The index, if it was one; the server's store names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
}

/// A range of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadBy {
    /// All, by key.
    Key,
    /// What changed since `lastSync`.
    Changes,
    /// Those with the filter's value in an index.
    Index,
}

/// A key, as a JSON array of the key's columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WireKey(#[serde(with = "key_columns")] pub Key);

/// `extensions.syncline` of a `data` frame (SYNC 1.14, 2.8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameExtension {
    /// The sequence of the frame's event.
    pub seq: i64,
    /// The sequence of the event before it in the same subscription; `None` for the first.
    #[serde(default)]
    pub prev: Option<i64>,
    /// A record that left the subscription's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave: Option<Leave>,
}

impl FrameExtension {
    /// Whether nothing is missing between this frame and the last one seen, whose sequence was `last` (`None`: there
    /// was none yet).
    #[must_use]
    pub fn follows(&self, last: Option<i64>) -> bool {
        self.prev == last
    }
}

/// A record that left a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// Its key, as a JSON array of the key's columns.
    #[serde(with = "key_columns")]
    pub key: Key,
    /// Its version when it left.
    #[serde(rename = "_version")]
    pub version: i64,
    /// When the server made that version, in ms since the epoch: a later life of the key is told from it by that (SYNC 1.9).
    #[serde(rename = "_lastChangedAt", default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<i64>,
}

impl Leave {
    /// What it says of the record.
    #[must_use]
    pub fn left(&self) -> Left {
        Left { version: self.version, changed_at: self.changed_at }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

mod key_columns {
    use crate::raw::RawJson;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use syncline_core::Key;

    pub(super) fn serialize<S: Serializer>(key: &Key, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawJson::from_text(key.to_text()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        let raw = RawJson::deserialize(deserializer)?;
        Key::from_text(raw.as_str()).ok_or_else(|| D::Error::custom("a key is an array of scalars"))
    }
}

/// The object `extensions`, of which only our own part is read and written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extensions<T> {
    /// Our part.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub syncline: Option<T>,
}

fn none<T>() -> Option<T> {
    None
}

/// Our part of a response's or a frame's `extensions`; `None` if it is absent or cannot be read.
pub(crate) fn read_lenient<T: serde::de::DeserializeOwned>(raw: &RawJson) -> Option<T> {
    raw.parse::<Extensions<T>>().ok()?.syncline
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::DeserializeOwned;
    use std::fmt::Debug;

    fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, text: &str) {
        assert_eq!(serde_json::to_string(value).unwrap(), text);
        assert_eq!(&serde_json::from_str::<T>(text).unwrap(), value);
        let more = format!("{{\"later\":{{\"a\":[1]}},{}", &text[1..]).replace(",}", "}");
        assert_eq!(&serde_json::from_str::<T>(&more).unwrap(), value, "unknown keys are ignored: {more}");
    }

    #[test]
    fn the_wire_form_of_each_part() {
        check(&RequestExtension::default(), "{}");
        check(
            &RequestExtension {
                session: Some("s".to_owned()),
                origin: Some("o".to_owned()),
                mutations: BTreeMap::from([("m0".to_owned(), "id-0".to_owned())]),
                atomic: true,
                stop_on_dependency: true,
                scope_check: BTreeMap::new(),
                bases: BTreeMap::from([(
                    "m0".to_owned(),
                    BTreeMap::from([("visits".to_owned(), serde_json::Value::from(5))]),
                )]),
            },
            concat!(
                r#"{"session":"s","origin":"o","mutations":{"m0":"id-0"},"atomic":true,"stopOnDependency":true,"#,
                r#""bases":{"m0":{"visits":5}}}"#
            ),
        );
        let keys = [Key::id("a"), Key(vec!["b".into(), 7.into()])].map(WireKey).to_vec();
        check(
            &RequestExtension {
                scope_check: BTreeMap::from([("s".to_owned(), keys.clone())]),
                ..RequestExtension::default()
            },
            r#"{"scopeCheck":{"s":[["a"],["b",7]]}}"#,
        );
        check(
            &FieldExtension {
                leaves: Some(vec![
                    Leave { key: Key::id("p1"), version: 4, changed_at: None },
                    Leave { key: Key::id("p2"), version: 5, changed_at: Some(90) },
                ]),
                leaves_incomplete: true,
                gone: Some(keys),
                ranges: vec!["t".to_owned()],
                explain: Some(Explain { read: ReadBy::Index, index: Some("Post.byRating".to_owned()) }),
                ..FieldExtension::default()
            },
            concat!(
                r#"{"leaves":[{"key":["p1"],"_version":4},{"key":["p2"],"_version":5,"_lastChangedAt":90}],"#,
                r#""leavesIncomplete":true,"gone":[["a"],["b",7]],"#,
                r#""ranges":["t"],"explain":{"read":"index","index":"Post.byRating"}}"#
            ),
        );
        check(&FieldExtension { leaves: Some(vec![]), ..FieldExtension::default() }, r#"{"leaves":[]}"#);
        check(&Explain { read: ReadBy::Changes, index: None }, r#"{"read":"changes"}"#);
        let fields = |kind| FieldExtension {
            kind: Some(kind),
            fingerprint: Some("f".to_owned()),
            ..FieldExtension::default()
        };
        check(
            &ResponseExtension {
                v: 1,
                caps: Caps {
                    max_batch: 100,
                    max_page_bytes: 1_000_000,
                    max_body_bytes: 500_000,
                    atomic_max: 50,
                    stop_on_dependency: true,
                    id_retention_ms: 2_592_000_000,
                    tombstone_horizon_ms: 2_592_000_000,
                },
                epoch: "e".to_owned(),
                fields: BTreeMap::from([
                    ("a".to_owned(), fields(SyncKind::Base)),
                    ("b".to_owned(), fields(SyncKind::Delta)),
                ]),
            },
            concat!(
                r#"{"v":1,"caps":{"maxBatch":100,"maxPageBytes":1000000,"maxBodyBytes":500000,"atomicMax":50,"stopOnDependency":true,"#,
                r#""idRetentionMs":2592000000,"tombstoneHorizonMs":2592000000},"epoch":"e","fields":{"a":{"kind":"base","fingerprint":"f"},"#,
                r#""b":{"kind":"delta","fingerprint":"f"}}}"#
            ),
        );
        check(&FrameExtension { seq: 7, prev: None, leave: None }, r#"{"seq":7,"prev":null}"#);
        check(
            &FrameExtension {
                seq: 9,
                prev: Some(7),
                leave: Some(Leave { key: Key::id("p1"), version: 4, changed_at: Some(90) }),
            },
            r#"{"seq":9,"prev":7,"leave":{"key":["p1"],"_version":4,"_lastChangedAt":90}}"#,
        );
    }

    #[test]
    fn what_cannot_be_read_counts_as_absent() {
        for text in
            ["null", "{}", "7", r#"{"syncline":7}"#, r#"{"syncline":null}"#, r#"{"syncline":{"v":"x"}}"#]
        {
            let raw = RawJson::from_text(text.to_owned()).unwrap();
            assert_eq!(read_lenient::<ResponseExtension>(&raw), None, "{text}");
        }
    }

    #[test]
    fn a_hole_shows() {
        let frame = FrameExtension { seq: 9, prev: Some(7), leave: None };
        assert!(frame.follows(Some(7)));
        assert!(!frame.follows(Some(6)));
        assert!(!frame.follows(None));
        assert!(FrameExtension { seq: 1, prev: None, leave: None }.follows(None));
    }
}
