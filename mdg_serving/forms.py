"""Form-encoded bodies, read as the JSON that they stand for: Max's maxurl encodes text this way.

A field is a field of the JSON body; numbers and yes or no are read from their text. Fields that hold more than one
value (`lock`, `notes`, ...) are JSON themselves. An empty field is none.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from mdg_core.errors import UsageError
from mdg_serving.limits import again, read_whole
from mdg_serving.problems import answer

FORM = "application/x-www-form-urlencoded"
_PATHS = frozenset(f"/api/v1/{word}" for word in ("generate", "song", "research", "humanize"))
_OF_JSON = frozenset({"lock", "follow", "blend", "notes", "density_of", "drag"})
_MAX_FIELDS = 100


class FormBodies:
    """Pure ASGI middleware that gives the application the JSON of a form. Guard lets forms pass from programs alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in _PATHS:
            await self.app(scope, receive, send)
            return
        kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
        if kind != FORM:
            await self.app(scope, receive, send)
            return
        try:
            body = json.dumps(fields_of(await read_whole(receive))).encode()
        except UsageError as error:
            await answer(scope["path"], 422, str(error))(scope, receive, send)
            return
        except HTTPException as error:  # the body is larger than its cap
            await answer(scope["path"], error.status_code, str(error.detail))(scope, receive, send)
            return
        kept = [pair for pair in scope["headers"] if pair[0].lower() not in (b"content-type", b"content-length")]
        scope["headers"] = [*kept, (b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self.app(scope, again(body, receive), send)


def fields_of(form: bytes) -> dict[str, Any]:
    """The fields of a form. Raises UsageError for what is no form, and for a field that is there twice."""
    try:
        pairs = parse_qsl(form.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise UsageError(f"the form cannot be read: {error}") from error
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise UsageError(f"{name[:40]}: is given twice")
        try:
            fields[name] = json.loads(value) if name in _OF_JSON and value else value
        except (ValueError, RecursionError):
            raise UsageError(f"{name}: is not valid JSON") from None
    return {name: value for name, value in fields.items() if value != ""}
