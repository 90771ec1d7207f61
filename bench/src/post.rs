//! The record that is moved, the same in every run (see `schema.graphql`).

use serde::{Deserialize, Serialize};
use uuid::Builder;

use crate::Result;

/// A post with its metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Post {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) content: String,
    pub(crate) author: String,
    pub(crate) status: String,
    pub(crate) rating: i64,
    pub(crate) score: f64,
    pub(crate) views: i64,
    pub(crate) published: bool,
    pub(crate) tags: Vec<String>,
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    #[serde(rename = "_version")]
    pub(crate) version: i64,
    #[serde(rename = "_deleted")]
    pub(crate) deleted: Option<bool>,
    #[serde(rename = "_lastChangedAt")]
    pub(crate) last_changed_at: i64,
}

/// Posts in the file from which single ones are read.
pub(crate) const STORED: u32 = 10_000;

/// Subscriptions to the events of a server.
pub(crate) const SUBSCRIBERS: u32 = 10_000;

/// How many of those who want a range of views are reached by each event.
pub(crate) const REACHED: u32 = 10;

/// More views than this many is what the subscriber of that number wants.
pub(crate) fn bound(subscriber: u32) -> i64 {
    i64::from(subscriber) * 10
}

/// The post of that number, with as many views as [`REACHED`] subscribers want.
pub(crate) fn ranged(number: u32) -> Post {
    Post { views: bound(REACHED - 1) + 1 + i64::from(number % 9), ..Post::numbered(number) }
}

/// 1 January 2026, in milliseconds.
const BEGIN: u64 = 1_767_225_600_000;

const WORDS: [&str; 16] = [
    "river", "lantern", "copper", "meadow", "signal", "harbour", "violet", "engine", "winter", "paper",
    "anchor", "silver", "garden", "window", "thunder", "bridge",
];

impl Post {
    /// The post of that number, with a random UUID as its id: the order of the keys is not that of the numbers.
    pub(crate) fn shuffled(number: u32) -> Self {
        let mut draw = Draw(!u64::from(number));
        let mut random = [0; 16];
        random[..8].copy_from_slice(&draw.next().to_be_bytes());
        random[8..].copy_from_slice(&draw.next().to_be_bytes());
        Self { id: Builder::from_random_bytes(random).into_uuid().to_string(), ..Self::numbered(number) }
    }

    /// The post of that number. Ids ascend with the numbers, as UUIDs of version 7 do.
    pub(crate) fn numbered(number: u32) -> Self {
        let mut draw = Draw(u64::from(number));
        let mut random = [0; 10];
        random[..8].copy_from_slice(&draw.next().to_be_bytes());
        let millis = BEGIN + u64::from(number);
        let time = timestamp(millis);
        Self {
            id: Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string(),
            title: draw.words(5),
            content: draw.words(28),
            author: draw.words(2),
            status: ["DRAFT", "ACTIVE", "ARCHIVED"][draw.below(3)].to_owned(),
            rating: i64::from(number % 10),
            score: f64::from(number % 1000) / 8.0,
            views: i64::from(number) * 3,
            published: number.is_multiple_of(2),
            tags: vec![draw.words(1), draw.words(1), draw.words(1)],
            created_at: time.clone(),
            updated_at: time,
            version: 1,
            deleted: None,
            last_changed_at: i64::try_from(millis).unwrap_or(i64::MAX),
        }
    }
}

/// An instant of 2026's first days, as `AWSDateTime`.
fn timestamp(millis: u64) -> String {
    let of_day = (millis - BEGIN) % 86_400_000;
    let (seconds, rest) = (of_day / 1000, of_day % 1000);
    format!("2026-01-01T{:02}:{:02}:{:02}.{rest:03}Z", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A short stream of numbers from a seed (splitmix64).
#[derive(Debug)]
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or_default() % end
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<_> = (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect();
        words.join(" ")
    }
}

/// The JSON of the posts below `count`, in bytes, with what separates them: what it takes to send them.
///
/// # Errors
/// None in practice: a post can be written.
pub(crate) fn json_bytes(count: u32) -> Result<u64> {
    (0..count).try_fold(0, |bytes, number| {
        let json = serde_json::to_string(&Post::numbered(number))?;
        Ok(bytes + u64::try_from(json.len() + 1)?)
    })
}

/// Numbers below `end` in an order that is not that of the keys, the same in every run.
pub(crate) fn scattered(count: u32, end: u32) -> impl Iterator<Item = u32> {
    let end = usize::try_from(end).unwrap_or(usize::MAX).max(1);
    let mut draw = Draw(7);
    (0..count).map(move |_| u32::try_from(draw.below(end)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_the_same_every_time_and_in_key_order() {
        assert_eq!(Post::numbered(3), Post::numbered(3));
        let ids: Vec<_> = (0..1000).map(|n| Post::numbered(n).id).collect();
        assert!(ids.is_sorted());
        let ids: Vec<_> = (0..1000).map(|n| Post::shuffled(n).id).collect();
        assert!(!ids.is_sorted());
        assert_eq!(Post::shuffled(3), Post::shuffled(3));
        assert_eq!(timestamp(BEGIN + 3_723_004), "2026-01-01T01:02:03.004Z");
    }

    #[test]
    fn a_post_has_the_fields_of_the_schema_and_its_size() {
        let json = serde_json::to_value(Post::numbered(1)).unwrap();
        let schema = include_str!("../schema.graphql");
        let fields: Vec<_> =
            schema.lines().filter_map(|line| line.trim().split_once(": ")).map(|(f, _)| f).collect();
        assert_eq!(fields.iter().filter(|field| json.get(field).is_some()).count(), 12, "{fields:?}");
        let size = json.to_string().len();
        assert!((550..650).contains(&size), "{size} bytes");
        assert!((1100..1300).contains(&json_bytes(2).unwrap()));
    }
}
