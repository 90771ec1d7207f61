//! Posts as they travel: text stays where it lies in the JSON, and lists stay JSON, which is what the table holds.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::Result;
use crate::post::Post;

/// A post for the table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostRef<'a> {
    #[serde(borrow)]
    pub(crate) id: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) title: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) content: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) author: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) status: Cow<'a, str>,
    pub(crate) rating: i64,
    pub(crate) score: f64,
    pub(crate) views: i64,
    pub(crate) published: bool,
    /// JSON.
    #[serde(borrow, deserialize_with = "raw")]
    pub(crate) tags: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) created_at: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) updated_at: Cow<'a, str>,
    #[serde(rename = "_version")]
    pub(crate) version: i64,
    #[serde(rename = "_deleted")]
    pub(crate) deleted: Option<bool>,
    #[serde(rename = "_lastChangedAt")]
    pub(crate) last_changed_at: i64,
}

fn raw<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Cow<'de, str>, D::Error> {
    <&RawValue>::deserialize(from).map(|raw| Cow::Borrowed(raw.get()))
}

impl<'a> PostRef<'a> {
    /// # Errors
    /// None in practice: a list of texts can be written.
    pub(crate) fn of(post: &'a Post) -> Result<Self> {
        Ok(Self {
            id: (&post.id).into(),
            title: (&post.title).into(),
            content: (&post.content).into(),
            author: (&post.author).into(),
            status: (&post.status).into(),
            rating: post.rating,
            score: post.score,
            views: post.views,
            published: post.published,
            tags: serde_json::to_string(&post.tags)?.into(),
            created_at: (&post.created_at).into(),
            updated_at: (&post.updated_at).into(),
            version: post.version,
            deleted: post.deleted,
            last_changed_at: post.last_changed_at,
        })
    }
}

/// The posts of a page, which is a JSON array.
///
/// # Errors
/// It is none.
pub(crate) fn page(body: &[u8]) -> Result<Vec<PostRef<'_>>> {
    Ok(serde_json::from_slice(body)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_the_same_from_json() {
        let post = Post { title: "\"quoted\"\n".to_owned(), ..Post::numbered(1) };
        let body = serde_json::to_vec(&[&post]).unwrap();
        let [read] = &page(&body).unwrap()[..] else { panic!("one post") };
        assert_eq!(format!("{read:?}"), format!("{:?}", PostRef::of(&post).unwrap()));
        assert!(matches!((&read.id, &read.title), (Cow::Borrowed(_), Cow::Owned(_))));
    }
}
