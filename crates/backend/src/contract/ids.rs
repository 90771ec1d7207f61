//! Mutation ids (SYNC 2.1).

use syncline_core::Key;
use syncline_core::faults::Rule;

use super::Harness;
use super::faults::with_broken;
use super::world::{World, always, id};
use crate::{Applied, Decision, Rejection, Row, Write};

fn named<H: Harness>(world: &World<H>, key: &str, principal: &str, name: &str, decision: Decision) -> Write {
    let mut mutation = world.mutation("Post", Key::id(key));
    mutation.id = Some(id(principal, name));
    Write { mutation, decide: always(decision) }
}

/// What must not be asked again.
fn never<H: Harness>(world: &World<H>, key: &str, principal: &str, name: &str) -> Write {
    let mut write = named(world, key, principal, name, Decision::Keep);
    write.decide = Box::new(|_| panic!("a known mutation is not decided again"));
    write
}

/// Not with the row it made then, and without asking again.
pub fn a_repeat_answers_with_the_current_row<H: Harness>() {
    let world = World::<H>::new();
    world.put(named(&world, "p", "me", "m1", Decision::Write(world.post("p", "mine"))));
    let later = world.put_post("p", "theirs");
    let answers = world.apply(vec![never(&world, "p", "me", "m1"), never(&world, "p", "me", "m1")], false);
    assert_eq!(answers, [Applied::Repeated(Some(later.clone())), Applied::Repeated(Some(later.clone()))]);
    let gone = world.put(world.deletion("p"));
    assert_eq!(
        world.apply(vec![never(&world, "p", "me", "m1")], true),
        [Applied::Repeated(Some(gone))],
        "in an atomic batch, and of a tombstone"
    );
    assert_eq!(later.meta.version, 2);
}

/// Also within one batch; a rejection may be tried again under its id.
pub fn only_what_was_applied_is_remembered<H: Harness>() {
    let world = World::<H>::new();
    let reject = || named(&world, "p", "me", "m1", Decision::Reject(Rejection::Conflict));
    let rejected = |current| Applied::Rejected { rejection: Rejection::Conflict, current };
    assert_eq!(world.apply(vec![reject(), reject()], false), [rejected(None), rejected(None)]);
    let write = named(&world, "p", "me", "m1", Decision::Write(world.post("p", "at last")));
    let answers = world.apply(vec![write, never(&world, "p", "me", "m1")], false);
    let Applied::Written(row) = &answers[0] else { panic!("unexpected {answers:?}") };
    let row = Row::clone(row);
    assert_eq!(answers[1], Applied::Repeated(Some(row.clone())));
    let keep = named(&world, "p", "me", "m2", Decision::Keep);
    let answers = world.apply(vec![keep, never(&world, "p", "me", "m2")], false);
    assert_eq!(answers, [Applied::Kept(row.clone()), Applied::Repeated(Some(row))]);
}

/// Another principal is refused, and so is another record.
pub fn an_id_belongs_to_its_principal_and_record<H: Harness>() {
    let world = World::<H>::new();
    let row = world.put(named(&world, "p", "me", "m1", Decision::Write(world.post("p", "mine"))));
    let stranger = || never(&world, "p", "you", "m1");
    assert_eq!(world.apply(vec![stranger()], false), [Applied::ForeignId]);
    let other = world.write("Post", world.post("q", "other"));
    assert_eq!(world.apply(vec![other, stranger()], true), [Applied::Aborted, Applied::ForeignId]);
    assert_eq!(world.get("q"), None);
    let elsewhere = Applied::Rejected { rejection: Rejection::reused_id(), current: None };
    assert_eq!(world.apply(vec![never(&world, "q", "me", "m1")], false), [elsewhere]);
    assert_eq!(world.get("p"), Some(row));
}

/// They are committed with what they name.
pub fn ids_survive_a_restart<H: Harness>() {
    let mut world = World::<H>::new();
    let row = world.put(named(&world, "p", "me", "m1", Decision::Write(world.post("p", "mine"))));
    world.reopen();
    assert_eq!(world.apply(vec![never(&world, "p", "me", "m1")], false), [Applied::Repeated(Some(row))]);
    assert_eq!(world.apply(vec![never(&world, "p", "you", "m1")], false), [Applied::ForeignId]);
}

/// With the rule switched off a repeat is applied twice.
pub fn a_store_that_forgets_is_noticed<H: Harness>() {
    let world = World::<H>::new();
    let write = || named(&world, "p", "me", "m1", Decision::Write(world.post("p", "mine")));
    let versions = with_broken(Rule::MutationIds, || [world.put(write()), world.put(write())]);
    if let Some(rows) = versions {
        assert_eq!(rows.map(|row| row.meta.version), [1, 2]);
    }
}
