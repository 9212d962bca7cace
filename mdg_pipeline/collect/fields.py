"""Reading fields of JSON from outside: whatever has another shape than expected reads as empty."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

MAX_TEXT = 200
MAX_ITEMS = 500
# zero-width spaces and the marks that turn the direction of writing; joiners stay, some scripts need them
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_NO_CHARACTERS = frozenset({"Cc", "Cs", "Co", "Cn"})


def rows(content: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list, `MAX_ITEMS` at most."""
    found = content.get(name)
    return [item for item in found[:MAX_ITEMS] if isinstance(item, dict)] if isinstance(found, list) else []


def part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object within the object."""
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def line(value: object) -> str:
    """A text as one line of `MAX_TEXT` characters at most, without what cannot be seen."""
    if not isinstance(value, str):
        return ""
    spaced = "".join(" " if char.isspace() else char for char in _INVISIBLE.sub("", value[: 2 * MAX_TEXT]))
    kept = "".join(char for char in spaced if unicodedata.category(char) not in _NO_CHARACTERS)
    return " ".join(unicodedata.normalize("NFC", kept).split())[:MAX_TEXT]


def whole(value: object, *, otherwise: int) -> int:
    """A whole number, also one that is written as text."""
    try:
        return int(value) if isinstance(value, int | str) else otherwise
    except ValueError:
        return otherwise
