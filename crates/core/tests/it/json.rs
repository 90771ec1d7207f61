//! Filter JSON: the forms that are written, those that are read, and those that are refused.

use serde_json::{Value as Json, json};
use syncline_core::predicate::{
    Op, SizeOp, from_json, from_json_named, to_json, to_query_json, to_sync_json,
};
use syncline_core::{Predicate, Value};

fn compare(field: &str, op: Op) -> Predicate {
    Predicate::compare(field, op)
}

fn eq(field: &str, value: impl Into<Value>) -> Predicate {
    compare(field, Op::Eq(value.into()))
}

#[test]
fn the_three_ways_to_write_a_predicate() {
    let in_two = || compare("n", Op::In(vec![1.into(), 2.into()]));
    let cases = [
        (Predicate::All, json!({}), json!({}), json!({})),
        (
            eq("a", "x"),
            json!({"a": {"eq": "x"}}),
            json!({"a": {"eq": "x"}}),
            json!({"and": [{"a": {"eq": "x"}}]}),
        ),
        (
            eq("a", "x").and(compare("n", Op::Gt(5.into()))).and(Predicate::And(vec![eq("b", true)])),
            json!({"and": [{"a": {"eq": "x"}}, {"n": {"gt": 5}}, {"b": {"eq": true}}]}),
            json!({"and": [{"a": {"eq": "x"}}, {"n": {"gt": 5}}, {"b": {"eq": true}}]}),
            json!({"and": [{"a": {"eq": "x"}}, {"n": {"gt": 5}}, {"b": {"eq": true}}]}),
        ),
        (
            Predicate::And(vec![Predicate::And(vec![eq("a", 1)]), Predicate::All, eq("b", 2)]),
            json!({"and": [{"and": [{"a": {"eq": 1}}]}, {"b": {"eq": 2}}]}),
            json!({"and": [{"and": [{"a": {"eq": 1}}]}, {"b": {"eq": 2}}]}),
            json!({"and": [{"a": {"eq": 1}}, {"b": {"eq": 2}}]}),
        ),
        (
            eq("a", 1).or(eq("a", Value::Null)),
            json!({"or": [{"a": {"eq": 1}}, {"a": {"eq": null}}]}),
            json!({"or": [{"a": {"eq": 1}}, {"a": {"eq": null}}]}),
            json!({"or": [{"a": {"eq": 1}}, {"a": {"eq": null}}]}),
        ),
        (
            !compare("a", Op::Between(1.into(), 2.5.into())),
            json!({"not": {"a": {"between": [1, 2.5]}}}),
            json!({"not": {"a": {"between": [1, 2.5]}}}),
            json!({"not": {"a": {"between": [1, 2.5]}}}),
        ),
        (
            in_two(),
            json!({"n": {"in": [1, 2]}}),
            json!({"or": [{"n": {"eq": 1}}, {"n": {"eq": 2}}]}),
            json!({"and": [{"or": [{"n": {"eq": 1}}, {"n": {"eq": 2}}]}]}),
        ),
        (
            compare("n", Op::NotIn(vec![1.into()])),
            json!({"n": {"notIn": [1]}}),
            json!({"and": [{"n": {"ne": 1}}]}),
            json!({"and": [{"and": [{"n": {"ne": 1}}]}]}),
        ),
        (
            compare("n", Op::In(vec![])),
            json!({"n": {"in": []}}),
            json!({"and": [{"n": {"eq": null}}, {"n": {"ne": null}}]}),
            json!({"and": [{"and": [{"n": {"eq": null}}, {"n": {"ne": null}}]}]}),
        ),
        (
            compare("t", Op::BeginsWith("x".into())).and(compare("t", Op::Size(SizeOp::Between(1, 3)))),
            json!({"and": [{"t": {"beginsWith": "x"}}, {"t": {"size": {"between": [1, 3]}}}]}),
            json!({"and": [{"t": {"beginsWith": "x"}}, {"t": {"size": {"between": [1, 3]}}}]}),
            json!({"and": [{"t": {"beginsWith": "x"}}, {"t": {"size": {"between": [1, 3]}}}]}),
        ),
        (
            compare("l", Op::NotContains("x".into())),
            json!({"l": {"notContains": "x"}}),
            json!({"l": {"notContains": "x"}}),
            json!({"and": [{"l": {"notContains": "x"}}]}),
        ),
        (
            compare("a", Op::Exists(false)),
            json!({"a": {"attributeExists": false}}),
            json!({"a": {"attributeExists": false}}),
            json!({"and": [{"a": {"attributeExists": false}}]}),
        ),
        // What selects everything by its form is an empty object, wherever it is.
        (eq("a", 1).or(Predicate::All), json!({}), json!({}), json!({})),
        (Predicate::Or(vec![Predicate::Or(vec![])]), json!({}), json!({}), json!({})),
        (!Predicate::All, json!({"not": {}}), json!({"not": {}}), json!({"not": {}})),
    ];
    for (predicate, literal, query, sync) in cases {
        assert_eq!(to_json(&predicate), literal, "{predicate:?}");
        assert_eq!(to_query_json(&predicate), query, "query: {predicate:?}");
        assert_eq!(to_sync_json(&predicate), sync, "sync: {predicate:?}");
    }
}

