//! Introspection: what tools read is the API that is served.

use crate::support::{BLOG, World, config};
use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::{Component, ExtendedType, FieldDefinition, InputValueDefinition};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What `getIntrospectionQuery` of graphql-js asks with every option on, in its order.
const QUERY: &str = "
query IntrospectionQuery {
  __schema {
    description
    queryType { name kind }
    mutationType { name kind }
    subscriptionType { name kind }
    types { ...FullType }
    directives {
      name description isRepeatable locations
      args(includeDeprecated: true) { ...InputValue }
    }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL
  fields(includeDeprecated: true) {
    name description
    args(includeDeprecated: true) { ...InputValue }
    type { ...TypeRef }
    isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue {
  name description type { ...TypeRef } defaultValue isDeprecated deprecationReason
}
fragment TypeRef on __Type {
  kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
}";

/// A type reference as SDL writes it.
fn written(reference: &Value) -> String {
    match reference["kind"].as_str() {
        Some("NON_NULL") => written(&reference["ofType"]) + "!",
        Some("LIST") => format!("[{}]", written(&reference["ofType"])),
        _ => reference["name"].as_str().unwrap_or_default().to_owned(),
    }
}

type Members = BTreeMap<String, String>;

fn name(of: &Value) -> String {
    of["name"].as_str().unwrap_or_default().to_owned()
}

fn told_inputs(inputs: &Value) -> Members {
    let inputs = inputs.as_array().map(Vec::as_slice).unwrap_or_default();
    inputs.iter().map(|input| (name(input), written(&input["type"]))).collect()
}

/// The fields, input fields or values of a type, as introspection tells them.
fn told(ty: &Value) -> Members {
    let list = |key: &str| ty[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let field = |field: &Value| {
        (name(field), format!("{:?}: {}", told_inputs(&field["args"]), written(&field["type"])))
    };
    let fields = list("fields").iter().map(field);
    let values = list("enumValues").iter().map(|value| (name(value), String::new()));
    fields.chain(told_inputs(&ty["inputFields"])).chain(values).collect()
}

fn declared_inputs<'a>(inputs: impl Iterator<Item = &'a InputValueDefinition>) -> Members {
    let written = |ty: &Type| ty.to_string();
    inputs.map(|input| (input.name.to_string(), written(&input.ty))).collect()
}

/// The same, as the SDL declares them.
fn declared(ty: &ExtendedType) -> (&'static str, Members) {
    match ty {
        ExtendedType::Object(object) => {
            let field = |(name, field): (&_, &Component<FieldDefinition>)| {
                let arguments = declared_inputs(field.arguments.iter().map(|argument| &**argument));
                (ToString::to_string(name), format!("{arguments:?}: {}", field.ty))
            };
            ("OBJECT", object.fields.iter().map(field).collect())
        }
        ExtendedType::InputObject(object) => {
            ("INPUT_OBJECT", declared_inputs(object.fields.values().map(|field| &***field)))
        }
        ExtendedType::Enum(ty) => {
            ("ENUM", ty.values.keys().map(|name| (name.to_string(), String::new())).collect())
        }
        _ => ("SCALAR", Members::new()),
    }
}

#[test]
fn it_tells_every_type_of_the_api_that_is_served() {
    for source in [BLOG, include_str!("kinds.graphql"), include_str!("relations.graphql")] {
        let world = World::with(source, config());
        let data = world.data(QUERY);
        let types = data["__schema"]["types"].as_array().unwrap();
        let by_name: BTreeMap<String, &Value> = types.iter().map(|ty| (name(ty), ty)).collect();
        let sdl = format!(
            "{}\n{}",
            syncline_schema::AWS_PRELUDE,
            syncline_schema::served_sdl(world.service.schema())
        );
        let schema = Schema::parse_and_validate(sdl, "served.graphql").unwrap();
        for (name, ty) in &schema.types {
            let told_type = by_name.get(name.as_str()).unwrap_or_else(|| panic!("{name} is not told"));
            let (kind, members) = declared(ty);
            if name.starts_with("__") {
                continue;
            }
            assert_eq!(told_type["kind"], kind, "{name}");
            assert_eq!(told(told_type), members, "{name}");
        }
        assert_eq!(by_name.len(), schema.types.len(), "and no other");
        assert_eq!(data["__schema"]["subscriptionType"], json!({ "name": "Subscription", "kind": "OBJECT" }));
        let directives = data["__schema"]["directives"].as_array().unwrap();
        assert!(directives.iter().any(|directive| directive["name"] == "include"));
        assert_eq!(world.data(QUERY), data, "and the same again");
    }
}

#[test]
fn it_answers_beside_other_fields() {
    let world = World::new();
    let answer = world.ask(
        "query Q($n: String!, $id: ID!) { __typename s: __schema { queryType { name } } t: __type(name: $n) { kind } getPost(id: $id) { id } }",
        json!({ "n": "Post", "id": "p" }),
    );
    assert_eq!(
        answer,
        json!({ "data": { "__typename": "Query", "s": { "queryType": { "name": "Query" } }, "t": { "kind": "OBJECT" }, "getPost": null } })
    );
    // As deep as tools ask, and no deeper than is affordable.
    let deep = |levels: usize| {
        let mut inner = "name".to_owned();
        for _ in 0..levels {
            inner = format!("fields {{ type {{ {inner} }} }}");
        }
        format!("{{ __type(name: \"Post\") {{ {inner} }} }}")
    };
    assert!(world.data(&deep(2))["__type"].is_object());
    let refused = world.ask(&deep(20), json!({}));
    assert_eq!(refused["data"], Value::Null, "{refused}");
}

/// A short document must not make an answer of all of the API for each of its words.
#[test]
fn the_same_is_not_read_any_number_of_times() {
    let world = World::with(BLOG, config());
    let refused = |document: &str| {
        let answer = world.ask(document, json!({}));
        answer["errors"][0]["message"].as_str().is_some_and(|message| message.contains("too often"))
    };
    let times = |count: usize, what: &str| -> String {
        (0..count).map(|number| format!("a{number}: {what} ")).collect()
    };
    assert!(!refused(&format!("{{ __schema {{ {} }} }}", times(3, "types { name fields { name } }"))));
    for document in [
        format!("{{ __schema {{ {} }} }}", times(2_000, "types { name fields { name type { name } } }")),
        format!(
            "{{ __schema {{ types {{ {} }} }} }}",
            times(100, &format!("fields {{ {} }}", times(100, "name")))
        ),
        format!(
            "{{ __schema {{ {} }} }} fragment F on __Type {{ {} }} fragment G on __Field {{ {} }}
             fragment H on __InputValue {{ {} }}",
            times(100, "types { ...F }"),
            times(100, "fields { ...G }"),
            times(100, "args { ...H }"),
            times(100, "name"),
        ),
        format!(
            "query Q($n: String!) {{ __type(name: $n) {{ {} }} }} fragment G on __Field {{ {} }}
             fragment H on __InputValue {{ {} }}",
            times(100, "fields { ...G }"),
            times(100, "args { ...H }"),
            times(100, "name"),
        ),
    ] {
        assert!(refused(&document), "{}", &document[..100]);
    }
}
