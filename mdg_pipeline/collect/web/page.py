"""An answer of a web source, and reading it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from typing import Any

from mdg_pipeline.collect.web.errors import BadAnswer, TooCostlyAnswer
from mdg_pipeline.untrusted import CannotRead, TooCostly


@dataclass(frozen=True, slots=True)
class Page:
    """What the service answered. Header names are in lower case; a page from the cache has no cookies."""

    url: str
    final_url: str  # after redirects
    status: int
    headers: Mapping[str, str]
    content_type: str  # the media type alone, in lower case
    body: bytes
    fetched_at: datetime
    from_cache: bool
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text, by the charset that the service states, else UTF-8; what cannot be read becomes U+FFFD."""
        try:
            return self.body.decode(_charset(self.headers.get("content-type", "")) or "utf-8-sig", errors="replace")
        except LookupError:
            return self.body.decode("utf-8-sig", errors="replace")


@contextmanager
def reading(page: Page) -> Iterator[None]:
    """Turn what `untrusted` says of this page's parsing into an error of its source. Raises BadAnswer."""
    try:
        yield
    except TooCostly as error:
        raise TooCostlyAnswer(f"{page.final_url} is {error}") from error
    except CannotRead as error:
        raise BadAnswer(f"{page.final_url} cannot be read: {error}") from error


def json_object(page: Page) -> dict[str, Any]:
    """The JSON object that the page holds. Raises BadAnswer."""
    try:
        content = json.loads(page.body)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"{page.final_url} answers with JSON that cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise BadAnswer(f"{page.final_url} answers with JSON that is not an object")
    return content


def check_json(page: Page) -> None:
    """For `check=`: a page that is not a JSON object is asked for again, and not kept."""
    json_object(page)


def media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _charset(content_type: str) -> str | None:
    message = Message()
    message["content-type"] = content_type
    return message.get_content_charset()
