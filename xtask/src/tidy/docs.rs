//! Every public item is documented.
//!
//! rustc's `missing_docs` says so too, for what is reachable from outside a library. This check is quick, needs no
//! build, and also sees what an application cannot reach.

use super::finding::Finding;
use super::test_code::{Source, item_end, line_of, sources};
use super::tree::Tree;

/// What may stand behind `pub`; a `pub use` shows what is documented elsewhere.
const ITEMS: [&str; 11] =
    ["async", "const", "enum", "extern", "fn", "macro", "static", "struct", "trait", "type", "union"];

/// Macros whose brackets hold code that is written elsewhere.
const QUOTING: [&str; 4] = ["quote!", "quote_spanned!", "parse_quote!", "macro_rules!"];

/// Checks every Rust file of a crate.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources(tree) {
        let quoted = quoted_lines(&source);
        for (index, code) in source.code.iter().enumerate() {
            let Some(item) = public_item(code) else { continue };
            if source.test[index] || quoted[index] || documented(&source, index) {
                continue;
            }
            let way_out = "Say in a `///` comment what it is for, its units and its errors.";
            let message = format!("`pub {item}` without documentation");
            findings.push(Finding::new(source.path, index + 1, message, way_out));
        }
    }
    findings
}

/// The first words of a public item or field that begins on this line. A module documents itself (`//!`), which
/// rustc checks.
fn public_item(code: &str) -> Option<String> {
    let rest = code.trim_start().strip_prefix("pub ")?;
    let mut words = rest.split([' ', '(', '<', '{', ';', '=']);
    let first = words.next()?;
    let is_field = first.ends_with(':') || rest[first.len()..].trim_start().starts_with(": ");
    let is_item = ITEMS.contains(&first) || matches!(first, "unsafe");
    (is_item || is_field).then(|| match words.next() {
        Some(second) if is_item => format!("{first} {second}"),
        _ => first.trim_end_matches(':').to_owned(),
    })
}

/// Whether a doc comment stands above the line, with at most attributes and remarks between.
fn documented(source: &Source<'_>, index: usize) -> bool {
    // Reading upwards, how many brackets of an attribute are closed below and not yet opened.
    let mut open = 0_usize;
    for above in (0..index).rev() {
        let (line, code) = (source.lines[above].trim(), source.code[above].trim());
        for c in code.chars().rev() {
            match c {
                ']' | ')' => open += 1,
                '[' | '(' => open = open.saturating_sub(1),
                _ => {}
            }
        }
        if line.starts_with("///") || code.starts_with("#[doc") {
            return true;
        }
        let (attribute, remark) = (open > 0 || code.starts_with("#["), line.starts_with("//"));
        if !attribute && !remark {
            return false;
        }
    }
    false
}

/// The lines inside of macros that quote code.
fn quoted_lines(source: &Source<'_>) -> Vec<bool> {
    let code = source.code.join("\n");
    let mut quoted = vec![false; source.lines.len()];
    for name in QUOTING {
        for (at, _) in code.match_indices(name) {
            let end = item_end(&code, at + name.len()).min(code.len().saturating_sub(1));
            quoted[line_of(&code, at)..=line_of(&code, end)].fill(true);
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(text: &str, expected: &[(usize, &str)]) {
        let found: Vec<_> =
            check(&Tree::of(&[("a.rs", text)])).into_iter().map(|f| (f.line, f.message)).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(line, item)| (*line, format!("`pub {item}` without documentation")))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn public_items_want_documentation() {
        check_one("pub fn a() {}", &[(1, "fn a")]);
        check_one("pub struct A {\n    pub b: u8,\n}", &[(1, "struct A"), (2, "b")]);
        check_one("// no doc\npub const A: u8 = 1;", &[(2, "const A:")]);
        check_one("pub enum A<T> {}", &[(1, "enum A")]);
        check_one("/// A\nfn a() {}\npub fn b() {}", &[(3, "fn b")]);
    }

    #[test]
    fn what_is_documented_or_private_passes() {
        check_one("/// A.\n#[derive(Debug)]\n#[expect(\n    x,\n    reason = \"y\"\n)]\npub struct A;", &[]);
        check_one("/// A.\n#[derive(Debug)]\npub struct A {\n    /// B.\n    pub b: u8,\n}", &[]);
        check_one("#[doc = include_str!(\"a.md\")]\npub struct A;", &[]);
        check_one("/// A.\n#[derive(\n  B,\n  C\n)]\npub struct A;", &[]);
        check_one("pub use a::b;\npub mod c;\npub(crate) fn d() {}\nfn e() {}", &[]);
        check_one("#[cfg(test)]\nmod tests {\n    pub fn a() {}\n}", &[]);
        check_one("fn a() {\n    quote! {\n        pub fn b() {}\n    }\n}", &[]);
        check_one("macro_rules! a {\n    () => {\n pub fn b() {}\n };\n}\npub fn c() {}", &[(6, "fn c")]);
    }
}
