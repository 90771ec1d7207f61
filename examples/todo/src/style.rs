//! Colour, where a person reads.

use std::io::IsTerminal;

/// How text is marked on stdout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Whether somebody sits there.
    pub(crate) terminal: bool,
    /// Whether it can clear a line.
    moves: bool,
    colour: bool,
}

impl Style {
    /// Colour if stdout is a terminal that can show it and `NO_COLOR` (<https://no-color.org>) is not set.
    pub(crate) fn of_stdout() -> Style {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let terminal = std::io::stdout().is_terminal();
        let moves = terminal && !dumb;
        Style { terminal, moves, colour: moves && !set("NO_COLOR") }
    }

    /// No marks at all.
    #[cfg(test)]
    pub(crate) fn plain() -> Style {
        Style { terminal: false, moves: false, colour: false }
    }

    /// Begins the line anew, or another one where that cannot be done.
    pub(crate) fn line_start(self) -> &'static str {
        if self.moves { "\r\u{1b}[K" } else { "\n" }
    }

    /// Something that is done, or went well.
    pub(crate) fn good(self, text: &str) -> String {
        self.mark("32", text)
    }

    /// Something to know before going on.
    pub(crate) fn warn(self, text: &str) -> String {
        self.mark("33", text)
    }

    /// Something less important.
    pub(crate) fn dim(self, text: &str) -> String {
        self.mark("2", text)
    }

    /// What one types.
    pub(crate) fn bold(self, text: &str) -> String {
        self.mark("1", text)
    }

    fn mark(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
