//! Typed fields, as generated models use them.

use syncline_core::page::Direction;
use syncline_core::predicate::{EnumValue, Equatable, FieldValue, Op, SizeOp, Sortable, TypedField};
use syncline_core::scalar::{AwsDate, AwsTimestamp};
use syncline_core::{Predicate, Value};

/// What generated code looks like.
#[derive(Clone, Debug, PartialEq)]
enum Status {
    Active,
    Other(String),
}

impl EnumValue for Status {
    fn as_str(&self) -> &str {
        match self {
            Status::Active => "ACTIVE",
            Status::Other(name) => name,
        }
    }
    fn from_name(name: &str) -> Option<Self> {
        Some(if name == "ACTIVE" { Status::Active } else { Status::Other(name.to_owned()) })
    }
}

impl FieldValue for Status {
    fn into_value(self) -> Value {
        self.to_value()
    }
    fn from_value(value: &Value) -> Option<Self> {
        Status::of_value(value)
    }
}

impl Equatable for Status {}
impl Sortable for Status {}

struct Post;

impl Post {
    const TITLE: TypedField<Post, String> = TypedField::new("title");
    const RATING: TypedField<Post, i32> = TypedField::new("rating");
    const SCORE: TypedField<Post, f64> = TypedField::new("score");
    const PUBLISHED: TypedField<Post, bool> = TypedField::new("published");
    const STATUS: TypedField<Post, Status> = TypedField::new("status");
    const DAY: TypedField<Post, AwsDate> = TypedField::new("day");
    const SEEN: TypedField<Post, AwsTimestamp> = TypedField::new("seen");
    const TAGS: TypedField<Post, Vec<String>> = TypedField::new("tags");
    const STATUSES: TypedField<Post, Vec<Status>> = TypedField::new("statuses");
}

#[test]
fn typed_fields_build_predicates() {
    let day: AwsDate = "2024-01-01".parse().unwrap();
    let cases = [
        (Post::TITLE.eq("x"), "title", Op::Eq("x".into())),
        (Post::TITLE.ne("x".to_owned()), "title", Op::Ne("x".into())),
        (Post::TITLE.begins_with("x"), "title", Op::BeginsWith("x".into())),
        (Post::TITLE.contains("x"), "title", Op::Contains("x".into())),
        (Post::TITLE.is_in(["x", "y"]), "title", Op::In(vec!["x".into(), "y".into()])),
        (Post::TITLE.is_null(), "title", Op::Eq(Value::Null)),
        (Post::TITLE.is_not_null(), "title", Op::Ne(Value::Null)),
        (Post::TITLE.exists(true), "title", Op::Exists(true)),
        (Post::TITLE.size().le(3), "title", Op::Size(SizeOp::Le(3))),
        (Post::RATING.gt(5), "rating", Op::Gt(5.into())),
        (Post::RATING.between(1, 5), "rating", Op::Between(1.into(), 5.into())),
        (Post::RATING.not_in([1, 2]), "rating", Op::NotIn(vec![1.into(), 2.into()])),
        (Post::SCORE.lt(5), "score", Op::Lt(5.0.into())),
        (Post::SCORE.ge(0.5), "score", Op::Ge(0.5.into())),
        (Post::PUBLISHED.eq(true), "published", Op::Eq(true.into())),
        (Post::STATUS.eq(Status::Active), "status", Op::Eq("ACTIVE".into())),
        (Post::STATUS.is_in([Status::Active]), "status", Op::In(vec!["ACTIVE".into()])),
        (Post::DAY.le(day), "day", Op::Le("2024-01-01".into())),
        (Post::DAY.begins_with("2024-"), "day", Op::BeginsWith("2024-".into())),
        (Post::SEEN.gt(5), "seen", Op::Gt(5.into())),
        (Post::SEEN.gt(i64::MAX), "seen", Op::Gt(i64::MAX.into())),
        (Post::TAGS.contains("x"), "tags", Op::Contains("x".into())),
        (Post::TAGS.eq(vec!["x".to_owned()]), "tags", Op::Eq(vec!["x"].into())),
        (Post::TAGS.size().eq(0), "tags", Op::Size(SizeOp::Eq(0))),
        (Post::STATUSES.not_contains(Status::Active), "statuses", Op::NotContains("ACTIVE".into())),
    ];
    for (built, field, op) in cases {
        assert_eq!(built, Predicate::compare(field, op));
    }
}

#[test]
fn combining_makes_new_values() {
    let base = Post::RATING.gt(4);
    let both = base.clone().and(Post::TITLE.eq("x"));
    let more = both.clone().and(Post::PUBLISHED.eq(true));
    assert_eq!(base, Post::RATING.gt(4));
    assert_eq!(both, Predicate::And(vec![Post::RATING.gt(4), Post::TITLE.eq("x")]));
    assert_eq!(more, Predicate::And(vec![Post::RATING.gt(4), Post::TITLE.eq("x"), Post::PUBLISHED.eq(true)]));
    assert_eq!(!!base.clone(), base);
    assert_eq!(base.clone().and(Predicate::all()), base);
    assert_eq!(base.or(Predicate::all()), Predicate::All);
}

#[test]
fn sort_terms_name_their_field() {
    let found = [Post::RATING.desc(), Post::STATUS.asc()].map(|term| (term.field, term.direction));
    assert_eq!(found, [("rating".into(), Direction::Descending), ("status".into(), Direction::Ascending)]);
}

#[test]
fn values_go_in_and_come_out() {
    fn both_ways<T: FieldValue + Clone + PartialEq + std::fmt::Debug>(value: T, stored: impl Into<Value>) {
        let stored = stored.into();
        assert_eq!(value.clone().into_value(), stored);
        assert_eq!(T::from_value(&stored), Some(value));
    }
    both_ways(Some("x".to_owned()), "x");
    both_ways(None::<i32>, Value::Null);
    both_ways(vec![Some(1), None], Value::List(vec![1.into(), Value::Null]));
    both_ways(Some(vec![true]), Value::List(vec![true.into()]));
    both_ways(i64::MIN, i64::MIN);
    both_ways(Status::Other("NEW".into()), "NEW");
    assert_eq!(f64::from_value(&Value::Int(2)), Some(2.0), "JSON does not tell 2 from 2.0");
    assert_eq!(i32::from_value(&Value::Int(i64::MAX)), None);
    assert_eq!(i32::from_value(&Value::Float(2.0)), None);
    assert_eq!(String::from_value(&Value::Null), None);
    assert_eq!(Vec::<String>::from_value(&Value::List(vec![Value::Null])), None);
}
