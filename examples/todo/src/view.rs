//! How things look in the terminal.

use crate::link::{Link, Waiting};
use crate::list::Item;
use crate::style::Style;
use serde_json::{Value, json};

/// The fewest characters of an id that are shown.
const SHORTEST: usize = 4;

/// What a person types for each of the ids: so much of its end that all are different.
pub(crate) fn short<'a>(id: &'a str, all: &[Item]) -> &'a str {
    let end = |id: &'a str, length: usize| {
        let from = id.char_indices().rev().nth(length.saturating_sub(1)).map_or(0, |(at, _)| at);
        &id[from..]
    };
    let mut length = SHORTEST;
    while length < id.len() && all.iter().any(|other| other.id != id && other.id.ends_with(end(id, length))) {
        length += 1;
    }
    end(id, length)
}

/// Text from elsewhere, without anything that a terminal would obey.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// One line of the list.
pub(crate) fn line(item: &Item, all: &[Item], style: Style) -> String {
    let (id, title) = (style.bold(short(&item.id, all)), plain(&item.title));
    let text = if item.done {
        format!("{} {}", style.good("[x]"), style.dim(&title))
    } else {
        format!("[ ] {title}")
    };
    let mark = if item.waiting { style.dim("  (not sent yet)") } else { String::new() };
    format!("  {id}  {text}{mark}")
}

/// The whole list.
pub(crate) fn list(items: &[Item], only_open: bool, link: &Link, style: Style) -> String {
    let shown = items.iter().filter(|item| !only_open || !item.done);
    // Without a server nothing is ever sent: a mark on each line would say nothing.
    let unmarked = |item: &Item| Item { waiting: item.waiting && *link != Link::Local, ..item.clone() };
    let mut text: String = shown.map(|item| line(&unmarked(item), items, style) + "\n").collect();
    let done = items.iter().filter(|item| item.done).count();
    text += &match (items.len() - done, done) {
        (0, 0) => format!("Nothing on the list. {}\n", style.dim("`add` puts something on it.")),
        (0, done) => format!("{}, {done} done\n", style.good("Nothing to do")),
        (open, 0) => format!("{open} to do\n"),
        (open, done) => format!("{open} to do, {done} done\n"),
    };
    text
}

/// Where the list stands, for people; `None` if there is nothing to tell.
pub(crate) fn status(link: &Link, waiting: &Waiting) -> Option<String> {
    let mut parts = Vec::new();
    let changes = match waiting.unsent {
        0 => None,
        1 => Some("1 change waits".to_owned()),
        many => Some(format!("{many} changes wait")),
    };
    let trouble = match link {
        Link::Local | Link::InSync => None,
        Link::Offline(why) => Some(format!("offline: {why}")),
        Link::Refused(why) => Some(format!("not in sync: {}", plain(why))),
    };
    match (trouble, changes) {
        (Some(trouble), Some(changes)) => {
            parts.push(format!("{trouble}; {changes} and will be sent when it is back"));
        }
        (Some(trouble), None) => parts.push(format!("{trouble}; this is what was known last")),
        (None, Some(changes)) if *link == Link::Local => {
            parts.push(format!("{changes} for a server (--server)"))
        }
        (None, Some(changes)) => parts.push(format!("{changes} to be sent")),
        (None, None) => {}
    }
    for why in &waiting.refused {
        parts.push(format!("the server refused a change: {}", plain(why)));
    }
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// The list for programs.
pub(crate) fn json(items: &[Item], link: &Link, waiting: &Waiting) -> Value {
    let todos: Vec<Value> = items
        .iter()
        .map(|item| json!({ "id": item.id, "title": item.title, "done": item.done, "waiting": item.waiting }))
        .collect();
    let sync = match link {
        Link::Local => "local",
        Link::InSync => "inSync",
        Link::Offline(_) => "offline",
        Link::Refused(_) => "refused",
    };
    json!({ "todos": todos, "sync": sync, "waiting": waiting.unsent, "refused": waiting.refused.len() })
}

/// What is different between two states of the list, a line for each thing.
pub(crate) fn changes(before: &[Item], after: &[Item], style: Style) -> Vec<String> {
    let tell = |word: &str, item: &Item, all: &[Item], more: String| {
        told(word, word.len(), &item.id, &item.title, all, style) + &more
    };
    let mut lines = Vec::new();
    for item in after {
        match before.iter().find(|known| known.id == item.id) {
            None => lines.push(tell("added", item, after, String::new())),
            Some(known) => {
                if known.title != item.title {
                    let was = style.dim(&format!("  (was: {})", plain(&known.title)));
                    lines.push(tell("title", item, after, was));
                }
                if known.done != item.done {
                    let word = if item.done { "done" } else { "undone" };
                    lines.push(tell(word, item, after, String::new()));
                }
            }
        }
    }
    for item in before.iter().filter(|item| !after.iter().any(|other| other.id == item.id)) {
        lines.push(tell("removed", item, before, String::new()));
    }
    lines
}

/// A line that says what happened to something; `width` is that of the word as it is seen.
pub(crate) fn told(word: &str, width: usize, id: &str, title: &str, all: &[Item], style: Style) -> String {
    const COLUMN: &str = "        ";
    let space = &COLUMN[width.min(COLUMN.len())..];
    format!("  {}  {word}{space} {}", style.bold(short(id, all)), plain(title))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, title: &str, done: bool) -> Item {
        Item { id: id.to_owned(), title: title.to_owned(), done, waiting: false }
    }

    #[test]
    fn ids_are_as_short_as_they_can_be() {
        let all = [item("aaaa-0001", "", false), item("bbbb-0001", "", false), item("cccc-0002", "", false)];
        for (id, expected) in [("aaaa-0001", "a-0001"), ("bbbb-0001", "b-0001"), ("cccc-0002", "0002")] {
            assert_eq!(short(id, &all), expected);
        }
        assert_eq!(short("é1", &[]), "é1");
    }

    #[test]
    fn a_title_cannot_speak_to_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\nc"), "a\u{fffd}[31mb\u{fffd}c");
    }

    #[test]
    fn what_changed() {
        let before = [item("1111", "milk", false), item("2222", "bread", false), item("3333", "tea", true)];
        let after = [item("1111", "oat milk", true), item("3333", "tea", true), item("4444", "jam", false)];
        let lines = changes(&before, &after, Style::plain());
        assert_eq!(
            lines,
            [
                "  1111  title    oat milk  (was: milk)",
                "  1111  done     oat milk",
                "  4444  added    jam",
                "  2222  removed  bread",
            ]
        );
    }

    #[test]
    fn where_the_list_stands() {
        let offline = Link::Offline("the server cannot be reached".to_owned());
        for (link, unsent, expected) in [
            (Link::Local, 0, None),
            (Link::Local, 2, Some("2 changes wait for a server (--server)")),
            (Link::InSync, 0, None),
            (Link::InSync, 1, Some("1 change waits to be sent")),
            (offline.clone(), 0, Some("offline: the server cannot be reached; this is what was known last")),
            (
                offline,
                1,
                Some(
                    "offline: the server cannot be reached; 1 change waits and will be sent when it is back",
                ),
            ),
        ] {
            let waiting = Waiting { unsent, refused: Vec::new() };
            assert_eq!(status(&link, &waiting).as_deref(), expected);
        }
    }
}
