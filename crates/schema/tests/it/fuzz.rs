//! Whatever is given to the compiler, it answers.

use super::{BLOG, ODD, RICH};
use syncline_schema::{AWS_PRELUDE, Features, api_sdl, compile, compile_with, served_sdl};

/// Pieces that make nested, unfinished or absurd documents when they land anywhere.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "!",
    "@",
    "\"",
    "\"\"\"",
    ":",
    "$",
    "&",
    "|",
    "=",
    "#",
    "\\u{110000}",
    "\"\\ud800\"",
    "@model",
    "@auth(rules: [])",
    "@index(name: null)",
    "@hasMany(fields: [])",
    "@belongsTo",
    "@primaryKey",
    "@hasOne",
    "@hasOne(fields: [\"id\"])",
    "@manyToMany",
    "@manyToMany(relationName: \"userTag\")",
    "@manyToMany(relationName: \"é\")",
    "@default",
    "@default(value: \"1\")",
    "Address",
    "[Address!]!",
    "type Geo { a: Address }",
    "type A { b: B } type B { a: A }",
    "null",
    "ID!",
    "[[Int]]",
    "type X { }",
    "enum E { }",
    "é",
    "\u{1F600}",
    "\0",
    "\u{feff}",
    "type Query { a: Int }",
    "input AMPLIFY { globalAuthRule: AuthRule = { allow: public } }",
    "extend",
    "\"\\u0041\"",
    "1e999",
    "-",
];

/// A small generator with a fixed seed (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

fn mutate(source: &str, random: &mut Random) -> String {
    let mut bytes = source.as_bytes().to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(6) {
            0 => bytes[at] = random.below(256) as u8,
            1 => drop(bytes.remove(at)),
            2 => bytes.truncate(at.max(1)),
            3 => {
                let end = (at + random.below(200)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, copy);
            }
            4 => {
                let end = (at + random.below(60)).min(bytes.len() - 1);
                bytes.drain(at.min(end)..end);
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
        }
        if bytes.is_empty() {
            bytes.push(b' ');
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn no_mutation_of_a_schema_makes_it_panic() {
    let mut random = Random(0x5eed);
    let mut good = 0;
    for round in 0..3_000 {
        let source = mutate([BLOG, RICH, ODD][round % 3], &mut random);
        let features = Features { respect_primary_key_attributes: round % 2 == 0, ..Features::default() };
        match compile_with(&source, "mutated.graphql", features).map(|compiled| compiled.schema) {
            Ok(schema) => {
                good += 1;
                assert!(!api_sdl(&schema).is_empty() && !served_sdl(&schema).is_empty());
                let json = schema.to_json();
                let again = syncline_core::Schema::from_json(&json).unwrap();
                assert_eq!(again.to_json(), json);
            }
            Err(found) => {
                assert!(!found.0.is_empty(), "an error without a finding for:\n{source}");
                for finding in &found.0 {
                    assert!(finding.line >= 1 && finding.column >= 1 && finding.span.start <= source.len());
                }
                assert!(!found.to_string().is_empty());
            }
        }
    }
    assert!(good > 20, "only {good} mutations left a good schema: the test tries too little");
}

#[test]
fn hostile_sources_are_refused_quickly() {
    let many = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<String>();
    let deep = |open: &str, n: usize| format!("type A @model {{ a: {}Int", open.repeat(n));
    for (what, source) in [
        ("too long", "# x\n".repeat(300_000)),
        ("deep list type", deep("[", 100_000)),
        ("deep value", format!("type A @auth(rules: {}", "[".repeat(100_000))),
        ("deep object", format!("type A @auth(rules: {}", "{a:".repeat(100_000))),
        ("many errors on one line", "}".repeat(500_000)),
        ("many errors on many lines", "}\n".repeat(400_000)),
        ("many definitions", "type A { a: B }\n".repeat(60_000)),
        ("one long name", "a".repeat(1_000_000)),
        ("open string", format!("\"{}", "x".repeat(900_000))),
        ("deep custom types", many(20_000, |n| format!("type T{n} {{ a: T{} }}\n", n + 1))),
        (
            "a long circle of custom types",
            many(20_000, |n| format!("type T{n} {{ a: T{} }}\n", (n + 1) % 20_000)),
        ),
        (
            "a long circle of models",
            many(5_000, |n| {
                format!(
                    "type T{n} @model @auth(rules: [{{allow: public}}]) {{ a: T{}! @hasOne }}\n",
                    (n + 1) % 5_000
                )
            }),
        ),
        (
            "many sides",
            many(8_000, |n| {
                format!("type T{n} @model {{ a: [T{}] @manyToMany(relationName: \"R{}\") }}\n", n ^ 1, n / 2)
            }),
        ),
        ("nothing", String::new()),
        ("a comment", "# nothing\n".to_owned()),
    ] {
        let found = compile(&source, "hostile.graphql").unwrap_err();
        assert!((1..=51).contains(&found.0.len()), "{what}: {} findings", found.0.len());
        assert!(found.to_string().len() < 60_000, "{what}: a report of {} bytes", found.to_string().len());
    }
}

#[test]
fn the_prelude_declares_every_scalar() {
    for scalar in syncline_core::Scalar::ALL.iter().filter(|scalar| scalar.name().starts_with("AWS")) {
        assert!(AWS_PRELUDE.contains(&format!("scalar {}\n", scalar.name())), "{}", scalar.name());
    }
}
