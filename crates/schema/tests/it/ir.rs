//! The IR, its JSON form and the difference of two.

use super::{BLOG, RICH, compile};
use syncline_core::model::{FieldSource, RelationKind};
use syncline_core::{Model, Schema};
use syncline_schema::{Change, diff};

#[test]
fn json_is_a_round_trip() {
    for source in [BLOG, RICH] {
        let schema = compile(source);
        let json = schema.to_json();
        let again = Schema::from_json(&json).unwrap();
        assert_eq!(again.models(), schema.models());
        assert_eq!(again.enums(), schema.enums());
        assert_eq!(again.version(), schema.version());
        assert_eq!(again.parents_first(), schema.parents_first());
        assert_eq!(again.to_json(), json);
        assert_eq!(diff(&schema, &again), []);
    }
}

#[test]
fn damaged_json_is_refused() {
    let json = compile(BLOG).to_json();
    for (from, to) in [
        ("\"key\":[0]", "\"key\":[99]"),
        ("\"key\":[0]", "\"key\":[]"),
        ("\"target\":1", "\"target\":7"),
        ("\"type\":\"ID!\"", "\"type\":\"Id!\""),
        ("\"name\":\"title\"", "\"name\":\"id\""),
        ("\"allow\":\"public\"", "\"allow\":\"all\""),
        ("\"kind\":\"hasMany\"", "\"kind\":\"has\""),
        ("\"created_at\":17", "\"created_at\":1700"),
        ("{\"models\"", "[\"models\""),
    ] {
        let damaged = json.replace(from, to);
        assert_ne!(damaged, json, "{from}");
        assert!(Schema::from_json(&damaged).is_err(), "{from} -> {to}");
    }
}

fn fields(model: &Model, places: &[usize]) -> Vec<String> {
    places.iter().map(|&place| model.fields[place].name.clone()).collect()
}

#[test]
fn of_the_blog() {
    let schema = compile(BLOG);
    let (post, comment) = (schema.by_name("Post").unwrap(), schema.by_name("Comment").unwrap());
    assert_eq!(fields(comment, &comment.key), ["id"]);
    let names: Vec<&str> = comment.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["id", "content", "likes", "createdAt", "updatedAt", "postCommentsId"]);
    assert_eq!(comment.fields[5].source, FieldSource::ForeignKey);
    assert!(comment.fields[3].read_only && !comment.fields[3].required);
    assert_eq!(comment.timestamps.created_at, Some(3));
    let [many] = post.relations.as_slice() else { panic!("one relation") };
    assert_eq!((many.kind, many.target), (RelationKind::HasMany, comment.id));
    assert_eq!(fields(post, &many.fields), ["id"]);
    assert_eq!(fields(comment, &many.target_fields), ["postCommentsId"]);
    let [one] = comment.relations.as_slice() else { panic!("one relation") };
    assert_eq!(one.kind, RelationKind::BelongsTo);
    assert_eq!(fields(comment, &one.fields), ["postCommentsId"]);
    assert_eq!(fields(post, &one.target_fields), ["id"]);
    assert_eq!(comment.indexes[0].name, "gsi-Post.comments");
    assert_eq!(schema.parents_first(), [post.id, comment.id]);
}

#[test]
fn a_sandbox_needs_no_rules() {
    let schema =
        compile("input AMPLIFY { globalAuthRule: AuthRule = { allow: public } }\ntype A @model { a: Int }");
    assert_eq!(
        schema.models()[0].auth,
        compile("type A @model @auth(rules: [{allow: public}]) { a: Int }").models()[0].auth
    );
}

