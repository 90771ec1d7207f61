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
