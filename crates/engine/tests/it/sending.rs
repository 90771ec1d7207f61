//! The outbox: what is sent when, again, and smaller.

use crate::talk::{COMMENT, Conversation, OFFLINE, POST, claimed};
use syncline_engine::{Action, Event, Failure, Input, Notice, Timer};

#[test]
fn a_refused_batch_is_halved_and_a_lost_one_is_sent_again_verbatim() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    assert_eq!(
        talk.event(Event::NothingToSend { batch: 1 }),
        [Action::Send { batch: 2, max: 25, resend: false, skip: false }]
    );
    assert_eq!(
        talk.event(Event::BatchFailed { batch: 2, size: 25, failure: Failure::Refused, answered: false }),
        [Action::Send { batch: 3, max: 12, resend: true, skip: false }]
    );
    let actions = talk.event(Event::BatchFailed { batch: 3, size: 12, failure: OFFLINE, answered: false });
    assert!(matches!(actions[..], [Action::Publish(_), Action::SetTimer { timer: Timer::Sender, .. }]));
    assert_eq!(
        talk.event(Event::Timer(Timer::Sender)),
        [Action::Send { batch: 4, max: 12, resend: true, skip: false }]
    );
}

#[test]
fn ready_is_told_when_it_is_known_whether_there_is_something_to_send() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    talk.sync(POST, 1, false);
    let synced = talk.sync(COMMENT, 1, false);
    assert!(synced.contains(&Action::Publish(Notice::SyncQueriesReady)), "{synced:?}");
    assert_eq!(talk.event(Event::NothingToSend { batch: 1 }), [sent(2, 25, false)], "nothing is in doubt");
    assert_eq!(
        talk.event(Event::NothingToSend { batch: 2 }),
        [Action::Publish(Notice::OutboxStatus { is_empty: true }), Action::Publish(Notice::Ready)]
    );
}

fn sent(batch: u32, max: usize, resend: bool) -> Action {
    Action::Send { batch, max, resend, skip: false }
}

#[test]
fn three_batches_are_under_way_at_once() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let settled = |batch, unsent| Event::BatchSettled { batch, unsent };
    let steps: [(Event, &[Action]); 11] = [
        (
            claimed(1, true, false),
            &[Action::Publish(Notice::OutboxStatus { is_empty: false }), sent(2, 25, false)],
        ),
        (claimed(2, true, false), &[sent(3, 25, false)]),
        (claimed(3, true, false), &[]),
        (settled(1, 1), &[sent(4, 25, false)]),
        (claimed(4, true, false), &[]),
        // The third may be faster than the second.
        (settled(4, 0), &[sent(5, 25, false)]),
        (Event::NothingToSend { batch: 5 }, &[]),
        // What there is may wait for those under way: nobody asks again before one of them is settled.
        (Event::BatchSettled { batch: 9, unsent: 1 }, &[]),
        (settled(2, 1), &[sent(6, 25, false)]),
        (settled(3, 0), &[]),
        (Event::NothingToSend { batch: 6 }, &[Action::Publish(Notice::OutboxStatus { is_empty: true })]),
    ];
    for (event, actions) in steps {
        assert_eq!(talk.event(event), actions, "{event:?}");
    }
}

#[test]
fn what_is_new_does_not_wait_for_the_batch_that_something_else_waits_for() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    talk.event(claimed(1, false, false));
    assert_eq!(talk.input(Input::OutboxGrew).last(), Some(&sent(2, 25, false)));
    assert_eq!(talk.event(Event::NothingToSend { batch: 2 }), [], "it waits for the first");
    assert_eq!(talk.input(Input::OutboxGrew), [sent(3, 25, false)]);
}

#[test]
fn what_is_in_doubt_is_sent_alone() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let told = Action::Publish(Notice::OutboxStatus { is_empty: false });
    assert_eq!(talk.event(claimed(1, true, true)), [told]);
    assert_eq!(talk.input(Input::OutboxGrew), []);
    // There may be more of it.
    assert_eq!(talk.event(Event::BatchSettled { batch: 1, unsent: 1 }), [sent(2, 25, true)]);
    assert_eq!(talk.event(claimed(2, true, false)), [sent(3, 25, false)]);
}

