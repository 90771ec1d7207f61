//! What is wrong with a schema, and where.

use std::collections::HashSet;
use std::fmt;

/// Part of the source, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
    /// The name of the file, as the caller gave it.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted in characters from 1.
    pub column: usize,
    /// The place, in bytes.
    pub span: Span,
    /// The marked line, or the part of a long one around the place.
    excerpt: String,
    /// The characters of the excerpt before the place, and how many are marked.
    caret: (usize, usize),
}

impl Diagnostic {
    /// Sets the hint.
    pub(crate) fn help(&mut self, hint: impl Into<String>) {
        self.hint = Some(hint.into());
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        if !self.excerpt.is_empty() {
            let margin = " ".repeat(self.line.to_string().len());
            let (before, marked) = self.caret;
            write!(f, "\n{margin} |\n{} | {}", self.line, self.excerpt)?;
            write!(f, "\n{margin} | {}{}", " ".repeat(before), "^".repeat(marked))?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  help: {hint}")?;
        }
        Ok(())
    }
}

/// Everything that is wrong with a schema, in the order of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, diagnostic) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// How many findings are worth reading at once; a file with more of them is wrong as a whole.
const MOST: usize = 50;
/// How many characters of a long line are shown, and how many of them before the place.
const SHOWN: (usize, usize) = (120, 40);

/// Names for a message: all of a few, or the first of many and how many more there are.
pub(crate) fn few(names: &[String]) -> String {
    const FEW: usize = 6;
    match names.len().checked_sub(FEW) {
        Some(more) if more > 0 => format!("{} and {more} more", names[..FEW].join(", ")),
        _ => names.join(", "),
    }
}

/// Collects findings about one source.
#[derive(Debug)]
pub(crate) struct Reporter<'a> {
    file: &'a str,
    source: &'a str,
    lines: Vec<usize>,
    found: Vec<Diagnostic>,
    warned: Vec<Diagnostic>,
}

impl<'a> Reporter<'a> {
    pub(crate) fn new(file: &'a str, source: &'a str) -> Reporter<'a> {
        let starts =
            source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(place, _)| place + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        Reporter { file, source, lines, found: Vec::new(), warned: Vec::new() }
    }

    /// Adds a finding; the caller may give it a hint.
    pub(crate) fn error(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let diagnostic = self.locate(span, message.into());
        if self.found.len() > MOST {
            self.found.pop();
        }
        self.found.push(diagnostic);
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// Adds a finding with its way out.
    pub(crate) fn fault(&mut self, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.error(span, message).help(hint);
    }

    /// Adds something that is allowed but may surprise.
    pub(crate) fn warn(&mut self, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        if self.warned.len() < MOST {
            let mut warning = self.locate(span, message.into());
            warning.help(hint);
            self.warned.push(warning);
        }
    }

    /// The warnings, in the order of the source.
    pub(crate) fn warnings(&mut self) -> Diagnostics {
        let mut warned = std::mem::take(&mut self.warned);
        warned.sort_by_key(|warning| warning.span);
        Diagnostics(warned)
    }

    /// What the source says at `span`.
    pub(crate) fn text(&self, span: Span) -> &'a str {
        self.source.get(span.start..span.end).unwrap_or_default()
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.found.is_empty()
    }

    /// Everything found, in the order of the source, each once.
    pub(crate) fn finish(mut self) -> Diagnostics {
        self.found.sort_by_key(|diagnostic| diagnostic.span);
        let mut seen = HashSet::new();
        self.found.retain(|found| seen.insert((found.span, found.message.clone())));
        self.found.truncate(MOST);
        Diagnostics(self.found)
    }

    fn locate(&self, span: Span, message: String) -> Diagnostic {
        let mut start = span.start.min(self.source.len());
        while !self.source.is_char_boundary(start) {
            start -= 1;
        }
        let line = self.lines.partition_point(|&line| line <= start).saturating_sub(1);
        let line_start = self.lines[line];
        let text = self.source[line_start..].lines().next().unwrap_or_default();
        let column = self.source[line_start..start].chars().count();
        // Tabs and control characters would shift the caret.
        let from = if column > SHOWN.0 { column - SHOWN.1 } else { 0 };
        let shown = text.chars().skip(from).take(SHOWN.0).map(|c| if c.is_control() { ' ' } else { c });
        let excerpt = shown.collect::<String>().trim_end().to_owned();
        let mut bytes = span.end.saturating_sub(start);
        let marked = excerpt.chars().skip(column - from).take_while(|c| {
            let more = bytes > 0;
            bytes = bytes.saturating_sub(c.len_utf8());
            more
        });
        Diagnostic {
            message,
            hint: None,
            file: self.file.to_owned(),
            line: line + 1,
            column: column + 1,
            span: Span { start, end: span.end.max(start) },
            caret: (column - from, marked.count().max(1)),
            excerpt,
        }
    }
}
