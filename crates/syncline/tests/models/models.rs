//! What generated models do.

use super::{Comment, Post, PostStatus, names, rich, schema};
use syncline::model::{Model, Origin};
use syncline::predicate::{EnumValue, MisfitProblem, Op, to_json};
use syncline::scalar::{AwsDateTime, AwsTimestamp};
use syncline::{Predicate, Record, Value};

fn post() -> Post {
    let mut post = Post::new("Hello", PostStatus::Active);
    post.rating = Some(5);
    post.tags = Some(vec![Some("a".to_owned()), None]);
    post.views = Some(2.5);
    post.seen_at = Some(AwsTimestamp(1 << 40));
    post.published_at = Some("2024-05-01T10:00:00.000Z".parse::<AwsDateTime>().unwrap());
    post
}

#[test]
fn a_new_model_has_an_id_and_no_origin() {
    let (first, second) = (post(), post());
    assert!(first.id < second.id, "ids of one process are in order");
    assert_eq!(first.origin().record(), None);
    let comment = Comment::new("Good");
    assert_eq!(comment.post_comments_id, None);
    let item = rich::Item::new("sku", 1.5, "2024-01-01".parse().unwrap(), "shop", 7);
    assert_eq!((item.sku.as_str(), item.number), ("sku", 7), "an own key is a parameter");
}

#[test]
fn a_record_is_a_round_trip() {
    let schema = schema();
    for mut before in [post(), Post::new("", PostStatus::Unknown("NEWER".to_owned()))] {
        let record = before.to_record();
        assert_eq!(record.0.len(), schema.by_name(Post::NAME).unwrap().fields.len());
        let after = Post::from_record(&record, Origin::read(record.clone(), Some(3))).unwrap();
        assert_eq!(after, before);
        assert_eq!((after.origin().version(), after.origin().record()), (Some(3), Some(&record)));
        before.set_origin(after.origin().clone());
        assert_eq!(before.origin().version(), Some(3));
    }
}

#[test]
fn values_lie_in_the_order_of_the_schema() {
    let schema = schema();
    let model = schema.by_name("Post").unwrap();
    let post = post();
    let record = post.to_record();
    let value = |field: &str| &record[model.field(field).unwrap()];
    assert_eq!(value("title"), &Value::from("Hello"));
    assert_eq!(value("status"), &Value::from("ACTIVE"));
    assert_eq!(value("rating"), &Value::Int(5));
    assert_eq!(value("tags"), &Value::List(vec![Value::from("a"), Value::Null]));
    assert_eq!(value("seenAt"), &Value::Int(1 << 40));
    assert_eq!(value("content"), &Value::Null);
    assert_eq!(value("createdAt"), &Value::Null);
}

#[test]
fn a_record_that_does_not_fit_is_refused() {
    let mut record = post().to_record();
    record[1] = Value::Null;
    let error = Post::from_record(&record, Origin::none()).unwrap_err();
    assert_eq!((error.place.as_str(), error.problem), ("Post.title", MisfitProblem::Missing));
    record[1] = Value::Int(1);
    let error = Post::from_record(&record, Origin::none()).unwrap_err();
    assert_eq!(error.problem, MisfitProblem::Type);
    assert!(Post::from_record(&Record::empty(0), Origin::none()).is_err());
}

#[test]
fn json_has_the_names_of_the_schema_and_no_origin() {
    let mut post = post();
    post.set_origin(Origin::read(post.to_record(), Some(1)));
    let json = serde_json::to_value(&post).unwrap();
    assert_eq!(json["publishedAt"], "2024-05-01T10:00:00.000Z");
    assert_eq!(json["status"], "ACTIVE");
    assert_eq!(json.get("origin"), None);
    let again: Post = serde_json::from_value(json).unwrap();
    assert_eq!(again, post);
    assert_eq!(again.origin().version(), None);
    let few: Comment = serde_json::from_str(r#"{"id":"1","content":"x"}"#).unwrap();
    assert_eq!(few.likes, None);
}

#[test]
fn an_enum_keeps_a_value_that_it_does_not_know() {
    for (name, value) in [
        ("ACTIVE", PostStatus::Active),
        ("DRAFT", PostStatus::Draft),
        ("ARCHIVED", PostStatus::Unknown("ARCHIVED".to_owned())),
    ] {
        assert_eq!(PostStatus::from_name(name), Some(value.clone()));
        assert_eq!((value.to_string().as_str(), value.as_str()), (name, name));
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(json, format!("\"{name}\""));
        assert_eq!(serde_json::from_str::<PostStatus>(&json).unwrap(), value);
    }
}

#[test]
fn typed_fields_make_predicates() {
    for (predicate, json) in [
        (Post::TITLE.begins_with("Hel"), r#"{"title":{"beginsWith":"Hel"}}"#),
        (Post::RATING.gt(4), r#"{"rating":{"gt":4}}"#),
        (Post::STATUS.eq(PostStatus::Active), r#"{"status":{"eq":"ACTIVE"}}"#),
        (Post::TAGS.contains("a"), r#"{"tags":{"contains":"a"}}"#),
        (Post::PUBLISHED.ne(true), r#"{"published":{"ne":true}}"#),
        (Comment::POST_COMMENTS_ID.eq("1"), r#"{"postCommentsId":{"eq":"1"}}"#),
    ] {
        assert_eq!(to_json(&predicate).to_string(), json);
        let schema = schema();
        let bound = schema.models().iter().filter(|model| predicate.bind(model).is_ok()).count();
        assert_eq!(bound, 1, "{json} fits one model");
    }
    assert_eq!(Post::SEEN_AT.gt(3), Predicate::compare("seenAt", Op::Gt(Value::Int(3))));
    assert_eq!(Post::CREATED_AT.desc().field, "createdAt");
}

#[test]
fn the_schema_is_read_once() {
    assert!(std::sync::Arc::ptr_eq(&schema(), &schema()));
    assert_eq!(schema().by_name("Comment").unwrap().names.sync, "syncComments");
    assert_eq!(rich::schema().models().len(), 16);
}

#[test]
fn awkward_names_stay_apart() {
    let mut thing = names::Self_::new("type", "name", names::Option::Some, vec![names::Option::None]);
    thing.origin = Some("mine".to_owned());
    let record = thing.to_record();
    let again = names::Self_::from_record(&record, Origin::none()).unwrap();
    assert_eq!(again, thing);
    assert_eq!(again.origin.as_deref(), Some("mine"));
    assert_eq!(<names::Self_ as Model>::NAME, "Self");
    assert_eq!(names::Self_::NAME.name(), "name");
    assert_eq!((names::TodoItem::NAME, names::TodoItem_::NAME), ("todo_item", "TodoItem"));
}

#[test]
fn the_documented_schema_is_the_one_that_the_examples_are_compiled_with() {
    let schema = include_str!("../../schema.graphql").trim();
    let readme = include_str!("../../../../README.md");
    assert!(readme.contains(schema), "the README shows another schema than crates/syncline/schema.graphql");
    let front = include_str!("../../src/lib.rs").replace("//! ", "").replace("//!\n", "\n");
    assert!(
        front.contains(schema),
        "the front page shows another schema than crates/syncline/schema.graphql"
    );
}
