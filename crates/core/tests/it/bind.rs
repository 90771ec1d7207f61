//! What binding refuses, and what a bound filter says of itself.

use crate::models::thing;
use syncline_core::predicate::{
    AttributeType, FieldRef, Filter, MAX_DEPTH, MAX_TERMS, MAX_VALUES, Op, SizeOp, SortTerm,
};
use syncline_core::scalar::Storage;
use syncline_core::{Field, Predicate, Record, Value, page::Direction};

fn compare(field: &str, op: Op) -> Predicate {
    Predicate::compare(field, op)
}

#[test]
fn a_predicate_that_does_not_fit_says_where_and_why() {
    let text = |text: &str| Value::from(text);
    let cases = [
        (
            compare("txt", Op::Eq(text("a"))),
            "txt.eq: Thing has no field `txt`; it has id, text, int, time, float, flag, color, day, tags, ints, floats, \
             flags, colors",
        ),
        (
            compare("flag", Op::Gt(true.into())),
            "flag.gt: `gt` does not work on Boolean; use eq, ne, in, notIn, attributeExists",
        ),
        (
            compare("color", Op::BeginsWith("R".into())),
            "color.beginsWith: `beginsWith` does not work on Color; use eq, ne, in, notIn, attributeExists",
        ),
        (
            compare("int", Op::Contains(Value::Int(1))),
            "int.contains: `contains` does not work on Int; use eq, ne, lt, le, gt, ge, between, in, notIn, attributeExists",
        ),
        (
            compare("tags", Op::Lt(text("a"))),
            "tags.lt: `lt` does not work on [String]; use eq, ne, contains, notContains, in, notIn, attributeExists, size",
        ),
        (
            Predicate::And(vec![Predicate::All, !Predicate::Or(vec![compare("int", Op::Eq(text("1")))])]),
            "and[1].not.or[0].int.eq: \"1\" cannot be compared with Int: expected a number",
        ),
        (compare("text", Op::Eq(Value::Int(1))), "text.eq: 1 cannot be compared with String: expected text"),
        (
            compare("text", Op::BeginsWith("a\0".into())),
            "text.beginsWith: \"a\\0\" cannot be compared with String: text must not contain U+0000",
        ),
        (
            compare("float", Op::Lt(Value::Float(f64::NAN))),
            "float.lt: NaN cannot be compared with Float: a number must be finite",
        ),
        (
            compare("int", Op::Between(Value::Int(1), Value::Float(f64::INFINITY))),
            "int.between: inf cannot be compared with Int: a number must be finite",
        ),
        (
            compare("int", Op::Gt(Value::Null)),
            "int.gt: null cannot be compared with Int: only eq, ne, in and notIn compare with null",
        ),
        (
            compare("color", Op::Eq(text("PINK"))),
            "color.eq: \"PINK\" cannot be compared with Color: Color has the values RED, GREEN, BLUE",
        ),
        (
            compare("colors", Op::Contains(text("PINK"))),
            "colors.contains: \"PINK\" cannot be compared with [Color]: Color has the values RED, GREEN, BLUE",
        ),
        (
            compare("tags", Op::Eq(text("a"))),
            "tags.eq: \"a\" cannot be compared with [String]: expected a list",
        ),
        (
            compare("tags", Op::Eq(Value::List(vec![Value::List(vec![])]))),
            "tags.eq: a list of 0 cannot be compared with [String]: expected text",
        ),
        (
            compare("int", Op::In(vec![Value::List(vec![])])),
            "int.in: a list of 0 cannot be compared with Int: expected a number",
        ),
        (
            compare("_deleted", Op::Size(SizeOp::Eq(1))),
            "_deleted.size: `size` does not work on Boolean; use eq, ne, in, notIn, attributeExists",
        ),
        (
            compare("_deleted", Op::Eq(Value::Int(1))),
            "_deleted.eq: 1 cannot be compared with Boolean: expected true or false",
        ),
        (
            Predicate::And(vec![Predicate::All; MAX_TERMS]),
            "and[999]: too many comparisons and groups: at most 1000 are allowed",
        ),
        (
            compare("int", Op::In(vec![Value::Int(1); MAX_VALUES + 1])),
            "int.in: too many values to compare with: at most 10000 are allowed",
        ),
        (
            compare("ints", Op::Eq(Value::List(vec![Value::Int(1); 1_001]))),
            "ints.eq: too many items in a list: at most 1000 are allowed",
        ),
    ];
    for (predicate, expected) in cases {
        let error = predicate.bind(&thing()).expect_err(expected);
        assert_eq!(error.to_string(), expected);
    }
    let deep = (0..=MAX_DEPTH).fold(Predicate::All, |inner, _| Predicate::Not(Box::new(inner)));
    let error = deep.bind(&thing()).expect_err("too deep").to_string();
    assert!(error.ends_with("not: too many levels of groups: at most 32 are allowed"), "{error}");
}

