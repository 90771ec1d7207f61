//! The cells of the tables of decisions (`core::record`): which there are, which cannot be taken here and why, and which
//! were taken.

use std::collections::BTreeMap;

/// How often each cell was taken.
pub type Taken = BTreeMap<String, u64>;

/// A part of a table: its cells are every one of `rows` with every one of `columns`.
struct Part {
    table: &'static str,
    rows: &'static [&'static str],
    join: &'static str,
    columns: &'static [&'static str],
}

const PARTS: [Part; 9] = [
    Part {
        table: "coalesce: ",
        rows: &[
            "nothing",
            "create",
            "update",
            "delete",
            "conditional update",
            "conditional delete",
            "create of a group",
            "update of a group",
            "delete of a group",
            "sent create",
            "sent update",
            "sent delete",
            "parked create",
            "parked update",
            "parked delete",
        ],
        join: " × ",
        columns: &[
            "create",
            "update",
            "delete",
            "conditional update",
            "conditional delete",
            "create of a group",
            "update of a group",
            "delete of a group",
        ],
    },
    Part {
        table: "coalesce: ",
        rows: &["create of a group", "update of a group", "delete of a group"],
        join: " × ",
        columns: &["create of another group", "update of another group", "delete of another group"],
    },
    Part { table: "reconcile: ", rows: &["unknown"], join: " × ", columns: &["record", "tombstone"] },
    Part {
        table: "reconcile: ",
        rows: &["evicted"],
        join: " × ",
        columns: &[
            "record, older",
            "record, of a later life",
            "record, the same",
            "record, the same, in another scope",
            "record, newer",
            "tombstone, older",
            "tombstone, of a later life",
            "tombstone, the same",
            "tombstone, the same, in another scope",
            "tombstone, newer",
        ],
    },
    Part {
        table: "reconcile: ",
        rows: &["deleted"],
        join: " × ",
        columns: &[
            "record, older",
            "record, of a later life",
            "record, newer",
            "tombstone, older",
            "tombstone, the same",
            "tombstone, the same, in another scope",
            "tombstone, of a later life",
            "tombstone, newer",
        ],
    },
    Part {
        table: "reconcile: ",
        rows: &["live"],
        join: " × ",
        columns: &[
            "record, older",
            "record, the same",
            "record, the same, in another scope",
            "record, of a later life",
            "record, newer",
            "tombstone, older",
            "tombstone, of a later life",
            "tombstone, newer",
        ],
    },
    Part {
        table: "reconcile: taken over ",
        rows: &[
            "nothing pending",
            "something unsent",
            "something in flight",
            "something in flight, and more behind it",
            "something parked",
        ],
        join: "",
        columns: &[""],
    },
    Part {
        table: "rebase: ",
        rows: &["create over ", "update over ", "create of a group over ", "update of a group over "],
        join: "",
        columns: &[
            "a record: kept",
            "a record: kept, with a conflict",
            "a record: gone",
            "a record: gone, with a conflict",
            "a tombstone: kept",
            "a tombstone: gone, with a conflict",
            "nothing: kept",
        ],
    },
    Part {
        table: "rebase: ",
        rows: &["delete over ", "delete of a group over "],
        join: "",
        columns: &["a record: kept", "a record: gone, with a conflict", "a tombstone: gone", "nothing: gone"],
    },
];

/// Rows behind which there is a record, so that nothing makes one.
const THERE: &str = "there is a record already, and a save of it is an update";
/// Rows behind which there is none, so that nothing changes or deletes it.
const GONE: &str = "there is no record to change or to delete";
/// A create that meets a record is always told of.
const TOLD: &str = "a create that meets a record is listed as a conflict";

/// Why cells whose names begin and end so cannot be taken.
const NEVER: [(&str, &str, &str); 28] = [
    ("coalesce: create × ", " × create", THERE),
    ("coalesce: create × ", " × create of a group", THERE),
    ("coalesce: create of a group × create", "", THERE),
    ("coalesce: sent create × create", "", THERE),
    ("coalesce: parked create × create", "", THERE),
    ("coalesce: update of a group × create of a group", "", THERE),
    ("coalesce: delete × update", "", GONE),
    ("coalesce: delete × delete", "", GONE),
    ("coalesce: delete × conditional", "", GONE),
    ("coalesce: conditional delete × update", "", GONE),
    ("coalesce: conditional delete × delete", "", GONE),
    ("coalesce: conditional delete × conditional", "", GONE),
    ("coalesce: delete of a group × update", "", GONE),
    ("coalesce: delete of a group × delete", "", GONE),
    ("coalesce: delete of a group × conditional", "", GONE),
    ("coalesce: sent delete × update", "", GONE),
    ("coalesce: sent delete × delete", "", GONE),
    ("coalesce: sent delete × conditional", "", GONE),
    ("coalesce: parked delete × update", "", GONE),
    ("coalesce: parked delete × delete", "", GONE),
    ("coalesce: parked delete × conditional", "", GONE),
    ("rebase: create", "over a record: kept", TOLD),
    ("rebase: create", "over a record: gone", TOLD),
    ("rebase: create", "over a tombstone: gone, with a conflict", "a create over a tombstone is a new life"),
    ("rebase: update", "over a tombstone: kept", "a change that meets a delete gives way (SYNC 1.5)"),
    ("rebase: delete", "over nothing: gone", "what is deleted is there, or the server has deleted it"),
    ("rebase: update of a group", "over nothing: kept", "nothing of a transaction goes past what is parked"),
    (
        "rebase: update over nothing",
        ": kept",
        "an update goes past a parked update only, whose record is there",
    ),
];

/// Every cell, and why it is never taken, if it is not.
fn all() -> BTreeMap<String, Option<&'static str>> {
    let mut all = BTreeMap::new();
    for Part { table, rows, join, columns } in PARTS {
        for row in rows {
            for column in columns {
                let name = format!("{table}{row}{join}{column}");
                let never = NEVER.iter().find(|(from, to, _)| name.starts_with(from) && name.ends_with(to));
                all.insert(name, never.map(|(.., why)| *why));
            }
        }
    }
    all
}

/// A report of what was taken.
///
/// # Errors
/// Cells that were not taken, and cells that should not have been or are not in the tables.
pub fn judge(taken: &Taken) -> Result<String, String> {
    let all = all();
    let untaken: Vec<&String> = all
        .iter()
        .filter(|(name, never)| never.is_none() && !taken.contains_key(*name))
        .map(|(name, _)| name)
        .collect();
    let missed: Vec<String> = untaken.iter().map(|name| format!("never taken: {name}")).collect();
    let odd = taken.keys().filter(|name| !matches!(all.get(*name), Some(None)));
    let odd: Vec<String> = odd.map(|name| format!("taken, and not to be: {name}")).collect();
    if !missed.is_empty() || !odd.is_empty() {
        return Err([missed, odd].concat().join("\n"));
    }
    let rarest = taken.iter().min_by_key(|(_, often)| **often);
    let rarest =
        rarest.map_or_else(String::new, |(name, often)| format!("; the rarest, {name}, {often} times"));
    let never = all.values().flatten().count();
    Ok(format!("all {} cells of the tables that can be were taken, {never} cannot be{rarest}", taken.len()))
}

/// Adds what was taken elsewhere.
pub fn add(all: &mut Taken, more: Taken) {
    for (cell, often) in more {
        *all.entry(cell).or_default() += often;
    }
}
