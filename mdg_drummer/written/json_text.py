"""JSON out of what a language model wrote: plain, in a fence, or with prose around it. The text is hostile."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from mdg_llm.failures import InvalidAnswer

MAX_CHARACTERS = 200_000
MAX_DEPTH = 12
_MOST_STARTS = 40  # brackets, in prose or in broken JSON, from which reading is tried

# possessive, and with an end for strings that are cut off, so that no text takes more than linear time
_TOKEN = re.compile(r'"(?:[^"\\]|\\[\s\S]?)*+(?:"|\Z)|[\[{]|[\]}]')


def values_in(text: str) -> tuple[list[Any], str | None]:
    """The JSON objects and arrays in the text, in order, and what was wrong with the last that could not be read.

    Of one that is cut off or broken the whole parts inside it are given. An object with a key twice and NaN for a
    number are broken. Raises InvalidAnswer for more than 200,000 characters and more than 12 levels of nesting.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidAnswer(f"the answer has {len(text)} characters; {MAX_CHARACTERS} are the most that is read")
    values: list[Any] = []
    reason: str | None = None
    position = 0
    for _ in range(_MOST_STARTS):
        start = _next_bracket(text, position)
        if start is None:
            break
        position = start + 1
        end = _end_of(text, start)
        if end is None:
            reason = "the JSON of the answer is not complete"
            continue
        try:
            values.append(json.loads(text[start:end], object_pairs_hook=_object, parse_constant=_no_number))
        except ValueError as error:
            reason = f"the answer is not valid JSON: {error}"
        else:
            position = end
    return values, reason


def _next_bracket(text: str, position: int) -> int | None:
    places = [place for place in (text.find("{", position), text.find("[", position)) if place >= 0]
    return min(places, default=None)


def _end_of(text: str, start: int) -> int | None:
    """Where the bracket at `start` is closed; None when it is not."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token[0] in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise InvalidAnswer(f"the JSON of the answer is nested deeper than {MAX_DEPTH} levels")
        elif token[0] in "]}":
            depth -= 1
            if depth == 0:
                return token.end()
    return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) < len(pairs):
        raise ValueError("an object has a key twice")
    return out


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
