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
    plans: HashMap<(String, Option<String>), (u64, Arc<Plan>)>,
    uses: u64,
}

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
        let key = (text.to_owned(), operation.map(str::to_owned));
        {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.uses += 1;
            let now = kept.uses;
            if let Some((used, plan)) = kept.plans.get_mut(&key) {
                *used = now;
                return Ok(Arc::clone(plan));
            }
        }
        let plan = Arc::new(document::plan(api, limits, text, operation)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.plans.len() >= limits.max_plans {
            let mut uses: Vec<u64> = kept.plans.values().map(|(used, _)| *used).collect();
            uses.sort_unstable();
            let oldest = uses[uses.len() / 2];
            kept.plans.retain(|_, (used, _)| *used > oldest);
        }
        let now = kept.uses;
        kept.plans.insert(key, (now, Arc::clone(&plan)));
        Ok(plan)
    }
}
