//! Batches that are applied as one.

use std::sync::Arc;

use syncline_core::Key;

use super::Harness;
use super::world::{World, always, id};
use super::write::Heard;
use crate::{Applied, Decision, Rejection, Write};

/// A batch without a failure is applied like any other.
pub fn all_of_it<H: Harness>() {
    let world = World::<H>::new();
    let writes = vec![world.write("Post", world.post("a", "1")), world.write("Post", world.post("b", "2"))];
    let answers = world.apply(writes, true);
    assert!(matches!(&answers[..], [Applied::Written(a), Applied::Written(b)] if (a.seq, b.seq) == (1, 2)));
    assert!(world.get("a").is_some() && world.get("b").is_some());
}

/// The first failure undoes it; its answer has the row as it is then.
pub fn or_nothing<H: Harness>() {
    let world = World::<H>::new();
    let before = world.put_post("a", "before");
    let reject = || Write {
        mutation: world.mutation("Post", Key::id("a")),
        decide: always(Decision::Reject(Rejection::Condition)),
    };
    let writes = vec![
        world.write("Post", world.post("b", "new")),
        world.write("Post", world.post("a", "changed")),
        reject(),
        world.write("Post", world.post("c", "never tried")),
        reject(),
    ];
    let answers = world.apply(writes, true);
    let rejected = Applied::Rejected { rejection: Rejection::Condition, current: Some(before.clone()) };
    assert_eq!(answers, [Applied::Aborted, Applied::Aborted, rejected, Applied::Aborted, Applied::Aborted]);
    assert_eq!(world.get("a"), Some(before));
    assert_eq!((world.get("b"), world.get("c")), (None, None));
}

/// Neither in the sequence, nor in the log, nor among the ids, nor with an observer.
pub fn an_undone_batch_leaves_no_trace<H: Harness>() {
    let world = World::<H>::new();
    world.put_post("a", "first");
    let heard = Arc::new(Heard::default());
    world.backend().observe(heard.clone());
    let mut named = world.write("Post", world.post("a", "undone"));
    named.mutation.id = Some(id("me", "m1"));
    let failing =
        Write { mutation: world.mutation("Post", Key::id("nothing")), decide: always(Decision::Delete) };
    let answers = world.apply(vec![named, failing], true);
    let rejected = Applied::Rejected { rejection: Rejection::Condition, current: None };
    assert_eq!(answers, [Applied::Aborted, rejected]);
    assert_eq!(heard.take(), []);

    let mut again = world.write("Post", world.post("a", "second"));
    again.mutation.id = Some(id("me", "m1"));
    again.mutation.base_version = Some(1);
    let (decide, title) = (again.decide, world.model("Post").field("title").unwrap_or_default());
    again.decide = Box::new(move |current| {
        assert_eq!(current.since_base, Some(&[][..]), "the log knows nothing of it");
        assert_eq!(current.base_value(title), Some(&"first".into()));
        decide(current)
    });
    let row = world.put(again);
    assert_eq!((row.meta.version, row.seq), (2, 2));
    assert_eq!(heard.take().len(), 1);
}
