//! `syncline doctor`: what it says of a file, and that it leaves it as it is.

use crate::process::{arg, file, run};
use serde_json::Value;
use std::path::Path;
use syncline::{DataStore, Durability};

const OLD: &str =
    "type Post @model @auth(rules: [{ allow: public }]) {\n  id: ID!\n  title: String!\n  stars: Float\n}\n";

/// A file with a post that was not sent.
fn store(path: &Path) {
    let schema = syncline_schema::compile(OLD, "old.graphql").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let builder = DataStore::builder(std::sync::Arc::new(schema)).path(path);
        let store = builder.durability(Durability::Relaxed).open().await.unwrap();
        let posts = store.model("Post").unwrap();
        let mut item = posts.new_item();
        item.set("id", "p").unwrap();
        item.set("title", "t").unwrap();
        posts.save(item).await.unwrap();
    });
}

/// What it prints, and its exit code.
fn doctor(args: &[&str]) -> (String, i32, String) {
    let output = run(&[&["doctor"], args].concat());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), output.status.code().unwrap(), text(output.stderr))
}

#[test]
fn what_a_file_holds_and_what_another_schema_makes_of_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("blog.db");
    store(&path);
    let before = std::fs::read(&path).unwrap();
    let db = arg(&path);
    let schema = |name: &str, from: &str, to: &str| file(directory.path(), name, &OLD.replace(from, to));

    let (text, code, _) = doctor(&["--db", db]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("blog.db: sound, format 3\n"), "{text}");
    assert!(text.contains("Post      1       1          0       0  everything\n"), "{text}");

    let (text, code, _) = doctor(&["--db", db, "--json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &report["models"][0]["unsent"]), (0, &Value::from(1)), "{text}");
    assert!(report.get("migration").is_none());

    // The same schema, another type, and another name that nobody mentions.
    let same = schema("same.graphql", "", "");
    let other = schema("other.graphql", "Float", "Int");
    let named = schema("named.graphql", "title", "headline");
    for (schema, more, expected, code) in [
        (&same, &["--migrate-plan"][..], "nothing changes in what is stored\n", 0),
        (&other, &[], "1 changes; --migrate-plan shows them\n", 0),
        (
            &other,
            &["--migrate-plan"],
            "Post.stars was Float and is now Int  converted, or null until fetched  converted, or parked with the old content  yes\n",
            0,
        ),
        (
            &named,
            &["--migrate-plan"],
            "refused Post.title: the new schema does not have it, and a pending change",
            1,
        ),
        (
            &named,
            &["--migrate-plan", "--rename", "Post.title=headline"],
            "Post.title is now called headline",
            0,
        ),
        (&named, &["--migrate-plan", "--discard", "Post.title"], "Post.title is gone", 0),
    ] {
        let args = [&["--db", db, "--schema", arg(schema)], more].concat();
        let (text, found, errors) = doctor(&args);
        assert!(text.contains(expected) && found == code, "{args:?}: {text}{errors}");
    }
    let (text, code, _) = doctor(&["--db", db, "--schema", arg(&named), "--json"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &report["migration"]["refused"]), (1, &Value::from(true)), "{text}");
    assert_eq!(report["migration"]["refusals"][0]["place"], "Post.title");
    assert_eq!(std::fs::read(&path).unwrap(), before, "the file is as it was");
}

#[test]
fn what_is_no_store_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing.db");
    let text = file(directory.path(), "diary.txt", "Dear diary");
    for (args, code, expected) in [
        (vec!["--db", arg(&missing)], 1, "there is no such file"),
        (vec!["--db", arg(&text)], 1, "is not a Syncline store"),
        (vec!["--db", arg(&text), "--migrate-plan"], 2, "--schema <FILE>"),
        (vec!["--db", arg(&text), "--schema", "x", "--rename", "Post"], 1, "write --rename OLD=NEW"),
        (vec![], 2, "--db <FILE>"),
    ] {
        let (_, found, errors) = doctor(&args);
        assert!(errors.contains(expected) && found == code, "{args:?}: {errors}");
    }
    assert!(!missing.exists());
}

#[test]
fn a_damaged_file_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("blog.db");
    store(&path);
    let mut bytes = std::fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[end - 4_000..].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    let (text, code, errors) = doctor(&["--db", arg(&path)]);
    assert_eq!(code, 1, "{text}");
    assert!(errors.contains("damaged"), "{errors}");
}
