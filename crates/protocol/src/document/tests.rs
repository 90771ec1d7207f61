use super::*;
use crate::testing::schema;
use syncline_core::record::MutationOp;

#[test]
fn mutations() {
    let schema = schema();
    let mut text = String::new();
    for (name, op) in [
        ("Post", MutationOp::Create),
        ("Part", MutationOp::Update),
        ("Comment", MutationOp::Delete),
        ("Person", MutationOp::Update),
    ] {
        let model = schema.by_name(name).unwrap();
        for count in [1, 2] {
            for (title, style) in [
                ("syncline", Style::syncline()),
                ("appsync", Style::appsync()),
                ("appsync, conditional", Style::appsync().with_condition(true)),
            ] {
                let document = mutation(&schema, model, op, count, style);
                text.push_str(&format!("# {name}, {count}, {title}\n{document}\n\n"));
            }
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn queries_and_subscriptions() {
    let schema = schema();
    let mut text = String::new();
    for model in schema.models() {
        for style in [Style::syncline(), Style::appsync()] {
            text.push_str(&format!("{}\n{}\n", sync(model, style), get(model, style)));
        }
        for kind in SubscriptionKind::ALL {
            for filter in [false, true] {
                text.push_str(&format!("{}\n", subscription(model, kind, filter, Style::syncline())));
            }
        }
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

/// Every kind of model that a schema file can declare, as plain AppSync is spoken to (`spec/client.md` §8): join models of
/// many-to-many, owner and group fields, keys of several fields, times under other names or none, custom types, enums, lists,
/// every relation. That each document is valid where it goes is a test of `syncline-service`.
#[test]
fn each_kind_of_model() {
    let source = include_str!("../../../schema/tests/fixtures/rich.graphql");
    let schema = syncline_schema::compile(source, "rich.graphql").unwrap();
    let (style, mut text) = (Style::appsync(), String::new());
    for model in schema.models() {
        text.push_str(&format!("# {}\n", model.name));
        for op in [MutationOp::Create, MutationOp::Update, MutationOp::Delete] {
            let conditional = op != MutationOp::Create;
            text.push_str(&mutation(&schema, model, op, 1, style.with_condition(conditional)));
            text.push('\n');
        }
        text.push_str(&format!("{}\n{}\n", sync(model, style), get(model, style)));
        for kind in SubscriptionKind::ALL {
            text.push_str(&format!("{}\n", subscription(model, kind, true, style)));
        }
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

#[test]
fn the_largest_document_stays_small() {
    let schema = schema();
    let model = schema.by_name("Comment").unwrap();
    let document = mutation(&schema, model, MutationOp::Update, 100, Style::appsync().with_condition(true));
    assert!(document.len() < 16_000, "{} bytes", document.len());
}
