"""Requests that no client sends: each is refused in words, none harms the server."""

import json
import socket
from urllib.parse import urlsplit

import pytest
import requests

import answers
from dev import PATIENCE

GOOD = "{ listEverythings(limit: 1) { items { id } } }"
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def post(everything):
    """Posts a body, as bytes or as what becomes JSON."""
    with requests.Session() as session:

        def send(body, headers=JSON, method="POST", path=""):
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            given = {**everything.headers, **headers}
            return session.request(method, everything.url + path, data=data, headers=given, timeout=PATIENCE)

        yield send


@pytest.fixture(autouse=True)
def the_server_lives(everything, post):
    """After every test a good request is answered well."""
    yield
    assert everything.process.poll() is None, everything.log
    response = post({"query": GOOD})
    assert response.status_code == 200 and "errors" not in answers.read(response), response.text


def deep(levels, start, middle, end):
    return start * levels + middle + end * levels


def relation(levels):
    """Authors' posts' authors' posts … as deep as wanted."""
    return deep(levels, "author { posts { items { ", "id", " } } }")


BODIES = {
    "nothing": b"",
    "null": b"null",
    "a text": b'"query"',
    "a number": b"1",
    "a list": b"[]",
    "a batch": json.dumps([{"query": GOOD}]).encode(),
    "no query": b"{}",
    "a query that is null": b'{"query": null}',
    "a query that is a number": b'{"query": 1}',
    "a query that is a list": b'{"query": ["{ __typename }"]}',
    "half of it": json.dumps({"query": GOOD}).encode()[:-5],
    "two of it": json.dumps({"query": GOOD}).encode() * 2,
    "not UTF-8": b'{"query": "\xff\xfe"}',
    "half a character": b'{"query": "{ __typename } # \xe2\x82"}',
    "UTF-16": json.dumps({"query": GOOD}).encode("utf-16"),
    "NaN": b'{"query": "{ __typename }", "variables": {"a": NaN}}',
    "nested lists": deep(100_000, b"[", b"", b"]"),
    "nested objects": deep(100_000, b'{"query":', b"1", b"}"),
    "lists in the variables": b'{"query": "{ __typename }", "variables": {"a": ' + deep(100_000, b"[", b"", b"]") + b"}}",
    "variables that are a list": b'{"query": "{ __typename }", "variables": []}',
    "variables that are a text": b'{"query": "{ __typename }", "variables": "{}"}',
    "a name that is a number": b'{"query": "{ __typename }", "operationName": 7}',
    "form data": b"query=%7B__typename%7D",
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies_that_are_no_request(post, name):
    (error,) = answers.refused(post(BODIES[name]), 400)
    assert error["errorType"] in {"MalformedHttpRequestException", "BadRequestException"}, error


QUERIES = {
    "nothing": "",
    "blanks": " \n\t,,, ",
    "a comment": "# only this",
    "a word": "hello",
    "half of it": GOOD[:-4],
    "a type": "type Query { a: Int }",
    "a fragment alone": "fragment F on Post { id }",
    "two operations, none named": "query A { __typename } query B { __typename }",
    "two operations of one name": "query A { __typename } query A { __typename }",
    "no selection": "{ getPost(id: 1) }",
    "an empty selection": "{ getPost(id: 1) { } }",
    "an unknown field": "{ nothing }",
    "an unknown field beneath": "{ getPost(id: 1) { nothing } }",
    "an unknown argument": "{ getPost(id: 1, nothing: 2) { id } }",
    "an argument twice": "{ getPost(id: 1, id: 2) { id } }",
    "a field twice in an input": 'mutation { createLabel(input: {name: "a", name: "b"}) { id } }',
    "a variable twice": "query A($a: ID!, $a: ID!) { getPost(id: $a) { id } }",
    "an undeclared variable": "{ getPost(id: $a) { id } }",
    "an unused variable": "query A($a: ID!) { __typename }",
    "a variable of an unknown type": "query A($a: Nothing!) { getPost(id: $a) { id } }",
    "a variable of another type": "query A($a: Int!) { getPost(id: $a) { id } }",
    "a variable in a default": "query A($a: ID!, $b: ID = $a) { getPost(id: $b) { id } }",
    "two fields under one name": "{ getPost(id: 1) { a: id a: title } }",
    "two arguments under one name": "{ a: getPost(id: 1) { id } a: getPost(id: 2) { id } }",
    "a fragment in itself": "{ getPost(id: 1) { ...F } } fragment F on Post { id ...F }",
    "fragments in each other": "{ getPost(id: 1) { ...F } } fragment F on Post { ...G } fragment G on Post { ...F }",
    "a fragment of another type": "{ getPost(id: 1) { ...F } } fragment F on Label { id }",
    "an unused fragment": "{ __typename } fragment F on Post { id }",
    "an unknown fragment": "{ getPost(id: 1) { ...F } }",
    "an unknown directive": "{ __typename @nothing }",
    "a directive twice": "{ __typename @skip(if: true) @skip(if: false) }",
    "a directive at the wrong place": "query @skip(if: true) { __typename }",
    "a directive without its argument": "{ __typename @include }",
    "an integer that is too large": "{ listPosts(limit: 2147483648) { items { id } } }",
    "a very long integer": f"{{ listPosts(limit: {'9' * 10_000}) {{ items {{ id }} }} }}",
    "a number with a letter": "{ listPosts(limit: 1a) { items { id } } }",
    "an open text": '{ getPost(id: "a) { id } }',
    "an open block": '{ getPost(id: """a) { id } }',
    "U+0000": "{ __typename \u0000 }",
    "a bad escape": r'{ getPost(id: "\x41") { id } }',
    "half a surrogate": r'{ getPost(id: "\uD800") { id } }',
    "a surrogate that goes on wrongly": r'{ getPost(id: "\uD83D\u0041") { id } }',
    "a code point beyond the last": r'{ getPost(id: "\u{110000}") { id } }',
    "a subscription": "subscription { onCreatePost { id } }",
    "lists in a literal": "{ getPost(id: " + deep(50_000, "[", "", "]") + ") { id } }",
    "objects in a literal": "{ listPosts(filter: " + deep(50_000, "{not: ", "{}", "}") + ") { items { id } } }",
    "lists in a type": "query A($a: " + deep(50_000, "[", "Int", "]") + ") { __typename }",
    "selections": "{ getPost(id: 1) { " + relation(20_000) + " } }",
    "inline fragments": "{ " + deep(50_000, "... { ", "__typename", " }") + " }",
    "only opened": "{" * 100_000,
    "only opened lists": "{ getPost(id: " + "[" * 100_000,
    "a chain of fragments": "{ getPost(id: 1) { ...F0 } } "
    + " ".join(f"fragment F{n} on Post {{ ...F{n + 1} }}" for n in range(5_000))
    + " fragment F5000 on Post { nothing }",
}


@pytest.mark.parametrize("name", QUERIES)
def test_documents_that_are_refused(post, name):
    response = post({"query": QUERIES[name]})
    errors = answers.refused(response, 200, 400)
    # An answer is no echo: it stays small, however large the document is.
    assert len(response.content) < 100_000 and len(errors) <= 100, (len(response.content), len(errors))


LARGE = {
    "aliases": "{ " + " ".join(f"a{n}: getPost(id: {n}) {{ id }}" for n in range(20_000)) + " }",
    "the same field": "{ getPost(id: 1) { " + "id " * 200_000 + "} }",
    "unknown fields": "{ " + " ".join(f"a{n}" for n in range(50_000)) + " }",
    "directives": "{ __typename " + "@include(if: true) " * 20_000 + "}",
    "variables": "query A(" + " ".join(f"$a{n}: ID" for n in range(20_000)) + ") { __typename }",
    "operations": " ".join(f"query A{n} {{ __typename }}" for n in range(20_000)),
    "fragments": "{ getPost(id: 1) { ...F0 } } "
    + " ".join(f"fragment F{n} on Post {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    + " fragment F40 on Post { id }",
    "nested relations": "{ listPosts { items { " + relation(30) + " } } }",
    "a filter of many terms": "{ listPosts(filter: {or: ["
    + ", ".join(f'{{title: {{eq: "{n}"}}}}' for n in range(20_000))
    + "]}) { items { id } } }",
    "a long name": "{ " + "a" * 1_000_000 + " }",
    "a long alias": "{ " + "a" * 500_000 + ": __typename }",
    "a long comment": "# " + "a" * 900_000 + "\n{ __typename }",
    "commas": "," * 900_000 + "{ __typename }",
    "introspection of introspection": "{ __schema { types { fields { type "
    + deep(12, "{ fields { type ", "{ name }", " } }")
    + " } } } }",
}


@pytest.mark.parametrize("name", LARGE)
def test_documents_that_are_large(post, name):
    # Answered or refused, but in time and well formed.
    response = post({"query": LARGE[name]})
    assert response.status_code in (200, 400, 413), response.text[:500]
    answers.read(response)


def test_a_body_beyond_the_limit_is_413_before_it_is_read(post, everything):
    large = json.dumps({"query": GOOD, "variables": {"a": "x" * 20_000_000}}).encode()
    try:
        response = post(large)
    except requests.exceptions.ConnectionError:
        # The server answers and closes while the client still writes; this client does not read the answer then.
        return
    answers.refused(response, 413)


def create(values):
    text = "mutation Do($input: CreateEverythingInput!) { createEverything(input: $input) { text texts json count } }"
    return {"query": text, "variables": {"input": values}}


def test_a_long_text_comes_back_as_it_was(post):
    for text in ["x" * 300_000, "\U0001f600" * 50_000, "\\\"\n\t\u2028" * 20_000]:
        made = answers.read(post(create({"text": text, "texts": []})))
        assert made["data"]["createEverything"]["text"] == text, made.get("errors")


def test_json_may_be_deep(post):
    deepest = deep(50_000, "[", "", "]")
    made = answers.read(post(create({"text": "a", "texts": [], "json": deepest})))
    assert made["data"]["createEverything"]["json"] == deepest, made.get("errors")


def test_every_character_is_kept_or_refused(post):
    for point in [*range(1, 0x300), 0xFFFD, 0xFFFE, 0xFFFF, 0xFEFF, 0x202E, 0x1F600, 0x10FFFF]:
        text = f"a{chr(point)}b"
        made = answers.read(post(create({"text": text, "texts": [text]})))
        assert made["data"]["createEverything"] == {"text": text, "texts": [text], "json": None, "count": None}, point


WRONG_VALUES = {
    "U+0000": {"text": "a\u0000b", "texts": []},
    "an object for a text": {"text": {}, "texts": []},
    "a list for a text": {"text": [], "texts": []},
    "a number for a text": {"text": 1.5, "texts": []},
    "null for a text": {"text": None, "texts": []},
    "nothing": {},
    "an unknown field": {"text": "a", "texts": [], "nothing": 1},
    "a field of ours": {"text": "a", "texts": [], "_deleted": True},
    "a text for a number": {"text": "a", "texts": [], "count": "1"},
    "a fraction for an integer": {"text": "a", "texts": [], "count": 1.5},
    "a large integer": {"text": "a", "texts": [], "count": 2**31},
    "a huge integer": {"text": "a", "texts": [], "count": 10**400},
    "null in a list": {"text": "a", "texts": [None]},
    "a list in a list": {"text": "a", "texts": [["a"]]},
    "JSON that is none": {"text": "a", "texts": [], "json": "{"},
    "JSON that is an object": {"text": "a", "texts": [], "json": {}},
    "an unknown value of an enum": {"text": "a", "texts": [], "status": "NOTHING"},
    "a number for an enum": {"text": "a", "texts": [], "status": 1},
    "a date that is none": {"text": "a", "texts": [], "date": "2024-02-30"},
    "a moment without a zone": {"text": "a", "texts": [], "moment": "2024-02-29T12:00:00"},
    "an address that is none": {"text": "a", "texts": [], "address": "1.2.3.4.5"},
    "a mail that is none": {"text": "a", "texts": [], "mail": "nobody"},
    "a half of a custom type": {"text": "a", "texts": [], "profile": {"age": 1}},
}


@pytest.mark.parametrize("name", WRONG_VALUES)
def test_values_that_do_not_fit(post, name):
    response = post(create(WRONG_VALUES[name]))
    body = answers.read(response)
    assert response.status_code in (200, 400) and body["errors"] and not (body.get("data") or {}).get("createEverything")


SURROGATES = [rb'{"query":"{ __typename }","variables":{"a":"\ud800"}}', rb'{"query":"{ __typename } # \ud800"}']


@pytest.mark.parametrize("body", SURROGATES)
def test_half_a_surrogate_in_json(post, body):
    answers.refused(post(body), 400)


def test_a_key_twice_in_a_body_is_refused_or_the_last_counts(post):
    response = post(b'{"query": "{ nothing }", "query": "{ __typename }"}')
    body = answers.read(response)
    assert response.status_code == 400 or body == {"data": {"__typename": "Query"}}, body
    twice = '{"query": "query A($i: ID!) { getPost(id: $i) { id } }", "variables": {"i": "1", "i": "2"}}'
    response = post(twice.encode())
    body = answers.read(response)
    assert response.status_code == 400 or body == {"data": {"getPost": None}}, body


TOKENS = ["", "x", "AAAA", "=" * 100, "a" * 100_000, "\u0000", "../../etc/passwd", "eyJ2IjoxfQ=="]


@pytest.mark.parametrize("token", TOKENS, ids=range(len(TOKENS)))
@pytest.mark.parametrize("field", ["listPosts", "syncPosts"])
def test_tokens_that_we_did_not_hand_out(post, field, token):
    text = f"query A($t: String) {{ {field}(nextToken: $t) {{ items {{ id }} }} }}"
    body = answers.read(post({"query": text, "variables": {"t": token}}))
    assert body["errors"] and body["data"] in (None, {field: None}), body


@pytest.mark.parametrize("limit", [-(2**31), -1, 0, 1001, 2**31 - 1])
@pytest.mark.parametrize("field", ["listPosts", "syncPosts"])
def test_limits_at_the_edges(post, field, limit):
    body = answers.read(post({"query": f"{{ {field}(limit: {limit}) {{ items {{ id }} nextToken }} }}"}))
    assert "errors" in body or body["data"][field]["nextToken"] is None, body


@pytest.mark.parametrize("since", [-(2**63), -1, 0, 2**53, 2**63 - 1, 2**63, 10**30])
def test_any_last_sync(post, since):
    body = answers.read(post({"query": f"{{ syncPosts(lastSync: {since}) {{ items {{ id }} startedAt }} }}"}))
    assert "errors" in body or body["data"]["syncPosts"]["startedAt"] > 0, body


TYPES = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "x" * 1_000]
TYPES += ["application/json; charset=utf-16", "application/graphql", "application/json; charset=UTF-8"]


@pytest.mark.parametrize("kind", TYPES, ids=range(len(TYPES)))
def test_any_content_type(post, kind):
    # AppSync reads the body as JSON whatever the header says; what matters is that the answer is well formed.
    response = post({"query": GOOD}, {"content-type": kind})
    assert response.status_code in (200, 400, 415)
    answers.read(response)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "NONSENSE"])
