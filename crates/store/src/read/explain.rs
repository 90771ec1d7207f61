//! How SQLite finds the records of a query, for people and for tests.

use std::fmt;

/// How SQLite finds the records of a query.
///
/// Shown with `{}` it is what to look at when a query is slow: the plan, and whether an `@index` would help.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explain {
    /// The statement. Values are parameters (`?`), so that the plan holds for all of them.
    pub sql: String,
    /// SQLite's plan, in its own words (<https://www.sqlite.org/eqp.html>), one step each.
    pub steps: Vec<String>,
    /// The indexes it uses, each once: by name, e.g. `Post by status, rating`, or `PRIMARY KEY` for the key.
    pub indexes: Vec<String>,
    /// Whether it walks the model's records from the first on, so that its cost grows with the table. In the order of
    /// the key or of an index it ends as soon as a page is full.
    pub scans: bool,
    /// Whether it sorts all that it found, because no index gives the order: it must then find everything before it
    /// has the first record. Sorting only those that an index leaves equal does not count.
    pub sorts: bool,
}

impl Explain {
    /// Of a statement on the table of the model called `model`, whose plan has these steps.
    pub(super) fn new(model: &str, sql: String, steps: Vec<String>) -> Explain {
        let mut indexes: Vec<String> = Vec::new();
        for name in steps.iter().filter_map(|step| index(step)) {
            if !indexes.iter().any(|known| known == name) {
                indexes.push(name.to_owned());
            }
        }
        // What a list is taken apart into is scanned as well, and is no table.
        let walks = |step: &String| {
            let rest = step.strip_prefix("SCAN ").and_then(|step| step.strip_prefix(model));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        Explain {
            scans: steps.iter().any(walks),
            sorts: steps.iter().any(|step| step == "USE TEMP B-TREE FOR ORDER BY"),
            indexes,
            sql,
            steps,
        }
    }
}

/// The index that a step uses.
fn index(step: &str) -> Option<&str> {
    let (_, used) = step.split_once(" USING ")?;
    if used.starts_with("PRIMARY KEY") {
        return Some("PRIMARY KEY");
    }
    let name = used.strip_prefix("COVERING ").unwrap_or(used).strip_prefix("INDEX ")?;
    Some(name.split_once(" (").map_or(name, |(name, _)| name))
}

impl fmt::Display for Explain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.sql)?;
        for step in &self.steps {
            writeln!(f, "  {step}")?;
        }
        match (self.scans, self.indexes.join("; ")) {
            (false, used) => write!(f, "uses: {used}")?,
            (true, used) if used.is_empty() => write!(f, "uses no index: it walks every record")?,
            (true, used) => write!(f, "uses: {used}, which it walks from one end")?,
        }
        if self.sorts {
            write!(f, "; sorts what it found")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_of_a_plan_are_read() {
        for (steps, indexes, scans, sorts, shown) in [
            (
                &["SEARCH Post USING INDEX Post by status, rating (status=? AND rating>?)"][..],
                &["Post by status, rating"][..],
                false,
                false,
                "uses: Post by status, rating",
            ),
            (&["SEARCH Post USING PRIMARY KEY (id=?)"], &["PRIMARY KEY"], false, false, "uses: PRIMARY KEY"),
            (
                &["SCAN Post USING COVERING INDEX Post by title"],
                &["Post by title"],
                true,
                false,
                "uses: Post by title, which it walks from one end",
            ),
            (
                &["SCAN Post", "USE TEMP B-TREE FOR ORDER BY"],
                &[],
                true,
                true,
                "uses no index: it walks every record; sorts what it found",
            ),
            (
                &[
                    "SEARCH Post USING INDEX Post by title (title=?)",
                    "USE TEMP B-TREE FOR LAST TERM OF ORDER BY",
                ],
                &["Post by title"],
                false,
                false,
                "uses: Post by title",
            ),
            (
                &[
                    "MULTI-INDEX OR",
                    "INDEX 1",
                    "SEARCH Post USING INDEX Post by title (title=?)",
                    "INDEX 2",
                    "SEARCH Post USING INDEX Post by title (title=?)",
                    "SCAN Posts",
                    "SCAN syncline_item VIRTUAL TABLE INDEX 1:",
                ],
                &["Post by title"],
                false,
                false,
                "uses: Post by title",
            ),
        ] {
            let steps: Vec<String> = steps.iter().map(|&step| step.to_owned()).collect();
            let explain = Explain::new("Post", "SELECT 1".to_owned(), steps);
            assert_eq!((explain.scans, explain.sorts), (scans, sorts), "{explain}");
            assert_eq!(explain.indexes, indexes, "{explain}");
            assert!(explain.to_string().ends_with(&format!("\n{shown}")), "{explain}");
        }
    }
}
