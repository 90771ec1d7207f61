//! Conflicts that are for the application's handler, or for the server's, to settle (SYNC 1.6).

use super::record::{at, entry};
use crate::models::{field, model, place};
use crate::policies;
use crate::random::Random;
use syncline_core::model::{Field, FieldKind};
use syncline_core::record::{
    Answer, Answers, Asked, Conflict, Entry, EntryState, Local, MutationOp, Outcome, Patch, Presence,
    Question, QuestionKind, Reconciled, Resolution, Settled, Settles, ask, fold, merge_value, rebase,
    reconcile, settle, settle_asking,
};
use syncline_core::value::Object;
use syncline_core::{Meta, Model, Predicate, Record, Scalar, Value, Versioned};

use MutationOp::{Create, Delete, Update};
use QuestionKind::{CreateMeetsRecord, DeleteMeetsUpdate, Fields, UpdateMeetsDelete};

fn post() -> Model {
    let text = |name, list| field(name, FieldKind::Scalar(Scalar::String), list);
    model(vec![text("id", false), text("title", false), text("body", false), text("tags", true)])
}

/// `title/body/tags`, where `-` is null and each letter of tags is an item.
fn record(text: &str) -> Record {
    let parts: Vec<&str> = text.split('/').collect();
    let value = |part: &str| if part == "-" { Value::Null } else { Value::from(part) };
    let tags = match parts[2] {
        "-" => Value::Null,
        items => Value::List(items.chars().map(|item| Value::from(item.to_string())).collect()),
    };
    Record(vec![Value::from("p"), value(parts[0]), value(parts[1]), tags])
}

fn text(record: Option<&Record>) -> String {
    let shown = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::List(items) => items.iter().filter_map(Value::as_text).collect(),
        _ => "-".to_owned(),
    };
    let text = |record: &Record| [1, 2, 3].map(|place| shown(&record[place])).join("/");
    record.map_or_else(|| "gone".to_owned(), text)
}

/// The server's record at a version; `gone` is a tombstone.
fn row(version: i64, at: &str) -> Versioned {
    let deleted = at == "gone";
    let record = if deleted { record("-/-/-") } else { record(at) };
    Versioned { record, meta: Meta { version, last_changed_at: version * 10, deleted } }
}

fn update(seq: i64, base: &str, value: &str) -> Entry {
    entry(seq, Update, Patch::diff(&post(), &record(base), &record(value)))
}

fn local(server: Presence, entries: Vec<Entry>, settles: Settles) -> Local {
    Local { settles, ..Local::new(server, entries) }
}

/// The question that is open.
fn question(model: &Model, local: &Local) -> Question {
    assert!(local.asks(), "{local:?}");
    match ask(model, local.clone(), &Answers::default()) {
        Asked::Open(question) => *question,
        Asked::Settled(settled) => panic!("nothing is asked: {settled:?}"),
    }
}

fn answered(model: &Model, local: &Local, mutation: &str, answer: Answer) -> Settled {
    let mut answers = Answers::default();
    answers.add(mutation.to_owned(), answer);
    match ask(model, local.clone(), &answers) {
        Asked::Settled(settled) => *settled,
        Asked::Open(question) => panic!("it is answered: {question:?}"),
    }
}

/// Where the entry stands when the change of the server comes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stands {
    Unsent,
    InFlight,
    /// In flight to a server that merges by itself.
    Merged,
    BehindOneInFlight,
    BehindAParked,
}

