"""Every request has an id: the client's `X-Request-ID` or a new one, in the answer and in all that is logged of it."""

from __future__ import annotations

import logging
import re
import time
import uuid

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mdg_core.logs import is_about
from mdg_core.web.guard import SAFE_METHODS, Headers

HEADER = "X-Request-ID"
_GOOD_ID = re.compile(r"[\w.:/+=@-]{1,100}", re.ASCII)
_LONGEST_PATH = 200

_log = logging.getLogger(__name__)


class RequestLog:
    """Pure ASGI middleware: gives each request its id, and logs those that change something or find us failing.

    What reads and is answered is told by the metrics alone: thousands of lines an hour would hide the others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope).get(HEADER.lower().encode()) or ""
        request_id = given if _GOOD_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        is_about(request_id=request_id)  # the server gives each request a context of its own
        begin, status = time.perf_counter(), 500

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER.lower().encode(), request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, named)
        finally:
            if scope["method"] not in SAFE_METHODS or status >= 500:
                _tell(scope, status, time.perf_counter() - begin)


def _tell(scope: Scope, status: int, seconds: float) -> None:
    state = scope["state"]
    told = {"status": status, "ms": round(1000 * seconds, 1)}
    if caller := state.get("caller"):
        told["caller"] = caller.name
    if task_id := state.get("task_id"):
        told["task_id"] = task_id
    path = scope["path"][:_LONGEST_PATH]
    _log.log(logging.WARNING if status >= 500 else logging.INFO, "%s %s", scope["method"], path, extra=told)
