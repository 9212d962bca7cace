"""The OpenAPI document: what FastAPI cannot know of it is added, and what it says of its own accord and is not so goes.

What stands before every endpoint is declared here once: keys, limits, the guard, Idempotency-Key.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from mdg_serving.access import is_open
from mdg_serving.idempotency import HEADER as IDEMPOTENCY_KEY
from mdg_serving.idempotency import LONGEST, PATTERN
from mdg_serving.problems import MEDIA_TYPE, declared

_OF_FASTAPI = ("HTTPValidationError", "ValidationError")
_KEYS = {
    "API key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "as `mdg keys add NAME` prints it",
    },
    "Bearer": {"type": "http", "scheme": "bearer", "description": "the same key as Authorization: Bearer"},
}
# the first: a server that has no key asks for none
_SECURITY: list[dict[str, list[str]]] = [{}, {"API key": []}, {"Bearer": []}]
_OF_POST = {
    "e409": "the first request with this Idempotency-Key is still being answered",
    "e413": "the body is too large",
    "e422": "the request cannot be used, or its Idempotency-Key came with another one",
}
_ONCE = {
    "name": IDEMPOTENCY_KEY,
    "in": "header",
    "required": False,
    "description": "A text of your own for this request, a UUID for example. Sent again with the same request within a "
    "day it is answered as the first time, and nothing is done twice; with another request it is refused.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": PATTERN, "title": "Idempotency key"},
    "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
}
_WHOLE_NUMBER = {"type": "integer", "minimum": 0}
_RETRY = {"Retry-After": {"description": "seconds until it is worth asking again", "schema": _WHOLE_NUMBER}}
_LIMITS = {
    "RateLimit": {
        "description": "what is left of the hour: kind, requests (r), seconds until it ends (t)",
        "schema": {"type": "string", "example": '"reads";r=49950;t=3599'},
    },
    "RateLimit-Policy": {
        "description": "kind, requests (q) in a window of so many seconds (w)",
        "schema": {"type": "string", "example": '"reads";q=50000;w=3600'},
    },
}


def install(app: FastAPI) -> None:
    of_fastapi = app.openapi

    def exact() -> dict[str, Any]:
        if app.openapi_schema is None:
            _mend(of_fastapi())
        return of_fastapi()

    app.openapi = exact  # type: ignore[method-assign]


def operation_id(route: APIRoute) -> str:
    """`list_artists`: for programs that make clients from the document."""
    return route.name


def _mend(document: dict[str, Any]) -> None:
    document["components"]["securitySchemes"] = _KEYS
    for name in _OF_FASTAPI:
        document["components"]["schemas"].pop(name, None)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["summary"] = _first_sentence(operation.get("description", operation["summary"]))
            if not is_open(path):
                operation["security"] = _SECURITY
            if method == "post":
                operation.setdefault("parameters", []).append(_ONCE)
                operation["responses"] = declared(**_OF_POST) | operation["responses"]
            operation["responses"] = {
                status: _response(path, status, response) for status, response in sorted(operation["responses"].items())
            }


def _response(path: str, status: str, response: dict[str, Any]) -> dict[str, Any]:
    headers = {} if is_open(path) or status in ("400", "401", "403") else _LIMITS
    if status < "400":
        for media in response.get("content", {}).values():
            if str(media.get("schema", {}).get("title", "")).startswith("Response "):
                del media["schema"]["title"]  # made of the path
        return response | {"headers": headers | response.get("headers", {})}
    if status in ("429", "503"):
        headers = headers | _RETRY
    said = response["description"]
    example = {
        "type": "about:blank",
        "title": HTTPStatus(int(status)).phrase,
        "status": int(status),
        "detail": said,
        "instance": path,
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    told: dict[str, Any] = {"description": said, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}
    return told | ({"headers": headers} if headers else {})


def _first_sentence(text: str) -> str:
    """Without its full stop, and without what follows a colon or semicolon."""
    return re.split(r"[.:;](?:\s|$)", " ".join(text.split()), maxsplit=1)[0]
