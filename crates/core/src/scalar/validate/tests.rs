use crate::{Scalar, Value};

/// Accepted texts, then refused ones.
fn check(scalar: Scalar, accepted: &[&str], refused: &[&str]) {
    for text in accepted {
        assert_eq!(scalar.validate(&Value::from(*text)), Ok(()), "{} accepts {text:?}", scalar.name());
    }
    for text in refused {
        let judged = scalar.validate(&Value::from(*text));
        assert!(judged.is_err(), "{} refuses {text:?}", scalar.name());
    }
}

#[test]
fn dates() {
    check(
        Scalar::AwsDate,
        &[
            "2024-02-29",
            "2000-02-29",
            "0000-01-01",
            "9999-12-31",
            "2023-04-30",
            "2024-01-31Z",
            "2024-01-31+02:00",
            "2024-01-31-18:00",
            "2024-01-31+05:30:15",
        ],
        &[
            "",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-01-00",
            "2024-04-31",
            "2024-1-01",
            "24-01-01",
            "2024-01-01z",
            "2024-01-01+2:00",
            "2024-01-01+0200",
            "2024-01-01+18:01",
            "2024-01-01+02:60",
            "2024-01-01 ",
            " 2024-01-01",
            "2024/01/01",
            "2024-01-01T00:00Z",
            "+2024-01-01",
            "２０２４-01-01",
            "2024-01-01ZZ",
            "2024-01-01\0",
        ],
    );
}

#[test]
fn times() {
    check(
        Scalar::AwsTime,
        &[
            "00:00",
            "23:59",
            "12:30:59",
            "12:30:00.1",
            "12:30:00.123",
            "12:30:00.123456789",
            "12:30Z",
            "12:30:00-07:00",
            "12:30:00.000+01:00:00",
        ],
        &[
            "",
            "24:00",
            "12:60",
            "12:30:60",
            "12",
            "1:30",
            "12:30:",
            "12:30:00.",
            "12:30:00.1234567890",
            "12:30:00,5",
            "12:30 ",
            "12:30z",
            "12:30+19:00",
            "T12:30",
            "12:30:5",
        ],
    );
}

#[test]
fn dates_with_times() {
    check(
        Scalar::AwsDateTime,
        &[
            "2024-02-29T12:30Z",
            "2024-02-29T12:30:15Z",
            "2024-02-29T12:30:15.123Z",
            "2024-02-29T12:30:15.123456789Z",
            "2024-02-29T12:30:15.123+05:30",
            "2024-02-29T12:30-08:00",
            "2024-02-29T12:30:15+01:00:30",
        ],
        &[
            "",
            "2024-02-29T12:30",
            "2024-02-29T12:30:15",
            "2023-02-29T12:30Z",
            "2024-02-29 12:30Z",
            "2024-02-29t12:30Z",
            "2024-02-29T25:00Z",
            "2024-02-29T12:30:15.123+0530",
            "2024-02-29",
            "2024-02-29TZ",
            "2024-02-29T12:30Z+01:00",
            "2024-02-29T12:30:15.Z",
        ],
    );
}

#[test]
fn mail() {
    check(
        Scalar::AwsEmail,
        &[
            "ada@example.com",
            "a.b+c_d@sub.example.co.uk",
            "o'neil@localhost",
            "x@1.2",
            "jörg@münchen.example",
        ],
        &[
            "",
            "ada",
            "@example.com",
            "ada@",
            "a b@example.com",
            "ada@exa mple.com",
            "ada@-example.com",
            "ada@example-.com",
            "ada@example..com",
            "ada@.com",
            "a@b@c.com",
            "ada@example.com\n",
            "ada@exam_ple.com",
            "ada@example.com\0",
        ],
    );
}

#[test]
fn json_text() {
    check(
        Scalar::AwsJson,
        &["{}", "[1, 2.5e3, null]", "\"text\"", "null", "true", "-0", " { \"a\" : [ ] } ", "\"\\u0000\""],
        &["", "{", "{a:1}", "[1,]", "undefined", "'text'", "01", "{} {}", "NaN", "\"\0\""],
    );
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    check(Scalar::AwsJson, &[], &[&deep[1..]]);
    // Whether it is accepted or not, it is judged without recursion.
    let _ = Scalar::AwsJson.validate(&Value::from(deep));
}

