"""The handshake, what may go wrong on a socket, and what happens to it when the server goes."""

import asyncio

import pytest
from gql.transport.appsync_auth import AppSyncApiKeyAuthentication
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError, TransportServerError

from clients import Subscription, connected, operation
from dev import PATIENCE

pytestmark = pytest.mark.anyio


class KeyOfEach(AppSyncApiKeyAuthentication):
    """One key for the connection and another for what is started on it."""

    def __init__(self, host, connection, start):
        super().__init__(host, connection)
        self.start = start

    def get_headers(self, data=None, headers=None):
        return {"host": self._host, "x-api-key": self.start if data else self.api_key}


async def test_the_handshake_ends_with_a_keep_alive(api):
    async with api.socket() as socket:
        await socket.transport.until("ka", 1)
        ack, alive = socket.transport.frames[:2]
        assert ack["type"] == "connection_ack" and int(ack["payload"]["connectionTimeoutMs"]) > 0
        assert alive == {"type": "ka"}
        assert socket.transport.adapter.websocket.subprotocol == "graphql-ws"


@pytest.mark.parametrize("key", ["da2-wrong", ""])
async def test_a_wrong_key_is_refused_at_the_door(api, key):
    transport = api.transport(auth=AppSyncApiKeyAuthentication(api.dev.host, key))
    with pytest.raises(TransportServerError, match="UnauthorizedException"):
        await transport.connect()
    frame = transport.frames[0]
    assert frame["type"] == "connection_error"
    error = frame["payload"]["errors"][0]
    assert error["errorType"] == "UnauthorizedException" and error["errorCode"] in (400, 401)
    await transport.close()


async def test_each_subscription_is_authorized_for_itself(api):
    auth = KeyOfEach(api.dev.host, api.dev.api_key, "da2-wrong")
    async with connected(api, auth=auth) as (socket, notes):
        refused = Subscription(socket, "onCreateNote")
        with pytest.raises(TransportQueryError, match="Unauthorized"):
            await refused.end()
        auth.start = api.dev.api_key
        told = await Subscription.started(socket, "onCreateNote")
        note = await notes.create(title="with the right key")
        assert await told.next() == note


WRONG_STARTS = {
    "an unknown field": ("onCreateNote", "", "nothing", {}, "FieldUndefined.*'nothing' in type 'Note' is undefined"),
    "an unknown subscription": ("onCreateNothing", "", "id", {}, "FieldUndefined.*'onCreateNothing'"),
    "an unknown argument": ("onCreateNote", '(nothing: "x")', "id", {}, "UnknownArgument"),
    "no selection": ("onCreateNote", "(filter: {})", "folder", {}, "SubSelectionRequired|subselection|selection"),
    "an unknown field in the filter": ("onCreateNote", "(filter: $filter)", "id", {"nothing": {"eq": 1}}, "nothing"),
    "an unknown operator": ("onCreateNote", "(filter: $filter)", "id", {"rank": {"like": 1}}, "like"),
    "a wrong value": ("onCreateNote", "(filter: $filter)", "id", {"rank": {"eq": "x"}}, "rank|Int"),
}


@pytest.mark.parametrize("name", WRONG_STARTS)
async def test_a_wrong_start_is_refused_and_the_socket_lives(api, name):
    field, arguments, selection, given, message = WRONG_STARTS[name]
    variables = {"filter": given} if "$filter" in arguments else {}
    async with connected(api) as (socket, notes):
        before = await Subscription.started(socket, "onCreateNote")
        wrong = Subscription(socket, field, arguments, selection, **variables)
        with pytest.raises(TransportQueryError, match=message) as raised:
            await wrong.end()
        (payload,) = raised.value.errors
        assert all(error["message"] for error in payload["errors"]), payload
        after = await Subscription.started(socket, "onCreateNote")
        note = await notes.create(title="both hear this")
        assert await before.next() == await after.next() == note


async def test_a_query_is_not_for_the_socket(api):
    async with api.socket() as socket:
        stream = socket.subscribe(operation("query { listNotes { items { id } } }"))
        with pytest.raises(TransportQueryError):
            await asyncio.wait_for(anext(stream), PATIENCE)


async def test_a_server_that_goes_closes_and_one_that_comes_back_serves_again(api):
    async with api.http() as session:
        made = await session.execute(operation('mutation { createNote(input: {title: "kept"}) { id } }'))
    client = api.socket()
    socket = await client.connect_async(reconnecting=True, retry_connect=False)
    told = await Subscription.started(socket, "onUpdateNote")
    code = await asyncio.to_thread(api.dev.stop)
    assert code == 0
    with pytest.raises(TransportConnectionFailed):
        await told.end()
    await asyncio.to_thread(api.dev.start)
    await client.close_async()
    # The same address, key, certificate and records; a new socket is as good as the old one.
    async with connected(api) as (socket, notes):
        told = await Subscription.started(socket, "onUpdateNote")
        changed = await notes.update({"id": made["createNote"]["id"], "_version": 1}, title="changed")
        assert await told.next() == changed