#[test]
fn after_a_failure_the_other_batch_is_waited_for() {
    for (rings_first, failures) in [(true, 1), (false, 1), (true, 2), (false, 2)] {
        let (mut talk, _) = Conversation::begin();
        talk.connect();
        talk.event(claimed(1, true, false));
        talk.event(claimed(2, false, false));
        let failed = |batch| Event::BatchFailed { batch, size: 25, failure: OFFLINE, answered: false };
        let actions = talk.event(failed(1));
        assert!(matches!(actions[..], [Action::Publish(_), Action::SetTimer { timer: Timer::Sender, .. }]));
        if rings_first {
            assert_eq!(talk.event(Event::Timer(Timer::Sender)), [], "the other is not in doubt yet");
        }
        let other = if failures == 2 { failed(2) } else { Event::BatchSettled { batch: 2, unsent: 0 } };
        let actions = talk.event(other);
        let sends = |actions: &[Action]| actions.contains(&sent(3, 25, true));
        match (failures, rings_first) {
            // An answer says that the network is back.
            (1, _) => assert!(sends(&actions), "{actions:?}"),
            (_, true) => assert!(matches!(actions[..], [Action::SetTimer { .. }]), "{actions:?}"),
            (_, false) => assert_eq!(actions, [], "two that fail together are one failure"),
        }
        if failures == 2 {
            assert_eq!(talk.event(Event::Timer(Timer::Sender)), [sent(3, 25, true)]);
        }
    }
}

#[test]
fn an_answer_to_another_batch_does_not_shorten_the_time_that_the_server_asked_for() {
    for (retry_after_ms, sends) in [(None, true), (Some(2_000), false)] {
        let (mut talk, _) = Conversation::begin();
        talk.connect();
        talk.event(claimed(1, true, false));
        let failure = Failure::Transient { retry_after_ms };
        talk.event(Event::BatchFailed { batch: 1, size: 25, failure, answered: false });
        let actions = talk.event(Event::BatchSettled { batch: 2, unsent: 0 });
        assert_eq!(actions.contains(&sent(3, 25, true)), sends, "{retry_after_ms:?}: {actions:?}");
        if !sends {
            assert_eq!(talk.event(Event::Timer(Timer::Sender)), [sent(3, 25, true)]);
        }
    }
}

#[test]
fn of_two_batches_that_fail_the_longer_wait_counts() {
    for waits in [[None, Some(20_000)], [Some(20_000), Some(1_000)], [Some(1_000), Some(20_000)]] {
        let (mut talk, _) = Conversation::begin();
        talk.connect();
        talk.event(claimed(1, true, false));
        talk.event(claimed(2, false, false));
        let mut last = 0;
        for (batch, retry_after_ms) in (1..).zip(waits) {
            let failure = Failure::Transient { retry_after_ms };
            for action in talk.event(Event::BatchFailed { batch, size: 25, failure, answered: false }) {
                if let Action::SetTimer { timer: Timer::Sender, delay_ms } = action {
                    last = delay_ms;
                }
            }
        }
        assert!(last >= 20_000, "{waits:?}: {last}");
        assert_eq!(talk.event(Event::Timer(Timer::Sender)), [sent(3, 25, true)]);
    }
}

#[test]
fn a_refused_batch_does_not_shorten_the_time_that_the_server_asked_for() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    talk.event(claimed(1, true, false));
    talk.event(claimed(2, false, false));
    let failed = |batch, failure| Event::BatchFailed { batch, size: 25, failure, answered: false };
    talk.event(failed(1, Failure::Transient { retry_after_ms: Some(20_000) }));
    // A refusal is an answer.
    let active = Action::Publish(Notice::NetworkStatus { active: true });
    assert_eq!(talk.event(failed(2, Failure::Refused)), [active]);
    assert_eq!(talk.event(Event::Timer(Timer::Sender)), [sent(3, 12, true)]);
}

#[test]
fn entries_without_an_outcome_are_put_aside_and_the_others_go_on() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let mut longest = 0;
    let mut batch = 1;
    for round in 0..12 {
        let actions = talk.event(Event::BatchUnsure { batch, failure: OFFLINE });
        let [
            Action::SetTimer { timer: Timer::Doubts, delay_ms },
            Action::Send { batch: next, max: 25, resend: true, skip: false },
        ] = actions[..]
        else {
            panic!("{actions:?}")
        };
        assert!(delay_ms >= longest, "round {round}: {delay_ms} after {longest}");
        longest = delay_ms;
        // While some are aside, a further one sets no second timer, and new ones are sent.
        let actions = talk.event(Event::BatchUnsure { batch: next, failure: OFFLINE });
        assert_eq!(actions, [Action::Send { batch: next + 1, max: 25, resend: true, skip: false }]);
        let actions = talk.event(Event::NothingToSend { batch: next + 1 });
        assert_eq!(actions, [Action::Send { batch: next + 2, max: 25, resend: false, skip: false }]);
        assert_eq!(talk.event(Event::NothingToSend { batch: next + 2 }), [], "the outbox is not empty");
        assert_eq!(
            talk.input(Input::OutboxGrew).last(),
            Some(&Action::Send { batch: next + 3, max: 25, resend: false, skip: false })
        );
        assert_eq!(talk.event(Event::NothingToSend { batch: next + 3 }), []);
        assert_eq!(
            talk.event(Event::Timer(Timer::Doubts)),
            [Action::Send { batch: next + 4, max: 25, resend: true, skip: false }]
        );
        batch = next + 4;
    }
    assert_eq!(longest, 15_000, "half of the longest delay, without jitter");
    talk.event(claimed(batch, false, true));
    talk.event(Event::NothingToSend { batch });
    let actions = talk.event(Event::NothingToSend { batch: batch + 1 });
    assert_eq!(actions, [Action::Publish(Notice::OutboxStatus { is_empty: true })]);
}

