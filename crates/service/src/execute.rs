//! One request, from its body to its answer.

use crate::answer::{Refusal, Response, bad_request, invalid, located, write_text};
use crate::caller::Caller;
use crate::context::{Context, Halt};
use crate::exec::{OperationKind, Plan, Root, RootField, Values, arguments, introspect, variables};
use crate::read::{self, Page, Related};
use crate::render::Renderer;
use crate::service::Service;
use crate::write::{Outcome, mutate};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syncline_backend::{BackendError, Row};
use syncline_protocol::extension::{
    Extensions, FieldExtension, RequestExtension, ResponseExtension, VERSION,
};
use syncline_protocol::request::Request;
use syncline_protocol::{ErrorType, GraphqlError, RawJson};

/// A request, as it came.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The body.
    pub body: &'a [u8],
    /// Whether it asks for the extension (header `x-syncline: 1`).
    pub negotiated: bool,
    /// The server's time, in ms since the epoch.
    pub now_ms: i64,
}

/// The answer to one root field.
struct Field {
    value: Value,
    error: Option<(Refusal, Option<Row>)>,
    /// What a sync says beside its records.
    sync: Option<FieldExtension>,
}

enum Value {
    Null,
    Record(Option<Arc<Row>>, Related),
    Page(Page, Related),
    Json(String),
}

impl Field {
    fn of(value: Value) -> Field {
        Field { value, error: None, sync: None }
    }
}

impl Service {
    /// Answers a request. Never fails: whatever is wrong is in the answer.
    pub async fn execute(&self, caller: &Caller, call: Call<'_>) -> Response {
        let limit = self.config.limits.max_body_bytes;
        if call.body.len() > limit {
            let message = format!("The request body has more than {limit} bytes. Split the document.");
            return Response::failed(413, *bad_request(message));
        }
        let request = match Request::parse(call.body) {
            Ok(request) => request,
            Err(error) => return Response::failed(400, error.to_graphql()),
        };
        let given: Values = match request.variables.parse() {
            Ok(given) => given,
            Err(error) => {
                let message = format!("\"variables\" of the request body cannot be read: {error}");
                return Response::failed(
                    400,
                    GraphqlError::of_type(ErrorType::MalformedHttpRequest, message),
                );
            }
        };
        match self.answer(caller, &request, given, call).await {
            Ok(response) => response,
            Err(Halt::Field(error)) => Response::refused(&[*error]),
            Err(Halt::Store(error)) => fault(&error),
        }
    }

    async fn answer(
        &self,
        caller: &Caller,
        request: &Request,
        given: Values,
        call: Call<'_>,
    ) -> Result<Response, Halt> {
        let operation = request.operation_name.as_deref();
        let plan = match self.plans.plan(&self.api, &self.config.limits, &request.query, operation) {
            Ok(plan) => plan,
            Err(errors) => return Ok(Response::refused(&errors)),
        };
        let variables = variables(&self.api, &plan, given)?;
        let negotiated = call.negotiated && self.config.extension;
        let ctx = Context {
            service: self,
            caller,
            variables: &variables,
            negotiated,
            extension: request.extension.as_ref().filter(|_| negotiated),
            now_ms: call.now_ms,
            records: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        };
        let roots = plan.included(&variables);
        let fields = match plan.kind {
            OperationKind::Query => query(&ctx, &plan, &roots).await?,
            OperationKind::Mutation => {
                let none = RequestExtension::default();
                mutation(&ctx, &roots, ctx.extension.unwrap_or(&none)).await?
            }
            OperationKind::Subscription => {
                let message =
                    "Subscriptions run on the realtime endpoint, which is this address with /realtime.";
                return Err(invalid(message).into());
            }
        };
        let most = self.config.limits.max_answer_bytes;
        Ok(match self.write(&ctx, &roots, &fields, most) {
            Some(body) => Response::ok(body),
            None => {
                // Not a 200: it is no verdict on a mutation.
                let message = format!(
                    "The answer has more than {most} bytes. Ask for fewer records (limit) or fields."
                );
                Response::failed(413, *bad_request(message))
            }
        })
    }

    /// The body of an answer; `None` if it would have more than `most` bytes.
    fn write(&self, ctx: &Context<'_>, roots: &[RootField], fields: &[Field], most: usize) -> Option<String> {
        let mut out = String::with_capacity(expected(ctx, roots, fields).min(most));
        let mut errors = Vec::new();
        // The bytes of the errors, and of the records that they show.
        let mut in_errors = 0;
        out.push_str("{\"data\":{");
        for (place, (root, field)) in roots.iter().zip(fields).enumerate() {
            if place > 0 {
                out.push(',');
            }
            write_text(&mut out, &root.key);
            out.push(':');
            in_errors += write_field(&mut out, &mut errors, root, field, most.saturating_sub(in_errors))?;
        }
        if out.len() + in_errors > most {
            return None;
        }
        out.push('}');
        if !errors.is_empty() {
            out.push_str(",\"errors\":");
            out.push_str(&serde_json::to_string(&errors).unwrap_or_else(|_| "[]".to_owned()));
        }
        if ctx.negotiated {
            let extensions = Extensions { syncline: Some(self.extension(roots, fields)) };
            out.push_str(",\"extensions\":");
            out.push_str(&serde_json::to_string(&extensions).unwrap_or_else(|_| "{}".to_owned()));
        }
        out.push('}');
        Some(out)
    }

    fn extension(&self, roots: &[RootField], fields: &[Field]) -> ResponseExtension {
        let said = roots.iter().zip(fields);
        let said = said.filter_map(|(root, field)| Some((root.key.clone(), field.sync.clone()?)));
        ResponseExtension {
            v: VERSION,
            caps: self.caps(),
            epoch: self.backend.epoch(),
            fields: said.collect::<BTreeMap<_, _>>(),
        }
    }
}