/// What changes when `from` becomes `to` in a small schema.
#[test]
fn differences() {
    const BASE: &str = "enum E { A B }\ntype M @model @auth(rules: [{allow: public}]) {\n\
        a: String\n b: Int! @index(name: \"byB\")\n e: E\n ns: [N] @hasMany }\n\
        type N @model @auth(rules: [{allow: public}]) { m: M @belongsTo c: Int }\n";
    let old = compile(BASE);
    for (from, to, expected) in [
        ("a: String", "a: String x: Int", vec![("M.x is new", true)]),
        (
            "a: String",
            "a: String x: Int!",
            vec![("M.x is new and may not be null, which stored records cannot satisfy", false)],
        ),
        ("a: String\n", "", vec![("M.a is gone", false)]),
        ("a: String", "a: String!", vec![("M.a was String and is now String!", false)]),
        ("a: String", "a: [String]", vec![("M.a was String and is now [String]", false)]),
        ("b: Int!", "b: Int", vec![("M.b was Int! and is now Int", false)]),
        ("a: String\n b: Int! @index(name: \"byB\")", "b: Int! @index(name: \"byB\")\n a: String", vec![]),
        ("A B", "A B C", vec![("enum E has the new value C", true)]),
        ("A B", "B A", vec![]),
        ("A B", "A", vec![("enum E no longer has the value B", false)]),
        ("@index(name: \"byB\")", "", vec![("index byB of M is gone", false)]),
        (
            "@index(name: \"byB\")",
            "@index(name: \"byB\", sortKeyFields: [\"a\"])",
            vec![("index byB of M is another one", false)],
        ),
        ("a: String", "a: String @index(name: \"byA\")", vec![("index byA of M is new", true)]),
        (
            "a: String",
            "a: String! @primaryKey",
            vec![
                ("M.id is gone", false),
                ("M.a was String and is now String!", false),
                ("the primary key of M is another one", false),
                ("relation M.ns is another one", false),
                ("N.mNsId is gone", false),
                ("N.mNsA is new", true),
                ("index gsi-M.ns of N is another one", false),
                ("relation N.m is another one", false),
            ],
        ),
        (
            "type N",
            "type O @model @auth(rules: [{allow: public}]) { x: Int }\ntype N",
            vec![("model O is new", true)],
        ),
        ("enum E", "enum F { X }\nenum E", vec![("enum F is new", true)]),
        ("m: M @belongsTo ", "", vec![("relation N.m is gone", false)]),
        (
            "type M @model ",
            "type M @model(queries: {get: \"one\"}) ",
            vec![("the operations of M are others", true)],
        ),
        (
            "type M @model ",
            "type M @model(subscriptions: {level: public}) ",
            vec![("the operations of M are others", true)],
        ),
        (
            "a: String",
            "a: String @default(value: \"x\")",
            vec![("M.a has another default or another merge policy", true)],
        ),
        (
            "a: String",
            "a: String @merge(policy: client)",
            vec![("M.a has another default or another merge policy", true)],
        ),
        (
            "type M @model @auth(rules: [{allow: public}])",
            "type M @model @auth(rules: [{allow: private}])",
            vec![("the rules of M are others", true)],
        ),
    ] {
        let source = BASE.replace(from, to);
        assert_ne!(source, BASE, "{from}");
        let found: Vec<(String, bool)> = diff(&old, &compile(&source))
            .iter()
            .map(|change: &Change| (change.to_string(), change.is_additive()))
            .collect();
        let mut found: Vec<(&str, bool)> =
            found.iter().map(|(text, additive)| (text.as_str(), *additive)).collect();
        let mut expected = expected;
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{from:?} -> {to:?}");
    }
}

#[test]
fn what_is_held_of_a_custom_type_must_stay_a_value_of_it() {
    let schema = |custom: &str| {
        compile(&format!("{custom} type M @model @auth(rules: [{{allow: public}}]) {{ id: ID! c: C }}"))
    };
    let old = schema("type C { a: Int b: String }");
    let other = |additive| vec![("type C has other fields", additive)];
    for (custom, expected) in [
        ("type C { b: String a: Int }", other(true)),
        ("type C { a: Int x: Int b: String }", other(true)),
        ("type C { a: Int b: String x: Int! }", other(false)),
        ("type C { a: Int }", other(false)),
        ("type C { a: Float b: String }", other(false)),
        ("enum C { a b }", vec![("enum C is new", true), ("type C has other fields", false)]),
    ] {
        let found: Vec<(String, bool)> = diff(&old, &schema(custom))
            .iter()
            .map(|change: &Change| (change.to_string(), change.is_additive()))
            .collect();
        let found: Vec<(&str, bool)> =
            found.iter().map(|(text, additive)| (text.as_str(), *additive)).collect();
        assert_eq!(found, expected, "{custom}");
    }
}

#[test]
fn models_can_go() {
    let two = "type A @model @auth(rules: [{allow: public}]) { a: Int }\n type B @model @auth(rules: [{allow: public}]) { a: Int }";
    let one = "type A @model @auth(rules: [{allow: public}]) { a: Int }";
    assert_eq!(diff(&compile(two), &compile(one)), [Change::ModelRemoved { model: "B".to_owned() }]);
}

#[test]
fn old_names_are_kept_in_the_model_and_not_in_the_api() {
    const SOURCE: &str = r#"
    type Article @model @renamedFrom(name: "Post") @auth(rules: [{ allow: public }]) {
      body: String
      headline: String! @renamedFrom(name: "title") @renamedFrom(name: "subject")
    }
    "#;
    let schema = compile(SOURCE);
    let again = Schema::from_json(&schema.to_json()).unwrap();
    for schema in [&schema, &again] {
        let model = schema.by_name("Article").unwrap();
        assert_eq!(model.renamed_from, ["Post"]);
        let headline = model.field("headline").unwrap();
        assert_eq!(model.renamed_fields, ["title", "subject"].map(|name| (headline, name.to_owned())));
    }
    let mut plain = SOURCE.to_owned();
    for name in ["Post", "title", "subject"] {
        plain = plain.replace(&format!("@renamedFrom(name: \"{name}\")"), "");
    }
    let plain = compile(&plain);
    assert_eq!(schema.version(), plain.version(), "nothing else is stored or sent");
    assert_eq!(syncline_schema::api_sdl(&schema), syncline_schema::api_sdl(&plain));
}
