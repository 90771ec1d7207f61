//! A read by key into a struct, with a prepared statement.

use super::files;
use crate::Result;
use crate::place::Place;
use crate::post::{Post, scattered};
use crate::sample::Sample;

/// Posts in the file.
const STORED: u32 = 10_000;

/// Reads `size` posts, scattered over the file.
pub(crate) fn get(place: &Place, size: u32) -> Result<Sample> {
    let db = files::seeded(&place.file("device.db"), STORED)?;
    let ids: Vec<_> = (0..STORED).map(|number| Post::numbered(number).id).collect();
    let mut wanted = scattered(size, STORED).filter_map(|number| ids.get(number as usize));
    let mut by_key = db.prepare(files::BY_KEY)?;
    Sample::of_each(size, |_| {
        let id = wanted.next().ok_or("no key is left")?;
        match files::one(&mut by_key, id)? {
            Some(post) if post.id == *id => Ok(()),
            _ => Err("a stored post is missing".into()),
        }
    })
}
