//! Beginning and ending a subscription.

use super::filter::scope;
use super::group::{GroupKey, Member, Wanted};
use super::state::{SubscriptionId, SubscriptionStats, Unheard, Waker};
use crate::answer::{Refusal, invalid, located, refused};
use crate::caller::Caller;
use crate::context::Context;
use crate::exec::{OperationKind, Root, Values, arguments, variables};
use crate::service::Service;
use serde_json::Value as Json;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use syncline_core::model::Operation;
use syncline_protocol::request::Request;
use syncline_protocol::{ErrorType, GraphqlError};

/// Who begins a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener<'a> {
    /// A client of plain AppSync.
    AppSync,
    /// One that speaks the extension: its frames carry the sequence of their event and of the one before it (SYNC 1.14).
    Syncline {
        /// Whose socket it is: it is not told of mutations that were sent under the same origin by the same principal,
        /// whose answers say the same. It is told if they take a record out of its scope.
        origin: Option<&'a str>,
    },
}

/// Variables as text that is the same in whatever order they were given.
fn in_order(variables: &Values) -> String {
    let mut variables = Json::Object(variables.clone());
    variables.sort_all_objects();
    variables.to_string()
}

impl Service {
    /// Begins a subscription: from now on its events are among what is [due](Service::due).
    ///
    /// # Errors
    /// What is wrong with the document, its variables or its filter, or that the caller may not listen.
    pub fn subscribe(
        &self,
        caller: &Caller,
        request: &Request,
        listener: Listener<'_>,
    ) -> Result<SubscriptionId, Vec<GraphqlError>> {
        let operation = request.operation_name.as_deref();
        let plan = self.plans.plan(&self.api, &self.config.limits, &request.query, operation)?;
        let one = |refusal: Refusal| vec![*refusal];
        if plan.kind != OperationKind::Subscription {
            return Err(one(refused(
                ErrorType::UnsupportedOperation,
                "Only subscriptions run on the realtime endpoint; send queries and mutations with POST.",
            )));
        }
        let given: Values = request
            .variables
            .parse()
            .map_err(|error| one(invalid(format!("The variables cannot be read: {error}"))))?;
        let variables = variables(&self.api, &plan, given).map_err(one)?;
        let roots = plan.included(&variables);
        let [root] = roots.as_ref() else {
            return Err(one(invalid("A subscription has exactly one root field.")));
        };
        let Root::Listen(model, op) = root.root else {
            return Err(one(invalid(format!("{} is no subscription.", root.name))));
        };
        let ctx = Context {
            service: self,
            caller,
            variables: &variables,
            negotiated: false,
            extension: None,
            now_ms: 0,
            records: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        };
        let at = |refusal: Refusal| vec![located(*refusal, root.location)];
        let ir = self.api.models.model(model);
        let rights = ctx.may(ir, Operation::Listen, &root.name, "Subscription").map_err(at)?;
        let values = arguments(&self.api, &root.arguments, &variables).map_err(at)?;
        let listener = if self.config.extension { listener } else { Listener::AppSync };
        let negotiated = listener != Listener::AppSync;
        let limits = match negotiated {
            true => &self.config.limits.negotiated_subscription_filter,
            false => &self.config.limits.subscription_filter,
        };
        let scope = scope(&ctx, ir, &values, rights, limits).map_err(|refusal| match refusal.error_code {
            // AppSync names no place for what exceeds a limit.
            Some(_) => one(refusal),
            None => at(refusal),
        })?;
        let key = GroupKey {
            document: request.query.clone(),
            operation: request.operation_name.clone(),
            variables: in_order(&variables),
            principal: caller.principal_text(),
        };
        let wanted = Wanted {
            model,
            op,
            scope,
            alias: root.key.clone(),
            selection: root.selection.clone(),
            caller: caller.clone(),
            variables: variables.clone(),
        };
        let origin = match listener {
            Listener::Syncline { origin: Some(name) } => Some(caller.origin(name)),
            Listener::Syncline { origin: None } | Listener::AppSync => None,
        };
        Ok(self.subscriptions.add(key, wanted, Member { negotiated, origin, last: None }))
    }

    /// Ends a subscription; one that has ended already is ignored.
    pub fn unsubscribe(&self, id: SubscriptionId) {
        self.subscriptions.remove(id);
    }

    /// Who is called when events begin to wait.
    pub fn on_events(&self, waker: Waker) {
        self.subscriptions.set_waker(waker);
    }

    /// What becomes due after the service was let go, without holding on to its store: a mutation that nobody waits for
    /// may be committed while that is closed.
    #[must_use]
    pub fn unheard(&self) -> Unheard {
        Unheard(Arc::clone(&self.subscriptions))
    }

    /// How many subscriptions there are.
    #[must_use]
    pub fn subscription_stats(&self) -> SubscriptionStats {
        self.subscriptions.stats()
    }
}
