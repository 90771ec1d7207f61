//! Wrong flags and files: what is said, and with which exit code.

use crate::process::{Dev, arg, file, run};
use std::net::TcpListener;
use std::path::Path;

const SCHEMA: &str = "type Todo @model @auth(rules: [{ allow: public }]) {\n  id: ID!\n  title: String!\n}\n";

/// The command fails with this exit code and names every part on stderr.
fn check(args: &[&str], code: i32, parts: &[&str]) {
    let output = run(args);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {errors}");
    for part in parts {
        assert!(errors.contains(part), "{args:?}: no {part:?} in {errors}");
    }
    assert!(!errors.contains("panicked"), "{errors}");
}

#[test]
fn wrong_usage_ends_with_2() {
    for (args, parts) in [
        (&[][..], &["Usage: syncline <COMMAND>"][..]),
        (&["nonsense"], &["unrecognized subcommand 'nonsense'"]),
        (&["dmo"], &["unrecognized subcommand 'dmo'", "'demo'"]),
        (&["demo", "--jsn"], &["unexpected argument '--jsn'", "'--json'"]),
        (
            &["dev", "--listen", "here"],
            &["invalid value 'here' for '--listen <ADDRESS>'", "give an IP address and a port, for example"],
        ),
        (&["dev", "--listen", "127.0.0.1:99999"], &["invalid value '127.0.0.1:99999'"]),
        (
            &["dev", "--conflict", "first"],
            &[
                "invalid value 'first' for '--conflict <[MODEL=]STRATEGY>'",
                "automerge, automerge-appsync, optimistic",
            ],
        ),
        (&["dev", "--schema"], &["a value is required for '--schema <FILE>'"]),
        (&["codegen", "models"], &["--target <TARGET>"]),
        (&["codegen", "models", "--target", "cobol"], &["invalid value 'cobol'", "[possible values: rust]"]),
        (&["api"], &["gql-compile"]),
    ] {
        check(args, 2, parts);
    }
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let schema = file(directory, "schema.graphql", SCHEMA);
    let schema = arg(&schema);
    let missing = directory.join("missing.graphql");
    let missing = arg(&missing);
    let bytes = directory.join("bytes.graphql");
    std::fs::write(&bytes, [0xff, 0xfe, 0]).unwrap();
    let occupied = file(directory, "occupied", "");

    check(&["api", "gql-compile", "--schema", missing], 1, &["missing.graphql cannot be read", "help: "]);
    check(&["api", "gql-compile", "--schema", arg(directory)], 1, &["cannot be read", "help: "]);
    check(&["api", "gql-compile", "--schema", arg(&bytes)], 1, &["bytes.graphql cannot be read", "help: "]);
    let out = directory.join("no/such/directory.rs");
    let args = ["codegen", "models", "--target", "rust", "--schema", schema, "--out", arg(&out)];
    check(&args, 1, &["directory.rs cannot be written", "help: name another file with --out"]);
    check(&["dev", "--schema", missing], 1, &["missing.graphql cannot be read", "help: "]);
    let args = ["dev", "--schema", schema, "--transform-conf", missing];
    check(&args, 1, &["missing.graphql cannot be read", "help: name Amplify's transform.conf.json"]);
    let data = directory.join("data");
    let args = ["dev", "--schema", schema, "--data", arg(&data), "--conflict", "Todos=optimistic"];
    check(
        &args,
        1,
        &["--conflict Todos=… is for a model that the schema does not have", "help: its models are Todo"],
    );
    let args = ["dev", "--schema", schema, "--data", arg(&occupied)];
    check(&args, 1, &["the data directory", "occupied cannot be made", "help: name another one with --data"]);
}

#[test]
fn damaged_data_is_refused_and_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let schema = file(directory.path(), "schema.graphql", SCHEMA);
    let dev = |data: &Path, parts: &[&str]| {
        check(&["dev", "--schema", arg(&schema), "--data", arg(data), "--listen", "127.0.0.1:0"], 1, parts);
    };
    for (name, text, parts) in [
        (
            "api.db",
            "no database at all, but long enough to be taken for one: ".repeat(10),
            ["api.db: it is not", "help: "],
        ),
        ("keys.json", "{".to_owned(), ["keys.json is damaged", "help: remove it"]),
    ] {
        let data = directory.path().join(name.replace('.', "-"));
        std::fs::create_dir(&data).unwrap();
        let path = file(&data, name, &text);
        dev(&data, &parts);
        assert_eq!(std::fs::read_to_string(path).unwrap(), text);
    }

    // A store that another one runs on, and one that was made with a schema of which this one is no extension.
    let data = directory.path().join("data");
    let running = Dev::start(&schema, &data);
    dev(&data, &["api.db", "has it open", "help: "]);
    running.process.signal("TERM");
    running.process.end();
    std::fs::write(&schema, SCHEMA.replace("title: String!", "title: Int!")).unwrap();
    dev(&data, &["Todo.title", "help: "]);
    std::fs::write(&schema, SCHEMA).unwrap();
    drop(Dev::start(&schema, &data));
}

#[test]
fn a_port_in_use_and_a_wrong_key_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let schema = file(directory.path(), "schema.graphql", SCHEMA);
    let data = directory.path().join("data");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let base = ["dev", "--schema", arg(&schema), "--data", arg(&data), "--listen"];
    let mut args = base.to_vec();
    args.push(&address);
    check(&args, 1, &[&address, "help: stop what listens there, or name another address with --listen"]);
    for key in ["", "with space", "zwölf"] {
        let mut args = base.to_vec();
        args.extend(["127.0.0.1:0", "--api-key", key]);
        check(&args, 1, &["API key", "128 visible ASCII characters"]);
    }
}
