//! What `@model`, `@merge` and the feature flags make of the IR.

use super::{ODD, compile};
use syncline_core::Schema;
use syncline_core::model::MergePolicy;
use syncline_schema::{Features, compile_with};

/// The names of the root fields of the only model.
fn roots(schema: &Schema) -> String {
    let roots = schema.models().iter().flat_map(|model| model.roots());
    roots.map(|root| root.name.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn operations_are_renamed_and_removed_with_a_warning() {
    let shallow = Features { deep_merge_directive_defaults: false, ..Features::default() };
    for (said, deep, warned, alone) in [
        ("", "get list sync create update delete onCreate onUpdate onDelete", "", None),
        (
            "(queries: {get: \"one\"})",
            "one list sync create update delete onCreate onUpdate onDelete",
            "get",
            Some("one create update delete onCreate onUpdate onDelete"),
        ),
        (
            "(queries: {list: null})",
            "get sync create update delete onCreate onUpdate onDelete",
            "list",
            Some("create update delete onCreate onUpdate onDelete"),
        ),
        ("(queries: null)", "create update delete onCreate onUpdate onDelete", "get list sync", None),
        (
            "(mutations: {update: null})",
            "get list sync create delete onCreate onDelete",
            "update onUpdate",
            Some("get list sync"),
        ),
        (
            "(mutations: {create: \"make\"})",
            "get list sync make update delete onCreate onUpdate onDelete",
            "create",
            Some("get list sync make onCreate"),
        ),
        ("(mutations: null)", "get list sync", "create update delete onCreate onUpdate onDelete", None),
        ("(subscriptions: null)", "get list sync create update delete", "onCreate onUpdate onDelete", None),
        (
            "(subscriptions: {level: off})",
            "get list sync create update delete",
            "onCreate onUpdate onDelete",
            None,
        ),
        (
            "(subscriptions: {level: public})",
            "get list sync create update delete onCreate onUpdate onDelete",
            "",
            None,
        ),
        (
            "(subscriptions: {level: on})",
            "get list sync create update delete onCreate onUpdate onDelete",
            "",
            Some("get list sync create update delete"),
        ),
        (
            "(subscriptions: {onCreate: [\"a\", \"b\"]})",
            "get list sync create update delete a b onUpdate onDelete",
            "onCreate",
            Some("get list sync create update delete a b"),
        ),
        (
            "(subscriptions: {onCreate: [\"onCreateA\", \"b\"]})",
            "get list sync create update delete onCreate b onUpdate onDelete",
            "",
            Some("get list sync create update delete onCreate b"),
        ),
        (
            "(subscriptions: {onDelete: null})",
            "get list sync create update delete onCreate onUpdate",
            "onDelete",
            Some("get list sync create update delete"),
        ),
    ] {
        let source = format!("type A @model{said} @auth(rules: [{{allow: public}}]) {{ a: Int }}");
        // The usual names are given without the model's.
        let full = |text: &str| {
            let words = text.split_whitespace().map(|word| match word {
                "list" | "sync" => format!("{word}AS"),
                "get" | "create" | "update" | "delete" | "onCreate" | "onUpdate" | "onDelete" => {
                    format!("{word}A")
                }
                other => other.to_owned(),
            });
            words.collect::<Vec<_>>().join(" ")
        };
        let compiled = compile_with(&source, "a", Features::default()).unwrap();
        assert_eq!(roots(&compiled.schema), full(deep), "{source}");
        let again = Schema::from_json(&compiled.schema.to_json()).unwrap();
        assert_eq!(again.models(), compiled.schema.models(), "{source}");
        let warnings = compiled.warnings.to_string();
        assert_eq!(warnings.is_empty(), warned.is_empty(), "{source}: {warnings}");
        for name in full(warned).split_whitespace() {
            assert!(warnings.contains(&format!("`{name}`")), "{source}: {name} in {warnings}");
        }
        let old = compile_with(&source, "a", shallow).unwrap();
        assert_eq!(roots(&old.schema), full(alone.unwrap_or(deep)), "{source}, not merged");
    }
}

#[test]
fn the_names_of_a_model_are_those_it_is_served_under() {
    let schema = compile(ODD);
    let names = &schema.by_name("Renamed").unwrap().names;
    let found = [&names.get, &names.list, &names.sync, &names.create, &names.on_create, &names.on_update];
    assert_eq!(found, ["fetch", "listRenameds", "syncRenameds", "make", "made", "onUpdateRenamed"]);
}

#[test]
fn policies() {
    let schema = compile(ODD);
    let model = schema.by_name("todo").unwrap();
    let merge = |name: &str| model.fields[model.field(name).unwrap()].merge;
    for (field, policy) in [
        ("name", Some(MergePolicy::Client)),
        ("votes", Some(MergePolicy::Counter)),
        ("best", Some(MergePolicy::Max)),
        ("first", Some(MergePolicy::Min)),
        ("tags", Some(MergePolicy::Union)),
        ("history", Some(MergePolicy::Append)),
        ("state", Some(MergePolicy::Server)),
        ("colours", None),
        ("updatedAt", None),
    ] {
        assert_eq!(merge(field), policy, "{field}");
    }
    assert!(!syncline_schema::served_sdl(&schema).contains("merge"));
}

#[test]
fn an_old_project_calls_its_keys_ids() {
    let source = "type P @model @auth(rules: [{allow: public}]) { pid: String! @primaryKey(sortKeyFields: [\"no\"]) no: Int!
            cs: [C] @hasMany one: D @hasOne ls: [L] @manyToMany(relationName: \"PL\") }
        type C @model @auth(rules: [{allow: public}]) { number: Int! @primaryKey p: P @belongsTo }
        type D @model @auth(rules: [{allow: public}]) { number: Int! @primaryKey }
        type L @model @auth(rules: [{allow: public}]) { ps: [P] @manyToMany(relationName: \"PL\") x: Int @index }";
    let old = Features {
        respect_primary_key_attributes: false,
        auto_index_query_names: false,
        ..Features::default()
    };
    for (features, keys, queries) in [
        (
            Features::default(),
            [
                "P.pOneNumber: Int",
                "C.pCsPid: String",
                "C.pCsNo: Int",
                "PL.pPid: String!",
                "PL.pno: Int!",
                "PL.lId: ID!",
            ],
            3,
        ),
        (
            old,
            ["P.pOneId: ID", "C.pCsId: ID", "C.pCsNo: Int", "PL.pID: String!", "PL.pno: Int!", "PL.lID: ID!"],
            0,
        ),
    ] {
        let compiled = compile_with(source, "a", features).unwrap();
        for key in keys {
            let (model, field) = key.split_once('.').unwrap();
            let model = compiled.schema.by_name(model).unwrap();
            let lines = model.fields.iter().map(|field| format!("{}: {}", field.name, field.type_name()));
            let lines: Vec<String> = lines.collect();
            assert!(lines.iter().any(|line| line == field), "{key} in {lines:?}");
        }
        let indexes = compiled.schema.models().iter().flat_map(|model| &model.indexes);
        assert_eq!(indexes.filter(|index| index.query.is_some()).count(), queries, "{features:?}");
        // A key that cannot hold what it refers to is warned of.
        assert_eq!(compiled.warnings.0.len(), usize::from(features == old), "{}", compiled.warnings);
    }
}
