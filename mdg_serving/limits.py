"""What comes in before anything reads it: the cap on the size of a body, and one read whole for those who need it."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mdg_serving.problems import answer

MAX_BODY_BYTES = 512 * 1024  # a lock of the most notes of one's own
_TOO_LARGE = f"a request's body has at most {MAX_BODY_BYTES} bytes"


class BodyLimit:
    """Answers 413 for a body over the cap, by its Content-Length or, where that is missing or lies, as it comes in."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and int(declared) > MAX_BODY_BYTES:
            await answer(scope["path"], 413, _TOO_LARGE)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise HTTPException(413, _TOO_LARGE)  # whoever reads the body is an endpoint
            return message

        await self.app(scope, counted, send)


async def read_whole(receive: Receive) -> bytes:
    """The body of a request. Raises HTTPException 413 behind BodyLimit."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(parts)


def again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body that was read already, and then what follows it."""
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once
