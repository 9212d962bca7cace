"""Answers that a client may already have: an ETag with each, and 304 where the client names it (RFC 9110)."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Annotated

from fastapi import Header, Response

from mdg_serving.problems import Responses

IfNoneMatch = Annotated[
    str | None, Header(max_length=2000, description="ETags of answers that the client has", examples=['"3-0f4a2c"'])
]
NOT_MODIFIED: Responses = {304: {"description": "the client has the answer already: its ETag is in If-None-Match"}}


def tag_of(*parts: object) -> str:
    """A strong ETag of what makes an answer what it is."""
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:20]}"'


def has_it(tag: str, named: str | None) -> bool:
    """Whether the header If-None-Match names the tag; a weak tag is as good."""
    if named is None:
        return False
    return named.strip() == "*" or tag in [part.strip().removeprefix("W/") for part in named.split(",")]


def answer(tag: str, named: str | None, text: Callable[[], bytes]) -> Response:
    """JSON with its tag, or 304 without it."""
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if has_it(tag, named):
        return Response(status_code=304, headers=headers)
    return Response(text(), media_type="application/json", headers=headers)


class Texts:
    """The texts last asked for, by what they are of; so many bytes of them. Threads share it."""

    def __init__(self, most_bytes: int) -> None:
        self._left = most_bytes
        self._texts: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, tag: str, make: Callable[[], bytes]) -> bytes:
        with self._lock:
            known = self._texts.get(tag)
            if known is not None:
                self._texts.move_to_end(tag)
                return known
        text = make()
        with self._lock:
            if tag not in self._texts:
                self._texts[tag] = text
                self._left -= len(text)
            while self._left < 0:
                self._left += len(self._texts.popitem(last=False)[1])
        return text