def test_other_methods(post, method):
    response = post({"query": GOOD}, method=method)
    assert response.status_code == 405 and response.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/", "/x", "/../../etc/passwd", "/%00", "/%ff", "/" + "a" * 10_000])
def test_other_paths(post, path):
    assert 400 <= post({"query": GOOD}, path=path).status_code < 500


HEADERS = {
    "no key": {"x-api-key": None},
    "an empty key": {"x-api-key": ""},
    "another key": {"x-api-key": "da2-nobody"},
    "a long key": {"x-api-key": "k" * 10_000},
    "a key that is not ASCII": {"x-api-key": "schlüssel".encode("latin-1")},
}


@pytest.mark.parametrize("name", HEADERS)
def test_whoever_has_no_key_is_told_so(post, name):
    response = post({"query": GOOD}, {**JSON, **HEADERS[name]})
    (error,) = answers.refused(response, 401)
    assert error["errorType"] == "UnauthorizedException" == response.headers["x-amzn-errortype"]


def test_whoever_has_no_key_learns_nothing_of_the_body(post):
    # Neither whether it parses nor whether it fits the schema.
    for body in (b"", b"{", json.dumps({"query": "{ nothing }"}).encode()):
        answers.refused(post(body, {"x-api-key": "da2-nobody"}), 401)


