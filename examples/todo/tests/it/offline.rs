//! Two lists that share a server, which is not always there.

use super::api::Api;
use super::process::List;

#[test]
fn what_was_done_offline_reaches_the_other_list() {
    let (mut api, dir) = (Api::start(), tempfile::tempdir().unwrap());
    let a = List::new(dir.path(), "a.db", Some(&api));
    let b = List::new(dir.path(), "b.db", Some(&api));
    let milk = a.add("Buy milk");
    a.add("Call Ann");
    assert_eq!(b.titles(), ["Buy milk", "Call Ann"]);

    api.stop();
    let said = a.run(&["edit", &milk, "Buy", "oat", "milk"]);
    assert!(said.ok, "{said:?}");
    assert!(said.err.contains("offline: the server cannot be reached; 1 change waits"), "{said:?}");
    a.add("Mow the lawn");
    b.ok(&["done", &milk]);
    let json = a.json();
    assert_eq!((&json["sync"], &json["waiting"]), (&"offline".into(), &2.into()), "{json}");
    assert_eq!(a.titles(), ["Buy oat milk", "Call Ann", "Mow the lawn"]);
    assert_eq!(b.titles(), ["(Buy milk)", "Call Ann"]);
    assert!(a.ok(&["list"]).contains("Buy oat milk  (not sent yet)"));

    api.resume();
    // Each sends what it has when it is used next, and sees what the other did.
    assert_eq!(a.titles().len(), 3);
    assert_eq!(b.titles(), ["(Buy oat milk)", "Call Ann", "Mow the lawn"], "both edits of one record");
    assert_eq!(a.titles(), b.titles());
    for list in [&a, &b] {
        let json = list.json();
        assert_eq!(
            (&json["sync"], &json["waiting"], &json["refused"]),
            (&"inSync".into(), &0.into(), &0.into())
        );
    }

    a.ok(&["remove", &milk]);
    assert_eq!(b.titles(), ["Call Ann", "Mow the lawn"]);
    assert_eq!(b.ok(&["list", "--open"]).lines().last(), Some("2 to do"));
}

#[test]
fn lists_that_are_open_see_each_other_at_once() {
    let (mut api, dir) = (Api::start(), tempfile::tempdir().unwrap());
    let a = List::new(dir.path(), "a.db", Some(&api));
    let b = List::new(dir.path(), "b.db", Some(&api));
    let c = List::new(dir.path(), "c.db", Some(&api));
    let (mut a, mut b, c) = (a.start(&[]), b.start(&[]), c.start(&["watch"]));
    for session in [&a, &b] {
        session.until("Nothing on the list");
    }
    c.until("in sync");
    a.type_line("add Buy milk");
    let line = a.until("added");
    let id = line.split_whitespace().next().unwrap();
    b.until("added    Buy milk");
    c.until("added    Buy milk");
    b.type_line(&format!("done {id}"));
    a.until("done     Buy milk");
    c.until("done     Buy milk");

    api.stop();
    b.until("offline");
    b.type_line("add Call Ann");
    b.type_line("list");
    b.until("Call Ann  (not sent yet)");
    b.until("1 to do, 1 done");
    api.resume();
    b.until("in sync");
    a.until("added    Call Ann");
    c.until("added    Call Ann");
    b.type_line("nonsense");
    b.until("there is no command `nonsense`");
    b.type_line("quit");
    b.end();
    a.end();
}
