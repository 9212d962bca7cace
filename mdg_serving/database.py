"""The pool of the API, and how its endpoints borrow a connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, cast

from fastapi import Depends, Request
from psycopg_pool import ConnectionPool

from mdg_core.store.connect import Connection

POOL_SIZE = 8
# a client is told soon that the database is away; a busy pool hands on its connections in milliseconds
WAIT_SECONDS = 4.0

Pool = ConnectionPool[Connection]


# async, because a plain function would cost every request a trip to the thread pool
async def _pool_of(request: Request) -> Pool:
    return cast(Pool, request.app.state.pool)


Pooled = Annotated[Pool, Depends(_pool_of)]


@contextmanager
def lend(pool: Pool) -> Iterator[Connection]:
    """A connection for as long as it is used. Raises psycopg_pool.PoolTimeout."""
    with pool.connection(timeout=WAIT_SECONDS) as conn:
        yield conn
