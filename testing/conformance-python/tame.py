"""The sensible neighbour of a generated document: the same selections, with arguments that a server can answer."""

from graphql import (
    REMOVE,
    ConstListValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

# Arguments that random values only spoil, and those of which a neighbour is as good.
_DROPPED = {"nextToken", "condition", "sortDirection"}


def tamed(text):
    """The neighbour of `text`."""
    return print_ast(visit(parse(text), _Tame()))


class _Tame(Visitor):
    def enter_argument(self, node, *_):
        if node.name.value in _DROPPED or (node.name.value != "input" and isinstance(node.value, NullValueNode)):
            return REMOVE
        if node.name.value == "limit":
            return _with(node, IntValueNode(value="10"))
        return None

    def enter_object_field(self, node, *_):
        # Comparing with null is refused, but for equality.
        if isinstance(node.value, NullValueNode) and node.name.value not in {"eq", "ne"}:
            return REMOVE
        if node.name.value == "between" and isinstance(node.value, ListValueNode):
            items = [*node.value.values, *node.value.values][:2]
            return _with(node, ConstListValueNode(values=tuple(items))) if len(items) == 2 else REMOVE
        return None

    def leave_object_field(self, node, *_):
        # What is left of an operator without operands.
        return REMOVE if isinstance(node.value, ObjectValueNode) and not node.value.fields else None

    def enter_string_value(self, node, *_):
        # Keys may not be empty, and no text holds U+0000.
        return StringValueNode(value=node.value.replace("\0", "") or "x", block=False)


def _with(node, value):
    return type(node)(name=node.name, value=value)
