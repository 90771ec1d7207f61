//! How each check is shown: a line for a person, or an object for a script.

use super::trouble::Trouble;
use crate::edge::Stopwatch;
use crate::failure::Failure;
use crate::style::Style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value, json};
use std::future::Future;
use std::io::Write;
use std::time::Duration;

/// Columns of a check's name, and of what it says.
const WIDTHS: (usize, usize) = (20, 74);

/// What a step has to tell when it passed.
#[derive(Debug)]
pub(crate) struct Told {
    /// A sentence for people.
    text: String,
    /// The numbers in it.
    facts: Map<String, Value>,
}

impl Told {
    pub(crate) fn new(text: impl Into<String>) -> Told {
        Told { text: text.into(), facts: Map::new() }
    }

    /// Adds a number or a list of them.
    pub(crate) fn fact(mut self, name: &str, value: impl Into<Value>) -> Told {
        self.facts.insert(name.to_owned(), value.into());
        self
    }
}

/// Shows checks as they happen.
#[derive(Debug)]
pub(crate) struct Report {
    json: bool,
    style: Style,
    since: Stopwatch,
    passed: usize,
}

impl Report {
    pub(crate) fn new(json: bool) -> Report {
        let style = if json { Style::plain() } else { Style::of_stdout() };
        Report { json, style, since: Stopwatch::start(), passed: 0 }
    }

    /// Says where everything happens.
    pub(crate) fn begin(&self, lines: &[(&str, String)]) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        let shown = lines.iter().map(|(name, text)| format!("{name:<9}{}\n", self.style.dim(text)));
        write(&format!("{}\n", shown.collect::<String>()))
    }

    /// Runs a step and shows what came of it.
    pub(crate) async fn check<S>(
        &mut self,
        name: &str,
        step: impl Future<Output = Result<(S, Told), Trouble>>,
    ) -> Result<S, Failure> {
        let bar = self.bar(name);
        let watch = Stopwatch::start();
        let came = step.await;
        let took = watch.elapsed();
        bar.finish_and_clear();
        match came {
            Ok((state, told)) => {
                self.passed += 1;
                write(&if self.json { object(name, took, &told) } else { self.line(name, took, &told) })?;
                Ok(state)
            }
            Err(trouble) => {
                if self.json {
                    write(&wrong_object(name, took, &trouble))?;
                }
                Err(self.failure(name, &trouble))
            }
        }
    }

    /// Says that all is well.
    pub(crate) fn end(&self) -> Result<(), Failure> {
        if self.json {
            return Ok(());
        }
        let text = format!("all {} checks passed in {}", self.passed, shown(self.since.elapsed()));
        write(&format!("\n{}\n", self.style.good(&text)))
    }

    fn line(&self, name: &str, took: Duration, told: &Told) -> String {
        let (names, texts) = WIDTHS;
        let (mark, name) = (self.style.good("✓"), self.style.bold(&format!("{name:<names$}")));
        let took = self.style.dim(&format!("{:>9}", shown(took)));
        format!("{mark} {name}{:<texts$}{took}\n", told.text)
    }

    fn failure(&self, name: &str, trouble: &Trouble) -> Failure {
        let mark = self.style.bad("✗");
        match trouble {
            Trouble::Wrong(wrong) => Failure::new(
                format!(
                    "{mark} {name}: {}\n  expected: {}\n  found:    {}",
                    wrong.what, wrong.expected, wrong.found
                ),
                "run it again with --keep DIR and SYNCLINE_LOG=debug to look into it",
            ),
            Trouble::Failed(why) => Failure::plain(format!("{mark} {name}: {why}")),
        }
    }

    /// What turns while a step runs, where a person looks.
    fn bar(&self, name: &str) -> ProgressBar {
        if self.json || !self.style.is_live() {
            return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(80));
        bar
    }
}

fn object(name: &str, took: Duration, told: &Told) -> String {
    let mut object = json!({ "check": name, "ok": true, "ms": ms(took), "text": told.text });
    if let Some(object) = object.as_object_mut() {
        object.extend(told.facts.clone());
    }
    format!("{object}\n")
}

fn wrong_object(name: &str, took: Duration, trouble: &Trouble) -> String {
    let object = match trouble {
        Trouble::Wrong(wrong) => json!({
            "check": name, "ok": false, "ms": ms(took),
            "what": wrong.what, "expected": wrong.expected, "found": wrong.found,
        }),
        Trouble::Failed(why) => json!({ "check": name, "ok": false, "ms": ms(took), "error": why }),
    };
    format!("{object}\n")
}

/// Milliseconds, with one digit behind the point.
pub(crate) fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

/// A time for people.
pub(crate) fn shown(time: Duration) -> String {
    match time.as_millis() {
        0..10 => format!("{:.1} ms", ms(time)),
        10..10_000 => format!("{} ms", grouped(time.as_millis())),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        for (micros, text) in [
            (0, "0.0 ms"),
            (3_140, "3.1 ms"),
            (312_400, "312 ms"),
            (1_500_000, "1,500 ms"),
            (12_340_000, "12.3 s"),
        ] {
            assert_eq!(shown(Duration::from_micros(micros)), text);
        }
    }

    #[test]
    fn a_check_for_scripts() {
        let told = Told::new("two posts").fact("posts", 2);
        let line: Value = serde_json::from_str(&object("sync", Duration::from_millis(5), &told)).unwrap();
        assert_eq!(line, json!({ "check": "sync", "ok": true, "ms": 5.0, "text": "two posts", "posts": 2 }));
        let trouble = Trouble::wrong("posts", "2", "1");
        let line: Value = serde_json::from_str(&wrong_object("sync", Duration::ZERO, &trouble)).unwrap();
        let wrong = json!({
            "check": "sync", "ok": false, "ms": 0.0, "what": "posts", "expected": "2", "found": "1"
        });
        assert_eq!(line, wrong);
    }

    #[tokio::test]
    async fn a_step_that_does_not_pass_ends_the_story() {
        let mut report = Report { json: false, style: Style::plain(), since: Stopwatch::start(), passed: 0 };
        let step = async { Err::<((), Told), _>(Trouble::wrong("posts", "2", "1")) };
        let failure = report.check("sync", step).await.unwrap_err().to_string();
        assert!(failure.contains("sync: posts"), "{failure}");
        assert_eq!(report.passed, 0);
    }

    #[test]
    fn a_check_for_people() {
        let report = Report { json: false, style: Style::plain(), since: Stopwatch::start(), passed: 0 };
        let line = report.line("sync", Duration::from_millis(50), &Told::new("two posts"));
        assert_eq!(line, format!("✓ {:<20}{:<74}{:>9}\n", "sync", "two posts", "50 ms"));
        let failure = report.failure("sync", &Trouble::wrong("posts", "2", "1")).to_string();
        assert!(
            failure.starts_with("error: ✗ sync: posts\n  expected: 2\n  found:    1\nhelp: "),
            "{failure}"
        );
    }
}