/// A device whose entry of this kind meets what the server has, and the entry's id then.
fn meeting(kind: QuestionKind, stands: Stands) -> Option<(Local, String)> {
    let model = post();
    let remote = match kind {
        UpdateMeetsDelete => row(4, "gone"),
        CreateMeetsRecord => row(1, "R/C/-"),
        Fields | DeleteMeetsUpdate => row(4, "R/C/-"),
    };
    let mine = match kind {
        Fields | UpdateMeetsDelete => at(3, update(2, "T/B/-", "X/B/-")),
        DeleteMeetsUpdate => at(3, entry(2, Delete, Patch::default())),
        CreateMeetsRecord => entry(2, Create, Patch::overlay(&model, None, &record("X/Y/-"))),
    };
    let server = match kind {
        CreateMeetsRecord => Presence::Unknown,
        _ => Presence::Live(row(3, "T/B/-")),
    };
    let tags = || at(3, update(1, "T/B/-", "T/B/a"));
    let sent = |entry: Entry| Entry { state: EntryState::Sent, ..entry };
    let entries = match stands {
        Stands::Unsent => vec![mine],
        Stands::InFlight => vec![sent(mine)],
        Stands::Merged if kind == Fields => vec![sent(mine)],
        // Nothing can be before a create; and only an update is merged.
        Stands::Merged => return None,
        _ if kind == CreateMeetsRecord => return None,
        Stands::BehindOneInFlight => vec![sent(tags()), Entry { base_version: None, ..mine }],
        Stands::BehindAParked => vec![Entry { state: EntryState::Parked("no".to_owned()), ..tags() }, mine],
    };
    let known = local(server, entries, Settles::Handler);
    let waits = |outcome: Outcome, mutation: &str| {
        // The change comes first, as a frame: what is in flight decides.
        let local = match reconcile(&model, known.clone(), remote.clone(), false) {
            Reconciled::Apply { local, .. } => local,
            other => panic!("{kind:?} {stands:?}: {other:?}"),
        };
        assert!(!local.asks() && local.held.is_some());
        let mut fresh = || "fresh".to_owned();
        settle_asking(&model, local, mutation, outcome, Some(&mut fresh)).unwrap().local
    };
    Some(match stands {
        Stands::Unsent | Stands::BehindAParked => match reconcile(&model, known, remote, false) {
            Reconciled::AskHandler { local, visible } => {
                assert_eq!(visible, fold(&model, &local.server, &local.entries));
                (local, "m2".to_owned())
            }
            other => panic!("{kind:?} {stands:?}: {other:?}"),
        },
        Stands::InFlight => {
            let conflict = Outcome::Conflict { current: remote.clone(), fresh_id: "fresh".to_owned() };
            (waits(conflict, "m2"), "fresh".to_owned())
        }
        Stands::Merged => (waits(Outcome::Applied(row(5, "R/C/-")), "m2"), "fresh".to_owned()),
        Stands::BehindOneInFlight if kind == UpdateMeetsDelete => {
            (waits(Outcome::ConditionFailed(Some(remote.clone())), "m1"), "m2".to_owned())
        }
        Stands::BehindOneInFlight => (waits(Outcome::Applied(row(5, "R/C/a")), "m1"), "m2".to_owned()),
    })
}

