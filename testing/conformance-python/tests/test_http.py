"""Queries and mutations of gql's HTTP transport, with its own checks of documents and answers."""

import pytest
from gql.transport.exceptions import TransportQueryError, TransportServerError

from clients import Notes, operation

pytestmark = pytest.mark.anyio


async def test_gql_reads_the_schema_and_checks_documents_and_answers_by_it(api):
    client = api.http()
    client.fetch_schema_from_transport = True
    client.parse_results = True
    async with client as session:
        assert {"createNote", "updateNote", "deleteNote"} <= set(client.schema.mutation_type.fields)
        note = await Notes(session).create(title="checked", rank=3)
        read = operation("query Read($id: ID!) { getNote(id: $id) { title rank _lastChangedAt } }", id=note["id"])
        answer = (await session.execute(read))["getNote"]
        assert answer == {"title": "checked", "rank": 3, "_lastChangedAt": note["_lastChangedAt"]}
        with pytest.raises(Exception, match="Cannot query field 'nothing'"):
            await session.execute(operation("{ listNotes { nothing } }"))


async def test_pages_follow_one_another(api):
    async with api.http() as session:
        notes = Notes(session)
        made = {(await notes.create(title="paged", rank=n))["id"] for n in range(25)}
        text = """query Page($token: String) {
            listNotes(filter: {title: {eq: "paged"}}, limit: 1000, nextToken: $token) { items { id } nextToken }
        }"""
        seen, token = [], None
        while True:
            page = (await session.execute(operation(text.replace("1000", "10"), token=token)))["listNotes"]
            seen += [item["id"] for item in page["items"]]
            token = page["nextToken"]
            if token is None:
                break
        assert len(seen) == len(made) and set(seen) == made


async def test_one_mutation_that_fails_leaves_the_others(api):
    async with api.http() as session:
        note = await Notes(session).create(id=None, title="there")
        text = f"""mutation {{
            before: createNote(input: {{title: "before"}}) {{ title }}
            twice: createNote(input: {{id: "{note["id"]}", title: "another"}}) {{ title }}
            after: createNote(input: {{title: "after"}}) {{ title }}
        }}"""
        with pytest.raises(TransportQueryError) as raised:
            await session.execute(operation(text))
        assert raised.value.data == {"before": {"title": "before"}, "twice": None, "after": {"title": "after"}}
        (error,) = raised.value.errors
        assert error["path"] == ["twice"] and error["errorType"] == "ConditionalCheckFailedException"


async def test_a_wrong_key_is_refused_as_appsync_does(api):
    async with api.http(key="da2-wrong") as session:
        with pytest.raises(TransportQueryError) as raised:
            await session.execute(operation("{ listNotes { items { id } } }"))
        assert [error["errorType"] for error in raised.value.errors] == ["UnauthorizedException"]
        assert session.transport.response_headers["x-amzn-errortype"] == "UnauthorizedException"


async def test_a_subscription_is_not_for_http(api):
    async with api.http() as session:
        with pytest.raises((TransportQueryError, TransportServerError)):
            await session.execute(operation("subscription { onCreateNote { id } }"))
