//! The report, for a program.

use serde_json::{Value, json};
use syncline::doctor::{Inspection, ModelFacts, Planned};
use syncline::record::EntryState;

/// The report as a line of JSON. Times are in ms since the epoch.
pub(super) fn text(found: &Inspection, planned: Option<&Planned>) -> String {
    let parked = found.parked.iter().map(|entry| {
        let reason = match &entry.state {
            EntryState::Parked(reason) => reason.as_str(),
            _ => "",
        };
        let model = &found.schema.model(entry.model).name;
        json!({ "id": entry.id, "model": model, "key": entry.key.to_string(), "reason": reason })
    });
    let mut report = json!({
        "format": found.format,
        "faults": found.faults,
        "session": found.session,
        "epoch": found.epoch,
        "generation": found.generation,
        "conflicts": found.conflicts,
        "quarantined": found.quarantined,
        "models": found.models.iter().map(model).collect::<Vec<_>>(),
        "parked": parked.collect::<Vec<_>>(),
    });
    if let Some(planned) = planned {
        report["migration"] = plan(planned);
    }
    format!("{report}\n")
}

fn model(facts: &ModelFacts) -> Value {
    json!({
        "model": facts.model,
        "rows": facts.rows,
        "unsent": facts.unsent,
        "sent": facts.sent,
        "parked": facts.parked,
        "lastSync": facts.last_sync,
        "interrupted": facts.interrupted,
    })
}

fn plan(planned: &Planned) -> Value {
    let steps = planned.plan.steps.iter().map(|step| {
        let effects = step.effects();
        json!({
            "step": step.to_string(),
            "records": effects.rows,
            "pending": effects.pending,
            "fetchedAnew": effects.refill,
        })
    });
    let refusals = planned.refusals.iter().map(
        |refusal| json!({ "place": refusal.place, "reason": refusal.reason, "wayOut": refusal.way_out }),
    );
    json!({
        "upgrade": planned.upgrade.map(|(from, to)| json!({ "from": from, "to": to })),
        "steps": steps.collect::<Vec<_>>(),
        "refused": !planned.refusals.is_empty(),
        "refusals": refusals.collect::<Vec<_>>(),
    })
}