#[test]
fn each_kind_with_each_answer_wherever_the_entry_stands() {
    let model = post();
    for stands in
        [Stands::Unsent, Stands::InFlight, Stands::Merged, Stands::BehindOneInFlight, Stands::BehindAParked]
    {
        for kind in [Fields, DeleteMeetsUpdate, UpdateMeetsDelete, CreateMeetsRecord] {
            let Some((local, mutation)) = meeting(kind, stands) else { continue };
            let at = format!("{kind:?} {stands:?}");
            let asked = question(&model, &local);
            assert_eq!((&asked.mutation, asked.kind), (&mutation, kind), "{at}");
            let a = |with: &str| match stands {
                Stands::BehindOneInFlight if kind != UpdateMeetsDelete => with.replace("/-", "/a"),
                Stands::BehindAParked => with.replace("/-", "/a"),
                _ => with.to_owned(),
            };
            let (base, mine, remote, merged) = match kind {
                Fields => ("T/B/-", "X/B/-", "R/C/-", "R/C/-"),
                DeleteMeetsUpdate => ("T/B/-", "gone", "R/C/-", "R/C/-"),
                UpdateMeetsDelete => ("T/B/-", "X/B/-", "gone", "gone"),
                CreateMeetsRecord => ("gone", "X/Y/-", "R/C/-", "R/C/-"),
            };
            let shown =
                [&asked.base, &asked.local, &asked.remote, &asked.merged].map(|side| text(side.as_ref()));
            assert_eq!(shown, [a(base), a(mine), a(remote), a(merged)], "{at}");
            let fields: &[usize] = match kind {
                Fields => &[1],
                CreateMeetsRecord => &[1, 2],
                _ => &[],
            };
            assert_eq!(asked.fields, fields, "{at}");

            let version = local.server.version();
            for (answer, resolution, visible, op) in [
                (Answer::Remote, Resolution::Remote, remote, None),
                (
                    Answer::Local,
                    Resolution::Local,
                    match kind {
                        Fields => "X/C/-",
                        DeleteMeetsUpdate => "gone",
                        UpdateMeetsDelete => "X/B/-",
                        CreateMeetsRecord => "X/Y/-",
                    },
                    Some(match kind {
                        DeleteMeetsUpdate => Delete,
                        UpdateMeetsDelete => Create,
                        Fields | CreateMeetsRecord => Update,
                    }),
                ),
                (
                    Answer::Merged(record(&a("M/C/-"))),
                    Resolution::Merged,
                    "M/C/-",
                    Some(if kind == UpdateMeetsDelete { Create } else { Update }),
                ),
            ] {
                let at = format!("{at}: {answer:?}");
                let settled = answered(&model, &local, &mutation, answer);
                assert_eq!(text(settled.visible.as_ref()), a(visible), "{at}");
                assert!(settled.local.held.is_none(), "{at}");
                let left = settled.local.entries.iter().find(|entry| entry.id == mutation);
                assert_eq!(left.map(|entry| entry.op), op, "{at}");
                assert_eq!(left.map(|entry| entry.base_version), op.map(|_| version), "{at}: on the newest");
                assert_eq!(settled.superseded.is_empty(), op.is_some(), "{at}");
                assert!(!settled.conflicts.is_empty(), "{at}: it is listed");
                let other =
                    |conflict: &&Conflict| conflict.resolution != resolution || conflict.mutation != mutation;
                assert_eq!(settled.conflicts.iter().find(other), None, "{at}");
                // What the server has by then is what is sent on: it is accepted as it is.
                let again = rebase(&model, &settled.local.server, settled.local.entries.clone());
                assert_eq!((again.entries, again.conflicts), (settled.local.entries, Vec::new()), "{at}");
            }
        }
    }
}

#[test]
fn only_the_contested_part_of_what_the_server_merged_is_asked_about() {
    let model = post();
    let sent = Entry { state: EntryState::Sent, ..at(3, update(1, "T/B/a", "X/Y/ab")) };
    let known = local(Presence::Live(row(3, "T/B/a")), vec![sent], Settles::Handler);
    let mut fresh = || "fresh".to_owned();
    let applied = Outcome::Applied(row(5, "R/Y/cab"));
    let settled = settle_asking(&model, known.clone(), "m1", applied.clone(), Some(&mut fresh)).unwrap();
    assert_eq!((text(settled.visible.as_ref()), settled.conflicts), ("R/Y/cab".to_owned(), Vec::new()));
    let asked = question(&model, &settled.local);
    assert_eq!(asked.fields, [1]);
    assert_eq!([&asked.base, &asked.local].map(|side| text(side.as_ref())), ["T/Y/ab", "X/Y/ab"]);
    let settled = answered(&model, &settled.local, "fresh", Answer::Local);
    assert_eq!(text(settled.visible.as_ref()), "X/Y/cab");
    let changes: Vec<usize> = settled.local.entries[0].patch.0.iter().map(|change| change.field).collect();
    assert_eq!(changes, [1], "nothing that the server has taken goes out once more");
    // Whoever has no handler is told by the list.
    let plain = Local { settles: Settles::Device, ..known };
    let settled = settle_asking(&model, plain, "m1", applied, Some(&mut fresh)).unwrap();
    assert_eq!((settled.local.entries.len(), settled.conflicts.len()), (0, 1));
}

