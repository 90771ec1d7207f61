"""schemathesis: documents made from the schema that the server itself tells."""

from collections import Counter

import pytest
import requests
import schemathesis
from graphql import build_client_schema, get_introspection_query
from hypothesis import HealthCheck, Phase, given, note, settings

import answers
import scalars
from dev import PATIENCE
from tame import tamed

LIKE_THE_LAST_TIME = settings(
    # Per operation, of which the schema has almost fifty.
    max_examples=22,
    # The same documents in every run, and no limit of time: a slow machine finds the same faults.
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

scalars.register()


@pytest.fixture(scope="module")
def told(everything):
    """The schema that the server tells, as graphql-core's own."""
    asked = {"query": get_introspection_query(input_value_deprecation=True)}
    response = requests.post(everything.url, json=asked, headers=everything.headers, timeout=PATIENCE)
    return build_client_schema(answers.read(response)["data"])


def operations(everything):
    """Every query and mutation, as schemathesis reads them from the server."""
    schema = schemathesis.graphql.from_url(everything.url, headers=everything.headers)
    return [result.ok() for result in schema.get_all_operations()]


def test_every_document_has_a_well_formed_answer(everything, told):
    seen = Counter()
    for operation in operations(everything):

        @LIKE_THE_LAST_TIME
        @given(case=operation.as_strategy())
        def ask(case):
            # What schemathesis made, most of which is refused, and a neighbour of it, most of which is not.
            for kind, text in [("wild", case.body), ("tame", tamed(case.body))]:
                case.body = text
                response = case.call(headers=everything.headers, timeout=PATIENCE)
                note(text)
                note(f"{response.status_code} {response.text}")
                assert response.status_code == 200
                body = answers.read(response)
                answers.check(told, text, body)
                seen[kind] += 1
                seen[f"{kind} and answered"] += "errors" not in body

        ask()
    assert seen["wild"] >= 1_000, seen
    assert seen["tame and answered"] >= seen["tame"] * 0.6, seen


def test_the_server_still_answers(everything):
    query = {"query": "{ listEverythings(limit: 1) { items { id } } }"}
    response = requests.post(everything.url, json=query, headers=everything.headers, timeout=PATIENCE)
    assert "errors" not in answers.read(response)
    assert everything.process.poll() is None
