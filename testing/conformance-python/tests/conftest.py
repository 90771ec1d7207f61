"""The servers and clients that tests share."""

import pytest

from clients import Api
from dev import Dev

# One port answers with and without TLS, so every test of the socket runs over both.
FLAGS = {"ws": (), "wss": ("--tls-self-signed",)}


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module", params=FLAGS)
def dev(request):
    """A server for the notes."""
    server = Dev("notes.graphql", *FLAGS[request.param])
    yield server
    server.close()


@pytest.fixture
def api(dev):
    """Clients of that server."""
    return Api(dev)


@pytest.fixture(scope="module")
def everything():
    """A server for a schema with every kind of field, key and relation."""
    server = Dev("everything.graphql")
    yield server
    server.close()
