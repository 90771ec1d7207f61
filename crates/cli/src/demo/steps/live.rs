//! What one device writes, another sees at once.

use super::Step;
use crate::demo::models::Post;
use crate::demo::report::{Told, ms, shown};
use crate::demo::trouble::{Trouble, equal, within};
use crate::demo::world::{World, seen};
use crate::edge::Stopwatch;
use syncline::{Change, ChangeSource};

/// Writes that are measured.
const WRITES: usize = 20;

pub(crate) async fn live(world: &World) -> Step {
    let mut changes = world.b.observe::<Post>()?;
    let mut times = Vec::with_capacity(WRITES);
    for number in 0..WRITES {
        let watch = Stopwatch::start();
        let saved = world.a.save(Post::new(format!("Live {number}"), 1)).await?.into_inner();
        let created = within("B sees what A wrote", async {
            loop {
                match changes.next().await? {
                    Change::Created { item, source } if item.id == saved.id => break Some((item, source)),
                    _ => {}
                }
            }
        });
        let (item, source) = created.await?;
        times.push(watch.elapsed());
        if source != ChangeSource::Remote {
            return Err(Trouble::wrong("where B's change came from", "the cloud", "B itself"));
        }
        equal("the post that B saw", &seen(&saved), &seen(&item))?;
    }
    world.agree().await?;
    times.sort();
    let (median, worst) = (times[WRITES / 2], times[WRITES - 1]);
    let text = format!("{WRITES} saves on A seen on B: median {}, worst {}", shown(median), shown(worst));
    let told =
        Told::new(text).fact("saves", WRITES).fact("median_ms", ms(median)).fact("worst_ms", ms(worst));
    Ok(((), told))
}
