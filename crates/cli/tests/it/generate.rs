//! What is written from a schema.

use crate::process::{arg, file, run, stdout};
use std::path::Path;

fn blog() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/tests/fixtures/blog.graphql");
    arg(&path).to_owned()
}

#[test]
fn the_api_of_a_schema() {
    let printed = stdout(&["api", "gql-compile", "--schema", &blog()]);
    let schema = syncline_schema::compile(&std::fs::read_to_string(blog()).unwrap(), "blog").unwrap();
    assert_eq!(printed, syncline_schema::api_sdl(&schema));
}

#[test]
fn the_models_of_a_schema() {
    let directory = tempfile::tempdir().unwrap();
    let models =
        |out: &str| stdout(&["codegen", "models", "--target", "rust", "--schema", &blog(), "--out", out]);
    let schema = syncline_schema::compile(&std::fs::read_to_string(blog()).unwrap(), "blog").unwrap();
    let expected = syncline_codegen::rust(&schema);
    assert_eq!(models("-"), expected);

    let path = directory.path().join("models.rs");
    assert_eq!(models(arg(&path)), "");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);

    // What is right already is not written again, so nothing is built anew; what is not, is.
    let modified = || path.metadata().unwrap().modified().unwrap();
    let before = modified();
    models(arg(&path));
    assert_eq!(modified(), before);
    std::fs::write(&path, "old").unwrap();
    models(arg(&path));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn the_flags_of_an_amplify_project_count() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| file(directory.path(), name, text);
    let schema = path(
        "schema.graphql",
        "type A @model(queries: {list: null}) @auth(rules: [{allow: public}]) { key: String! @primaryKey bs: [B] @hasMany }\n\
         type B @model @auth(rules: [{allow: public}]) { a: Int }\n",
    );
    let old = path("old.json", r#"{"features":{"graphqltransformer":{"transformerversion":2}}}"#);
    let bad = path("bad.json", r#"{"features":{"graphqltransformer":{"transformerversion":1}}}"#);
    let none = directory.path().join("none.json");
    let data = directory.path().join("data");
    for (args, new_key, old_key) in [
        (&["api", "gql-compile"][..], "aBsKey: String", "aBsId: ID"),
        (&["codegen", "models", "--target", "rust"], "a_bs_key", "a_bs_id"),
    ] {
        let args = [args, &["--schema", arg(&schema)]].concat();
        let output = run(&args);
        assert!(String::from_utf8(output.stdout).unwrap().contains(new_key), "{args:?}");
        // A surprise is told, and is no failure.
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.starts_with("warning: ") && errors.contains("`listAS`"), "{errors}");
        assert!(stdout(&[&args[..], &["--cli-json", arg(&old)]].concat()).contains(old_key), "{args:?}");
    }
    for args in [
        &["api", "gql-compile"][..],
        &["codegen", "models", "--target", "rust"],
        &["dev", "--listen", "127.0.0.1:0", "--data", arg(&data)],
    ] {
        for (json, part) in [
            (&bad, "bad.json cannot be used: `transformerversion` is 1"),
            (&none, "none.json cannot be read: "),
        ] {
            let output = run(&[args, &["--schema", arg(&schema), "--cli-json", arg(json)]].concat());
            let errors = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{args:?}");
            assert!(errors.contains(part) && errors.contains("help: "), "{args:?}: {errors}");
        }
    }
}

#[test]
fn a_wrong_schema_is_shown_where_it_is_wrong() {
    let directory = tempfile::tempdir().unwrap();
    let schema = file(
        directory.path(),
        "wrong.graphql",
        "type Post @modle @auth(rules: [{ allow: public }]) {\n  id: ID!\n}\n",
    );
    for args in [
        &["api", "gql-compile"][..],
        &["codegen", "models", "--target", "rust"],
        &["dev", "--data", arg(&directory.path().join("data"))],
    ] {
        let output = run(&[args, &["--schema", arg(&schema)]].concat());
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "{args:?}");
        for part in ["error: ", "wrong.graphql:1:11: ", "^^^^^^", "help: ", "@model"] {
            assert!(errors.contains(part), "{args:?}: no {part:?} in {errors}");
        }
    }
    assert!(!directory.path().join("data").exists(), "nothing is made for a schema that is wrong");
}
