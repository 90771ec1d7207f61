//! How large the filter of a subscription may be.

use std::collections::BTreeSet;
use syncline_core::Value;
use syncline_core::predicate::{Comparison, Op, Predicate};

/// How large the filter of a subscription may be. AppSync brings it into disjunctive form (groups of comparisons, of which
/// one must hold as a whole) and counts in that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterLimits {
    /// The groups.
    pub combinations: usize,
    /// The fields it looks at, those of the authorization rules included.
    pub attributes: usize,
    /// The values of an `in` or a `notIn`.
    pub values: usize,
    /// Whether a group may compare a field twice.
    pub repeats: bool,
}

impl FilterLimits {
    /// What AppSync allows.
    #[must_use]
    pub fn appsync() -> FilterLimits {
        FilterLimits { combinations: 10, attributes: 5, values: 5, repeats: false }
    }

    /// What clients that negotiate are allowed. A filter's size is limited besides.
    #[must_use]
    pub fn own() -> FilterLimits {
        FilterLimits { combinations: usize::MAX, attributes: 100, values: 1_000, repeats: true }
    }

    /// Checks `filter`, which is to hold together with comparisons of the fields in `rights`.
    ///
    /// # Errors
    /// What it exceeds, in words that AppSync's clients know: they then subscribe without it and filter themselves.
    pub(super) fn check(&self, filter: &Predicate, rights: &BTreeSet<&str>) -> Result<(), String> {
        if let Some(operator) = longer(filter, self.values) {
            let most = self.values;
            return Err(format!(
                "subscription exceeds maximum value limit {most} for operator `{operator}`."
            ));
        }
        let rules = Shape { fields: rights.clone(), ..Shape::default() };
        let shape = rules.and(Shape::of(filter));
        if shape.repeats && !self.repeats {
            return Err("subscription filter uses same fieldName multiple time".to_owned());
        }
        if shape.fields.len() > self.attributes {
            let most = self.attributes;
            return Err(format!("Filters exceed maximum attributes limit {most} for subscription."));
        }
        if shape.combinations > self.combinations {
            let most = self.combinations;
            return Err(format!("Filters combination exceed maximum limit {most} for subscription."));
        }
        Ok(())
    }
}

/// The first operator that names more than `most` values.
fn longer(filter: &Predicate, most: usize) -> Option<&'static str> {
    match filter {
        Predicate::All => None,
        Predicate::Compare(Comparison { op, .. }) => {
            let too_many = |values: &Vec<Value>| values.len() > most;
            match op {
                Op::In(values) if too_many(values) => Some("in"),
                Op::NotIn(values) if too_many(values) => Some("notIn"),
                _ => None,
            }
        }
        Predicate::And(terms) | Predicate::Or(terms) => terms.iter().find_map(|term| longer(term, most)),
        Predicate::Not(inner) => longer(inner, most),
    }
}

/// What a predicate is like in disjunctive form, without making it: that can be large.
#[derive(Debug)]
struct Shape<'a> {
    combinations: usize,
    fields: BTreeSet<&'a str>,
    /// Whether a group compares a field twice.
    repeats: bool,
}

/// Of what selects everything: one group that compares nothing.
impl Default for Shape<'_> {
    fn default() -> Self {
        Shape { combinations: 1, fields: BTreeSet::new(), repeats: false }
    }
}

impl<'a> Shape<'a> {
    fn of(filter: &'a Predicate) -> Shape<'a> {
        let shapes = |terms: &'a [Predicate]| terms.iter().map(Shape::of).collect::<Vec<_>>();
        match filter {
            Predicate::All => Shape::default(),
            Predicate::Compare(comparison) => {
                Shape { fields: BTreeSet::from([comparison.field.as_str()]), ..Shape::default() }
            }
            Predicate::And(terms) => shapes(terms).into_iter().fold(Shape::default(), Shape::and),
            Predicate::Or(terms) => shapes(terms).into_iter().reduce(Shape::or).unwrap_or_default(),
            Predicate::Not(inner) => Shape::of(inner),
        }
    }

    /// Each group of one with each of the other.
    fn and(mut self, mut other: Shape<'a>) -> Shape<'a> {
        let shared = !self.fields.is_disjoint(&other.fields);
        self.fields.append(&mut other.fields);
        Shape {
            combinations: self.combinations.saturating_mul(other.combinations),
            fields: self.fields,
            repeats: self.repeats || other.repeats || shared,
        }
    }

    /// The groups of both.
    fn or(mut self, mut other: Shape<'a>) -> Shape<'a> {
        self.fields.append(&mut other.fields);
        Shape {
            combinations: self.combinations.saturating_add(other.combinations),
            fields: self.fields,
            repeats: self.repeats || other.repeats,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};
    use syncline_core::predicate::from_json;

    #[test]
    fn limits_count_in_disjunctive_form() {
        let limits = FilterLimits::appsync();
        let field = |name: &str| json!({ name: { "eq": 1 } });
        let any = |count: usize| json!({ "or": vec![field("a"); count] });
        let each = |names: &str| names.chars().map(|name| field(&name.to_string())).collect::<Vec<Json>>();
        let pair = |a: &str, b: &str| json!({ "or": [field(a), field(b)] });
        let (combinations, attributes, repeats) =
            ("combination exceed maximum limit 10", "attributes limit 5", "same fieldName multiple time");
        for (filter, wrong) in [
            (Json::Null, None),
            (json!({}), None),
            (json!({ "or": [], "and": [] }), None),
            (any(10), None),
            (any(11), Some(combinations)),
            (json!({ "and": [pair("a", "b"), pair("c", "d")] }), None),
            (json!({ "and": [any(5), field("b")] }), None),
            // 2 × 5 and 4 × 3 groups.
            (json!({ "and": [json!({ "or": vec![field("b"); 2] }), any(5)] }), None),
            (json!({ "and": [json!({ "or": vec![field("b"); 4] }), any(3)] }), Some(combinations)),
            (json!({ "and": each("abcde") }), None),
            (json!({ "and": each("abcdef") }), Some(attributes)),
            (json!({ "or": each("abcdef") }), Some(attributes)),
            (json!({ "a": { "gt": 1, "lt": 5 } }), Some(repeats)),
            (json!({ "and": [{ "a": { "gt": 1 } }, { "a": { "lt": 5 } }] }), Some(repeats)),
            (json!({ "a": { "gt": 1 }, "or": [field("b"), field("a")] }), Some(repeats)),
            (json!({ "or": [{ "and": each("ab") }, { "and": each("ab") }] }), None),
            (json!({ "a": { "in": [1, 2, 3, 4, 5] } }), None),
            (json!({ "a": { "in": [1, 2, 3, 4, 5, 6] } }), Some("value limit 5 for operator `in`")),
            (
                json!({ "or": [field("b"), { "a": { "notIn": [1, 2, 3, 4, 5, 6] } }] }),
                Some("value limit 5 for operator `notIn`"),
            ),
        ] {
            let read = from_json(&filter).unwrap();
            let checked = limits.check(&read, &BTreeSet::new());
            match wrong {
                None => assert_eq!(checked, Ok(()), "{filter}"),
                Some(part) => assert!(checked.unwrap_err().contains(part), "{filter}"),
            }
            assert_eq!(FilterLimits::own().check(&read, &BTreeSet::new()), Ok(()), "{filter}");
        }
        let five = from_json(&json!({ "and": each("abcde") })).unwrap();
        let rights = |name: &'static str| limits.check(&five, &BTreeSet::from([name])).unwrap_err();
        assert!(rights("owner").contains(attributes));
        assert!(rights("a").contains(repeats));
    }
}
