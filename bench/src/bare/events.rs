//! Telling subscribers: a comparison for each, JSON once for each event that is wanted, and a frame for each who is
//! told.

use std::hint::black_box;
use std::sync::Arc;

use crate::Result;
use crate::bench::Program;
use crate::post::{Post, REACHED, SUBSCRIBERS, bound, ranged};
use crate::sample::Sample;

/// Tells as many subscribers, who all want the same, of each of `size` events.
pub(crate) const SAME: Program =
    Program { label: "bare", prepare: Program::NOTHING, run: |_, size| run(size, |_| i64::MIN, SUBSCRIBERS) };

/// Compares each of `size` events with the range of every subscriber, and tells the few who want it.
pub(crate) const RANGES: Program =
    Program { label: "bare", prepare: Program::NOTHING, run: |_, size| run(size, bound, REACHED) };

/// A subscriber.
struct Subscriber {
    id: &'static str,
    wants: Wants,
}

/// A compiled filter: which field it compares, and how, is known when it is called and not before.
type Wants = Box<dyn Fn(&Post) -> bool>;

fn run(size: u32, above: fn(u32) -> i64, told: u32) -> Result<Sample> {
    let subscribers: Vec<_> = (0..SUBSCRIBERS)
        .map(above)
        .map(|bound| Subscriber { id: "subscription", wants: Box::new(move |post| post.views > bound) })
        .collect();
    let posts: Vec<_> = (0..size * 2).map(ranged).collect();
    Sample::of_each(size, |number| {
        let post = posts.get(number as usize).ok_or("no event is left")?;
        match tell(&subscribers, post)? {
            frames if frames == told => Ok(()),
            frames => Err(format!("{frames} subscribers were told, not {told}").into()),
        }
    })
}

fn tell(subscribers: &[Subscriber], post: &Post) -> Result<u32> {
    let wanted: Vec<_> = subscribers.iter().filter(|subscriber| (subscriber.wants)(post)).collect();
    if wanted.is_empty() {
        return Ok(0);
    }
    let data: Arc<str> = serde_json::to_string(post)?.into();
    let frames: Vec<_> = wanted.iter().map(|subscriber| (subscriber.id, Arc::clone(&data))).collect();
    for (seq, (id, data)) in frames.iter().enumerate() {
        black_box(format!(
            "{{\"id\":\"{id}\",\"type\":\"data\",\"payload\":{{\"data\":{{\"onCreatePost\":{data}}},\
             \"extensions\":{{\"syncline\":{{\"seq\":{seq},\"prev\":null}}}}}}}}"
        ));
    }
    Ok(u32::try_from(frames.len())?)
}
