//! Updates of one record that go in one document, while somebody else has changed the record: whatever becomes of each, what
//! somebody else has written stays, and so does what was written here and meets nothing (SYNC 1.1, 2.4).

use super::record::{entry, local, meta, post, record};
use syncline_core::record::{
    ConflictKind, Entry, EntryState, Local, MutationOp, Outcome, Patch, Presence, Settles, settle,
};
use syncline_core::{Predicate, Value, Versioned};

const TITLE: usize = 1;
const BODY: usize = 2;

/// What becomes of an update of the first document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Merged,
    Refused,
    ConditionFails,
    Conflict,
    /// No answer comes to it and to those behind it, which were not tried.
    Lost,
}

const FATES: [Fate; 5] = [Fate::Merged, Fate::Refused, Fate::ConditionFails, Fate::Conflict, Fate::Lost];

/// A server that merges as ours does, with a record that somebody else has changed once: its title, as version 4.
struct Server {
    now: Versioned,
}

const THEIRS: i64 = 4;

impl Server {
    /// Applies an update; one that goes `behind` another says what its fields were before.
    fn apply(&mut self, update: &Entry, behind: bool) -> Versioned {
        let named = update.base_version.unwrap_or(0);
        for change in &update.patch.0 {
            let now = &self.now.record[change.field];
            let theirs = match (named == self.now.meta.version, behind) {
                (true, _) => false,
                (false, true) => *now != change.base,
                // Its own later edit wins over what only this device has changed since.
                (false, false) => change.field == TITLE && named < THEIRS,
            };
            if !theirs {
                self.now.record[change.field] = change.value.clone();
            }
        }
        self.now.meta = meta(self.now.meta.version + 1, false);
        self.now.clone()
    }
}

/// The updates of one document, each of one field, made on version 3.
fn document(fields: &[usize], fates: &[Fate]) -> Vec<Entry> {
    let mut before = record("A/B/-");
    let made = fields.iter().zip(fates).enumerate().map(|(place, (&field, fate))| {
        let mut after = before.clone();
        after[field] = Value::from(format!("mine {place}"));
        let patch = Patch::diff(&post(), &before, &after);
        before = after;
        let number = i64::try_from(place).unwrap();
        let condition = (*fate == Fate::ConditionFails).then(Predicate::all);
        let update = entry(number + 1, MutationOp::Update, patch);
        Entry { state: EntryState::Sent, base_version: Some(3 + number), condition, ..update }
    });
    made.collect()
}

/// The device, and the fields of the conflicts that it has listed.
struct Device {
    local: Local,
    listed: Vec<usize>,
    story: String,
}

impl Device {
    fn settle(&mut self, id: &str, outcome: Outcome) {
        let Some(settled) = settle(&post(), self.local.clone(), id, outcome) else {
            // What became of the one before it has left nothing of it.
            return assert!(self.local.entries.iter().all(|entry| entry.id != id), "{}: {id}", self.story);
        };
        self.local = settled.local;
        for conflict in settled.conflicts {
            if let ConflictKind::Field { field, .. } = conflict.kind {
                self.listed.push(field);
            }
        }
    }

    /// Whether something parked holds the update back (SYNC 1.7). What may be at the server already does not wait.
    fn waits(&self, update: &Entry) -> bool {
        if update.state == EntryState::Sent {
            return false;
        }
        let parked = self.local.entries.iter().filter(|entry| entry.is_parked());
        let mut changed = parked.flat_map(|entry| entry.patch.0.iter().map(|change| change.field));
        update.is_parked() || changed.any(|field| update.patch.get(field).is_some())
    }

    /// Marks what can go as sent: the first of them alone, or all in one document.
    fn claim(&mut self, together: bool) -> Vec<Entry> {
        let goes: Vec<usize> = (0..self.local.entries.len())
            .filter(|place| !self.waits(&self.local.entries[*place]))
            .take(if together { 4 } else { 1 })
            .collect();
        let mut before: Option<i64> = None;
        let mut sent = Vec::new();
        for place in goes {
            let server = self.local.server.version();
            let entry = &mut self.local.entries[place];
            if entry.state == EntryState::Unsent {
                entry.base_version = entry.base_version.or(before.map(|before| before + 1)).or(server);
                entry.state = EntryState::Sent;
            }
            before = entry.base_version;
            sent.push(entry.clone());
        }
        sent
    }
}

