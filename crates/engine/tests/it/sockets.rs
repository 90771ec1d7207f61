//! The socket: what its gaps ask for, and how often it is opened.

use crate::talk::{COMMENT, Conversation, OFFLINE, POST, fetch, page, start};
use syncline_engine::{Action, Engine, Event, Input, Start, Timer};

#[test]
fn every_gap_in_the_socket_is_followed_by_a_delta_sync() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    talk.sync(POST, 1, true);
    talk.sync(COMMENT, 1, true);
    let actions = talk.event(Event::SocketLost(OFFLINE));
    assert!(
        matches!(
            actions[..],
            [Action::SetTimer { timer: Timer::Socket, .. }, Action::Fetch { .. }, Action::Fetch { .. }]
        ),
        "{actions:?}"
    );
    talk.event(Event::PageFailed { page: page(POST, 2, 0), failure: OFFLINE, answered: false });
    talk.event(Event::PageFailed { page: page(COMMENT, 2, 0), failure: OFFLINE, answered: false });
    assert_eq!(talk.event(Event::Timer(Timer::Socket)), [Action::OpenSocket]);
    let actions = talk.connect();
    assert!(actions.contains(&fetch(POST, 3, 0)) || talk.engine.unsynced().contains(&POST));
}

#[test]
fn a_hole_in_the_frames_of_one_model_syncs_that_model_only() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    talk.sync(POST, 1, true);
    talk.sync(COMMENT, 1, true);
    assert_eq!(talk.event(Event::Gap(COMMENT)), [fetch(COMMENT, 2, 0)]);
}

#[test]
fn a_base_sync_without_an_unbroken_socket_is_confirmed_by_one_delta() {
    let (mut talk, _) = Conversation::begin();
    talk.event(Event::SocketLost(OFFLINE));
    assert!(talk.sync(POST, 1, true).contains(&fetch(POST, 2, 0)));
    assert!(!talk.sync(POST, 2, true).contains(&fetch(POST, 3, 0)));
}

#[test]
fn without_a_socket_every_model_is_synced_confirmed_and_asked_again_and_no_socket_is_opened() {
    let (mut talk, actions) = Conversation::begin();
    assert_eq!(actions, [Action::OpenSocket]);
    let actions = talk.event(Event::NoSocket);
    assert!(actions.contains(&fetch(POST, 1, 0)), "{actions:?}");
    assert!(talk.sync(POST, 1, true).contains(&fetch(POST, 2, 0)), "the delta that confirms it");
    let again = |actions: &[Action]| {
        let set = |action: &Action| matches!(action, Action::SetTimer { timer: Timer::Model(POST), delay_ms } if *delay_ms <= 60_000);
        actions.iter().any(set)
    };
    assert!(again(&talk.sync(POST, 2, false)));
    assert_eq!(talk.event(Event::Timer(Timer::Model(POST))), [fetch(POST, 3, 0)]);
    talk.event(Event::PageFailed { page: page(POST, 3, 0), failure: OFFLINE, answered: false });
    let woken = talk.input(Input::Wake);
    assert!(woken.contains(&fetch(POST, 4, 0)) && !woken.contains(&Action::OpenSocket), "{woken:?}");
}

#[test]
fn where_http_works_and_sockets_do_not_nothing_turns_in_a_tight_loop() {
    let (mut talk, _) = Conversation::begin();
    for sync in 1..10 {
        let actions = talk.event(Event::SocketLost(OFFLINE));
        assert!(!actions.contains(&Action::OpenSocket), "{actions:?}");
        for model in [POST, COMMENT] {
            let actions = talk.sync(model, sync, sync == 1);
            assert!(!actions.contains(&Action::OpenSocket), "sync {sync}: {actions:?}");
        }
        // The base syncs without a socket are confirmed once.
        if sync == 1 {
            talk.sync(POST, 2, false);
            talk.sync(COMMENT, 2, false);
        }
        assert_eq!(talk.event(Event::Timer(Timer::Socket)), [Action::OpenSocket]);
    }
}

#[test]
fn a_socket_that_opens_and_breaks_is_opened_ever_more_slowly() {
    let (mut talk, _) = Conversation::begin();
    let mut delays = Vec::new();
    for _ in 0..6 {
        talk.connect();
        let lost = talk.event(Event::SocketLost(OFFLINE));
        delays.extend(lost.iter().filter_map(|action| match action {
            Action::SetTimer { timer: Timer::Socket, delay_ms } => Some(*delay_ms),
            _ => None,
        }));
        talk.event(Event::Timer(Timer::Socket));
    }
    assert_eq!(delays, [125, 250, 500, 1_000, 2_000, 4_000]);
    talk.connect();
    talk.event(Event::Timer(Timer::Steady));
    let lost = talk.event(Event::SocketLost(OFFLINE));
    assert!(lost.contains(&Action::SetTimer { timer: Timer::Socket, delay_ms: 125 }), "{lost:?}");
}

#[test]
fn a_server_that_never_confirms_a_subscription_does_not_hold_the_sync_up() {
    let (mut talk, _) = Conversation::begin();
    talk.event(Event::SocketOpened);
    assert_eq!(talk.event(Event::Subscribed(POST)), []);
    let actions = talk.event(Event::Timer(Timer::Subscriptions));
    assert!(actions.contains(&fetch(POST, 1, 0)), "{actions:?}");
}

#[test]
fn where_frames_have_no_numbers_a_delta_comes_now_and_then_and_else_only_after_a_hole() {
    for sequenced in [false, true] {
        let Input::Start(plan) = start() else { unreachable!() };
        let mut talk = Conversation { engine: Engine::new(0) };
        talk.input(Input::Start(Start { safety_ms: Some(900_000), ..plan }));
        talk.connect();
        talk.event(Event::ServerSays { max_page: 1_000, sequenced });
        let actions = talk.sync(POST, 1, true);
        let timer = |action: &Action| matches!(action, Action::SetTimer { timer: Timer::Model(POST), .. });
        assert_eq!(actions.iter().any(timer), !sequenced, "{actions:?}");
        if !sequenced {
            assert_eq!(talk.event(Event::Timer(Timer::Model(POST))), [fetch(POST, 2, 0)]);
        }
    }
}
