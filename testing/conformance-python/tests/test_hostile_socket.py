"""Frames and handshakes that no client sends: the socket says what is wrong or ends; other sockets do not notice."""

import base64
import json

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from dev import PATIENCE

SUBSCRIPTION = "subscription { onCreatePost { id title } }"


class Socket:
    """A socket whose frames are written by hand."""

    def __init__(self, dev, url=None, **options):
        self.dev = dev
        options.setdefault("subprotocols", [Subprotocol("graphql-ws")])
        self.context = connect(url or dev.realtime + handshake(dev), open_timeout=PATIENCE, proxy=None, **options)
        self.wire = self.context.__enter__()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.__exit__(None, None, None)

    def send(self, frame):
        self.wire.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    def next(self):
        """The next frame that is no sign of life; `None` at the end of the socket."""
        while True:
            try:
                text = self.wire.recv(timeout=PATIENCE)
            except ConnectionClosed:
                return None
            frame = json.loads(text)
            if frame["type"] != "ka":
                return frame

    def init(self):
        self.send({"type": "connection_init"})
        assert self.next()["type"] == "connection_ack"
        return self

    def start(self, name, query=SUBSCRIPTION, **extra):
        data = json.dumps({"query": query, "variables": {}})
        authorization = {"host": self.dev.host, "x-api-key": self.dev.api_key}
        payload = {"data": data, "extensions": {"authorization": authorization}, **extra}
        self.send({"id": name, "type": "start", "payload": payload})

    def alive(self):
        """Whether a subscription can still be started on it, and ended."""
        self.start("last")
        assert self.next() == {"id": "last", "type": "start_ack"}
        self.send({"id": "last", "type": "stop"})
        assert self.next() == {"id": "last", "type": "complete"}


def coded(value):
    return base64.b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).decode()


def handshake(dev, header=None, payload="e30="):
    header = coded({"host": dev.host, "x-api-key": dev.api_key}) if header is None else header
    return f"?header={header}&payload={payload}"


@pytest.fixture(autouse=True)
def the_server_lives(everything):
    yield
    assert everything.process.poll() is None, everything.log
    with Socket(everything) as other:
        other.init().alive()