#[test]
fn what_does_not_conflict_is_merged_whatever_the_answer() {
    let objects = FieldKind::Custom(match place() {
        FieldKind::Custom(place) => place,
        other => panic!("{other:?}"),
    });
    let model = model(vec![
        field("id", FieldKind::Scalar(Scalar::Id), false),
        field("tags", FieldKind::Scalar(Scalar::String), true),
        field("place", objects, false),
    ]);
    let value = |tags: &[&str], street: &str, zip: i64| {
        let place = Object(vec![("street".into(), street.into()), ("zip".into(), zip.into())]);
        let tags = tags.iter().map(|tag| Value::from(*tag)).collect();
        Record(vec![Value::from("p"), Value::List(tags), Value::Object(place)])
    };
    let (base, mine, theirs) =
        (value(&["a", "b"], "old", 1), value(&["b"], "mine", 1), value(&["a", "b", "c"], "theirs", 2));
    let row = |version, record: &Record| Versioned {
        record: record.clone(),
        meta: Meta { version, last_changed_at: version, deleted: false },
    };
    let change = at(1, entry(1, Update, Patch::diff(&model, &base, &mine)));
    let known = local(Presence::Live(row(1, &base)), vec![change], Settles::Handler);
    let Reconciled::AskHandler { local, .. } = reconcile(&model, known, row(2, &theirs), false) else {
        panic!("both changed the street")
    };
    let asked = question(&model, &local);
    assert_eq!((asked.fields, asked.merged), (vec![2], Some(value(&["b", "c"], "theirs", 2))));
    let visible = |answer| answered(&model, &local, "m1", answer).visible;
    assert_eq!(visible(Answer::Remote), Some(value(&["b", "c"], "theirs", 2)));
    assert_eq!(visible(Answer::Local), Some(value(&["b", "c"], "mine", 2)), "the zip code is theirs alone");
}

#[test]
fn a_member_of_a_group_is_settled_by_an_answer_and_parked_by_none() {
    let model = post();
    let member = Entry { group: Some(7), ..at(3, update(1, "T/B/-", "X/B/-")) };
    let known = local(Presence::Live(row(3, "T/B/-")), vec![member], Settles::Handler);
    let Reconciled::AskHandler { local, .. } = reconcile(&model, known, row(4, "R/C/-"), false) else {
        panic!("it is asked about")
    };
    for (answer, parked, visible) in [
        (Answer::Remote, true, "R/C/-"),
        (Answer::Local, false, "X/C/-"),
        (Answer::Merged(record("M/C/-")), false, "M/C/-"),
    ] {
        let settled = answered(&model, &local, "m1", answer);
        let entry = &settled.local.entries[0];
        assert_eq!((entry.is_parked(), entry.group), (parked, Some(7)));
        assert_eq!(text(settled.visible.as_ref()), visible);
    }
}

#[test]
fn several_entries_are_asked_about_one_after_the_other() {
    let model = post();
    let conditional = |entry: Entry| Entry { condition: Some(Predicate::All), ..entry };
    let entries = vec![at(3, update(1, "T/B/-", "X/B/-")), conditional(update(2, "X/B/-", "X/Y/-"))];
    let known = local(Presence::Live(row(3, "T/B/-")), entries, Settles::Handler);
    let Reconciled::AskHandler { local, .. } = reconcile(&model, known, row(4, "R/C/-"), false) else {
        panic!("both are in conflict")
    };
    let mut answers = Answers::default();
    answers.add("m1".to_owned(), Answer::Local);
    let Asked::Open(second) = ask(&model, local.clone(), &answers) else { panic!("and the second") };
    assert_eq!((second.mutation.as_str(), second.fields.as_slice()), ("m2", &[2][..]));
    let sides = [&second.base, &second.local, &second.remote, &second.merged];
    assert_eq!(sides.map(|side| text(side.as_ref())), ["X/B/-", "X/Y/-", "X/C/-", "X/C/-"]);
    answers.add("m2".to_owned(), Answer::Remote);
    let Asked::Settled(settled) = ask(&model, local, &answers) else { panic!("all is answered") };
    assert_eq!(text(settled.visible.as_ref()), "X/C/-");
    assert_eq!(settled.local.entries.len(), 2, "a conditional one goes out even if it says nothing new");
}

