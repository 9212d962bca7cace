"""Errors of validation in the words of a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def in_words(item: Mapping[str, Any]) -> str:
    """One error of pydantic as a person would say it: "bars: Input should be less than or equal to 16, not 17"."""
    if item["type"] == "json_invalid":
        return "the body is not valid JSON"
    where = ".".join(str(part) for part in item["loc"] if part not in ("body", "query", "path")) or "the body"
    message = item["msg"].removeprefix("Value error, ")
    if item["type"] == "missing":
        return f"{where}: is missing"
    if item["type"] == "extra_forbidden":
        return f"{where}: there is no such field"
    given = item.get("input")
    simple = isinstance(given, int | float | bool) or (isinstance(given, str) and len(given) <= 40)
    return f"{where}: {message}" + (f", not {given!r}" if simple and item["type"] != "value_error" else "")
