//! What a run begins with, ends with, and tells of the server.

use crate::talk::{COMMENT, Conversation, OFFLINE, POST, claimed, fetch, page, start};
use syncline_engine::{Action, Event, Failure, Input, Notice, Timer};

#[test]
fn a_clean_start_subscribes_then_syncs_parents_first_and_sends_after_the_first_answer() {
    let (mut talk, actions) = Conversation::begin();
    assert_eq!(actions, [Action::OpenSocket]);
    assert_eq!(
        talk.event(Event::SocketOpened),
        [
            Action::Publish(Notice::NetworkStatus { active: true }),
            Action::Send { batch: 1, max: 25, resend: true, skip: false },
            Action::SetTimer { timer: Timer::Subscriptions, delay_ms: 15_000 },
            Action::Subscribe(POST),
            Action::Subscribe(COMMENT),
        ]
    );
    assert_eq!(talk.event(Event::Subscribed(POST)), []);
    assert_eq!(
        talk.event(Event::Subscribed(COMMENT)),
        [
            Action::Publish(Notice::SubscriptionsEstablished),
            Action::Publish(Notice::SyncQueriesStarted { models: vec![POST, COMMENT] }),
            fetch(POST, 1, 0),
        ]
    );
    let actions = talk.sync(POST, 1, true);
    assert!(actions.contains(&fetch(COMMENT, 1, 0)), "{actions:?}");
    let actions = talk.event(Event::NothingToSend { batch: 1 });
    assert!(matches!(actions[..], [Action::Send { batch: 2, .. }]), "{actions:?}");
    assert_eq!(talk.event(Event::NothingToSend { batch: 2 }), [], "told when the models are ready");
    let actions = talk.sync(COMMENT, 1, true);
    let ready = [Notice::SyncQueriesReady, Notice::OutboxStatus { is_empty: true }, Notice::Ready];
    assert!(actions.ends_with(&ready.map(Action::Publish)), "{actions:?}");
    assert_eq!(talk.engine.unsynced(), []);
}

/// Writes go out where nothing can be read (I7).
#[test]
fn sending_begins_when_every_sync_is_refused_and_when_none_is_ever_answered() {
    let first = Action::Send { batch: 1, max: 25, resend: true, skip: false };
    for lost in [OFFLINE, Failure::Auth] {
        let (mut talk, _) = Conversation::begin();
        talk.event(Event::SocketLost(lost));
        let actions =
            talk.event(Event::PageFailed { page: page(POST, 1, 0), failure: Failure::Auth, answered: true });
        assert!(!actions.contains(&first), "the other may be answered: {actions:?}");
        let refused =
            Event::PageFailed { page: page(COMMENT, 1, 0), failure: Failure::Refused, answered: true };
        let actions = talk.event(refused);
        assert!(actions.contains(&first), "{actions:?}");
        assert!(
            talk.event(Event::BatchSettled { batch: 1, unsent: 0 }).contains(&Action::Publish(Notice::Ready))
        );
    }
    let (mut talk, _) = Conversation::begin();
    talk.event(Event::SocketLost(OFFLINE));
    for number in 1..=5 {
        let actions =
            talk.event(Event::PageFailed { page: page(POST, number, 0), failure: OFFLINE, answered: false });
        assert_eq!(actions.contains(&first), number == 5, "{number}: {actions:?}");
        talk.event(Event::Timer(Timer::Model(POST)));
    }
}

#[test]
fn stop_and_start_from_any_state_end_and_begin_one_run() {
    let (mut talk, _) = Conversation::begin();
    assert_eq!(talk.input(start()), [], "start while running joins it");
    assert_eq!(talk.input(Input::Stop), [Action::CloseSocket]);
    assert_eq!(talk.input(Input::Stop), []);
    assert_eq!(talk.input(Input::OutboxGrew), []);
    assert_eq!(talk.input(start()), [Action::OpenSocket]);
}