#[test]
fn every_form_of_a_filter_is_read() {
    let and = Predicate::And;
    let cases = [
        (json!(null), Predicate::All),
        (json!({}), Predicate::All),
        (json!({"a": null}), Predicate::All),
        (json!({"a": {}}), Predicate::All),
        (json!({"not": null}), Predicate::All),
        (json!({"and": null, "or": null}), and(vec![and(vec![]), Predicate::Or(vec![])])),
        (json!({"and": []}), and(vec![])),
        (json!({"or": []}), Predicate::Or(vec![])),
        (json!({"and": [null, {}]}), and(vec![Predicate::All, Predicate::All])),
        (json!({"and": {"a": {"eq": 1}}}), and(vec![eq("a", 1)])),
        (json!({"not": {"a": {"eq": 1}}}), Predicate::Not(Box::new(eq("a", 1)))),
        (json!({"a": {"eq": 1}, "b": {"eq": "x"}}), and(vec![eq("a", 1), eq("b", "x")])),
        (
            json!({"a": {"ge": 1, "lt": 2.5}}),
            and(vec![compare("a", Op::Ge(1.into())), compare("a", Op::Lt(2.5.into()))]),
        ),
        (json!({"a": {"eq": null}}), eq("a", Value::Null)),
        (json!({"a": {"eq": [1, null]}}), eq("a", Value::List(vec![1.into(), Value::Null]))),
        (json!({"a": {"eq": i64::MAX}}), eq("a", i64::MAX)),
        (json!({"a": {"eq": u64::MAX}}), eq("a", 18_446_744_073_709_551_615.0)),
        (json!({"a": {"eq": 2.0}}), eq("a", 2.0)),
        (json!({"a": {"in": [1, 2]}}), compare("a", Op::In(vec![1.into(), 2.into()]))),
        (json!({"a": {"notIn": 1}}), compare("a", Op::NotIn(vec![1.into()]))),
        (json!({"a": {"contains": "x"}}), compare("a", Op::Contains("x".into()))),
        (json!({"a": {"attributeExists": true}}), compare("a", Op::Exists(true))),
        (
            json!({"a": {"size": {"gt": 1, "le": 3}}}),
            and(vec![compare("a", Op::Size(SizeOp::Gt(1))), compare("a", Op::Size(SizeOp::Le(3)))]),
        ),
        (json!({"_deleted": {"ne": true}}), compare("_deleted", Op::Ne(true.into()))),
    ];
    for (json, expected) in cases {
        assert_eq!(from_json(&json), Ok(expected), "{json}");
    }
}

