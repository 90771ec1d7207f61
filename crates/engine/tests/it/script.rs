//! Small conversations: what happens, and what the engine must want then.

use syncline_core::ModelId;
use syncline_engine::{
    Action, Counts, Engine, Event, Failure, Input, ModelPlan, Notice, PageId, Start, Timer,
};

const POST: ModelId = ModelId(0);
const COMMENT: ModelId = ModelId(1);
const OFFLINE: Failure = Failure::Transient { retry_after_ms: None };

fn start() -> Input {
    Input::Start(Start {
        models: vec![
            ModelPlan { model: POST, parents: vec![] },
            ModelPlan { model: COMMENT, parents: vec![POST] },
        ],
        max_batch: 25,
        max_page: 1_000,
        safety_ms: None,
    })
}

struct Conversation {
    engine: Engine,
}

impl Conversation {
    fn begin() -> (Conversation, Vec<Action>) {
        let mut conversation = Conversation { engine: Engine::new(0) };
        let actions = conversation.input(start());
        (conversation, actions)
    }

    fn input(&mut self, input: Input) -> Vec<Action> {
        self.engine.step(input, 0).into_iter().map(|effect| effect.action).collect()
    }

    fn event(&mut self, event: Event) -> Vec<Action> {
        let run = self.engine.run();
        self.input(Input::Event { run, event })
    }

    fn connect(&mut self) -> Vec<Action> {
        self.event(Event::SocketOpened);
        self.event(Event::Subscribed(POST));
        self.event(Event::Subscribed(COMMENT))
    }

    /// Answers a whole sync of one page.
    fn sync(&mut self, model: ModelId, sync: u32, base: bool) -> Vec<Action> {
        let page = PageId { model, sync, page: 0 };
        let mut actions = self.event(Event::PageArrived { page, more: false, base });
        actions.extend(self.event(Event::PageApplied { page, counts: Counts::default() }));
        actions
    }
}

fn page(model: ModelId, sync: u32, page: u32) -> PageId {
    PageId { model, sync, page }
}

/// What is wanted as long as nothing is too large.
fn fetch(model: ModelId, sync: u32, place: u32) -> Action {
    Action::Fetch { page: page(model, sync, place), limit: 1_000 }
}

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
fn late_and_repeated_answers_change_nothing() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let first = Event::PageArrived { page: page(POST, 1, 0), more: true, base: true };
    talk.event(first);
    assert_eq!(talk.event(first), [], "the same page twice");
    talk.event(Event::PageFailed { page: page(POST, 1, 1), failure: OFFLINE });
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
    talk.event(Event::PageFailed { page: page(POST, 2, 0), failure: OFFLINE });
    talk.event(Event::PageFailed { page: page(COMMENT, 2, 0), failure: OFFLINE });
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
fn a_model_that_is_refused_holds_nobody_up() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let actions = talk.event(Event::PageFailed { page: page(POST, 1, 0), failure: Failure::Auth });
    assert!(actions.contains(&Action::Publish(Notice::ModelDegraded { model: POST })));
    assert!(actions.contains(&fetch(COMMENT, 1, 0)));
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
    talk.event(Event::PageFailed { page: page(POST, 3, 0), failure: OFFLINE });
    let woken = talk.input(Input::Wake);
    assert!(woken.contains(&fetch(POST, 4, 0)) && !woken.contains(&Action::OpenSocket), "{woken:?}");
}

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

fn sent(batch: u32, max: usize, resend: bool) -> Action {
    Action::Send { batch, max, resend, skip: false }
}

fn claimed(batch: u32, full: bool, in_doubt: bool) -> Event {
    Event::BatchClaimed { batch, full, in_doubt }
}

#[test]
fn a_second_batch_goes_out_while_the_first_is_under_way() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    let settled = |batch, unsent| Event::BatchSettled { batch, unsent };
    let steps: [(Event, &[Action]); 9] = [
        (
            claimed(1, true, false),
            &[Action::Publish(Notice::OutboxStatus { is_empty: false }), sent(2, 25, false)],
        ),
        (claimed(2, true, false), &[]),
        (settled(1, 1), &[sent(3, 25, false)]),
        (claimed(3, true, false), &[]),
        // The second may be faster than the first.
        (settled(3, 0), &[sent(4, 25, false)]),
        (Event::NothingToSend { batch: 4 }, &[]),
        // What there is may wait for the one under way: nobody asks again before that is settled.
        (Event::BatchSettled { batch: 9, unsent: 1 }, &[]),
        (settled(2, 1), &[sent(5, 25, false)]),
        (Event::NothingToSend { batch: 5 }, &[Action::Publish(Notice::OutboxStatus { is_empty: true })]),
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
        talk.event(claimed(2, true, false));
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
        talk.event(claimed(2, true, false));
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
    talk.event(claimed(2, true, false));
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
fn the_first_answer_after_a_silence_wakes_everything_else() {
    let (mut talk, _) = Conversation::begin();
    talk.event(Event::SocketLost(OFFLINE));
    talk.event(Event::PageFailed { page: page(POST, 1, 0), failure: OFFLINE });
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
fn stop_and_start_from_any_state_end_and_begin_one_run() {
    let (mut talk, _) = Conversation::begin();
    assert_eq!(talk.input(start()), [], "start while running joins it");
    assert_eq!(talk.input(Input::Stop), [Action::CloseSocket]);
    assert_eq!(talk.input(Input::Stop), []);
    assert_eq!(talk.input(Input::OutboxGrew), []);
    assert_eq!(talk.input(start()), [Action::OpenSocket]);
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

fn failed(page: PageId, failure: Failure) -> Event {
    Event::PageFailed { page, failure }
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
        let told = status(talk.event(Event::PageFailed { page: page(POST, 1, 0), failure }));
        assert_eq!(told, (!active).then_some(false), "a page, {failure:?}");
    }
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    talk.sync(POST, 1, true);
    assert_eq!(status(talk.event(Event::SocketLost(OFFLINE))), None, "the request that follows will say it");
    talk.event(Event::PageFailed { page: page(POST, 2, 0), failure: OFFLINE });
    assert_eq!(status(talk.event(Event::SocketOpened)), Some(true));
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
fn a_refused_cursor_after_failures_is_forgotten_at_once_too() {
    let (mut talk, _) = Conversation::begin();
    talk.connect();
    talk.event(failed(page(POST, 1, 0), OFFLINE));
    talk.event(Event::Timer(Timer::Model(POST)));
    let actions = talk.event(Event::CursorRefused { page: page(POST, 2, 0), scope_changed: true });
    assert_eq!(actions, [Action::ResetCursor { model: POST, scope_changed: true }, fetch(POST, 3, 0)]);
}
