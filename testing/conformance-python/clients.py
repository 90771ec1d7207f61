"""The clients of `gql`, pointed at a server."""

import asyncio
import json
from contextlib import asynccontextmanager

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.appsync_auth import AppSyncApiKeyAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport

from dev import PATIENCE

NOTE = "id title rank color folder { id } createdAt updatedAt _version _deleted _lastChangedAt __typename"


def operation(text, **variables):
    """A document with its variables."""
    request = gql(text)
    request.variable_values = variables
    return request


class Watched(AppSyncWebsocketsTransport):
    """gql's transport, which also tells which frames came: it hides `start_ack`, `ka` and `complete`."""

    def __init__(self, **options):
        super().__init__(**options)
        self.frames = []
        self.came = asyncio.Event()

    def _parse_answer(self, answer):
        self.frames.append(json.loads(answer))
        self.came.set()
        return super()._parse_answer(answer)

    def count(self, kind):
        return sum(frame["type"] == kind for frame in self.frames)

    async def until(self, kind, count):
        """Waits until so many frames of this kind have come."""
        async with asyncio.timeout(PATIENCE):
            while self.count(kind) < count:
                self.came.clear()
                await self.came.wait()


class Api:
    """One server, as clients see it."""

    def __init__(self, dev, realtime=None):
        self.dev = dev
        self.realtime = realtime or dev.realtime

    def auth(self, key=None):
        return AppSyncApiKeyAuthentication(host=self.dev.host, api_key=key or self.dev.api_key)

    def http(self, key=None):
        """A client for queries and mutations."""
        transport = AIOHTTPTransport(url=self.dev.url, auth=self.auth(key), ssl=self.dev.tls or True, timeout=PATIENCE)
        return Client(transport=transport, execute_timeout=PATIENCE)

    def transport(self, key=None, auth=None, **options):
        """A transport for subscriptions. A server of one's own is not at Amazon's host, so its realtime URL is named."""
        return Watched(
            url=self.realtime,
            auth=auth or self.auth(key),
            ssl=self.realtime.startswith("wss:") and self.dev.tls,
            connect_timeout=PATIENCE,
            close_timeout=PATIENCE,
            ack_timeout=PATIENCE,
            **options,
        )

    def socket(self, **options):
        """A client for subscriptions."""
        return Client(transport=self.transport(**options), execute_timeout=None)


class Notes:
    """Mutations of notes over one HTTP session."""

    def __init__(self, session):
        self.session = session

    async def _do(self, field, kind, **values):
        text = f"mutation Do($input: {kind}!) {{ {field}(input: $input) {{ {NOTE} }} }}"
        return (await self.session.execute(operation(text, input=values)))[field]

    async def create(self, **values):
        return await self._do("createNote", "CreateNoteInput", **values)

    async def update(self, note, **values):
        return await self._do("updateNote", "UpdateNoteInput", id=note["id"], _version=note["_version"], **values)

    async def delete(self, note):
        return await self._do("deleteNote", "DeleteNoteInput", id=note["id"], _version=note["_version"])


@asynccontextmanager
async def connected(api, **options):
    """A socket and an HTTP session, to subscribe with the one and write with the other."""
    async with api.http() as session, api.socket(**options) as socket:
        yield socket, Notes(session)


class Subscription:
    """The events of one subscription, read by a task of its own."""

    @classmethod
    async def started(cls, socket, *args, **options):
        """One that the server has acknowledged: what is written from now on is told."""
        before = socket.transport.count("start_ack")
        subscription = cls(socket, *args, **options)
        await socket.transport.until("start_ack", before + 1)
        return subscription

    def __init__(self, socket, field, arguments="", selection=NOTE, **variables):
        declared = f"({', '.join(f'${name}: {kind}' for name, kind in KINDS.items() if name in variables)})"
        text = f"subscription On{declared if variables else ''} {{ {field}{arguments} {{ {selection} }} }}"
        self.field = field
        self.events = asyncio.Queue()
        self.ended = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(self._read(socket.subscribe(operation(text, **variables))))

    async def _read(self, stream):
        try:
            async for event in stream:
                self.events.put_nowait(event[self.field])
            self.ended.set_result(None)
        except asyncio.CancelledError:
            self.ended.cancel()
            raise
        except Exception as error:
            self.ended.set_exception(error)

    async def next(self):
        """The next event; an error that ends the subscription before is raised."""
        event = asyncio.create_task(self.events.get())
        done, _ = await asyncio.wait({event, self.ended}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if event in done:
            return event.result()
        event.cancel()
        assert done, f"no event of {self.field} within {PATIENCE} s"
        self.ended.result()
        raise AssertionError(f"{self.field} ended without another event")

    async def end(self):
        """Waits for its end, and raises what ended it."""
        return await asyncio.wait_for(asyncio.shield(self.ended), PATIENCE)

    async def unsubscribe(self):
        """Sends `stop`."""
        self.task.cancel()
        await asyncio.wait({self.task}, timeout=PATIENCE)


# The variables that subscriptions of the tests declare.
KINDS = {"filter": "ModelSubscriptionNoteFilterInput"}