#[test]
fn late_and_repeated_answers_change_nothing() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let first = Event::PageArrived { page: page(POST, 1, 0), more: true, base: true };
    talk.event(first);
    assert_eq!(talk.event(first), [], "the same page twice");
    talk.event(Event::PageFailed { page: page(POST, 1, 1), failure: OFFLINE, answered: false });
    talk.event(Event::Timer(Timer::Model(POST)));
    let actions = talk.event(first);
    assert!(matches!(actions[..], [Action::Publish(_)]), "a page of an earlier sync: {actions:?}");
    let run = talk.engine.run();
    talk.input(Input::Stop);
    talk.input(start());
    let stale = Input::Event { run, event: Event::SocketOpened };
    assert_eq!(talk.input(stale), [], "an input of an earlier run");
}

#[test]
fn the_first_answer_after_a_silence_wakes_everything_else() {
    let (mut talk, _) = Conversation::begin();
    talk.event(Event::SocketLost(OFFLINE));
    talk.event(Event::PageFailed { page: page(POST, 1, 0), failure: OFFLINE, answered: false });
    talk.event(Event::Timer(Timer::Model(POST)));
    let arrived = Event::PageArrived { page: page(POST, 2, 0), more: false, base: true };
    let actions = talk.event(arrived);
    assert!(actions.contains(&Action::OpenSocket), "{actions:?}");
    assert!(actions.contains(&Action::Send { batch: 1, max: 25, resend: true, skip: false }), "{actions:?}");
    talk.event(Event::BatchFailed { batch: 1, size: 1, failure: OFFLINE, answered: false });
    talk.event(Event::SocketLost(OFFLINE));
    let actions = talk.event(Event::SocketOpened);
    assert!(actions.contains(&Action::Send { batch: 2, max: 25, resend: true, skip: false }), "{actions:?}");
}

#[test]
fn whether_the_outbox_is_empty_is_told_when_it_is_known_and_changes() {
    let status = |is_empty| Action::Publish(Notice::OutboxStatus { is_empty });
    let statuses = |actions: Vec<Action>| -> Vec<Action> {
        let is_status = |action: &Action| matches!(action, Action::Publish(Notice::OutboxStatus { .. }));
        actions.into_iter().filter(is_status).collect()
    };
    let (mut talk, _) = Conversation::begin();
    assert_eq!(
        statuses(talk.input(Input::OutboxGrew)),
        [status(false)],
        "offline there is nobody to claim it"
    );
    assert_eq!(statuses(talk.input(Input::OutboxGrew)), []);
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    assert_eq!(statuses(talk.event(claimed(1, false, false))), [status(false)], "it was not empty");
    let settled = |batch| Event::BatchSettled { batch, unsent: 0 };
    assert_eq!(statuses(talk.event(settled(1))), [status(true)], "also before the models are ready");
    assert_eq!(statuses(talk.input(Input::OutboxGrew)), [], "the claim comes at once");
    assert_eq!(statuses(talk.event(claimed(2, false, false))), [status(false)]);
    assert_eq!(statuses(talk.event(settled(2))), [status(true)]);
}

#[test]
fn requests_say_whether_the_server_answers() {
    let status = |actions: Vec<Action>| {
        actions.into_iter().find_map(|action| match action {
            Action::Publish(Notice::NetworkStatus { active }) => Some(active),
            _ => None,
        })
    };
    for (failure, active) in
        [(OFFLINE, false), (Failure::Timeout, false), (Failure::Auth, true), (Failure::Refused, true)]
    {
        let (mut talk, _) = Conversation::begin();
        assert_eq!(status(talk.event(Event::SocketLost(failure))), Some(active), "the socket, {failure:?}");
        let (mut talk, _) = Conversation::begin();
        talk.connect();
        let told = status(talk.event(Event::PageFailed { page: page(POST, 1, 0), failure, answered: false }));
        assert_eq!(told, (!active).then_some(false), "a page, {failure:?}");
    }
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    talk.sync(POST, 1, true);
    assert_eq!(status(talk.event(Event::SocketLost(OFFLINE))), None, "the request that follows will say it");
    talk.event(Event::PageFailed { page: page(POST, 2, 0), failure: OFFLINE, answered: false });
    assert_eq!(status(talk.event(Event::SocketOpened)), Some(true));
}
