//! Notices that the schema file says something else.

use std::path::Path;

/// What a look at the file gave: its text, or why there is none.
pub(crate) type Look = Result<String, String>;

/// Looks at a file now and then.
#[derive(Debug)]
pub(crate) struct Watch {
    /// What is known already.
    known: Look,
    /// What the last look gave, if that is news.
    news: Option<Look>,
}

impl Watch {
    /// Watches a file whose text is known.
    pub(crate) fn new(text: String) -> Watch {
        Watch { known: Ok(text), news: None }
    }

    /// Takes a look. News is told when a second look confirms it: editors write a file in several steps, and half a
    /// schema is nobody's intent.
    pub(crate) fn see(&mut self, look: Look) -> Option<Look> {
        if look == self.known {
            self.news = None;
            return None;
        }
        if self.news.as_ref() != Some(&look) {
            self.news = Some(look);
            return None;
        }
        self.news = None;
        self.known = look.clone();
        Some(look)
    }
}

/// Looks at the file. Its whole text is compared, not its times: some systems keep those in seconds, and a schema is
/// read in no time.
pub(crate) fn look(path: &Path) -> Look {
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_is_told_once_it_stands() {
        let mut watch = Watch::new("a".to_owned());
        let gone = || Err("gone".to_owned());
        let text = |text: &str| Ok(text.to_owned());
        for (step, (look, told)) in [
            (text("a"), None),
            (text("b"), None),
            (text("b"), Some(text("b"))),
            (text("b"), None),
            // Written in two steps.
            (text(""), None),
            (text("c"), None),
            (text("c"), Some(text("c"))),
            // Replaced by another file.
            (gone(), None),
            (text("c"), None),
            (gone(), None),
            (gone(), Some(gone())),
            (gone(), None),
            // There again, as it was: known text, but what is known is that it is gone.
            (text("c"), None),
            (text("c"), Some(text("c"))),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(watch.see(look), told, "step {step}");
        }
    }
}
