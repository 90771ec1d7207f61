//! Whatever comes in, no reader panics; what goes out comes back in. Seeds are fixed.

use crate::error::{GraphqlError, PathItem, error_body};
use crate::extension::{FrameExtension, RequestExtension, WireKey};
use crate::raw::RawJson;
use crate::realtime::{
    Authorization, ClientFrame, ServerFrame, Start, api_host, client_protocols, data_frame, read_handshake,
    realtime_url,
};
use crate::request::Request;
use crate::response::{
    parse_event, parse_get, parse_mutations, parse_sync_page, read_error_body, read_record,
};
use crate::testing::{address, geo, person, post, schema, write};
use crate::{ApiConfig, ErrorType};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use syncline_core::{Key, Meta, Record, Value, Versioned};

fn check<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let run = runner.run(strategy, |value| {
        test(value);
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}");
    }
}

/// Gives `bytes` to every reader.
fn read_everything(bytes: &[u8]) {
    let schema = schema();
    let model = schema.by_name("Post").unwrap();
    let _ = Request::parse(bytes);
    let _ = parse_sync_page(model, bytes);
    let _ = parse_get(model, bytes);
    let _ = parse_mutations(&[&**model; 3], bytes);
    let _ = read_error_body(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = read_record(schema.by_name("Comment").unwrap(), &text);
    let _ = read_record(schema.by_name("Person").unwrap(), &text);
    let _ = ClientFrame::parse(&text).map(|frame| match frame {
        ClientFrame::Start(start) => start.request().is_ok(),
        _ => false,
    });
    if let Ok(ServerFrame::Data { payload, .. }) = ServerFrame::parse(&text) {
        let _ = parse_event(model, "onCreatePost", &payload);
    }
    let _ = ApiConfig::parse("f", &text);
    let _ = Authorization::from_base64(&text);
    let _ = read_handshake(Some(&text), Some(&text), [(&*text, &*text)]);
    let _ = realtime_url(&text);
    let _ = api_host(&text);
}

fn good_inputs() -> Vec<String> {
    let schema = schema();
    let record = write(schema.by_name("Post").unwrap(), &post());
    let error = format!(r#"{{"path":["m1"],"errorType":"ConflictUnhandled","data":{record},"message":"m"}}"#);
    let extension = r#""extensions":{"syncline":{"v":1,"caps":{"maxBatch":1},"epoch":"e","seq":4,"prev":3}}"#;
    let key = Authorization::api_key("h", "k", None);
    let request = Request::new("query { a }", &serde_json::json!({ "a": [1, null] })).unwrap();
    vec![
        format!(r#"{{"data":{{"syncPosts":{{"items":[{record},null,{record}],"nextToken":"t","startedAt":5}}}},{extension}}}"#),
        format!(r#"{{"data":{{"m0":{record},"m1":null}},"errors":[{error}]}}"#),
        format!(r#"{{"data":{{"getPost":{record}}}}}"#),
        data_frame("s", &format!(r#"{{"onCreatePost":{record}}}"#), None),
        r#"{"id":"c","content":"x","post":{"id":"p"},"part":{"maker":"m","number":1},"_version":1,"_lastChangedAt":2}"#
            .to_owned(),
        write(schema.by_name("Person").unwrap(), &person()),
        request.to_json(),
        ClientFrame::Start(Start::new("s", &request, key.clone())).to_text(),
        r#"{"type":"connection_ack","payload":{"connectionTimeoutMs":300000}}"#.to_owned(),
        r#"{"id":"s","type":"error","payload":{"errors":[{"errorType":"E","message":"m"}]}}"#.to_owned(),
        format!("header={}&payload=e30%3D", key.to_base64()),
        client_protocols(&key),
        "https://[::1]:80/graphql?a=b".to_owned(),
        "const awsmobile = { 'aws_appsync_graphqlEndpoint': \"https://h/g\", aws_appsync_apiKey: 'k', l: [1,], };".to_owned(),
        r#"{"api":{"plugins":{"awsAPIPlugin":{"a":{"endpointType":"GraphQL","endpoint":"https://h/g","apiKey":"k"}}}}}"#
            .to_owned(),
    ]
}

#[test]
fn random_bytes_are_read_without_a_panic() {
    check(2_000, &vec(any::<u8>(), 0..200), |bytes| read_everything(&bytes));
    let alphabet = "[{}\\[\\]\":,\\\\0-9eE.+\\-truefalsn_ \u{0}\u{fffd}𝄞%&=/'*]{0,120}";
    check(4_000, &alphabet, |text: String| read_everything(text.as_bytes()));
}

#[test]
fn damaged_inputs_are_read_without_a_panic() {
    let inputs = good_inputs();
    let damage = vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..5), 1..4);
    check(10_000, &(0..inputs.len(), damage), |(input, damage)| {
        let mut bytes = inputs[input].clone().into_bytes();
        for (place, byte, kind) in damage {
            if bytes.is_empty() {
                break;
            }
            let place = place.index(bytes.len());
            match kind {
                0 => bytes[place] = byte,
                1 => bytes.truncate(place),
                2 => bytes.insert(place, byte),
                3 => bytes[place] = b"{}[]\":,\\0n-"[usize::from(byte) % 11],
                _ => {
                    bytes.remove(place);
                }
            }
        }
        read_everything(&bytes);
    });
}

#[test]
fn deep_and_long_inputs_are_read_without_a_panic() {
    for unit in ["[", "{\"a\":", "{\"data\":", "{\"errors\":[", "{\"payload\":", "{a:["] {
        let deep = unit.repeat(30_000);
        read_everything(deep.as_bytes());
        for prefix in
            [r#"{"data":{"syncPosts":{"items":["#, r#"{"data":{"getPost":{"title":"#, "const a = {a:"]
        {
            read_everything(format!("{prefix}{deep}").as_bytes());
        }
    }
    let closed = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    read_everything(format!(r#"{{"query":"q","variables":{{"a":{}}}}}"#, closed(30_000)).as_bytes());
    let page =
        format!(r#"{{"data":{{"syncPosts":{{"items":[{{"tags":{0},"more":{0}}}]}}}}}}"#, closed(30_000));
    let schema = schema();
    let answer = parse_sync_page(schema.by_name("Post").unwrap(), page.as_bytes()).unwrap();
    assert_eq!(answer.bad.len(), 1);
}

fn text() -> BoxedStrategy<String> {
    prop_oneof!["[a-z]{0,4}", "[^\u{0}]{0,12}", Just("\"\\/\u{8}\n\u{2028}\u{7f}𝄞e\u{301}".to_owned())]
        .boxed()
}

fn or_null(strategy: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    option::of(strategy).prop_map(Option::unwrap_or_default).boxed()
}

/// A `Post` with any values.
fn any_post() -> impl Strategy<Value = Versioned> {
    let text = || text().prop_map(Value::Text);
    let int = || any::<i64>().prop_map(Value::Int);
    let float = any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Value::Float);
    let values = (
        (
            text(),
            text(),
            or_null(int()),
            or_null(float),
            or_null(any::<bool>().prop_map(Value::Bool)),
            text(),
        ),
        (or_null(vec(or_null(text()), 0..4).prop_map(Value::List)), vec(int(), 0..4).prop_map(Value::List)),
        (or_null(text()), or_null(int()), text(), text()),
    );
    let meta = (1..=i64::MAX, any::<i64>(), any::<bool>());
    (values, meta).prop_map(
        |(((a, b, c, d, e, f), (g, h), (i, j, k, l)), (version, last_changed_at, deleted))| Versioned {
            record: Record(vec![a, b, c, d, e, f, g, h, i, j, k, l]),
            meta: Meta { version, last_changed_at, deleted },
        },
    )
}

#[test]
fn records_come_back_as_they_were_written() {
    let schema = schema();
    let model = schema.by_name("Post").unwrap();
    check(2_000, &vec(any_post(), 0..4), |rows| {
        let items: Vec<String> = rows.iter().map(|row| write(model, row)).collect();
        let page = format!(r#"{{"data":{{"syncPosts":{{"items":[{}],"startedAt":1}}}}}}"#, items.join(","));
        let answer = parse_sync_page(model, page.as_bytes()).unwrap();
        assert_eq!(answer.bad, vec![]);
        assert_eq!(answer.rows, rows);
        for (row, item) in rows.iter().zip(&items) {
            let read = read_record(model, item).unwrap();
            assert_eq!((&read.versioned, read.complete), (row, true));
        }
    });
}

/// A `Person` with any values.
fn any_person() -> impl Strategy<Value = Versioned> {
    let float = any::<f64>().prop_filter("finite", |float| float.is_finite());
    let place = (float, or_null(text().prop_map(Value::Text))).prop_map(|(lat, datum)| geo(lat, datum));
    let place = place.boxed();
    let list = |item: BoxedStrategy<Value>| vec(item, 0..3).prop_map(Value::List);
    let home = (
        text(),
        or_null(any::<i64>().prop_map(Value::Int)),
        or_null(place.clone()),
        or_null(list(place.clone())),
        or_null(list(or_null(text().prop_map(Value::Text)))),
    );
    let home = home.prop_map(|(street, zip, geo, stops, lines)| address(&street, zip, geo, stops, lines));
    let home = home.boxed();
    let homes = or_null(list(home.clone()));
    (text(), home, homes, list(or_null(place)), or_null(text().prop_map(Value::Text))).prop_map(
        |(id, home, homes, places, maker)| Versioned {
            record: Record(vec![id.into(), home, homes, places, maker, Value::Null]),
            meta: Meta { version: 1, last_changed_at: 1, deleted: false },
        },
    )
}

#[test]
fn custom_types_come_back_as_they_were_written() {
    let schema = schema();
    let model = schema.by_name("Person").unwrap();
    check(2_000, &any_person(), |row| {
        let read = read_record(model, &write(model, &row)).unwrap();
        assert_eq!((&read.versioned, read.complete), (&row, true));
    });
}

/// Any JSON, also such that JSON readers stumble over, as text.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|bool| bool.to_string()),
        any::<i64>().prop_map(|int| int.to_string()),
        any::<u64>().prop_map(|int| int.to_string()),
        Just("1e999".to_owned()),
        Just("-0.0".to_owned()),
        Just("123456789012345678901234567890".to_owned()),
        Just("\"\\ud834\"".to_owned()),
        Just("\"\\u0000\"".to_owned()),
        text().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let names = prop_oneof![
        prop::sample::select(vec!["id", "title", "rating", "tags", "_version", "_lastChangedAt", "_deleted"]),
        Just("other")
    ];
    leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            vec((names.clone(), inner), 0..7).prop_map(|entries| {
                let entries: Vec<String> =
                    entries.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    })
}

#[test]
fn no_item_touches_its_neighbours() {
    let schema = schema();
    let model = schema.by_name("Post").unwrap();
    let good = write(model, &post());
    check(4_000, &any_json(), |item| {
        let page = format!(r#"{{"data":{{"syncPosts":{{"items":[{good},{item},{good}]}}}}}}"#);
        let answer = parse_sync_page(model, page.as_bytes()).unwrap();
        match read_record(model, &item) {
            Ok(read) => assert_eq!(answer.rows, vec![post(), read.versioned, post()]),
            Err(_) => {
                assert_eq!(answer.rows, vec![post(), post()]);
                assert_eq!(answer.bad.len(), 1);
                assert_eq!(answer.bad[0].index, 1);
            }
        }
    });
}

#[test]
fn bodies_and_frames_come_back_as_they_were_written() {
    let key = text().prop_map(|id| WireKey(Key::id(id)));
    let scope_check = btree_map("s[0-9]", vec(key, 0..3), 0..2);
    let mutations = btree_map("m[0-9]{1,2}", text(), 0..3);
    let extension = (option::of(text()), mutations, any::<bool>(), any::<bool>(), scope_check).prop_map(
        |(session, mutations, atomic, stop_on_dependency, scope_check)| RequestExtension {
            session,
            mutations,
            atomic,
            stop_on_dependency,
            scope_check,
            ..RequestExtension::default()
        },
    );
    let request = (text(), option::of(text()), option::of(extension), any_object()).prop_map(
        |(query, operation_name, extension, variables)| Request {
            query,
            operation_name,
            variables,
            extension,
        },
    );
    let fields = (text(), text(), option::of(text()));
    check(2_000, &(request, "[^\u{0}]{1,8}", fields), |(request, id, (host, key, date))| {
        assert_eq!(Request::parse(request.to_json().as_bytes()).as_ref(), Ok(&request));
        let authorization = Authorization::api_key(&host, &key, date.as_deref());
        let frame = ClientFrame::Start(Start::new(id.clone(), &request, authorization.clone()));
        assert_eq!(ClientFrame::parse(&frame.to_text()).as_ref(), Ok(&frame));
        let handshake = read_handshake(None, Some(&client_protocols(&authorization)), []).unwrap();
        assert_eq!(handshake.authorization, authorization);
        let payload = RawJson::from_text(format!(r#"{{"data":{}}}"#, request.variables)).unwrap();
        let data = data_frame(&id, request.variables.as_str(), None);
        assert_eq!(ServerFrame::parse(&data), Ok(ServerFrame::Data { id, payload }));
    });
}

fn any_object() -> impl Strategy<Value = RawJson> {
    btree_map(text(), any::<i64>(), 0..3).prop_map(|map| RawJson::of(&map).unwrap())
}

#[test]
fn errors_come_back_as_they_were_written() {
    let path =
        vec(prop_oneof![any::<u64>().prop_map(PathItem::Index), text().prop_map(PathItem::Field)], 0..3);
    let error =
        (text(), option::of(text()), option::of(path), option::of(any_object()), option::of(any::<i64>()));
    let error = error.prop_map(|(message, error_type, path, data, error_code)| GraphqlError {
        message,
        error_type: error_type.map(|text| ErrorType::from_text(&text)),
        path,
        data,
        error_code,
        ..GraphqlError::default()
    });
    check(2_000, &(vec(error, 1..3), any::<i64>(), option::of(any::<i64>())), |(errors, seq, prev)| {
        assert_eq!(read_error_body(error_body(&errors, false).as_bytes()), errors);
        let frame = ServerFrame::Error { id: None, errors };
        assert_eq!(ServerFrame::parse(&frame.to_text()), Ok(frame));
        let extension = FrameExtension { seq, prev, leave: None };
        let text = serde_json::to_string(&extension).unwrap();
        assert_eq!(serde_json::from_str::<FrameExtension>(&text).unwrap(), extension);
    });
}
