//! The JSON document.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Row, sentences};
use crate::args::Wanted;
use crate::metric::Verdict;
use crate::place::Kind;
use crate::sample::Figure;
use crate::terms;

/// One document: the terms and all rows; times in microseconds.
pub(crate) fn json(rows: &[Row], wanted: &Wanted) -> String {
    let document = json!({
        "durability": terms::SYNCHRONOUS,
        "rounds": wanted.rounds,
        "smoke": wanted.smoke,
        "results": rows.iter().map(row).collect::<Vec<_>>(),
        "sentences": sentences(rows),
    });
    format!("{document:#}")
}

fn row(row: &Row) -> Value {
    let [first, second] = &row.figures;
    json!({
        "benchmark": row.name,
        "size": row.size,
        "place": match row.kind { Kind::Disk => "disk", Kind::Tmpfs => "tmpfs" },
        "filesystem": row.filesystem,
        "load": row.load,
        "others": row.others,
        "trusted": row.is_trusted(),
        "programs": [figure(row.programs[0], first), figure(row.programs[1], second)],
        "verdicts": row.verdicts.iter().map(verdict).collect::<Vec<_>>(),
    })
}

fn figure(program: &str, figure: &Figure) -> Value {
    let micros = |time: Option<Duration>| time.map(|time| time.as_secs_f64() * 1e6);
    json!({
        "program": program,
        "perSecond": figure.rate,
        "slowest": figure.slowest,
        "fastest": figure.fastest,
        "p50Micros": micros(figure.p50),
        "p99Micros": micros(figure.p99),
        "cpuMicros": micros(figure.cpu),
    })
}

fn verdict(verdict: &Verdict) -> Value {
    json!({
        "metric": verdict.metric.name(),
        "value": verdict.value,
        "goal": verdict.bound.map(|bound| verdict.metric.bound_text(bound)),
        "kept": verdict.is_kept(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{rows, wanted};
    use super::*;

    #[test]
    fn json_has_the_ratios_and_the_terms() {
        let document: Value = serde_json::from_str(&json(&rows(), &wanted())).unwrap();
        assert_eq!(document["durability"], "FULL");
        assert_eq!(document["sentences"].as_array().unwrap().len(), 1);
        let base = &document["results"][1];
        assert_eq!(base["programs"][1]["p50Micros"], 4000.0);
        let speed = json!({ "metric": "speed", "value": 0.5, "goal": ">= 0.40", "kept": true });
        assert_eq!(base["verdicts"][0], speed);
        assert_eq!(base["verdicts"][1]["kept"], false);
        assert!(document["results"][0]["verdicts"][0]["kept"].is_null());
    }
}