NONSENSE = {
    "nothing": "",
    "no JSON": "hello",
    "half of JSON": '{"type": "start"',
    "null": "null",
    "a list": "[]",
    "a number": "1",
    "no type": "{}",
    "a type that is a number": '{"type": 1}',
    "a type that is null": '{"type": null}',
    "an unknown type": '{"type": "nothing"}',
    "a type of the server": '{"type": "connection_ack"}',
    "a frame of another protocol": '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }"}}',
    "nested lists": "[" * 100_000 + "]" * 100_000,
    "nested in the type": '{"type": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "nested in the payload": '{"type": "start", "id": "1", "payload": ' + '{"a":' * 100_000 + "1" + "}" * 100_001,
    "a long type": json.dumps({"type": "x" * 100_000}),
    "bytes": b"\x00\x01\x02",
    "JSON as bytes": b'{"type": "connection_init"}',
    "start without an id": '{"type": "start", "payload": {"data": "{}"}}',
    "an id that is a number": '{"id": 1, "type": "start", "payload": {"data": "{}"}}',
    "an id that is an object": '{"id": {}, "type": "start", "payload": {"data": "{}"}}',
    "start without a payload": '{"id": "1", "type": "start"}',
    "a payload that is a text": '{"id": "1", "type": "start", "payload": "x"}',
    "data that is an object": '{"id": "1", "type": "start", "payload": {"data": {"query": "x"}}}',
    "data that is no JSON": '{"id": "1", "type": "start", "payload": {"data": "x"}}',
    "data that is null": '{"id": "1", "type": "start", "payload": {"data": null}}',
    "data without a query": '{"id": "1", "type": "start", "payload": {"data": "{}"}}',
    "nested data": json.dumps({"id": "1", "type": "start", "payload": {"data": "[" * 100_000}}),
    "stop without an id": '{"type": "stop"}',
}


@pytest.mark.parametrize("name", NONSENSE)
@pytest.mark.parametrize("initialized", [True, False], ids=["after init", "before init"])
def test_frames_that_say_nothing(everything, name, initialized):
    with Socket(everything) as socket:
        if initialized:
            socket.init()
        socket.send(NONSENSE[name])
        frame = socket.next()
        assert frame is None or (frame["type"] == "error" and frame["payload"]["errors"][0]["message"]), frame
        if frame is not None:
            if not initialized:
                socket.init()
            socket.alive()


WRONG = {
    "no document": "",
    "half of a document": "subscription {",
    "a query": "{ listPosts { items { id } } }",
    "a mutation": 'mutation { createLabel(input: {name: "x"}) { id } }',
    "two fields": "subscription { onCreatePost { id } onUpdatePost { id } }",
    "the same field twice": "subscription { a: onCreatePost { id } b: onCreatePost { id } }",
    "an unknown field": "subscription { onNothing { id } }",
    "introspection": "subscription { __typename }",
    "nested": "subscription { onCreatePost { " + "author { posts { items { " * 5_000 + "id" + " } } }" * 5_000 + " } }",
    "only opened": "{" * 100_000,
    "a fragment bomb": "subscription { onCreatePost { ...F0 } } "
    + " ".join(f"fragment F{n} on Post {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    + " fragment F40 on Post { nothing }",
}


@pytest.mark.parametrize("name", WRONG)
def test_documents_that_cannot_be_subscribed_to(everything, name):
    with Socket(everything) as socket:
        socket.init().start("1", WRONG[name])
        frame = socket.next()
        assert (frame["id"], frame["type"]) == ("1", "error"), frame
        assert all(error["message"] for error in frame["payload"]["errors"]), frame
        assert len(json.dumps(frame)) < 100_000
        socket.alive()


def test_start_waits_for_init(everything):
    with Socket(everything) as socket:
        socket.start("1")
        frame = socket.next()
        assert frame is None or frame["type"] == "error", frame


def test_an_id_belongs_to_one_subscription(everything):
    with Socket(everything) as socket:
        socket.init().start("1")
        assert socket.next() == {"id": "1", "type": "start_ack"}
        socket.start("1")
        frame = socket.next()
        assert frame["type"] == "error" and frame["payload"]["errors"][0]["errorType"] == "DuplicatedOperationError"
        socket.alive()


def test_stop_of_an_unknown_id_is_not_answered(everything):
    # Android ends with an exception on `complete` for an id that it does not know.
    with Socket(everything) as socket:
        socket.init().send({"id": "nobody", "type": "stop"})
        socket.alive()


def test_ids_are_given_back_as_they_came(everything):
    with Socket(everything) as socket:
        socket.init()
        for name in ['"', "\\", "\u2028", "\U0001f600", "a" * 10_000, " ", "\n"]:
            socket.start(name)
            frame = socket.next()
            assert frame == {"id": name, "type": "start_ack"}, frame


def test_init_twice_is_answered_twice_or_refused(everything):
    with Socket(everything) as socket:
        socket.init().send({"type": "connection_init"})
        assert socket.next()["type"] in {"connection_ack", "error"}
        socket.alive()


def test_many_subscriptions_on_one_socket(everything):
    with Socket(everything) as socket:
        socket.init()
        for n in range(1_000):
            socket.start(str(n))
        frames = [socket.next() for _ in range(1_000)]
        refused = [frame for frame in frames if frame["type"] == "error"]
        assert {frame["id"] for frame in frames} == {str(n) for n in range(1_000)}
        # As many as AppSync allows at least, and whoever is refused learns why.
        assert len(refused) <= 800
        for frame in refused:
            assert frame["payload"]["errors"][0]["errorType"] == "MaxSubscriptionsReachedError", frame


def test_a_frame_beyond_the_limit_ends_its_socket_alone(everything):
    with Socket(everything) as socket:
        socket.init()
        try:
            socket.send(json.dumps({"type": "x" * 30_000_000}))
        except ConnectionClosed:
            return
        frame = socket.next()
        assert frame is None or frame["type"] == "error"


HANDSHAKES = {
    "no query": "",
    "an empty header": "?header=&payload=e30=",
    "no base64": "?header=%%%&payload=e30=",
    "no JSON": f"?header={coded(b'hello')}&payload=e30=",
    "a list": f"?header={coded([])}&payload=e30=",
    "no UTF-8": "?header=" + base64.urlsafe_b64encode(b"\xff\xfe{}").decode() + "&payload=e30=",
    "no key": f"?header={coded({'host': 'x'})}&payload=e30=",
    "a key that is a number": f"?header={coded({'host': 'x', 'x-api-key': 1})}&payload=e30=",
    "a key that is long": f"?header={coded({'host': 'x', 'x-api-key': 'k' * 5_000})}&payload=e30=",
    "nested": f"?header={coded(b'[' * 5_000)}&payload=e30=",
}


@pytest.mark.parametrize("name", HANDSHAKES)
def test_whoever_does_not_say_who_he_is_is_not_let_in(everything, name):
    try:
        socket = Socket(everything, everything.realtime + HANDSHAKES[name])
    except InvalidStatus as refused:
        assert refused.response.status_code in (400, 401), refused
        return
    with socket:
        socket.send({"type": "connection_init"})
        frame = socket.next()
        assert frame["type"] == "connection_error", frame
        assert frame["payload"]["errors"][0]["errorCode"] in (400, 401), frame
        assert socket.next() is None


@pytest.mark.parametrize("protocols", [None, ["graphql-transport-ws"], ["nothing", "else"]])
def test_another_subprotocol_is_not_agreed_to(everything, protocols):
    offered = protocols and [Subprotocol(name) for name in protocols]
    try:
        with Socket(everything, subprotocols=offered) as socket:
            assert socket.wire.subprotocol is None
    except InvalidStatus as refused:
        assert refused.response.status_code == 400


def test_a_socket_that_vanishes_leaves_nothing_behind(everything):
    # The TCP connection is cut without a closing frame, with a subscription open and an answer on its way.
    for _ in range(50):
        socket = Socket(everything).init()
        socket.start("1")
        socket.wire.socket.shutdown(2)
        socket.__exit__()
