"""One call that gives a one-shot program (a command, a run) a database that is up, migrated and connected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mdg_core.settings import Settings
from mdg_core.store import embedded
from mdg_core.store.connect import Connection, connect
from mdg_core.store.migrate import migrate


@contextmanager
def open_database(settings: Settings) -> Iterator[Connection]:
    """The server (DATABASE_URL, or the embedded one for as long as it is needed), migrated, and a connection."""
    with database(settings) as url, connect(url) as conn:
        yield conn


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Like `open_database`, for those who need the URL."""
    with embedded.lease(settings) as url:
        migrate(url)
        yield url
