"""TCP ports of this machine: is one free, and which is."""

from __future__ import annotations

import os
import socket


def is_free(host: str, port: int) -> bool:
    """Can a server listen on `port` of `host` now? Another process may still take it first."""
    return refusal(host, port) is None


def refusal(host: str, port: int) -> str | None:
    """The system's reason why no server can listen on `port` of `host` now; None if one can."""
    with _listener(host) as listener:
        try:
            listener.bind((host, port))
        except OSError as error:
            return error.strerror
        return None


def free_port(host: str) -> int:
    """A port of `host` that nobody listens on."""
    with _listener(host) as listener:
        listener.bind((host, 0))
        return int(listener.getsockname()[1])


def _listener(host: str) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        # as servers do: a port whose last connections linger in TIME_WAIT counts as free
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return listener
