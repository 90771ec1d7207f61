//! What a new mutation adds to the outbox: every cell of the table (SYNC 1.4).

use super::record::{entry, local, meta, patch, post, record, row};
use syncline_core::record::{
    Coalesced, Entry, EntryState, Left, Local, MutationOp, Patch, Presence, coalesce, fold,
};
use syncline_core::{Predicate, Record};

use MutationOp::{Create, Delete, Update};

/// What the server has, where it has the record.
const SERVER: &str = "A/B/-";

/// How an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Free,
    Conditional,
    Grouped,
    OtherGroup,
    Sent,
    Parked,
}

use Kind::{Conditional, Free, Grouped, OtherGroup, Parked, Sent};

/// What comes in.
const INCOMING: [(&str, MutationOp, Kind); 9] = [
    ("create", Create, Free),
    ("update", Update, Free),
    ("delete", Delete, Free),
    ("conditional update", Update, Conditional),
    ("conditional delete", Delete, Conditional),
    ("create of the group", Create, Grouped),
    ("update of the group", Update, Grouped),
    ("delete of the group", Delete, Grouped),
    ("update of another group", Update, OtherGroup),
];

/// What it is called, what is pending, and what becomes of each that comes in.
type Row = (&'static str, Option<(MutationOp, Kind)>, [&'static str; 9]);

/// What is pending, and for each that comes in what becomes of both: `new` (it is an entry of its own behind), the
/// operation of the one entry that they become, or `none` (they cancel each other).
#[rustfmt::skip]
const TABLE: [Row; 17] = [
    // incoming:            create    update    delete    c. upd.  c. del.  g. create  g. upd.   g. del.   other
    ("nothing",             None,
                           ["new",    "new",    "new",    "new",   "new",   "new",     "new",    "new",    "new"]),
    ("create",              Some((Create, Free)),
                           ["Create", "Create", "none",   "new",   "new",   "new",     "new",    "new",    "new"]),
    ("update",              Some((Update, Free)),
                           ["new",    "Update", "Delete", "new",   "new",   "new",     "new",    "new",    "new"]),
    ("delete",              Some((Delete, Free)),
                           ["Update", "Update", "Delete", "new",   "new",   "new",     "new",    "new",    "new"]),
    ("conditional create",  Some((Create, Conditional)),
                           ["new",    "new",    "new",    "new",   "new",   "new",     "new",    "new",    "new"]),
    ("conditional update",  Some((Update, Conditional)),
                           ["new",    "new",    "new",    "new",   "new",   "new",     "new",    "new",    "new"]),
    ("conditional delete",  Some((Delete, Conditional)),
                           ["new",    "new",    "new",    "new",   "new",   "new",     "new",    "new",    "new"]),
    ("create of a group",   Some((Create, Grouped)),
                           ["new",    "new",    "new",    "new",   "new",   "Create",  "Create", "none",   "new"]),
    ("update of a group",   Some((Update, Grouped)),
                           ["new",    "new",    "new",    "new",   "new",   "new",     "Update", "Delete", "new"]),
    ("delete of a group",   Some((Delete, Grouped)),
                           ["new",    "new",    "new",    "new",   "new",   "Update",  "Update", "Delete", "new"]),
    ("sent create",         Some((Create, Sent)),
                           ["new",    "new",    "new",    "new",   "new",   "new",     "new",    "new",    "new"]),
    ("sent update",         Some((Update, Sent)),
                           ["new",    "new",    "new",    "new",   "new",   "new",     "new",    "new",    "new"]),
    ("sent delete",         Some((Delete, Sent)),
                           ["new",    "new",    "new",    "new",   "new",   "new",     "new",    "new",    "new"]),
    ("parked create",       Some((Create, Parked)),
                           ["new",    "new",    "new",    "new",   "new",   "new",     "new",    "new",    "new"]),
    ("parked update",       Some((Update, Parked)),
                           ["new",    "new",    "new",    "new",   "new",   "new",     "new",    "new",    "new"]),
    ("parked delete",       Some((Delete, Parked)),
                           ["new",    "new",    "new",    "new",   "new",   "new",     "new",    "new",    "new"]),
    ("update of another group", Some((Update, OtherGroup)),
                           ["new",    "new",    "new",    "new",   "new",   "new",     "new",    "new",    "Update"]),
];

fn made(seq: i64, op: MutationOp, kind: Kind, patch: Patch) -> Entry {
    Entry {
        condition: (kind == Conditional).then_some(Predicate::All),
        group: match kind {
            Grouped => Some(1),
            OtherGroup => Some(2),
            _ => None,
        },
        state: match kind {
            Sent => EntryState::Sent,
            Parked => EntryState::Parked("no".to_owned()),
            _ => EntryState::Unsent,
        },
        ..entry(seq, op, patch)
    }
}

/// What changes the record that is shown into `to`.
fn change(op: MutationOp, shown: Option<&Record>, to: &str) -> Patch {
    match (op, shown) {
        (Delete, _) => Patch::default(),
        (Create, _) | (Update, None) => Patch::overlay(&post(), None, &record(to)),
        (Update, Some(shown)) => Patch::diff(&post(), shown, &record(to)),
    }
}

/// The record with what is pending on it.
fn pending(of: Option<(MutationOp, Kind)>) -> Local {
    let server = match of {
        Some((Create, _)) => Presence::Unknown,
        _ => Presence::Live(row(3, SERVER)),
    };
    let entries = of.into_iter().map(|(op, kind)| {
        let shown = server.live().map(|row| row.record.clone());
        Entry { base_version: server.version(), ..made(1, op, kind, change(op, shown.as_ref(), "P/B/a")) }
    });
    let entries = entries.collect();
    local(server, entries)
}

