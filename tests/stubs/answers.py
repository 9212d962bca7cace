"""What a stub is asked and what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `query` holds the last value of each parameter; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    at: float  # time.time() when the request line had been read
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(json.dumps(content, ensure_ascii=False).encode(), status, headers=headers or {})


def html_answer(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(text.encode(), status, "text/html; charset=utf-8", headers or {})


def text_answer(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(text.encode(), status, "text/plain; charset=utf-8", headers or {})