#[test]
fn urls() {
    check(
        Scalar::AwsUrl,
        &[
            "https://example.com",
            "http://example.com:8080/a/b?c=//d#e",
            "mailto:ada@example.com",
            "file:///etc/hosts",
            "https://user:pw@example.com/",
            "http://[2001:db8::1]:80/",
            "urn:isbn:0451450523",
            "HTTP://EXAMPLE.COM",
            "https://bücher.example/ü",
            "s3+x.y-z://bucket/key",
            "data:text/plain,hello",
        ],
        &[
            "",
            "example.com",
            "/path",
            "http:",
            "http://",
            "http:///path",
            "https://exa mple.com",
            "1http://x",
            "https://example.com//path",
            "https://example.com/a//b",
            "http://example.com:99999/",
            "http://example.com:8x/",
            "http://[::1",
            "http://[zz]/",
            "http://a\tb",
            "ht tp://a",
            "http://a/<b>",
        ],
    );
}

#[test]
fn phones() {
    check(
        Scalar::AwsPhone,
        &["+44 20 7946 0123", "555-010-0123", "5550100123", "+15550100123", "+1-555-010-0123", "030 1234567"],
        &[
            "",
            "+",
            "12",
            "+0 123 4567",
            "++1 555 010 0123",
            "555  0100123",
            "555-010-0123-",
            "-5550100123",
            "(555) 010-0123",
            "+1234567890123456",
            "phone",
            "555.010.0123",
            "５５５０１００１２３",
        ],
    );
}

#[test]
fn addresses() {
    check(
        Scalar::AwsIpAddress,
        &["192.0.2.1", "0.0.0.0/0", "192.0.2.0/24", "::1", "2001:db8::/32", "::ffff:192.0.2.1", "::/128"],
        &[
            "",
            "256.0.0.1",
            "1.2.3",
            "01.2.3.4",
            "1.2.3.4/33",
            "1.2.3.4/",
            "1.2.3.4/+8",
            "1.2.3.4/08",
            "::1/129",
            ":::",
            "fe80::1%eth0",
            "[::1]",
            "1.2.3.4/24/8",
            "example.com",
        ],
    );
}

#[test]
fn plain_text() {
    for scalar in [Scalar::Id, Scalar::String] {
        check(scalar, &["", "a", "é\u{301}", "😀", "\n\u{1}"], &["\0", "a\0b"]);
    }
}

#[test]
fn everything_that_is_not_text() {
    let accepted = [
        (Scalar::Int, Value::Int(i32::MAX.into())),
        (Scalar::Int, Value::Int(i32::MIN.into())),
        (Scalar::AwsTimestamp, Value::Int(i64::MIN)),
        (Scalar::AwsTimestamp, Value::Int(i64::MAX)),
        (Scalar::Float, Value::Float(f64::MAX)),
        (Scalar::Float, Value::Float(-0.0)),
        (Scalar::Float, Value::Int(1 << 53)),
        (Scalar::Float, Value::Int(i64::MIN)),
        (Scalar::Boolean, Value::Bool(false)),
    ];
    for (scalar, value) in accepted {
        assert_eq!(scalar.validate(&value), Ok(()), "{} accepts {value:?}", scalar.name());
    }
    let refused = [
        (Scalar::Int, Value::Int(i64::from(i32::MAX) + 1)),
        (Scalar::Int, Value::Int(i64::from(i32::MIN) - 1)),
        (Scalar::Int, Value::Float(3.0)),
        (Scalar::Int, Value::from("3")),
        (Scalar::AwsTimestamp, Value::Float(1.0)),
        (Scalar::Float, Value::Float(f64::NAN)),
        (Scalar::Float, Value::Float(f64::INFINITY)),
        (Scalar::Float, Value::Int((1 << 53) + 1)),
        (Scalar::Float, Value::Int(i64::MAX)),
        (Scalar::Float, Value::Bool(true)),
        (Scalar::Boolean, Value::Int(1)),
        (Scalar::Boolean, Value::from("true")),
        (Scalar::String, Value::Int(1)),
        (Scalar::Id, Value::List(vec![])),
        (Scalar::AwsDate, Value::Int(20_240_101)),
    ];
    for (scalar, value) in refused {
        assert!(scalar.validate(&value).is_err(), "{} refuses {value:?}", scalar.name());
    }
}

#[test]
fn the_message_names_value_scalar_and_reason() {
    let error = Scalar::AwsDate.validate(&Value::from("2024-13-01")).unwrap_err();
    assert_eq!(error.to_string(), "\"2024-13-01\" is not a valid AWSDate: there is no such day");
    let long = "x".repeat(1_000);
    let error = Scalar::AwsEmail.validate(&Value::from(long)).unwrap_err();
    assert!(error.to_string().chars().count() < 150, "{error}");
}
