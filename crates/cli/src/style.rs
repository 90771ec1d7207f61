//! Colour, where a person reads.

use std::io::IsTerminal;

/// How text is marked on stdout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    colour: bool,
}

impl Style {
    /// Colour if stdout is a terminal that can show it and `NO_COLOR` (<https://no-color.org>) is not set.
    pub(crate) fn of_stdout() -> Style {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Style { colour: std::io::stdout().is_terminal() && !set("NO_COLOR") && !dumb }
    }

    /// No marks at all.
    pub(crate) fn plain() -> Style {
        Style { colour: false }
    }

    /// Whether stdout is a terminal where things may move.
    pub(crate) fn is_live(self) -> bool {
        self.colour
    }

    /// Something that went well.
    pub(crate) fn good(self, text: &str) -> String {
        self.mark("32", text)
    }

    /// Something that did not.
    pub(crate) fn bad(self, text: &str) -> String {
        self.mark("31", text)
    }

    /// Something less important.
    pub(crate) fn dim(self, text: &str) -> String {
        self.mark("2", text)
    }

    /// A name.
    pub(crate) fn bold(self, text: &str) -> String {
        self.mark("1", text)
    }

    fn mark(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_only_for_those_who_can_see_them() {
        assert_eq!(Style::plain().good("x"), "x");
        assert_eq!(Style { colour: true }.bad("x"), "\u{1b}[31mx\u{1b}[0m");
    }
}
