//! Stamps and `startedAt` (SYNC 3.1).

use super::Harness;
use super::world::{START, World, everything};

/// Whatever the clock does.
pub fn stamps_never_decrease<H: Harness>() {
    let world = World::<H>::new();
    let mut last = 0;
    for (place, at) in [START, START + 5, START - 1_000_000, 0, START + 6, START + 6].into_iter().enumerate()
    {
        world.clock.set(at);
        let row = world.put_post("p", &place.to_string());
        assert!(row.meta.last_changed_at >= last);
        assert!(row.meta.last_changed_at >= at, "it is not behind the clock either");
        last = row.meta.last_changed_at;
    }
    assert_eq!(last, START + 6, "and no further ahead than the clock has been");
}

/// A sync may have told a client that it has everything up to there.
pub fn no_stamp_below_a_started_at<H: Harness>() {
    let world = World::<H>::new();
    for (sync_at, write_at) in [(0, 0), (10, 5), (20, -100_000), (19, 18), (30, 40)] {
        world.clock.set(START + sync_at);
        let page = world.sync(&everything(), &world.first("Post", None, 1));
        world.clock.set(START + write_at);
        let row = world.put_post(&format!("p{sync_at}"), "t");
        assert!(row.meta.last_changed_at >= page.started_at, "synced at {sync_at}, wrote at {write_at}");
        let (delta, _) = world.sync_all("Post", Some(page.started_at), 1);
        assert!(delta.contains(&row), "synced at {sync_at}, wrote at {write_at}");
    }
    world.clock.set(START + 1_000);
    assert_eq!(world.sync(&everything(), &world.first("Post", None, 1)).started_at, START + 1_000);
}

/// With a clock that has stepped back meanwhile: the store remembers what it handed out.
pub fn time_goes_on_after_a_restart<H: Harness>() {
    let mut world = World::<H>::new();
    let first = world.put_post("a", "t");
    world.clock.set(START + 500);
    let started_at = world.sync(&everything(), &world.first("Post", None, 1)).started_at;
    for step in 0..5 {
        world.clock.set(START - 1_000_000 + step);
        world.reopen();
        let page = world.sync(&everything(), &world.first("Post", Some(START), 10));
        assert!(page.started_at <= START + 60_000, "a restart does not carry time away");
        let row = world.put_post(&format!("b{step}"), "t");
        assert!(row.meta.last_changed_at >= started_at.max(page.started_at));
        assert_eq!(row.seq, first.seq + step + 1);
        let (delta, _) = world.sync_all("Post", Some(started_at), 10);
        assert!(delta.contains(&row));
    }
}
