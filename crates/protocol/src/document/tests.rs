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

#[test]
fn the_largest_document_stays_small() {
    let schema = schema();
    let model = schema.by_name("Comment").unwrap();
    let document = mutation(&schema, model, MutationOp::Update, 100, Style::appsync().with_condition(true));
    assert!(document.len() < 16_000, "{} bytes", document.len());
}
