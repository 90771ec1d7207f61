//! Plans, kept by the text of their document.

use super::api::Api;
use super::document;
use super::plan::Plan;
use crate::config::Limits;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use syncline_protocol::GraphqlError;

/// A bounded set of plans. When it is full, the half that was used longest ago goes.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    documents: HashMap<String, Vec<Planned>>,
    /// How many plans there are.
    plans: usize,
    /// What they weigh, in bytes.
    bytes: usize,
    uses: u64,
}

#[derive(Debug)]
struct Planned {
    operation: Option<String>,
    plan: Arc<Plan>,
    used: u64,
    /// In bytes: the document, its plan, and what is kept beside it.
    weight: usize,
}

/// About what the answer to a question about the whole API takes, which is kept with the plan.
const INTROSPECTED: usize = 1 << 20;

impl Plans {
    /// The plan for a document.
    ///
    /// # Errors
    /// What is wrong with the document. Refusals are not kept.
    pub(crate) fn plan(
        &self,
        api: &Api,
        limits: &Limits,
        text: &str,
        operation: Option<&str>,
    ) -> Result<Arc<Plan>, Vec<GraphqlError>> {
        if let Some(plan) = self.kept().find(text, operation) {
            return Ok(plan);
        }
        let plan = Arc::new(document::plan(api, limits, text, operation)?);
        self.kept().keep(limits, text, operation, &plan);
        Ok(plan)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn find(&mut self, text: &str, operation: Option<&str>) -> Option<Arc<Plan>> {
        self.uses += 1;
        let plans = self.documents.get_mut(text)?;
        let found = plans.iter_mut().find(|planned| planned.operation.as_deref() == operation)?;
        found.used = self.uses;
        Some(Arc::clone(&found.plan))
    }

    fn keep(&mut self, limits: &Limits, text: &str, operation: Option<&str>, plan: &Arc<Plan>) {
        let own = text.len() + plan.weight();
        if own > limits.max_plan_bytes / 4 {
            return;
        }
        // However little room there is, one answer may be kept.
        let beside = plan.introspection.as_ref().map_or(0, |_| INTROSPECTED.min(limits.max_plan_bytes / 4));
        let weight = own + beside;
        if self.plans >= limits.max_plans || self.bytes + weight > limits.max_plan_bytes {
            self.drop_older_half();
        }
        let (operation, plan) = (operation.map(str::to_owned), Arc::clone(plan));
        let planned = Planned { operation, plan, used: self.uses, weight };
        self.documents.entry(text.to_owned()).or_default().push(planned);
        self.plans += 1;
        self.bytes += weight;
    }

    fn drop_older_half(&mut self) {
        let mut uses: Vec<u64> = self.documents.values().flatten().map(|planned| planned.used).collect();
        uses.sort_unstable();
        let Some(&oldest) = uses.get(uses.len() / 2) else { return };
        self.documents.retain(|_, plans| {
            plans.retain(|planned| planned.used > oldest);
            !plans.is_empty()
        });
        self.plans = self.documents.values().map(Vec::len).sum();
        self.bytes = self.documents.values().flatten().map(|planned| planned.weight).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_stays_within_its_bounds_and_keeps_what_is_used() {
        let schema =
            syncline_schema::compile("type A @model @auth(rules: [{allow: public}]) { id: ID! }", "a")
                .unwrap();
        let api = Api::new(Arc::new(schema)).unwrap();
        let limits = Limits { max_plans: 10, max_plan_bytes: 4_000, ..Limits::default() };
        let plans = Plans::default();
        let mut first = None;
        for number in 0..100 {
            let often = plans.plan(&api, &limits, "{ __typename }", None).unwrap();
            assert!(Arc::ptr_eq(&often, first.get_or_insert_with(|| Arc::clone(&often))), "{number}");
            let text = format!("query A {{ a{number}: __typename }} query B {{ b: __typename }}");
            let a = plans.plan(&api, &limits, &text, Some("A")).unwrap();
            assert!(!Arc::ptr_eq(&a, &plans.plan(&api, &limits, &text, Some("B")).unwrap()));
            let kept = plans.kept();
            assert!(kept.plans <= 10 && kept.bytes <= 4_000, "{} plans, {} bytes", kept.plans, kept.bytes);
        }
        let large = format!("{{ __typename # {} \n }}", "x".repeat(1_000));
        plans.plan(&api, &limits, &large, None).unwrap();
        assert!(!plans.kept().documents.contains_key(&large));
        // Short, but what its fragment holds is planned ten times.
        let fields: String = (0..10).map(|number| format!("a{number}: getA(id: 1) {{ ...F }} ")).collect();
        let spread = format!("fragment F on A {{ id _version _deleted }} {{ {fields}}}");
        assert!(spread.len() < 400, "{spread}");
        plans.plan(&api, &limits, &spread, None).unwrap();
        assert!(!plans.kept().documents.contains_key(&spread));
    }
}
