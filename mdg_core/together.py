"""Which fields of a body go together, in the words of JSON Schema, for models whose validators say the same."""

from __future__ import annotations

from typing import Any

from pydantic import JsonValue

Rule = dict[str, JsonValue]


def one_of(*fields: str) -> Rule:
    """Exactly one of the fields is given."""
    return {"oneOf": [_given(name) for name in fields]}


def any_of(*fields: str) -> Rule:
    """One of the fields is given, or several."""
    return {"anyOf": [_given(name) for name in fields]}


def needs(field: str, other: str) -> Rule:
    """Who gives the field gives the other one."""
    return {"if": _given(field), "then": _given(other)}


def needs_none(field: str, *others: str) -> Rule:
    """Who gives the field gives none of the others."""
    return {"if": _given(field), "then": {"properties": {name: {"type": "null"} for name in others}}}


def _given(field: str) -> dict[str, Any]:
    return {"required": [field], "properties": {field: {"not": {"type": "null"}}}}
