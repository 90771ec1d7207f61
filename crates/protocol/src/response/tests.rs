use super::*;
use crate::error::{ErrorClass, ErrorType};
use crate::extension::SyncKind;
use crate::raw::RawJson;
use crate::testing::{address, geo, person, post, schema, write};
use syncline_core::{Key, Record, Schema, Value, Versioned};

const TRANSIENT: ErrorClass = ErrorClass::Transient { retry_after_s: None };

fn page_of(items: &str) -> String {
    format!(r#"{{"data":{{"syncPosts":{{"items":[{items}],"nextToken":null,"startedAt":5}}}}}}"#)
}

fn page(schema: &Schema, text: &str) -> Result<SyncAnswer, ResponseError> {
    parse_sync_page(schema.by_name("Post").unwrap(), text.as_bytes())
}

/// `post()` as JSON, with `from` replaced by `to`.
fn altered(schema: &Schema, from: &str, to: &str) -> String {
    let text = write(schema.by_name("Post").unwrap(), &post());
    assert!(text.contains(from), "{from} in {text}");
    text.replacen(from, to, 1)
}

#[test]
fn a_page_is_read_into_records() {
    let schema = schema();
    let one = write(schema.by_name("Post").unwrap(), &post());
    let mut tombstone = post();
    tombstone.meta.deleted = true;
    let two = write(schema.by_name("Post").unwrap(), &tombstone);
    let text = format!(
        r#"{{"extensions":{{"syncline":{{"v":1,"caps":{{}},"epoch":"e","fields":{{"syncPosts":{{"kind":"delta","fingerprint":"f"}}}}}}}},
            "data":{{"syncPosts":{{"startedAt":1700000000999,"nextToken":"t","items":[{one},{two}],"__typename":"x"}}}}}}"#
    );
    let answer = page(&schema, &text).unwrap();
    assert_eq!(answer.rows, vec![post(), tombstone]);
    assert_eq!((answer.bad, answer.errors), (vec![], vec![]));
    assert_eq!((answer.next_token.as_deref(), answer.started_at), (Some("t"), Some(1_700_000_000_999)));
    let extension = answer.extension.unwrap();
    assert_eq!(extension.fields["syncPosts"].kind, Some(SyncKind::Delta));
    assert_eq!(extension.epoch, "e");
}

#[test]
fn keys_come_in_any_order_and_unknown_ones_are_skipped() {
    let schema = schema();
    let item = concat!(
        r#"{"_deleted":false,"more":{"id":"no","deep":[[[{}]]]},"updatedAt":"u","createdAt":"c","id":"1","#,
        r#""_lastChangedAt":3,"__typename":"Post","status":"LATER","marks":[],"_version":2.0,"title":"\u0074","score":3}"#
    );
    let answer = page(&schema, &page_of(item)).unwrap();
    assert_eq!(answer.bad, vec![]);
    let row = &answer.rows[0];
    assert_eq!(row.record[0], Value::from("1"));
    assert_eq!(row.record[1], Value::from("t"));
    assert_eq!(row.record[3], Value::Float(3.0));
    assert_eq!(row.record[5], Value::from("LATER"), "an enum value that a later schema has is kept");
    assert_eq!(row.record[6], Value::Null);
    assert_eq!((row.meta.version, row.meta.last_changed_at, row.meta.deleted), (2, 3, false));
}

