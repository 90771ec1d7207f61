//! SDL text.

/// Collects definitions.
#[derive(Default)]
pub(crate) struct Writer {
    text: String,
}

impl Writer {
    /// A definition `keyword name { lines }`.
    pub(crate) fn block(&mut self, keyword: &str, name: &str, lines: impl IntoIterator<Item = String>) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        for part in [keyword, " ", name, " {\n"] {
            self.text.push_str(part);
        }
        for line in lines {
            self.text.push_str("  ");
            self.text.push_str(&line);
            self.text.push('\n');
        }
        self.text.push_str("}\n");
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}
