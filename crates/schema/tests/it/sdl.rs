//! The API's SDL.

use super::{BLOG, ODD, RICH, compile};
use syncline_schema::{api_sdl, served_roots, served_sdl};

#[test]
fn of_a_rich_schema() {
    insta::assert_snapshot!(api_sdl(&compile(RICH)));
}

#[test]
fn is_the_same_each_time_and_after_a_round_trip() {
    for source in [BLOG, ODD, RICH] {
        let schema = compile(source);
        let again = syncline_core::Schema::from_json(&schema.to_json()).unwrap();
        assert_eq!(api_sdl(&schema), api_sdl(&compile(source)));
        assert_eq!(api_sdl(&schema), api_sdl(&again));
        assert_eq!(served_sdl(&schema), served_sdl(&again));
    }
}

#[test]
fn what_is_served_is_the_api_and_more() {
    let schema = compile(ODD);
    let (exact, served) = (api_sdl(&schema), served_sdl(&schema));
    // Blocks are told apart by their first line.
    let blocks = |sdl: &str| -> Vec<(String, Vec<String>)> {
        let block = |block: &str| {
            let mut lines = block.lines().map(str::to_owned);
            (lines.next().unwrap_or_default(), lines.collect())
        };
        sdl.split("\n\n").map(block).collect()
    };
    let before = blocks(&exact);
    let mut report = String::new();
    for (name, lines) in blocks(&served) {
        let old = before.iter().find(|(other, _)| *other == name).map(|(_, lines)| lines.as_slice());
        let old = old.unwrap_or_default();
        let gone = old.iter().filter(|line| !lines.contains(line)).map(|line| format!("- {line}\n"));
        let new = lines.iter().filter(|line| !old.contains(line)).map(|line| format!("+ {line}\n"));
        let changed: String = gone.chain(new).collect();
        if !changed.is_empty() {
            report += &format!("{name}\n{changed}\n");
        }
    }
    insta::assert_snapshot!(report);
    for (name, _) in &before {
        assert!(blocks(&served).iter().any(|(other, _)| other == name), "{name} is not served");
    }
    for model in schema.models() {
        for root in served_roots(model) {
            assert!(served.contains(&format!("  {}(", root.name)), "{}", root.name);
        }
    }
}
