//! The command line.

use std::path::PathBuf;

use crate::child::{self, Round};
use crate::place::Kind;
use crate::rows;

const USAGE: &str = "\
Measures Syncline beside bare programs.

Usage: cargo xtask bench [names] [options]

  --on WHERE      disk, tmpfs or both (default: both)
  --rounds N      rounds of both programs in turn (default: 5)
  --json          one JSON document instead of the table
  --smoke         one round of tiny sizes: shows that every program runs, and nothing about speed

It ends with an error if a goal is missed, unless the machine was too busy to tell.";

/// What `--help` prints.
pub(crate) fn usage() -> String {
    let names: Vec<_> = rows::all().map(|bench| bench.name).collect();
    format!("{USAGE}\n\nnames (default: all): {}", names.join(", "))
}

/// What to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Help,
    Measure(Wanted),
    /// Be the server of a measurement, in a process of its own.
    Serve {
        which: String,
        dir: PathBuf,
    },
    /// Be one round of a program, in a process of its own.
    Round(Round),
}

/// What to measure, and how to show it.
#[derive(Debug, PartialEq)]
pub(crate) struct Wanted {
    /// Of the benchmarks.
    pub(crate) names: Vec<&'static str>,
    pub(crate) places: Vec<Kind>,
    pub(crate) rounds: usize,
    pub(crate) json: bool,
    pub(crate) smoke: bool,
}

/// Reads the words after the program's name.
///
/// # Errors
/// A word that means nothing here, in a sentence.
pub(crate) fn parse(words: &[String]) -> Result<Command, String> {
    if let [first, which, dir] = words
        && first == crate::server::WORD
    {
        return Ok(Command::Serve { which: which.clone(), dir: PathBuf::from(dir) });
    }
    if let [first, bench, program, size, dir] = words
        && first == child::WORD
    {
        let size = size.parse().map_err(|_| format!("`{size}` is no size of a round"))?;
        let (bench, program, dir) = (bench.clone(), program.clone(), PathBuf::from(dir));
        return Ok(Command::Round(Round { bench, program, size, dir }));
    }
    let mut wanted = Wanted {
        names: Vec::new(),
        places: vec![Kind::Disk, Kind::Tmpfs],
        rounds: 5,
        json: false,
        smoke: false,
    };
    let mut named: Vec<&str> = Vec::new();
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "-h" | "--help" => return Ok(Command::Help),
            "--json" => wanted.json = true,
            "--smoke" => wanted.smoke = true,
            "--on" => wanted.places = places(words.next())?,
            "--rounds" => wanted.rounds = rounds(words.next())?,
            name if rows::all().any(|bench| bench.name == name) => named.push(name),
            other => return Err(format!("`{other}` is neither a benchmark nor an option")),
        }
    }
    if wanted.smoke {
        wanted.rounds = 1;
    }
    let all = named.is_empty();
    wanted.names = rows::all().map(|bench| bench.name).filter(|name| all || named.contains(name)).collect();
    Ok(Command::Measure(wanted))
}

fn places(word: Option<&str>) -> Result<Vec<Kind>, String> {
    match word {
        Some("disk") => Ok(vec![Kind::Disk]),
        Some("tmpfs") => Ok(vec![Kind::Tmpfs]),
        Some("both") => Ok(vec![Kind::Disk, Kind::Tmpfs]),
        _ => Err("`--on` wants one of disk, tmpfs and both".to_owned()),
    }
}

fn rounds(word: Option<&str>) -> Result<usize, String> {
    match word.and_then(|word| word.parse().ok()) {
        Some(rounds @ 1..=1_000) => Ok(rounds),
        _ => Err("`--rounds` wants a number from 1 to 1000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Result<Command, String> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn reads_what_is_wanted() {
        let Ok(Command::Measure(all)) = check("") else { panic!("nothing named means everything") };
        assert_eq!((all.names.len(), all.rounds, all.places.len()), (rows::all().count(), 5, 2));
        let some = Wanted {
            names: vec!["save", "get"],
            places: vec![Kind::Disk],
            rounds: 9,
            json: true,
            smoke: false,
        };
        assert_eq!(check("get --json --on disk save --rounds 9"), Ok(Command::Measure(some)));
        assert_eq!(check("save -h"), Ok(Command::Help));
        let serve = Command::Serve { which: "bare".to_owned(), dir: PathBuf::from("x") };
        assert_eq!(check("serve bare x"), Ok(serve));
        let round =
            Round { bench: "get".to_owned(), program: "bare".to_owned(), size: 5, dir: PathBuf::from("x") };
        assert_eq!(check("round get bare 5 x"), Ok(Command::Round(round)));
    }

    #[test]
    fn wrong_words_are_named() {
        for (line, word) in [
            ("svae", "`svae`"),
            ("--fast", "`--fast`"),
            ("--on moon", "`--on`"),
            ("--on", "`--on`"),
            ("--rounds 0", "`--rounds`"),
            ("--rounds x", "`--rounds`"),
            ("serve bare", "`serve`"),
            ("round get bare many x", "`many`"),
        ] {
            let error = check(line).unwrap_err();
            assert!(error.contains(word), "{line}: {error}");
        }
    }
}
