//! What the program says when it cannot do what it is asked to.

use super::process::List;

#[test]
fn without_a_server_the_list_is_local() {
    let dir = tempfile::tempdir().unwrap();
    let list = List::new(dir.path(), "a.db", None);
    assert!(list.ok(&["list"]).starts_with("Nothing on the list."));
    let id = list.add("Buy milk");
    list.ok(&["done", &id]);
    assert_eq!(list.titles(), ["(Buy milk)"]);
    list.ok(&["undo", &id]);
    let said = list.run(&["list"]);
    assert_eq!(said.out, format!("  {id}  [ ] Buy milk\n1 to do\n"));
    assert_eq!(said.err, "1 change waits for a server (--server)\n");
    list.ok(&["remove", &id]);
    assert!(list.ok(&["list"]).starts_with("Nothing on the list."));
}

#[test]
fn lines_that_are_piped_in_are_done_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let mut session = List::new(dir.path(), "a.db", None).start(&[]);
    for line in ["add Buy milk", "", "add", "edit 1", "done zzzz", "list"] {
        session.type_line(line);
    }
    let lines = session.end();
    assert!(lines.iter().all(|line| !line.contains('\u{1b}') && !line.starts_with('>')), "{lines:#?}");
    let errors: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix("error: ")).collect();
    assert_eq!(
        errors,
        ["`add` needs a title", "`edit` needs an id and a title", "nothing on the list has the id \"zzzz\""]
    );
    assert!(lines.iter().any(|line| line.ends_with("[ ] Buy milk")), "{lines:#?}");
}

#[test]
fn errors_say_what_to_do_next() {
    let dir = tempfile::tempdir().unwrap();
    let list = List::new(dir.path(), "a.db", None);
    let nowhere = dir.path().join("nowhere").join("a.db");
    let nowhere = nowhere.to_str().unwrap();
    for (args, what, next) in [
        (&["done", "zzzz"][..], "nothing on the list has the id \"zzzz\"", "`list` shows the ids"),
        (&["add", " "], "the title is empty", "say what there is to do"),
        (
            &["list", "--server", "localhost:1"],
            "localhost:1 cannot be read",
            "a URL that begins with http://",
        ),
        (&["list", "--server", "http://localhost:1/graphql"], "without a key", "--api-key KEY"),
        (&["list", "--server", "http://localhost:1"], "not its endpoint", "http://localhost:1/graphql"),
        (&["list", "--db", nowhere], "", "make its directory first"),
        (&["list", "--nonsense"], "unexpected argument '--nonsense'", "--help"),
    ] {
        let said = list.run(args);
        assert!(!said.ok && said.out.is_empty(), "{args:?}: {said:?}");
        assert!(said.err.contains(what) && said.err.contains(next), "{args:?}: {said:?}");
    }
    let open = list.start(&[]);
    open.until("Nothing on the list");
    let said = list.run(&["list"]);
    assert!(!said.ok && said.err.contains("in use by todo (process "), "{said:?}");
}
