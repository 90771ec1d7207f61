//! One command.

use crate::args::Command;
use crate::failure::Failure;
use crate::link::{self, Link};
use crate::models::Todo;
use crate::style::Style;
use crate::{list, view};
use std::io::Write;
use syncline::{DataStore, HubEvents};

/// Does one command of the command line, and exchanges with the server what there is to exchange.
pub(crate) async fn run(
    store: &DataStore,
    events: &mut HubEvents,
    command: &Command,
    style: Style,
) -> Result<(), Failure> {
    if let Command::List { open, json } = *command {
        return show(store, events, open, json, style).await;
    }
    let mut link = None;
    // What is not known here may be known there.
    let told = match apply(store, command, style).await {
        Err(_) if names_an_id(command) => {
            link = Some(link::fetch(store, events).await?);
            apply(store, command, style).await?
        }
        other => other?,
    };
    let link = match link {
        Some(link) => link::send(store, events, link).await?,
        None => link::exchange(store, events).await?,
    };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", told.line)?;
    notice(&link, store)
}

/// What a command did.
pub(crate) struct Told {
    /// For people.
    pub(crate) line: String,
    pub(crate) todo: Todo,
    /// Whether it is off the list now.
    pub(crate) removed: bool,
}

/// Does a command that changes the list, locally.
pub(crate) async fn apply(store: &DataStore, command: &Command, style: Style) -> Result<Told, Failure> {
    let (word, todo) = match command {
        Command::Add { title } => ("added", list::add(store, &title.join(" ")).await?),
        Command::Done { id } => ("done", list::change(store, id, |todo| todo.done = true).await?),
        Command::Undo { id } => ("undone", list::change(store, id, |todo| todo.done = false).await?),
        Command::Edit { id, title } => ("title", list::retitle(store, id, &title.join(" ")).await?),
        Command::Remove { id } => ("removed", list::remove(store, id).await?),
        Command::List { .. } | Command::Watch => {
            return Err(Failure::new("this command changes nothing", "use it by itself"));
        }
    };
    let all = list::items(store).await?;
    let line = view::told(&style.good(word), word.len(), &todo.id, &todo.title, &all, style);
    Ok(Told { line, todo, removed: word == "removed" })
}

fn names_an_id(command: &Command) -> bool {
    matches!(
        command,
        Command::Done { .. } | Command::Undo { .. } | Command::Edit { .. } | Command::Remove { .. }
    )
}

async fn show(
    store: &DataStore,
    events: &mut HubEvents,
    open: bool,
    json: bool,
    style: Style,
) -> Result<(), Failure> {
    let link = link::exchange(store, events).await?;
    let items = list::items(store).await?;
    let mut out = std::io::stdout().lock();
    if json {
        let items: Vec<_> = items.into_iter().filter(|item| !open || !item.done).collect();
        writeln!(out, "{:#}", view::json(&items, &link, &link::waiting(store)?))?;
        return Ok(());
    }
    write!(out, "{}", view::list(&items, open, &link, style))?;
    notice(&link, store)
}

/// Says on stderr where the list stands, if there is anything to say.
fn notice(link: &Link, store: &DataStore) -> Result<(), Failure> {
    if let Some(status) = view::status(link, &link::waiting(store)?) {
        writeln!(std::io::stderr(), "{status}")?;
    }
    Ok(())
}
