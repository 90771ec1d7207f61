//! The service: one API over one backend.

use crate::config::{Config, Limits};
use crate::conflict::{Conflicts, Strategy};
use crate::error::ServiceError;
use crate::exec::{Api, Plans};
use crate::fingerprint::Tokens;
use crate::subscribe::Subscriptions;
use ring::digest;
use std::sync::Arc;
use syncline_backend::Backend;
use syncline_core::{Model, Schema};
use syncline_protocol::GraphqlError;
use syncline_protocol::extension::Caps;

/// One API over one backend: what the server decides. It opens no socket and reads no clock.
#[derive(Debug)]
pub struct Service {
    pub(crate) api: Api,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) config: Config,
    /// The strategy of each model.
    pub(crate) strategies: Vec<Strategy>,
    pub(crate) plans: Plans,
    pub(crate) tokens: Tokens,
    pub(crate) keys: Vec<digest::Digest>,
    pub(crate) subscriptions: Arc<Subscriptions>,
}

impl Service {
    /// A service for the backend's schema. From now on the backend tells it of commits.
    ///
    /// # Errors
    /// If no key could let anybody in, a strategy is for no model of the schema, or the generated API does not validate.
    pub fn new(backend: Arc<dyn Backend>, config: Config) -> Result<Service, ServiceError> {
        if config.api_keys.is_empty() {
            return Err(ServiceError::NoKey);
        }
        let good =
            |key: &String| (1..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        if !config.api_keys.iter().all(good) {
            return Err(ServiceError::BadKey);
        }
        let schema = backend.schema();
        let strategies = strategies(&config.conflict, &schema)?;
        let api = Api::new(schema)?;
        let digest = |key: &String| digest::digest(&digest::SHA256, key.as_bytes());
        let subscriptions =
            Arc::new(Subscriptions::new(config.limits.max_pending_changes, config.limits.max_pending_bytes));
        backend.observe(Arc::clone(&subscriptions) as Arc<_>);
        Ok(Service {
            api,
            plans: Plans::default(),
            tokens: Tokens::new(&config.token_key),
            keys: config.api_keys.iter().map(digest).collect(),
            strategies,
            subscriptions,
            backend,
            config,
        })
    }

    /// The schema that is served.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.api.models
    }

    /// What one request may cost.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.config.limits
    }

    /// Plans a document and keeps the plan, so that the first request with it is answered as fast as those that follow.
    /// The bytes that the plan takes, about.
    ///
    /// # Errors
    /// What is wrong with the document.
    pub fn prepare(&self, document: &str, operation: Option<&str>) -> Result<usize, Vec<GraphqlError>> {
        self.plans.plan(&self.api, &self.config.limits, document, operation).map(|plan| plan.weight())
    }

    /// How version conflicts of `model` are settled.
    pub(crate) fn strategy(&self, model: &Model) -> &Strategy {
        // There is one for each model; the default is for none.
        self.strategies.get(model.id.0).unwrap_or(&self.config.conflict.default)
    }

    /// What a client that negotiates is told.
    pub(crate) fn caps(&self) -> Caps {
        let limits = &self.config.limits;
        let batch = u32::try_from(limits.max_root_fields).unwrap_or(u32::MAX);
        Caps {
            max_batch: batch,
            max_page_bytes: u64::try_from(limits.max_page_bytes).unwrap_or(u64::MAX),
            max_body_bytes: u64::try_from(limits.max_body_bytes).unwrap_or(u64::MAX),
            atomic_max: u32::try_from(limits.max_atomic).unwrap_or(u32::MAX),
            stop_on_dependency: true,
            id_retention_ms: limits.id_retention_ms,
            tombstone_horizon_ms: limits.tombstone_horizon_ms,
        }
    }
}

fn strategies(conflicts: &Conflicts, schema: &Schema) -> Result<Vec<Strategy>, ServiceError> {
    if let Some(name) = conflicts.models.keys().find(|name| schema.by_name(name).is_none()) {
        let known: Vec<&str> = schema.models().iter().map(|model| model.name.as_str()).collect();
        return Err(ServiceError::NoModel { name: name.clone(), known: known.join(", ") });
    }
    let of = |name: &str| conflicts.models.get(name).unwrap_or(&conflicts.default).clone();
    Ok(schema.models().iter().map(|model| of(&model.name)).collect())
}
