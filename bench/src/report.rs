//! Figures as a table for people and as JSON for scripts.

use std::time::Duration;

use serde_json::{Value, json};

use crate::args::Wanted;
use crate::place::Kind;
use crate::sample::Figure;
use crate::terms;

/// One benchmark in one place.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) filesystem: String,
    /// The machine's load before the first round.
    pub(crate) load: Option<f64>,
    pub(crate) size: u32,
    pub(crate) bare: Figure,
    pub(crate) ours: Option<Figure>,
    /// Why Syncline is more than five times slower, should it be.
    pub(crate) why: Option<&'static str>,
}

const HEAD: [&str; 10] = [
    "benchmark",
    "size",
    "files",
    "load",
    "program",
    "per second",
    "slowest..fastest",
    "p50",
    "p99",
    "x bare",
];

/// Two lines for each benchmark: bare, then Syncline with the ratio of the times taken.
pub(crate) fn table(rows: &[Row], wanted: &Wanted) -> String {
    let mut lines = vec![HEAD.map(str::to_owned)];
    for row in rows {
        let load = row.load.map_or_else(|| "?".to_owned(), |load| format!("{load:.2}"));
        let head = [row.name.to_owned(), row.size.to_string(), files(row), load];
        lines.push(line(head, "bare", &row.bare, None));
        if let Some(ours) = &row.ours {
            lines.push(line(Default::default(), "syncline", ours, Some(ours.times(&row.bare))));
        }
    }
    let note = if wanted.smoke { "; a smoke run: the figures mean nothing" } else { "" };
    let rounds = wanted.rounds;
    let reasons: String = rows.iter().filter_map(reason).map(|reason| format!("\n{reason}")).collect();
    format!(
        "{}\n\ndurability {}, medians of {rounds} rounds{note}{reasons}",
        aligned(&lines),
        terms::SYNCHRONOUS
    )
}

/// More times the bare program than this wants a reason.
const FAR: f64 = 5.0;

/// Whether Syncline is far behind the bare program.
fn is_far(row: &Row) -> bool {
    row.ours.as_ref().is_some_and(|ours| ours.times(&row.bare) > FAR)
}

/// Why, in a line of its own.
fn reason(row: &Row) -> Option<String> {
    let reason = row.why.unwrap_or("nobody has said why");
    is_far(row).then(|| {
        format!("{} on {} takes more than {FAR} times the bare program: {reason}", row.name, files(row))
    })
}

/// The benchmarks that are far behind without a reason.
pub(crate) fn unexplained(rows: &[Row]) -> Vec<&'static str> {
    rows.iter().filter(|row| is_far(row) && row.why.is_none()).map(|row| row.name).collect()
}

fn files(row: &Row) -> String {
    match row.kind {
        Kind::Disk => format!("disk ({})", row.filesystem),
        Kind::Tmpfs => row.filesystem.clone(),
    }
}

fn line(head: [String; 4], program: &str, figure: &Figure, ratio: Option<f64>) -> [String; 10] {
    let [name, size, files, load] = head;
    let range = format!("{}..{}", number(figure.slowest), number(figure.fastest));
    let ratio = ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
    let (p50, p99) = (time(figure.p50), time(figure.p99));
    [name, size, files, load, program.to_owned(), number(figure.rate), range, p50, p99, ratio]
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
        Some(micros) if micros < 1_000.0 => format!("{micros:.1} us"),
        Some(micros) => format!("{:.2} ms", micros / 1_000.0),
    }
}

