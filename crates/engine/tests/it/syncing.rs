//! The models: their pages, and what fails of them.

use crate::talk::{COMMENT, Conversation, OFFLINE, POST, fetch, page, start};
use syncline_core::ModelId;
use syncline_engine::{
    Action, Counts, Engine, Event, Failure, Input, ModelPlan, Notice, PageId, Start, Timer,
};

#[test]
fn a_page_is_on_the_wire_while_the_one_before_is_stored_and_no_more_than_one() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let arrived = |page| Event::PageArrived { page, more: true, base: true };
    assert_eq!(talk.event(arrived(page(POST, 1, 0))), [Action::Apply(page(POST, 1, 0)), fetch(POST, 1, 1)]);
    assert_eq!(talk.event(arrived(page(POST, 1, 1))), []);
    let applied = |page| Event::PageApplied { page, counts: Counts::default() };
    assert_eq!(talk.event(applied(page(POST, 1, 0))), [Action::Apply(page(POST, 1, 1)), fetch(POST, 1, 2)]);
}

#[test]
fn models_without_relations_are_fetched_side_by_side() {
    let plan = |model| ModelPlan { model: ModelId(model), parents: vec![] };
    let Input::Start(one) = start() else { unreachable!() };
    let mut talk = Conversation { engine: Engine::new(0) };
    talk.input(Input::Start(Start { models: (0..3).map(plan).collect(), ..one }));
    talk.event(Event::SocketOpened);
    let actions: Vec<Action> =
        (0..3).flat_map(|model| talk.event(Event::Subscribed(ModelId(model)))).collect();
    let asked: Vec<&Action> =
        actions.iter().filter(|action| matches!(action, Action::Fetch { .. })).collect();
    assert_eq!(asked, [&fetch(ModelId(0), 1, 0), &fetch(ModelId(1), 1, 0), &fetch(ModelId(2), 1, 0)]);
}

#[test]
fn a_model_that_is_refused_holds_nobody_up() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let actions =
        talk.event(Event::PageFailed { page: page(POST, 1, 0), failure: Failure::Auth, answered: true });
    assert!(actions.contains(&Action::Publish(Notice::ModelDegraded { model: POST })));
    assert!(actions.contains(&fetch(COMMENT, 1, 0)));
}

#[test]
fn a_model_that_always_fails_while_others_are_answered_is_degraded_and_holds_nobody_up() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    // Without a socket the models are synced all the same.
    talk.event(Event::SocketLost(OFFLINE));
    let run = |talk: &mut Conversation, times: u32, from: u32| {
        for sync in from..from + times {
            let actions = talk.event(failed(page(POST, sync, 0), OFFLINE));
            if actions.contains(&Action::Publish(Notice::ModelDegraded { model: POST })) {
                return Some((sync, actions));
            }
            talk.event(Event::Timer(Timer::Model(POST)));
        }
        None
    };
    assert_eq!(run(&mut talk, 20, 1), None, "nobody gets an answer: that is the network");
    // Its first page comes, and then nothing any more, again and again.
    let arrived = |sync| Event::PageArrived { page: page(POST, sync, 0), more: true, base: true };
    talk.event(arrived(21));
    let actions = talk.event(failed(page(POST, 21, 1), OFFLINE));
    assert!(actions.contains(&Action::Publish(Notice::ModelDegraded { model: POST })), "{actions:?}");
    assert!(actions.contains(&fetch(COMMENT, 1, 0)), "{actions:?}");
    // It is tried again, and in sync when it works.
    assert_eq!(talk.event(Event::Timer(Timer::Model(POST))), [fetch(POST, 22, 0)]);
    assert!(
        talk.sync(POST, 22, true)
            .iter()
            .any(|action| matches!(action, Action::Publish(Notice::ModelSynced { model: POST, .. })))
    );
}

#[test]
fn a_model_that_always_fails_while_the_socket_is_open_is_degraded() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    for sync in 1..=5 {
        let actions = talk.event(failed(page(POST, sync, 0), OFFLINE));
        let degraded = actions.contains(&Action::Publish(Notice::ModelDegraded { model: POST }));
        assert_eq!(degraded, sync == 5, "after {sync} failures");
        talk.event(Event::Timer(Timer::Model(POST)));
    }
}