#[test]
fn a_conflict_that_goes_away_is_asked_about_no_more() {
    let model = post();
    let (local, _) = meeting(Fields, Stands::Unsent).unwrap();
    let settled = reconcile(&model, local.clone(), row(5, "T/C/-"), false);
    let Reconciled::Apply { local: after, visible, conflicts, .. } = settled else { panic!("{settled:?}") };
    assert_eq!((text(visible.as_ref()), conflicts.len(), after.held), ("X/C/-".to_owned(), 0, None));
    // And one that stays keeps what it was made on, whatever comes between.
    let again = reconcile(&model, local, row(5, "Q/D/-"), false);
    let Reconciled::AskHandler { local, .. } = again else { panic!("{again:?}") };
    let asked = question(&model, &local);
    assert_eq!([&asked.base, &asked.remote].map(|side| text(side.as_ref())), ["T/B/-", "Q/D/-"]);
}

#[test]
fn what_the_server_settles_goes_out_on_the_version_it_was_made_on() {
    let model = post();
    let settles = Settles::Server;
    let known = local(Presence::Live(row(3, "T/B/-")), vec![at(3, update(1, "T/B/-", "X/Y/-"))], settles);
    let applied = |reconciled: Reconciled| match reconciled {
        Reconciled::Apply { local, visible, superseded, conflicts } => {
            assert_eq!((superseded.len(), conflicts.len()), (0, 0));
            assert_eq!(visible, fold(&model, &local.server, &local.entries), "what is shown is the fold");
            (local, text(visible.as_ref()))
        }
        other => panic!("{other:?}"),
    };
    let (held, shown) = applied(reconcile(&model, known.clone(), row(4, "R/B/-"), false));
    assert_eq!(
        (held.entries[0].base_version, &*shown),
        (Some(3), "R/Y/-"),
        "the handler is asked, with all of it"
    );
    assert_eq!(held.entries[0].patch, known.entries[0].patch);
    let (moved, _) = applied(reconcile(&model, known, row(4, "T/B/a"), false));
    assert_eq!(moved.entries[0].base_version, Some(4), "no field was changed by both");
    // It rejects: the server's side stays, and what nobody else changed goes out on the newer version.
    let mut sent = held;
    sent.entries[0].state = EntryState::Sent;
    let reject = Outcome::Conflict { current: row(4, "R/B/-"), fresh_id: "fresh".to_owned() };
    let settled = settle(&model, sent.clone(), "m1", reject).unwrap();
    assert_eq!(text(settled.visible.as_ref()), "R/Y/-");
    assert_eq!((settled.local.entries[0].base_version, settled.conflicts.len()), (Some(4), 1));
    // It resolves: what it says is what is shown, and listed where it is not what was saved.
    let settled = settle(&model, sent, "m1", Outcome::Applied(row(5, "H/Y/-"))).unwrap();
    assert_eq!((text(settled.visible.as_ref()), settled.conflicts.len()), ("H/Y/-".to_owned(), 1));
    // An entry behind one of which nothing is left is not taken for one that was made on the newest.
    let conditional = Entry { condition: Some(Predicate::All), ..update(2, "X/B/-", "Z/B/-") };
    let two = vec![at(3, update(1, "T/B/-", "T/C/-")), conditional];
    let known = local(Presence::Live(row(3, "T/B/-")), two, settles);
    let Reconciled::Apply { local, .. } = reconcile(&model, known, row(4, "R/C/-"), false) else { panic!() };
    assert_eq!(local.entries.iter().map(|entry| entry.base_version).collect::<Vec<_>>(), [Some(3)]);
    // A delete is for the server, too; a group is parked as ever.
    let delete = at(3, entry(1, Delete, Patch::default()));
    let known = super::handler::local(Presence::Live(row(3, "T/B/-")), vec![delete], settles);
    let (held, shown) = applied(reconcile(&model, known, row(4, "R/C/-"), false));
    assert_eq!((held.entries[0].base_version, &*shown), (Some(3), "gone"));
    let member = Entry { group: Some(7), ..at(3, update(1, "T/B/-", "X/B/-")) };
    let known = super::handler::local(Presence::Live(row(3, "T/B/-")), vec![member], settles);
    let Reconciled::Apply { local, .. } = reconcile(&model, known, row(4, "R/C/-"), false) else { panic!() };
    assert!(local.entries[0].is_parked());
}