/// Words to the left, numbers to the right.
fn aligned(lines: &[[String; 10]]) -> String {
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or_default();
    let widths: [usize; 10] = std::array::from_fn(width);
    let words = [0, 2, 4];
    let text = lines.iter().map(|line| {
        let cells = line.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if words.contains(&column) { format!("{cell:width$}") } else { format!("{cell:>width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    text.collect::<Vec<_>>().join("\n")
}

/// One document: the terms and all rows; times in microseconds.
pub(crate) fn json(rows: &[Row], wanted: &Wanted) -> String {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "benchmark": row.name,
                "size": row.size,
                "place": match row.kind { Kind::Disk => "disk", Kind::Tmpfs => "tmpfs" },
                "filesystem": row.filesystem,
                "load": row.load,
                "bare": figure(&row.bare),
                "syncline": row.ours.as_ref().map(figure),
                "timesBare": row.ours.as_ref().map(|ours| ours.times(&row.bare)),
                "why": row.why.filter(|_| is_far(row)),
            })
        })
        .collect();
    let document = json!({
        "durability": terms::SYNCHRONOUS,
        "rounds": wanted.rounds,
        "smoke": wanted.smoke,
        "results": rows,
    });
    format!("{document:#}")
}

fn figure(figure: &Figure) -> Value {
    let micros = |time: Option<Duration>| time.map(|time| time.as_secs_f64() * 1e6);
    json!({
        "perSecond": figure.rate,
        "slowest": figure.slowest,
        "fastest": figure.fastest,
        "p50Micros": micros(figure.p50),
        "p99Micros": micros(figure.p99),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    fn wanted() -> Wanted {
        Wanted { names: Vec::new(), places: Vec::new(), rounds: 5, json: false, smoke: false }
    }

    fn rows() -> Vec<Row> {
        let ms = Duration::from_millis;
        let slow = Figure::of(&[Sample::from_each(vec![ms(4)], ms(4))]);
        let bare = Figure::of(&[Sample::from_each(vec![ms(2)], ms(2))]).unwrap();
        let row = |name, kind, ours| Row {
            name,
            kind,
            filesystem: "ext4".to_owned(),
            load: Some(0.5),
            size: 1,
            bare: bare.clone(),
            ours,
            why: None,
        };
        vec![row("save", Kind::Disk, slow), row("get", Kind::Tmpfs, None)]
    }

    #[test]
    fn the_table_is_aligned() {
        let expected = "\
benchmark  size  files        load  program   per second  slowest..fastest      p50      p99  x bare
save          1  disk (ext4)  0.50  bare             500          500..500  2.00 ms  2.00 ms
                                    syncline         250          250..250  4.00 ms  4.00 ms    2.00
get           1  ext4         0.50  bare             500          500..500  2.00 ms  2.00 ms

durability FULL, medians of 5 rounds";
        assert_eq!(table(&rows(), &wanted()), expected);
    }

    #[test]
    fn json_has_the_ratio_and_the_terms() {
        let document: Value = serde_json::from_str(&json(&rows(), &wanted())).unwrap();
        assert_eq!(document["durability"], "FULL");
        assert_eq!(document["results"][0]["timesBare"], 2.0);
        assert_eq!(document["results"][0]["syncline"]["p50Micros"], 4000.0);
        assert!(document["results"][1]["timesBare"].is_null());
    }

    #[test]
    fn what_is_far_behind_wants_a_reason() {
        let mut rows = rows();
        for (millis, why, expected, unexplained_rows) in [
            (10, None, "FULL, medians of 5 rounds", 0),
            (
                11,
                Some("it does more."),
                "save on disk (ext4) takes more than 5 times the bare program: it does more.",
                0,
            ),
            (11, None, "the bare program: nobody has said why", 1),
        ] {
            let ms = Duration::from_millis(millis);
            (rows[0].ours, rows[0].why) = (Figure::of(&[Sample::from_each(vec![ms], ms)]), why);
            let text = table(&rows, &wanted());
            assert!(text.ends_with(expected), "{text}");
            assert_eq!(unexplained(&rows).len(), unexplained_rows);
        }
    }

    #[test]
    fn numbers_have_commas() {
        assert_eq!([0.4, 999.0, 1_000.0, 1_234_567.0].map(number), ["0", "999", "1,000", "1,234,567"]);
    }
}
