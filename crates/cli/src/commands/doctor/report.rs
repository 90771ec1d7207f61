//! The report, for a person.

use super::table::table;
use crate::style::Style;
use std::path::Path;
use syncline::doctor::{Inspection, ModelFacts, Planned};
use syncline::record::EntryState;
use syncline::scalar::AwsDateTime;

/// What the file holds.
pub(super) fn of_file(path: &Path, found: &Inspection, style: Style) -> String {
    let state = if found.faults.is_empty() { style.good("sound") } else { style.bad("damaged") };
    let mut text = format!("{}: {state}, format {}\n", style.bold(&path.display().to_string()), found.format);
    found.faults.iter().for_each(|fault| text += &format!("  {fault}\n"));
    let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    text += &format!("session     {}\n", or_none(&found.session));
    text += &format!("epoch       {}\n", or_none(&found.epoch));
    text += &format!("cleared     {} times\n", or_none(&found.generation));
    text += &format!("conflicts   {}\n", found.conflicts);
    text += &format!("quarantine  {}\n\n", found.quarantined);
    let row = |facts: &ModelFacts| {
        let counts = [facts.rows, facts.unsent, facts.sent, facts.parked].map(|count| count.to_string());
        let mut cells = vec![facts.model.clone()];
        cells.extend(counts);
        cells.push(cursor(facts));
        cells
    };
    let rows: Vec<_> = found.models.iter().map(row).collect();
    text += &table(&["model", "rows", "unsent", "in flight", "parked", "next sync"], &rows, style);
    if !found.parked.is_empty() {
        text += "\n";
        let rows = found.parked.iter().map(|entry| {
            let model = found.schema.model(entry.model);
            let reason = match &entry.state {
                EntryState::Parked(reason) => reason.clone(),
                _ => String::new(),
            };
            vec![entry.id.clone(), format!("{} {}", model.name, entry.key), reason]
        });
        let rows: Vec<_> = rows.collect();
        text += &table(&["parked", "record", "reason"], &rows, style);
    }
    text
}

/// How a model's next sync begins.
pub(super) fn cursor(facts: &ModelFacts) -> String {
    let time =
        |ms| AwsDateTime::from_millis(ms).map_or_else(|| format!("{ms} ms"), |time| time.as_str().to_owned());
    match (facts.interrupted, facts.last_sync) {
        (true, _) => "goes on where it was interrupted".to_owned(),
        (false, Some(ms)) => format!("what changed since {}", time(ms)),
        (false, None) => "everything".to_owned(),
    }
}

/// What opening the file with another schema would do.
pub(super) fn of_plan(schema: &Path, planned: &Planned, steps: bool, style: Style) -> String {
    let mut text = format!("\nopened with {}:\n", style.bold(&schema.display().to_string()));
    if let Some((from, to)) = planned.upgrade {
        text += &format!("the format goes from {from} to {to}\n");
    }
    match (planned.plan.steps.len(), steps) {
        (0, _) => text += "nothing changes in what is stored\n",
        (count, false) => text += &format!("{count} changes; --migrate-plan shows them\n"),
        (_, true) => {
            let rows = planned.plan.steps.iter().map(|step| {
                let effects = step.effects();
                let fetched = if effects.refill { "yes" } else { "-" };
                vec![
                    step.to_string(),
                    effects.rows.to_owned(),
                    effects.pending.to_owned(),
                    fetched.to_owned(),
                ]
            });
            let rows: Vec<_> = rows.collect();
            text += &table(&["step", "records", "pending changes", "fetched anew"], &rows, style);
        }
    }
    for refusal in &planned.refusals {
        text += &format!("{} {refusal}\n", style.bad("refused"));
    }
    text
}