/// A record of posts, drawn from few values.
fn any_record(random: &mut Random) -> Record {
    let mut text = |of: &[&str]| (*random.pick(of)).to_owned();
    record(&format!("{}/{}/{}", text(&["A", "B", "-"]), text(&["A", "B"]), text(&["-", "a", "ab", "b"])))
}

/// What a device may hold: a few entries of a record, the first perhaps in flight or parked.
fn any_local(random: &mut Random, model: &Model) -> Local {
    let server = match random.below(6) {
        0 => Presence::Unknown,
        1 => Presence::Deleted(row(3, "gone").meta),
        _ => Presence::Live(Versioned { record: any_record(random), meta: row(3, "A/A/-").meta }),
    };
    let mut visible = server.live().map(|row| row.record.clone());
    let mut entries: Vec<Entry> = Vec::new();
    for seq in 1..=1 + random.below(3) as i64 {
        let to = any_record(random);
        let mut made = match &visible {
            None => entry(seq, Create, Patch::overlay(model, None, &to)),
            Some(_) if random.one_in(4) => entry(seq, Delete, Patch::default()),
            Some(from) => entry(seq, Update, Patch::diff(model, from, &to)),
        };
        if made.op == Update && made.patch.is_empty() {
            continue;
        }
        if entries.is_empty() && made.op != Create {
            made.base_version = server.version();
        }
        made.condition = random.one_in(3).then_some(Predicate::All);
        made.group = random.one_in(4).then_some(7);
        if entries.is_empty() {
            made.state = match random.below(5) {
                0 | 1 => EntryState::Sent,
                2 => EntryState::Parked("no".to_owned()),
                _ => EntryState::Unsent,
            };
        }
        entries.push(made);
        visible = fold(model, &server, &entries);
    }
    Local::new(server, entries)
}

fn any_remote(random: &mut Random, version: i64) -> Versioned {
    let gone = random.one_in(4);
    Versioned {
        record: if gone { record("-/-/-") } else { any_record(random) },
        meta: row(version, if gone { "gone" } else { "A/A/-" }).meta,
    }
}

/// Answers everything with the remote side, one question at a time.
fn all_remote(
    model: &Model,
    local: &Local,
    mut settled: Vec<Conflict>,
) -> (Local, Option<Record>, Vec<Conflict>) {
    let mut answers = Answers::default();
    loop {
        match ask(model, local.clone(), &answers) {
            Asked::Open(question) => answers.add(question.mutation.clone(), Answer::Remote),
            Asked::Settled(done) => {
                settled.extend(done.conflicts);
                return (done.local, done.visible, settled);
            }
        }
    }
}

