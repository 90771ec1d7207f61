//! No file speaks of a folder of one machine.

use super::finding::Finding;
use super::tree::Tree;

/// The tops of such folders, in two parts so that this file passes its own check.
const TOPS: [(&str, &str); 4] = [("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/"), ("/Us", "ers/")];

/// Checks every text file.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let tops = TOPS.map(|(a, b)| format!("{a}{b}"));
    let mut findings = Vec::new();
    for file in &tree.files {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(top) = tops.iter().find(|top| names(line, top)) {
                let message = format!("a path of one machine (`{top}…`)");
                let way_out = "Write it relative to the repository, or take it from the environment.";
                findings.push(Finding::new(&file.path, index + 1, message, way_out));
            }
        }
    }
    findings
}

/// Whether an absolute path in `line` begins with `top`: what stands before it is neither a name nor a folder.
fn names(line: &str, top: &str) -> bool {
    let part_of_path = |c: char| c.is_alphanumeric() || "._-/}~".contains(c);
    line.match_indices(top)
        .any(|(at, _)| !line[..at].ends_with(part_of_path) || line[..at].ends_with("file://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_absolute_paths_only() {
        let cases = [
            ("see /wo_rk/x", true),
            ("(`/ro_ot/.cargo`)", true),
            ("\"/ho_me/me/x\"", true),
            ("/wo_rk/x", true),
            ("file:///ho_me/me", true),
            ("https://example.com/ho_me/", false),
            ("$HOME/wo_rk/", false),
            ("${DIR}/wo_rk/", false),
            ("./wo_rk/", false),
            ("homework/", false),
        ];
        for (text, found) in cases {
            let text = text.replace('_', "");
            let findings = check(&Tree::of(&[("a.md", &format!("one\n{text}"))]));
            assert_eq!(
                findings.iter().map(|f| f.line).collect::<Vec<_>>(),
                if found { vec![2] } else { vec![] },
                "{text}"
            );
        }
    }
}
