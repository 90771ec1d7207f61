//! `watch`: the list, and every change as it happens.

use crate::failure::Failure;
use crate::link::{self, Link};
use crate::live::Live;
use crate::style::Style;
use crate::view;
use std::io::Write;
use syncline::{DataStore, HubEvents};

/// Shows changes until Ctrl-C.
pub(crate) async fn run(store: &DataStore, events: &mut HubEvents, style: Style) -> Result<(), Failure> {
    let mut link = link::exchange(store, events).await?;
    let mut live = Live::new(store).await?;
    say(&view::list(&live.items, false, &link, style))?;
    tell(store, &link, style)?;
    loop {
        tokio::select! {
            stopped = tokio::signal::ctrl_c() => return Ok(stopped?),
            items = live.next() => {
                let Some(items) = items? else { return Ok(()) };
                for line in live.show(items, style) {
                    say(&format!("{line}\n"))?;
                }
            }
            Some(event) = events.next() => if let Some(now) = Link::of(&event).filter(|now| *now != link) {
                link = now;
                tell(store, &link, style)?;
            },
        }
    }
}

fn tell(store: &DataStore, link: &Link, style: Style) -> Result<(), Failure> {
    match view::status(link, &link::waiting(store)?) {
        Some(status) => say(&format!("{}\n", style.warn(&status))),
        None if *link == Link::InSync => say(&format!("{}\n", style.dim("in sync; Ctrl-C ends"))),
        None => say(&format!("{}\n", style.dim("Ctrl-C ends"))),
    }
}

fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
