"""Bounds of one call: its time in all, and the size of what comes back.

The SDKs bound each read, so a server that drips bytes can hold a call for ever. Here a watchdog shuts the call's
socket down when its time is up, which wakes the thread that reads. Each call has a connection of its own for that.
The resolution of names alone is the system's own: its time-out holds.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

# streamed answers carry some 300 bytes of envelope for each token of text
MAX_ANSWER_BYTES = 4_000_000
CONNECT_SECONDS = 5.0


class TooMuch(Exception):
    """The server sends more than any answer to our requests has."""


class Line:
    """The connection of one call: cut when the time is up, its bytes counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._received = 0
        self.was_cut = False

    def hold(self, opened: socket.socket) -> None:
        """This socket is now the call's. Raises TimeoutError when its time is up already."""
        with self._lock:
            if self.was_cut:
                opened.close()
                raise TimeoutError
            self._drop()
            self._socket = opened.dup()  # a handle of its own: TLS takes the first one over

    def receive(self, count: int) -> None:
        """Count bytes. Raises TooMuch beyond the bound."""
        self._received += count
        if self._received > MAX_ANSWER_BYTES:
            raise TooMuch

    def cut(self) -> None:
        with self._lock:
            self.was_cut = True
            if self._socket is not None:
                with suppress(OSError):  # it has ended by itself
                    self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


_LINE: ContextVar[Line] = ContextVar("line")


@contextmanager
def bounded(seconds: float) -> Iterator[Line]:
    """The line of the call that this thread makes meanwhile, cut after so many seconds."""
    line = Line()
    token = _LINE.set(line)
    watchdog = threading.Timer(max(0.0, seconds), line.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield line
    finally:
        watchdog.cancel()
        line.close()
        _LINE.reset(token)


def line() -> Line:
    """The line of the call that this thread makes. Raises LookupError outside of `bounded`."""
    return _LINE.get()