#[test]
fn a_handler_that_always_says_remote_ends_as_none_does() {
    let model = post();
    let mut random = Random::new(17);
    let (mut asked, mut rounds) = (0, 0);
    while rounds < 60_000 {
        let plain = any_local(&mut random, &model);
        if plain.entries.is_empty() {
            continue;
        }
        rounds += 1;
        let remote = any_remote(&mut random, 4);
        let by_handler = Local { settles: Settles::Handler, ..plain.clone() };
        let before = plain.clone();
        let without = match reconcile(&model, plain, remote.clone(), false) {
            Reconciled::Apply { local, visible, conflicts, .. } => (local, visible, conflicts),
            other => panic!("{other:?}"),
        };
        let with = match reconcile(&model, by_handler, remote, false) {
            Reconciled::Apply { local, visible, conflicts, .. } => (local, visible, conflicts),
            Reconciled::AskHandler { local, .. } => {
                asked += 1;
                assert!(!without.2.is_empty(), "it is asked only where there is a conflict");
                all_remote(&model, &local, Vec::new())
            }
            Reconciled::Skip => panic!("it is newer"),
        };
        same(&with, &without, &before);
        // And then the answer to what is in flight.
        let Some(sent) = without.0.entries.iter().find(|entry| entry.state == EntryState::Sent).cloned()
        else {
            continue;
        };
        let outcome = match random.below(5) {
            0 if sent.op == Delete => Outcome::Applied(row(5, "gone")),
            0 | 1 if sent.op != Delete => {
                Outcome::Applied(Versioned { record: any_record(&mut random), meta: row(5, "A/A/-").meta })
            }
            2 => Outcome::ConditionFailed(Some(any_remote(&mut random, 5))),
            3 => Outcome::Refused("no".into()),
            _ => Outcome::Conflict { current: any_remote(&mut random, 5), fresh_id: "fresh".to_owned() },
        };
        let plain = settle(&model, without.0, &sent.id, outcome.clone()).unwrap();
        let mut fresh = || sent.id.clone();
        let held = settle_asking(&model, with.0, &sent.id, outcome, Some(&mut fresh)).unwrap();
        let held = match held.local.asks() {
            true => all_remote(&model, &held.local, held.conflicts),
            false => (held.local, held.visible, held.conflicts),
        };
        same(&held, &(plain.local, plain.visible, plain.conflicts), &before);
    }
    assert!(asked > 5_000, "{asked}");
}

fn same(
    with: &(Local, Option<Record>, Vec<Conflict>),
    without: &(Local, Option<Record>, Vec<Conflict>),
    before: &Local,
) {
    assert_eq!(with.0.entries, without.0.entries, "{before:?}");
    assert_eq!(with.1, without.1, "{before:?}");
    // What the server has merged is listed when the handler has spoken.
    let sorted = |conflicts: &[Conflict]| {
        let mut shown: Vec<String> = conflicts.iter().map(|conflict| format!("{conflict:?}")).collect();
        shown.sort();
        shown
    };
    assert_eq!(sorted(&with.2), sorted(&without.2), "{before:?}");
    assert!(with.0.in_flight() || with.0.held.is_none(), "{before:?}");
}

#[test]
fn nothing_in_conflict_reaches_a_settling_server_as_if_it_were_made_on_the_newest() {
    let model = post();
    let mut random = Random::new(23);
    let mut left = 0;
    for _ in 0..60_000 {
        let plain = any_local(&mut random, &model);
        let remote = any_remote(&mut random, 4);
        let by_server = Local { settles: Settles::Server, ..plain.clone() };
        let Reconciled::Apply { local, visible, .. } = reconcile(&model, by_server, remote.clone(), false)
        else {
            panic!("it is newer")
        };
        assert_eq!(visible, fold(&model, &local.server, &local.entries), "{plain:?} {remote:?}");
        if local.in_flight() {
            continue;
        }
        // Whoever would settle it here finds a conflict: then it goes out stale.
        let Some(place) = local.entries.iter().position(|entry| !entry.is_parked()) else { continue };
        let first = Some(&local.entries[place]);
        let here = rebase(&model, &local.server, local.entries[..=place].to_vec());
        if let Some(first) = first.filter(|first| first.op != Create && !here.conflicts.is_empty()) {
            left += 1;
            assert!(first.base_version.is_some_and(|base| base < 4), "{plain:?} {remote:?}: {local:?}");
        }
    }
    assert!(left > 5_000, "{left}");
}

