"""What an answer has to look like, whatever was asked: the response section of the GraphQL specification."""

import json
import math

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    is_enum_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    parse,
    specified_rules,
    validate,
)

# What a value of a scalar is in JSON. Every other scalar of AppSync is a text.
NUMBERS = {"Int", "Float", "AWSTimestamp"}


def read(response):
    """The body of a GraphQL response as JSON, after checking everything that does not depend on the request."""
    kind = response.headers["content-type"]
    # schemathesis keeps every value of a header, requests the one.
    kind = kind[0] if isinstance(kind, list) else kind
    assert kind.replace(" ", "").lower() == "application/json;charset=utf-8"
    # Twice the same key, NaN and Infinity are not JSON, though Python's reader takes them.
    body = json.loads(response.content.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    assert isinstance(body, dict) and body.keys() <= {"data", "errors", "extensions"}, body
    assert "data" in body or "errors" in body, body
    if "errors" in body:
        assert isinstance(body["errors"], list) and body["errors"], body
        for error in body["errors"]:
            _check_error(error)
    return body


def refused(response, *statuses):
    """The errors of a response that carries nothing else."""
    assert response.status_code in statuses, (response.status_code, response.text[:500])
    body = read(response)
    assert body.get("data") is None and body["errors"], body
    return body["errors"]


def check(schema, text, body):
    """Checks the data of an answer against what the document selected."""
    document = parse(text)
    data, errors = body.get("data"), body.get("errors", [])
    if wrong := validate(schema, document, specified_rules):
        assert errors and data is None, f"answered, though {wrong[0].message}"
        return
    (operation,) = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if data is None:
        assert errors, "neither data nor an error"
        return
    # AppSync answers a field that is null against its type with an error, and the null goes up.
    paths = [error["path"] for error in errors if error.get("path")]
    _Shape(document, schema, paths).object(schema.get_root_type(operation.operation), [operation], data, [])


class _Shape:
    def __init__(self, document, schema, paths):
        self.document, self.schema, self.paths = document, schema, paths

    def object(self, kind, nodes, value, path):
        fields = {}
        for node in nodes:
            self._collect(kind, node.selection_set, fields)
        # Every key that was asked for, no other, and in the order of the document.
        assert list(value) == list(fields), (path, list(value), list(fields))
        for key, chosen in fields.items():
            name = chosen[0].name.value
            if name == "__typename":
                assert value[key] == kind.name, (path, value[key])
            else:
                self.value(kind.fields[name].type, chosen, value[key], [*path, key])

    def value(self, kind, nodes, value, path):
        if is_non_null_type(kind):
            assert value is not None, f"null at {path}"
            kind = kind.of_type
        if value is None:
            return
        if is_list_type(kind):
            assert isinstance(value, list), (path, value)
            for place, item in enumerate(value):
                self.value(kind.of_type, nodes, item, [*path, place])
        elif is_object_type(kind):
            assert isinstance(value, dict), (path, value)
            self.object(kind, nodes, value, path)
        elif is_enum_type(kind):
            assert value in kind.values, (path, value)
        else:
            assert _fits(kind.name, value), (path, kind.name, value)

    def _collect(self, kind, selection, fields):
        for node in selection.selections:
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                fields.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                self._collect(kind, node.selection_set, fields)
            elif isinstance(node, FragmentSpreadNode):
                (fragment,) = [
                    one
                    for one in self.document.definitions
                    if getattr(one, "name", None) and one.name.value == node.name.value and one.kind != "operation_definition"
                ]
                self._collect(kind, fragment.selection_set, fields)


def _fits(scalar, value):
    if scalar == "Boolean":
        return isinstance(value, bool)
    if scalar in NUMBERS:
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if scalar == "Int":
            return number and isinstance(value, int) and -(2**31) <= value < 2**31
        return number and (scalar == "Float" or isinstance(value, int))
    if scalar == "AWSJSON":
        json.loads(value)
    return isinstance(value, str)


def _check_error(error):
    assert isinstance(error, dict) and isinstance(error.get("message"), str) and error["message"], error
    assert isinstance(error.get("path"), (list, type(None))), error
    assert isinstance(error.get("locations"), (list, type(None))), error
    for place in error.get("locations") or []:
        assert place["line"] >= 1 and place["column"] >= 1, error


def _once(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"a key is there twice: {keys}"
    return dict(pairs)


def _refuse(constant):
    raise AssertionError(f"{constant} is not JSON")
