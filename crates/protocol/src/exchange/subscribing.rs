//! Which subscriptions carry the sync expression as a filter, so that a device is not sent what it does not keep.
//!
//! A record that an update moves out of the expression has to be heard of, or the device would keep an old row
//! (`spec/client.md` §8.5, SYNC 2.8). A server that speaks the extension says so by itself (`leave`). To plain AppSync the
//! subscription to updates therefore carries no filter; those to creates and deletes do: what they leave out was never held,
//! or left by an update before.

use super::requests::request;
use crate::document::{Style, SubscriptionKind, subscription};
use crate::request::Request;
use crate::variables::subscription_variables;
use syncline_core::predicate::{Op, Predicate};
use syncline_core::{Model, Value};

/// What the existing clients recognise a refused filter by (`spec/client.md` §8.5).
const REFUSALS: [&str; 6] = [
    "UnknownArgument: Unknown field argument filter",
    "Filters exceed maximum attributes limit",
    "Filters combination exceed maximum limit",
    "filter uses same fieldName multiple time",
    "The variables input contains a field name 'not'",
    "The variables input contains a field that is not defined for input object type",
];

/// The values of an `in` that AppSync takes in a subscription's filter: "Enhanced subscription filtering" in its guide.
const MOST_VALUES: usize = 5;

/// The sync expression as a subscription of this kind carries it; `None`: it carries none. `negotiated` is whether the
/// server is known to speak the extension.
#[must_use]
pub fn live_filter(expression: &Predicate, kind: SubscriptionKind, negotiated: bool) -> Option<&Predicate> {
    let said = negotiated || (kind != SubscriptionKind::OnUpdate && is_plain(expression));
    (*expression != Predicate::All && said).then_some(expression)
}

/// The request for a subscription, with the filter that [`live_filter`] chose.
#[must_use]
pub fn subscription_request(model: &Model, kind: SubscriptionKind, filter: Option<&Predicate>) -> Request {
    let document = subscription(model, kind, filter.is_some(), Style::syncline());
    request(document, &subscription_variables(filter))
}

/// Whether a server that refuses a subscription in these words does so because of its filter: then it may run without.
#[must_use]
pub fn refuses_filter(message: &str) -> bool {
    REFUSALS.iter().any(|refusal| message.contains(refusal))
}

/// Whether AppSync is known to select by it exactly what the device does. Negations and comparisons with null are not: what
/// they select of events with missing fields is nowhere documented, and an event that is left out is a change missed (I5).
fn is_plain(predicate: &Predicate) -> bool {
    let present = |value: &Value| *value != Value::Null;
    match predicate {
        Predicate::All => true,
        Predicate::Not(_) => false,
        Predicate::And(terms) | Predicate::Or(terms) => terms.iter().all(is_plain),
        Predicate::Compare(comparison) => match &comparison.op {
            Op::Eq(value)
            | Op::Lt(value)
            | Op::Le(value)
            | Op::Gt(value)
            | Op::Ge(value)
            | Op::Contains(value) => present(value),
            Op::Between(low, high) => present(low) && present(high),
            Op::BeginsWith(_) => true,
            Op::In(values) => (1..=MOST_VALUES).contains(&values.len()) && values.iter().all(present),
            Op::Ne(_) | Op::NotContains(_) | Op::NotIn(_) | Op::Exists(_) | Op::Size(_) | Op::Type(_) => {
                false
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::schema;
    use serde_json::{Value as Json, json};
    use syncline_core::predicate::from_json;

    #[test]
    fn a_filter_is_carried_where_nothing_is_missed_by_it() {
        let rating = json!({ "rating": { "gt": 3 } });
        for (expression, plain) in [
            (json!({}), false),
            (rating.clone(), true),
            (json!({ "title": { "beginsWith": "a" }, "rating": { "between": [1, 3] } }), true),
            (json!({ "or": [rating, { "title": { "eq": "x" } }] }), true),
            (json!({ "title": { "contains": "x" } }), true),
            (json!({ "rating": { "in": [1, 2, 3, 4, 5] } }), true),
            (json!({ "rating": { "in": [1, 2, 3, 4, 5, 6] } }), false),
            (json!({ "rating": { "in": [1, null] } }), false),
            (json!({ "rating": { "eq": null } }), false),
            (json!({ "rating": { "ne": 3 } }), false),
            (json!({ "rating": { "notIn": [3] } }), false),
            (json!({ "rating": { "attributeExists": true } }), false),
            (json!({ "title": { "size": { "gt": 3 } } }), false),
            (json!({ "not": { "rating": { "gt": 3 } } }), false),
            (json!({ "and": [{ "rating": { "gt": 3 } }, { "title": { "notContains": "x" } }] }), false),
        ] {
            let predicate = from_json(&expression).unwrap();
            for kind in SubscriptionKind::ALL {
                let own = live_filter(&predicate, kind, true).is_some();
                assert_eq!(
                    own,
                    predicate != Predicate::All,
                    "{expression}, {kind:?}: a server that tells of leaves"
                );
                let others = live_filter(&predicate, kind, false).is_some();
                let expected = plain && kind != SubscriptionKind::OnUpdate;
                assert_eq!(others, expected, "{expression}, {kind:?}: plain AppSync");
            }
        }
    }

    #[test]
    fn the_filter_is_a_variable() {
        let schema = schema();
        let post = schema.by_name("Post").unwrap();
        let filter = from_json(&json!({ "rating": { "gt": 3 } })).unwrap();
        let sent = subscription_request(post, SubscriptionKind::OnCreate, Some(&filter));
        assert!(sent.query.contains("$filter: ModelSubscriptionPostFilterInput"), "{}", sent.query);
        let variables: Json = sent.variables.parse().unwrap();
        assert_eq!(variables, json!({ "filter": { "rating": { "gt": 3 } } }));
        let without = subscription_request(post, SubscriptionKind::OnCreate, None);
        assert!(!without.query.contains("filter"), "{}", without.query);
    }

    #[test]
    fn a_refused_filter_is_known_by_its_text() {
        for refusal in REFUSALS {
            assert!(refuses_filter(&format!("Validation error of type {refusal} (5)")), "{refusal}");
        }
        assert!(!refuses_filter("Not Authorized to access onCreatePost on type Subscription"));
    }
}
