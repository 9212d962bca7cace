"""Idempotency-Key on POST: a client that has heard no answer may ask again, and nothing is done twice.

As in draft-ietf-httpapi-idempotency-key-header: the same key with the same request is answered as the first time, for a
day; with another request 422; while the first is being answered 409. Keys belong to the caller who sent them. Answers
of success alone are kept: a request that was refused has done nothing, and may succeed when it is sent again.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from typing import TYPE_CHECKING

import psycopg
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mdg_core.store import idempotency
from mdg_core.store.idempotency import Answer, Begun, OtherRequest, UnderWay
from mdg_serving.database import Pool, lend
from mdg_serving.limits import again, read_whole
from mdg_serving.problems import answer, unavailable

if TYPE_CHECKING:
    from mdg_serving.access import Caller

_log = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
LONGEST = 255
PATTERN = rf"^[!-~]{{1,{LONGEST}}}$"
_NOT_KEPT = frozenset({b"content-length", b"date"})


class IdempotencyKeys:
    """Pure ASGI middleware; stands behind what knows the caller and caps the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = Headers(scope=scope).get(HEADER) if scope["type"] == "http" and scope["method"] == "POST" else None
        if given is None:
            await self.app(scope, receive, send)
            return
        path, key = scope["path"], given.strip().strip('"')
        if not re.fullmatch(PATTERN, key):
            said = f"{HEADER}: is 1 to {LONGEST} characters of ASCII without spaces, a UUID for example"
            await answer(path, 422, said)(scope, receive, send)
            return
        pool: Pool = scope["app"].state.pool
        caller: Caller = scope["state"]["caller"]
        try:
            body = await read_whole(receive)
            found = await asyncio.to_thread(_begin, pool, caller.id, key, _digest(scope, body))
        except HTTPException as error:  # the body is larger than its cap
            await answer(path, error.status_code, str(error.detail))(scope, receive, send)
        except OtherRequest:
            said = f"this {HEADER} came with another request before: take a new one for each request"
            await answer(path, 422, said)(scope, receive, send)
        except UnderWay:
            said = "the first request with this key is still being answered: ask again in a moment"
            await answer(path, 409, said, headers={"Retry-After": "1"})(scope, receive, send)
        except psycopg.Error as error:
            await unavailable(path, error)(scope, receive, send)
        else:
            if isinstance(found, Answer):
                await _replay(found, send)
            else:
                await _Kept(self.app, pool, found)(scope, again(body, receive), send)


class _Kept:
    """The application once, its answer stored before it is sent."""

    def __init__(self, app: ASGIApp, pool: Pool, begun: Begun) -> None:
        self._app, self._pool, self._begun = app, pool, begun

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        try:
            await self._app(scope, receive, collect)
        except Exception:
            await asyncio.to_thread(self._settle, [])
            raise
        await asyncio.to_thread(self._settle, messages)
        for message in messages:
            await send(message)

    def _settle(self, messages: list[Message]) -> None:
        try:
            with lend(self._pool) as conn:
                if messages and messages[0]["status"] < 300:
                    headers = [(name, value) for name, value in messages[0]["headers"] if name not in _NOT_KEPT]
                    body = b"".join(message.get("body", b"") for message in messages[1:])
                    plain = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
                    idempotency.keep(conn, self._begun, messages[0]["status"], plain, body)
                else:
                    idempotency.forget(conn, self._begun)
        except psycopg.Error as error:
            _log.warning("the answer to %s is not kept: %s", self._begun.key, error)


def _begin(pool: Pool, caller: str, key: str, digest: bytes) -> Begun | Answer:
    with lend(pool) as conn:
        return idempotency.begin(conn, caller, key, digest)


def _digest(scope: Scope, body: bytes) -> bytes:
    """What makes two requests the same: where they go, what they hold, how long they wait is their own affair."""
    place = f"{scope['path']}?{scope['query_string'].decode('latin-1')}\n"
    return hashlib.sha256(place.encode() + body).digest()


async def _replay(found: Answer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in found.headers]
    headers += [(b"content-length", str(len(found.body)).encode()), (b"idempotency-replayed", b"true")]
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": found.body})
