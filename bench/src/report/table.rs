//! The table.

use std::time::Duration;

use super::{Row, sentences};
use crate::args::Wanted;
use crate::metric::Verdict;
use crate::sample::Figure;
use crate::terms;

const HEAD: [&str; 14] = [
    "benchmark",
    "size",
    "files",
    "load",
    "others",
    "program",
    "per second",
    "slowest..fastest",
    "p50",
    "p99",
    "CPU each",
    "ratio",
    "goal",
    "",
];
/// The columns of words, which begin at the left; numbers end at the right.
const WORDS: [usize; 3] = [0, 2, 5];

type Line = [String; 14];

/// Two lines for each benchmark, the second with its ratio to the first, and one for each further metric.
pub(crate) fn table(rows: &[Row], wanted: &Wanted) -> String {
    let mut lines = vec![HEAD.map(str::to_owned)];
    for row in rows {
        let [first, second] = &row.figures;
        let [first_label, second_label] = row.programs;
        let load = row.load.map_or_else(|| "?".to_owned(), |load| format!("{load:.2}"));
        let others = row.others.map_or_else(|| "?".to_owned(), |others| format!("{:.0}%", others * 100.0));
        let head = [row.name.to_owned(), number(f64::from(row.size)), row.place(), load, others];
        lines.push(line(head, figures(first_label, first), Default::default()));
        let mut verdicts = row.verdicts.iter().map(|found| verdict(found, row.is_trusted()));
        let ratio = verdicts.next().unwrap_or_default();
        lines.push(line(Default::default(), figures(second_label, second), ratio));
        lines.extend(verdicts.map(|more| line(Default::default(), Default::default(), more)));
    }
    let note = if wanted.smoke { "; a smoke run: the figures mean nothing" } else { "" };
    let rounds = wanted.rounds;
    let table = aligned(&lines);
    let sentences: String = sentences(rows).iter().map(|sentence| format!("\n{sentence}")).collect();
    format!("{table}\n\ndurability {}, medians of {rounds} rounds{note}{sentences}", terms::SYNCHRONOUS)
}

fn line(head: [String; 5], figures: [String; 6], verdict: [String; 3]) -> Line {
    let mut cells = head.into_iter().chain(figures).chain(verdict);
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

fn figures(program: &str, figure: &Figure) -> [String; 6] {
    let range = format!("{}..{}", number(figure.slowest), number(figure.fastest));
    [program.to_owned(), number(figure.rate), range, time(figure.p50), time(figure.p99), time(figure.cpu)]
}

/// The value, its bound, and whether it is kept.
fn verdict(verdict: &Verdict, is_trusted: bool) -> [String; 3] {
    let metric = verdict.metric;
    let sign = match verdict.is_kept() {
        None => "",
        Some(true) if is_trusted => "ok",
        Some(true) => "ok?",
        Some(false) if is_trusted => "MISSED",
        Some(false) => "missed?",
    };
    let bound = verdict.bound.map(|bound| metric.bound_text(bound)).unwrap_or_default();
    [metric.text(verdict.value), bound, sign.to_owned()]
}

/// With commas between the thousands.
fn number(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn time(time: Option<Duration>) -> String {
    match time.map(|time| time.as_secs_f64() * 1e6) {
        None => String::new(),
        Some(micros) if micros < 1.0 => format!("{:.0} ns", micros * 1_000.0),
        Some(micros) if micros < 1_000.0 => format!("{micros:.1} us"),
        Some(micros) => format!("{:.2} ms", micros / 1_000.0),
    }
}

fn aligned(lines: &[Line]) -> String {
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or_default();
    let widths: [usize; 14] = std::array::from_fn(width);
    let text = lines.iter().map(|line| {
        let cells = line.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if WORDS.contains(&column) { format!("{cell:width$}") } else { format!("{cell:>width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    text.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{rows, wanted};
    use super::*;

    #[test]
    fn the_table_is_aligned() {
        let expected = "\
benchmark  size  files        load  others  program   per second  slowest..fastest      p50      p99  CPU each         ratio     goal
save          1  disk (ext4)  0.50      2%  bare             500          500..500  2.00 ms  2.00 ms
                                            syncline         250          250..250  4.00 ms  4.00 ms            0.50 x speed
base          1  ext4         0.50      2%  bare             500          500..500  2.00 ms  2.00 ms
                                            syncline         250          250..250  4.00 ms  4.00 ms            0.50 x speed  >= 0.40      ok
                                                                                                                200 MiB more   <= 100  MISSED

durability FULL, medians of 5 rounds
base on ext4 misses its goal with 200 MiB more (<= 100): it does more.";
        assert_eq!(table(&rows(), &wanted()), expected);
    }

    #[test]
    fn on_a_loaded_machine_every_sign_is_a_question() {
        let mut rows = rows();
        rows[1].others = Some(0.4);
        let text = table(&rows, &wanted());
        assert!(text.contains("  missed?\n") && text.contains(" ok?\n"), "{text}");
    }

    #[test]
    fn times_have_the_unit_that_fits() {
        let nanos = |nanos| time(Some(Duration::from_nanos(nanos)));
        assert_eq!([57, 1_250, 2_500_000].map(nanos), ["57 ns", "1.2 us", "2.50 ms"]);
        assert_eq!(time(None), "");
    }

    #[test]
    fn numbers_have_commas() {
        assert_eq!([0.4, 999.0, 1_000.0, 1_234_567.0].map(number), ["0", "999", "1,000", "1,234,567"]);
    }
}
