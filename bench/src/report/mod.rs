//! Figures as a table for people and as JSON for scripts.

mod json;
mod table;

use crate::machine;
use crate::metric::Verdict;
use crate::place::Kind;
use crate::sample::Figure;

pub(crate) use json::json;
pub(crate) use table::table;

/// One benchmark in one place.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) filesystem: String,
    /// The machine's load before the first round.
    pub(crate) load: Option<f64>,
    /// Which part of the processors' time other programs used during the rounds.
    pub(crate) others: Option<f64>,
    pub(crate) size: u32,
    pub(crate) programs: [&'static str; 2],
    pub(crate) figures: [Figure; 2],
    pub(crate) verdicts: Vec<Verdict>,
    /// What stands in the way, should a goal be missed.
    pub(crate) why: &'static str,
}

impl Row {
    /// Whether the machine had time for us. What it does not say counts as such.
    fn is_trusted(&self) -> bool {
        self.others.is_none_or(|others| others <= machine::TRUST)
    }

    fn missed(&self) -> impl Iterator<Item = &Verdict> {
        self.verdicts.iter().filter(|verdict| verdict.is_kept() == Some(false))
    }

    fn place(&self) -> String {
        match self.kind {
            Kind::Disk => format!("disk ({})", self.filesystem),
            Kind::Tmpfs => self.filesystem.clone(),
        }
    }
}

/// How many goals were missed while the machine had time for us.
pub(crate) fn missed(rows: &[Row]) -> usize {
    rows.iter().filter(|row| row.is_trusted()).map(|row| row.missed().count()).sum()
}

/// A sentence for each goal that was missed, and one for all rows that are not to be trusted.
fn sentences(rows: &[Row]) -> Vec<String> {
    let mut sentences = Vec::new();
    for row in rows {
        for verdict in row.missed() {
            let (metric, bound) = (verdict.metric, verdict.bound.unwrap_or_default());
            let (value, bound) = (metric.text(verdict.value), metric.bound_text(bound));
            let (name, place, why) = (row.name, row.place(), row.why);
            sentences.push(format!("{name} on {place} misses its goal with {value} ({bound}): {why}"));
        }
    }
    let loaded: Vec<_> = rows.iter().filter(|row| !row.is_trusted()).collect();
    if let Some(most) = loaded.iter().filter_map(|row| row.others).reduce(f64::max) {
        let (few, all, percent) = (loaded.len(), rows.len(), most * 100.0);
        sentences.push(format!(
            "The machine was too busy to trust {few} of {all} rows: other programs used up to {percent:.0}% of the \
             processors."
        ));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::args::Wanted;
    use crate::metric::Metric;
    use crate::sample::Sample;

    pub(super) fn wanted() -> Wanted {
        Wanted { names: Vec::new(), places: Vec::new(), rounds: 5, json: false, smoke: false }
    }

    /// One benchmark that keeps its goals and one that misses one.
    pub(super) fn rows() -> Vec<Row> {
        let figure = |millis| {
            let time = Duration::from_millis(millis);
            Figure::of(&[Sample::from_each(vec![time], time)]).unwrap()
        };
        let row = |name, kind, verdicts: &[(Metric, f64, Option<f64>)]| Row {
            name,
            kind,
            filesystem: "ext4".to_owned(),
            load: Some(0.5),
            others: Some(0.02),
            size: 1,
            programs: ["bare", "syncline"],
            figures: [figure(2), figure(4)],
            verdicts: verdicts
                .iter()
                .map(|&(metric, value, bound)| Verdict { metric, value, bound })
                .collect(),
            why: "it does more.",
        };
        let base = [(Metric::Speed, 0.5, Some(0.4)), (Metric::Memory, 200.0, Some(100.0))];
        vec![row("save", Kind::Disk, &[(Metric::Speed, 0.5, None)]), row("base", Kind::Tmpfs, &base)]
    }

    #[test]
    fn a_missed_goal_says_why() {
        let expected = "base on ext4 misses its goal with 200 MiB more (<= 100): it does more.";
        assert_eq!((sentences(&rows()), missed(&rows())), (vec![expected.to_owned()], 1));
    }

    #[test]
    fn a_loaded_machine_is_no_judge() {
        let mut rows = rows();
        rows[1].others = Some(0.4);
        let said = sentences(&rows);
        assert_eq!((said.len(), missed(&rows)), (2, 0));
        assert_eq!(
            said[1],
            "The machine was too busy to trust 1 of 2 rows: other programs used up to 40% of the processors."
        );
    }
}