#[test]
fn every_cell_of_the_table() {
    for (pending_name, of, expected) in TABLE {
        for ((incoming_name, op, kind), expected) in INCOMING.into_iter().zip(expected) {
            let name = format!("{pending_name} × {incoming_name}");
            let before = pending(of);
            let shown = fold(&post(), &before.server, &before.entries);
            let incoming = made(0, op, kind, change(op, shown.as_ref(), "I/J/-"));
            let wanted =
                fold(&post(), &before.server, &[before.entries.clone(), vec![incoming.clone()]].concat());
            let coalesced = coalesce(&post(), &before, incoming.clone());
            let (word, entries) = match &coalesced {
                Coalesced::Append(entry) => {
                    // As it is; on the server's record only if nothing is to happen before it.
                    let alone = before.entries.iter().all(Entry::is_parked);
                    let base_version = before.server.version().filter(|_| alone && op != Create);
                    assert_eq!(*entry, Entry { base_version, ..incoming }, "{name}");
                    ("new".to_owned(), [before.entries.clone(), vec![entry.clone()]].concat())
                }
                Coalesced::Replace { seq, entry } => {
                    let replaced = &before.entries[0];
                    // It keeps the place, the id and the base of the one that is there.
                    assert_eq!(
                        (*seq, &entry.id, entry.base_version, entry.group),
                        (replaced.seq, &replaced.id, replaced.base_version, replaced.group),
                        "{name}"
                    );
                    assert_eq!((&entry.condition, &entry.state), (&None, &EntryState::Unsent), "{name}");
                    (format!("{:?}", entry.op), vec![entry.clone()])
                }
                Coalesced::Cancel { seq } => {
                    assert_eq!(*seq, 1, "{name}");
                    ("none".to_owned(), Vec::new())
                }
            };
            assert_eq!(word, expected, "{name}");
            // A save creates what is not shown, and updates what is.
            let can_be = op == Delete || (op == Update) == shown.is_some();
            if can_be {
                assert_eq!(fold(&post(), &before.server, &entries), wanted, "{name}: what is shown");
            }
        }
    }
}

#[test]
fn no_cell_is_missing() {
    let kinds = [Free, Conditional, Grouped, Sent, Parked];
    for op in [Create, Update, Delete] {
        for kind in kinds {
            let rows = TABLE.iter().filter(|(_, of, _)| *of == Some((op, kind))).count();
            assert_eq!(rows, 1, "{kind:?} {op:?} pending");
            // What comes in is neither sent nor parked, and a create has no condition: nothing is there that could meet it.
            let columns = INCOMING.iter().filter(|(_, other, of)| (*other, *of) == (op, kind)).count();
            let there = !matches!(kind, Sent | Parked) && (op, kind) != (Create, Conditional);
            assert_eq!(columns, usize::from(there), "{kind:?} {op:?} comes in");
        }
    }
    assert!(TABLE.iter().any(|(_, of, _)| of.is_none()));
}

/// A record that is deleted and made anew, before any of it is sent, is changed: what the new one does not set is cleared,
/// and what it says already is left out.
#[test]
fn made_anew_before_the_delete_was_sent() {
    let check = |name: &str, to: &str, expected: Option<Patch>| {
        let before = pending(Some((Delete, Free)));
        let incoming = made(0, Create, Free, change(Create, None, to));
        let patch = match coalesce(&post(), &before, incoming) {
            Coalesced::Replace { entry, .. } => Some(entry.patch),
            Coalesced::Cancel { .. } => None,
            Coalesced::Append(entry) => panic!("{name}: {entry:?}"),
        };
        assert_eq!(patch, expected, "{name}");
    };
    check("all of it", "X/Y/a", Some(patch(SERVER, "X/Y/a")));
    check("less than there was", "X/-/-", Some(patch(SERVER, "X/-/-")));
    check("one field", "A/Y/-", Some(patch(SERVER, "A/Y/-")));
    check("the same", SERVER, None);
}

#[test]
fn changes_that_end_where_they_began_are_none() {
    for (name, of, incoming, to) in [
        ("an update and back", Some((Update, Free)), Update, SERVER),
        ("an update and back in a group", Some((Update, Grouped)), Update, SERVER),
    ] {
        let before = pending(of);
        let shown = fold(&post(), &before.server, &before.entries);
        let kind = of.map_or(Free, |(_, kind)| kind);
        let incoming = made(0, incoming, kind, change(incoming, shown.as_ref(), to));
        let coalesced = coalesce(&post(), &before, incoming);
        assert!(matches!(coalesced, Coalesced::Cancel { seq: 1 }), "{name}: {coalesced:?}");
    }
}

/// A create over a tombstone continues from its version; over what left the device's scope it names none.
#[test]
fn a_create_names_a_tombstone_and_nothing_else() {
    for (name, server, expected) in [
        ("nothing", Presence::Unknown, None),
        ("a tombstone", Presence::Deleted(meta(7, true)), Some(7)),
        ("evicted", Presence::Evicted(Left { version: 7, changed_at: None }), None),
    ] {
        let incoming = made(0, Create, Free, change(Create, None, "X/-/-"));
        let Coalesced::Append(entry) = coalesce(&post(), &local(server, Vec::new()), incoming) else {
            panic!("{name}")
        };
        assert_eq!(entry.base_version, expected, "{name}");
    }
}