#[test]
fn a_wish_to_send_again_while_a_batch_is_under_way_is_not_lost() {
    for resending in [false, true] {
        let (mut talk, _) = Conversation::begin();
        talk.connect();
        let batch = if resending { 1 } else { 2 };
        if !resending {
            talk.event(Event::NothingToSend { batch: 1 });
        }
        assert_eq!(talk.event(Event::Timer(Timer::Doubts)), []);
        let actions = talk.event(Event::NothingToSend { batch });
        assert_eq!(actions, [Action::Send { batch: batch + 1, max: 25, resend: true, skip: false }]);
    }
}

#[test]
fn a_batch_that_stays_unanswered_is_made_smaller() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let mut sizes = Vec::new();
    for batch in 1..8 {
        talk.event(Event::BatchFailed {
            batch,
            size: sizes.last().copied().unwrap_or(25),
            failure: OFFLINE,
            answered: false,
        });
        let actions = talk.event(Event::Timer(Timer::Sender));
        let [Action::Send { max, .. }] = actions[..] else { panic!("{actions:?}") };
        sizes.push(max);
    }
    assert_eq!(sizes, [25, 25, 25, 12, 6, 3, 1]);
}

#[test]
fn a_batch_of_one_that_is_always_answered_badly_is_put_aside() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let bad = |batch, answered| Event::BatchFailed { batch, size: 1, failure: OFFLINE, answered };
    let mut batch = 1;
    let mut skipped = |talk: &mut Conversation, answered| {
        talk.event(bad(batch, answered));
        batch += 1;
        let actions = talk.event(Event::Timer(Timer::Sender));
        let aside =
            actions.iter().any(|action| matches!(action, Action::SetTimer { timer: Timer::Doubts, .. }));
        let Some(Action::Send { skip, resend: true, .. }) = actions.last() else { panic!("{actions:?}") };
        assert_eq!(*skip, aside, "{actions:?}");
        *skip
    };
    // Silence says nothing of the mutation, however long it lasts.
    assert!((0..20).all(|_| !skipped(&mut talk, false)));
    let seen: Vec<bool> = (0..7).map(|_| skipped(&mut talk, true)).collect();
    assert_eq!(seen, [false, false, false, false, false, true, false]);
    assert!(!skipped(&mut talk, false), "and begins anew");
}

#[test]
fn a_batch_that_was_cut_in_half_grows_again_slowly() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    talk.event(Event::NothingToSend { batch: 1 });
    talk.event(Event::BatchFailed { batch: 2, size: 25, failure: Failure::Refused, answered: false });
    let mut sizes = Vec::new();
    for batch in 3..50 {
        for action in talk.event(Event::BatchSettled { batch, unsent: 1 }) {
            if let Action::Send { max, .. } = action {
                sizes.push(max);
            }
        }
    }
    assert_eq!((sizes[0], sizes[14], sizes[15], sizes[30], sizes[31]), (12, 12, 24, 24, 25), "{sizes:?}");
}

/// A record that is edited all the time is sent with pauses, and the others without.
#[test]
fn what_rests_is_asked_for_when_it_has_rested_and_holds_nobody_up() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let timer = |delay_ms| Action::SetTimer { timer: Timer::Rest, delay_ms };
    let empty = |is_empty| Action::Publish(Notice::OutboxStatus { is_empty });
    let settled = |batch| Event::BatchSettled { batch, unsent: 0 };
    let steps: [(Event, &[Action]); 11] = [
        (claimed(1, false, false), &[empty(false)]),
        (Event::Resting, &[timer(8)]),
        // Nothing else is there to be sent, but the outbox is not empty.
        (settled(1), &[]),
        (Event::Timer(Timer::Rest), &[sent(2, 25, false)]),
        (claimed(2, false, false), &[]),
        (Event::Resting, &[timer(16)]),
        (settled(2), &[]),
        (Event::Timer(Timer::Rest), &[sent(3, 25, false)]),
        (settled(3), &[empty(true)]),
        (Event::Timer(Timer::Rest), &[]),
        (Event::Resting, &[timer(8)]),
    ];
    for (event, actions) in steps {
        assert_eq!(talk.event(event), actions, "{event:?}");
    }
    assert_eq!(talk.input(Input::OutboxGrew), [sent(4, 25, false)], "others do not wait");
    assert_eq!(talk.event(claimed(4, false, false)), [empty(false)]);
    assert!(talk.input(Input::Wake).contains(&sent(5, 25, false)), "nor does who is told not to");
}