/// About how many bytes an answer will have, so that a large one need not grow.
fn expected(ctx: &Context<'_>, roots: &[RootField], fields: &[Field]) -> usize {
    let around = roots.iter().zip(fields).map(|(root, field)| match &field.value {
        Value::Page(page, _) => root.selection.records().map(|set| page.rows.len() * set.width()).sum(),
        _ => root.selection.width(),
    });
    1024 + ctx.bytes.load(Ordering::Relaxed) + around.sum::<usize>()
}

/// The answer to a fault of the store. Never a 200: a client would take it for a verdict and drop its mutation.
fn fault(error: &BackendError) -> Response {
    if error.is_transient() {
        tracing::warn!(%error, "the store cannot answer now");
        let message = "The store cannot answer now. Send the request again.";
        return Response::failed(503, GraphqlError::of_type(ErrorType::ServiceUnavailable, message));
    }
    tracing::error!(%error, "the store failed");
    let message = "The store failed; the server's log says how.";
    Response::failed(500, GraphqlError::of_type(ErrorType::InternalFailure, message))
}

async fn query(ctx: &Context<'_>, plan: &Plan, roots: &[RootField]) -> Result<Vec<Field>, Halt> {
    let mut fields = Vec::with_capacity(roots.len());
    for root in roots {
        let field = match resolve(ctx, plan, root).await {
            Ok(field) => field,
            Err(Halt::Field(error)) => Field { value: Value::Null, error: Some((error, None)), sync: None },
            Err(store) => return Err(store),
        };
        fields.push(field);
    }
    Ok(fields)
}

async fn resolve(ctx: &Context<'_>, plan: &Plan, root: &RootField) -> Result<Field, Halt> {
    let values = arguments(&ctx.service.api, &root.arguments, ctx.variables)?;
    Ok(match root.root {
        Root::Get(model) => {
            let (row, related) = read::get(ctx, root, model, &values).await?;
            Field::of(Value::Record(row.map(Arc::new), related))
        }
        Root::List(model) => {
            let (page, related) = read::list(ctx, root, model, &values).await?;
            Field::of(Value::Page(page, related))
        }
        Root::Index(model, index) => {
            let (page, related) = read::index(ctx, root, (model, index), &values).await?;
            Field::of(Value::Page(page, related))
        }
        Root::Sync(model) => {
            let (page, related, said) = read::sync(ctx, root, model, &values).await?;
            Field { value: Value::Page(page, related), error: None, sync: Some(said) }
        }
        Root::Typename => Field::of(Value::Json("\"Query\"".to_owned())),
        Root::Introspect => {
            let values = introspect(&ctx.service.api, plan, ctx.variables)?;
            Field::of(values.get(&root.key).map_or(Value::Null, |json| Value::Json(json.clone())))
        }
        Root::Mutate(..) | Root::Listen(..) => Field::of(Value::Null),
    })
}

async fn mutation(
    ctx: &Context<'_>,
    roots: &[RootField],
    extension: &RequestExtension,
) -> Result<Vec<Field>, Halt> {
    let mutations: Vec<&RootField> =
        roots.iter().filter(|root| matches!(root.root, Root::Mutate(..))).collect();
    let mut outcomes = mutate(ctx, &mutations, extension).await?.into_iter();
    let mut fields = Vec::with_capacity(roots.len());
    for root in roots {
        let Root::Mutate(model, _) = root.root else {
            fields.push(Field::of(Value::Json("\"Mutation\"".to_owned())));
            continue;
        };
        let Some(Outcome { row, error }) = outcomes.next() else { continue };
        let data = error.as_ref().and_then(|(_, data)| data.as_ref());
        let rows = row.as_deref().into_iter().chain(data).collect();
        let related = read::related(ctx, model, &root.selection, rows).await?;
        fields.push(Field { value: Value::Record(row, related), error, sync: None });
    }
    Ok(fields)
}

/// Writes a root field's value, and returns the bytes of the errors met there, with those of the record that its own
/// error shows; `None` if `out` and they would have more than `most`.
fn write_field(
    out: &mut String,
    errors: &mut Vec<GraphqlError>,
    root: &RootField,
    field: &Field,
    most: usize,
) -> Option<usize> {
    let none = Related::default();
    let mut related = &none;
    let mut said = 0;
    match &field.value {
        Value::Null => out.push_str("null"),
        Value::Json(json) => out.push_str(json),
        Value::Record(row, below) => {
            related = below;
            let mut renderer = Renderer::new(out, errors, &root.key).at_most(most);
            renderer.nullable_record(&root.selection, row.as_deref(), below);
            if renderer.is_full() {
                return None;
            }
            said = renderer.said();
        }
        Value::Page(page, below) => {
            let mut renderer = Renderer::new(out, errors, &root.key).at_most(most);
            renderer.connection(&root.selection, page, below);
            if renderer.is_full() {
                return None;
            }
            said = renderer.said();
        }
    }
    let Some((error, data)) = &field.error else { return Some(said) };
    let mut text = String::new();
    if let Some(row) = data {
        // What cannot be shown of the record is null there; it is the error that counts.
        let mut ignored = Vec::new();
        let mut renderer = Renderer::new(&mut text, &mut ignored, &root.key).at_most(most);
        renderer.nullable_record(&root.selection, Some(row), related);
        if renderer.is_full() {
            return None;
        }
    }
    let bytes = said + text.len();
    let data = data.as_ref().and_then(|_| RawJson::from_text(text).ok());
    errors.push(located(error.as_ref().clone().at(&root.key).with_data(data), root.location));
    Some(bytes)
}
