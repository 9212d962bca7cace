"""How this project opens Postgres: schema `mdg`, UTC, named sessions, errors that say what to do."""

from __future__ import annotations

import selectors
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from mdg_core.errors import MdgError

Connection = psycopg.Connection[DictRow]

_OPTIONS: dict[str, Any] = {
    "options": "-c search_path=mdg,public -c timezone=UTC",
    "connect_timeout": 10,
    "row_factory": dict_row,
    "autocommit": True,  # a statement is a transaction; several take `with conn.transaction()`
}


# a pool gives up a connection for good after so long and makes another for who asks next: the pauses between its tries
# double, so that one that went on trying could miss for minutes that the server is back
_RECONNECT_SECONDS = 4.0


class DatabaseUnavailable(MdgError):
    """Postgres does not answer."""


def describe(url: str) -> str:
    """host:port/database of a URL, without its password, for messages."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'socket'}:{parts.port or 5432}{parts.path}"


@contextmanager
def connect(url: str, *, name: str = "mdg") -> Iterator[Connection]:
    """A connection, closed at the end. Raises DatabaseUnavailable."""
    try:
        conn = psycopg.connect(url, application_name=name, **_OPTIONS)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            f"the database at {describe(url)} does not answer: {str(error).strip()}. "
            "Start it with `mdg up`, or check DATABASE_URL."
        ) from error
    with conn:
        yield conn


def in_turn(conn: Connection) -> Callable[[], AbstractContextManager[Connection]]:
    """Lends the one connection to one thread at a time, so that no thread's statements fall into another's transaction.

    For programs that do one thing and need no pool.
    """
    lock = Lock()

    @contextmanager
    def lend() -> Iterator[Connection]:
        with lock:
            yield conn

    return lend


def _check(conn: Connection) -> None:
    """Raises OperationalError for a connection that has ended.

    A server speaks unasked when it ends: only then a question of our own is worth its time.
    """
    with selectors.DefaultSelector() as waiting:
        waiting.register(conn.fileno(), selectors.EVENT_READ)
        if waiting.select(0):
            ConnectionPool.check_connection(conn)


def open_pool(url: str, *, name: str, size: int) -> ConnectionPool[Connection]:
    """A pool of at most `size` connections that reconnects by itself; it does not wait for the first one."""
    return ConnectionPool(
        url,
        connection_class=psycopg.Connection[DictRow],
        kwargs={**_OPTIONS, "application_name": name},
        min_size=1,
        max_size=size,
        open=True,
        check=_check,
        timeout=10,
        reconnect_timeout=_RECONNECT_SECONDS,
    )