#[test]
fn a_bound_filter_knows_its_equalities_and_fields() {
    let eq = |field: &str, value: Value| compare(field, Op::Eq(value));
    let model = thing();
    let bind = |predicate: &Predicate| predicate.bind(&model).unwrap();
    let at = |name: &str| FieldRef::Stored(model.field(name).unwrap());
    let predicate = eq("text", "a".into())
        .and(eq("int", Value::Float(2.0)))
        .and(!compare("flag", Op::Ne(true.into())))
        .and(compare("color", Op::In(vec!["RED".into(), "RED".into()])))
        .and(eq("day", Value::Null))
        .and(eq("tags", Value::List(vec![])))
        .and(eq("id", "x".into()).or(eq("id", "y".into())))
        .and(eq("_deleted", true.into()));
    let filter = bind(&predicate);
    let expected = [
        (at("text"), Value::from("a")),
        (at("int"), Value::Int(2)),
        (at("flag"), Value::Bool(true)),
        (at("color"), Value::from("RED")),
        (FieldRef::Deleted, Value::Bool(true)),
    ];
    let found: Vec<(FieldRef, Value)> =
        filter.equalities().into_iter().map(|(field, value)| (field, value.clone())).collect();
    assert_eq!(found, expected);
    let fields = ["id", "text", "int", "flag", "color", "day", "tags"].map(at);
    assert_eq!(filter.fields(), [&fields[..], &[FieldRef::Deleted]].concat());

    assert_eq!(bind(&Predicate::All), Filter::all());
    assert!(Filter::all().is_all() && Filter::all().equalities().is_empty());
    assert_eq!(Filter::all().and(filter.clone()), filter);
    assert!(filter.and(Filter::Nothing).is_nothing());
}

#[test]
fn a_sort_term_names_a_field_that_has_an_order() {
    let model = thing();
    let sort = |field: &str| SortTerm { field: field.into(), direction: Direction::Descending }.bind(&model);
    let found = sort("int").unwrap();
    assert_eq!((found.field, found.direction), (model.field("int").unwrap(), Direction::Descending));
    assert_eq!(
        sort("tags").unwrap_err().to_string(),
        "sort.tags: records cannot be sorted by [String]; use a field that is neither a list nor a custom type"
    );
    assert!(sort("nope").unwrap_err().to_string().starts_with("sort.nope: Thing has no field `nope`"));
}

#[test]
fn what_does_not_fit_is_false_as_stored() {
    let (one, text) = (Value::Int(1), || Value::from("a"));
    let list = |items: &[Value]| Value::List(items.to_vec());
    let kind = |name: &str| Op::Type(AttributeType::from_name(name).expect("a kind"));
    // A record that has a value everywhere, and one that has none: what each comparison makes of them.
    for (field, op, full, empty) in [
        ("tags", Op::Eq(text()), false, false),
        ("tags", Op::Ne(text()), true, true),
        ("tags", Op::Lt(text()), false, false),
        ("tags", Op::Between(text(), text()), false, false),
        ("tags", Op::BeginsWith("a".into()), false, false),
        ("tags", Op::Contains(text()), true, false),
        ("tags", Op::Contains(one.clone()), false, false),
        ("tags", Op::NotContains(one.clone()), true, true),
        ("text", Op::Eq(one.clone()), false, false),
        ("text", Op::Ne(list(&[text()])), true, true),
        ("text", Op::In(vec![one.clone(), text()]), true, false),
        ("text", Op::NotIn(vec![one.clone(), text()]), false, true),
        ("text", Op::NotIn(vec![one.clone()]), true, true),
        ("int", Op::Gt(text()), false, false),
        ("int", Op::Gt(Value::Null), false, false),
        ("int", Op::Size(SizeOp::Ge(0)), false, false),
        ("flag", Op::Gt(true.into()), false, false),
        ("color", Op::Eq(text()), false, false),
        ("color", Op::Ne(text()), true, true),
        ("text", kind("string"), true, false),
        ("text", kind("number"), false, false),
        ("text", kind("stringSet"), false, false),
        ("text", kind("_null"), false, true),
        ("day", kind("string"), true, false),
        ("color", kind("string"), true, false),
        ("int", kind("number"), true, false),
        ("float", kind("number"), true, false),
        ("flag", kind("bool"), true, false),
        ("tags", kind("list"), true, false),
        ("tags", kind("string"), false, false),
        ("tags", kind("binary"), false, false),
        ("_deleted", kind("bool"), false, false),
        ("_deleted", kind("_null"), true, true),
    ] {
        let model = thing();
        let value = |field: &Field| match field.name.as_str() {
            "color" => Value::from("RED"),
            "flag" => true.into(),
            _ if field.is_list() => list(&[text()]),
            _ => match field.kind.storage() {
                Storage::Int => one.clone(),
                Storage::Float => Value::Float(1.0),
                _ => text(),
            },
        };
        let filled = Record(model.fields.iter().map(value).collect());
        let bare = Record(vec![Value::Null; model.fields.len()]);
        let filter = compare(field, op.clone()).bind_as_stored(&model).expect("bound");
        assert_eq!(
            (filter.matches(&filled, false), filter.matches(&bare, false)),
            (full, empty),
            "{field} {op:?}"
        );
    }
    let far = compare("nope", Op::Eq(text())).bind_as_stored(&thing());
    assert!(far.is_err_and(|error| error.to_string().contains("no field `nope`")));
    let many = compare("ints", Op::Eq(list(&vec![one; 1_001]))).bind_as_stored(&thing());
    assert!(many.is_err(), "limits are limits");
}