WIRE = {
    "garbage": b"\x00\xff" * 1_000 + b"\r\n\r\n",
    "a newline": b"\r\n\r\n",
    "half a line": b"POST /graphql HT",
    "no version": b"POST /graphql\r\n\r\n",
    "another version": b"POST /graphql HTTP/9.9\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a long header": b"POST /graphql HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 2_000_000 + b"\r\n\r\n",
    "many headers": b"POST /graphql HTTP/1.1\r\nhost: x\r\n" + b"x: y\r\n" * 50_000 + b"\r\n",
    "a negative length": b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
    "two lengths": b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    "length and chunks": b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bad chunk": b"POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: KEY\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "half of a body": b"POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: KEY\r\ncontent-length: 99\r\n\r\n{",
    "a header in two lines": b"POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: a\r\n b\r\ncontent-length: 0\r\n\r\n",
    "TLS without TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 500,
}


@pytest.mark.parametrize("name", WIRE)
def test_bytes_that_are_no_http(everything, name):
    place = urlsplit(everything.url)
    with socket.create_connection((place.hostname, place.port), timeout=PATIENCE) as wire:
        try:
            wire.sendall(WIRE[name].replace(b"KEY", everything.api_key.encode()))
            wire.shutdown(socket.SHUT_WR)
            answer = b""
            while part := wire.recv(65_536):
                answer += part
        except OSError:
            # It was closed while this side still wrote; how the system says so depends on the moment.
            return
    # Nothing at all, or a refusal.
    assert not answer or 400 <= int(answer.split()[1]) < 500, answer[:200]
