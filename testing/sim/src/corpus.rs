//! Cases that are kept: those that once failed, and for each rule some that catch its absence.

use crate::play::Case;
use crate::settings::Variation;
use syncline_core::faults::Rule;

/// The corpus: a line is `keep CASE`, where a case is a seed and what is taken away from it, or `catch RULE SEED…`; `#`
/// begins a word on what it shows.
const CORPUS: &str = include_str!("../corpus.txt");

/// What is kept.
#[derive(Debug, Default)]
pub struct Corpus {
    /// Cases that once failed and must hold.
    pub kept: Vec<Case>,
    /// For each rule, seeds that hold with it, of which at least one fails without it. There are several because the
    /// story of a seed changes with the code that plays it.
    pub caught: Vec<(Rule, Vec<u64>)>,
}

/// Reads it.
///
/// # Errors
/// The line that cannot be read.
pub fn read() -> Result<Corpus, String> {
    let mut corpus = Corpus::default();
    for (place, line) in CORPUS.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let broken = || format!("corpus.txt:{}: say `keep CASE` or `catch RULE SEED…`", place + 1);
        match words[..] {
            [] => {}
            ["keep", seed, ref rest @ ..] => {
                let variation = Variation::read(rest).map_err(|error| format!("{}: {error}", broken()))?;
                corpus.kept.push(Case { seed: seed.parse().map_err(|_| broken())?, variation });
            }
            ["catch", name, ref seeds @ ..] if !seeds.is_empty() => {
                let seeds = seeds.iter().map(|seed| seed.parse().map_err(|_| broken()));
                corpus.caught.push((rule(name)?, seeds.collect::<Result<_, _>>()?));
            }
            _ => return Err(broken()),
        }
    }
    Ok(corpus)
}

/// The rules that can be switched off, with their names.
pub const RULES: [(&str, Rule); 6] = [
    ("version-check", Rule::VersionCheck),
    ("mark-before-send", Rule::MarkBeforeSend),
    ("started-at", Rule::StartedAt),
    ("keep-base", Rule::KeepBase),
    ("mutation-ids", Rule::MutationIds),
    ("run-numbers", Rule::RunNumbers),
];

/// The rule of that name.
///
/// # Errors
/// If there is none.
pub fn rule(name: &str) -> Result<Rule, String> {
    let known = RULES.iter().find(|(known, _)| *known == name).map(|(_, rule)| *rule);
    known.ok_or_else(|| {
        format!("no rule is called {name}; there are {}", RULES.map(|(name, _)| name).join(", "))
    })
}
