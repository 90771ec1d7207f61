//! Without a command: commands line by line, and what others change meanwhile.

use crate::args::Command;
use crate::commands::apply;
use crate::failure::Failure;
use crate::link::{self, Link};
use crate::live::Live;
use crate::style::Style;
use crate::{list, view};
use std::io::{BufRead, IsTerminal, Write};
use syncline::{DataStore, HubEvents};
use tokio::sync::mpsc;

const HELP: [&str; 5] = [
    "  add TITLE        put something on the list",
    "  list             show the list; `list open` only what is to do",
    "  done ID          mark as done              undo ID     mark as not done",
    "  edit ID TITLE    give another title        remove ID   take off the list",
    "  quit             end, as does Ctrl-D",
];

/// What a line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Nothing,
    Do(Command),
    Help,
    Quit,
}

/// Reads a line; the error says what would have been understood.
fn read(line: &str) -> Result<Asked, Failure> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (first, more) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    let needs = |what: &str, example: &str| {
        Err(Failure::new(format!("`{word}` needs {what}"), format!("for example: {example}")))
    };
    let with_id = |command: fn(String) -> Command| match first {
        "" => needs("an id", &format!("{word} 7f3a")),
        id => Ok(Asked::Do(command(id.to_owned()))),
    };
    match word.to_lowercase().as_str() {
        "" => Ok(Asked::Nothing),
        "add" if rest.trim().is_empty() => needs("a title", "add Buy milk"),
        "add" => Ok(Asked::Do(Command::Add { title: vec![rest.trim().to_owned()] })),
        "list" | "ls" => Ok(Asked::Do(Command::List { open: first == "open", json: false })),
        "done" => with_id(|id| Command::Done { id }),
        "undo" => with_id(|id| Command::Undo { id }),
        "remove" | "rm" => with_id(|id| Command::Remove { id }),
        "edit" if more.trim().is_empty() => needs("an id and a title", "edit 7f3a Buy oat milk"),
        "edit" => Ok(Asked::Do(Command::Edit { id: first.to_owned(), title: vec![more.trim().to_owned()] })),
        "help" | "?" => Ok(Asked::Help),
        "quit" | "exit" | "q" => Ok(Asked::Quit),
        _ => Err(Failure::new(format!("there is no command `{word}`"), "`help` shows the commands")),
    }
}

/// Reads and does commands until the end of the input.
pub(crate) async fn run(
    store: &DataStore,
    events: &mut HubEvents,
    place: &str,
    style: Style,
) -> Result<(), Failure> {
    let screen = Screen { style, prompts: style.terminal && std::io::stdin().is_terminal() };
    let mut link = link::exchange(store, events).await?;
    let mut live = Live::new(store).await?;
    screen.say(&format!("{} {}", style.bold("To-do list"), style.dim(place)))?;
    screen.say(view::list(&live.items, false, &link, style).trim_end())?;
    screen.status(store, &link)?;
    if screen.prompts {
        screen
            .say(&style.dim("`help` shows the commands; a line that begins with * is news from elsewhere"))?;
    }
    let mut lines = input();
    screen.prompt()?;
    loop {
        tokio::select! {
            // A change that is there already is shown before the next line is read.
            biased;
            items = live.next() => {
                let Some(items) = items? else { return Ok(()) };
                let news = live.show(items, style);
                screen.interrupt(&news)?;
            }
            Some(event) = events.next() => if let Some(now) = Link::of(&event).filter(|now| *now != link) {
                link = now;
                screen.interrupt(&[if link == Link::InSync {
                    style.good("in sync")
                } else {
                    style.warn(&view::status(&link, &link::waiting(store)?).unwrap_or_default())
                }])?;
            },
            line = lines.recv() => {
                let asked = line.as_deref().map_or(Ok(Asked::Quit), read);
                match asked {
                    Ok(Asked::Quit) => break,
                    Ok(asked) => answer(asked, store, &link, &mut live, screen).await?,
                    Err(failure) => screen.complain(&failure)?,
                }
                screen.prompt()?;
            }
        }
    }
    let link = link::send(store, events, link).await?;
    if screen.prompts {
        screen.say("")?;
    }
    screen.status(store, &link)
}

async fn answer(
    asked: Asked,
    store: &DataStore,
    link: &Link,
    live: &mut Live,
    screen: Screen,
) -> Result<(), Failure> {
    let style = screen.style;
    match asked {
        Asked::Nothing | Asked::Quit => Ok(()),
        Asked::Help => screen.say(&HELP.join("\n")),
        Asked::Do(Command::List { open, .. }) => {
            let items = list::items(store).await?;
            screen.say(view::list(&items, open, link, style).trim_end())?;
            screen.status(store, link)
        }
        Asked::Do(command) => match apply(store, &command, style).await {
            Ok(told) => {
                live.note(&told.todo, told.removed);
                screen.say(&told.line)
            }
            Err(failure) => screen.complain(&failure),
        },
    }
}

/// Where things are shown.
#[derive(Clone, Copy)]
struct Screen {
    style: Style,
    /// Whether somebody sits there and types.
    prompts: bool,
}

impl Screen {
    fn say(self, text: &str) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{text}")?;
        Ok(out.flush()?)
    }

    fn complain(self, failure: &Failure) -> Result<(), Failure> {
        self.say(&self.style.warn(&failure.to_string()))
    }

    fn prompt(self) -> Result<(), Failure> {
        if self.prompts {
            let mut out = std::io::stdout().lock();
            write!(out, "{} ", self.style.bold(">"))?;
            out.flush()?;
        }
        Ok(())
    }

    /// Shows lines above the prompt.
    fn interrupt(self, lines: &[String]) -> Result<(), Failure> {
        if lines.is_empty() {
            return Ok(());
        }
        if self.prompts {
            // In place of the prompt. What was typed so far is still in the terminal's buffer.
            write!(std::io::stdout().lock(), "{}", self.style.line_start())?;
        }
        for line in lines {
            self.say(&format!("* {}", line.trim_start()))?;
        }
        self.prompt()
    }

    fn status(self, store: &DataStore, link: &Link) -> Result<(), Failure> {
        match view::status(link, &link::waiting(store)?) {
            Some(status) => self.say(&self.style.warn(&status)),
            None => Ok(()),
        }
    }
}

/// The lines of stdin. Reading cannot be cancelled, so that a thread does it; it ends with the process.
fn input() -> mpsc::UnboundedReceiver<String> {
    let (sender, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    lines
}
