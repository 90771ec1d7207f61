"""A socket on which nothing happens."""

import asyncio

import pytest

from clients import Api, Subscription, connected
from dev import PATIENCE, Dev

pytestmark = pytest.mark.anyio


@pytest.fixture
def dev():
    server = Dev("notes.graphql", "--tls-self-signed")
    yield server
    server.close()


async def idle(api):
    """gql gives a socket up on which no `ka` came for so long."""
    async with connected(api, keep_alive_timeout=PATIENCE) as (socket, notes):
        mine = {"title": {"eq": api.realtime}}
        told = await Subscription.started(socket, "onCreateNote", "(filter: $filter)", filter=mine)
        # The first belongs to the handshake.
        await socket.transport.until("ka", 2)
        note = await notes.create(title=api.realtime)
        assert await told.next() == note


async def test_idle_sockets_are_kept_alive_with_and_without_tls_at_one_port(dev):
    plain = dev.realtime.replace("wss:", "ws:")
    await asyncio.gather(idle(Api(dev)), idle(Api(dev, plain)))