#[test]
fn a_bad_item_is_set_aside_and_named() {
    let schema = schema();
    let good = write(schema.by_name("Post").unwrap(), &post());
    let check = |item: &str, reason: &str| {
        let answer = page(&schema, &page_of(&format!("{good},{item},{good}"))).unwrap();
        assert_eq!(answer.rows, vec![post(), post()], "{item}");
        assert_eq!(answer.bad.len(), 1, "{item}");
        assert_eq!(answer.bad[0].index, 1);
        assert!(answer.bad[0].reason.contains(reason), "{}\nshould say\n{reason}", answer.bad[0].reason);
    };
    check("null", "a Post is null");
    check("7", "must be an object, but it is a number");
    check("-7", "but it is a number");
    check("7.5", "but it is a number");
    check("true", "but it is a boolean");
    check(r#""x""#, "but it is a string");
    check("[[1],{}]", "but it is a list");
    check("{}", "id is required, but it is missing");
    let field = |from: &str, to: &str, reason: &str| check(&altered(&schema, from, to), reason);
    field(
        r#""rating":-5"#,
        r#""rating":"5""#,
        "p\"1: rating must be a whole number of at most 64 bits, but it is a string",
    );
    field(r#""rating":-5"#, r#""rating":5.5"#, "a number with a fraction");
    field(r#""rating":-5"#, r#""rating":18446744073709551615"#, "a number of more than 64 bits");
    field(r#""rating":-5"#, r#""rating":1e30"#, "too large");
    field(r#""rating":-5"#, r#""rating":{"a":[{}]}"#, "but it is an object");
    field(r#""score":0.1"#, r#""score":true"#, "score must be a number, but it is a boolean");
    field(r#""published":true"#, r#""published":1"#, "published must be a boolean, but it is a number");
    field(r#""title":"tïtle\n𝄞""#, r#""title":null"#, "title is required, but it is null");
    field(r#""title":"tïtle\n𝄞","#, "", "title is required, but it is missing");
    field(r#""title":"tïtle\n𝄞""#, r#""title":["t"]"#, "title must be a string, but it is a list");
    field(r#""title":"tïtle\n𝄞""#, r#""title":"\u0000""#, "U+0000");
    field(r#""title":"tïtle\n𝄞""#, r#""title":"\ud834""#, "a Post cannot be read");
    field(r#""score":0.1"#, r#""score":1e999"#, "number out of range");
    field(r#""tags":["x",null]"#, r#""tags":"x""#, "tags must be a list of its items, but it is a string");
    field(r#""tags":["x",null]"#, r#""tags":["x",7]"#, "tags[1] must be a string, but it is a number");
    field(r#""tags":["x",null]"#, r#""tags":["x",["y"],{}]"#, "tags[1] must be a string, but it is a list");
    field(
        r#""marks":[9"#,
        r#""marks":[null,9"#,
        "marks[0] must be a whole number of at most 64 bits, but it is null",
    );
    field(
        r#""extra":"{\"a\":[1,null]}""#,
        r#""extra":{"a":1}"#,
        "extra must be a string, but it is an object",
    );
    field(r#""_version":7,"#, "", "_version is missing");
    field(r#""_version":7,"#, r#""_version":0,"#, "_version must be at least 1");
    field(r#""_version":7,"#, r#""_version":"7","#, "_version must be a whole number");
    field(r#""_lastChangedAt":1700000000123"#, r#""_lastChangedAt":null"#, "_lastChangedAt is missing");
    field(r#""_deleted":null"#, r#""_deleted":"no""#, "_deleted must be a boolean");
    field(r#""id":"p\"1""#, r#""id":null"#, "id is required, but it is null");
}

#[test]
fn a_custom_type_is_read_into_its_canonical_form() {
    let schema = schema();
    let model = schema.by_name("Person").unwrap();
    let good = write(model, &person());
    let read = read_record(model, &good).unwrap();
    assert_eq!((&read.versioned, read.complete), (&person(), true));
    let check = |from: &str, to: &str, place: usize, expected: Value| {
        assert!(good.contains(from), "{from} in {good}");
        let read = read_record(model, &good.replacen(from, to, 1));
        assert_eq!(read.map(|read| read.versioned.record[place].clone()), Ok(expected), "{to}");
    };
    let full = r#"{"datum":"B","lat":0.5,"lon":2.0}"#;
    let empty = || [Value::Null, Value::Null, Value::Null, Value::Null];
    let [zip, geo_, stops, lines] = empty();
    let bare = address("x", zip, geo_, stops, lines);
    let home = |text: &str| {
        let start = good.find(r#""home":"#).unwrap();
        let end = good.find(r#","homes":"#).unwrap();
        (good[start..end].to_owned(), format!(r#""home":{text}"#))
    };
    for (text, expected) in [
        (r#"{"street":"x"}"#, bare.clone()),
        (r#"{"__typename":"Address","more":{"street":[{}]},"zip":null,"street":"x"}"#, bare.clone()),
        (r#"{"lines":null,"stops":null,"geo":null,"zip":null,"street":"x","__typename":"Address"}"#, bare),
        (
            r#"{"geo":{"__typename":"Geo","lon":2,"lat":-0.0,"datum":"LATER"},"street":"x","stops":[],"zip":5.0}"#,
            address("x", Value::Int(5), geo(0.0, "LATER".into()), Value::List(vec![]), Value::Null),
        ),
    ] {
        let (from, to) = home(text);
        check(&from, &to, 1, expected);
    }
    check(
        full,
        r#"{"lat":1,"lon":2}"#,
        1,
        match person().record[1].clone() {
            Value::Object(mut object) => {
                object.0[2].1 = geo(1.0, Value::Null);
                Value::Object(object)
            }
            other => other,
        },
    );
}

#[test]
fn what_is_wrong_in_a_custom_type_is_named_by_its_path() {
    let schema = schema();
    let model = schema.by_name("Person").unwrap();
    let check = |fields: &str, reason: &str| {
        let text = format!(r#"{{"id":"p",{fields},"_version":1,"_lastChangedAt":1}}"#);
        let error = read_record(model, &text).unwrap_err();
        assert_eq!(error, format!("Person p: {reason}"), "{fields}");
    };
    let home = |home: &str, reason: &str| check(&format!(r#""places":[],"home":{home}"#), reason);
    home("null", "home is required, but it is null");
    home("7", "home must be an object of its type, but it is a number");
    home("-7", "home must be an object of its type, but it is a number");
    home("7.5", "home must be an object of its type, but it is a number");
    home("true", "home must be an object of its type, but it is a boolean");
    home(r#""x""#, "home must be an object of its type, but it is a string");
    home("[{}]", "home must be an object of its type, but it is a list");
    home("{}", "home.street must be a string, but it is missing");
    home(r#"{"street":null}"#, "home.street must be a string, but it is null");
    home(
        r#"{"zip":"5","street":7,"geo":[]}"#,
        "home.zip must be a whole number of at most 64 bits, but it is a string",
    );
    home(r#"{"street":"\u0000"}"#, "home.street must be a string, but it is a string with U+0000");
    home(r#"{"street":"x","geo":{"lat":1}}"#, "home.geo.lon must be a number, but it is missing");
    home(
        r#"{"street":"x","stops":[{"lat":1,"lon":2},{"lat":{},"lon":2}]}"#,
        "home.stops[1].lat must be a number, but it is an object",
    );
    home(r#"{"street":"x","stops":[null]}"#, "home.stops[0] must be an object of its type, but it is null");
    home(r#"{"street":"x","stops":{}}"#, "home.stops must be a list of its items, but it is an object");
    home(r#"{"street":"x","lines":["a",1]}"#, "home.lines[1] must be a string, but it is a number");
    check(
        r#""home":{"street":"x"},"places":[null,{"lat":1,"lon":2},{"lat":1,"lon":"2"}]"#,
        "places[2].lon must be a number, but it is a string",
    );
}

#[test]
fn a_has_one_stands_in_for_its_key() {
    let schema = schema();
    let model = schema.by_name("Person").unwrap();
    let text = concat!(
        r#"{"id":"p","home":{"street":"x"},"homes":null,"places":[],"_version":1,"_lastChangedAt":1,"#,
        r#""part":{"maker":"acme","number":7,"_deleted":null,"__typename":"Part"}}"#
    );
    let read = read_record(model, text).unwrap();
    assert_eq!(&read.versioned.record.0[4..], [Value::from("acme"), Value::Int(7)]);
    assert!(read.complete);
}

#[test]
fn of_a_tombstone_only_the_key_must_be_there() {
    let schema = schema();
    let answer =
        page(&schema, &page_of(r#"{"id":"1","title":null,"_version":3,"_lastChangedAt":4,"_deleted":true}"#));
    let answer = answer.unwrap();
    assert_eq!(answer.bad, vec![]);
    assert!(answer.rows[0].meta.deleted);
}

#[test]
fn a_null_item_is_explained_by_its_error() {
    let schema = schema();
    let text = concat!(
        r#"{"data":{"syncPosts":{"items":[null],"nextToken":null,"startedAt":5}},"#,
        r#""errors":[{"path":["syncPosts","items",0,"title"],"errorType":"X","message":"Cannot return null"}]}"#
    );
    let answer = page(&schema, text).unwrap();
    let [bad] = &answer.bad[..] else { panic!("{:?}", answer.bad) };
    assert_eq!((bad.index, bad.reason.as_str(), bad.json.as_str()), (0, "X: Cannot return null", "null"));
    assert_eq!(answer.errors.len(), 1);
}

#[test]
fn an_answer_without_a_page_says_why() {
    let schema = schema();
    let check = |text: &str, part: &str, class: ErrorClass| {
        let error = page(&schema, text).unwrap_err();
        assert!(error.to_string().contains(part), "{text}: {error}");
        assert_eq!(error.class(), class, "{text}");
    };
    check("", "not JSON", TRANSIENT);
    check("<html>sign in</html>", "begins with \"<html>sign in</html>\"", TRANSIENT);
    check(r#"{"data":{"syncPosts":{"items":[{"id":"#, "not JSON", TRANSIENT);
    check(r#"{"data":{}} x"#, "not JSON", TRANSIENT);
    check("[]", "it is an array", TRANSIENT);
    check("{}", "data.syncPosts.items is null or missing", TRANSIENT);
    check(r#"{"data":null}"#, "no error says why", TRANSIENT);
    check(r#"{"data":{"syncComments":{"items":[]}}}"#, "data.syncPosts.items", TRANSIENT);
    check(r#"{"data":{"syncPosts":{"items":null}}}"#, "data.syncPosts.items", TRANSIENT);
    check(r#"{"data":{"syncPosts":{"items":7}}}"#, "items to be a list", TRANSIENT);
    check(r#"{"data":7}"#, "\"data\" to be an object", TRANSIENT);
    check(r#"{"data":null,"data":null}"#, "comes twice", TRANSIENT);
    check(r#"{"data":null,"errors":[{"message":"m"}]}"#, "m", ErrorClass::Permanent);
    check(
        r#"{"data":{"syncPosts":null},"errors":[{"message":"no","errorType":"Unauthorized","path":["syncPosts"]}]}"#,
        "refused the request: Unauthorized: no",
        ErrorClass::Permanent,
    );
    check(r#"{"errors":{"errorType":"UnauthorizedException","message":"m"}}"#, "m", ErrorClass::Auth);
    let error = parse_sync_page(schema.by_name("Post").unwrap(), b"{\"a\":\"\xff\"}").unwrap_err();
    assert!(error.to_string().contains("byte 6 is not UTF-8"), "{error}");
}

#[test]
fn the_key_of_a_parent_stands_in_for_a_foreign_key_that_is_not_there() {
    let schema = schema();
    let model = schema.by_name("Comment").unwrap();
    let check = |more: &str, keys: [Value; 3]| {
        let read = read_record(
            model,
            &format!(r#"{{"id":"c","content":null,{more}"_version":1,"_lastChangedAt":1}}"#),
        );
        let read = read.unwrap();
        assert_eq!(&read.versioned.record.0[2..], &keys, "{more}");
        read.complete
    };
    let none = || [Value::Null, Value::Null, Value::Null];
    let post = |id: &str| [Value::from(id), Value::Null, Value::Null];
    assert!(!check("", none()));
    assert!(check(r#""postId":"p","partMaker":null,"partNumber":null,"#, post("p")));
    assert!(!check(r#""post":{"id":"p","_deleted":null,"__typename":"Post"},"#, post("p")));
    assert!(!check(r#""post":{"id":"q"},"postId":"p","#, post("p")));
    assert!(!check(r#""postId":"p","post":{"id":"q"},"#, post("p")));
    assert!(!check(r#""post":null,"#, none()));
    assert!(!check(r#""post":[{"id":"p"}],"#, none()));
    assert!(!check(r#""post":{"id":"p","title":"not only the key"},"#, none()));
    assert!(!check(r#""post":{"id":7},"#, none()));
    assert!(!check(&format!(r#""post":{{"id":{}1{}}},"#, "[".repeat(500), "]".repeat(500)), none()));
    let part = [Value::Null, Value::from("acme"), Value::Int(7)];
    assert!(!check(r#""part":{"maker":"acme","number":7,"_deleted":null},"#, part.clone()));
    assert!(!check(r#""part":{"maker":"acme"},"#, none()));
    let both = r#""post":{"id":"p"},"part":{"maker":"acme","number":7},"#;
    let [_, maker, number] = part;
    assert!(check(both, [Value::from("p"), maker, number]));
}

fn mutations(count: usize, text: &str) -> Result<MutationAnswer, ResponseError> {
    parse_mutations(&vec![&**schema().by_name("Post").unwrap(); count], text.as_bytes())
}

/// The result as a short text.
fn outcome(result: &MutationResult) -> String {
    match result {
        MutationResult::Applied(row) => format!("applied v{}", row.meta.version),
        MutationResult::Refused(refusal) => {
            let current = refusal.current.as_ref().map(|row| row.meta.version);
            format!("{:?}, current {current:?}", refusal.class)
        }
        MutationResult::Gone => "gone".to_owned(),
        MutationResult::Unknown(why) => format!("unknown: {why}"),
    }
}

#[test]
fn each_mutation_has_its_own_outcome() {
    let good = write(schema().by_name("Post").unwrap(), &post());
    let text = format!(
        r#"{{"data":{{"m0":{good},"m1":null,"m2":null,"m3":null,"m4":null,"m5":{{"id":"x"}}}},"errors":[
            {{"path":["m1"],"errorType":"ConflictUnhandled","data":{good},"message":"c"}},
            {{"path":["m2"],"errorType":"ConditionalCheckFailedException","data":{{"id":"x","_version":3}},"message":"p"}},
            {{"path":["m3","title"],"message":"Cannot return null"}}]}}"#
    );
    let answer = mutations(6, &text).unwrap();
    let outcomes: Vec<String> = answer.results.iter().map(outcome).collect();
    assert_eq!(outcomes[0], "applied v7");
    assert_eq!(outcomes[1], "Conflict, current Some(7)");
    assert_eq!(outcomes[2], "Condition, current None", "a partial record is no record (SYNC 1.8)");
    assert_eq!(outcomes[3], "unknown: the server's record could not be read: Cannot return null");
    assert!(
        outcomes[4].starts_with("unknown: the answer says nothing about this mutation, but"),
        "{}",
        outcomes[4]
    );
    assert!(outcomes[5].starts_with("unknown: Post x: title is required"), "{}", outcomes[5]);
}

#[test]
fn what_is_said_about_one_mutation_or_about_the_request() {
    let check = |count: usize, text: &str, expected: &str| match mutations(count, text) {
        Ok(answer) => {
            for result in &answer.results {
                assert!(outcome(result).starts_with(expected), "{text}: {}", outcome(result));
            }
            assert_eq!(answer.results.len(), count);
        }
        Err(error) => assert!(error.to_string().contains(expected), "{text}: {error}"),
    };
    let own = r#""errors":[{"path":["m0"],"errorType":"Unauthorized","message":"no"}]"#;
    check(1, &format!(r#"{{"data":{{"m0":null}},{own}}}"#), "Permanent, current None");
    check(1, &format!(r#"{{"data":null,{own}}}"#), "Permanent, current None");
    check(1, &format!("{{{own}}}"), "Permanent, current None");
    let whole = r#""errors":[{"message":"Validation error"}]"#;
    check(1, &format!(r#"{{"data":null,{whole}}}"#), "refused the request: Validation error");
    check(2, &format!(r#"{{"data":null,{whole}}}"#), "refused the request");
    check(1, &format!(r#"{{"data":{{"m0":null}},{whole}}}"#), "Permanent");
    check(2, &format!(r#"{{"data":{{"m0":null}},{whole}}}"#), "unknown: the answer says nothing");
    check(1, r#"{"data":{"m0":null}}"#, "unknown: the answer says nothing");
    check(1, r#"{"data":{}}"#, "unknown");
    // A server that remembers what it applied has nothing to show of it.
    let syncline = r#""extensions":{"syncline":{"v":1,"caps":{},"epoch":"e"}}"#;
    check(2, &format!(r#"{{"data":{{"m0":null,"m1":null}},{syncline}}}"#), "gone");
    check(1, &format!(r#"{{"data":{{}},{syncline}}}"#), "unknown");
    check(1, &format!(r#"{{"data":{{"m0":null}},{own},{syncline}}}"#), "Permanent");
    check(2, &format!(r#"{{"data":{{"m0":null}},{whole},{syncline}}}"#), "unknown");
    let inside = r#""errors":[{"path":["m0","title"],"message":"Cannot return null"}]"#;
    check(1, &format!(r#"{{"data":{{"m0":null}},{inside},{syncline}}}"#), "unknown");
    check(1, r#"{"data":null}"#, "no error says why");
    check(1, r#"{"data":[]}"#, "not of the form");
    check(1, "x", "not JSON");
    let mixed = r#"{"data":null,"errors":[{"path":["m0"],"message":"a"},{"message":"b"}]}"#;
    check(1, mixed, "refused the request: a; b");
}

#[test]
fn get_tells_absence_from_refusal() {
    let schema = schema();
    let model = schema.by_name("Post").unwrap();
    let get = |text: &str| parse_get(model, text.as_bytes());
    let good = write(model, &post());
    assert_eq!(get(&format!(r#"{{"data":{{"getPost":{good}}}}}"#)).unwrap().row, Some(post()));
    assert_eq!(get(r#"{"data":{"getPost":null}}"#).unwrap().row, None);
    let refused = get(r#"{"data":{"getPost":null},"errors":[{"message":"no","errorType":"Unauthorized"}]}"#);
    assert!(matches!(refused, Err(ResponseError::Refused { errors, .. })
        if errors[0].error_type == Some(ErrorType::Unauthorized)));
    assert!(matches!(get(r#"{"data":{}}"#), Err(ResponseError::Unexpected(_))), "missing is not absent");
    assert!(matches!(get(r#"{"data":null}"#), Err(ResponseError::Unexpected(_))));
    assert!(matches!(get(r#"{"data":{"getPost":{"id":"1"}}}"#), Err(ResponseError::Unexpected(_))));
}

#[test]
fn an_event_carries_a_record_or_a_leave() {
    let schema = schema();
    let model = schema.by_name("Post").unwrap();
    let event =
        |text: &str| parse_event(model, "onUpdatePost", &RawJson::from_text(text.to_owned()).unwrap());
    let good = write(model, &post());
    let plain = event(&format!(r#"{{"data":{{"onUpdatePost":{good}}}}}"#)).unwrap();
    assert_eq!(plain, Event { row: Some(post()), extension: None });
    let seq = r#""extensions":{"syncline":{"seq":9,"prev":8}}"#;
    let numbered = event(&format!(r#"{{"data":{{"onUpdatePost":{good}}},{seq}}}"#)).unwrap();
    assert!(numbered.extension.unwrap().follows(Some(8)));
    let leave = r#"{"data":{"onUpdatePost":null},"extensions":{"syncline":{"seq":9,"leave":{"key":["p"],"_version":3}}}}"#;
    let leave = event(leave).unwrap();
    assert_eq!(leave.row, None);
    assert_eq!(leave.extension.unwrap().leave.unwrap().key, Key::id("p"));
    for (text, part) in [
        (format!(r#"{{"data":{{"onUpdatePost":null}},{seq}}}"#), "data.onUpdatePost is null or missing"),
        (format!(r#"{{"data":{{"onCreatePost":{good}}}}}"#), "data.onUpdatePost is null or missing"),
        (r#"{"data":{"onUpdatePost":{"id":"1"}}}"#.to_owned(), "Post 1: title is required"),
        (r#"{"errors":[{"message":"m"}]}"#.to_owned(), "m"),
        ("7".to_owned(), "it is a number"),
    ] {
        assert!(event(&text).unwrap_err().to_string().contains(part), "{text}");
    }
}

#[test]
fn errors_in_the_body_of_a_failed_request_are_found() {
    let body = br#"{"errors":[{"errorType":"UnauthorizedException","message":"You are not authorized."}]}"#;
    assert_eq!(read_error_body(body)[0].error_type, Some(ErrorType::UnauthorizedException));
    for body in [&b""[..], b"<html>", b"[]", b"{}", b"{\"errors\":null}", b"\xff"] {
        assert_eq!(read_error_body(body), vec![]);
    }
}

#[test]
fn a_record_that_is_read_has_a_value_for_every_field() {
    let schema = schema();
    let model = schema.by_name("Post").unwrap();
    let read = read_record(model, &write(model, &post())).unwrap();
    assert!(read.complete);
    let Versioned { record: Record(values), .. } = read.versioned;
    assert_eq!(values.len(), model.fields.len());
    assert!(read_record(model, &format!("{} 1", write(model, &post()))).is_err(), "something follows it");
}

/// A page of the largest size in which a field of each record is not shown: each is said so, and that takes no longer than
/// reading does.
#[test]
fn a_page_with_an_error_about_each_item_is_read() {
    let schema = schema();
    let score = schema.by_name("Post").unwrap().field("score").unwrap();
    let item = |id: usize| {
        format!(
            r#"{{"id":"{id}","title":"t","score":null,"status":"LATER","marks":[],"createdAt":"c","updatedAt":"u","_version":1,"_lastChangedAt":3,"_deleted":null}}"#
        )
    };
    let error = |id| {
        format!(r#"{{"path":["syncPosts","items",{id},"score"],"errorType":"Unauthorized","message":"no"}}"#)
    };
    const COUNT: usize = 10_000;
    let list = |of: &dyn Fn(usize) -> String| (0..COUNT).map(of).collect::<Vec<_>>().join(",");
    let text = page_of(&list(&item));
    let text = format!(r#"{},"errors":[{}]}}"#, &text[..text.len() - 1], list(&error));
    let answer = page(&schema, &text).unwrap();
    assert_eq!((answer.rows.len(), answer.errors.len(), answer.bad), (COUNT, COUNT, vec![]));
    assert!(answer.rows.iter().all(|row| row.record[score] != Value::Null));
}
