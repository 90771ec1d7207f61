//! A read by key into a struct, with a prepared statement.

use super::files;
use crate::Result;
use crate::bench::Program;
use crate::place::Place;
use crate::post::{Post, STORED, scattered};
use crate::sample::{Sample, warm};

/// Reads `size` posts, scattered over the file.
pub(crate) const GET: Program = Program { label: "bare", prepare, run };

const FILE: &str = "device.db";

fn prepare(place: &Place, _: u32) -> Result<()> {
    files::seeded(&place.file(FILE), (0..STORED).map(Post::numbered)).map(drop)
}

fn run(place: &Place, size: u32) -> Result<Sample> {
    let db = files::open(&place.file(FILE))?;
    let ids: Vec<_> = (0..STORED).map(|number| Post::numbered(number).id).collect();
    let mut wanted = scattered(warm(size) + size, STORED).filter_map(|number| ids.get(number as usize));
    let mut by_key = db.prepare(files::BY_KEY)?;
    Sample::of_each(size, |_| {
        let id = wanted.next().ok_or("no key is left")?;
        match files::one(&mut by_key, id)? {
            Some(post) if post.id == *id => Ok(()),
            _ => Err("a stored post is missing".into()),
        }
    })
}
