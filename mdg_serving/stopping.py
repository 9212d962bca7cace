"""A server that is told to stop: what is being answered is answered, and who only waits is told to ask again.

Who waits for a task gets the task (202) at once, since that is kept; what has not been answered when the time of grace
is over gets 503 with Retry-After; a stream is ended in order, so that its client comes back for more.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mdg_serving.problems import RETRY_SECONDS, answer

GRACE_SECONDS = 8.0  # less than the supervisor gives before it kills
_STOPPED = "the server stops before this is answered: ask again in some seconds; the same request gets the same clips"


class Stopping:
    """Whether this server has been told to stop. Everything here is called in its loop."""

    def __init__(self) -> None:
        self.has_begun = False
        self._acts: list[Callable[[], object]] = []
        self._answering: set[asyncio.Task[None]] = set()

    def when_it_begins(self, act: Callable[[], object]) -> None:
        """Call `act` then, as to wake those who wait."""
        self._acts.append(act)

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Begin when the process is asked to end, beside whatever the server does then.

        The server tells its application only when nothing is left to answer.
        """
        if threading.current_thread() is not threading.main_thread():  # no process of our own, as in tests
            yield
            return
        loop = asyncio.get_running_loop()
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

        def handle(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.begin)
            server = before[signal.Signals(number)]
            if callable(server):
                server(number, frame)

        for number, server in before.items():
            if callable(server):
                signal.signal(number, handle)
        try:
            yield
        finally:
            for number, server in before.items():
                signal.signal(number, server)

    def begin(self) -> None:
        """The server takes no more connections and waits for what it is at."""
        if self.has_begun:
            return
        self.has_begun = True
        for act in self._acts:
            act()
        asyncio.get_running_loop().call_later(GRACE_SECONDS, self._end)

    def enter(self, task: asyncio.Task[None]) -> None:
        self._answering.add(task)

    def leave(self, task: asyncio.Task[None]) -> None:
        self._answering.discard(task)

    def _end(self) -> None:
        for task in self._answering:
            task.cancel("the server stops")


class Draining:
    """Pure ASGI middleware that answers in place of what the server's end has cut off."""

    def __init__(self, app: ASGIApp, stopping: Stopping) -> None:
        self.app, self._stopping = app, stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        if scope["type"] != "http" or task is None:
            await self.app(scope, receive, send)
            return
        has_begun = has_ended = False

        async def noted(message: Message) -> None:
            nonlocal has_begun, has_ended
            has_begun = True
            has_ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        self._stopping.enter(task)
        try:
            await self.app(scope, receive, noted)
        except asyncio.CancelledError:
            if not self._stopping.has_begun:
                raise
            task.uncancel()
            if not has_begun:
                headers = {"Retry-After": str(RETRY_SECONDS)}
                await answer(scope["path"], 503, _STOPPED, headers=headers)(scope, receive, send)
            elif not has_ended:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._stopping.leave(task)