fn check(fields: &[usize], fates: &[Fate], settles: Settles, together: bool) {
    let story = format!("{fields:?} {fates:?} {settles:?}, together: {together}");
    let known = Versioned { record: record("A/B/-"), meta: meta(3, false) };
    let mut server = Server { now: Versioned { record: record("X/B/-"), meta: meta(THEIRS, false) } };
    let sent = document(fields, fates);
    let local = Local { settles, ..local(Presence::Live(known), sent.clone()) };
    let mut device = Device { local, listed: Vec::new(), story };
    let (mut held, mut lost) = (false, false);
    let mut dropped = Vec::new();
    for (place, (update, fate)) in sent.iter().zip(fates).enumerate() {
        let fresh_id = format!("fresh {place}");
        let current = server.now.clone();
        lost |= *fate == Fate::Lost;
        let outcome = match fate {
            _ if lost => None,
            _ if held => Some(Outcome::NotApplied { fresh_id }),
            Fate::Merged => Some(Outcome::Applied(server.apply(update, place > 0))),
            Fate::Refused => Some(Outcome::Refused("no".into())),
            Fate::ConditionFails => Some(Outcome::ConditionFailed(Some(current))),
            Fate::Conflict => Some(Outcome::Conflict { current, fresh_id }),
            Fate::Lost => None,
        };
        if matches!(outcome, Some(Outcome::ConditionFailed(_))) {
            dropped.push(place);
        }
        if let Some(outcome) = outcome {
            device.settle(&update.id, outcome);
        }
        held |= *fate != Fate::Merged;
    }
    // What is not answered is sent again as it was, and so is what was not tried.
    for round in 0.. {
        let sent = device.claim(together);
        if sent.is_empty() {
            break;
        }
        assert!(round < 10, "{}: something is sent for ever", device.story);
        for (place, update) in sent.iter().enumerate() {
            device.settle(&update.id, Outcome::Applied(server.apply(update, place > 0)));
        }
    }
    let Device { local: Local { entries, .. }, listed, story } = device;
    let left = |place: usize| {
        let ids = [sent[place].id.clone(), format!("fresh {place}")];
        entries.iter().any(|entry| ids.contains(&entry.id))
    };
    let gone = |field: usize| {
        let mut gone = (0..sent.len()).filter(|place| fields[*place] == field && !dropped.contains(place));
        gone.rfind(|place| !left(*place))
    };
    assert_eq!(server.now.record[TITLE], Value::from("X"), "{story}: somebody else's title is gone");
    assert!(gone(TITLE).is_none() || listed.contains(&TITLE), "{story}: nothing is listed");
    let body = gone(BODY).map_or(Value::from("B"), |place| sent[place].patch.0[0].value.clone());
    // What was made on a value that the server has refused, and may be there, meets what is there instead.
    let met = lost && (0..sent.len()).any(left) && listed.contains(&BODY);
    assert!(server.now.record[BODY] == body || met, "{story}: a body is gone: {:?}", server.now.record);
}

#[test]
fn updates_that_went_together_hide_nothing_of_somebody_else_and_lose_nothing() {
    let bits = |number: usize, base: usize, count: u32| -> Vec<usize> {
        (0..count).map(|place| number / base.pow(place) % base).collect()
    };
    for count in 1..=4_u32 {
        for fates in 0..FATES.len().pow(count) {
            let fates: Vec<Fate> =
                bits(fates, FATES.len(), count).into_iter().map(|fate| FATES[fate]).collect();
            for fields in 0..2_usize.pow(count) {
                let fields: Vec<usize> = bits(fields, 2, count).into_iter().map(|bit| TITLE + bit).collect();
                for settles in [Settles::Device, Settles::Server] {
                    check(&fields, &fates, settles, false);
                    check(&fields, &fates, settles, true);
                }
            }
        }
    }
}