#[test]
fn a_model_of_which_the_server_has_only_errors_is_degraded_and_its_children_go_on() {
    // What comes of each attempt, without a socket and with no other answer: `5` an error of the server, `-` nothing.
    for (name, attempts, expected) in [
        ("errors", "5555555555", Some(10)),
        ("nothing", "------------------------------", None),
        ("a server that starts again", "555555555", None),
        ("a gap in between", "555555555-555555555", None),
        ("errors after nothing", "-----5555555555", Some(15)),
    ] {
        let (mut talk, _) = Conversation::begin();
        talk.event(Event::SocketLost(OFFLINE));
        let mut degraded = None;
        for (number, what) in (1..).zip(attempts.chars()) {
            let failure =
                Event::PageFailed { page: page(POST, number, 0), failure: OFFLINE, answered: what == '5' };
            let actions = talk.event(failure);
            if actions.contains(&Action::Publish(Notice::ModelDegraded { model: POST })) {
                assert!(actions.contains(&fetch(COMMENT, 1, 0)), "{name}: {actions:?}");
                degraded = degraded.or(Some(number));
            }
            talk.event(Event::Timer(Timer::Model(POST)));
        }
        assert_eq!(degraded, expected, "{name}");
    }
}

#[test]
fn a_refused_cursor_is_forgotten_once_and_then_waited_for() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let refused = |sync| Event::CursorRefused { page: page(POST, sync, 0), scope_changed: true };
    assert_eq!(
        talk.event(refused(1)),
        [Action::ResetCursor { model: POST, scope_changed: true }, fetch(POST, 2, 0)]
    );
    let actions = talk.event(refused(2));
    assert!(
        actions.iter().any(|action| matches!(action, Action::SetTimer { timer: Timer::Model(POST), .. }))
    );
    assert!(!actions.iter().any(|action| matches!(action, Action::Fetch { page, .. } if page.model == POST)));
}

#[test]
fn a_refused_cursor_after_failures_is_forgotten_at_once_too() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    talk.event(failed(page(POST, 1, 0), OFFLINE));
    talk.event(Event::Timer(Timer::Model(POST)));
    let actions = talk.event(Event::CursorRefused { page: page(POST, 2, 0), scope_changed: true });
    assert_eq!(actions, [Action::ResetCursor { model: POST, scope_changed: true }, fetch(POST, 3, 0)]);
}

fn failed(page: PageId, failure: Failure) -> Event {
    Event::PageFailed { page, failure, answered: false }
}

fn limits(actions: &[Action]) -> Vec<usize> {
    let limit = |action: &Action| match action {
        Action::Fetch { limit, .. } => Some(*limit),
        _ => None,
    };
    actions.iter().filter_map(limit).collect()
}

#[test]
fn a_page_that_is_too_large_is_asked_for_again_at_once_and_smaller_until_one_record_is_too_large() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let mut asked = Vec::new();
    let mut sync = 1;
    let last = loop {
        let actions = talk.event(failed(page(POST, sync, 0), Failure::TooLarge));
        sync += 1;
        if actions.contains(&Action::Publish(Notice::ModelDegraded { model: POST })) {
            break actions;
        }
        asked.extend(limits(&actions));
    };
    assert_eq!(asked, [500, 250, 125, 62, 31, 15, 7, 3, 1]);
    assert!(last.contains(&fetch(COMMENT, 1, 0)), "the others go on: {last:?}");
}

#[test]
fn a_page_that_takes_too_long_is_asked_for_later_and_smaller_and_other_models_keep_their_size() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let actions = talk.event(failed(page(POST, 1, 0), Failure::Timeout));
    assert!(limits(&actions).is_empty(), "{actions:?}");
    let actions = talk.event(Event::Timer(Timer::Model(POST)));
    assert_eq!(limits(&actions), [500]);
    let actions = talk.sync(POST, 2, true);
    assert!(actions.contains(&fetch(COMMENT, 1, 0)), "{actions:?}");
}

#[test]
fn the_size_of_pages_follows_what_the_server_says_and_grows_again_slowly() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    assert_eq!(talk.event(Event::ServerSays { max_page: 10_000, sequenced: true }), []);
    talk.event(failed(page(POST, 1, 0), Failure::TooLarge));
    let mut asked = Vec::new();
    for place in 0..9 {
        let page = page(POST, 2, place);
        let mut actions = talk.event(Event::PageArrived { page, more: true, base: true });
        actions.extend(talk.event(Event::PageApplied { page, counts: Counts::default() }));
        asked.extend(limits(&actions));
    }
    assert_eq!(asked, [5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 10_000, 10_000]);
}
