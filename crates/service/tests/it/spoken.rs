//! What our client says is valid, for every kind of model: by the API that is served, and by the one that the Amplify
//! transformer makes of the same schema. Documents with the values that travel with them.

use crate::support::BLOG;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema as Sdl};
use serde_json::Value as Json;
use syncline_core::model::{FieldKind, FieldSource};
use syncline_core::predicate::{Op, Predicate};
use syncline_core::record::{Entry, EntryState, FieldChange, MutationOp, Patch};
use syncline_core::value::Object;
use syncline_core::{Field, Key, Model, Schema, Value};
use syncline_protocol::document::SubscriptionKind;
use syncline_protocol::exchange::{
    Dialect, PageQuery, Together, batch_request, get_request, page_request, probe_request,
    subscription_request,
};
use syncline_protocol::request::Request;
use syncline_schema::{AWS_PRELUDE, api_sdl, compile, served_sdl};

const RICH: &str = include_str!("../../../schema/tests/fixtures/rich.graphql");
const ODD: &str = include_str!("../../../schema/tests/fixtures/odd.graphql");

/// Of `ODD`: has no get under its usual name, no delete, or nothing at all that could be asked for.
const NOT_SYNCED: [&str; 4] = ["Renamed", "Quiet", "Silent", "APersonWhoWorksForThePublicAdministration"];

#[test]
fn every_request_is_valid_where_it_goes() {
    for (source, spelled_alike) in [
        (BLOG, true),
        (include_str!("kinds.graphql"), true),
        (include_str!("relations.graphql"), true),
        (RICH, true),
        (ODD, false),
    ] {
        let schema = compile(source, "spoken.graphql").unwrap();
        let mut sdls = vec![("served", served_sdl(&schema))];
        if spelled_alike {
            sdls.push(("the transformer's", api_sdl(&schema)));
        }
        for (name, sdl) in sdls {
            let sdl = Sdl::parse_and_validate(format!("{AWS_PRELUDE}\n{sdl}"), name).unwrap();
            check(&sdl, name, &probe_request());
            for model in schema.models().iter().filter(|model| !NOT_SYNCED.contains(&model.name.as_str())) {
                for request in requests(&schema, model, name == "served") {
                    check(&sdl, name, &request);
                }
            }
        }
    }
}

fn check(sdl: &Valid<Sdl>, name: &str, request: &Request) {
    let body: Json = serde_json::from_str(&request.to_json()).unwrap();
    let document = ExecutableDocument::parse_and_validate(sdl, &request.query, "request.graphql")
        .unwrap_or_else(|errors| panic!("{name}: {}\n{}", request.query, errors.errors));
    let operation = document.operations.get(None).unwrap();
    let variables = serde_json::from_value(body["variables"].clone()).unwrap();
    let coerced = coerce_variable_values(sdl, operation, &variables);
    assert!(coerced.is_ok(), "{name}: {:?}\n{}\n{}", coerced.err(), request.query, body["variables"]);
}

/// Everything the client may say about a model. The transformer leaves foreign keys that a has-many brings along out of the
/// filters of subscriptions: an expression on one is refused in words that the client knows (`spec/client.md` §8.5), and
/// the subscription goes without.
fn requests(schema: &Schema, model: &Model, foreign_keys: bool) -> Vec<Request> {
    let key = key(model);
    let filter = about(model, |_| true);
    let live =
        about(model, |place| foreign_keys || matches!(model.fields[place].source, FieldSource::Declared));
    let mut all = vec![get_request(model, &key)];
    for expression in [&Predicate::All, &filter] {
        for (token, last_sync) in [(None, None), (Some("token"), Some(1))] {
            all.push(page_request(PageQuery { model, expression, last_sync, token, limit: 100 }));
        }
    }
    for kind in SubscriptionKind::ALL {
        all.push(subscription_request(model, kind, None));
        all.push(subscription_request(model, kind, Some(&live)));
    }
    for dialect in [Dialect::AppSync, Dialect::Syncline { session: "session", origin: Some("origin") }] {
        let mut one_of_each = Vec::new();
        for op in [MutationOp::Create, MutationOp::Update, MutationOp::Delete] {
            let entries: Vec<Entry> =
                [false, true].into_iter().flat_map(|cleared| entry(model, op, &key, cleared)).collect();
            all.push(batch_request(schema, &entries, dialect, Together::Apart, usize::MAX));
            all.push(batch_request(schema, &entries[..1], dialect, Together::Apart, usize::MAX));
            one_of_each.extend(entries.into_iter().next_back());
        }
        all.push(batch_request(schema, &one_of_each, dialect, Together::Atomic, usize::MAX));
    }
    all
}

/// A mutation without a condition, and one with. Each sets every field, or clears those that may be.
fn entry(model: &Model, op: MutationOp, key: &Key, cleared: bool) -> [Entry; 2] {
    let writable = |(place, field): &(usize, &Field)| !field.read_only && !model.is_key(*place);
    let change = |(place, field): (usize, &Field)| {
        let full = value(field);
        let value = if cleared && !field.required { Value::Null } else { full.clone() };
        FieldChange { field: place, base: full, value }
    };
    let changes = model.fields.iter().enumerate().filter(writable).map(change);
    let entry = Entry {
        seq: 1,
        id: "11111111-1111-4111-8111-111111111111".to_owned(),
        model: model.id,
        key: key.clone(),
        op,
        patch: Patch(if op == MutationOp::Delete { Vec::new() } else { changes.collect() }),
        base_version: (op != MutationOp::Create).then_some(3),
        condition: None,
        group: None,
        state: EntryState::Sent,
    };
    let condition = Some(about(model, |place| !model.is_key(place)));
    [entry.clone(), Entry { condition, ..entry }]
}

/// A predicate on each field of one value.
fn about(model: &Model, wanted: impl Fn(usize) -> bool) -> Predicate {
    let fields = model.fields.iter().enumerate();
    let plain = fields
        .filter(|(place, field)| wanted(*place) && field.list.is_none() && field.kind.custom().is_none());
    Predicate::And(plain.map(|(_, field)| Predicate::compare(&field.name, Op::Eq(value(field)))).collect())
}

fn key(model: &Model) -> Key {
    Key::of(model, &syncline_core::Record(model.fields.iter().map(value).collect()))
}

fn value(field: &Field) -> Value {
    let one = match &field.kind {
        FieldKind::Scalar(scalar) => match scalar.name() {
            "Int" | "AWSTimestamp" => Value::Int(7),
            "Float" => Value::Float(0.5),
            "Boolean" => Value::Bool(true),
            "AWSDate" => "2026-01-02".into(),
            "AWSTime" => "10:11:12.000Z".into(),
            "AWSDateTime" => "2026-01-02T10:11:12.000Z".into(),
            "AWSEmail" => "someone@example.org".into(),
            "AWSJSON" => r#"{"a":1}"#.into(),
            "AWSURL" => "https://example.org/".into(),
            "AWSPhone" => "+358401234567".into(),
            "AWSIPAddress" => "127.0.0.1".into(),
            _ => "text".into(),
        },
        FieldKind::Enum(ty) => ty.values[0].as_str().into(),
        FieldKind::Custom(ty) => Value::Object(Object(
            ty.fields.iter().map(|field| (field.name.as_str().into(), value(field))).collect(),
        )),
    };
    if field.list.is_some() { Value::List(vec![one.clone(), one]) } else { one }
}