/// A record of all the fields, drawn from few values; `of` says which fields differ from `from`.
fn drawn(random: &mut Random, fields: &[Field], from: Option<&Record>) -> Record {
    let values = fields.iter().enumerate().map(|(place, field)| match from {
        _ if place == 0 => Value::from("p"),
        Some(from) if random.one_in(2) => from[place].clone(),
        _ => drawn_value(random, field),
    });
    Record(values.collect())
}

fn drawn_value(random: &mut Random, field: &Field) -> Value {
    if random.one_in(7) {
        return Value::Null;
    }
    if field.is_list() {
        return Value::List(random.some(4, |random| drawn_one(random, field)));
    }
    drawn_one(random, field)
}

fn drawn_one(random: &mut Random, field: &Field) -> Value {
    match &field.kind {
        FieldKind::Scalar(Scalar::Int) => {
            Value::Int(*random.pick(&[0, 1, 2, 3, i32::MAX.into(), i32::MIN.into()]))
        }
        FieldKind::Scalar(Scalar::AwsTimestamp) => {
            Value::Int(*random.pick(&[0, 1, 2, 3, i64::MAX, i64::MIN]))
        }
        FieldKind::Scalar(Scalar::Float) => Value::Float(*random.pick(&[0.0, 1.0, 2.0, 0.1, f64::MAX])),
        FieldKind::Scalar(Scalar::AwsDate) => {
            Value::from(*random.pick(&["2024-01-01", "2024-01-02", "2024-02-01"]))
        }
        FieldKind::Custom(custom) => {
            let part = |part: &Field| (part.name.as_str().into(), drawn_value(random, part));
            Value::Object(Object(custom.fields.iter().map(part).collect()))
        }
        _ => Value::from(*random.pick(&["a", "b", "c"])),
    }
}

/// SYNC 1.6 over whole records, with a field of every policy and kind: moved onto the newer record and sent, with the
/// base values that it has then, is sent stale and merged there.
#[test]
fn a_record_rebased_and_sent_is_one_sent_stale() {
    let mut fields = vec![field("id", FieldKind::Scalar(Scalar::Id), false)];
    fields.extend(policies::fields());
    fields.extend([
        field("plain", FieldKind::Scalar(Scalar::String), false),
        field("list", FieldKind::Scalar(Scalar::String), true),
        field("place", place(), false),
    ]);
    let model = model(fields);
    let mut random = Random::new(5);
    // Each record has some 40 fields: a million of triples in all.
    for _ in 0..25_000 {
        let base = drawn(&mut random, &model.fields, None);
        let mine = drawn(&mut random, &model.fields, Some(&base));
        let theirs = drawn(&mut random, &model.fields, Some(&base));
        let patch = Patch::diff(&model, &base, &mine);
        let merge = |patch: &Patch, now: &Record| {
            let mut merged = now.clone();
            for change in &patch.0 {
                let field = &model.fields[change.field];
                merged[change.field] =
                    merge_value(field, Some(&change.base), &change.value, &now[change.field]).value;
            }
            merged
        };
        let stale = merge(&patch, &theirs);
        let meta = Meta { version: 2, last_changed_at: 2, deleted: false };
        let server = Presence::Live(Versioned { record: theirs.clone(), meta });
        let rebased = rebase(&model, &server, vec![at(1, entry(1, Update, patch))]);
        let left = rebased.entries.first().map(|entry| entry.patch.clone()).unwrap_or_default();
        assert_eq!(merge(&left, &theirs), stale, "{base:?}\n{mine:?}\n{theirs:?}");
        assert_eq!(rebased.visible, Some(stale));
    }
}