#[test]
fn a_wrong_filter_says_where_and_what_would_be_right() {
    let operators = "eq, ne, lt, le, gt, ge, between, beginsWith, contains, notContains, in, notIn, attributeExists, size";
    let deep = (0..40).fold(json!({"a": {"eq": 1}}), |inner, _| json!({"not": inner}));
    let wide = json!({"and": vec![json!({"a": {"eq": 1}}); 1_001]});
    let cases = [
        (json!([]), "filter: expected an object, found a list of 0".to_owned()),
        (json!("x"), "filter: expected an object, found the text \"x\"".into()),
        (
            json!({"and": [{}, {"rating": {"gtt": 1}}]}),
            format!("filter.and[1].rating.gtt: unknown operator, expected one of {operators}"),
        ),
        (
            json!({"rating": 5}),
            "filter.rating: expected an object of operators such as {\"eq\": 5}, found 5".into(),
        ),
        (json!({"or": [1]}), "filter.or[0]: expected an object, found 1".into()),
        (json!({"and": 1}), "filter.and: expected a list of objects, found 1".into()),
        (json!({"not": [{}]}), "filter.not: expected an object, found a list of 1".into()),
        (json!({"a": {"gt": null}}), "filter.a.gt: nothing is in order with null; use eq or ne".into()),
        (json!({"a": {"gt": [1]}}), "filter.a.gt: expected one value, found a list of 1".into()),
        (
            json!({"a": {"between": [1]}}),
            "filter.a.between: expected a list of two values, found a list of 1".into(),
        ),
        (json!({"a": {"between": 1}}), "filter.a.between: expected a list of two values, found 1".into()),
        (json!({"a": {"beginsWith": 1}}), "filter.a.beginsWith: expected text, found 1".into()),
        (json!({"a": {"eq": {"b": 1}}}), "filter.a.eq: expected one value, found an object".into()),
        (json!({"a": {"eq": [[1]]}}), "filter.a.eq[0]: expected one value, found a list of 1".into()),
        (json!({"a": {"in": null}}), "filter.a.in: expected a list, found null".into()),
        (json!({"a": {"in": [{}]}}), "filter.a.in[0]: expected one value, found an empty object".into()),
        (
            json!({"a": {"attributeExists": 1}}),
            "filter.a.attributeExists: expected true or false, found 1".into(),
        ),
        (json!({"a": {"size": 3}}), "filter.a.size: expected an object such as {\"gt\": 3}, found 3".into()),
        (json!({"a": {"size": {"gt": 1.5}}}), "filter.a.size.gt: expected a whole number, found 1.5".into()),
        (
            json!({"a": {"size": {"contains": 1}}}),
            "filter.a.size.contains: unknown operator, expected one of eq, ne, lt, le, gt, ge, between"
                .into(),
        ),
        (
            json!({"a": {"attributeType": "text"}}),
            "filter.a.attributeType: expected a type such as \"string\", found the text \"text\"".into(),
        ),
        (deep, format!("filter{}: too many levels of groups: at most 32 are allowed", ".not".repeat(33))),
        (wide, "filter.and[1000].a.eq: too many comparisons and groups: at most 1000 are allowed".into()),
        (
            json!({"a": {"in": vec![1; 10_001]}}),
            "filter.a.in[10000]: too many values to compare with: at most 10000 are allowed".into(),
        ),
    ];
    for (json, expected) in cases {
        let error = from_json(&json).expect_err(&expected);
        assert_eq!(error.to_string(), expected);
    }
    let error = from_json_named("condition", &json!({"a": 1})).unwrap_err();
    assert_eq!(error.path, "condition.a");
    let long = Json::Object([("x".repeat(10_000), json!(1))].into_iter().collect());
    assert!(from_json(&long).unwrap_err().to_string().len() < 300, "a name from outside is cut");
}
